//! The meters that are attached, each once: some offer several ports.

use protocol::{METERS, MeterKind, PortView, PortViewKind, PortViewState};

/// A meter that is attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) kind: &'static MeterKind,
    /// Its port; the first of them.
    pub(super) port: &'a PortView,
    /// No port of it can be opened, and why.
    pub(super) shut: Option<(PortViewState, Option<&'a str>)>,
}

/// All of them, in the order of the ports.
pub(super) fn found(ports: &[PortView]) -> Vec<Found<'_>> {
    let mut all: Vec<Found<'_>> = Vec::new();
    for port in ports.iter().filter(|port| port.kind == PortViewKind::Meter) {
        let Some(kind) = METERS.iter().find(|kind| port.driver.as_deref() == Some(kind.name))
        else {
            continue;
        };
        let shut = match port.state {
            PortViewState::Busy | PortViewState::NoPermission => {
                Some((port.state, port.hint.as_deref()))
            }
            _ => None,
        };
        let same = |other: &&mut Found<'_>| {
            other.kind == kind && serial(port).is_some() && serial(other.port) == serial(port)
        };
        match all.iter_mut().find(same) {
            // Whoever uses one port of it uses the meter.
            Some(first) => first.shut = first.shut.or(shut),
            None => all.push(Found { kind, port, shut }),
        }
    }
    all
}

impl Found<'_> {
    /// What it is remembered by: it may come back on another port.
    pub(super) fn key(&self) -> String {
        format!("{} {}", self.kind.name, serial(self.port).unwrap_or(&self.port.path))
    }

    /// What a person reads: with its number, where it has one.
    pub(super) fn title(&self) -> String {
        format!("{} · {}", self.kind.title, serial(self.port).unwrap_or(&self.port.path))
    }

    /// What keeps it from being used.
    pub(super) fn problem(&self) -> Option<String> {
        let (state, hint) = self.shut?;
        let words = match state {
            PortViewState::Busy => "This meter is in use",
            _ => "You may not open this meter",
        };
        Some(match hint {
            Some(hint) => format!("{words}: {}", hint.replace('`', "")),
            None => format!("{words}; choose another"),
        })
    }
}

fn serial(port: &PortView) -> Option<&str> {
    port.usb.as_ref()?.serial.as_deref()
}
