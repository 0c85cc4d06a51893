//! `benchvise boards --watch`

use std::time::Duration;

use engine::Next;
use protocol::{Command, Event, PortView, Reply};

use super::boards::{cells, host_name, is_listed, show};
use super::follow;
use super::out::{self, Answer, Trouble, printable};
use super::start::Context;

/// Lists the ports and then says what comes, goes or changes, until Ctrl-C.
pub(super) fn watch(context: &Context, all: bool) -> Result<Answer, Trouble> {
    follow::catch_interrupts();
    let events = context.listen()?;
    // Whoever asks for this is told of changes from then on.
    let Reply::Snapshot(snapshot) = context.send(Command::Snapshot)? else {
        return Err(Trouble::unexpected());
    };
    let host = host_name(context)?;
    let mut known = snapshot.ports;
    show(context, &known, all)?;
    while !follow::interrupted() {
        let ports = match events.next(Duration::from_millis(100))? {
            Next::Event(Event::PortsChanged(ports)) => ports,
            Next::Event(_) | Next::Quiet => continue,
            // A host may have been started anew: it is asked as at first, so that it tells of changes.
            Next::Behind(_) => match context.send(Command::Snapshot)? {
                Reply::Snapshot(snapshot) => snapshot.ports,
                _ => return Err(Trouble::unexpected()),
            },
        };
        if context.json {
            show(context, &ports, all)?;
        } else {
            for line in changes(&known, &ports, all, host.as_deref()) {
                out::text(&line)?;
            }
        }
        known = ports;
    }
    Ok(Answer::Done)
}

/// A line for each port that is another one now than before; `host` is where they are, where that is not
/// here.
fn changes(before: &[PortView], now: &[PortView], all: bool, host: Option<&str>) -> Vec<String> {
    let same = |one: &PortView, other: &PortView| {
        one.path == other.path && one.usb.as_ref().map(who) == other.usb.as_ref().map(who)
    };
    let listed = |port: &&PortView| is_listed(port, all);
    let mut lines = Vec::new();
    for port in before.iter().filter(listed) {
        if !now.iter().any(|other| same(port, other)) {
            lines.push(printable(&format!("went     {}", port.path)));
        }
    }
    for port in now.iter().filter(listed) {
        match before.iter().find(|other| same(port, other)) {
            None => lines.push(line("came", port, host)),
            Some(other) if other != port => lines.push(line("changed", port, host)),
            Some(_) => {}
        }
    }
    lines
}

/// What stays the same as long as a device is plugged in.
fn who(usb: &protocol::UsbView) -> (&str, &str, Option<&str>) {
    (&usb.vid, &usb.pid, usb.serial.as_deref())
}

fn line(verb: &str, port: &PortView, host: Option<&str>) -> String {
    let row = cells(port, host).map(|cell| cell.replace(char::is_control, "␦")).join("  ");
    let hint = port.hint.as_ref().map(|hint| format!("\n         {hint}")).unwrap_or_default();
    printable(&format!("{verb:<8} {}{hint}", row.trim_end()))
}

#[cfg(test)]
mod tests {
    use protocol::{PortViewKind, PortViewState, UsbView};

    use super::*;

    fn port(path: &str, serial: &str) -> PortView {
        let usb = UsbView {
            vid: "303a".into(),
            pid: "1001".into(),
            serial: Some(serial.into()),
            product: None,
            name: Some("ESP32".into()),
        };
        PortView {
            path: path.into(),
            kind: PortViewKind::Board,
            state: PortViewState::Free,
            board: None,
            driver: None,
            usb: Some(usb),
            hint: None,
        }
    }

    #[test]
    fn each_change_is_one_line_and_another_board_on_the_same_port_is_two() {
        let one = port("/dev/ttyACM0", "A");
        let closed = PortView {
            state: PortViewState::NoPermission,
            hint: Some("join the group".into()),
            ..one.clone()
        };
        let modem = PortView { kind: PortViewKind::Other, ..port("/dev/ttyUSB0", "M") };
        let check = |before: &[&PortView], now: &[&PortView], expect: &[&str]| {
            let [before, now] =
                [before, now].map(|ports| ports.iter().copied().cloned().collect::<Vec<_>>());
            assert_eq!(changes(&before, &now, false, None), expect);
        };
        let came = "came     /dev/ttyACM0  free  ESP32  303a:1001 A";
        check(&[], &[&one], &[came]);
        check(&[&one], &[&one], &[]);
        check(&[&one], &[], &["went     /dev/ttyACM0"]);
        check(
            &[&one],
            &[&closed],
            &["changed  /dev/ttyACM0  no permission  ESP32  303a:1001 A\n         join the group"],
        );
        check(
            &[&one],
            &[&port("/dev/ttyACM0", "B")],
            &["went     /dev/ttyACM0", "came     /dev/ttyACM0  free  ESP32  303a:1001 B"],
        );
        check(&[], &[&modem], &[]);
        assert_eq!(changes(&[], &[modem], true, None).len(), 1);
    }
}
