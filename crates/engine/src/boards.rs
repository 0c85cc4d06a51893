//! Ports and the boards on them, as a face sees them.

use protocol::{BoardView, PortView, PortViewKind, PortViewState};

use crate::{Engine, emulated, port_view};

/// What `--board` says for this computer.
pub(crate) const HOST: &str = "host";

/// Everything that can be used now.
pub(crate) fn list(engine: &Engine) -> Vec<PortView> {
    views(engine, board::list_ports())
}

/// This computer first, then these ports of the system, then the emulated boards. One that somebody of this
/// program uses is busy, and its hint says who.
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
    let used = engine.going().boards.clone();
    let met = engine.met();
    let attached = ports.into_iter().map(|port| port_view::view(port, &met));
    let mut all: Vec<PortView> =
        std::iter::once(this_computer).chain(attached).chain(emulated::ports(engine)).collect();
    // Nobody has one, mostly, and then no path is looked at.
    for port in all.iter_mut().filter(|_| !used.is_empty()) {
        let real = || used.get(&board::real_path(&port.path).display().to_string());
        if let Some(user) = used.get(&port.path).or_else(real) {
            port.state = PortViewState::Busy;
            port.hint = Some(format!("{user} is using it, so wait until that is done or stop it"));
        }
    }
    all
}
