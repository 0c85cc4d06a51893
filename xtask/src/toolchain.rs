//! A compiler for wasm32: rustup's target, else Debian's compiler, which builds the standard library
//! from its sources.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Trouble;

/// What the page is built for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// Where Debian puts its own.
const DEBIAN: &str = "/usr/bin";
/// Debian's linkers for it, the newest first.
const LINKERS: std::ops::RangeInclusive<u32> = 14..=30;

/// A way to build for wasm32.
#[derive(Debug)]
pub(crate) enum Toolchain {
    /// The compiler in use has the target's library.
    Installed,
    /// Debian's compiler and its sources.
    Debian {
        /// `wasm-ld-19`, say.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// The first that is there.
    pub(crate) fn find() -> Result<Toolchain, Trouble> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let library =
            said(Command::new(&rustc).args(["--print", "target-libdir", "--target", TARGET]));
        if library.is_some_and(|folder| has_core(Path::new(&folder))) {
            return Ok(Toolchain::Installed);
        }
        if let Some(linker) = debian_linker()
            && debian_sources()
        {
            return Ok(Toolchain::Debian { linker });
        }
        Err(Trouble::Lacks(format!(
            "nothing here builds for {TARGET}; type: rustup target add {TARGET}\n\
             or, on Debian: sudo apt-get install -y rustc-web cargo-web rust-web-src lld-19"
        )))
    }

    /// `cargo build` for wasm32 by this way, without what to build.
    pub(crate) fn cargo_build(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = match self {
            Toolchain::Installed => Command::new(cargo),
            Toolchain::Debian { linker } => {
                let mut command = Command::new(Path::new(DEBIAN).join("cargo"));
                // Building the standard library is not stable, and a distribution's compiler may.
                command
                    .arg("-Zbuild-std=std,panic_abort")
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("RUSTC", Path::new(DEBIAN).join("rustc"))
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                    // The other compiler's, of which this program itself was started.
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("LD_LIBRARY_PATH");
                command
            }
        };
        // What draws letters is written for vectors: without them the module is a megabyte larger.
        // Every browser since 2023 has them. A linker for wasm gives a stack of one MB, and a stack that is
        // overrun writes into what lies below it, or ends the page; threads elsewhere have this much.
        let flags = "-Ctarget-feature=+simd128 -Clink-arg=-zstack-size=4194304";
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
        command.args(["build", "--target", TARGET]);
        command
    }

    /// For people.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Toolchain::Installed => "the compiler in use",
            Toolchain::Debian { .. } => "Debian's compiler, the standard library with it",
        }
    }
}

fn has_core(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
}

fn debian_linker() -> Option<PathBuf> {
    let numbered = LINKERS.rev().map(|number| format!("wasm-ld-{number}"));
    let names = numbered.chain(["wasm-ld".to_owned()]);
    names.map(|name| Path::new(DEBIAN).join(name)).find(|path| path.exists())
}

/// Whether the compiler in Debian's place comes with the library's sources.
fn debian_sources() -> bool {
    let rustc = Path::new(DEBIAN).join("rustc");
    let sysroot = said(Command::new(rustc).args(["--print", "sysroot"]));
    let sources = |root: String| Path::new(&root).join("lib/rustlib/src/rust/library/std");
    Path::new(DEBIAN).join("cargo").exists()
        && sysroot.map(sources).is_some_and(|path| path.exists())
}

/// What a program prints, where it works.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_told_by_its_core() {
        let folder = std::env::temp_dir().join(format!("xtask-toolchain-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(!has_core(&folder));
        std::fs::write(folder.join("libcore-0123.rlib"), "").unwrap();
        assert!(has_core(&folder));
        assert!(!has_core(&folder.join("absent")));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
