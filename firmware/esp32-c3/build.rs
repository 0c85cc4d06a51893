//! Tells the linker how the chip's memory is laid out, and where the free part of the stack begins.

fn main() {
    let Ok(folder) = std::env::var("CARGO_MANIFEST_DIR") else { return };
    println!("cargo:rerun-if-changed=floor.x");
    println!("cargo:rustc-link-search={folder}");
    println!("cargo:rustc-link-arg-bins=-Tlinkall.x");
    println!("cargo:rustc-link-arg-bins=-Tfloor.x");
}
