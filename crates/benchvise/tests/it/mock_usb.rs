//! The program with boards on a USB that is played: a real agent behind a terminal that comes and
//! goes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::cable::{Agent, end};
use crate::line_listener::LineListener;
use crate::support::{Bench, ended, signal, text};
use crate::usb_tree::{Plugged, Tree};

pub(crate) const PICO: Plugged<'_> = Plugged {
    place: "1",
    vid: "2e8a",
    pid: "000a",
    product: "Pico",
    serial: "E6601",
    tty: "ttyACM0",
};
const OTHER_PICO: Plugged<'_> = Plugged { place: "2", serial: "E6602", tty: "ttyACM1", ..PICO };
const MODEM: Plugged<'_> =
    Plugged { place: "3", vid: "2c7c", pid: "0125", product: "EC25", serial: "", tty: "ttyUSB0" };

#[test]
fn boards_are_listed_by_name_and_other_ports_are_only_counted() {
    let Some(tree) = Tree::new() else { return };
    for device in [PICO, OTHER_PICO, MODEM] {
        tree.plug(device, None);
    }
    let bench = Bench::within(tree.environment());
    let said = bench.run(&["boards"]).ok();
    for words in ["/dev/ttyACM0", "Raspberry Pi Pico", "2e8a:000a:E6601", "2e8a:000a:E6602"] {
        assert!(said.out.contains(words), "{words:?} is not in {}", said.out);
    }
    assert!(said.out.contains("1 other port that is no board"), "{}", said.out);
    assert!(!said.out.contains("Quectel"), "{}", said.out);
    assert!(bench.run(&["boards", "--all"]).ok().out.contains("Quectel modem"));
    let ports = bench.json("boards", &["boards"]);
    // Where QEMU and the firmware are, emulated boards follow.
    let plugged = |port: &&Value| port["board"]["emulated"] != true;
    let all = ports["ports"].as_array().unwrap().iter();
    let kinds: Vec<String> = all.filter(plugged).map(|port| text(&port["kind"])).collect();
    assert_eq!(kinds, ["board", "board", "board", "other"]);
    assert_eq!(ports["ports"][1]["board"]["kind"], "rp2040");
    let doctor = bench.run(&["doctor"]);
    for words in ["2 boards, 1 other port", "free: /dev/ttyACM1, 2e8a:000a:E6602"] {
        assert!(doctor.out.contains(words), "{words:?} is not in {}", doctor.out);
    }
}

#[test]
fn whoever_watches_is_told_what_comes_and_goes_until_interrupted() {
    let Some(tree) = Tree::new() else { return };
    let bench = Bench::within(tree.environment());
    for flags in [&["boards", "--watch"][..], &["boards", "--watch", "--json"]] {
        let mut child = bench.command(flags).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        // First what is there.
        said.find(|line| line.contains("This computer")).unwrap();
        tree.plug(PICO, None);
        let came = said.find(|line| line.contains("2e8a:000a:E6601")).unwrap();
        tree.pull(PICO);
        let went = said.next().unwrap();
        if flags.contains(&"--json") {
            let ports: Value = serde_json::from_str(&came).unwrap();
            assert_eq!(ports["schema"], "benchvise.boards/1");
            assert_eq!(ports["ports"][1]["path"], "/dev/ttyACM0");
            assert!(!went.contains("ttyACM0"), "{went}");
        } else {
            assert!(came.starts_with("came     /dev/ttyACM0  free  Raspberry Pi Pico"), "{came}");
            assert_eq!(went, "went     /dev/ttyACM0");
        }
        signal(child.id() as i32, libc::SIGINT);
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn doctor_fix_shows_the_rule_asks_and_writes_it_once() {
    let Some(tree) = Tree::new() else { return };
    let bench = Bench::within(tree.environment());
    let root = bench.path("root").display().to_string();
    let fix = ["doctor", "--fix", "--root", &root];
    let none = bench.run(&fix).ok();
    assert!(none.out.contains("no board is attached"), "{}", none.out);

    tree.plug(PICO, None);
    let file = bench.path("root/etc/udev/rules.d/70-benchvise.rules");
    let shown = bench.run_with_input(&fix, b"n\n").ok();
    assert!(shown.out.contains("ATTRS{idVendor}==\"2e8a\""), "{}", shown.out);
    assert!(shown.err.contains("Write it? [y/N]"), "{}", shown.err);
    assert!(!file.exists());
    // No answer is no.
    bench.run(&fix).ok();
    assert!(!file.exists());
    bench.run_with_input(&fix, b"y\n").ok();
    let written = fs::read_to_string(&file).unwrap();
    assert!(shown.out.contains(&written));
    let again = bench.run(&fix).ok();
    assert!(again.out.contains("it is there already"), "{}", again.out);
    assert!(!again.err.contains("Write it?"), "{}", again.err);

    // Another board: another rule, this time without being asked.
    tree.plug(Plugged { vid: "10c4", pid: "ea60", ..OTHER_PICO }, None);
    let mut yes = fix.to_vec();
    yes.push("--yes");
    bench.run(&yes).ok();
    assert!(fs::read_to_string(&file).unwrap().contains("10c4"));
}

#[test]
fn where_the_rule_cannot_be_written_the_command_is_said() {
    let Some(tree) = Tree::new() else { return };
    tree.plug(PICO, None);
    let bench = Bench::within(tree.environment());
    let file = bench.file("no-folder", "");
    let said = bench.run(&["doctor", "--fix", "--yes", "--root", &file]).code(2);
    for words in ["could not be written", "sudo tee", "SUBSYSTEM", "sudo udevadm control --reload"]
    {
        assert!(said.err.contains(words), "{words:?} is not in {}", said.err);
    }
}

#[test]
fn a_board_is_profiled_by_path_identity_serial_number_or_name() {
    let Some(tree) = Tree::new() else { return };
    let lines = LineListener::start(&tree);
    let bench = Bench::within(tree.environment());
    let agent = Agent::start();
    tree.plug(PICO, Some(&agent.path));
    let mut identity = None;
    for name in ["/dev/ttyACM0", "2e8a:000a:E6601", "e6601", "Raspberry Pi Pico", "pico"] {
        let run = bench.profile(&["--board", name]);
        assert_eq!(run["status"], "complete", "{name}");
        // Whatever it was called by, it is the board that the agent says it is.
        let said = text(&run["fingerprint"]["board.identity"]);
        assert_eq!(*identity.get_or_insert_with(|| said.clone()), said);
    }
    // This board is silent until DTR is up.
    assert_eq!(lines.heard()[..2], ["raises DTR", "raises RTS"]);
    tree.plug(OTHER_PICO, None);
    let model = bench.model();
    let mut args = vec!["profile", "--board", "Pico"];
    args.extend(model.iter().map(String::as_str));
    bench
        .run(&args)
        .refused(&["several boards are called Pico", "2e8a:000a:E6601 or 2e8a:000a:E6602"]);
    drop(agent);
}

#[test]
fn a_board_that_is_unplugged_ends_the_run_keeps_it_and_is_known_again_on_another_port() {
    let Some(tree) = Tree::new() else { return };
    let lines = LineListener::start(&tree);
    let bench = Bench::within(tree.environment());
    bench.file("settings.toml", "board_wait_s = 0\n");
    let agent = Agent::start();
    tree.plug(PICO, Some(&agent.path));
    let (child, id) = bench.endless(&["--board", "E6601"]);

    // Meanwhile the board is this program's, and says so to others.
    let busy = bench.run(&["boards"]).ok();
    assert!(busy.out.contains(&format!("benchvise (process {}) is using it", child.id())));
    let refused = bench.run(&["profile", "--board", "E6601", "--synthetic-seed", "1"]);
    refused.refused(&["is using the port", "close it and try again: /dev/ttyACM0"]);

    tree.pull(PICO);
    drop(agent);
    let kept = format!("what was recorded is kept as run {id}");
    ended(child).refused(&["the board was unplugged", "plug it in and start again", &kept]);
    let run = bench.show(&id);
    assert_eq!(run["summary"]["status"], "aborted");
    assert!(text(&run["summary"]["reason"]).contains("unplugged"), "{run}");
    assert!(bench.tokens(&id) > 0);
    bench.check_store();

    let agent = Agent::start();
    tree.plug(Plugged { place: "4.2", tty: "ttyACM5", ..PICO }, Some(&agent.path));
    let again = bench.profile(&["--board", "E6601"]);
    assert_eq!(again["status"], "complete");
    assert_eq!(lines.heard().len(), 4, "a look at the list opens nothing");
    drop(agent);
}

#[test]
fn a_board_without_an_agent_says_what_to_do_and_one_that_is_not_there_too() {
    let Some(tree) = Tree::new() else { return };
    let lines = LineListener::start(&tree);
    let bench = Bench::within(tree.environment());
    // Nobody reads or writes at the other end.
    let (silent, path) = end();
    tree.plug(PICO, Some(&path));
    let profile = |board: &str| bench.run(&["profile", "--board", board, "--synthetic-seed", "1"]);
    profile("E6601")
        .refused(&["nothing answered within 2 s", "put the Benchvise agent on the board"]);
    drop(silent);
    tree.pull(PICO);
    lines.heard();
    profile("E6601").refused(&["there is no port E6601", "benchvise boards"]);
    tree.plug(Plugged { pid: "0003", tty: "", ..PICO }, None);
    profile("E6601").refused(&["waits for an image", "UF2"]);
    assert_eq!(lines.heard(), [""; 0]);
}
