//! One port of the system as a face sees it.

use board::meter::meter_on;
use board::{Port, PortKind, PortState};
use protocol::{BoardView, PortView, PortViewKind, PortViewState, UsbView};

use crate::met::Met;

/// The driver that speaks the agent's wire.
pub(crate) const AGENT: &str = "agent";

/// What the system and the table say of a port, and what its board said of itself where it was
/// asked before.
pub(crate) fn view(port: Port, met: &Met) -> PortView {
    let kind = match port.kind() {
        PortKind::Board => PortViewKind::Board,
        PortKind::Meter => PortViewKind::Meter,
        PortKind::Other => PortViewKind::Other,
    };
    let name = port.name();
    let meter = meter_on(&port).map(|model| model.row().name.to_owned());
    let said = port.identity().and_then(|identity| met.on(&identity));
    let board = match (kind, said) {
        (_, Some(board)) => Some(board.clone()),
        (PortViewKind::Board, None) => port.identity().map(|identity| BoardView {
            name: name.clone().unwrap_or_else(|| "USB serial port".into()),
            kind: port.known().and_then(|row| row.family).unwrap_or("unknown").into(),
            identity,
            emulated: false,
        }),
        _ => None,
    };
    let (state, hint) = match port.state {
        PortState::Free => (PortViewState::Free, None),
        PortState::Busy { by } => {
            (PortViewState::Busy, Some(format!("{by} is using it, so close that first")))
        }
        PortState::NoPermission { remedy } => (PortViewState::NoPermission, Some(remedy)),
        PortState::Bootloader { remedy } => (PortViewState::Bootloader, Some(remedy)),
        PortState::Unknown { why } => (PortViewState::Unknown, Some(why)),
    };
    let usb = port.usb.map(|usb| UsbView {
        vid: format!("{:04x}", usb.vid),
        pid: format!("{:04x}", usb.pid),
        serial: usb.serial,
        product: usb.product,
        name,
    });
    let driver = said.map(|_| AGENT.to_owned()).or(meter);
    PortView { path: port.path, kind, state, board, driver, usb, hint }
}
