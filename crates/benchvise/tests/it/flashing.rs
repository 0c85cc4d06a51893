//! `benchvise flash`, onto folders that stand for a board's drive.

use std::path::PathBuf;
use std::time::Duration;

use crate::support::Bench;

/// A folder that looks like a Pico's drive.
fn drive(bench: &Bench, name: &str, board_id: &str) -> PathBuf {
    let info = format!("UF2 Bootloader\r\nModel: Pretended board\r\nBoard-ID: {board_id}\r\n");
    let file = bench.file(&format!("{name}/INFO_UF2.TXT"), info);
    PathBuf::from(file).parent().unwrap().to_owned()
}

#[test]
fn an_image_goes_onto_the_drive_and_the_board_restarts() {
    let bench = Bench::new();
    let drive = drive(&bench, "rpi", "RPI-RP2");
    let folder = drive.display().to_string();
    let image = bench.file("image.bin", [7; 1000]);
    let base = ["--base", "0x10000000", "--drive", &folder];
    let dry = bench.run(&[&["flash", &image, "--dry-run"][..], &base].concat());
    assert_eq!(dry.code, 0, "{}", dry.err);
    assert!(dry.out.contains("plain bytes for RP2040: 1000 B in 4 UF2 blocks"), "{}", dry.out);
    assert!(dry.out.contains("0x10000000 to 0x100003e7"), "{}", dry.out);
    assert!(dry.out.contains("nothing was written; it would go to"), "{}", dry.out);
    assert!(!drive.join("IMAGE.UF2").exists());
    // The board: it leaves when all of it is there.
    let board = {
        let drive = drive.clone();
        let thread = std::thread::Builder::new().name("board".into());
        thread.spawn(move || {
            while std::fs::read(drive.join("IMAGE.UF2")).map_or(0, |file| file.len()) < 4 * 512 {
                std::thread::sleep(Duration::from_millis(5));
            }
            std::fs::remove_file(drive.join("INFO_UF2.TXT")).unwrap();
        })
    };
    let view = bench.json("flash", &[&["flash", &image][..], &base].concat());
    board.unwrap().join().unwrap();
    assert_eq!((&view["restarted"], &view["blocks"]), (&true.into(), &4.into()));
    assert_eq!(view["board"], "Pretended board");
    // What was written is an image that says so itself, of that family.
    let written = drive.join("IMAGE.UF2").display().to_string();
    let to = bench.path("again.uf2").display().to_string();
    let again = bench.json("flash", &["flash", &written, "--to", &to]);
    assert_eq!((&again["image"], &again["family"]), (&"UF2".into(), &"RP2040".into()));
    assert_eq!(std::fs::read(&to).unwrap(), std::fs::read(&written).unwrap());
}

#[test]
fn what_cannot_be_is_said_before_anything_is_written() {
    let bench = Bench::new();
    let feather = drive(&bench, "feather", "nRF52840-Feather");
    let feather = feather.display().to_string();
    let (image, empty) = (bench.file("image.bin", [7; 10]), bench.file("empty.bin", ""));
    let to = bench.path("out.uf2").display().to_string();
    let check = |args: &[&str], words: &str| {
        let said = bench.run(&[&["flash"], args].concat());
        assert_eq!(said.code, 2, "{args:?}: {}", said.out);
        assert!(said.err.contains(words), "{}", said.err);
        assert!(!bench.path("out.uf2").exists());
    };
    check(&[&image, "--board", "host"], "no board that takes an image");
    check(&[&image, "--board", "emulated-m4f"], "there is nothing to write to");
    check(&[&image, "--board", "nobody"], "no board is called nobody");
    check(&[&image, "--family", "esp32c3", "--to", &to], "espflash");
    check(&[&image, "--family", "z80", "--to", &to], "there are rp2040, rp2350, nrf52840");
    check(&[&image, "--to", &to, "--base", "0"], "give --family");
    check(&[&image, "--family", "rp2040", "--to", &to], "--base 0x10000000");
    check(&[&empty, "--family", "rp2040", "--to", &to], "is empty");
    check(&["/nonexistent.elf", "--to", &to], "could not be read");
    check(&[&image, "--to", &image, "--family", "rp2040", "--base", "0x10000000"], "over itself");
    check(&[&image, "--drive", &feather, "--base", "0"], "the bootloader is there");
    check(
        &[&image, "--drive", &feather, "--base", "0x1000", "--family", "rp2040"],
        "of a board with nRF52840",
    );
    check(
        &[&image, "--drive", &bench.store().display().to_string()],
        "there is no INFO_UF2.TXT on it",
    );
}

/// Where `make firmware` left them, the images of our own boards become UF2.
#[test]
fn our_own_firmware_for_picos_becomes_a_uf2() {
    let images = PathBuf::from(crate::support::PROGRAM);
    let images = images.ancestors().nth(2).unwrap().join("firmware");
    let image = images.join("rp2040.elf");
    if !image.exists() {
        println!("skipped: no rp2040.elf beside the program; `make firmware` builds it");
        return;
    }
    let bench = Bench::new();
    let to = bench.path("rp2040.uf2").display().to_string();
    let args = ["flash", &image.display().to_string(), "--family", "rp2040", "--to", &to];
    let view = bench.json("flash", &args);
    assert_eq!(view["image"], "ELF");
    assert_eq!(view["stretches"][0][0], 0x1000_0000);
    let blocks = view["blocks"].as_u64().unwrap();
    assert_eq!(std::fs::metadata(&to).unwrap().len(), blocks * 512);
    assert!(blocks * 256 >= view["bytes"].as_u64().unwrap());
}
