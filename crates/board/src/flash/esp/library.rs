//! Writes over the serial port, to the bootloader that is in the chip's ROM. The library `espflash`
//! speaks to it; this says what goes where, in pieces, so that it can be stopped in between.

use std::error::Error as _;
use std::sync::atomic::{AtomicBool, Ordering};

use espflash::connection::{Connection, ResetAfterOperation, ResetBeforeOperation};
use espflash::flasher::{Flasher, SpiAttachParams};
use espflash::image_format::Segment as Piece;
use espflash::target::{ProgressCallbacks, XtalFrequency};
use serialport::UsbPortInfo;

pub(super) use super::layout::parts;
use super::{AppHeader, AtSerial, EspBoard, EspChip, EspImage, EspKind, Part, Written};
use crate::flash::FlashError;
use crate::transport::native;

/// What the bootloader listens at first.
const FIRST_BAUD: u32 = 115_200;
/// Written between two looks at whether it should stop: what a flash erases at once.
const PIECE: usize = 64 << 10;
/// Secure boot, in the chip's security flags.
const SECURE_BOOT: u32 = 1;

/// Writes the image and compares each piece by its MD5 digest. `progress` is told what is done, and
/// bytes of how many.
///
/// # Errors
/// Where the port cannot be opened, the board is another than the image is for, does not answer or
/// breaks off, or `stop` was set; how the board is then is in the words.
pub fn write_by_serial(
    image: &EspImage,
    at: &AtSerial,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<Written, FlashError> {
    progress("connecting", 0, 0);
    let mut flasher = connect(at)?;
    let board = about(&mut flasher, at.flash)?;
    if let Some(wanted) = at.chip.filter(|wanted| *wanted != board.chip) {
        let (found, board) = (wanted.title.into(), board.chip.title.into());
        return Err(FlashError::OtherChip { found, board });
    }
    let parts = image.parts(&board)?;
    let least = match image.kind {
        EspKind::Elf => parts.last().map(|part| AppHeader::read(&part.segment.bytes)),
        EspKind::App | EspKind::Whole => None,
    };
    let least = least.transpose()?.map_or(image.least_revision, |header| header.least_revision);
    let unfit = |said| FlashError::Unfit { chip: board.chip.title, said };
    flasher.verify_minimum_revision(least).map_err(|error| unfit(words(&error)))?;
    write(&mut flasher, &parts, stop, progress)?;
    if at.reset {
        let failed = |error: espflash::Error| FlashError::NotRestarted(words(&error));
        flasher.connection().reset().map_err(failed)?;
    }
    Ok(Written { board, parts, restarted: at.reset })
}

fn connect(at: &AtSerial) -> Result<Flasher, FlashError> {
    let port = native(&at.path, FIRST_BAUD)?;
    let (vid, pid) = at.usb.unwrap_or_default();
    let usb = UsbPortInfo {
        vid,
        pid,
        serial_number: None,
        manufacturer: None,
        product: None,
        location: None,
        interface: None,
    };
    let before = match at.reset {
        true => ResetBeforeOperation::DefaultReset,
        false => ResetBeforeOperation::NoReset,
    };
    // It is reset here, once all is written.
    let after = ResetAfterOperation::NoResetNoStub;
    let connection = Connection::new(port, usb, after, before, FIRST_BAUD);
    let connected = Flasher::connect(connection, true, true, false, None, Some(at.baud));
    connected.map_err(|error| FlashError::NoBootloader(words(&error)))
}

/// What the board is, and whether its flash may be written.
fn about(flasher: &mut Flasher, most: Option<u64>) -> Result<EspBoard, FlashError> {
    if flasher.secure_download_mode() {
        return Err(FlashError::Locked("Secure Download Mode"));
    }
    // The oldest chips do not tell.
    if let Ok(security) = flasher.security_info() {
        if !security.flash_crypt_cnt.count_ones().is_multiple_of(2) {
            return Err(FlashError::Locked("flash encryption"));
        }
        if security.flags & SECURE_BOOT != 0 {
            return Err(FlashError::Locked("Secure Boot"));
        }
    }
    let info = flasher.device_info();
    let info = info.map_err(|error| FlashError::NoBootloader(words(&error)))?;
    let found = u64::from(info.flash_size.size());
    let crystal = match info.crystal_frequency {
        XtalFrequency::_26Mhz => Some(26),
        XtalFrequency::_32Mhz => Some(32),
        XtalFrequency::_40Mhz => Some(40),
        XtalFrequency::_48Mhz => Some(48),
        _ => None,
    };
    Ok(EspBoard {
        chip: EspChip::with_id(info.chip.id())?,
        flash: Some(most.map_or(found, |most| most.min(found))),
        crystal_mhz: crystal,
    })
}

fn write(
    flasher: &mut Flasher,
    parts: &[Part],
    stop: &AtomicBool,
    progress: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<(), FlashError> {
    let total = parts.iter().map(|part| part.segment.bytes.len() as u64).sum();
    // Attaches the flash by the pins that were found, as each writing of the library's would.
    let attached = flasher.disable_watchdog();
    attached.map_err(|error| FlashError::NoBootloader(words(&error)))?;
    let mut target = flasher.chip().flash_target(SpiAttachParams::default(), true, true, false);
    let mut done = 0;
    for part in parts {
        let pieces = (0..).step_by(PIECE).zip(part.segment.bytes.chunks(PIECE));
        for (offset, bytes) in pieces {
            if stop.load(Ordering::Relaxed) {
                let ended = target.finish(flasher.connection(), false);
                tracing::debug!(?ended, "stopped in the middle");
                return Err(FlashError::Stopped(state(done, total)));
            }
            let from = part.segment.address + offset;
            let to = from + bytes.len() as u64 - 1;
            let mut teller =
                Teller { tell: &mut *progress, done, len: bytes.len() as u64, of: 1, total };
            let piece = Piece::new(from as u32, bytes);
            let wrote = target.write_segment(flasher.connection(), piece, &mut teller);
            wrote.map_err(|error| match error {
                espflash::Error::VerifyFailed => FlashError::Differs { from, to },
                error => FlashError::BrokeOff {
                    done: format!("after {done} of {total} bytes"),
                    said: words(&error),
                },
            })?;
            done += bytes.len() as u64;
            progress("writing", done, total);
        }
    }
    let ended = target.finish(flasher.connection(), false);
    ended.map_err(|error| FlashError::NotRestarted(words(&error)))
}

/// How a board is that got so much of an image.
fn state(done: u64, total: u64) -> String {
    match done {
        0 => "before anything was written; the board waits in its bootloader: press RESET and it starts what it had".into(),
        _ => format!(
            "after {done} of {total} bytes; the board waits in its bootloader and holds a part of the image, with which it will not start: flash it again"
        ),
    }
}

/// Tells how far a piece is.
struct Teller<'a> {
    tell: &'a mut dyn FnMut(&'static str, u64, u64),
    done: u64,
    len: u64,
    of: u64,
    total: u64,
}

impl ProgressCallbacks for Teller<'_> {
    fn init(&mut self, _: u32, blocks: usize) {
        self.of = (blocks as u64).max(1);
    }

    fn update(&mut self, block: usize) {
        let inside = self.len * (block as u64).min(self.of) / self.of;
        (self.tell)("writing", self.done + inside, self.total);
    }

    fn verifying(&mut self) {}

    fn finish(&mut self, _: bool) {}
}

/// What an error of the library's says, with what lies behind it, in one line.
pub(super) fn words(error: &espflash::Error) -> String {
    let mut words = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        behind = error.source();
    }
    words.replace("; ", ", ").lines().collect::<Vec<_>>().join(" ")
}
