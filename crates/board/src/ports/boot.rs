//! Boards that wait for an image and have no serial port meanwhile: a drive, or DFU.

use nusb::MaybeFuture;

use super::usb::word;
use super::{Port, PortState, UsbIdentity};
use crate::known::{Role, known};

/// Those that no port in `listed` stands for.
pub(super) fn waiting(listed: &[Port]) -> Vec<Port> {
    let Ok(devices) = nusb::list_devices().wait() else { return Vec::new() };
    devices.filter_map(|device| waits(&device)).filter(|port| !stands(listed, port)).collect()
}

fn waits(device: &nusb::DeviceInfo) -> Option<Port> {
    let (vid, pid) = (device.vendor_id(), device.product_id());
    let Role::Bootloader(leave) = known(vid, pid, device.product_string())?.role else {
        return None;
    };
    let place = place(device);
    let path = match &place {
        Some(place) => format!("usb:{place}"),
        None => format!("usb:{vid:04x}:{pid:04x}"),
    };
    let usb = UsbIdentity {
        vid,
        pid,
        serial: word(device.serial_number()),
        product: word(device.product_string()),
        place,
        part: None,
    };
    Some(Port { path, state: PortState::Bootloader { remedy: leave.into() }, usb: Some(usb) })
}

#[cfg(any(target_os = "linux", target_os = "macos", target_os = "windows"))]
fn place(device: &nusb::DeviceInfo) -> Option<String> {
    super::usb::place(&bus(device), device.port_chain())
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
fn place(_: &nusb::DeviceInfo) -> Option<String> {
    None
}

/// The bus as the serial ports of this system name it.
#[cfg(target_os = "linux")]
fn bus(device: &nusb::DeviceInfo) -> String {
    device.busnum().to_string()
}

#[cfg(any(target_os = "macos", target_os = "windows"))]
fn bus(device: &nusb::DeviceInfo) -> String {
    device.bus_id().to_owned()
}

/// A serial port of the same device is listed.
fn stands(listed: &[Port], port: &Port) -> bool {
    let Some(new) = &port.usb else { return false };
    listed.iter().filter_map(|listed| listed.usb.as_ref()).any(|usb| {
        (usb.vid, usb.pid, &usb.serial) == (new.vid, new.pid, &new.serial)
            && (usb.place == new.place || usb.serial.is_some())
    })
}
