//! This computer as a board, and the ports of others.

use std::time::Instant;

use protocol::{Finding, Health, PortView, PortViewState};

use super::{finding, ok, trouble};
use crate::Engine;
use crate::boards::HOST;
use crate::error::EngineError;
use crate::session::Session;

/// Starts the host board's process and waits for its answer, as a run does.
pub(super) fn host(engine: &Engine) -> Finding {
    const WHAT: &str = "this computer as a board";
    let began = Instant::now();
    match Session::open(engine, HOST, "the doctor") {
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

/// The ports that are not this computer.
pub(super) fn ports(listed: &[PortView]) -> Finding {
    const WHAT: &str = "serial ports";
    let ports: Vec<&PortView> = listed.iter().filter(|port| port.path != HOST).collect();
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
