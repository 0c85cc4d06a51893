//! Models that read text in the settings: those that are here, and those that are got.

use egui::Vec2;
use protocol::{
    Code, Command, Event, Failure, JobId, JobKind, JobOutcome, NeuralView, Reply, Snapshot,
};
use ui::asks::{Go, Place};

use super::bench::{job, write};
use super::sample;
use super::support::Rig;

fn rig(theme: &'static str, neural: Option<NeuralView>) -> Rig {
    sample::set_theme(theme);
    let snapshot = Snapshot { neural, ..sample::snapshot() };
    let mut rig = Rig::with(Vec2::new(1280.0, 1180.0), theme, |wire, _| {
        wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
    });
    if let Some(desk) = rig.harness.state_mut() {
        desk.go(Go::To(Place::Settings));
    }
    rig.run();
    rig.sent();
    rig
}

fn fetch(name: &str) -> Command {
    Command::FetchModel { name: name.into() }
}

/// It came, and is listed from now on.
fn came(rig: &mut Rig, name: &str, unchecked: &[&str]) {
    let mut neural = sample::neural();
    neural.scorers.push(name.into());
    neural.gettable.clear();
    let reply = Ok(Reply::Neural(Some(Box::new(neural))));
    rig.wire.borrow_mut().instead.insert("ListNeural", reply);
    let outcome = JobOutcome::ModelFetched {
        model: "/m/model.safetensors".into(),
        tokenizer: None,
        name: Some(name.into()),
        unchecked: unchecked.iter().map(|file| (*file).to_owned()).collect(),
    };
    rig.event(Event::JobFinished { job: JobId(4), outcome });
}

#[test]
fn a_program_without_them_says_how_it_is_built_with_them() {
    let rig = rig("light", None);
    assert!(rig.tells("built without them") && !rig.shows("Get it"));
}

#[test]
fn a_known_model_is_got_with_progress_and_is_then_among_those_here() {
    let mut rig = rig("light", Some(sample::neural()));
    assert!(rig.shows("all-MiniLM-L6-v2") && rig.shows("tiny/q4.gguf"));
    rig.click("Get org/judge");
    assert_eq!(rig.sent(), [fetch("org/judge")]);
    rig.event(Event::JobStarted(job(4, JobKind::FetchModel, "org/judge", 0, 100)));
    let doing = "fetching model.safetensors".to_owned();
    rig.event(Event::JobProgressed { job: JobId(4), doing, done: 42, total: 100 });
    assert!(rig.shows("42 %"));
    rig.picture("settings-models-light");
    rig.click("Cancel getting org/judge");
    assert!(rig.sent().contains(&Command::Cancel { job: JobId(4) }));
    came(&mut rig, "org/judge", &[]);
    assert!(rig.sent().contains(&Command::ListNeural));
    assert!(rig.shows("org/judge is here") && !rig.shows("Get org/judge"));
}

#[test]
fn any_model_of_the_hub_is_asked_for_by_name_and_says_why_it_did_not_come() {
    let mut rig = rig("dark", Some(sample::neural()));
    let field = "Another of the model hub’s";
    write(&mut rig, field, "tiny");
    rig.click("Get it");
    assert_eq!(rig.sent(), [], "without a publisher it is no name");
    write(&mut rig, field, "org/other/q8.gguf");
    rig.click("Get it");
    assert_eq!(rig.sent(), [fetch("org/other/q8.gguf")]);
    rig.event(Event::JobStarted(job(4, JobKind::FetchModel, "org/other/q8.gguf", 10, 100)));
    assert!(rig.shows("other/q8.gguf") && rig.shows("10 %"));
    let failure = Failure::new(Code::Internal, "the model could not be fetched (no network)")
        .with_hint("fetch q8.gguf by hand and put it there");
    rig.event(Event::JobFinished { job: JobId(4), outcome: JobOutcome::Failed(failure) });
    assert!(rig.tells("no network") && rig.tells("by hand"));
    rig.picture("settings-models-dark");
    rig.click("Get org/other/q8.gguf");
    rig.event(Event::JobStarted(job(4, JobKind::FetchModel, "org/other/q8.gguf", 10, 100)));
    came(&mut rig, "org/other/q8.gguf", &["q8.gguf"]);
    assert!(rig.tells("the hub has no checksum"), "what could not be checked is said");
}

#[test]
fn what_was_put_there_by_hand_is_found_by_looking_again() {
    let mut rig = rig("light", Some(sample::neural()));
    let mut more = sample::neural();
    more.encoders.push("mine".into());
    let reply = Ok(Reply::Neural(Some(Box::new(more))));
    rig.wire.borrow_mut().instead.insert("ListNeural", reply);
    rig.click("Look for models again");
    assert!(rig.shows("mine"));
}

#[test]
fn a_job_that_gets_one_leads_to_the_settings() {
    let mut rig = rig("light", Some(sample::neural()));
    rig.event(Event::JobStarted(job(4, JobKind::FetchModel, "org/judge", 10, 100)));
    if let Some(desk) = rig.harness.state_mut() {
        desk.go(Go::To(Place::Jobs));
    }
    rig.run();
    rig.click("Open Settings");
    assert!(rig.shows("Look for models again"));
}
