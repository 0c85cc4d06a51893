//! What this program knows about USB devices with a serial port: what they are, and how to treat
//! them.
//!
//! One table, many uses: names and kinds in lists, what is done to the modem lines on opening,
//! what a bootloader needs, which ports are none of our business.

mod names;
mod table;

pub(crate) use names::name_in_database;
pub(crate) use table::TABLE;

/// What a USB device with a serial port is to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A board whose own firmware speaks USB.
    Board,
    /// A chip that turns USB into a UART, with a board behind it.
    Bridge,
    /// A debug probe that hands on the UART of a board.
    Probe,
    /// A board that waits for an image; the text says how it gets out of that.
    Bootloader(&'static str),
    /// A power meter.
    Meter,
    /// Something that never runs a model, such as a modem.
    Other,
}

/// What opening does to the modem lines. The system raises both when a port is opened, at one
/// moment, and no program can keep it from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// They stay as the system left them: a single line that moves resets the board, or nobody
    /// looks at them.
    Leave,
    /// DTR, then RTS are raised, where the system did not: the firmware sends only to a host that
    /// has raised DTR.
    Assert,
    /// As [`Lines::Leave`], and closing does not lower them either: every opening that raises DTR
    /// resets the board, and so at most the first one does.
    Hold,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// USB vendor.
    pub vid: u16,
    /// USB products; `None` is all that have no row of their own.
    pub pid: Option<u16>,
    /// A part of the product's own name that must be there too: some vendors give one product id
    /// to several things.
    pub product: Option<&'static str>,
    /// What a person calls it.
    pub name: &'static str,
    /// Chip family, short and without spaces; `None` where the id does not say.
    pub family: Option<&'static str>,
    /// What it is.
    pub role: Role,
    /// What opening does to its modem lines.
    pub lines: Lines,
    /// Bits per second; what speaks USB itself ignores it.
    pub baud: u32,
    /// Opening restarts it, so that it takes a while to answer.
    pub restarts: Restarts,
}

/// Whether opening the port restarts the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restarts {
    /// It goes on.
    No,
    /// Its bootloader comes first, for up to two seconds.
    OnOpening,
}

/// Bits per second where nobody knows better.
pub const BAUD: u32 = 115_200;

/// The row of a USB device: the most particular one that fits.
pub fn known(vid: u16, pid: u16, product: Option<&str>) -> Option<&'static Known> {
    let fits = |row: &&Known| {
        row.vid == vid
            && row.pid.is_none_or(|known| known == pid)
            && row.product.is_none_or(|part| product.is_some_and(|name| name.contains(part)))
    };
    TABLE.iter().filter(fits).max_by_key(|row| (row.pid.is_some(), row.product.is_some()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_most_particular_row_wins() {
        let check = |vid, pid, product, expect| {
            let row = known(vid, pid, product).map(|row| row.name);
            assert_eq!(row, expect, "{vid:04x}:{pid:04x} {product:?}");
        };
        check(0x2e8a, 0x000a, Some("Pico"), Some("Raspberry Pi Pico"));
        check(0x2341, 0x0043, None, Some("Arduino Uno"));
        check(0x2341, 0xfff0, None, Some("Arduino board"));
        check(0x0483, 0x5740, Some("STM32 Virtual ComPort"), Some("STM32 board"));
        check(0x0483, 0x5740, None, Some("STM32 board"));
        check(0x0483, 0x5740, Some("PowerShield (VCP)"), Some("ST X-NUCLEO-LPM01A"));
        check(0x1915, 0xc00a, Some("PPK2"), Some("Nordic Power Profiler Kit II"));
        check(0x0403, 0x6010, Some("Sipeed-Debug"), Some("Sipeed board (Maix with a K210, Tang)"));
        check(0x0403, 0x6010, Some("Dual RS232-HS"), Some("FT2232 serial bridge"));
        check(0xdead, 0xbeef, None, None);
    }

    /// What it says over USB is what `firmware/` makes it say.
    #[test]
    fn our_own_firmware_is_known_by_its_product_name_and_nobody_elses_is() {
        let firmware = concat!(env!("CARGO_MANIFEST_DIR"), "/../../firmware");
        for family in ["rp2040", "rp2350", "nrf52840"] {
            let main = std::fs::read_to_string(format!("{firmware}/{family}/src/main.rs")).unwrap();
            let (_, product) = main.split_once("\"Benchvise agent (").unwrap();
            let (chip, _) = product.split_once(")\"").unwrap();
            let row = known(0x16c0, 0x27dd, Some(&format!("Benchvise agent ({chip})"))).unwrap();
            assert_eq!((row.family, row.role), (Some(family), Role::Board));
            assert_eq!(row.name, format!("{chip} with the Benchvise agent"));
            assert_eq!((row.lines, row.restarts), (Lines::Leave, Restarts::No));
        }
        assert_eq!(known(0x16c0, 0x27dd, Some("Somebody's printer")), None);
        assert_eq!(known(0x16c0, 0x27dd, None), None);
    }

    #[test]
    fn no_two_rows_are_for_the_same_thing() {
        let mut seen = BTreeSet::new();
        for row in TABLE {
            assert!(seen.insert((row.vid, row.pid, row.product)), "{row:?}");
        }
    }

    #[test]
    fn families_are_words_for_a_command_line() {
        for row in TABLE {
            let word = |family: &str| {
                !family.is_empty()
                    && family
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            };
            assert!(row.family.is_none_or(word), "{row:?}");
            assert!(row.baud >= 9600 && !row.name.is_empty(), "{row:?}");
        }
    }

    #[test]
    fn what_resets_by_a_single_line_is_never_touched() {
        for (vid, pid) in [(0x303a, 0x1001), (0x10c4, 0xea60), (0x1a86, 0x7523), (0x1a86, 0x55d4)] {
            assert_eq!(known(vid, pid, None).map(|row| row.lines), Some(Lines::Leave));
        }
        assert_eq!(known(0x2341, 0x0043, None).map(|row| row.lines), Some(Lines::Hold));
    }
}
