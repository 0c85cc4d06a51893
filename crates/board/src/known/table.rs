//! The rows. Ids are facts that vendors publish; how lines are treated follows from the circuits:
//!
//! - An ESP32 restarts when RTS is up while DTR is down, by two transistors on the boards with a
//!   bridge and by logic in the chips with USB of their own. Both up, as the system leaves them,
//!   do nothing.
//! - An AVR Arduino restarts at every rising DTR, through a capacitor.
//! - Firmware with USB of its own (TinyUSB, Zephyr, Arduino cores) keeps silent until DTR is up.

use super::{BAUD, Known, Lines, Restarts, Role};

const RP2040_BOOT: &str =
    "copy a UF2 image onto its drive, or unplug it and plug it in again without holding BOOTSEL";
const DOUBLE_TAP: &str = "flash an image, or press reset once to start the firmware";
const STM32_DFU: &str = "flash an image by DFU, or set BOOT0 low and press reset";
const SAM_BA: &str = "flash an image by SAM-BA, or press reset to start the firmware";

/// A board with USB of its own.
const fn board(vid: u16, pid: u16, name: &'static str, family: Option<&'static str>) -> Known {
    Known {
        vid,
        pid: Some(pid),
        product: None,
        name,
        family,
        role: Role::Board,
        lines: Lines::Assert,
        baud: BAUD,
        restarts: Restarts::No,
    }
}

/// Our own firmware: its id is shared by all open firmware that is a serial port, and the product's
/// name tells it apart. It speaks whatever the modem lines are.
const fn ours(product: &'static str, name: &'static str, family: &'static str) -> Known {
    Known {
        product: Some(product),
        lines: Lines::Leave,
        ..board(0x16c0, 0x27dd, name, Some(family))
    }
}

/// A UART bridge: what is behind it, nobody knows.
const fn bridge(vid: u16, pid: u16, name: &'static str) -> Known {
    Known { role: Role::Bridge, lines: Lines::Leave, ..board(vid, pid, name, None) }
}

/// A debug probe with a serial port.
const fn probe(vid: u16, pid: u16, name: &'static str, family: Option<&'static str>) -> Known {
    Known { role: Role::Probe, lines: Lines::Leave, ..board(vid, pid, name, family) }
}

/// A board that waits for an image.
const fn boot(
    (vid, pid): (u16, u16),
    name: &'static str,
    family: Option<&'static str>,
    leave: &'static str,
) -> Known {
    Known { role: Role::Bootloader(leave), lines: Lines::Leave, ..board(vid, pid, name, family) }
}

/// An Arduino with an AVR and a bridge, which opening restarts.
const fn avr(vid: u16, pid: u16, name: &'static str) -> Known {
    Known {
        lines: Lines::Hold,
        restarts: Restarts::OnOpening,
        ..board(vid, pid, name, Some("avr"))
    }
}

/// Everything else of a vendor that makes boards.
const fn vendor(vid: u16, name: &'static str) -> Known {
    Known { pid: None, ..board(vid, 0, name, None) }
}

/// Everything of a vendor that makes none.
const fn other(vid: u16, name: &'static str) -> Known {
    Known { role: Role::Other, lines: Lines::Leave, ..vendor(vid, name) }
}

const fn meter(vid: u16, pid: u16, name: &'static str, baud: u32) -> Known {
    Known { role: Role::Meter, baud, ..board(vid, pid, name, None) }
}

pub(crate) const TABLE: &[Known] = &[
    // `firmware/`; on an ESP32-C3 the chip speaks USB itself, on a Nucleo the ST-LINK does
    ours("Benchvise agent (RP2040)", "RP2040 with the Benchvise agent", "rp2040"),
    ours("Benchvise agent (RP2350)", "RP2350 with the Benchvise agent", "rp2350"),
    ours("Benchvise agent (nRF52840)", "nRF52840 with the Benchvise agent", "nrf52840"),
    // Raspberry Pi
    board(0x2e8a, 0x000a, "Raspberry Pi Pico", Some("rp2040")),
    board(0x2e8a, 0x0009, "Raspberry Pi Pico 2", Some("rp2350")),
    board(0x2e8a, 0x0005, "Raspberry Pi Pico (MicroPython)", Some("rp2040")),
    probe(0x2e8a, 0x0004, "Raspberry Pi picoprobe", None),
    probe(0x2e8a, 0x000c, "Raspberry Pi Debug Probe", None),
    boot((0x2e8a, 0x0003), "Raspberry Pi Pico", Some("rp2040"), RP2040_BOOT),
    boot((0x2e8a, 0x000f), "Raspberry Pi Pico 2", Some("rp2350"), RP2040_BOOT),
    vendor(0x2e8a, "Board with a Raspberry Pi chip"),
    // Espressif: 1001 is the chips' own USB serial and JTAG, in firmware and in the ROM alike
    Known {
        lines: Lines::Leave,
        ..board(0x303a, 0x1001, "ESP32 with USB (C3, C6, H2, S3)", Some("esp32"))
    },
    boot(
        (0x303a, 0x0002),
        "ESP32-S2",
        Some("esp32-s2"),
        "flash an image, or press reset to start the firmware",
    ),
    vendor(0x303a, "Espressif board"),
    // Bridges on boards of all kinds, ESP32 and K210 and BL602 boards among them. No BL602 board has an
    // id of its own. Boards of Sipeed's say so under FTDI's id: those with a K210 (Maix Bit,
    // Maixduino), and those with an FPGA too.
    Known {
        product: Some("Sipeed-Debug"),
        ..bridge(0x0403, 0x6010, "Sipeed board (Maix with a K210, Tang)")
    },
    bridge(0x10c4, 0xea60, "CP210x serial bridge"),
    bridge(0x10c4, 0xea70, "CP2105 serial bridge"),
    bridge(0x10c4, 0xea71, "CP2108 serial bridge"),
    bridge(0x1a86, 0x7523, "CH340 serial bridge"),
    bridge(0x1a86, 0x7522, "CH340K serial bridge"),
    bridge(0x1a86, 0x5523, "CH341 serial bridge"),
    bridge(0x1a86, 0x55d3, "CH343 serial bridge"),
    bridge(0x1a86, 0x55d4, "CH9102 serial bridge"),
    bridge(0x0403, 0x6001, "FT232R serial bridge"),
    bridge(0x0403, 0x6010, "FT2232 serial bridge"),
    bridge(0x0403, 0x6011, "FT4232 serial bridge"),
    bridge(0x0403, 0x6014, "FT232H serial bridge"),
    bridge(0x0403, 0x6015, "FT231X serial bridge"),
    bridge(0x067b, 0x2303, "PL2303 serial bridge"),
    bridge(0x067b, 0x23a3, "PL2303GC serial bridge"),
    bridge(0x04d8, 0x00dd, "MCP2221 serial bridge"),
    // Debug probes
    probe(0x0483, 0x374b, "ST-LINK/V2-1 (Nucleo, Discovery)", Some("stm32")),
    probe(0x0483, 0x3752, "ST-LINK/V2-1 (Nucleo, Discovery)", Some("stm32")),
    probe(0x0483, 0x374e, "STLINK-V3 (Nucleo, Discovery)", Some("stm32")),
    probe(0x0483, 0x374f, "STLINK-V3 (Nucleo, Discovery)", Some("stm32")),
    probe(0x0483, 0x3753, "STLINK-V3 (Nucleo, Discovery)", Some("stm32")),
    probe(0x0483, 0x3754, "STLINK-V3 (Nucleo, Discovery)", Some("stm32")),
    Known { pid: None, lines: Lines::Assert, ..probe(0x1366, 0, "SEGGER J-Link", None) },
    probe(0x0d28, 0x0204, "DAPLink (micro:bit, Mbed)", None),
    probe(0x03eb, 0x2111, "Microchip EDBG (Xplained)", None),
    probe(0x1fc9, 0x0090, "NXP LPC-Link2", None),
    probe(0x1fc9, 0x0143, "NXP MCU-Link", None),
    probe(0x0451, 0xbef3, "TI XDS110 (LaunchPad)", None),
    probe(0x1a86, 0x8010, "WCH-Link", None),
    probe(0x1a86, 0x8012, "WCH-Link", None),
    probe(0x1d50, 0x6018, "Black Magic Probe", None),
    // ST
    board(0x0483, 0x5740, "STM32 board", Some("stm32")),
    boot((0x0483, 0xdf11), "STM32 board", Some("stm32"), STM32_DFU),
    // Nordic
    boot(
        (0x1915, 0x521f),
        "nRF52840 Dongle",
        Some("nrf52840"),
        "flash an image, or press reset to start the firmware",
    ),
    vendor(0x1915, "Nordic board"),
    // Arduino
    avr(0x2341, 0x0043, "Arduino Uno"),
    avr(0x2341, 0x0001, "Arduino Uno"),
    avr(0x2a03, 0x0043, "Arduino Uno"),
    avr(0x2341, 0x0042, "Arduino Mega 2560"),
    avr(0x2341, 0x0010, "Arduino Mega 2560"),
    avr(0x2a03, 0x0042, "Arduino Mega 2560"),
    board(0x2341, 0x8036, "Arduino Leonardo", Some("avr")),
    board(0x2341, 0x8037, "Arduino Micro", Some("avr")),
    boot((0x2341, 0x0036), "Arduino Leonardo", Some("avr"), DOUBLE_TAP),
    boot((0x2341, 0x0037), "Arduino Micro", Some("avr"), DOUBLE_TAP),
    board(0x2341, 0x805a, "Arduino Nano 33 BLE", Some("nrf52840")),
    boot((0x2341, 0x005a), "Arduino Nano 33 BLE", Some("nrf52840"), DOUBLE_TAP),
    board(0x2341, 0x8057, "Arduino Nano 33 IoT", Some("samd21")),
    boot((0x2341, 0x0057), "Arduino Nano 33 IoT", Some("samd21"), DOUBLE_TAP),
    board(0x2341, 0x025b, "Arduino Portenta H7", Some("stm32")),
    boot((0x2341, 0x035b), "Arduino Portenta H7", Some("stm32"), DOUBLE_TAP),
    board(0x2341, 0x0069, "Arduino Uno R4 Minima", Some("ra4m1")),
    boot((0x2341, 0x0369), "Arduino Uno R4 Minima", Some("ra4m1"), DOUBLE_TAP),
    board(0x2341, 0x1002, "Arduino Uno R4 WiFi", Some("ra4m1")),
    vendor(0x2341, "Arduino board"),
    vendor(0x2a03, "Arduino board"),
    // Adafruit, Seeed, PJRC, others
    board(0x239a, 0x8029, "Adafruit Feather nRF52840", Some("nrf52840")),
    boot((0x239a, 0x0029), "Adafruit Feather nRF52840", Some("nrf52840"), DOUBLE_TAP),
    vendor(0x239a, "Adafruit board"),
    board(0x2886, 0x8044, "Seeed XIAO nRF52840", Some("nrf52840")),
    boot((0x2886, 0x0044), "Seeed XIAO nRF52840", Some("nrf52840"), DOUBLE_TAP),
    board(0x2886, 0x8045, "Seeed XIAO nRF52840 Sense", Some("nrf52840")),
    boot((0x2886, 0x0045), "Seeed XIAO nRF52840 Sense", Some("nrf52840"), DOUBLE_TAP),
    board(0x2886, 0x802f, "Seeed XIAO SAMD21", Some("samd21")),
    boot((0x2886, 0x002f), "Seeed XIAO SAMD21", Some("samd21"), DOUBLE_TAP),
    vendor(0x2886, "Seeed board"),
    board(0x16c0, 0x0483, "Teensy", None),
    boot(
        (0x16c0, 0x0478),
        "Teensy",
        None,
        "flash an image with Teensy Loader, or unplug it and plug it in again",
    ),
    boot((0x03eb, 0x6124), "Board with an Atmel SAM chip", None, SAM_BA),
    boot(
        (0x1d50, 0x6017),
        "Black Magic Probe",
        None,
        "flash its firmware, or unplug it and plug it in again",
    ),
    board(0xf055, 0x9800, "pyboard", Some("stm32")),
    board(0x1209, 0xabd1, "OpenMV Cam", None),
    // Linux boards as a USB gadget
    board(0x0525, 0xa4a7, "Linux board (USB gadget)", Some("linux")),
    board(0x1d6b, 0x0104, "Linux board (USB gadget)", Some("linux")),
    board(0x0955, 0x7020, "NVIDIA Jetson", Some("linux")),
    // Power meters
    meter(0x1915, 0xc00a, "Nordic Power Profiler Kit II", BAUD),
    Known {
        product: Some("PowerShield"),
        ..meter(0x0483, 0x5740, "ST X-NUCLEO-LPM01A", 3_686_400)
    },
    meter(0x5fc9, 0x0063, "POWER-Z KM003C", BAUD),
    // Modems, phones, satellite receivers
    other(0x12d1, "Huawei modem"),
    other(0x1199, "Sierra Wireless modem"),
    other(0x2c7c, "Quectel modem"),
    other(0x1e0e, "SIMCom modem"),
    other(0x2cb7, "Fibocom modem"),
    other(0x05c6, "Qualcomm modem"),
    other(0x0bdb, "Ericsson modem"),
    other(0x1546, "u-blox receiver"),
    other(0x04e8, "Samsung phone"),
    other(0x05ac, "Apple device"),
];
