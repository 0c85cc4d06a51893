//! Which board a person means: by path, identity, serial number or name.

use std::path::Path;

use board::{BoardError, EmulatedBoard, Known, Port, PortKind, PortState, real_path};

use crate::boards::HOST;
use crate::error::EngineError;
use crate::met::Met;

/// Where a board is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// A process of this computer.
    Host,
    /// A process of QEMU's.
    Emulated(&'static EmulatedBoard),
    /// A serial port.
    Port {
        /// What to open.
        path: String,
        /// What is known of it beforehand.
        known: Option<&'static Known>,
        /// The identity of the USB device, where it is one.
        usb_identity: Option<String>,
    },
}

impl Place {
    /// One word for one board, however it was named.
    pub(crate) fn key(&self) -> String {
        match self {
            Place::Host => HOST.into(),
            Place::Emulated(board) => board.kind.into(),
            Place::Port { path, .. } => real_path(path).display().to_string(),
        }
    }
}

/// The board that `wanted` names among what is there now.
pub(crate) fn find(wanted: &str, ports: &[Port], met: &Met) -> Result<Place, EngineError> {
    if wanted == HOST || wanted == crate::facts::machine_identity() {
        return Ok(Place::Host);
    }
    if let Some(board) = EmulatedBoard::of_kind(wanted) {
        return Ok(Place::Emulated(board));
    }
    if let Some(port) = ports.iter().find(|port| port.path == wanted) {
        return usable(port);
    }
    // A link such as those of /dev/serial/by-id, or a terminal that the system does not list.
    if Path::new(wanted).exists() {
        let same = ports.iter().find(|port| real_path(&port.path) == real_path(wanted));
        return same.map_or_else(|| Ok(unlisted(wanted)), usable);
    }
    match named(wanted, ports, met).as_slice() {
        [] => Ok(unlisted(wanted)),
        [port] => usable(port),
        [first, second, ..] => Err(several(wanted, first, second, met)),
    }
}

fn several(wanted: &str, first: &Port, second: &Port, met: &Met) -> EngineError {
    EngineError::BadRequest(format!(
        "several boards are called {wanted}; name one by its identity, such as {} or {}",
        identity(first, met),
        identity(second, met)
    ))
}

/// The port that `wanted` names, however it is; `None` where none does.
pub(crate) fn find_listed<'a>(
    wanted: &str,
    ports: &'a [Port],
    met: &Met,
) -> Result<Option<&'a Port>, EngineError> {
    let same = |port: &&Port| port.path == wanted || real_path(&port.path) == real_path(wanted);
    if let Some(port) = ports.iter().find(same) {
        return Ok(Some(port));
    }
    match named(wanted, ports, met).as_slice() {
        [] => Ok(None),
        [port] => Ok(Some(port)),
        [first, second, ..] => Err(several(wanted, first, second, met)),
    }
}

/// Opening it will say what is wrong with it.
fn unlisted(path: &str) -> Place {
    Place::Port { path: path.into(), known: None, usb_identity: None }
}

/// By identity or serial number, which are one board's, else by name.
fn named<'a>(wanted: &str, ports: &'a [Port], met: &Met) -> Vec<&'a Port> {
    let is = |word: &str| word.eq_ignore_ascii_case(wanted);
    let by_identity = |port: &&Port| {
        let serial = port.usb.as_ref().and_then(|usb| usb.own_serial());
        port.identity().is_some_and(|identity| {
            is(&identity) || met.on(&identity).is_some_and(|board| is(&board.identity))
        }) || serial.is_some_and(is)
    };
    let found: Vec<&Port> = ports.iter().filter(by_identity).collect();
    if !found.is_empty() || wanted.is_empty() {
        return found;
    }
    let by_name = |port: &&Port| {
        let said = port.identity().and_then(|identity| met.on(&identity)).map(|b| b.name.as_str());
        let product = port.usb.as_ref().and_then(|usb| usb.product.as_deref());
        port.kind() == PortKind::Board
            && (said.is_some_and(is)
                || product.is_some_and(is)
                || port.name().is_some_and(|n| is(&n)))
    };
    ports.iter().filter(by_name).collect()
}

fn identity(port: &Port, met: &Met) -> String {
    let identity = port.identity().unwrap_or_else(|| port.path.clone());
    met.on(&identity).map_or(identity.clone(), |board| board.identity.clone())
}

/// The port, or why it cannot be used although it is there.
fn usable(port: &Port) -> Result<Place, EngineError> {
    let path = port.path.clone();
    if port.kind() == PortKind::Meter {
        let name = port.name().unwrap_or_default();
        return Err(EngineError::BadRequest(format!(
            "{name} is a power meter and runs no model; name the board that it measures: {path}"
        )));
    }
    match &port.state {
        PortState::Busy { by } => Err(BoardError::PortBusy { by: by.to_string(), path }.into()),
        PortState::Bootloader { remedy } => {
            Err(BoardError::InBootloader { remedy: remedy.clone(), path }.into())
        }
        // Opening says the rest better than a look from outside.
        PortState::Free | PortState::NoPermission { .. } | PortState::Unknown { .. } => {
            Ok(Place::Port { path, known: port.known(), usb_identity: port.identity() })
        }
    }
}

#[cfg(test)]
mod tests {
    use board::{Holder, UsbIdentity};

    use super::*;

    fn port(path: &str, pid: u16, serial: Option<&str>) -> Port {
        let usb = UsbIdentity {
            vid: 0x2e8a,
            pid,
            serial: serial.map(str::to_owned),
            product: Some("Pico".into()),
            place: Some(format!("1-{}", path.len())),
            part: None,
        };
        Port { path: path.into(), state: PortState::Free, usb: Some(usb) }
    }

    fn info() -> board::BoardInfo {
        board::BoardInfo {
            name: "Shed".into(),
            chip_id: "chip-7".into(),
            ..board::BoardInfo::unknown()
        }
    }

    /// Where `wanted` leads among two Picos, of which the second was asked who it is.
    fn found(wanted: &str) -> Result<String, String> {
        let ports = [port("/x/a", 0x000a, Some("E1")), port("/x/b", 0x000a, Some("E2"))];
        let mut met = Met::default();
        met.meet("2e8a:000a:E2", "rp2040", &info(), "agent");
        match find(wanted, &ports, &met) {
            Ok(Place::Port { path, .. }) => Ok(path),
            Ok(Place::Host) => Ok("host".into()),
            Ok(Place::Emulated(board)) => Ok(board.name.into()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_board_is_found_by_path_identity_serial_number_and_its_own_name() {
        let check = |wanted, expect: &str| assert_eq!(found(wanted).as_deref(), Ok(expect));
        check("host", "host");
        assert_eq!(found(&crate::facts::machine_identity()).as_deref(), Ok("host"));
        check("emulated-m4f", "Emulated Cortex-M4F (QEMU)");
        check("/x/a", "/x/a");
        check("2e8a:000a:E1", "/x/a");
        check("e1", "/x/a");
        check("E2", "/x/b");
        check("chip-7", "/x/b");
        check("shed", "/x/b");
        // Whatever is not known is left to the opening, which says that it is not there.
        check("/x/c", "/x/c");
        check("", "");
    }

    #[test]
    fn a_name_of_two_boards_asks_for_an_identity_and_gives_both() {
        let error = found("Pico").unwrap_err();
        assert!(error.contains("2e8a:000a:E1 or chip-7"), "{error}");
        assert_eq!(
            found("raspberry pi pico").unwrap_err(),
            error.replace("Pico;", "raspberry pi pico;")
        );
    }

    #[test]
    fn a_busy_port_a_bootloader_and_a_meter_say_what_they_are() {
        let refused = |port: Port, words: &str| {
            let error = find("/x/a", &[port], &Met::default()).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        let by = Holder { program: "minicom".into(), pid: 7 };
        refused(
            Port { state: PortState::Busy { by }, ..port("/x/a", 0x000a, None) },
            "minicom (process 7) is using the port",
        );
        let remedy = "press reset".into();
        refused(
            Port { state: PortState::Bootloader { remedy }, ..port("/x/a", 3, None) },
            "waits for an image; press reset",
        );
        let mut meter = port("/x/a", 0xc00a, None);
        meter.usb.as_mut().unwrap().vid = 0x1915;
        refused(meter, "is a power meter");
    }

    #[test]
    #[cfg(unix)]
    fn a_link_to_a_port_is_that_port() {
        let folder = tempfile::tempdir().unwrap();
        let [node, link] = ["node", "link"].map(|n| folder.path().join(n).display().to_string());
        std::fs::write(&node, "").unwrap();
        std::os::unix::fs::symlink(&node, &link).unwrap();
        let ports = [port(&node, 0x000a, Some("E1"))];
        let found = find(&link, &ports, &Met::default()).unwrap();
        assert_eq!(found, find("E1", &ports, &Met::default()).unwrap());
        assert!(matches!(found, Place::Port { known: Some(_), .. }));
    }
}
