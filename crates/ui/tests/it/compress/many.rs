//! Many documents: what failed among what did not.

use super::*;

#[test]
fn failures_stand_among_successes_and_hide_none() {
    let mut rig = rig();
    drop_files(&mut rig, &["/docs"]);
    finish(&mut rig, many());
    assert!(rig.tells("1 failed, 1 refused"));
    assert!(rig.tells("the document holds pictures and no text"));
    assert!(rig.tells("readme.md, 1363 to 340 tokens"));
    rig.sent();
    rig.click("readme.md, 1363 to 340 tokens, 4×");
    // Its own text was left where it is, and is fetched now.
    let spec = specs(&rig.sent()).remove(0);
    assert_eq!(spec.documents, [DocumentSource::File("/docs/readme.md".into())]);
    assert_eq!(spec.source, SourceText::Returned);
    assert!(rig.tells("The document is being read"));
    finish(&mut rig, vec![Ok(sample::compressed())]);
    assert!(rig.tells("It rained all morning"));
    rig.click("All 6 documents");
    assert!(rig.tells("readme.md, 1363 to 340 tokens"));
    rig.click("Save all into a folder…");
    rig.choose(Chosen::Paths(vec!["/out".into()]));
    let written: Vec<String> = rig
        .around
        .borrow()
        .written
        .iter()
        .map(|(path, _)| path.file_name().expect("it is a file").to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        written,
        [
            "field-notes.compressed.md",
            "log-2025-11-03.compressed.log",
            "contract.compressed.txt",
            "seals.compressed.csv",
            "readme.compressed.md"
        ]
    );
    assert!(rig.tells("Saved 5 documents"));
}

#[test]
fn a_document_that_changed_meanwhile_is_not_shown_as_the_old_one() {
    let mut rig = rig();
    drop_files(&mut rig, &["/docs"]);
    finish(&mut rig, many());
    rig.click("readme.md, 1363 to 340 tokens, 4×");
    let other = CompressedDocument { source_sha256: "other".into(), ..sample::compressed() };
    finish(&mut rig, vec![Ok(other)]);
    assert!(rig.tells("has changed since it was compressed"));
}
