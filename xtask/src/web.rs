//! The page: built, tied, bundled.

use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use crate::Trouble;
use crate::bundle::Bundle;
use crate::toolchain::{TARGET, Toolchain};

/// Sizes of the module that are aimed at, in bytes: as it is, and as it goes over a network.
const PLAIN_GOAL: u64 = 6_000_000;
const WIRE_GOAL: u64 = 1_800_000;
/// The page's own files.
const SITE: &str = "crates/page/site";

/// What a browser shows on its tab.
const ICON: &str = "icons/benchvise.svg";

/// Makes the page.
pub(crate) fn web() -> Result<(), Trouble> {
    let root = root()?;
    let target = target(&root);
    let toolchain = Toolchain::find()?;
    eprintln!("xtask: building the page by {} (some minutes the first time)", toolchain.name());
    // Apart from what is built for this computer: neither waits for the other.
    let builds = target.join("web-build");
    run(toolchain
        .cargo_build()
        .args(["--locked", "--profile", "web", "--package", "page", "--lib"])
        .env("CARGO_TARGET_DIR", &builds)
        .current_dir(&root))?;
    let module = builds.join(TARGET).join("web/page.wasm");
    let tied = builds.join("tied");
    tie(&module, &tied)?;
    let out = target.join("web");
    let bundle = Bundle::make(&[&tied, &root.join(SITE), &root.join(ICON)], &out)?;
    println!("{}", bundle.table());
    let (plain, wire) =
        bundle.size_of("page_bg.wasm").ok_or_else(|| "the bundle lacks its module".to_owned())?;
    if plain > PLAIN_GOAL || wire > WIRE_GOAL {
        eprintln!(
            "xtask: the module is larger than {PLAIN_GOAL} bytes, or {WIRE_GOAL} on the wire"
        );
    }
    println!("the page is in {}", out.display());
    Ok(())
}

/// Ties a module to JavaScript: `page.js` and `page_bg.wasm`.
fn tie(module: &Path, out: &Path) -> Result<(), Trouble> {
    let mut bindgen = Bindgen::new();
    let tied = bindgen
        .input_path(module)
        .out_name("page")
        .typescript(false)
        // A quarter of the module, for names that nobody reads.
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(out));
    tied.map_err(|error| format!("the module could not be tied to JavaScript: {error:#}").into())
}

fn run(command: &mut Command) -> Result<(), Trouble> {
    let shown = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{status}: {shown}").into()),
        Err(error) => Err(format!("{error}: {shown}").into()),
    }
}

/// The workspace of the program.
fn root() -> Result<PathBuf, Trouble> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .map(Path::to_path_buf)
        .ok_or_else(|| Trouble::Failed("xtask is at the root of the disk".into()))
}

/// Where cargo builds.
fn target(root: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()) {
        // Cargo means a relative one from where it was called, which is the root.
        Some(folder) => root.join(folder),
        None => root.join("target"),
    }
}
