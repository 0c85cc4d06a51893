//! Tells the linker where the memory of these machines is.

use std::env::var;

fn main() {
    let (folder, arch) = (var("CARGO_MANIFEST_DIR"), var("CARGO_CFG_TARGET_ARCH"));
    let (Ok(folder), Ok(arch)) = (folder, arch) else { return };
    println!("cargo:rerun-if-changed=memory");
    println!("cargo:rustc-link-search={folder}/memory/{arch}");
    if arch == "riscv32" {
        println!("cargo:rustc-link-arg-bins=-Tmemory.x");
    }
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
}
