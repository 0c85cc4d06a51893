//! Boards on a USB that is played: what the list of ports makes of them.

use std::io::{BufRead, BufReader, Lines};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use board::{PortKind, PortState, PortWatch, Pty, Serial, list_ports};

use crate::usb_tree::{Plugged, Tree};

const fn device<'a>(place: &'a str, ids: (&'a str, &'a str), product: &'a str) -> Plugged<'a> {
    Plugged { place, vid: ids.0, pid: ids.1, product, serial: "", tty: "" }
}

/// Seven boards, two of them of one kind and two without a serial number.
const SEVEN: [Plugged<'_>; 7] = [
    Plugged { serial: "E6601", tty: "ttyACM0", ..device("1", ("2e8a", "000a"), "Pico") },
    Plugged { serial: "E6602", tty: "ttyACM1", ..device("2", ("2e8a", "000a"), "Pico") },
    Plugged {
        serial: "34:85:18:AA",
        tty: "ttyACM2",
        ..device("3", ("303a", "1001"), "USB JTAG/serial debug unit")
    },
    Plugged { serial: "0669FF", tty: "ttyACM3", ..device("4.1", ("0483", "374b"), "STM32 STLink") },
    Plugged { tty: "ttyUSB0", ..device("4.2", ("1a86", "7523"), "USB Serial") },
    Plugged { tty: "ttyUSB1", ..device("4.3", ("1a86", "7523"), "USB Serial") },
    Plugged {
        serial: "FT0001",
        tty: "ttyUSB2",
        ..device("5", ("0403", "6001"), "FT232R USB UART")
    },
];

/// A test of this program in a process that sees `tree`.
fn child(tree: &Tree, test: &str) -> Command {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([test, "--exact", "--ignored", "--nocapture"]).stdout(Stdio::piped());
    child.envs(tree.environment());
    child
}

/// The same as a user who may not open everything; `None`, with the reason printed, where we may
/// not become one.
fn nobody(tree: &Tree, test: &str) -> Option<Command> {
    if !rustix::process::getuid().is_root() {
        println!("skipped: only root can become a user who may not open a port");
        return None;
    }
    // A copy that another user may run.
    let program = tree.path().join("program");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut child = Command::new(program);
    child.args([test, "--exact", "--ignored", "--nocapture"]).stdout(Stdio::piped());
    child.uid(65_534).gid(65_534).current_dir("/").envs(tree.environment());
    Some(child)
}

/// The lines that the child's test prints.
fn said(mut child: Command) -> Vec<String> {
    let output = child.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.strip_prefix("| ")).map(str::to_owned).collect()
}

#[test]
#[ignore = "started by other tests, with a USB that is played"]
fn lists_ports() {
    say(&list_ports());
}

fn say(ports: &[board::Port]) {
    for port in ports {
        let state = match &port.state {
            PortState::Free => "free".to_owned(),
            PortState::Busy { by } => format!("busy by {}", by.program),
            PortState::NoPermission { remedy } => format!("closed: {remedy}"),
            PortState::Bootloader { .. } => "bootloader".to_owned(),
            PortState::Unknown { why } => why.clone(),
        };
        let kind = match port.kind() {
            PortKind::Board => "",
            PortKind::Meter => " (meter)",
            PortKind::Other => " (other)",
        };
        println!(
            "| {} {}, {}, {state}{kind}",
            port.path,
            port.name().unwrap_or_default(),
            port.identity().unwrap_or_default()
        );
    }
}

#[test]
fn seven_boards_are_seven_two_of_a_kind_and_two_without_a_number_apart() {
    let Some(tree) = Tree::new() else { return };
    for board in SEVEN {
        tree.plug(board, None);
    }
    assert_eq!(
        said(child(&tree, "mock_ports::lists_ports")),
        [
            "/dev/ttyACM0 Raspberry Pi Pico, 2e8a:000a:E6601, free",
            "/dev/ttyACM1 Raspberry Pi Pico, 2e8a:000a:E6602, free",
            "/dev/ttyACM2 ESP32 with USB (C3, C6, H2, S3), 303a:1001:34:85:18:AA, free",
            "/dev/ttyACM3 ST-LINK/V2-1 (Nucleo, Discovery), 0483:374b:0669FF, free",
            "/dev/ttyUSB0 CH340 serial bridge, 1a86:7523@1-4.2, free",
            "/dev/ttyUSB1 CH340 serial bridge, 1a86:7523@1-4.3, free",
            "/dev/ttyUSB2 FT232R serial bridge, 0403:6001:FT0001, free",
        ]
    );
}

#[test]
fn a_meter_a_modem_and_a_board_that_waits_for_an_image_are_told_apart() {
    let Some(tree) = Tree::new() else { return };
    tree.plug(
        Plugged { serial: "D1", tty: "ttyACM0", ..device("1", ("1915", "c00a"), "PPK2") },
        None,
    );
    tree.plug(Plugged { tty: "ttyUSB0", ..device("2", ("2c7c", "0125"), "EC25") }, None);
    tree.plug(Plugged { serial: "E0", ..device("3", ("2e8a", "0003"), "RP2 Boot") }, None);
    let sam = Plugged { tty: "ttyACM1", ..device("4", ("03eb", "6124"), "AT91 USB to Serial") };
    tree.plug(sam, None);
    assert_eq!(
        said(child(&tree, "mock_ports::lists_ports")),
        [
            "/dev/ttyACM1 Board with an Atmel SAM chip, 03eb:6124@1-4, bootloader",
            "usb:1-3 Raspberry Pi Pico, 2e8a:0003:E0, bootloader",
            "/dev/ttyACM0 Nordic Power Profiler Kit II, 1915:c00a:D1, free (meter)",
            "/dev/ttyUSB0 Quectel modem, 2c7c:0125@1-2, free (other)",
        ]
    );
}

#[test]
fn a_board_that_may_not_be_opened_stays_in_the_list_with_the_remedy() {
    let Some(tree) = Tree::new() else { return };
    let Some(child) = nobody(&tree, "mock_ports::lists_ports") else { return };
    for board in &SEVEN[..2] {
        tree.plug(*board, None);
    }
    let closed = tree.node("ttyACM0");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o660)).unwrap();
    std::os::unix::fs::chown(&closed, Some(0), Some(20)).unwrap();
    let open = std::fs::Permissions::from_mode(0o666);
    std::fs::set_permissions(tree.node("ttyACM1"), open).unwrap();
    let said = said(child);
    let refused = "/dev/ttyACM0 Raspberry Pi Pico, 2e8a:000a:E6601, closed: add yourself to the group dialout (`sudo usermod -aG dialout $USER`) and log in again, or let `benchvise doctor --fix` write a udev rule for it";
    assert_eq!(said, [refused, "/dev/ttyACM1 Raspberry Pi Pico, 2e8a:000a:E6602, free"]);
}

#[test]
fn a_port_that_another_program_has_open_is_busy_and_names_it() {
    let Some(tree) = Tree::new() else { return };
    let (board, terminal) = Pty::pair().unwrap();
    tree.plug(SEVEN[0], Some(&terminal));
    // This program is another one to the child.
    let held = Serial::open(&terminal, 115_200).unwrap();
    let listed = said(child(&tree, "mock_ports::lists_ports"));
    assert!(listed[0].contains(", busy by it-"), "{listed:?}");
    drop((held, board));
}

#[test]
#[ignore = "started by another test, with a USB that is played"]
fn watches_ports() {
    let mut known = list_ports();
    let mut watch = PortWatch::begin(&known);
    println!("| watching");
    loop {
        let Some(ports) = watch.look() else { continue };
        println!("| now {}", ports.len());
        say(&ports);
        known = ports;
        if known.is_empty() {
            return;
        }
    }
}

const WATCHES: &str = "mock_ports::watches_ports";

/// A process that watches the ports.
struct Watcher(Child, Lines<BufReader<ChildStdout>>);

impl Watcher {
    fn start(mut child: Command) -> Watcher {
        let mut child = child.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while lines.next().unwrap().unwrap() != "| watching" {}
        Watcher(child, lines)
    }

    /// The next list it tells.
    fn told(&mut self) -> Vec<String> {
        let mut next = || loop {
            let line = self.1.next().unwrap().unwrap();
            if let Some(line) = line.strip_prefix("| ") {
                return line.to_owned();
            }
        };
        let count = next().strip_prefix("now ").unwrap().parse().unwrap();
        (0..count).map(|_| next()).collect()
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().unwrap();
    }
}

#[test]
fn boards_are_told_of_within_a_second_and_one_on_another_path_is_the_same() {
    let Some(tree) = Tree::new() else { return };
    let mut watcher = Watcher::start(child(&tree, WATCHES));
    let [first, second, ..] = SEVEN;
    let before = "/dev/ttyACM0 Raspberry Pi Pico, 2e8a:000a:E6601, free";
    let plugged = Instant::now();
    tree.plug(first, None);
    assert_eq!(watcher.told(), [before]);
    let after = plugged.elapsed();
    println!("a board was told of {after:?} after it was plugged in");
    assert!(after < Duration::from_secs(1), "{after:?}");

    tree.plug(second, None);
    assert_eq!(watcher.told().len(), 2);
    let pulled = Instant::now();
    tree.pull(first);
    assert_eq!(watcher.told(), ["/dev/ttyACM1 Raspberry Pi Pico, 2e8a:000a:E6602, free"]);
    assert!(pulled.elapsed() < Duration::from_secs(1), "{:?}", pulled.elapsed());

    // It comes back at another place, and the system names its terminal anew.
    let back = Plugged { place: "4.4", tty: "ttyACM7", ..first };
    tree.plug(back, None);
    let told = watcher.told();
    assert_eq!(told[1], before.replace("ttyACM0", "ttyACM7"));
    tree.pull(second);
    watcher.told();
    tree.pull(back);
    assert_eq!(watcher.told(), [""; 0]);
}

#[test]
fn a_board_that_udev_opens_a_moment_later_is_told_once_and_as_free() {
    let Some(tree) = Tree::new() else { return };
    let Some(child) = nobody(&tree, WATCHES) else { return };
    let mut watcher = Watcher::start(child);
    let mode = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(tree.node("ttyACM0"), mode).unwrap();
    };
    tree.plug(SEVEN[0], None);
    mode(0o600);
    std::thread::sleep(Duration::from_millis(300));
    mode(0o666);
    assert_eq!(watcher.told(), ["/dev/ttyACM0 Raspberry Pi Pico, 2e8a:000a:E6601, free"]);
}
