//! This computer as a board, and the ports of others.

use std::time::Instant;

use board::EMULATED;
use protocol::{Finding, Health, PortView, PortViewState};

use super::{finding, ok, trouble};
use crate::Engine;
use crate::boards::HOST;
use crate::emulated;
use crate::error::EngineError;
use crate::session::Session;

/// Starts the host board's process and waits for its answer, as a run does.
pub(super) fn host(engine: &Engine) -> Finding {
    const WHAT: &str = "this computer as a board";
    let began = Instant::now();
    match Session::open(engine, HOST, "the doctor", None) {
        Ok(session) => {
            let info = session.driver.info();
            let ms = began.elapsed().as_secs_f64() * 1e3;
            ok(WHAT, format!("answered after {ms:.0} ms: {}, {}", info.name, info.core))
        }
        Err(EngineError::BoardInUse { user, .. }) => ok(WHAT, format!("in use by {user}")),
        Err(error) => {
            let found = trouble(WHAT, Health::Broken, error);
            let hint = found.hint.unwrap_or_else(|| {
                "see that the program may start processes and open pseudo-terminals (/dev/ptmx)"
                    .to_owned()
            });
            Finding { hint: Some(hint), ..found }
        }
    }
}

/// The boards that QEMU plays, and what is missing where there are none.
pub(super) fn emulated(engine: &Engine) -> Finding {
    const WHAT: &str = "emulated boards";
    let kinds: Vec<String> = emulated::ports(engine).into_iter().map(|port| port.path).collect();
    if !kinds.is_empty() {
        return ok(WHAT, kinds.join(", "));
    }
    match EMULATED.iter().find(|board| board.emulator().is_some()) {
        None => finding(
            WHAT,
            Health::Absent,
            "none, since QEMU is not installed",
            Some("install it (`sudo apt-get install qemu-system-arm qemu-system-misc`)"),
        ),
        Some(_) => finding(
            WHAT,
            Health::Absent,
            format!("none, since there is no firmware in {}", emulated::images(engine).display()),
            Some("build it with `make firmware`, or name its folder in the setting firmware"),
        ),
    }
}

/// The ports that are neither this computer nor emulated.
pub(super) fn ports(listed: &[PortView]) -> Finding {
    const WHAT: &str = "serial ports";
    let plugged = |port: &&PortView| {
        port.path != HOST && !port.board.as_ref().is_some_and(|board| board.emulated)
    };
    let ports: Vec<&PortView> = listed.iter().filter(plugged).collect();
    let closed: Vec<&&PortView> =
        ports.iter().filter(|port| port.state == PortViewState::NoPermission).collect();
    let count = |n: usize| format!("{n} {}", if n == 1 { "port" } else { "ports" });
    match (ports.len(), closed.first()) {
        (0, _) => finding(
            WHAT,
            Health::Absent,
            "none; this computer itself can be measured without one",
            Some("connect a board by USB"),
        ),
        (n, None) => ok(WHAT, count(n)),
        (n, Some(first)) => finding(
            WHAT,
            Health::Warning,
            format!(
                "{}, of which you may not open {}, such as {}",
                count(n),
                closed.len(),
                first.path
            ),
            first.hint.as_deref(),
        ),
    }
}
