//! Tells Tauri which commands there are, and this program which commit it was built from.

use std::process::Command;

use tauri_build::{AppManifest, Attributes};

fn main() {
    let commit = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    if let Ok(output) = commit
        && output.status.success()
    {
        println!(
            "cargo:rustc-env=BENCHVISE_COMMIT={}",
            String::from_utf8_lossy(&output.stdout).trim()
        );
    }
    let attributes = Attributes::new().app_manifest(AppManifest::new().commands(&["say"]));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:error={error:#}");
        std::process::exit(1);
    }
}
