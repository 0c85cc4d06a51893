//! Tells when ports come, go, or change: for faces that stay. A command that is soon over starts
//! no watch.

use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use board::Port;
use protocol::Event;

use crate::Engine;
use crate::boards;
use crate::core::Inner;

/// How long a new port may stay unseen. A look took 0.7 ms where Linux had 68 terminals.
const LOOK_EVERY: Duration = Duration::from_secs(1);

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
    let watching = thread::Builder::new()
        .name("ports".into())
        .spawn(move || follow(&inner, known, LOOK_EVERY, board::list_ports));
    if let Err(error) = watching {
        tracing::warn!(%error, "nobody watches the ports; new ones are seen after a restart");
    }
}

fn follow(
    engine: &Weak<Inner>,
    mut known: Vec<Port>,
    every: Duration,
    mut list: impl FnMut() -> Vec<Port>,
) {
    loop {
        thread::sleep(every);
        if engine.strong_count() == 0 {
            return;
        }
        let found = list();
        if found == known {
            continue;
        }
        let Some(inner) = engine.upgrade() else { return };
        known.clone_from(&found);
        let engine = Engine { inner };
        engine.tell(Event::PortsChanged(boards::views(&engine, found)));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

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

    /// What the watch tells while it sees `looks`, one after the other.
    fn told(known: &[&str], looks: &[&[&str]]) -> Vec<Vec<String>> {
        let ports = |paths: &[&str]| paths.iter().map(|path| port(path)).collect::<Vec<_>>();
        let engine = engine();
        let events = engine.subscribe();
        let inner = Arc::downgrade(&engine.inner);
        let mut engine = Some(engine);
        let mut coming = looks.iter().map(|look| ports(look)).collect::<Vec<_>>().into_iter();
        let mut last = ports(known);
        follow(&inner, last.clone(), Duration::from_millis(1), || {
            match coming.next() {
                Some(next) => last = next,
                // The watch ends with the engine.
                None => drop(engine.take()),
            }
            last.clone()
        });
        let mut told = Vec::new();
        while let Next::Event(Event::PortsChanged(ports)) = events.next(Duration::ZERO) {
            told.push(ports.into_iter().skip(1).map(|port| port.path).collect());
        }
        told
    }

    #[test]
    fn only_a_change_is_told() {
        let none: [Vec<String>; 0] = [];
        assert_eq!(told(&[], &[&[], &[]]), none);
        assert_eq!(told(&["a"], &[&["a"], &["a"]]), none);
        assert_eq!(
            told(&[], &[&["a"], &["a"], &["a", "b"], &["b"]]),
            [vec!["a"], vec!["a", "b"], vec!["b"]]
        );
        assert_eq!(told(&["a"], &[&[]]), [Vec::<String>::new()]);
    }

    #[test]
    fn a_port_that_may_be_opened_now_is_a_change() {
        let engine = engine();
        let events = engine.subscribe();
        let refused = PortState::NoPermission { remedy: "join the group".into() };
        let known = vec![Port { state: refused, ..port("a") }];
        let inner = Arc::downgrade(&engine.inner);
        let mut engine = Some(engine);
        let mut looks = 0;
        follow(&inner, known, Duration::from_millis(1), || {
            looks += 1;
            if looks == 2 {
                drop(engine.take());
            }
            vec![port("a")]
        });
        let Next::Event(Event::PortsChanged(ports)) = events.next(Duration::ZERO) else {
            panic!("nothing told");
        };
        assert_eq!(ports[1].hint, None);
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
