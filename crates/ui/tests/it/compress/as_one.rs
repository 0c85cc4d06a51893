//! Several documents as one text: asked for, read beside its sources, taken away.

use protocol::{
    AsOneSpec, AsOneView, CitationStyle, Citations, DroppedView, DuplicateView, MarkView,
    MemberSpan, MemberView,
};

use super::*;

const PUMP: &str = "The pump was checked in 1987 by the harbour office. Nobody said why.\n\nIt was \
                    replaced after the storm of 1991, and the engineer was not asked.\n";
const MAIL: &str = "Dear Ada,\n\nit was replaced after the storm of 1991, and the engineer was not \
                    asked. The new valve holds 12 bar.\n\nGood wishes, Bob\n";

fn member(name: &str, number: Option<u64>, tokens_in: u64, kept_bytes: u64) -> MemberView {
    MemberView {
        name: name.into(),
        source_sha256: name.into(),
        number,
        kind: "prose".into(),
        tokens_in,
        kept_bytes,
        duplicates: Vec::new(),
        failure: None,
    }
}

/// What an engine would make of a note, a mail that repeats it, a picture, and a few more.
fn view() -> AsOneView {
    let stretches: [(u64, &str, &str, &str); 4] = [
        (0, PUMP, "The pump was checked in 1987", " [1]\n"),
        (0, PUMP, "replaced after the storm of 1991", " [1]\n"),
        (0, PUMP, "the engineer was not asked.", " [1]\n"),
        (1, MAIL, "The new valve holds 12 bar.", " [2]\n"),
    ];
    let (mut text, mut spans, mut marks) = (String::new(), Vec::new(), Vec::new());
    for (document, source, words, mark) in stretches {
        let (at, from) = (text.len() as u64, source.find(words).expect("it is there") as u64);
        let length = words.len() as u64;
        spans.push(MemberSpan { out: [at, at + length], document, src: [from, from + length] });
        text.push_str(words);
        let at = text.len() as u64;
        text.push_str(mark);
        marks.push(MarkView { out: [at, at + mark.len() as u64 - 1], document });
    }
    let index = text.len() as u64;
    text.push_str("\n[1] field-notes.md\n[2] mails/bob.eml");
    let mut mail = member("mails/bob.eml", Some(2), 41, 27);
    let first = PUMP.find("It was").expect("it is there") as u64;
    let from = MAIL.find("it was").expect("it is there") as u64;
    mail.duplicates.push(DuplicateView {
        src: [from, from + 63],
        document: 0,
        first: [first, first + 63],
        same: 0.92,
    });
    let failure = Failure::new(Code::BadInput, "the document holds pictures and no text");
    let mut documents = vec![
        member("field-notes.md", Some(1), 38, 87),
        mail,
        MemberView { failure: Some(failure), ..member("scan.pdf", None, 0, 0) },
        member("mails/empty-of-news.eml", None, 17, 0),
    ];
    documents.extend((1..9).map(|n| member(&format!("minutes/{n:02}.md"), None, 900 + n, 0)));
    AsOneView {
        index: [index, text.len() as u64],
        text,
        tokenizer: "o200k".into(),
        tokens_in: 7_332,
        tokens_out: 61,
        ratio: Some(120.2),
        spans,
        marks,
        documents,
        dropped: DroppedView {
            numbers: 2,
            entities: 3,
            first_numbers: vec!["1988".into(), "17".into()],
            first_entities: vec!["Ada".into(), "Bob".into(), "Carla".into()],
            ..DroppedView::default()
        },
        refused: None,
        elapsed_ms: 3.0,
    }
}

fn asked(sent: &[Command]) -> Vec<AsOneSpec> {
    let spec = |command: &Command| match command {
        Command::CompressAsOne { spec } => Some(spec.clone()),
        _ => None,
    };
    sent.iter().filter_map(spec).collect()
}

/// Two files, each by itself.
fn two() -> Rig {
    let mut rig = rig();
    drop_files(&mut rig, &[NOTES, "/data/ada/bob.md"]);
    let other = CompressedDocument { name: "bob.md".into(), ..sample::compressed() };
    finish(&mut rig, vec![Ok(sample::compressed()), Ok(other)]);
    rig.sent();
    rig
}

/// A folder has become one text.
pub(super) fn all_as_one(size: Vec2, theme: &'static str) -> Rig {
    let mut rig = rig_with(size, theme);
    drop_files(&mut rig, &["/docs"]);
    finish(&mut rig, many());
    rig.click("All as one");
    later(&mut rig);
    let outcome = JobOutcome::AsOne(Box::new(view()));
    rig.event(Event::JobFinished { job: JobId(7), outcome });
    rig
}

/// Looks at the second source, whose text comes.
pub(super) fn open_a_source(rig: &mut Rig) {
    rig.click("mails/bob.eml, 41 tokens · 27 B kept · 1 passage in an earlier source");
    let made = CompressedDocument {
        source_sha256: "mails/bob.eml".into(),
        source: Some(MAIL.into()),
        ..sample::compressed()
    };
    let named = DocumentOutcome { name: "bob.eml".into(), result: Ok(made) };
    let outcome = JobOutcome::Compressed(vec![named]);
    rig.event(Event::JobFinished { job: JobId(1), outcome });
}

#[test]
fn several_documents_can_be_asked_for_as_one() {
    let mut rig = two();
    rig.click("All as one");
    later(&mut rig);
    let spec = asked(&rig.sent()).remove(0);
    let files = [NOTES, "/data/ada/bob.md"].map(|path| DocumentSource::File(path.into()));
    assert_eq!(spec.documents, files);
    assert_eq!((spec.budget, spec.citations), (BudgetSpec::Ratio(4.0), Citations::Passages));
    rig.click("Each source");
    rig.click("As Markdown footnotes");
    later(&mut rig);
    let spec = asked(&rig.sent()).pop().expect("it is asked again");
    assert_eq!((spec.citations, spec.style), (Citations::Documents, CitationStyle::Markdown));
    rig.click("Each by itself");
    later(&mut rig);
    let sent = rig.sent();
    assert!(asked(&sent).is_empty() && specs(&sent).len() == 1, "{sent:?}");
}

#[test]
fn one_document_alone_is_not_asked_for_as_one() {
    let rig = full(Vec2::new(1280.0, 800.0), "light");
    assert!(!rig.shows("All as one"));
}

#[test]
fn its_sources_stand_beside_it_and_its_losses_under_it() {
    let mut rig = all_as_one(Vec2::new(1280.0, 800.0), "light");
    assert!(rig.tells("12 documents as one") && rig.tells("2 of 12"));
    assert!(rig.tells("The pump was checked in 1987 [1]") && rig.tells("[2] mails/bob.eml"));
    assert!(rig.tells("scan.pdf, the document holds pictures and no text"));
    assert!(rig.tells("2 numbers lost") && rig.tells("3 names lost"));
    open_a_source(&mut rig);
    assert!(rig.tells("Good wishes, Bob"), "the source's own text");
    rig.click("All sources");
    assert!(rig.tells("field-notes.md, 38 tokens"));
    // A citation leads to its source.
    rig.click("Citation [2], to its source");
    assert!(rig.shows("All sources"));
}

#[test]
fn it_is_copied_and_saved_with_its_citations() {
    let mut rig = all_as_one(Vec2::new(1280.0, 800.0), "light");
    rig.click("Save…");
    rig.click("Text with its citations…");
    rig.choose(Chosen::Paths(vec!["/out/all.txt".into()]));
    rig.click("Save…");
    rig.click("JSON, where every byte comes from…");
    rig.choose(Chosen::Paths(vec!["/out/all.json".into()]));
    let written = rig.around.borrow().written.clone();
    assert_eq!(written[0].1, view().text);
    assert!(written[1].1.starts_with("{\"documents\":[") && written[1].1.contains("as-one-map/1"));
}
