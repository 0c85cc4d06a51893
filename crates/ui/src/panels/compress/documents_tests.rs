//! What came back finds what was handed in.

use super::*;
use protocol::{Code, DroppedView};

fn outcome(name: &str) -> DocumentOutcome {
    let result = Ok(CompressedDocument {
        name: name.into(),
        source_sha256: String::new(),
        tokenizer: "o200k".into(),
        tokens_in: 100,
        tokens_out: 25,
        tokens_lossless: None,
        ratio: Some(4.0),
        kind: "prose".into(),
        content: None,
        refused: None,
        dropped: DroppedView::default(),
        text: "left".into(),
        spans: Vec::new(),
        gaps: Vec::new(),
        folds: Vec::new(),
        elapsed_ms: 2.0,
        work: protocol::Work::Done,
        extraction: protocol::Extraction::default(),
        source: Some("what was".into()),
        retention: None,
    });
    DocumentOutcome { name: name.into(), result }
}

fn failed(name: &str) -> DocumentOutcome {
    let result = Err(Failure::new(Code::BadInput, "it is no text"));
    DocumentOutcome { name: name.into(), result }
}

fn file(path: &str) -> Given {
    Given::document(DocumentSource::File(path.into()))
}

fn places(entries: &[Entry]) -> Vec<Option<String>> {
    let path = |entry: &Entry| match entry.source.as_ref()? {
        DocumentSource::File(path) => Some(path.display().to_string()),
        DocumentSource::Bytes { name, .. } => Some(name.clone()),
    };
    entries.iter().map(path).collect()
}

#[test]
fn documents_are_tied_by_their_order() {
    let given = [file("/a/x.md"), file("/b/x.md")];
    let entries = entries(&given, vec![outcome("x.md"), failed("/b/x.md")]);
    assert_eq!(places(&entries), [Some("/a/x.md".into()), Some("/b/x.md".into())]);
    assert_eq!(entries[1].name, "x.md", "a failure keeps its document's name");
    assert_eq!(entries[0].text.as_deref(), Some("what was"));
}

#[test]
fn documents_of_a_folder_are_tied_by_their_name() {
    let given = [file("/a/x.md"), Given::folder("/docs".into())];
    let outcomes = vec![outcome("x.md"), outcome("sub/y.md"), outcome("z.md"), failed("scan.pdf")];
    let entries = entries(&given, outcomes);
    let sub = ["/docs", "sub", "y.md"].iter().collect::<PathBuf>().display().to_string();
    assert_eq!(
        places(&entries),
        [Some("/a/x.md".into()), Some(sub), Some("/docs/z.md".into()), None]
    );
    assert_eq!(entries[3].name, "scan.pdf", "a failure keeps its document's name");
}

#[test]
fn a_dropped_folder_is_found_out() {
    let entries = entries(&[file("/docs")], vec![outcome("a.md"), outcome("b.md")]);
    assert_eq!(places(&entries), [Some("/docs/a.md".into()), Some("/docs/b.md".into())]);
}

#[test]
fn failures_never_hide_successes() {
    let given = [file("/a"), file("/b"), file("/c")];
    let entries = entries(&given, vec![outcome("a"), failed("b"), outcome("c")]);
    let totals = Totals::of(&entries);
    assert_eq!((totals.done, totals.failed, totals.tokens_in), (2, 1, 200));
    assert_eq!(totals.ratio(), Some(4.0));
    assert_eq!(Totals::default().ratio(), None);
}

#[test]
fn sizes_are_known_where_they_can_be() {
    let pasted = Given::document(DocumentSource::Bytes { name: "p".into(), bytes: vec![0; 9] });
    assert_eq!(bytes(std::slice::from_ref(&pasted), &[]), Some(9));
    assert_eq!(bytes(&[pasted, file("/a")], &[]), None);
    let entries = entries(&[file("/a")], vec![outcome("a")]);
    assert_eq!(bytes(&[file("/a")], &entries), Some(8));
}

#[test]
fn only_a_few_come_back_with_their_texts() {
    assert!(few(&[file("/a.md")]));
    assert!(!few(&[file("/docs")]), "it may be a folder");
    assert!(!few(&[Given::folder("/a".into())]));
    assert!(!few(&vec![file("/a.md"); 9]));
}
