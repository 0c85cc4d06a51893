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
    let identity = port.identity();
    let said = identity.as_deref().and_then(|identity| met.on(identity));
    let spoken = identity.as_deref().and_then(|identity| met.driver(identity));
    let board = match (kind, said) {
        (_, Some(board)) => Some(board.clone()),
        (PortViewKind::Board, None) => identity.map(|identity| BoardView {
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
        PortState::Unknown { why } => {
            let path = &port.path;
            let words = format!(
                "the system does not say whether this port can be opened ({why}); see what it is (`ls -l {path}`), or try it"
            );
            (PortViewState::Unknown, Some(words))
        }
    };
    let usb = port.usb.map(|usb| UsbView {
        vid: format!("{:04x}", usb.vid),
        pid: format!("{:04x}", usb.pid),
        serial: usb.serial,
        product: usb.product,
        name,
    });
    let driver = spoken.map(str::to_owned).or(meter);
    PortView { path: port.path, kind, state, board, driver, usb, hint }
}

#[cfg(test)]
mod tests {
    use board::{BoardInfo, UsbIdentity};

    use super::*;

    #[test]
    fn a_port_that_the_system_tells_nothing_of_says_what_to_do() {
        let why = "Too many levels of symbolic links (os error 40)".to_owned();
        let port =
            Port { path: "/dev/ttyACM0".into(), state: PortState::Unknown { why }, usb: None };
        let view = view(port, &Met::default());
        assert_eq!(view.state, PortViewState::Unknown);
        let hint = view.hint.unwrap();
        assert!(hint.contains("os error 40") && hint.contains("`ls -l /dev/ttyACM0`"), "{hint}");
    }

    #[test]
    fn a_board_that_was_asked_says_by_which_driver_and_one_that_was_not_says_none() {
        let usb = UsbIdentity {
            vid: 0x1a86,
            pid: 0x7523,
            serial: None,
            product: Some("USB Serial".into()),
            place: Some("1-2".into()),
            part: None,
        };
        let port = Port { path: "/x/a".into(), state: PortState::Free, usb: Some(usb) };
        let mut met = Met::default();
        let before = view(port.clone(), &met);
        assert_eq!(
            (before.driver, before.board.unwrap().name.as_str()),
            (None, "CH340 serial bridge")
        );
        let info = BoardInfo { name: "Unit 7".into(), ..BoardInfo::unknown() };
        for driver in ["mlperf-tiny", "log", "agent"] {
            assert!(met.meet("1a86:7523@1-2", "unknown", &info, driver));
            assert!(!met.meet("1a86:7523@1-2", "unknown", &info, driver));
            let after = view(port.clone(), &met);
            assert_eq!(after.driver.as_deref(), Some(driver));
            assert_eq!(after.board.unwrap().name, "Unit 7");
        }
    }
}
