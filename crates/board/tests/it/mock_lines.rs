//! What opening does to the modem lines of boards, on a USB that is played.

use std::process::Command;

use board::meter::{MeterModel, MeterSetup, open_meter};
use board::{AgentDriver, Patience, Port, Pty, list_ports};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{ControlModes, OptionalActions, tcgetattr, tcsetattr};

use crate::line_listener::LineListener;
use crate::pipe::PATIENCE;
use crate::usb_tree::{Plugged, Tree};

#[test]
#[ignore = "started by other tests, with a USB that is played"]
fn asks_the_board() {
    let ports = list_ports();
    let [Port { path, .. }] = &ports[..] else { panic!("{ports:?}") };
    let patience = Patience { hello: std::time::Duration::from_millis(100), ..PATIENCE };
    // Nobody is there; how the port was opened is all that counts.
    AgentDriver::on_port(path, ports[0].known(), &patience).map(drop).unwrap_err();
}

#[test]
#[ignore = "started by other tests, with a USB that is played"]
fn asks_the_meter() {
    let setup = MeterSetup { millivolts: Some(3300), ..MeterSetup::default() };
    open_meter("ppk2", None, &setup).map(drop).unwrap_err();
}

#[test]
#[ignore = "started by other tests, with a USB that is played"]
fn asks_the_lines() {
    let setup = MeterSetup::default();
    open_meter("/dev/ttyUSB0", Some(MeterModel::Lines), &setup).map(drop).unwrap_err();
}

/// What asking the only board of a tree does to its lines, and whether closing will lower them.
/// `asks` is the test that asks.
fn asked(asks: &str, (vid, pid): (&str, &str)) -> Option<(Vec<String>, bool)> {
    let tree = Tree::new()?;
    let listener = LineListener::start(&tree);
    let (_pty, terminal) = Pty::pair().unwrap();
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK;
    let end = rustix::fs::open(&terminal, flags, Mode::empty()).unwrap();
    // As serial ports begin and pseudo-terminals do not.
    let mut settings = tcgetattr(&end).unwrap();
    settings.control_modes.insert(ControlModes::HUPCL);
    tcsetattr(&end, OptionalActions::Now, &settings).unwrap();
    let tty = "ttyUSB0";
    let device = Plugged { place: "1", vid, pid, product: "", serial: "1", tty };
    tree.plug(device, Some(&terminal));
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([&format!("mock_lines::{asks}"), "--exact", "--ignored", "--nocapture"]);
    child.envs(tree.environment());
    let output = child.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let lowers = tcgetattr(&end).unwrap().control_modes.contains(ControlModes::HUPCL);
    Some((listener.heard(), lowers))
}

fn check(ids: (&str, &str), lines: &[&str], closing_lowers: bool) {
    check_asking("asks_the_board", ids, lines, closing_lowers);
}

fn check_asking(asks: &str, ids: (&str, &str), lines: &[&str], closing_lowers: bool) {
    let Some((heard, lowers)) = asked(asks, ids) else { return };
    assert_eq!(heard, lines, "{ids:?}");
    assert_eq!(lowers, closing_lowers, "{ids:?}");
}

#[test]
fn a_board_with_usb_of_its_own_sees_dtr_before_rts() {
    check(("2e8a", "000a"), &["raises DTR", "raises RTS"], true);
    check(("239a", "8029"), &["raises DTR", "raises RTS"], true);
}

#[test]
fn a_board_that_a_single_line_resets_is_left_alone() {
    for ids in [("303a", "1001"), ("10c4", "ea60"), ("1a86", "7523"), ("0483", "374b")] {
        check(ids, &[], true);
    }
}

#[test]
fn a_board_that_is_reset_by_every_opening_keeps_its_lines_after_closing() {
    check(("2341", "0043"), &[], false);
}

#[test]
fn what_nobody_knows_is_left_alone() {
    check(("fffe", "0001"), &[], true);
}

#[test]
fn a_meter_is_opened_as_the_table_says_too() {
    check_asking("asks_the_meter", ("1915", "c00a"), &["raises DTR", "raises RTS"], true);
    check_asking("asks_the_lines", ("2341", "0043"), &[], false);
}
