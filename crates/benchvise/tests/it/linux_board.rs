//! A Linux computer as the board: it answers over a port that somebody else opened the other end of.
#![cfg(target_os = "linux")]

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, Stdio};

use board::{AgentDriver, Patience, Pty};
use rustix::termios::tcgetattr;

use crate::support::{PROGRAM, Said, wait_until};

struct Answering(Child);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn answering(port: &str, more: &[&str]) -> Answering {
    let mut program = Command::new(PROGRAM);
    program.args(["agent", port]).args(more);
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Answering(program.spawn().unwrap())
}

#[test]
fn a_linux_board_answers_on_its_port_at_the_speed_it_was_told() {
    let (end, path) = Pty::pair().unwrap();
    let look = OpenOptions::new().read(true).custom_flags(libc::O_NOCTTY).open(&path).unwrap();
    let speed = || tcgetattr(&look).unwrap().output_speed();
    assert_ne!(speed(), 57600);
    let _board = answering(&path, &["--baud", "57600", "--name", "Test rack 3"]);
    wait_until("the port has its speed", || speed() == 57600);
    drop(look);
    let driver = AgentDriver::connect(Box::new(end), Patience::default()).unwrap();
    assert_eq!(driver.info().name, "Test rack 3");
}

#[test]
fn a_port_that_is_not_there_is_refused_at_once() {
    let mut program = Command::new(PROGRAM);
    let said = Said::of(program.args(["agent", "/dev/no-such-port"]).output().unwrap());
    said.refused(&["/dev/no-such-port"]);
}
