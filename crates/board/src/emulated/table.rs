//! Which boards there are that QEMU can play. The firmware of each is under `firmware/emulated`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Each instruction costs 2 to this power nanoseconds of the board's time, whatever it does: ticks
/// then repeat from run to run, and say how much work there is, not how long silicon would take.
pub const ICOUNT_SHIFT: u32 = 3;

/// A board that QEMU can play.
#[derive(Debug, PartialEq, Eq)]
pub struct EmulatedBoard {
    /// What a person types, and the name of the image.
    pub kind: &'static str,
    /// Name a person would say: the one in the board's Hello.
    pub name: &'static str,
    /// Identity, as in the board's Hello: one of a kind is like another.
    pub chip_id: &'static str,
    /// The emulator's program.
    pub program: &'static str,
    /// The Debian package it is in.
    pub package: &'static str,
    /// The machine it plays.
    pub machine: &'static str,
    /// More arguments of that machine.
    pub arguments: &'static [&'static str],
    /// Address where the firmware looks for a model.
    pub slot: u64,
    /// Bytes there.
    pub slot_bytes: usize,
}

const ARM: EmulatedBoard = EmulatedBoard {
    kind: "emulated-m4f",
    name: "Emulated Cortex-M4F (QEMU)",
    chip_id: "qemu-mps2-an386",
    program: "qemu-system-arm",
    package: "qemu-system-arm",
    machine: "mps2-an386",
    arguments: &[],
    slot: 0x2100_0000,
    slot_bytes: 16 << 20,
};

/// All of them, the best default first.
pub const EMULATED: [EmulatedBoard; 4] = [
    ARM,
    EmulatedBoard {
        kind: "emulated-m7",
        name: "Emulated Cortex-M7 (QEMU)",
        chip_id: "qemu-mps2-an500",
        machine: "mps2-an500",
        slot: 0x6000_0000,
        ..ARM
    },
    EmulatedBoard {
        kind: "emulated-m3",
        name: "Emulated Cortex-M3 (QEMU)",
        chip_id: "qemu-mps2-an385",
        machine: "mps2-an385",
        ..ARM
    },
    EmulatedBoard {
        kind: "emulated-rv32",
        name: "Emulated RV32 (QEMU)",
        chip_id: "qemu-riscv32-virt",
        program: "qemu-system-riscv32",
        package: "qemu-system-misc",
        machine: "virt",
        arguments: &["-bios", "none"],
        slot: 0x8100_0000,
        ..ARM
    },
];

impl EmulatedBoard {
    /// The board of that kind.
    pub fn of_kind(kind: &str) -> Option<&'static EmulatedBoard> {
        EMULATED.iter().find(|board| board.kind == kind)
    }

    /// Its firmware in a folder of images, if it is there.
    pub fn image(&self, folder: &Path) -> Option<PathBuf> {
        Some(self.image_in(folder)).filter(|image| image.is_file())
    }

    /// Where its firmware would be.
    pub(super) fn image_in(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.elf", self.kind))
    }

    /// Where its emulator is installed. The search path is looked through; nothing is started.
    pub fn emulator(&self) -> Option<PathBuf> {
        let name = format!("{}{}", self.program, env::consts::EXE_SUFFIX);
        let folders = env::var_os("PATH")?;
        env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| path.is_file())
    }

    /// The emulator's version, such as `7.2.22`, as it says itself.
    pub fn emulator_version(&self) -> Option<String> {
        let mut command = Command::new(self.emulator()?);
        let output = command.arg("--version").stdin(Stdio::null()).output().ok()?;
        version(&String::from_utf8_lossy(&output.stdout))
    }
}

fn version(said: &str) -> Option<String> {
    let after = said.split("version ").nth(1)?;
    after.split_whitespace().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_the_emulator_says() {
        let check = |said: &str, expect: Option<&str>| {
            assert_eq!(version(said).as_deref(), expect, "{said}");
        };
        check("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright", Some("7.2.22"));
        check("QEMU emulator version 10.0.2\n", Some("10.0.2"));
        check("command not found", None);
        check("", None);
    }

    #[test]
    fn every_kind_is_found_by_its_name_and_says_that_it_is_emulated() {
        for board in &EMULATED {
            assert_eq!(EmulatedBoard::of_kind(board.kind), Some(board));
            assert!(board.name.starts_with("Emulated ") && board.kind.starts_with("emulated-"));
        }
        assert_eq!(EmulatedBoard::of_kind("host"), None);
    }

    #[test]
    fn a_folder_without_the_image_has_none() {
        assert_eq!(ARM.image(Path::new("no-such-folder")), None);
    }
}
