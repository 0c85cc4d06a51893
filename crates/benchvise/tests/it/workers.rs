//! Documents that hurt their reader cost themselves and nothing else.
#![cfg(unix)]

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use compress::Error;
use compress::document::isolated::{Isolated, Limits};
use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::support::{Bench, PROGRAM};

/// A PDF of pages that all show this content stream, which is deflated.
fn pdf(content: &[u8], pages: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(content).unwrap();
    let packed = packed.finish().unwrap();
    let kids = (0..pages).map(|n| format!("{} 0 R", 10 + n)).collect::<Vec<_>>().join(" ");
    let mut objects: Vec<(usize, Vec<u8>)> = vec![
        (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        (2, format!("<</Type/Pages/Count {pages}/Kids[{kids}]>>").into_bytes()),
        (3, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec()),
    ];
    let head = format!("<</Filter/FlateDecode/Length {}>>\nstream\n", packed.len());
    objects.push((4, [head.as_bytes(), &packed, b"\nendstream"].concat()));
    for n in 0..pages {
        let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>";
        objects.push((10 + n, page.as_bytes().to_vec()));
    }
    let mut made = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in &objects {
        places.push((*number, made.len()));
        made.extend(format!("{number} 0 obj\n").bytes());
        made.extend(object);
        made.extend(b"\nendobj\n");
    }
    let index = made.len();
    made.extend(b"xref\n0 1\n0000000000 65535 f \n");
    for (number, place) in places {
        made.extend(format!("{number} 1\n{place:010} 00000 n \n").bytes());
    }
    let size = 10 + pages;
    made.extend(format!("trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{index}\n%%EOF\n").bytes());
    made
}

fn sound() -> Vec<u8> {
    pdf(b"BT /F 11 Tf 50 700 Td (The pump was installed in 1987 and runs.) Tj ET\n", 1)
}

/// Pages of nearly as many letters as a page may have, over and over: minutes of work.
fn slow() -> Vec<u8> {
    let line = format!("({}) Tj 0 -12 Td\n", "The pump runs. ".repeat(600));
    pdf(format!("BT /F 11 Tf 50 700 Td\n{}ET\n", line.repeat(90)).as_bytes(), 400)
}

/// One operator that shows more letters than there is memory for.
fn crowded() -> Vec<u8> {
    let mut content = b"BT /F 11 Tf 50 700 Td (".to_vec();
    content.resize(200_000_000, b'a');
    content.extend(b") Tj ET\n");
    pdf(&content, 1)
}

fn reader(limits: Limits) -> Isolated {
    Isolated::new(PROGRAM.into(), vec!["document-worker".into()], limits)
}

fn kill(id: u32) {
    let killed = Command::new("kill").args(["-9", &id.to_string()]).status().unwrap();
    assert!(killed.success());
}

#[test]
fn a_sound_document_is_read_as_without_a_worker() {
    let reader = reader(Limits::default());
    let made = reader.from_bytes("a.pdf", &sound()).unwrap();
    assert_eq!(made, compress::document::from_bytes("a.pdf", &sound()).unwrap());
    assert_eq!(reader.idle_workers().len(), 1);
    let again = reader.idle_workers();
    reader.from_bytes("a.pdf", &sound()).unwrap();
    assert_eq!(reader.idle_workers(), again, "the same worker");
    let damaged = reader.from_bytes("b.pdf", b"%PDF-1.4\nnothing").unwrap_err().to_string();
    assert_eq!(
        damaged,
        compress::document::from_bytes("b.pdf", b"%PDF-1.4\nnothing").unwrap_err().to_string()
    );
    // Plain text needs nobody.
    let alone = Isolated::new("/nowhere".into(), Vec::new(), Limits::default());
    assert_eq!(alone.from_bytes("a.txt", b"text").unwrap().text, "text");
    assert!(matches!(alone.from_bytes("a.pdf", &sound()), Err(Error::NoReader(_))));
}

#[test]
fn a_worker_that_is_killed_costs_its_document_and_one_that_waits_costs_nothing() {
    let reader = reader(Limits::default());
    reader.from_bytes("a.pdf", &sound()).unwrap();
    let [waiting] = reader.idle_workers()[..] else { panic!("one worker waits") };
    kill(waiting);
    thread::sleep(Duration::from_millis(100));
    reader.from_bytes("a.pdf", &sound()).expect("another worker reads it");
    let [busy] = reader.idle_workers()[..] else { panic!("one worker waits") };
    thread::scope(|scope| {
        let reading = thread::Builder::new().name("reading".into());
        let reading =
            reading.spawn_scoped(scope, || reader.from_bytes("slow.pdf", &slow())).unwrap();
        // The one that waited is killed, and the document gets a fresh one; that is killed too.
        let began = Instant::now();
        let mut killed = Vec::new();
        while !reading.is_finished() && began.elapsed() < Duration::from_secs(60) {
            for child in children() {
                if !killed.contains(&child) && (child == busy || killed.contains(&busy)) {
                    thread::sleep(Duration::from_millis(200));
                    kill(child);
                    killed.push(child);
                }
            }
            thread::sleep(Duration::from_millis(20));
        }
        let failed = reading.join().unwrap().unwrap_err();
        let Error::Crashed { how, .. } = &failed else { panic!("{failed}") };
        assert!(how.contains('9'), "{how}");
        assert!(failed.to_string().contains("slow.pdf") && failed.to_string().contains("split it"));
    });
    assert_eq!(reader.from_bytes("a.pdf", &sound()).unwrap().name, "a.pdf");
}

/// Workers among the processes that this one has started, here and now.
fn children() -> Vec<u32> {
    let own = std::process::id().to_string();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            let parent = stat.rsplit(')').next()?.split_whitespace().nth(1)?.to_owned();
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            (parent == own && line.ends_with(b"document-worker\0")).then_some(id)
        })
        .collect()
}

#[test]
fn a_document_that_takes_too_long_is_given_up() {
    let reader = reader(Limits { time: Duration::from_millis(700), ..Limits::default() });
    let failed = reader.from_bytes("slow.pdf", &slow()).unwrap_err();
    assert!(matches!(failed, Error::Slow { .. }), "{failed}");
    assert!(reader.idle_workers().is_empty(), "it is not used again");
    reader.from_bytes("a.pdf", &sound()).unwrap();
}

#[test]
fn one_that_asks_for_all_memory_is_one_failure_of_a_folder() {
    if !Path::new("/proc").exists() {
        println!("skipped: memory is limited here by other means");
        return;
    }
    let bench = Bench::new();
    bench.file("in/1-crowded.pdf", crowded());
    bench.file("in/2-sound.pdf", sound());
    bench.file("in/3.txt", "Plain text is read where it is, in 1987 and later.");
    let folder = bench.path("in").display().to_string();
    let output = bench.path("out").display().to_string();
    let said = bench.run(&["compress", &folder, "--ratio", "1.5", "-o", &output]).code(2);
    assert!(said.err.contains("1-crowded.pdf") && said.err.contains("memory"), "{}", said.err);
    assert!(bench.path("out/2-sound.pdf.txt").exists() && bench.path("out/3.txt").exists());
}
