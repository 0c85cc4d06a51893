//! Where a board that went away may be now.
//!
//! One with a serial number is found by it. One that USB tells apart only by where it hangs, as most
//! behind a bridge, may come back in another socket: then a port of the same kind appears that was not
//! there when the board went, and whoever opens it sees by the chip's number whether it is the board.
//! What was there already is somebody else's and is not opened.

use std::collections::BTreeSet;
use std::path::Path;

use board::{Port, list_unasked};

use crate::error::EngineError;
use crate::find_board::Place;

/// Looks for one board.
pub(super) struct Search {
    before: Place,
    /// Where the other devices of its kind hung when it went; `None` where it may only come back to
    /// the socket it was in.
    others: Option<BTreeSet<String>>,
}

impl Search {
    /// Of a board that was at `before` until a moment ago. `says_who` tells that it names its own chip
    /// when it is asked, so that it can be told from another one of its kind.
    pub(super) fn begin(before: Place, says_who: bool) -> Search {
        let others = match &before {
            Place::Port { usb_identity: Some(identity), .. } if says_who => {
                others(identity, &list_unasked())
            }
            _ => None,
        };
        Search { before, others }
    }

    /// Where it is now, as far as that can be seen from outside.
    pub(super) fn look(&self) -> Option<Place> {
        let Place::Port { path, usb_identity, .. } = &self.before else { return None };
        // One without an identity is the one on the same port.
        let Some(identity) = usb_identity else {
            let listed = || list_unasked().iter().any(|port| port.path == *path);
            return (Path::new(path).exists() || listed()).then(|| self.before.clone());
        };
        let ports = list_unasked();
        let mut same = ports.iter().filter(|port| port.identity().as_ref() == Some(identity));
        // Of a board with several ports the one it had, where that is there.
        let port = same.clone().find(|port| port.path == *path).or_else(|| same.next());
        port.or_else(|| self.moved(identity, &ports)).map(place)
    }

    /// What came of opening it there: a socket with another board in it is not opened again.
    pub(super) fn refused(&mut self, at: &Place, error: &EngineError) {
        let Place::Port { usb_identity: Some(identity), .. } = at else { return };
        if let (Some(others), EngineError::OtherBoard { .. }) = (&mut self.others, error) {
            others.insert(identity.clone());
        }
    }

    /// The only device of its kind that came since.
    fn moved<'a>(&self, identity: &str, ports: &'a [Port]) -> Option<&'a Port> {
        let others = self.others.as_ref()?;
        let like = |now: &str| kind(now) == kind(identity) && part(now) == part(identity);
        let came =
            |port: &&Port| port.identity().is_some_and(|now| like(&now) && !others.contains(&now));
        let mut came = ports.iter().filter(came);
        let first = came.next()?;
        came.next().is_none().then_some(first)
    }
}

fn place(port: &Port) -> Place {
    Place::Port { path: port.path.clone(), known: port.known(), usb_identity: port.identity() }
}

/// `1a86:7523@` of `1a86:7523@1-4.2`; `None` of an identity that does not hang on a place.
fn kind(identity: &str) -> Option<&str> {
    identity.find('@').and_then(|at| identity.get(..=at))
}

/// `+1` of one of several ports of a device.
fn part(identity: &str) -> Option<&str> {
    identity.rfind('+').and_then(|at| identity.get(at..))
}

/// The other devices of that kind that are there.
fn others(identity: &str, ports: &[Port]) -> Option<BTreeSet<String>> {
    let kind = kind(identity)?;
    let there = ports.iter().filter_map(Port::identity);
    Some(there.filter(|other| other.starts_with(kind) && other != identity).collect())
}

#[cfg(test)]
mod tests {
    use board::{PortState, UsbIdentity};

    use super::*;

    /// A CH340 in that socket.
    fn bridge(socket: &str) -> Port {
        let usb = UsbIdentity {
            vid: 0x1a86,
            pid: 0x7523,
            serial: None,
            product: Some("USB Serial".into()),
            place: Some(socket.into()),
            part: None,
        };
        Port { path: format!("/dev/ttyUSB{socket}"), state: PortState::Free, usb: Some(usb) }
    }

    /// A search for the bridge that hung in `1-1` beside these.
    fn search(beside: &[&str]) -> Search {
        let before = bridge("1-1");
        let ports: Vec<Port> = beside.iter().map(|socket| bridge(socket)).collect();
        let others = others(&before.identity().unwrap(), &ports);
        Search { before: place(&before), others }
    }

    #[track_caller]
    fn check(search: &Search, now: &[&str], expect: Option<&str>) {
        let ports: Vec<Port> = now.iter().map(|socket| bridge(socket)).collect();
        let found = search.moved("1a86:7523@1-1", &ports).map(|port| port.path.clone());
        assert_eq!(found, expect.map(|socket| format!("/dev/ttyUSB{socket}")), "{now:?}");
    }

    #[test]
    fn the_only_new_device_of_a_kind_is_looked_at_and_those_that_were_there_are_not() {
        check(&search(&[]), &["1-2"], Some("1-2"));
        check(&search(&["1-2"]), &["1-2", "1-4.3"], Some("1-4.3"));
        check(&search(&["1-2"]), &["1-2"], None);
        check(&search(&[]), &["1-2", "1-3"], None);
        check(&search(&[]), &[], None);
    }

    #[test]
    fn of_a_bridge_with_two_ports_the_same_one_is_taken() {
        let port = |socket: &str, part| {
            let mut port = bridge(socket);
            port.usb.as_mut().unwrap().part = Some(part);
            port
        };
        let before = port("1-1", 1);
        let search = Search { before: place(&before), others: Some(BTreeSet::new()) };
        let ports = [port("1-2", 0), port("1-2", 1)];
        let found = search.moved(&before.identity().unwrap(), &ports).unwrap();
        assert_eq!(found.identity().as_deref(), Some("1a86:7523@1-2+1"));
    }

    #[test]
    fn another_board_is_opened_once() {
        let mut search = search(&[]);
        let other = EngineError::OtherBoard { name: "Oven".into() };
        search.refused(&place(&bridge("1-2")), &EngineError::Busy);
        check(&search, &["1-2"], Some("1-2"));
        search.refused(&place(&bridge("1-2")), &other);
        check(&search, &["1-2"], None);
        check(&search, &["1-2", "1-3"], Some("1-3"));
    }

    #[test]
    fn a_board_with_a_serial_number_or_of_another_kind_is_no_other_one() {
        assert_eq!(others("2e8a:000a:E1", &[bridge("1-2")]), None);
        let mut numbered = bridge("1-3");
        numbered.usb.as_mut().unwrap().serial = Some("E7".into());
        let mut stranger = bridge("1-4");
        stranger.usb.as_mut().unwrap().pid = 0x5523;
        let ports = [numbered, stranger];
        assert!(search(&[]).moved("1a86:7523@1-1", &ports).is_none());
        let driven = Search { others: None, ..search(&[]) };
        check(&driven, &["1-2"], None);
    }
}
