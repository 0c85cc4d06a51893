//! This computer as a board, and the ports of others.

use std::time::Instant;

use board::EMULATED;
use protocol::{Finding, Health, PortView, PortViewKind, PortViewState};

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

/// Whether it is a port of the system: neither this computer nor emulated.
fn plugged(port: &PortView) -> bool {
    port.path != HOST && !port.board.as_ref().is_some_and(|board| board.emulated)
}

/// How many ports there are that are neither this computer nor emulated.
pub(super) fn ports(listed: &[PortView]) -> Finding {
    const WHAT: &str = "serial ports";
    let many = |kind| listed.iter().filter(|port| port.kind == kind && plugged(port)).count();
    let [boards, meters, others] =
        [PortViewKind::Board, PortViewKind::Meter, PortViewKind::Other].map(many);
    let words: Vec<String> = [(boards, "board"), (meters, "power meter"), (others, "other port")]
        .into_iter()
        .filter(|(many, _)| *many > 0)
        .map(|(many, word)| format!("{many} {word}{}", if many == 1 { "" } else { "s" }))
        .collect();
    if boards + meters > 0 {
        return ok(WHAT, words.join(", "));
    }
    let seen = match others {
        0 => "none; this computer itself can be measured without one".to_owned(),
        _ => format!("no board, {}; this computer itself can be measured", words.join(", ")),
    };
    finding(WHAT, Health::Absent, seen, Some("connect a board by USB"))
}

/// Each attached board and meter, with what keeps it from being used.
pub(super) fn attached(listed: &[PortView]) -> Vec<Finding> {
    let attached = |port: &&PortView| port.kind != PortViewKind::Other && plugged(port);
    listed.iter().filter(attached).map(one).collect()
}

fn one(port: &PortView) -> Finding {
    let table = port.usb.as_ref().and_then(|usb| usb.name.as_deref());
    let name = port.board.as_ref().map(|board| board.name.as_str()).or(table);
    let (health, state) = match port.state {
        PortViewState::Ready | PortViewState::Free => (Health::Ok, "free"),
        PortViewState::Busy => (Health::Warning, "busy"),
        PortViewState::NoPermission => (Health::Warning, "you may not open it"),
        PortViewState::Bootloader => (Health::Warning, "it waits for an image"),
        PortViewState::Unknown => (Health::Warning, "its state is unknown"),
    };
    let identity = port.board.as_ref().map(|board| format!(", {}", board.identity));
    let seen = format!("{state}: {}{}", port.path, identity.unwrap_or_default());
    finding(name.unwrap_or("USB serial port"), health, seen, port.hint.as_deref())
}
