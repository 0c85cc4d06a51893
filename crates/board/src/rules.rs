//! The udev rule that lets the user who sits at the computer open the attached boards.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::plain::plain;
use crate::ports::{Port, PortKind};

/// Where the rule goes: before 73, which gives devices with the tag to whoever sits there.
pub const RULES_PATH: &str = "etc/udev/rules.d/70-benchvise.rules";

/// What a rule file says for the boards and meters among `ports`; `None` where there are none.
pub fn rules(ports: &[Port]) -> Option<String> {
    let mut devices: BTreeMap<(u16, u16), String> = BTreeMap::new();
    for port in ports.iter().filter(|port| port.kind() != PortKind::Other) {
        let Some(usb) = &port.usb else { continue };
        let name = port.name().map(|name| plain(&name)).unwrap_or_default();
        devices.entry((usb.vid, usb.pid)).or_insert(name);
    }
    if devices.is_empty() {
        return None;
    }
    let mut text = String::from(
        "# Written by `benchvise doctor --fix`: whoever sits at this computer may open these boards.\n",
    );
    for ((vid, pid), name) in devices {
        let ids = |attribute: &str| {
            format!(
                "{attribute}{{idVendor}}==\"{vid:04x}\", {attribute}{{idProduct}}==\"{pid:04x}\""
            )
        };
        let (tty, usb) = (ids("ATTRS"), ids("ATTR"));
        // Writing into a String cannot fail.
        let written = writeln!(
            text,
            "# {name}\nSUBSYSTEM==\"tty\", {tty}, MODE=\"0660\", TAG+=\"uaccess\"\nSUBSYSTEM==\"usb\", {usb}, MODE=\"0660\", TAG+=\"uaccess\""
        );
        debug_assert!(written.is_ok());
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PortState, UsbIdentity};

    fn port(vid: u16, pid: u16, product: &str) -> Port {
        let usb = UsbIdentity {
            vid,
            pid,
            serial: None,
            product: Some(product.into()),
            place: None,
            part: None,
        };
        Port { path: "/dev/ttyACM0".into(), state: PortState::Free, usb: Some(usb) }
    }

    #[test]
    fn each_kind_of_board_has_one_rule_for_its_terminal_and_one_for_itself() {
        let modem = port(0x12d1, 1, "modem");
        let pico = port(0x2e8a, 0x000a, "Pico");
        let text = rules(&[pico.clone(), pico, modem]).unwrap();
        assert_eq!(
            text.lines().skip(1).collect::<Vec<_>>(),
            [
                "# Raspberry Pi Pico",
                "SUBSYSTEM==\"tty\", ATTRS{idVendor}==\"2e8a\", ATTRS{idProduct}==\"000a\", MODE=\"0660\", TAG+=\"uaccess\"",
                "SUBSYSTEM==\"usb\", ATTR{idVendor}==\"2e8a\", ATTR{idProduct}==\"000a\", MODE=\"0660\", TAG+=\"uaccess\"",
            ]
        );
        assert_eq!(rules(&[port(0x12d1, 1, "modem")]), None);
    }

    #[test]
    fn a_name_that_a_device_gives_itself_never_becomes_a_rule() {
        bolero::check!().with_iterations(500).with_type::<(u16, u16, Vec<u8>)>().for_each(
            |(vid, pid, name)| {
                let name = String::from_utf8_lossy(name);
                let hostile = format!("x\nRUN+=\"/bin/sh\"\r\u{2028}{name}");
                let Some(text) = rules(&[port(*vid, *pid, &hostile)]) else { return };
                assert_eq!(text.lines().count(), 4, "{text}");
                assert!(
                    text.lines().all(|line| line.starts_with('#') || line.starts_with("SUBSYSTEM"))
                );
            },
        );
    }
}
