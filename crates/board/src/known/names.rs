//! Names from the USB id database, for what our own table does not know.

use usb_ids::{Device, FromId, Vendor};

/// What the database calls a device: the product, else the vendor with `device` after it.
pub(crate) fn name_in_database(vid: u16, pid: u16) -> Option<String> {
    if let Some(device) = Device::from_vid_pid(vid, pid) {
        return Some(format!("{} {}", device.vendor().name(), device.name()));
    }
    Vendor::from_id(vid).map(|vendor| format!("{} device", vendor.name()))
}

#[cfg(test)]
mod tests {
    use super::name_in_database;

    #[test]
    fn products_come_with_their_vendor_and_unknown_ones_with_the_vendor_alone() {
        let check = |vid, pid, expect: Option<&str>| {
            assert_eq!(name_in_database(vid, pid).as_deref(), expect, "{vid:04x}:{pid:04x}");
        };
        check(
            0x0403,
            0x6001,
            Some("Future Technology Devices International, Ltd FT232 Serial (UART) IC"),
        );
        check(0x1a86, 0xfffe, Some("QinHeng Electronics device"));
        check(0xfffe, 0x0001, None);
    }
}
