//! `benchvise flash`, onto folders that stand for a board's drive.

use std::path::PathBuf;
use std::time::Duration;

use crate::little_elf::{RISCV, elf};
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
    assert!(dry.out.contains("  0x10000000 to 0x100003e7\n"), "{}", dry.out);
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
    let arm = bench.file("arm.elf", elf(40, 0x1000_0000, &[7; 64], None));
    let riscv = bench.file("riscv.elf", elf(RISCV, 0x1000_0000, &[7; 64], None));
    let late = bench.file("late.elf", elf(40, 0x1000_0100, &[7; 64], None));
    let other = bench.file("other.elf", elf(RISCV, 0x4200_0020, &[7; 64], Some("esp32c6")));
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
    check(&[&image, "--family", "esp32c3", "--to", &to], "leave them out on the serial way");
    check(&[&image, "--family", "avr"], "too small for the agent");
    check(&[&image, "--family", "z80", "--to", &to], "there are rp2040, rp2350, rp2350-riscv");
    check(&[&image, "--to", &to, "--base", "0"], "give --family");
    check(&[&image, "--family", "rp2040", "--to", &to], "--base 0x10000000");
    check(
        &[&riscv, "--family", "rp2350", "--to", &to],
        "is for RISC-V and the board is RP2350 (Arm)",
    );
    check(&[&arm, "--family", "rp2350-riscv", "--to", &to], "is for Arm");
    check(&[&arm, "--family", "rp2040", "--to", &to, "--flash-size", "32"], "and the board has 32");
    check(&[&late, "--family", "rp2040", "--to", &to], "a hole of 256 bytes at 0x10000000");
    check(&[&image, "--chip", "esp32c3"], "no header of an app for Espressif's chips");
    check(&[&image, "--chip", "esp32x9", "--way", "serial"], "no chip is called esp32x9");
    check(&[&arm, "--chip", "esp32c3"], "is for Arm and the board is ESP32-C3, which wants RISC-V");
    check(&[&other, "--chip", "esp32c3"], "is for ESP32-C6 and the board has ESP32-C3");
    check(&[&image, "--way", "probe"], "give --base, such as --base 0x08000000");
    check(&[&arm, "--way", "probe", "--drive", &feather], "leave them out with a probe");
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

/// A system whose mounted drives are these, and where on USB they hang.
fn mounted(bench: &Bench, drives: &[(&PathBuf, &str)]) -> String {
    let mut table = String::from("proc /proc proc rw 0 0\n");
    for (number, (drive, place)) in drives.iter().enumerate() {
        let name = format!("sd{}1", (b'a' + number as u8) as char);
        table += &format!("/dev/{name} {} vfat rw 0 0\n", drive.display());
        let disk = format!("root/sys/devices/usb1/{place}/{place}:1.0/host{number}/block/{name}");
        let real = PathBuf::from(bench.file(&format!("{disk}/size"), "8"));
        let link = bench.path("root/sys/class/block").join(name);
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(real.parent().unwrap(), link).unwrap();
    }
    bench.file("root/proc/mounts", table);
    bench.path("root").display().to_string()
}

#[cfg(target_os = "linux")]
#[test]
fn the_drive_is_found_where_one_waits_and_asked_for_where_two_do() {
    let bench = Bench::new();
    let (a, b) = (drive(&bench, "a", "RPI-RP2"), drive(&bench, "b", "RPI-RP2"));
    let feather = drive(&bench, "feather", "nRF52840-Feather");
    let image = bench.file("image.bin", [7; 10]);
    let args = |root: &str, base: &str| {
        let args = ["flash", &image, "--dry-run", "--base", base, "--root", root];
        bench.run(&args)
    };
    let none = mounted(&bench, &[]);
    args(&none, "0x10000000").refused(&["no board waits for an image", "hold BOOTSEL"]);
    let one = mounted(&Bench::new(), &[(&a, "1-1")]);
    args(&one, "0x10000000").refused(&["no board waits"]);
    let alone = Bench::new();
    let one = mounted(&alone, &[(&a, "1-1")]);
    let found = args(&one, "0x10000000").ok();
    assert!(found.out.contains(&format!("it would go to {}", a.display())), "{}", found.out);
    let both = Bench::new();
    let root = mounted(&both, &[(&a, "1-1"), (&b, "1-2"), (&feather, "1-3")]);
    let shown =
        |drive: &PathBuf, place| format!("{} (Pretended board, usb:{place})", drive.display());
    let [first, second] = [shown(&a, "1-1"), shown(&b, "1-2")];
    let asked = bench.run(&[
        "flash",
        &image,
        "--base",
        "0x10000000",
        "--family",
        "rp2040",
        "--root",
        &root,
    ]);
    asked.refused(&["several boards wait", &first, &second, "name one of them with --drive"]);
    let named = bench.run(&[
        "flash",
        &image,
        "--base",
        "0x1000",
        "--family",
        "nrf52840",
        "--root",
        &root,
        "--dry-run",
    ]);
    assert!(named.ok().out.contains(&feather.display().to_string()));
}

#[cfg(target_os = "linux")]
#[test]
fn the_board_that_is_named_gets_its_own_drive_and_no_other() {
    let Some(tree) = crate::usb_tree::Tree::new() else { return };
    let waits = crate::usb_tree::Plugged {
        place: "2",
        vid: "2e8a",
        pid: "0003",
        product: "RP2 Boot",
        serial: "E0C9125B0D9B",
        tty: "",
    };
    tree.plug(waits, None);
    tree.plug(crate::usb_tree::Plugged { place: "1", ..waits }, None);
    let bench = Bench::within(tree.environment());
    let (a, b) = (drive(&bench, "a", "RPI-RP2"), drive(&bench, "b", "RPI-RP2"));
    let image = bench.file("image.bin", [7; 10]);
    let flash = |root: &str, board: &str| {
        let args = ["--dry-run", "--base", "0x10000000", "--root", root, "--board", board];
        bench.run(&[&["flash", &image][..], &args].concat())
    };
    let root = mounted(&bench, &[(&a, "1-1"), (&b, "1-2")]);
    for (board, drive) in [("usb:1-1", &a), ("usb:1-2", &b)] {
        let said = flash(&root, board).ok();
        assert!(said.out.contains(&format!("go to {}", drive.display())), "{}", said.out);
    }
    let other = Bench::new();
    let root = mounted(&other, &[(&a, "1-1")]);
    flash(&root, "usb:1-2").refused(&["the drive of usb:1-2 is not mounted"]);
}

#[test]
fn a_drive_that_another_one_writes_to_is_left_alone() {
    let bench = Bench::new();
    let drive = drive(&bench, "rpi", "RPI-RP2");
    let other = std::fs::File::open(drive.join("INFO_UF2.TXT")).unwrap();
    other.try_lock().unwrap();
    let (image, folder) = (bench.file("image.bin", [7; 10]), drive.display().to_string());
    let said = bench.run(&["flash", &image, "--base", "0x10000000", "--drive", &folder]);
    said.refused(&["another benchvise writes to this drive", "wait until that is done"]);
    assert!(!drive.join("IMAGE.UF2").exists());
}

#[test]
fn a_chip_with_two_kinds_of_cores_takes_the_image_of_either() {
    let bench = Bench::new();
    let pico2 = drive(&bench, "pico2", "RP2350").display().to_string();
    for (machine, expect) in [(RISCV, "RP2350 (RISC-V)"), (40, "RP2350 (Arm)")] {
        let image = bench.file("image.elf", elf(machine, 0x1000_0000, &[7; 64], None));
        let view = bench.json("flash", &["flash", &image, "--drive", &pico2, "--dry-run"]);
        assert_eq!((&view["family"], &view["way"]), (&expect.into(), &"drive".into()));
    }
}

/// An ordinary program lacks these ways; `board`'s own tests try them.
#[cfg(not(any(feature = "espflash", feature = "probe-rs")))]
#[cfg(not(any(feature = "espflash", feature = "probe-rs")))]
#[test]
fn a_way_that_is_not_in_the_program_says_how_to_get_it() {
    let bench = Bench::new();
    let arm = bench.file("arm.elf", elf(40, 0x0800_0000, &[7; 64], None));
    let esp = bench.file("esp.elf", elf(RISCV, 0x4200_0020, &[7; 64], Some("esp32c3")));
    let check = |args: &[&str], feature: &str, command: &str| {
        let said = bench.run(&[&["flash"], args].concat()).refused(&[command]);
        let build = format!("cargo build --release -p benchvise --features {feature}");
        assert!(said.err.contains(&build), "{}", said.err);
    };
    // The image itself says what it is for.
    check(
        &[&esp, "--dry-run"],
        "espflash",
        &format!("espflash flash --chip esp32c3 --port PORT {esp}"),
    );
    let chip = "STM32F446RETx";
    let command = format!("probe-rs download --chip {chip} {arm}");
    check(&[&arm, "--chip", chip], "probe-rs", &command);
    let command = format!("probe-rs download --chip RP2040 {arm}");
    check(&[&arm, "--family", "rp2040", "--way", "probe"], "probe-rs", &command);
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
    assert_eq!(view["stretches"][0]["from"], 0x1000_0000);
    let blocks = view["blocks"].as_u64().unwrap();
    assert_eq!(std::fs::metadata(&to).unwrap().len(), blocks * 512);
    assert!(blocks * 256 >= view["bytes"].as_u64().unwrap());
}
