//! Who a USB device is.

use std::collections::BTreeMap;

use serialport::UsbPortInfo;

use super::Port;
use crate::plain::plain;

/// Serial numbers that makers leave in every chip, as good as none; the last is the RP2040's while
/// it waits for an image.
const EVERYBODYS: [&str; 7] =
    ["0", "0001", "00000000", "0000000000000000", "123456", "1234567890", "E0C9125B0D9B"];

/// USB identity of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbIdentity {
    /// Vendor id.
    pub vid: u16,
    /// Product id.
    pub pid: u16,
    /// Serial number; many bridges have none, or share one.
    pub serial: Option<String>,
    /// Product name the device gives itself.
    pub product: Option<String>,
    /// Where it hangs: the bus, then the ports on the way, as `1-2.3`.
    pub place: Option<String>,
    /// Which of the device's interfaces the port is; only where the device has several ports.
    pub part: Option<u8>,
}

impl UsbIdentity {
    pub(super) fn of(usb: UsbPortInfo) -> UsbIdentity {
        let place = usb.location.and_then(|at| place(at.bus_id(), at.port_chain()));
        UsbIdentity {
            vid: usb.vid,
            pid: usb.pid,
            serial: word(usb.serial_number.as_deref()),
            product: word(usb.product.as_deref()),
            place,
            part: usb.interface,
        }
    }

    /// The serial number, where it is one.
    pub fn own_serial(&self) -> Option<&str> {
        self.serial.as_deref().filter(|serial| !EVERYBODYS.contains(serial))
    }

    /// `vid:pid:serial`, else `vid:pid@place`; `+N` after it for one of several ports.
    pub fn identity(&self) -> String {
        let UsbIdentity { vid, pid, .. } = self;
        let who = match (self.own_serial(), &self.place) {
            (Some(serial), _) => format!("{vid:04x}:{pid:04x}:{serial}"),
            (None, Some(place)) => format!("{vid:04x}:{pid:04x}@{place}"),
            (None, None) => format!("{vid:04x}:{pid:04x}"),
        };
        match self.part {
            Some(part) => format!("{who}+{part}"),
            None => who,
        }
    }
}

/// Where a device hangs, as `1-2.3`; `None` where the system tells no port on the way.
pub(super) fn place(bus: &str, chain: &[u8]) -> Option<String> {
    let chain: Vec<String> = chain.iter().map(u8::to_string).collect();
    (!chain.is_empty()).then(|| format!("{bus}-{}", chain.join(".")))
}

/// What a device says of itself, where it says something.
pub(super) fn word(said: Option<&str>) -> Option<String> {
    said.map(plain).filter(|word| !word.is_empty())
}

/// Leaves the interface's number only where a device has several ports, and takes a serial number
/// for none where two devices have it.
pub(super) fn tell_apart(ports: &mut [Port]) {
    let mut parts: BTreeMap<(u16, u16, Option<String>, Option<String>), usize> = BTreeMap::new();
    let mut places: BTreeMap<(u16, u16, String), Vec<Option<String>>> = BTreeMap::new();
    for usb in ports.iter().filter_map(|port| port.usb.as_ref()) {
        *parts.entry((usb.vid, usb.pid, usb.serial.clone(), usb.place.clone())).or_default() += 1;
        if let Some(serial) = &usb.serial {
            places.entry((usb.vid, usb.pid, serial.clone())).or_default().push(usb.place.clone());
        }
    }
    for usb in ports.iter_mut().filter_map(|port| port.usb.as_mut()) {
        if parts.get(&(usb.vid, usb.pid, usb.serial.clone(), usb.place.clone())) == Some(&1) {
            usb.part = None;
        }
        let same = usb.serial.clone().and_then(|serial| places.get(&(usb.vid, usb.pid, serial)));
        if same.is_some_and(|places| places.iter().any(|place| *place != usb.place)) {
            usb.serial = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PortState;

    fn port(serial: &str, place: &str, part: u8) -> Port {
        let usb = UsbIdentity {
            vid: 0x1915,
            pid: 0xc00a,
            serial: Some(serial.into()),
            product: None,
            place: Some(place.into()),
            part: Some(part),
        };
        Port { path: "p".into(), state: PortState::Free, usb: Some(usb) }
    }

    #[test]
    fn a_place_is_a_bus_and_the_ports_on_the_way_or_none() {
        assert_eq!(place("1", &[2, 3]).as_deref(), Some("1-2.3"));
        assert_eq!(place("20", &[4]).as_deref(), Some("20-4"));
        assert_eq!(place("1", &[]), None);
    }

    fn check(mut ports: Vec<Port>, expect: &[&str]) {
        tell_apart(&mut ports);
        let identities: Vec<String> = ports.iter().filter_map(Port::identity).collect();
        assert_eq!(identities, expect);
    }

    #[test]
    fn the_ports_of_one_device_differ_by_their_interface() {
        check(vec![port("A", "1-1", 1)], &["1915:c00a:A"]);
        check(vec![port("A", "1-1", 1), port("A", "1-1", 3)], &["1915:c00a:A+1", "1915:c00a:A+3"]);
    }

    #[test]
    fn two_devices_stay_apart_even_where_their_maker_gave_them_one_serial_number() {
        check(vec![port("A", "1-1", 1), port("B", "1-2", 1)], &["1915:c00a:A", "1915:c00a:B"]);
        check(vec![port("A", "1-1", 1), port("A", "1-2", 1)], &["1915:c00a@1-1", "1915:c00a@1-2"]);
    }
}
