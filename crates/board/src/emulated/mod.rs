//! A board that QEMU plays: real firmware on an emulated core.
//!
//! What it yields is counted in ticks of an emulated clock and marked as emulated for ever. The
//! model is put into the board's memory by the emulator's loader, since a megabyte takes half a
//! minute over its UART.

mod slot_file;
mod table;

pub use table::{EMULATED, EmulatedBoard, ICOUNT_SHIFT};

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use agent::wire::Bits;

use crate::attached::Attached;
use crate::process::Process;
use crate::transport::Transport;
use crate::{BoardError, Patience};
use slot_file::SlotFile;

/// The emulator's process and the pipe to it. Dropping it ends the process.
pub struct Emulated {
    attached: Attached,
    /// Until the board has spoken: by then the emulator has read it.
    slot: Option<SlotFile>,
}

impl Emulated {
    /// Starts `board` with its image from the folder `images`, on a pseudo-terminal, or over TCP on
    /// loopback where the system has none. A `model` that fits is in its memory when it wakes up;
    /// one that does not is left to the wire.
    pub fn start(
        board: &EmulatedBoard,
        images: &Path,
        model: Option<(&[u8], Bits)>,
        patience: &Patience,
    ) -> Result<Self, BoardError> {
        let emulator = board.emulator().ok_or(BoardError::EmulatorMissing {
            program: board.program,
            package: board.package,
        })?;
        let image = board.image(images).ok_or_else(|| BoardError::ImageMissing {
            path: board.image_in(images).display().to_string(),
        })?;
        let slot = match model {
            Some((file, bits)) if SlotFile::bytes(file) <= board.slot_bytes => {
                Some(SlotFile::write(file, bits)?)
            }
            _ => None,
        };
        let mut command = Command::new(emulator);
        command.args(["-M", board.machine]).args(board.arguments);
        command.args(["-nodefaults", "-no-user-config", "-no-reboot"]);
        command.args(["-display", "none", "-monitor", "none"]);
        command.args(["-icount", &format!("shift={ICOUNT_SHIFT}")]);
        command.arg("-kernel").arg(image);
        if let Some(slot) = &slot {
            command.args(["-device", &slot.loader(board.slot)]);
        }
        let attached = attach(command, patience)?;
        Ok(Emulated { attached, slot })
    }

    /// Process id of the emulator, for tests.
    pub fn process_id(&self) -> u32 {
        self.attached.process_id()
    }
}

#[cfg(unix)]
fn attach(mut command: Command, _: &Patience) -> Result<Attached, BoardError> {
    Attached::over_pty(move |path| {
        command.args(["-chardev", &format!("serial,id=uart,path={path}")]);
        command.args(["-serial", "chardev:uart"]);
        Process::start_bound(command)
    })
}

#[cfg(not(unix))]
fn attach(mut command: Command, patience: &Patience) -> Result<Attached, BoardError> {
    Attached::over_tcp(patience, move |address| {
        let (host, port) = (address.ip(), address.port());
        let socket = format!("socket,id=uart,host={host},port={port},nodelay=on");
        command.args(["-chardev", &socket, "-serial", "chardev:uart"]);
        Process::start_bound(command)
    })
}

impl Transport for Emulated {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        let n = self.attached.read(into, timeout)?;
        if n > 0 {
            self.slot = None;
        }
        Ok(n)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        self.attached.write(bytes)
    }
}
