//! Which ports are meters.

use crate::meter::model::{METERS, MeterModel, MeterRow};
use crate::{BoardError, Port, PortKind, UsbIdentity};

/// The ports of one meter of that model, in the order to try them: a PPK2 offers two, of which one
/// answers.
///
/// # Errors
/// Where there is none, or there are several of them.
pub(super) fn ports_of(model: MeterModel, ports: &[Port]) -> Result<Vec<String>, BoardError> {
    let row = model.row();
    let found: Vec<&Port> = ports.iter().filter(|port| is(port, row)).collect();
    let serial = |port: &Port| port.usb.as_ref().and_then(|usb| usb.serial.clone());
    let paths = || found.iter().map(|port| port.path.clone());
    let Some(first) = found.first() else {
        return Err(BoardError::NoMeter { meter: row.title });
    };
    if found.iter().any(|port| serial(port) != serial(first)) {
        let paths = paths().collect::<Vec<_>>().join(", ");
        return Err(BoardError::SeveralMeters { meter: row.title, paths });
    }
    Ok(paths().collect())
}

/// The ports of the meter on this one, this one first.
pub(super) fn ports_beside(port: &Port, ports: &[Port]) -> Vec<String> {
    let serial = |port: &Port| port.usb.as_ref().and_then(|usb| usb.serial.clone());
    let same = |other: &&Port| {
        other.path != port.path
            && meter_on(other) == meter_on(port)
            && serial(port).is_some()
            && serial(other) == serial(port)
    };
    let others = ports.iter().filter(same).map(|other| other.path.clone());
    std::iter::once(port.path.clone()).chain(others).collect()
}

/// Which meter hangs on a port, where USB says so.
pub fn meter_on(port: &Port) -> Option<MeterModel> {
    METERS.iter().find(|row| is(port, row)).map(|row| row.model)
}

/// Whether that is on a port. ST gives one id to every board whose firmware speaks USB; the table of
/// boards tells a meter by its product's name as well.
fn is(port: &Port, row: &MeterRow) -> bool {
    let ids = |usb: &UsbIdentity| row.usb == Some((usb.vid, usb.pid));
    port.kind() == PortKind::Meter && port.usb.as_ref().is_some_and(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PortState;

    fn port(path: &str, ids: (u16, u16), serial: &str) -> Port {
        let (vid, pid) = ids;
        let usb = UsbIdentity {
            vid,
            pid,
            serial: Some(serial.into()),
            product: None,
            place: None,
            part: None,
        };
        Port { path: path.into(), state: PortState::Free, usb: Some(usb) }
    }

    const PPK2: (u16, u16) = (0x1915, 0xc00a);

    #[test]
    fn both_ports_of_one_meter_are_tried_in_order() {
        let ports =
            [port("/a", (0x303a, 0x1001), "9"), port("/b", PPK2, "1"), port("/c", PPK2, "1")];
        assert_eq!(ports_of(MeterModel::Ppk2, &ports).unwrap(), ["/b", "/c"]);
        assert_eq!(meter_on(&ports[2]), Some(MeterModel::Ppk2));
        assert_eq!(meter_on(&ports[0]), None);
    }

    #[test]
    fn the_port_of_a_meter_that_a_person_names_is_tried_before_its_other_one() {
        let ports = [port("/a", PPK2, "2"), port("/b", PPK2, "1"), port("/c", PPK2, "1")];
        assert_eq!(ports_beside(&ports[2], &ports), ["/c", "/b"]);
        assert_eq!(ports_beside(&ports[0], &ports), ["/a"]);
    }

    #[test]
    fn a_board_with_sts_id_of_everything_is_no_meter() {
        let mut board = port("/b", (0x0483, 0x5740), "1");
        assert!(ports_of(MeterModel::Lpm01a, &[board.clone()]).is_err());
        assert_eq!(meter_on(&board), None);
        board.usb.as_mut().unwrap().product =
            Some("PowerShield (Virtual ComPort in FS Mode)".into());
        assert_eq!(ports_of(MeterModel::Lpm01a, &[board]).unwrap(), ["/b"]);
    }

    #[test]
    fn none_and_several_are_told_apart() {
        let none = ports_of(MeterModel::Ppk2, &[port("/a", (1, 2), "1")]);
        assert!(matches!(none, Err(BoardError::NoMeter { .. })));
        let two = [port("/b", PPK2, "1"), port("/c", PPK2, "2")];
        let Err(BoardError::SeveralMeters { paths, .. }) = ports_of(MeterModel::Ppk2, &two) else {
            panic!("two meters are several");
        };
        assert_eq!(paths, "/b, /c");
    }
}
