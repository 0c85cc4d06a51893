//! `benchvise boards`

use protocol::{Command, PortView, PortViewKind, Reply};
use serde_json::json;

use super::args::BoardsArgs;
use super::boards_watch;
use super::out::{self, Answer, Trouble};
use super::start::Context;
use super::table::{Align, Table};
use crate::remote::Away;

pub(crate) fn list(context: &Context, args: &BoardsArgs) -> Result<Answer, Trouble> {
    if args.watch {
        return boards_watch::watch(context, args.all);
    }
    let Reply::Ports(ports) = context.send(Command::ListPorts)? else {
        return Err(Trouble::unexpected());
    };
    show(context, &ports, args.all)?;
    Ok(Answer::Done)
}

/// Prints the list, as the person wants it.
pub(super) fn show(context: &Context, ports: &[PortView], all: bool) -> Result<(), Trouble> {
    let host = host_name(context)?;
    if context.json {
        let mut body = json!({ "ports": out::value(&ports)? });
        if let (Some(host), Some(body)) = (host, body.as_object_mut()) {
            body.insert("host".into(), host.into());
        }
        return out::document("boards", body);
    }
    out::text(&table(ports, all, host.as_deref()))
}

/// Whose boards they are, where they are not this computer's.
pub(super) fn host_name(context: &Context) -> Result<Option<String>, Trouble> {
    Ok(context.away().map(Away::name).transpose()?)
}

/// Whether a port is in the list without being asked for.
pub(super) fn is_listed(port: &PortView, all: bool) -> bool {
    all || port.kind != PortViewKind::Other || port.board.is_some()
}

/// The boards and meters; all ports where `all`, else how many those are that were left out. `host` is where
/// they are, where that is not here.
fn table(ports: &[PortView], all: bool, host: Option<&str>) -> String {
    let heading = ["PORT", "STATE", "WHAT", "IDENTITY", "DRIVER"].map(|title| (title, Align::Left));
    let mut table = Table::new(&heading);
    let (shown, rest): (Vec<&PortView>, Vec<&PortView>) =
        ports.iter().partition(|port| is_listed(port, all));
    for port in &shown {
        table.row(cells(port, host).into());
    }
    let mut text = host.map(|host| format!("boards of {host}\n")).unwrap_or_default();
    text += &table.text();
    for port in shown {
        if let Some(hint) = &port.hint {
            text += &format!("{}: {hint}\n", port.path);
        }
    }
    if !rest.is_empty() {
        let ports =
            if rest.len() == 1 { "port that is no board" } else { "ports that are no boards" };
        text += &format!("{} other {ports}: `benchvise boards --all`\n", rest.len());
    }
    text
}

/// What stands in a port's row: where, how it is, what, who, how it is spoken to.
pub(super) fn cells(port: &PortView, host: Option<&str>) -> [String; 5] {
    let driver = port.driver.clone().unwrap_or_default();
    [port.path.clone(), port.state.word().into(), what(port, host), identity(port), driver]
}

fn what(port: &PortView, host: Option<&str>) -> String {
    match (&port.board, &port.usb) {
        // It calls itself this computer, and is another one.
        (Some(board), _) if board.kind == "host" => {
            host.map_or_else(|| board.name.clone(), str::to_owned)
        }
        (Some(board), _) if board.emulated => format!("{} (emulated)", board.name),
        (Some(board), _) => board.name.clone(),
        (None, Some(usb)) => {
            let name = usb.called().unwrap_or("USB serial port");
            match port.kind {
                PortViewKind::Meter => format!("{name} (power meter)"),
                PortViewKind::Board | PortViewKind::Other => name.into(),
            }
        }
        (None, None) => "serial port".into(),
    }
}

fn identity(port: &PortView) -> String {
    match (&port.board, &port.usb) {
        (Some(board), _) => board.identity.clone(),
        (None, Some(usb)) => {
            let serial = usb.serial.as_ref().map(|serial| format!(" {serial}")).unwrap_or_default();
            format!("{}:{}{serial}", usb.vid, usb.pid)
        }
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(path: &str, kind: PortViewKind) -> PortView {
        let hint = (kind == PortViewKind::Board).then(|| "join the group".to_owned());
        let state = protocol::PortViewState::NoPermission;
        PortView { path: path.into(), kind, state, board: None, driver: None, usb: None, hint }
    }

    #[test]
    fn ports_that_are_no_boards_are_counted_unless_all_are_asked_for() {
        let ports =
            [port("/dev/ttyACM0", PortViewKind::Board), port("/dev/ttyS0", PortViewKind::Other)];
        let few = table(&ports, false, None);
        assert!(few.contains("/dev/ttyACM0: join the group"), "{few}");
        assert!(
            few.ends_with("1 other port that is no board: `benchvise boards --all`\n"),
            "{few}"
        );
        assert!(!few.contains("ttyS0"), "{few}");
        let all = table(&ports, true, None);
        assert!(all.contains("ttyS0") && !all.contains("--all"), "{all}");
    }

    #[test]
    fn boards_elsewhere_are_labelled_with_where_they_are() {
        let host = protocol::BoardView {
            name: "This computer".into(),
            kind: "host".into(),
            identity: "host-1".into(),
            emulated: false,
        };
        let ports =
            [PortView { board: Some(host), hint: None, ..port("host", PortViewKind::Board) }];
        let text = table(&ports, false, Some("lab-pi"));
        assert!(text.starts_with("boards of lab-pi\n"), "{text}");
        assert!(text.contains("lab-pi  host-1") && !text.contains("This computer"), "{text}");
        assert!(table(&ports, false, None).contains("This computer"));
    }
}
