//! Documents that hurt their reader cost themselves and nothing else.
#![cfg(unix)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
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
    children_of(std::process::id())
}

fn children_of(owner: u32) -> Vec<u32> {
    let own = owner.to_string();
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

#[test]
fn one_that_comes_twice_is_no_worse() {
    if !Path::new("/proc").exists() {
        println!("skipped: memory is limited here by other means");
        return;
    }
    let bench = Bench::new();
    for name in ["1-crowded.pdf", "2-crowded.pdf"] {
        bench.file(&format!("in/{name}"), crowded());
    }
    bench.file("in/3.txt", note(3));
    let (folder, output) = (bench.path("in"), bench.path("out"));
    let (folder, output) = (folder.display().to_string(), output.display().to_string());
    let said =
        bench.run(&["compress", &folder, "--summary", "--ratio", "3", "-o", &output]).code(2);
    let lines = manifest(&bench);
    for name in ["1-crowded.pdf", "2-crowded.pdf"] {
        let line = lines.iter().find(|line| line.contains(name)).unwrap();
        assert!(line.contains("\"failure\"") && line.contains("memory"), "{line}");
    }
    assert!(said.out.contains("done     1,"), "{}", said.out);
}

/// What the engine asks of its workers for a document of a folder.
fn task() -> Vec<u8> {
    serde_json::to_vec(&serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"), "given": "Bytes", "budget": {"ratio": 3.0},
        "tokenizer": "o200k", "tokenizer_words": "o200k", "strategy": "automatic",
        "focus": null, "shaping": {}, "lossless": false,
    }))
    .unwrap()
}

fn note(n: usize) -> String {
    format!("The pump of unit {n} was checked in 1987 by the harbour office. Nobody said why. ")
        .repeat(9)
}

#[test]
fn one_of_several_that_takes_too_long_costs_itself() {
    let reader = reader(Limits::default());
    let (first, slow, last) = (note(1), slow(), note(3));
    let documents: [(&str, &[u8]); 4] = [
        ("1.txt", first.as_bytes()),
        ("2.pdf", &slow),
        ("3.txt", last.as_bytes()),
        ("4.txt", b" "),
    ];
    let limits = Limits { time: Duration::from_secs(5), ..Limits::default() };
    let stop = AtomicBool::new(false);
    let mut heard = Vec::new();
    let each = reader.each(&task(), &documents, limits, &stop, &mut |place, answer| {
        heard.push((place, answer.map(|bytes| String::from_utf8(bytes).unwrap())));
    });
    each.unwrap();
    let places: Vec<usize> = heard.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, [0, 1, 2, 3], "each once, in order");
    assert!(heard[0].1.as_ref().is_ok_and(|made| made.contains("unit 1")), "{heard:?}");
    assert!(matches!(heard[1].1, Err(Error::Slow { .. })), "{heard:?}");
    assert!(heard[2].1.as_ref().is_ok_and(|made| made.contains("unit 3")), "{heard:?}");
    assert!(heard[3].1.as_ref().is_ok_and(|made| made.contains("Failed")), "{heard:?}");
    // A stop ends the worker in the middle, and nothing is heard of what is left.
    let began = Instant::now();
    thread::scope(|scope| {
        let stopping = thread::Builder::new().name("stopping".into());
        let stopping = stopping.spawn_scoped(scope, || {
            thread::sleep(Duration::from_millis(300));
            stop.store(true, Ordering::Relaxed);
        });
        let mut heard = 0;
        reader.each(&task(), &documents[1..], limits, &stop, &mut |_, _| heard += 1).unwrap();
        assert_eq!(heard, 0);
        stopping.unwrap().join().unwrap();
    });
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn a_folder_is_made_by_workers_as_documents_are_by_themselves() {
    let bench = Bench::new();
    bench.file("in/a.txt", note(1));
    bench.file("in/b.html", format!("<html><body><h1>Pumps</h1><p>{}</p></body></html>", note(2)));
    let line = "(The pump was checked by the harbour office, and nobody said why.) Tj 0 -12 Td\n";
    let page = format!("BT /F 11 Tf 50 700 Td\n{}ET\n", line.repeat(6));
    bench.file("in/c.pdf", pdf(page.as_bytes(), 1));
    bench.file("in/d/e.csv", "unit,bar\n".to_owned() + &"7,12\n8,13\n".repeat(40));
    bench.file("in/same.txt", note(1));
    bench.file("in/void.txt", " ");
    let (folder, output) = (bench.path("in"), bench.path("out"));
    let (folder, output) = (folder.display().to_string(), output.display().to_string());
    let said =
        bench.run(&["compress", &folder, "--summary", "--ratio", "3", "-o", &output]).code(2);
    assert!(said.out.contains("done     5,") && said.err.contains("void.txt"), "{}", said.out);
    for name in ["a.txt", "b.html", "c.pdf", "d/e.csv", "same.txt"] {
        let path = bench.path("in").join(name).display().to_string();
        let alone = bench.run(&["compress", &path, "--ratio", "3", "--quiet", "--no-cache"]).ok();
        let made = ["out/".to_owned() + name, format!("out/{name}.txt")];
        let made = made.iter().find_map(|made| std::fs::read_to_string(bench.path(made)).ok());
        assert_eq!(made.as_deref(), Some(&*alone.out), "{name}");
    }
}

/// Begins to compress a folder of so many notes, and waits until some are done.
fn begun(bench: &Bench, notes: usize) -> std::process::Child {
    for n in 0..notes {
        bench.file(&format!("in/{n:05}.txt"), note(n));
    }
    let (folder, output) = (bench.path("in"), bench.path("out"));
    let mut command = bench.command([
        "compress".as_ref(),
        folder.as_os_str(),
        "--summary".as_ref(),
        "--ratio".as_ref(),
        "3".as_ref(),
        "-o".as_ref(),
        output.as_os_str(),
    ]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let began = Instant::now();
    while !bench.path(&format!("out/{:05}.txt", notes.min(200) - 1)).exists() {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing is done");
        thread::sleep(Duration::from_millis(2));
    }
    child
}

fn manifest(bench: &Bench) -> Vec<String> {
    let text = std::fs::read_to_string(bench.path("out/benchvise-manifest.jsonl")).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_worker_killed_in_the_middle_of_a_folder_costs_one_document_at_most() {
    if !Path::new("/proc").exists() {
        println!("skipped: processes are not listed here");
        return;
    }
    let bench = Bench::new();
    let child = begun(&bench, 3000);
    let workers = children_of(child.id());
    assert!(!workers.is_empty(), "workers do the work");
    kill(workers[0]);
    let output = child.wait_with_output().unwrap();
    let lines = manifest(&bench);
    assert_eq!(lines.len(), 3000, "{}", String::from_utf8_lossy(&output.stderr));
    let failed = lines.iter().filter(|line| line.contains("\"failure\"")).count();
    assert!(failed <= 1, "{failed}");
    assert_eq!(output.status.code(), Some(if failed == 0 { 0 } else { 2 }));
}

#[test]
fn a_document_that_is_the_end_of_its_workers_is_named_and_the_others_are_done() {
    if !Path::new("/proc").exists() {
        println!("skipped: processes are not listed here");
        return;
    }
    let bench = Bench::new();
    let large: String = (0..40_000).map(note).collect();
    bench.file("in/zz-large.txt", large);
    let child = begun(&bench, 150);
    let began = Instant::now();
    let all = || (0..150).all(|n| bench.path(&format!("out/{n:05}.txt")).exists());
    while !all() && began.elapsed() < Duration::from_secs(60) {
        thread::sleep(Duration::from_millis(2));
    }
    // Whichever worker gets the large one is killed, until nobody tries again.
    let (sender, ended) = std::sync::mpsc::sync_channel(1);
    let id = child.id();
    let waiting = thread::Builder::new().name("waiting".into());
    let waiting = waiting.spawn(move || sender.send(child.wait_with_output().unwrap()).unwrap());
    let output = loop {
        match ended.recv_timeout(Duration::from_millis(40)) {
            Ok(output) => break output,
            // One may have ended by itself a moment ago.
            Err(_) => children_of(id).iter().for_each(|id| {
                Command::new("kill").args(["-9", &id.to_string()]).status().ok();
            }),
        }
        assert!(began.elapsed() < Duration::from_secs(120), "it does not end");
    };
    waiting.unwrap().join().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("zz-large.txt") && said.contains("killed by signal 9"), "{said}");
    let lines = manifest(&bench);
    assert_eq!(lines.len(), 151);
    let failed: Vec<&String> = lines.iter().filter(|line| line.contains("\"failure\"")).collect();
    assert!(failed.len() == 1 && failed[0].contains("zz-large.txt"), "{failed:?}");
}
