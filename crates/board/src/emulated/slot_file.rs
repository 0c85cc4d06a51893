//! The model as the emulator's loader reads it: a file for as long as it takes.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use agent::slot::{HEADER, header};
use agent::wire::Bits;

/// A file with a model's slot in it, gone when dropped.
pub(super) struct SlotFile(PathBuf);

impl SlotFile {
    /// Bytes of a slot with `file` in it.
    pub(super) fn bytes(file: &[u8]) -> usize {
        HEADER.saturating_add(file.len())
    }

    pub(super) fn write(model: &[u8], bits: Bits) -> io::Result<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let (mut file, slot) = loop {
            let number = MADE.fetch_add(1, Ordering::Relaxed);
            let name = format!("benchvise-{}-{number}.slot", process::id());
            let path = std::env::temp_dir().join(name);
            // Never through a link that somebody put there.
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            // A model may be nobody else's business.
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(file) => break (file, SlotFile(path)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        };
        file.write_all(&header(model, bits))?;
        file.write_all(model)?;
        Ok(slot)
    }

    /// What QEMU is told to put it at `address`. A comma in a path is said twice.
    pub(super) fn loader(&self, address: u64) -> String {
        let path = self.0.display().to_string().replace(',', ",,");
        format!("loader,file={path},addr={address:#x},force-raw=on")
    }
}

impl Drop for SlotFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::debug!(%error, "a temporary file stays behind");
        }
    }
}
