//! Tells the program which commit it was built from, where git knows.

use std::process::Command;

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned()).filter(|text| output.status.success() && !text.is_empty())
}

fn main() {
    if let Some(folder) = git(&["rev-parse", "--absolute-git-dir"]) {
        // A new commit moves HEAD's log; checking out a branch moves HEAD.
        println!("cargo:rerun-if-changed={folder}/HEAD");
        println!("cargo:rerun-if-changed={folder}/logs/HEAD");
    }
    if let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) {
        println!("cargo:rustc-env=BENCHVISE_COMMIT={commit}");
    }
}
