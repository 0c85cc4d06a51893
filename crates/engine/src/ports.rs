//! Tells when ports come, go, or change, and when emulated boards do, whose images are built anew or
//! moved: for faces that stay. A command that is soon over starts no watch.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use board::Port;
use protocol::{Event, PortView};

use crate::Engine;
use crate::boards;
use crate::core::Inner;
use crate::emulated;

/// How often the images of emulated boards are looked for, at most.
const LOOK_AT_IMAGES_EVERY: Duration = Duration::from_secs(2);

/// Whether somebody watches the ports already, and what was seen last.
#[derive(Default)]
pub(crate) struct PortWatch {
    begun: AtomicBool,
    seen: Mutex<Vec<Port>>,
}

impl PortWatch {
    fn begin(&self) -> bool {
        !self.begun.swap(true, Ordering::Relaxed)
    }

    fn seen(&self) -> MutexGuard<'_, Vec<Port>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells how the ports are now, to whoever stays: somebody of this program took one or let go of it. No
/// look at the system's ports, which takes a while.
pub(crate) fn tell(engine: &Engine) {
    if engine.inner.port_watch.begun.load(Ordering::Relaxed) {
        let seen = engine.inner.port_watch.seen().clone();
        engine.tell(Event::PortsChanged(boards::views(engine, seen)));
    }
}

/// Watches the ports from now on, as long as there is an engine; `known` is what was just seen.
pub(crate) fn watch(engine: &Engine, known: &[Port]) {
    if !engine.inner.port_watch.begin() {
        return;
    }
    let inner = std::sync::Arc::downgrade(&engine.inner);
    let known = known.to_vec();
    engine.inner.port_watch.seen().clone_from(&known);
    let watching = thread::Builder::new().name("ports".into()).spawn(move || {
        // On the thread that waits: the system's word wakes that one.
        let mut watch = board::PortWatch::begin(&known);
        follow(&inner, known, || watch.look(), (LOOK_AT_IMAGES_EVERY, emulated::ports));
    });
    if let Err(error) = watching {
        tracing::warn!(%error, "nobody watches the ports; new ones are seen after a restart");
    }
}

/// Tells what `next` sees of the ports, which were `ports` before, and what became of the boards that
/// are `emulated`, as long as there is an engine. Those are a look at a few files each, now and then.
fn follow(
    engine: &Weak<Inner>,
    mut ports: Vec<Port>,
    mut next: impl FnMut() -> Option<Vec<Port>>,
    (every, emulated): (Duration, impl Fn(&Engine) -> Vec<PortView>),
) {
    let mut played = engine.upgrade().map(|inner| emulated(&Engine { inner, order: None }));
    let mut looked = Instant::now();
    loop {
        let found = next();
        let Some(inner) = engine.upgrade() else { return };
        let engine = Engine { inner, order: None };
        let changed = found.is_some();
        ports = found.unwrap_or(ports);
        let due = changed || looked.elapsed() >= every;
        let now = due.then(|| emulated(&engine));
        if due {
            looked = Instant::now();
        }
        let others = now.is_some() && now != played;
        played = now.or(played);
        if changed {
            engine.met().forget_places(&ports);
            engine.inner.port_watch.seen().clone_from(&ports);
        }
        if changed || others {
            engine.tell(Event::PortsChanged(boards::views(&engine, ports.clone())));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
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

    #[test]
    fn what_is_seen_is_told_until_the_engine_is_gone() {
        let engine = engine();
        let events = engine.subscribe();
        let inner = Arc::downgrade(&engine.inner);
        let mut engine = Some(engine);
        let mut looks = vec![None, Some(vec![port("b")]), None, Some(vec![])].into_iter();
        let seen: Vec<_> = looks.clone().flatten().collect();
        let next = || match looks.next() {
            Some(look) => look,
            None => {
                drop(engine.take());
                None
            }
        };
        follow(&inner, Vec::new(), next, (Duration::ZERO, |_: &Engine| Vec::new()));
        let mut told = Vec::new();
        while let Next::Event(Event::PortsChanged(ports)) = events.next(Duration::ZERO) {
            told.push(ports.into_iter().skip(1).map(|port| port.path).collect::<Vec<_>>());
        }
        let paths = |ports: &Vec<Port>| ports.iter().map(|port| port.path.clone()).collect();
        assert_eq!(told, seen.iter().map(paths).collect::<Vec<Vec<String>>>());
    }

    #[test]
    fn an_emulated_board_whose_image_is_built_while_the_ports_stay_is_told() {
        let engine = engine();
        let events = engine.subscribe();
        let inner = Arc::downgrade(&engine.inner);
        let mut engine = Some(engine);
        let built = Cell::new(false);
        let mut looks = 0;
        // The third look is after the image came; the ports never change.
        let next = || {
            looks += 1;
            match looks {
                1 => {}
                2 => built.set(true),
                3 => {}
                _ => drop(engine.take()),
            }
            None
        };
        let view =
            boards::views(&Engine { inner: inner.upgrade().unwrap(), order: None }, Vec::new())
                .swap_remove(0);
        let view = PortView { path: "emulated-m4f".into(), ..view };
        let emulated = |_: &Engine| if built.get() { vec![view.clone()] } else { Vec::new() };
        follow(&inner, vec![port("a")], next, (Duration::ZERO, emulated));
        let mut told = 0;
        while let Next::Event(event) = events.next(Duration::ZERO) {
            if let Event::PortsChanged(ports) = event {
                told += 1;
                assert!(ports.iter().any(|port| port.path == "a"), "{ports:?}");
            }
        }
        assert_eq!(told, 1);
    }

    #[test]
    fn the_first_snapshot_begins_the_watch_and_nothing_before_does() {
        let engine = engine();
        engine.send(Command::Hello).unwrap();
        engine.send(Command::ListPorts).unwrap();
        engine.send(Command::ListSettings).unwrap();
        assert!(!engine.inner.port_watch.begun.load(Ordering::Relaxed));
        crate::snapshot::snapshot(&engine);
        assert!(engine.inner.port_watch.begun.load(Ordering::Relaxed));
        assert!(!engine.inner.port_watch.begin(), "one watch is enough");
    }
}
