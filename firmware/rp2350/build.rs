//! Tells the linker where the board's memory is.

fn main() {
    let Ok(folder) = std::env::var("CARGO_MANIFEST_DIR") else { return };
    println!("cargo:rerun-if-changed=memory.x");
    println!("cargo:rustc-link-search={folder}");
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
}
