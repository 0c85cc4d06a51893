//! Tells when ports come, go, or change: for faces that stay. A command that is soon over starts
//! no watch.

use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use board::Port;
use protocol::Event;

use crate::Engine;
use crate::boards;
use crate::core::Inner;

/// Whether somebody watches the ports already.
#[derive(Default)]
pub(crate) struct PortWatch(AtomicBool);

impl PortWatch {
    fn begin(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

/// Watches the ports from now on, as long as there is an engine; `known` is what was just seen.
pub(crate) fn watch(engine: &Engine, known: &[Port]) {
    if !engine.inner.port_watch.begin() {
        return;
    }
    let inner = std::sync::Arc::downgrade(&engine.inner);
    let known = known.to_vec();
    let watching = thread::Builder::new().name("ports".into()).spawn(move || {
        // On the thread that waits: the system's word wakes that one.
        let mut watch = board::PortWatch::begin(&known);
        follow(&inner, || watch.look());
    });
    if let Err(error) = watching {
        tracing::warn!(%error, "nobody watches the ports; new ones are seen after a restart");
    }
}

/// Tells what `next` sees, as long as there is an engine.
fn follow(engine: &Weak<Inner>, mut next: impl FnMut() -> Option<Vec<Port>>) {
    loop {
        let found = next();
        let Some(inner) = engine.upgrade() else { return };
        let engine = Engine { inner };
        if let Some(found) = found {
            engine.met().forget_places(&found);
            engine.tell(Event::PortsChanged(boards::views(&engine, found)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use board::PortState;
    use protocol::Command;

    use super::*;
    use crate::Options;
    use crate::events::Next;
    use crate::settings::Settings;

    fn port(path: &str) -> Port {
        Port { path: path.into(), state: PortState::Free, usb: None }
    }

    /// An engine whose store would be a folder that cannot be made.
    fn engine() -> Engine {
        let flags = [("store", "/dev/null/store".to_owned())];
        let settings = Settings::resolve(None, &|_| None, &flags).unwrap();
        Engine::start(Options { settings, ..Options::default() }).unwrap()
    }

    #[test]
    fn what_is_seen_is_told_until_the_engine_is_gone() {
        let engine = engine();
        let events = engine.subscribe();
        let inner = Arc::downgrade(&engine.inner);
        let mut engine = Some(engine);
        let mut looks = vec![None, Some(vec![port("b")]), None, Some(vec![])].into_iter();
        let seen: Vec<_> = looks.clone().flatten().collect();
        follow(&inner, || match looks.next() {
            Some(look) => look,
            None => {
                drop(engine.take());
                None
            }
        });
        let mut told = Vec::new();
        while let Next::Event(Event::PortsChanged(ports)) = events.next(Duration::ZERO) {
            told.push(ports.into_iter().skip(1).map(|port| port.path).collect::<Vec<_>>());
        }
        let paths = |ports: &Vec<Port>| ports.iter().map(|port| port.path.clone()).collect();
        assert_eq!(told, seen.iter().map(paths).collect::<Vec<Vec<String>>>());
    }

    #[test]
    fn the_first_snapshot_begins_the_watch_and_nothing_before_does() {
        let engine = engine();
        engine.send(Command::Hello).unwrap();
        engine.send(Command::ListPorts).unwrap();
        engine.send(Command::ListSettings).unwrap();
        assert!(!engine.inner.port_watch.0.load(Ordering::Relaxed));
        crate::snapshot::snapshot(&engine);
        assert!(engine.inner.port_watch.0.load(Ordering::Relaxed));
        assert!(!engine.inner.port_watch.begin(), "one watch is enough");
    }
}
