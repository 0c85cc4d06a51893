//! `benchvise boards`

use protocol::{Command, PortView, PortViewState, Reply};
use serde_json::json;

use super::out::{self, Answer, Trouble};
use super::start::Context;
use super::table::{Align, Table};

pub(crate) fn list(context: &Context) -> Result<Answer, Trouble> {
    let Reply::Ports(ports) = context.send(Command::ListPorts)? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document("boards", json!({ "ports": out::value(&ports)? }))?;
        return Ok(Answer::Done);
    }
    let heading = ["PORT", "STATE", "WHAT", "IDENTITY"].map(|title| (title, Align::Left));
    let mut table = Table::new(&heading);
    for port in &ports {
        table.row(vec![port.path.clone(), state(port).into(), what(port), identity(port)]);
    }
    let mut text = table.text();
    for port in ports.iter().filter(|port| port.hint.is_some()) {
        text += &format!("{}: {}\n", port.path, port.hint.as_deref().unwrap_or_default());
    }
    out::text(&text)?;
    Ok(Answer::Done)
}

fn state(port: &PortView) -> &'static str {
    match port.state {
        PortViewState::Ready => "ready",
        PortViewState::Free => "free",
        PortViewState::NoPermission => "no permission",
    }
}

fn what(port: &PortView) -> String {
    match (&port.board, &port.usb) {
        (Some(board), _) if board.emulated => format!("{} (emulated)", board.name),
        (Some(board), _) => board.name.clone(),
        (None, Some(usb)) => usb.product.clone().unwrap_or_else(|| "USB serial port".into()),
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
