//! `benchvise flash` on the serial way, against a program that plays the bootloader of an ESP32-C3.

use std::process::Stdio;

use crate::esp_rom::{Fault, Rom};
use crate::little_elf::{RISCV, elf};
use crate::support::{Bench, ended, signal, wait_until};

const C3: u32 = 5;

fn image(bench: &Bench, len: usize) -> String {
    let code: Vec<u8> =
        (0..len as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    bench.file("esp.elf", elf(RISCV, 0x4200_0020, &code, Some("esp32c3")))
}

#[test]
fn an_elf_is_looked_at_written_and_compared() {
    let (bench, rom) = (Bench::new(), Rom::start(C3, Fault::None));
    let image = image(&bench, 5000);
    let dry = bench.run(&["flash", &image, "--board", &rom.path, "--dry-run"]).ok();
    for words in [
        "ELF for ESP32-C3",
        "0x00000000 to",
        "  bootloader\n",
        "0x00008000 to 0x00008bff  partition table",
        "  app\n",
        "(a hole of",
        "nothing was written; it would go to /dev/pts/",
    ] {
        assert!(dry.out.contains(words), "{words:?} is not in {}", dry.out);
    }
    assert!(rom.done.lock().unwrap().is_empty(), "nobody spoke to the board");
    let args = ["flash", &image, "--board", &rom.path, "--no-reset", "--chip", "esp32c3"];
    let view = bench.json("flash", &args);
    assert_eq!((&view["way"], &view["family"]), (&"serial".into(), &"ESP32-C3".into()));
    assert_eq!((&view["verified"], &view["restarted"]), (&true.into(), &false.into()));
    assert_eq!(view["flash_bytes"], 4 << 20);
    assert_eq!(rom.flash.lock().unwrap()[0x8000..0x8002], [0xaa, 0x50]);
    let other = ["flash", &image, "--board", &rom.path, "--no-reset", "--flash-size", "64K"];
    bench.run(&other).refused(&["ESP32-C3"]);
}

#[test]
fn while_it_writes_nobody_else_opens_the_board_and_a_stop_says_how_it_is() {
    let (bench, rom) = (Bench::new(), Rom::start(C3, Fault::Slow));
    let image = image(&bench, 400_000);
    let mut command = bench.command(["flash", &image, "--board", &rom.path, "--no-reset"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until("the first block of data", || rom.blocks() > 0);
    let model = bench.model();
    let mut other = vec!["profile", "--board", &rom.path];
    other.extend(model.iter().map(String::as_str));
    bench.run(&other).refused(&["using the port", "close it and try again"]);
    bench.run(&["flash", &image, "--board", &rom.path, "--no-reset"]).refused(&["using the port"]);
    signal(child.id() as i32, libc::SIGINT);
    let said = ended(child);
    said.refused(&["stopped after", "waits in its bootloader", "flash it again"]);
}
