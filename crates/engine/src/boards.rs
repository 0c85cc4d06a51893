//! Ports and the boards on them, as a face sees them.

use board::PortState;
use protocol::{BoardView, PortView, PortViewState, UsbView};

use crate::{Engine, emulated};

/// What `--board` says for this computer.
pub(crate) const HOST: &str = "host";

/// Everything that can be used now.
pub(crate) fn list(engine: &Engine) -> Vec<PortView> {
    views(engine, board::list_ports())
}

/// This computer first, then these ports of the system, then the emulated boards.
pub(crate) fn views(engine: &Engine, ports: Vec<board::Port>) -> Vec<PortView> {
    let this_computer = PortView {
        path: HOST.into(),
        state: PortViewState::Ready,
        board: Some(BoardView {
            name: "This computer".into(),
            kind: HOST.into(),
            identity: crate::facts::machine_identity(),
            emulated: false,
        }),
        usb: None,
        hint: None,
    };
    let ports = std::iter::once(this_computer).chain(ports.into_iter().map(view));
    ports.chain(emulated::ports(engine)).collect()
}

fn view(port: board::Port) -> PortView {
    let (state, hint) = match port.state {
        PortState::Free => (PortViewState::Free, None),
        PortState::NoPermission { remedy } => (PortViewState::NoPermission, Some(remedy)),
    };
    let usb = port.usb.map(|usb| UsbView {
        vid: format!("{:04x}", usb.vid),
        pid: format!("{:04x}", usb.pid),
        serial: usb.serial,
        product: usb.product,
    });
    PortView { path: port.path, state, board: None, usb, hint }
}
