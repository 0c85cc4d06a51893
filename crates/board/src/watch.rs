//! Ports as they come and go.
//!
//! Where the system tells of USB devices, its word wakes us, and then we look a few times: the
//! terminal of a new board appears half a second after the device, and udev opens it to its user a
//! moment later still. Where it tells nothing we look four times a second. In both cases a look
//! now and then finds what is no USB device, such as a UART or a pseudo-terminal.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::news::News;
use crate::ports::{Port, PortState, list_ports, list_unasked};

/// Between looks where the system tells of changes.
const SLOW: Duration = Duration::from_millis(900);
/// Between looks where it does not.
const QUICK: Duration = Duration::from_millis(250);
/// Between looks after a change was told.
const CLOSE: Duration = Duration::from_millis(100);
/// How long a change goes on: the terminal, its permissions, its name.
const SETTLING: Duration = Duration::from_millis(1500);
/// How long a new port may be without permission before that is told: udev may not be done yet.
const PATIENT: Duration = Duration::from_millis(500);

/// Between looks at who has a port open: those go through the files of every process.
const ASK: Duration = Duration::from_secs(3);

/// Watches the ports of the system.
pub struct PortWatch {
    news: Option<News>,
    told: Vec<Port>,
    debounce: Debounce,
    /// When it was last asked who has a port open.
    asked: Instant,
    changing_until: Option<Instant>,
}

impl PortWatch {
    /// Begins with the ports that are known already.
    pub fn begin(known: &[Port]) -> PortWatch {
        PortWatch {
            news: News::listen(),
            told: known.to_vec(),
            debounce: Debounce::default(),
            asked: Instant::now(),
            changing_until: None,
        }
    }

    /// Waits for at most about a second; the ports, where they are other ones than last time.
    pub fn look(&mut self) -> Option<Vec<Port>> {
        self.wait();
        let now = Instant::now();
        let found = if now.duration_since(self.asked) < ASK {
            still_busy(list_unasked(), &self.told)
        } else {
            self.asked = now;
            list_ports()
        };
        let (ports, unsettled) = self.debounce.settled(found, &self.told, now);
        if unsettled {
            self.changing_until = Some(now + SETTLING);
        }
        if ports == self.told {
            return None;
        }
        self.told.clone_from(&ports);
        Some(ports)
    }

    fn wait(&mut self) {
        let now = Instant::now();
        self.changing_until = self.changing_until.filter(|&until| now < until);
        let pause = match (self.changing_until, &self.news) {
            (Some(_), _) => CLOSE,
            (None, Some(_)) => SLOW,
            (None, None) => QUICK,
        };
        let told = match &mut self.news {
            Some(news) => news.wait(pause),
            None => {
                std::thread::sleep(pause);
                false
            }
        };
        if told {
            self.changing_until = Some(Instant::now() + SETTLING);
        }
    }
}

/// A port that somebody had open a moment ago counts as open until it is asked again.
fn still_busy(mut found: Vec<Port>, told: &[Port]) -> Vec<Port> {
    for port in &mut found {
        let before = told.iter().find(|old| old.path == port.path && old.usb == port.usb);
        let busy = before.filter(|old| matches!(old.state, PortState::Busy { .. }));
        if let (Some(busy), PortState::Free | PortState::Bootloader { .. }) = (busy, &port.state) {
            port.state = busy.state.clone();
        }
    }
    found
}

/// Keeps back what may be different in a moment.
#[derive(Default)]
struct Debounce {
    /// Ports that came without permission, and since when.
    closed: BTreeMap<String, Instant>,
}

impl Debounce {
    /// What of `found` can be told now, and whether something was kept back.
    fn settled(&mut self, found: Vec<Port>, told: &[Port], now: Instant) -> (Vec<Port>, bool) {
        self.closed
            .retain(|path, _| found.iter().any(|port| port.path == *path && is_closed(port)));
        let mut unsettled = false;
        let mut settled = Vec::new();
        for port in found {
            let new = !told.iter().any(|old| old.path == port.path);
            if new && is_closed(&port) {
                let since = *self.closed.entry(port.path.clone()).or_insert(now);
                if now.duration_since(since) < PATIENT {
                    unsettled = true;
                    continue;
                }
            }
            settled.push(port);
        }
        (settled, unsettled)
    }
}

fn is_closed(port: &Port) -> bool {
    matches!(port.state, PortState::NoPermission { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(path: &str, state: PortState) -> Port {
        Port { path: path.into(), state, usb: None }
    }

    fn free(path: &str) -> Port {
        port(path, PortState::Free)
    }

    fn closed(path: &str) -> Port {
        port(path, PortState::NoPermission { remedy: "join".into() })
    }

    #[test]
    fn a_busy_port_stays_busy_between_the_looks_at_who_has_it() {
        let by = crate::Holder { program: "minicom".into(), pid: 7 };
        let busy = port("a", PortState::Busy { by });
        assert_eq!(
            still_busy(vec![free("a")], std::slice::from_ref(&busy)),
            std::slice::from_ref(&busy)
        );
        assert_eq!(still_busy(vec![closed("a")], std::slice::from_ref(&busy)), [closed("a")]);
        assert_eq!(still_busy(vec![free("b")], &[busy]), [free("b")]);
    }

    #[test]
    fn a_new_port_that_udev_has_not_opened_yet_is_not_called_closed() {
        let mut debounce = Debounce::default();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(debounce.settled(vec![closed("a")], &[], at(0)), (vec![], true));
        assert_eq!(debounce.settled(vec![free("a")], &[], at(100)), (vec![free("a")], false));
    }

    #[test]
    fn a_port_that_stays_closed_is_told_after_half_a_second() {
        let mut debounce = Debounce::default();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(debounce.settled(vec![closed("a")], &[], at(0)).0, []);
        assert_eq!(debounce.settled(vec![closed("a")], &[], at(499)).0, []);
        assert_eq!(debounce.settled(vec![closed("a")], &[], at(500)), (vec![closed("a")], false));
    }

    #[test]
    fn what_was_known_and_what_is_free_is_told_at_once() {
        let mut debounce = Debounce::default();
        let now = Instant::now();
        let told = [free("a")];
        assert_eq!(debounce.settled(vec![closed("a")], &told, now).0, [closed("a")]);
        assert_eq!(debounce.settled(vec![free("b")], &told, now).0, [free("b")]);
        assert_eq!(debounce.settled(vec![], &told, now), (vec![], false));
    }

    #[test]
    fn a_port_that_went_meanwhile_begins_anew() {
        let mut debounce = Debounce::default();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        debounce.settled(vec![closed("a")], &[], at(0));
        debounce.settled(vec![], &[], at(300));
        assert_eq!(debounce.settled(vec![closed("a")], &[], at(600)).0, []);
    }
}
