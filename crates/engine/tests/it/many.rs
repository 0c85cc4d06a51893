//! Many documents: folders of any size, several as one, and results that are remembered.

#![allow(clippy::unwrap_used, reason = "a test that cannot prepare has failed")]

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use protocol::{
    AsOneSpec, AsOneView, BudgetSpec, CacheSpec, CacheView, CitationStyle, Citations, Command,
    CompressSpec, CompressedDocument, DocumentSource, FolderSpec, FolderView, JobOutcome,
    PruneSpec, Reply, SourceText, Work,
};

use crate::desk::Desk;
use crate::documents::spec;

fn note(n: usize) -> String {
    format!(
        "Station {n} at Skerry {} was opened in {} by the Northern Board. It did not burn oil after the winter \
         of {}, when keeper Olsen counted {} ships from the gallery and wrote nothing else down.\n",
        n * 31 % 977,
        1800 + n % 150,
        1900 + n % 70,
        n * 7
    )
}

fn put(desk: &Desk, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = desk.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

fn folder_spec(desk: &Desk) -> FolderSpec {
    let (folder, into) = (desk.path("in"), desk.path("out"));
    FolderSpec {
        threads: Some(3),
        ..FolderSpec::new(folder, into, BudgetSpec::Ratio(3.0), "o200k")
    }
}

fn folder(desk: &Desk, spec: FolderSpec) -> FolderView {
    match desk.job(Command::CompressFolder { spec }).0 {
        JobOutcome::Folder(view) => *view,
        other => panic!("no folder: {other:?}"),
    }
}

#[test]
fn a_folder_is_done_once_and_what_changed_is_done_again() {
    let desk = Desk::new();
    for n in 0..200 {
        put(&desk, &format!("in/{}/{n}.txt", n % 7), note(n));
    }
    put(&desk, "in/same.txt", note(3));
    put(&desk, "in/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\0");
    let first = folder(&desk, folder_spec(&desk));
    assert_eq!((first.documents, first.done, first.failed, first.kept), (202, 201, 1, 0));
    assert!(first.first_failures[0].1.message.contains("a PNG image"), "{first:?}");
    assert!(first.tokens_out * 3 <= first.tokens_in && first.tokens_out > 0);
    // As the other way makes it.
    let one = CompressSpec {
        documents: vec![DocumentSource::File(desk.path("in/5/5.txt"))],
        ..spec(&desk, 3.0)
    };
    let JobOutcome::Compressed(made) = desk.job(Command::Compress { spec: one }).0 else {
        panic!()
    };
    let text = &made[0].result.as_ref().unwrap().text;
    assert_eq!(&fs::read_to_string(desk.path("out/5/5.txt")).unwrap(), text);
    // The manifest's lines come in the order of the names, however many threads there are.
    let manifest = fs::read_to_string(desk.path("out/benchvise-manifest.jsonl")).unwrap();
    let names: Vec<String> = manifest
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["name"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(names.len(), 202);
    let paths: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
    assert!(paths.is_sorted(), "{names:?}");

    let again = folder(&desk, folder_spec(&desk));
    assert_eq!((again.done, again.kept, again.failed), (0, 201, 1));
    put(&desk, "in/1/1.txt", note(1001));
    put(&desk, "out/2/2.txt", "somebody else's");
    let third = folder(&desk, folder_spec(&desk));
    assert_eq!((third.done, third.kept), (2, 199));
    let other = folder(&desk, FolderSpec { budget: BudgetSpec::Ratio(2.0), ..folder_spec(&desk) });
    assert_eq!((other.done, other.kept), (201, 0));
}

#[test]
fn a_folder_that_changes_meanwhile_costs_only_what_is_gone() {
    let desk = Desk::new();
    for n in 0..3000 {
        put(&desk, &format!("in/{:04}.txt", n), note(n));
    }
    let over = AtomicBool::new(false);
    let view = std::thread::scope(|scope| {
        let meddling = std::thread::Builder::new().name("meddling".into());
        let (desk, over) = (&desk, &over);
        let meddling = meddling
            .spawn_scoped(scope, move || {
                // From the end, where nobody has read yet; one document in three goes, one is another.
                for n in (0..3000).rev().filter(|n| n % 3 != 0) {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    let path = desk.path(&format!("in/{n:04}.txt"));
                    match n % 3 {
                        1 => drop(fs::remove_file(path)),
                        _ => drop(fs::write(path, note(n + 5000))),
                    }
                    if n % 100 == 2 {
                        put(desk, &format!("in/{n:04}-new.txt"), note(n));
                    }
                }
            })
            .unwrap();
        let view = folder(desk, folder_spec(desk));
        over.store(true, Ordering::Relaxed);
        meddling.join().unwrap();
        view
    });
    assert_eq!(view.done + view.failed, view.documents);
    for (name, failure) in &view.first_failures {
        // Gone, or caught between being emptied and written.
        let known = ["could not be read", "cannot be read", "is empty"];
        assert!(known.iter().any(|words| failure.message.contains(words)), "{name}: {failure}");
    }
    for n in (0..3000).step_by(3) {
        assert!(desk.path(&format!("out/{n:04}.txt")).exists(), "{n} was there all the time");
    }
    // Afterwards everything that is there is done.
    let after = folder(&desk, folder_spec(&desk));
    assert_eq!(after.failed, 0, "{after:?}");
    assert_eq!(after.documents, fs::read_dir(desk.path("in")).unwrap().count() as u64);
}

#[test]
fn outputs_are_never_taken_for_documents() {
    let desk = Desk::new();
    put(&desk, "in/a.txt", note(1));
    let within = FolderSpec {
        into: desk.path("in/short"),
        manifest: desk.path("in/short/m.jsonl"),
        ..folder_spec(&desk)
    };
    assert_eq!(folder(&desk, within.clone()).documents, 1);
    assert_eq!(folder(&desk, within).documents, 1);
    let onto = FolderSpec { into: desk.path("in"), ..folder_spec(&desk) };
    let failure = desk.engine.send(Command::CompressFolder { spec: onto }).unwrap_err();
    assert!(failure.message.contains("would overwrite"), "{failure}");
    let nowhere = FolderSpec { folder: desk.path("nowhere"), ..folder_spec(&desk) };
    assert!(desk.engine.send(Command::CompressFolder { spec: nowhere }).is_err());
}

fn as_one(desk: &Desk, budget: BudgetSpec) -> AsOneView {
    let spec = AsOneSpec {
        documents: vec![DocumentSource::File(desk.path("in"))],
        names: Vec::new(),
        budget,
        tokenizer: "o200k".into(),
        strategy: "automatic".into(),
        focus: None,
        citations: Citations::Passages,
        style: CitationStyle::Plain,
    };
    match desk.job(Command::CompressAsOne { spec }).0 {
        JobOutcome::AsOne(view) => *view,
        other => panic!("not one: {other:?}"),
    }
}

#[test]
fn documents_of_a_folder_become_one_text_with_citations() {
    let desk = Desk::new();
    let texts: Vec<String> =
        (0..3).map(|of| (0..20).map(|n| note(of * 100 + n) + "\n").collect()).collect();
    put(&desk, "in/a.txt", &texts[0]);
    put(&desk, "in/b.txt", texts[1].clone() + &texts[0]);
    put(&desk, "in/c/d.txt", &texts[2]);
    put(&desk, "in/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\0");
    let made = as_one(&desk, BudgetSpec::Ratio(3.0));
    assert!(made.tokens_out * 3 <= made.tokens_in);
    let named: Vec<&str> = made.documents.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(named, ["a.txt", "b.txt", "c/d.txt", "picture.png"]);
    assert!(made.documents[1].duplicates.len() >= 19, "{:?}", made.documents[1].duplicates.len());
    assert!(made.documents[3].failure.is_some() && made.documents[3].number.is_none());
    assert_eq!(made.documents[2].number, Some(3));
    assert!(made.documents[0].kind == "prose" && made.documents[3].kind.is_empty());
    // What is said to be lost is nowhere in the text.
    assert!(made.dropped.numbers > 0 && !made.dropped.first_numbers.is_empty());
    let words: Vec<&str> = made.text.split(|c: char| !c.is_ascii_digit()).collect();
    for lost in &made.dropped.first_numbers {
        assert!(!words.contains(&lost.as_str()), "{lost} is not lost: {}", made.text);
    }
    assert!(made.text.ends_with("\n[1] a.txt\n[2] b.txt\n[3] c/d.txt"), "{}", made.text);
    let sources = [&texts[0], &(texts[1].clone() + &texts[0]), &texts[2]];
    for span in &made.spans {
        let range = |[from, to]: [u64; 2]| from as usize..to as usize;
        assert_eq!(made.text[range(span.out)], sources[span.document as usize][range(span.src)]);
    }
}

fn long() -> String {
    (0..120).map(|n| note(n) + "\n").collect()
}

fn compressed(desk: &Desk, spec: CompressSpec) -> CompressedDocument {
    let JobOutcome::Compressed(mut made) = desk.job(Command::Compress { spec }).0 else { panic!() };
    made.remove(0).result.unwrap()
}

fn cache(desk: &Desk, command: Command) -> CacheView {
    match desk.engine.send(command).unwrap() {
        Reply::Cache(view) => view,
        other => panic!("no cache: {other:?}"),
    }
}

#[test]
fn what_was_asked_before_is_remembered_and_anything_else_is_not() {
    let desk = Desk::new();
    fs::write(desk.path("notes.md"), long()).unwrap();
    let first = compressed(&desk, spec(&desk, 4.0));
    assert_eq!(first.work, Work::Done);
    let second = compressed(&desk, spec(&desk, 4.0));
    assert_eq!(second, CompressedDocument { work: Work::Cached, ..first.clone() });
    // Another engine finds it on the disk.
    let later = desk.again();
    let third = compressed(&later, spec(&later, 4.0));
    assert_eq!(third, second);
    for other in [
        CompressSpec { focus: Some("Who counted ships?".into()), ..spec(&later, 4.0) },
        CompressSpec { budget: BudgetSpec::Ratio(4.5), ..spec(&later, 4.0) },
        CompressSpec { strategy: "sentences".into(), ..spec(&later, 4.0) },
        CompressSpec { tokenizer: "cl100k".into(), ..spec(&later, 4.0) },
        CompressSpec { cache: CacheSpec::Left, ..spec(&later, 4.0) },
    ] {
        assert_eq!(compressed(&later, other).work, Work::Done);
    }
    let with_source = CompressSpec { source: SourceText::Returned, ..spec(&later, 4.0) };
    assert_eq!(compressed(&later, with_source).source, Some(long()));
    fs::write(later.path("notes.md"), long() + "One more line.\n").unwrap();
    assert_eq!(compressed(&later, spec(&later, 4.0)).work, Work::Done);
    assert_eq!(cache(&later, Command::ListCache).results, 6);
}

#[test]
fn damage_is_found_and_tags_are_forgotten() {
    let desk = Desk::new();
    fs::write(desk.path("notes.md"), long()).unwrap();
    let tagged = CompressSpec { cache: CacheSpec::Tagged("draft".into()), ..spec(&desk, 4.0) };
    let first = compressed(&desk, tagged.clone());
    let folder = desk.path("cache/results");
    let files = |folder: &PathBuf| -> Vec<PathBuf> {
        let inner = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        inner
            .flat_map(|inner| fs::read_dir(inner).unwrap().map(|entry| entry.unwrap().path()))
            .collect()
    };
    let file = files(&folder).remove(0);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(&file, bytes).unwrap();
    let later = desk.again();
    let made = compressed(&later, tagged.clone());
    assert_eq!((made.work.clone(), &made.text), (Work::Done, &first.text), "made again");
    let other = PruneSpec { tag: Some("final".into()), ..PruneSpec::default() };
    assert_eq!(cache(&later, Command::PruneCache { spec: other }).results, 1);
    let draft = PruneSpec { tag: Some("draft".into()), ..PruneSpec::default() };
    let view = cache(&later, Command::PruneCache { spec: draft });
    assert_eq!((view.forgotten, view.results), (1, 0));
    assert_eq!(compressed(&later, tagged).work, Work::Done, "in memory it is forgotten too");
}
