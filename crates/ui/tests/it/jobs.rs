//! Jobs: what goes on, how far, and what came of it.

use egui::Vec2;
use egui::accesskit::Role;
use protocol::Snapshot;
use protocol::{
    Code, Command, Event, Failure, JobId, JobKind, JobOutcome, Reply, RunId, RunStatus,
};
use ui::asks::{Go, Place};

use super::bench::{going, job, press};
use super::sample;
use super::support::Rig;

fn busy() -> Snapshot {
    let mut emulated = going("01k9b", "Emulated Cortex-M4F (QEMU)", 0);
    emulated.summary.emulated = true;
    emulated.summary.synthetic = true;
    emulated.summary.model = "synthetic, seed 1".into();
    emulated.doing = "loading the model".into();
    Snapshot {
        going: vec![going("01k9a", "This computer", 4), emulated],
        jobs: vec![
            job(7, JobKind::FetchModel, "stories15M", 25_000_000, 60_816_028),
            job(8, JobKind::Compress, "a very long name of a document, notes and all.md", 0, 0),
        ],
        ..sample::snapshot()
    }
}

fn rig_of(snapshot: Snapshot, theme: &'static str, size: Vec2) -> Rig {
    let mut rig = Rig::with(size, theme, move |wire, _| {
        let snapshot = Snapshot {
            settings: {
                let mut settings = sample::settings();
                settings[3].value = theme.into();
                settings
            },
            ..snapshot
        };
        wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
    });
    rig.harness.state_mut().as_mut().expect("it was drawn").go(Go::To(Place::Jobs));
    rig.run();
    rig
}

fn rig(snapshot: Snapshot) -> Rig {
    rig_of(snapshot, "light", Vec2::new(1280.0, 800.0))
}

fn failed(words: &str) -> JobOutcome {
    JobOutcome::Failed(Failure::new(Code::BadInput, words).with_hint("choose another file"))
}

#[test]
fn an_empty_room_teaches_what_to_do() {
    let mut rig = rig(sample::snapshot());
    assert!(rig.shows("Nothing goes on"));
    rig.click("Start a run");
    assert_eq!(rig.desk().place(), Place::Bench);
}

#[test]
fn runs_and_jobs_show_how_far_they_are() {
    let mut rig = rig(busy());
    assert!(rig.shows("stories260K on This computer") && rig.shows("4 of 11 repetitions"));
    assert!(rig.shows("23.8 MiB of 58.0 MiB") && rig.shows("41 %"));
    assert!(rig.shows("SYNTHETIC") && rig.shows("EMULATED"));
    let progressed =
        Event::JobProgressed { job: JobId(8), doing: "counting".into(), done: 1, total: 2 };
    rig.event(progressed);
    assert!(rig.shows("counting") && rig.shows("50 %"));
}

#[test]
fn a_job_is_cancelled_and_says_so_until_it_has_ended() {
    let mut rig = rig(Snapshot { going: Vec::new(), ..busy() });
    rig.event(Event::JobFinished { job: JobId(8), outcome: failed("it is no text") });
    press(&mut rig, Role::Button, "Cancel");
    assert!(rig.sent().contains(&Command::Cancel { job: JobId(7) }));
    assert!(rig.shows("Stopping…"));
    let outcome = JobOutcome::Failed(Failure::new(Code::Cancelled, "cancelled"));
    rig.event(Event::JobFinished { job: JobId(7), outcome });
    assert!(!rig.shows("Stopping…") && rig.shows("cancelled"));
}

#[test]
fn a_cancel_that_is_refused_can_be_asked_again() {
    let mut rig = rig(Snapshot { going: Vec::new(), ..busy() });
    let failure = Failure::new(Code::NotFound, "there is no such job");
    rig.wire.borrow_mut().instead.insert("Cancel", Err(failure));
    press(&mut rig, Role::Button, "Cancel");
    assert!(!rig.shows("Stopping…") && rig.shows("there is no such job"));
}

#[test]
fn a_run_is_stopped_and_watched_from_here() {
    let mut rig = rig(Snapshot { jobs: Vec::new(), going: vec![going("01k9a", "x", 4)], ..busy() });
    press(&mut rig, Role::Button, "Stop");
    assert!(rig.sent().contains(&Command::StopRun { run: "01k9a".into() }));
    assert!(rig.shows("Stopping…"));
    press(&mut rig, Role::Button, "Watch");
    assert_eq!(rig.desk().place(), Place::Live);
    let run = RunId::from("01k9a");
    rig.event(Event::RunFinished { run, status: RunStatus::Aborted, failure: None });
}

#[test]
fn what_ended_stays_with_what_came_of_it() {
    let mut rig = rig(busy());
    rig.event(Event::JobFinished { job: JobId(8), outcome: failed("it is no text") });
    assert!(rig.shows("it is no text; choose another file") && rig.shows("just now"));
    let outcome = JobOutcome::Compressed(Vec::new());
    rig.event(Event::JobStarted(job(9, JobKind::Compress, "other.md", 0, 1)));
    rig.event(Event::JobFinished { job: JobId(9), outcome });
    rig.click("Open Compress");
    assert_eq!(rig.desk().place(), Place::Compress);
}

#[test]
fn pictures() {
    for (theme, size, word) in [
        ("light", Vec2::new(1280.0, 800.0), "light"),
        ("dark", Vec2::new(1920.0, 1080.0), "large"),
        ("light", Vec2::new(620.0, 800.0), "narrow"),
    ] {
        let mut rig = rig_of(busy(), theme, size);
        rig.event(Event::JobStarted(job(9, JobKind::Compress, "notes.md", 0, 1)));
        rig.event(Event::JobFinished { job: JobId(9), outcome: failed("it is no text") });
        rig.event(Event::JobStarted(job(10, JobKind::Heat, "notes.md", 0, 1)));
        let heat = JobOutcome::Heat(sample::heat());
        rig.event(Event::JobFinished { job: JobId(10), outcome: heat });
        rig.picture(&format!("jobs-busy-{word}"));
    }
}
