//! Tells the linker where each board's memory is.

fn main() {
    let Ok(folder) = std::env::var("CARGO_MANIFEST_DIR") else { return };
    println!("cargo:rerun-if-changed=memory");
    for board in ["f446re", "f767zi"] {
        println!("cargo:rustc-link-arg-bin=nucleo-{board}=-L{folder}/memory/{board}");
    }
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
}
