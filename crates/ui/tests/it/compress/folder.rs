//! A folder goes into another: progress, stop, going on, what failed.

use super::*;
use protocol::FolderSpec;

fn folders(sent: &[Command]) -> Vec<FolderSpec> {
    let spec = |command: &Command| match command {
        Command::CompressFolder { spec } => Some(spec.clone()),
        _ => None,
    };
    sent.iter().filter_map(spec).collect()
}

/// A folder on its way into another.
pub(super) fn on_its_way(size: Vec2, theme: &'static str) -> Rig {
    let mut rig = rig_with(size, theme);
    drop_files(&mut rig, &["/docs"]);
    finish(&mut rig, many());
    rig.click("Into a folder…");
    rig.choose(Chosen::Paths(vec!["/out".into()]));
    rig.event(Event::JobStarted(JobView {
        job: JobId(6),
        kind: JobKind::Compress,
        title: "/docs".into(),
        doing: String::new(),
        done: 0,
        total: 0,
        began_ms: NOW_MS - 60_000,
    }));
    let doing = "compressing 2019/scan.pdf".to_owned();
    rig.event(Event::JobProgressed { job: JobId(6), doing, done: 3120, total: 12_480 });
    later(&mut rig);
    rig
}

#[test]
fn a_folder_goes_into_another_and_is_stopped_and_gone_on_with() {
    let mut rig = on_its_way(Vec2::new(1280.0, 800.0), "light");
    let sent = folders(&rig.sent());
    let spec = &sent[0];
    assert_eq!(spec.folder, PathBuf::from("/docs"));
    assert_eq!(spec.into, PathBuf::from("/out"));
    assert!(spec.manifest.ends_with("benchvise-manifest.jsonl"));
    assert_eq!(spec.budget, BudgetSpec::Ratio(4.0));
    assert!(rig.tells("Compressing 2019/scan.pdf") && rig.tells("left"));
    assert!(rig.tells("3\u{202f}120 of 12\u{202f}480"), "how many of how many");
    rig.click("Stop");
    assert!(rig.sent().contains(&Command::Cancel { job: JobId(6) }));
    assert!(rig.tells("what is done is in /out"));
    rig.click("Go on");
    assert_eq!(folders(&rig.sent()), sent, "the same words go on with it");
    let outcome = JobOutcome::Folder(Box::new(sample::folder()));
    rig.event(Event::JobFinished { job: JobId(6), outcome });
    assert!(rig.tells("3\u{202f}168 done before") && rig.tells("2 failed"));
    assert!(rig.tells("2019/scan.pdf: the document holds pictures and no text"));
    rig.click("Close this");
    assert!(rig.shows("Into a folder…"));
}

#[test]
fn a_folder_that_cannot_be_written_says_why() {
    let mut rig = on_its_way(Vec2::new(1280.0, 800.0), "light");
    let outcome = JobOutcome::Failed(Failure::new(Code::BadInput, "the disk is full"));
    rig.event(Event::JobFinished { job: JobId(6), outcome });
    assert!(rig.tells("the disk is full"));
    rig.sent();
    rig.click("Try again");
    assert_eq!(folders(&rig.sent()).len(), 1);
}

#[test]
fn one_document_is_no_folder() {
    let rig = full(Vec2::new(1280.0, 800.0), "light");
    assert!(!rig.shows("Into a folder…"));
}

#[test]
fn without_dialogs_the_folder_is_typed() {
    let mut rig = rig();
    drop_files(&mut rig, &["/docs"]);
    finish(&mut rig, many());
    rig.click("Into a folder…");
    rig.choose(Chosen::Unavailable { why: "no portal answers".into() });
    let field = input(&rig, "Path of a folder");
    field.focus();
    field.type_text("/out");
    rig.run();
    rig.sent();
    rig.click("Compress into it");
    assert_eq!(folders(&rig.sent())[0].into, PathBuf::from("/out"));
}
