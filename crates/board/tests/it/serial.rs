//! Serial ports that cannot be opened, and one that can: the far end of a pseudo-terminal.

use board::{AgentDriver, BoardError, Pty, Serial, list_ports};

use crate::behave::{expected, load, model, request, run};
use crate::pipe::PATIENCE;
use crate::real::quick;

fn refusal(path: &str) -> BoardError {
    match Serial::open(path, 115_200) {
        Err(error) => error,
        Ok(_) => panic!("{path} was opened"),
    }
}

#[test]
fn a_missing_port_and_things_that_are_no_port_are_not_there() {
    let file = std::env::temp_dir().join(format!("board-no-port-{}", std::process::id()));
    std::fs::write(&file, "not a port").unwrap();
    let folder = std::env::temp_dir();
    for path in ["/dev/no-such-port", "", file.to_str().unwrap(), folder.to_str().unwrap()] {
        let error = refusal(path);
        assert!(matches!(error, BoardError::NoPort { .. }), "{path}: {error:?}");
    }
    std::fs::remove_file(file).unwrap();
}

#[test]
fn a_device_that_is_no_terminal_is_a_failed_port_and_not_a_busy_one() {
    let error = refusal("/dev/null");
    assert!(matches!(error, BoardError::Io(_)), "{error:?}");
}

#[test]
fn a_port_that_is_open_elsewhere_is_busy() {
    let (_pty, path) = Pty::pair().unwrap();
    let first = Serial::open(&path, 115_200).unwrap();
    let error = refusal(&path);
    assert!(matches!(&error, BoardError::PortBusy { path: p, .. } if *p == path), "{error:?}");
    drop(first);
    Serial::open(&path, 9600).map(drop).unwrap();
}

#[test]
fn a_port_without_permission_says_what_to_do() {
    use std::os::unix::fs::PermissionsExt;
    let (_pty, path) = Pty::pair().unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    let Err(error) = Serial::open(&path, 115_200) else {
        println!("skipped: this user may open anything");
        return;
    };
    assert!(matches!(error, BoardError::PermissionDenied { .. }), "{error:?}");
    assert!(error.to_string().ends_with(&path));
}

#[test]
fn a_board_on_a_serial_port_loads_runs_and_is_missed_when_unplugged() {
    let (pty, path) = Pty::pair().unwrap();
    let board = std::thread::Builder::new()
        .spawn(move || {
            quick(Box::new(pty));
        })
        .unwrap();
    let port = Serial::open(&path, 921_600).unwrap();
    let mut driver = AgentDriver::connect(Box::new(port), PATIENCE).unwrap();
    assert_eq!(load(&mut driver, &model(50_000)).unwrap(), 50_000);
    let request = request(200, 30);
    assert_eq!(run(&mut driver, &request).unwrap(), expected(&request));
    drop(driver);
    board.join().unwrap();

    let (pty, path) = Pty::pair().unwrap();
    let port = Serial::open(&path, 115_200).unwrap();
    drop(pty);
    let gone = AgentDriver::connect(Box::new(port), PATIENCE).map(drop);
    assert!(matches!(gone, Err(BoardError::Unplugged { .. })), "{gone:?}");
}

#[test]
fn listing_ports_opens_none_and_names_each_once() {
    let ports = list_ports();
    let mut paths: Vec<&String> = ports.iter().map(|port| &port.path).collect();
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), ports.len());
}
