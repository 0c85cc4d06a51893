//! Flags of `benchvise flash`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct FlashArgs {
    /// The image: an ELF, a UF2, an app image of an ESP32, or plain bytes
    pub(crate) image: PathBuf,
    /// The board that waits for it, or the debug probe [default: the one that does]
    #[arg(long)]
    pub(crate) board: Option<String>,
    /// How it gets there [default: what the board takes]
    #[arg(long, value_enum)]
    pub(crate) way: Option<WayArg>,
    /// The drive that it shows [default: the one that fits]
    #[arg(long, value_name = "DIR")]
    pub(crate) drive: Option<PathBuf>,
    /// What the board is, where neither it nor its drive says so: rp2040, rp2350, rp2350-riscv,
    /// nrf52840
    #[arg(long, value_name = "F")]
    pub(crate) family: Option<String>,
    /// The chip, such as esp32c3 or, for a debug probe, STM32F446RETx
    #[arg(long)]
    pub(crate) chip: Option<String>,
    /// Flash of the board, where it does not say so itself, such as 2M
    #[arg(long, value_name = "SIZE", value_parser = flash_size)]
    pub(crate) flash_size: Option<u64>,
    /// Where plain bytes belong, such as 0x10000000
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) base: Option<u32>,
    /// Bits per second to an ESP32 [default: 460800]
    #[arg(long, value_name = "BAUD", value_parser = clap::value_parser!(u32).range(9600..=3_000_000))]
    pub(crate) baud: Option<u32>,
    /// An ESP32 that waits in its bootloader already: leave its modem lines alone
    #[arg(long)]
    pub(crate) no_reset: bool,
    /// Only write the UF2 to this file
    #[arg(long, value_name = "FILE", conflicts_with = "drive")]
    pub(crate) to: Option<PathBuf>,
    /// Say what would be written and where, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The folder that stands for / where drives are looked for (for tests)
    #[arg(long, hide = true, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WayArg {
    /// A UF2 onto the drive that the board shows
    Drive,
    /// The bootloader of Espressif's chips, over the serial port
    Serial,
    /// A debug probe
    Probe,
}

/// `2M`, `512K`, `4194304`.
fn flash_size(text: &str) -> Result<u64, String> {
    let text = text.to_ascii_lowercase();
    let text = text.strip_suffix("ib").unwrap_or(&text);
    let (digits, unit) = match (text.strip_suffix('m'), text.strip_suffix('k')) {
        (Some(number), _) => (number, 20),
        (_, Some(number)) => (number, 10),
        (None, None) => (text, 0),
    };
    let bytes = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << unit));
    let bytes = bytes.filter(|bytes| (1..=1 << 30).contains(bytes));
    bytes.ok_or_else(|| "a size such as 2M, 512K, or bytes, up to 1024M".into())
}

/// `0x10000000`, `4096`.
fn address(text: &str) -> Result<u32, String> {
    let found = match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    };
    found.ok_or_else(|| "an address such as 0x10000000".into())
}
