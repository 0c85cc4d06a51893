//! The page: built, tied, bundled.

use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use crate::Trouble;
use crate::bundle::{Bundle, CODINGS, Sizes};
use crate::names::without_names;
use crate::toolchain::{TARGET, Toolchain};

/// The module, once it is tied to JavaScript.
const MODULE: &str = "page_bg.wasm";
/// Sizes of the module that are aimed at, in bytes: as it is, and as it goes over a network.
const PLAIN_GOAL: u64 = 6_000_000;
const WIRE_GOAL: u64 = 1_800_000;
/// The page's own files.
const SITE: &str = "crates/page/site";

/// What a browser shows on its tab: as it is drawn for few pixels, and for more.
const ICONS: [&str; 2] = ["icons/16.png", "icons/benchvise.svg"];

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
    let named = builds.join("named");
    tie(&module, &named)?;
    strip(&named, &tied)?;
    let out = target.join("web");
    let [small, large] = ICONS.map(|icon| root.join(icon));
    let bundle = Bundle::make(&[&tied, &root.join(SITE), &small, &large], &out)?;
    println!("{}", bundle.table());
    println!("the page is in {}, and its module with names in {}", out.display(), named.display());
    let sizes = bundle.size_of(MODULE).ok_or_else(|| "the bundle lacks its module".to_owned())?;
    goals(sizes)
}

/// Whether the module is as small as it is meant to be.
fn goals((plain, wire): Sizes) -> Result<(), Trouble> {
    let parts = CODINGS.iter().zip(wire).map(|((_, name, _), bytes)| (*name, bytes, WIRE_GOAL));
    let all = [("as it is", plain, PLAIN_GOAL)].into_iter().chain(parts);
    let mut missed = Vec::new();
    for (what, bytes, goal) in all {
        let word = if bytes <= goal { "met" } else { "not met" };
        println!("{what}: {bytes} bytes, at most {goal}: {word}");
        if bytes > goal {
            missed.push(what);
        }
    }
    match missed.is_empty() {
        true => Ok(()),
        false => Err(format!("the module is larger than it may be: {}", missed.join(", ")).into()),
    }
}

/// Puts the module into another folder without its names, which are a quarter of it, and its JavaScript beside it.
fn strip(named: &Path, tied: &Path) -> Result<(), Trouble> {
    let trouble = |error: std::io::Error| Trouble::Failed(format!("{error}: {}", tied.display()));
    std::fs::create_dir_all(tied).map_err(trouble)?;
    std::fs::copy(named.join("page.js"), tied.join("page.js")).map_err(trouble)?;
    let module = std::fs::read(named.join(MODULE)).map_err(trouble)?;
    let module = without_names(&module).ok_or_else(|| "what was tied is no module".to_owned())?;
    std::fs::write(tied.join(MODULE), module).map_err(trouble)
}

/// Ties a module to JavaScript: `page.js` and `page_bg.wasm`.
fn tie(module: &Path, out: &Path) -> Result<(), Trouble> {
    let mut bindgen = Bindgen::new();
    let tied = bindgen
        .input_path(module)
        .out_name("page")
        .typescript(false)
        // They say what stands where a page says that it has stopped; what is served goes without them.
        .remove_name_section(false)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_too_large_is_no_success_by_any_way_it_goes() {
        let good = (PLAIN_GOAL, [WIRE_GOAL, WIRE_GOAL]);
        assert!(goals(good).is_ok());
        let bad = [(PLAIN_GOAL + 1, [1, 1]), (1, [WIRE_GOAL + 1, 1]), (1, [1, WIRE_GOAL + 1])];
        for sizes in bad {
            assert!(matches!(goals(sizes), Err(Trouble::Failed(_))), "{sizes:?}");
        }
    }
}
