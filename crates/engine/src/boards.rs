//! Ports and the boards on them, as a face sees them.

use protocol::{BoardView, PortView, PortViewKind, PortViewState};

use crate::{Engine, emulated, port_view};

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
        kind: PortViewKind::Board,
        state: PortViewState::Ready,
        board: Some(BoardView {
            name: "This computer".into(),
            kind: HOST.into(),
            identity: crate::facts::machine_identity(),
            emulated: false,
        }),
        driver: Some(port_view::AGENT.into()),
        usb: None,
        hint: None,
    };
    let met = engine.met();
    let attached = ports.into_iter().map(|port| port_view::view(port, &met));
    std::iter::once(this_computer).chain(attached).chain(emulated::ports(engine)).collect()
}
