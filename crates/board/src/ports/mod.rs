//! What the operating system offers, what is on it, and why it cannot be used.
//!
//! Nothing is opened here: opening resets many boards.

mod boot;
mod holders;
mod permission;
mod real;
mod usb;

use std::path::Path;
use std::sync::Once;

use serialport::{SerialPortInfo, SerialPortType};

pub use holders::{Holder, holder_of};
pub(crate) use permission::permission_remedy;
pub use real::real_path;
pub use usb::UsbIdentity;

use crate::known::{Known, Role, known, name_in_database};

/// Whether a port can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortState {
    /// It can be opened, as far as the permissions say.
    Free,
    /// Another program has it open.
    Busy {
        /// Who; only programs of the same user can be seen, unless that is root.
        by: Holder,
    },
    /// The user may not open it; `remedy` says what to do.
    NoPermission {
        /// What to do.
        remedy: String,
    },
    /// What is on it waits for an image instead of running one.
    Bootloader {
        /// How it gets out of that.
        remedy: String,
    },
    /// The system does not say.
    Unknown {
        /// What it says instead.
        why: String,
    },
}

/// What a port is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortKind {
    /// A board may be on it: it hangs on USB, and is nothing else that we know.
    Board,
    /// A power meter.
    Meter,
    /// The computer's own UARTs, Bluetooth, modems, phones.
    Other,
}

/// A port of the operating system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// What to open; `usb:` and a place for a device that has no serial port now.
    pub path: String,
    /// Whether that would work.
    pub state: PortState,
    /// What it is, where it hangs on USB.
    pub usb: Option<UsbIdentity>,
}

impl Port {
    /// The row of our table.
    pub fn known(&self) -> Option<&'static Known> {
        let usb = self.usb.as_ref()?;
        known(usb.vid, usb.pid, usb.product.as_deref())
    }

    /// What it is for.
    pub fn kind(&self) -> PortKind {
        match (self.known().map(|row| row.role), &self.usb) {
            (Some(Role::Meter), _) => PortKind::Meter,
            (Some(Role::Other), _) | (None, None) => PortKind::Other,
            _ => PortKind::Board,
        }
    }

    /// What a person calls what is on it: by our table, else by the USB id database, else by its
    /// own word.
    pub fn name(&self) -> Option<String> {
        let usb = self.usb.as_ref()?;
        let row = self.known();
        let particular = row.filter(|row| row.pid.is_some() || row.role == Role::Other);
        particular
            .map(|row| row.name.to_owned())
            // A vendor's row says less than the board's own word.
            .or_else(|| row.and(usb.product.clone()))
            .or_else(|| row.map(|row| row.name.to_owned()))
            .or_else(|| name_in_database(usb.vid, usb.pid))
            .or_else(|| usb.product.clone())
    }

    /// An identity that stays when the cable moves, where it has a serial number; else one that
    /// tells two of a kind apart by where they hang.
    pub fn identity(&self) -> Option<String> {
        self.usb.as_ref().map(UsbIdentity::identity)
    }
}

/// All ports: those with boards first, then meters, then the others; each by path.
pub fn list_ports() -> Vec<Port> {
    let mut ports = list_unasked();
    holders::mark(Path::new("/proc"), &mut ports);
    ports
}

/// The same without asking who has one open, which takes much longer than the rest: a busy port
/// counts as free.
pub fn list_unasked() -> Vec<Port> {
    let mut ports: Vec<Port> = found().into_iter().filter(is_ours).filter_map(port).collect();
    ports.extend(boot::waiting(&ports));
    usb::tell_apart(&mut ports);
    ports.sort_by(|a, b| (a.kind(), &a.path).cmp(&(b.kind(), &b.path)));
    ports
}

fn found() -> Vec<SerialPortInfo> {
    // serialport panics where this folder is missing, as it is in some containers.
    if cfg!(target_os = "linux") && !Path::new("/sys/class/tty").is_dir() {
        return Vec::new();
    }
    serialport::available_ports().unwrap_or_else(|error| {
        // Once: whoever watches the ports looks again and again.
        static SAID: Once = Once::new();
        SAID.call_once(|| tracing::warn!(%error, "the serial ports could not be listed"));
        Vec::new()
    })
}

/// macOS lists every port twice; `cu` is the one that does not wait for a carrier.
fn is_ours(info: &SerialPortInfo) -> bool {
    !(cfg!(target_os = "macos") && info.port_name.starts_with("/dev/tty."))
}

/// `None` for a port that was there a moment ago.
fn port(info: SerialPortInfo) -> Option<Port> {
    let usb = match info.port_type {
        SerialPortType::UsbPort(usb) => Some(UsbIdentity::of(usb)),
        _ => None,
    };
    let state = permission::state(&info.port_name)?;
    let mut port = Port { path: info.port_name, state, usb };
    if let (PortState::Free, Some(Role::Bootloader(leave))) =
        (&port.state, port.known().map(|row| row.role))
    {
        port.state = PortState::Bootloader { remedy: leave.into() };
    }
    Some(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_usb(vid: u16, pid: u16, product: Option<&str>, serial: Option<&str>) -> Port {
        let usb = UsbIdentity {
            vid,
            pid,
            serial: serial.map(str::to_owned),
            product: product.map(str::to_owned),
            place: Some("1-2.3".into()),
            part: None,
        };
        Port { path: "/dev/ttyACM0".into(), state: PortState::Free, usb: Some(usb) }
    }

    #[test]
    fn a_name_comes_from_our_table_then_from_the_database_then_from_the_board() {
        let check = |vid, pid, product, expect: Option<&str>| {
            let name = on_usb(vid, pid, product, None).name();
            assert_eq!(name.as_deref(), expect, "{vid:04x}:{pid:04x} {product:?}");
        };
        check(0x2e8a, 0x000a, Some("Pico"), Some("Raspberry Pi Pico"));
        check(0x239a, 0x80ff, Some("Feather M4 Express"), Some("Feather M4 Express"));
        check(0x239a, 0x80ff, None, Some("Adafruit board"));
        check(0x12d1, 0x1001, Some("HUAWEI Mobile"), Some("Huawei modem"));
        check(0x0e8d, 0x0003, Some("X"), Some("MediaTek Inc. MT6227 phone"));
        let ours = Some("Benchvise agent (RP2040)");
        check(0x16c0, 0x27dd, ours, Some("RP2040 with the Benchvise agent"));
        check(0xfffe, 0x0003, Some("My board"), Some("My board"));
        check(0xfffe, 0x0003, None, None);
    }

    #[test]
    fn ports_without_usb_and_modems_are_no_boards() {
        let check = |port: Port, expect| assert_eq!(port.kind(), expect, "{port:?}");
        check(on_usb(0xfffe, 1, None, None), PortKind::Board);
        check(on_usb(0x10c4, 0xea60, None, None), PortKind::Board);
        check(on_usb(0x1915, 0xc00a, None, None), PortKind::Meter);
        check(on_usb(0x2c7c, 0x0125, None, None), PortKind::Other);
        check(Port { usb: None, ..on_usb(0, 0, None, None) }, PortKind::Other);
    }

    #[test]
    fn an_identity_is_the_serial_number_or_else_the_place() {
        let check = |serial, expect| {
            let port = on_usb(0x1a86, 0x7523, None, serial);
            assert_eq!(port.identity().as_deref(), Some(expect));
        };
        check(Some("E660C0"), "1a86:7523:E660C0");
        check(None, "1a86:7523@1-2.3");
        // What a million bridges have is no serial number.
        check(Some("0001"), "1a86:7523@1-2.3");
    }
}
