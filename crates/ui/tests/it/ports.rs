//! Bench: what the list says of a port.

use protocol::{Command, PortViewState, Snapshot};

use super::bench::rig;
use super::sample;

#[test]
fn a_board_says_how_it_was_spoken_with_whatever_the_driver() {
    let mut ports = sample::ports();
    assert!(rig(Snapshot { ports: ports.clone(), ..sample::snapshot() }).tells("not asked yet"));
    for (port, driver) in ports.iter_mut().skip(1).zip(["mlperf-tiny", "log"]) {
        port.driver = Some(driver.into());
    }
    ports.truncate(3);
    let rig = rig(Snapshot { ports, ..sample::snapshot() });
    assert!(rig.tells("speaks mlperf-tiny") && rig.tells("speaks log"));
    assert!(!rig.tells("not asked yet"));
}

#[test]
fn a_board_of_which_the_system_tells_nothing_says_so_and_can_be_tried() {
    let hint = "the system does not say whether this port can be opened (Too many levels of symbolic links (os error 40)); see what it is (`ls -l /dev/ttyACM2`), or try it";
    let mut ports = sample::ports();
    ports.truncate(1);
    ports.push(sample::pico("/dev/ttyACM2", "E3", PortViewState::Unknown, Some(hint)));
    let mut rig = rig(Snapshot { ports, ..sample::snapshot() });
    assert!(rig.shows("Unknown") && rig.tells("the system does not say whether"));
    rig.picture("bench-unknown");
    rig.click("Copy the command");
    let copied = rig.harness.output().platform_output.commands.iter().any(|command| {
        matches!(command, egui::OutputCommand::CopyText(text) if text == "ls -l /dev/ttyACM2")
    });
    assert!(copied || rig.tells("The command is on the clipboard"));
    rig.click("Raspberry Pi Pico, unknown");
    rig.click("Start run");
    let started = |command: &Command| matches!(command, Command::StartRun { spec } if spec.board == "/dev/ttyACM2");
    assert!(rig.sent().iter().any(started));
}
