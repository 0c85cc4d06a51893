//! An image for a board that waits for one: chosen, looked at, written.

use protocol::{
    Code, Command, Event, Failure, FlashSpec, FlashStretch, FlashView, FlashWay, JobId, JobKind,
    JobOutcome, PortViewState, Reply, Snapshot,
};
use ui::shell::{Chosen, Dialog};

use super::bench::{job, rig, write};
use super::sample;
use super::support::Rig;

const OURS: JobId = JobId(9);
const HINT: &str = "flash an image, or press reset to start the firmware";

fn waiting() -> Rig {
    let mut ports = sample::ports();
    ports[1] = sample::pico("usb:1-2", "E660C06213", PortViewState::Bootloader, Some(HINT));
    let rig = rig(Snapshot { ports, ..sample::snapshot() });
    rig.wire.borrow_mut().instead.insert("Flash", Ok(Reply::JobStarted { job: OURS }));
    rig
}

fn view(restarted: Option<bool>) -> Box<FlashView> {
    Box::new(FlashView {
        image: "UF2".into(),
        family: "RP2040".into(),
        bytes: 262_144,
        blocks: Some(1024),
        way: FlashWay::Drive,
        stretches: vec![FlashStretch { from: 0x1000_0000, to: 0x1003_ffff, what: None }],
        flash_bytes: None,
        to: "/media/ada/RPI-RP2".into(),
        board: Some("Raspberry Pi RP2".into()),
        verified: None,
        restarted,
    })
}

fn ended(rig: &mut Rig, outcome: JobOutcome) {
    rig.event(Event::JobFinished { job: OURS, outcome });
}

fn asked(rig: &mut Rig) -> Vec<FlashSpec> {
    let flash = |command| match command {
        Command::Flash { spec } => Some(spec),
        _ => None,
    };
    rig.sent().into_iter().filter_map(flash).collect()
}

fn spec(dry_run: bool) -> FlashSpec {
    FlashSpec {
        image: "/fw/agent.uf2".into(),
        board: Some("usb:1-2".into()),
        dry_run,
        ..FlashSpec::default()
    }
}

fn looked() -> Rig {
    let mut rig = waiting();
    rig.click("Flash…");
    assert!(matches!(rig.around.borrow().dialogs.last(), Some((_, Dialog::Files { .. }))));
    rig.choose(Chosen::Paths(vec!["/fw/agent.uf2".into()]));
    assert_eq!(asked(&mut rig), [spec(true)]);
    ended(&mut rig, JobOutcome::Flashed(view(None)));
    rig
}

#[test]
fn an_image_is_looked_at_before_it_is_written_and_the_board_restarts_with_it() {
    let mut rig = looked();
    assert!(rig.tells("UF2 for RP2040: 256 KiB in 1024 blocks, 0x10000000 to 0x1003ffff"));
    assert!(rig.tells("Nothing is written yet. It goes to /media/ada/RPI-RP2"));
    rig.click("Write agent.uf2");
    assert_eq!(asked(&mut rig), [spec(false)]);
    rig.event(Event::JobStarted(protocol::JobView {
        job: OURS,
        ..job(9, JobKind::Flash, "agent.uf2", 0, 0)
    }));
    let doing = "writing".to_owned();
    rig.event(Event::JobProgressed { job: OURS, doing, done: 40, total: 100 });
    assert!(rig.tells("Writing agent.uf2…"));
    // It does not wait any more, and is another device now.
    rig.event(Event::PortsChanged(sample::ports()));
    ended(&mut rig, JobOutcome::Flashed(view(Some(true))));
    assert!(rig.tells("agent.uf2 is written") && rig.tells("took all of it and restarted"));
    rig.click("Good");
    rig.run();
    assert!(!rig.tells("agent.uf2 is written"));
}

#[test]
fn what_was_not_verified_says_so() {
    let mut rig = looked();
    rig.click("Write agent.uf2");
    ended(&mut rig, JobOutcome::Flashed(view(Some(false))));
    assert!(rig.tells("Not verified: the drive did not leave"));
}

/// A look at a file is over before the answer that it has begun.
#[test]
fn a_look_that_is_over_before_it_is_heard_of_is_shown() {
    let mut rig = waiting();
    rig.wire.borrow_mut().silent.push("Flash");
    rig.click("Flash…");
    rig.choose(Chosen::Paths(vec!["/fw/agent.uf2".into()]));
    ended(&mut rig, JobOutcome::Flashed(view(None)));
    let request = rig.wire.borrow().sent.iter().rev().find_map(|(request, command)| {
        matches!(command, Command::Flash { .. }).then_some(*request)
    });
    let reply = Box::new(Ok(Reply::JobStarted { job: OURS }));
    rig.incoming(ui::Incoming::Reply { request: request.expect("it was asked"), reply });
    assert!(rig.tells("Nothing is written yet"));
}

#[test]
fn an_image_that_does_not_fit_says_why_and_another_can_be_chosen() {
    let mut rig = waiting();
    let failure = Failure::new(Code::BadInput, "this image is for another board")
        .with_hint("name one for the RP2040");
    rig.wire.borrow_mut().instead.insert("Flash", Err(failure));
    rig.click("Flash…");
    rig.choose(Chosen::Paths(vec!["/fw/other.uf2".into()]));
    assert!(rig.tells("this image is for another board") && rig.tells("name one for the RP2040"));
    rig.click("Another image…");
    assert_eq!(rig.around.borrow().dialogs.len(), 2);
}

#[test]
fn where_there_is_no_dialog_a_path_is_written() {
    let mut rig = waiting();
    rig.click("Flash…");
    rig.choose(Chosen::Unavailable { why: "there is no desktop portal".into() });
    assert!(rig.tells("there is no desktop portal"));
    write(&mut rig, "Path of the image", "/fw/agent.uf2");
    rig.click("Look at it");
    assert_eq!(asked(&mut rig), [spec(true)]);
}

#[test]
fn writing_can_be_cancelled() {
    let mut rig = looked();
    rig.click("Write agent.uf2");
    rig.click("Cancel");
    assert!(rig.sent().contains(&Command::Cancel { job: OURS }));
    let stopped = Failure::new(Code::Cancelled, "it was stopped");
    ended(&mut rig, JobOutcome::Failed(stopped));
    assert!(rig.tells("it was stopped"));
}

#[test]
fn a_board_that_runs_its_firmware_offers_nothing_to_flash() {
    let rig = Rig::new();
    assert!(!rig.shows("Flash…"));
}

#[test]
fn pictures() {
    let mut rig = looked();
    rig.picture("flash-looked");
    rig.click("Write agent.uf2");
    rig.event(Event::PortsChanged(sample::ports()));
    ended(&mut rig, JobOutcome::Flashed(view(Some(true))));
    rig.picture("flash-written");
}
