//! What the operating system offers, and why a port cannot be used.

use std::sync::Once;

use serialport::{SerialPortInfo, SerialPortType};

/// USB identity of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbIdentity {
    /// Vendor id.
    pub vid: u16,
    /// Product id.
    pub pid: u16,
    /// Serial number; many bridges have none, or share one.
    pub serial: Option<String>,
    /// Product name the device gives itself.
    pub product: Option<String>,
}

/// Whether a port can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortState {
    /// It can be opened, as far as the permissions say.
    Free,
    /// The user may not open it; `remedy` says what to do.
    NoPermission {
        /// What to do.
        remedy: String,
    },
}

/// A port of the operating system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// What to open.
    pub path: String,
    /// Whether that would work.
    pub state: PortState,
    /// What it is, where it hangs on USB.
    pub usb: Option<UsbIdentity>,
}

/// All serial ports, USB ones first, by path. Nothing is opened: opening resets many boards.
pub fn list_ports() -> Vec<Port> {
    let found = serialport::available_ports().unwrap_or_else(|error| {
        // Once: whoever watches the ports looks again and again.
        static SAID: Once = Once::new();
        SAID.call_once(|| tracing::warn!(%error, "the serial ports could not be listed"));
        Vec::new()
    });
    let mut ports: Vec<Port> = found.into_iter().filter(is_ours).map(port).collect();
    ports.sort_by(|a, b| (a.usb.is_none(), &a.path).cmp(&(b.usb.is_none(), &b.path)));
    ports
}

/// macOS lists every port twice; `cu` is the one that does not wait for a carrier.
fn is_ours(info: &SerialPortInfo) -> bool {
    !(cfg!(target_os = "macos") && info.port_name.starts_with("/dev/tty."))
}

fn port(info: SerialPortInfo) -> Port {
    let usb = match info.port_type {
        SerialPortType::UsbPort(usb) => Some(UsbIdentity {
            vid: usb.vid,
            pid: usb.pid,
            serial: usb.serial_number.filter(|s| !s.trim().is_empty()),
            product: usb.product,
        }),
        _ => None,
    };
    let state = state(&info.port_name);
    Port { path: info.port_name, state, usb }
}

#[cfg(unix)]
fn state(path: &str) -> PortState {
    use rustix::fs::{Access, access};
    match access(path, Access::READ_OK | Access::WRITE_OK) {
        Ok(()) => PortState::Free,
        Err(_) => PortState::NoPermission { remedy: permission_remedy() },
    }
}

#[cfg(not(unix))]
fn state(_path: &str) -> PortState {
    PortState::Free
}

/// What to do where a port may not be opened.
pub(crate) fn permission_remedy() -> String {
    if cfg!(target_os = "linux") {
        "add yourself to the group that owns it (`sudo usermod -aG dialout $USER`, on Arch `uucp`) and log in again".into()
    } else {
        "run the program as a user who may open it".into()
    }
}
