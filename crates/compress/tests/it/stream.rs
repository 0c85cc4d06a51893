//! Streams: bounded memory, the budget in every window, nothing that depends on how bytes come.

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};

use compress::stream::{StreamRequest, StreamTally, run};
use compress::{Strategy, TokenCounter};

use crate::invariants::{Trips, counter};

fn request(ratio: f64) -> StreamRequest<'static> {
    StreamRequest {
        ratio,
        focus: None,
        lang: None,
        kind: None,
        strategy: Strategy::Automatic,
        weights: compress::Weights::default(),
        threads: 2,
    }
}

fn streamed(input: impl Read + Send, ratio: f64) -> (String, StreamTally) {
    let mut out = Vec::new();
    let tally = run(input, &mut out, &request(ratio), &counter()).expect("it streams");
    (String::from_utf8(out).expect("text stays text"), tally)
}

/// Gives so many bytes at a time.
struct Dripping<'a>(&'a [u8], usize);

impl Read for Dripping<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let some = self.1.min(self.0.len()).min(into.len());
        into[..some].copy_from_slice(&self.0[..some]);
        self.0 = &self.0[some..];
        Ok(some)
    }
}

fn log(lines: usize) -> String {
    (0..lines)
        .map(|n| match n % 997 {
            0 => format!("12:{:02}:00 ERROR keeper {n} found pane {} cracked\n", n % 60, n / 997),
            _ => format!(
                "12:{:02}:{:02} INFO lease of eth{} renewed by host {n}\n",
                n / 60 % 60,
                n % 60,
                n % 4
            ),
        })
        .collect()
}

#[test]
fn a_log_is_kept_to_its_ratio_and_what_is_rare_stays() {
    let log = log(20_000);
    let (out, tally) = streamed(log.as_bytes(), 8.0);
    assert!(tally.windows > 8, "{tally:?}");
    assert_eq!(tally.tokens_in, counter().count(&log) as u64, "windows begin afresh");
    assert_eq!(tally.tokens_out, counter().count(&out) as u64);
    assert!(tally.tokens_out * 8 <= tally.tokens_in, "{tally:?}");
    assert!(tally.tokens_out * 9 >= tally.tokens_in, "the budget is used: {tally:?}");
    assert_eq!((tally.bytes_in, tally.bytes_out), (log.len() as u64, out.len() as u64));
    let rare = log.lines().filter(|line| line.contains("ERROR"));
    assert!(rare.clone().count() > 15);
    for line in rare {
        assert!(out.contains(line), "{line}");
    }
}

#[test]
fn what_comes_out_does_not_depend_on_how_it_comes_in() {
    let mut text = log(3000);
    text.push_str(&"one endless line 漢字 ".repeat(40_000));
    text.push_str("\nthe end\n");
    let expect = streamed(text.as_bytes(), 4.0);
    for piece in [7, 4096, 100_001] {
        assert!(
            streamed(Dripping(text.as_bytes(), piece), 4.0) == expect,
            "{piece} bytes at a time"
        );
    }
}

/// A log without end, of which no line comes twice; ends by itself after 32 MB.
struct Endless<'a> {
    written: &'a AtomicUsize,
    line: usize,
    begun: Vec<u8>,
    given: usize,
    most_ahead: usize,
}

impl Read for Endless<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.begun.len() < into.len() {
            let (n, at) = (self.line, self.line / 60);
            let line =
                format!("12:{:02}:{:02} INFO lease {n} of eth{} renewed\n", at % 60, n % 60, n % 4);
            self.begun.extend(line.bytes());
            self.line += 1;
        }
        let written = self.written.load(Ordering::SeqCst);
        if self.given >= 32 << 20 {
            return Ok(0);
        }
        // To a quarter of the tokens, which are about a quarter of the bytes.
        self.most_ahead = self.most_ahead.max(self.given.saturating_sub(written * 4));
        let rest = self.begun.split_off(into.len());
        into.copy_from_slice(&self.begun);
        self.begun = rest;
        self.given += into.len();
        Ok(into.len())
    }
}

struct Counting<'a>(&'a AtomicUsize);

impl std::io::Write for Counting<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.fetch_add(bytes.len(), Ordering::SeqCst);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn it_writes_while_it_reads_and_never_runs_far_ahead() {
    let written = AtomicUsize::new(0);
    let mut reader =
        Endless { written: &written, line: 0, begun: Vec::new(), given: 0, most_ahead: 0 };
    let tally =
        run(&mut reader, Counting(&written), &request(4.0), &counter()).expect("it streams");
    assert!(tally.bytes_in >= 32 << 20 && tally.pruned.total() == 0, "{tally:?}");
    // Windows in flight, of which there are eight here and none is longer than 512 kB.
    assert!(reader.most_ahead < 12 << 20, "{} bytes ahead", reader.most_ahead);
}

#[test]
fn what_is_obsolete_is_counted_and_gone() {
    let passage = "The ferry to Halden leaves at seven in the morning from the old quay, and it takes cars and bicycles, \
                   but it does not take horses or anything that is on fire.\n\n";
    let mut text = String::new();
    for n in 0..400 {
        text.push_str(passage);
        text.push_str(&format!(
            "Then came visitor {n} from Skerry {}, who asked about {} lamps.\n\n",
            n * 31 % 997,
            n * 7
        ));
    }
    let (out, tally) = streamed(text.as_bytes(), 2.0);
    assert_eq!(tally.pruned.repeated, 399);
    assert_eq!(out.matches("horses").count(), 1);
    assert!(tally.tokens_out * 2 <= tally.tokens_in);
    assert_eq!(tally.tokens_in, counter().count(&text) as u64, "what is pruned was read too");
    let visitors = (0..400).filter(|n| out.contains(&format!("visitor {n} "))).count();
    assert!(visitors > 380, "there is room for what is not obsolete: {visitors}");
}

#[test]
fn what_cannot_be_streamed_is_refused_with_the_reason() {
    let refused = |bytes: &[u8]| {
        run(bytes, Vec::new(), &request(4.0), &counter()).expect_err("no text").to_string()
    };
    assert!(refused(b"%PDF-1.4\n\0\0\0").contains("no text"));
    assert!(refused(b"[\n  {\"a\": 1}\n]\n").contains("without --stream"));
    assert!(refused(b"{\n  \"a\": 1\n}\n").contains("one JSON value"));
    let begun = "[{\"lease\": 1, \"host\": \"a\"},\n".to_owned();
    let lines = begun + &"{\"lease\": 2, \"host\": \"b\"},\n".repeat(9_000) + "{}]\n";
    assert!(refused(lines.as_bytes()).contains("one JSON value"));
    let long = format!("[{}0]\n", "12345, ".repeat(100_000));
    assert!(refused(long.as_bytes()).contains("one JSON value"));
    for piece in [1, 70_000] {
        let dripping = Dripping(lines.as_bytes(), piece);
        let said = run(dripping, Vec::new(), &request(4.0), &counter()).expect_err("no text");
        assert!(said.to_string().contains("one JSON value"), "{piece} bytes at a time");
    }
    let log = "[2024-01-02 10:00:00] lease renewed\n[2024-01-02 10:00:01] lease lost\n";
    assert_eq!(streamed(log.as_bytes(), 1.0).0, log);
    let (out, _) = streamed(&b"{\"a\": 1}\n{\"a\": 2}\n"[..], 1.0);
    assert_eq!(out, "{\"a\": 1}\n{\"a\": 2}\n");
    let bad = run(&b"x"[..], Vec::new(), &request(0.5), &counter()).expect_err("too little");
    assert!(bad.to_string().contains("a ratio of 0.5"), "{bad}");
    assert_eq!(streamed(&b""[..], 4.0), (String::new(), StreamTally::default()));
    let (_, tally) = streamed(&b"caf\xe9 au lait\n"[..], 1.0);
    assert_eq!(tally.undecodable, 1);
}

#[test]
fn a_later_line_of_json_that_no_window_holds_stays_and_the_stream_goes_on() {
    let long = format!("{{\"字\": [{}0]}}\n", "12345, ".repeat(200_000));
    let text = format!("{}{long}{long}{}", log(3_000), log(3_000).replace("lease", "loan"));
    let expect = streamed(text.as_bytes(), 4.0);
    let (out, tally) = &expect;
    assert_eq!((tally.too_long, tally.bytes_in), (2, text.len() as u64), "{tally:?}");
    assert_eq!(out.matches(&long).count(), 2, "to the byte");
    let mut others = out.replace(&long, "");
    assert!(others.contains(" lease of eth") && others.contains(" loan of eth"));
    assert_eq!(tally.tokens_out, counter().count(&others) as u64);
    assert!(tally.tokens_out * 4 <= tally.tokens_in, "{tally:?}");
    for piece in [4096, 700_001] {
        assert!(streamed(Dripping(text.as_bytes(), piece), 4.0) == expect, "{piece} at a time");
    }
    // The stream may end within such a line.
    let (out, tally) = streamed(format!("{{}}\n{}", long.trim_end()).as_bytes(), 1.0);
    assert_eq!(tally.too_long, 1);
    others = format!("{{}}\n{}", long.trim_end());
    assert_eq!(out, others);
}

#[test]
fn a_window_that_trips_the_compressor_stays_as_it_is() {
    let (before, after) = (log(8_000), log(8_000).replace("lease", "loan"));
    let text = format!("{before}They stumble over it.\n{after}");
    let mut out = Vec::new();
    let tally = run(text.as_bytes(), &mut out, &request(4.0), &Trips).expect("it goes on");
    let out = String::from_utf8(out).expect("text stays text");
    assert_eq!(tally.tripped, 1, "{tally:?}");
    assert!(out.contains("They stumble over it.\n"));
    assert!(out.contains(" loan of eth"), "what comes after is there");
    assert!(tally.windows > 4 && out.len() < text.len() / 2, "{tally:?}");
    assert!(tally.tokens_out * 4 <= tally.tokens_in, "the others keep to the ratio: {tally:?}");
}
