//! How fast the engine is beside `tiktoken-rs` alone on the same text, both on one thread.
//!
//! `speed [FILE]` takes a file, or makes about 4 MB of varied paragraphs. Prints tokens per second of
//! `tiktoken-rs` encoding, of this crate counting, and of compressing to a quarter with everything
//! counted exactly; the last number is the ratio of the third to the first.

#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::hint::black_box;
use std::time::Instant;

use compress::{Budget, Request, TokenCounter, compress, document, tokens::O200k};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = match std::env::args().nth(1) {
        Some(path) => document::load(path)?.text,
        None => made_text(4 << 20),
    };
    let reference = tiktoken_rs::o200k_base()?;
    let counter = O200k::new()?;
    let tokens = counter.count(&text);
    // The best of several rounds: the machine is shared.
    let best = |work: &dyn Fn()| {
        (0..5)
            .map(|_| {
                let started = Instant::now();
                work();
                started.elapsed().as_secs_f64()
            })
            .fold(f64::INFINITY, f64::min)
    };
    let alone = best(&|| {
        black_box(reference.encode_ordinary(black_box(&text)));
    });
    let counting = best(&|| {
        black_box(counter.count(black_box(&text)));
    });
    let rate = |seconds: f64| tokens as f64 / seconds / 1e6;
    println!("{} bytes, {tokens} tokens", text.len());
    println!("tiktoken-rs alone   {:8.2} M tokens/s", rate(alone));
    println!("counting here       {:8.2} M tokens/s", rate(counting));
    for ratio in [2.0, 4.0, 8.0, 16.0] {
        let whole = best(&|| {
            black_box(compress(&Request::new(&text, Budget::Ratio(ratio)), &counter)).ok();
        });
        println!(
            "compressing {ratio:3}x    {:8.2} M tokens/s, {:.2} of tiktoken-rs alone",
            rate(whole),
            alone / whole
        );
    }
    // Small documents, as a batch has them.
    let documents: Vec<&str> = paragraphs_of(&text, 2000);
    let small = best(&|| {
        for text in &documents {
            black_box(compress(&Request::new(text, Budget::Ratio(4.0)), &counter)).ok();
        }
    });
    println!(
        "{} documents of 2 kB, 4x: {:.0} µs each, {:.2} of tiktoken-rs alone",
        documents.len(),
        small / documents.len() as f64 * 1e6,
        alone / small
    );
    Ok(())
}

/// Cuts `text` at line ends into parts of about `bytes`.
fn paragraphs_of(text: &str, bytes: usize) -> Vec<&str> {
    let (mut parts, mut from) = (Vec::new(), 0);
    for (at, _) in text.match_indices('\n') {
        if at - from >= bytes {
            parts.push(&text[from..at]);
            from = at;
        }
    }
    parts.push(&text[from..]);
    parts
}

/// Varied paragraphs without a corpus: sentences put together from parts by a small generator.
fn made_text(bytes: usize) -> String {
    const WHO: &[&str] = &[
        "The harbour master of Westerland",
        "Dr. Amara Okafor",
        "A team from the observatory",
        "Nobody in the council",
        "The Ministry of Public Works",
        "An engineer called Lindqvist",
        "The second pump",
        "Their oldest supplier",
        "The committee's report",
        "Every visitor to the archive",
        "Mayor Ilse Brandt",
        "The reservoir's keeper",
    ];
    const DID: &[&str] = &[
        "was said to have measured",
        "did not agree to replace",
        "had been repairing",
        "quietly sold",
        "described in detail",
        "lost sight of",
        "was accused of misplacing",
        "catalogued",
        "wanted to know more about",
        "insured against theft",
        "refused to discuss",
        "approved the purchase of",
    ];
    const WHAT: &[&str] = &[
        "the brass instruments in the north tower",
        "a collection of tidal charts",
        "the old turbine, which weighed 4.2 tonnes",
        "several unlabelled specimens",
        "the contract with Halvorsen & Sons",
        "an early map of the delta",
        "the pressure valve behind the boiler",
        "thirty-one crates of glass plates",
        "what remained of the railway bridge",
        "the logbooks kept since 1893",
        "its own electricity supply",
        "the weather station on the ridge",
    ];
    const WHEN: &[&str] = &[
        "in the spring of 1974",
        "shortly before the flood",
        "after a vote of 7 to 5",
        "as the newspapers reported",
        "although it rained all week",
        "for about $12,500",
        "without telling anyone",
        "on 3 October",
        "because there was no other way",
        "which surprised the whole town",
        "at a depth of 85 metres",
        "more than once",
    ];
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut pick = |from: &[&'static str]| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        from[(state >> 33) as usize % from.len()]
    };
    let mut text = String::with_capacity(bytes + 1024);
    while text.len() < bytes {
        for _ in 0..6 {
            for part in [pick(WHO), " ", pick(DID), " ", pick(WHAT), " ", pick(WHEN), ". "] {
                text.push_str(part);
            }
        }
        text.push_str("\n\n");
    }
    text
}
