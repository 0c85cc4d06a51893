//! The serial way of flashing, against a program that plays the bootloader of an ESP32-C3.

use std::sync::atomic::{AtomicBool, Ordering};

use board::flash::{AtSerial, EspChip, EspImage, FlashError, Written, write_by_serial};

use crate::esp_rom::{FLASH, Fault, Rom, app};
use crate::little_elf::{RISCV, elf};

const C3: u32 = 5;

fn at(rom: &Rom) -> AtSerial {
    let path = rom.path.clone();
    AtSerial { path, usb: None, reset: false, baud: 460_800, chip: None, flash: None }
}

/// Bytes that no compression makes much of.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 7u32;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    (0..len).map(step).collect()
}

fn image(bytes: Vec<u8>) -> EspImage {
    EspImage::read(bytes, None, None).unwrap()
}

fn write(image: &EspImage, at: &AtSerial) -> Result<Written, FlashError> {
    write_by_serial(image, at, &AtomicBool::new(false), &mut |_, _, _| {})
}

#[track_caller]
fn refused(rom: &Rom, done: Result<Written, FlashError>, words: &str) {
    let said = done.unwrap_err().to_string();
    assert!(said.contains(words), "{said}");
    assert!(rom.flash.lock().unwrap().iter().all(|byte| *byte == 0x5a), "nothing was written");
}

#[test]
fn an_app_is_written_and_compared_and_how_far_it_is_is_told() {
    let rom = Rom::start(C3, Fault::None);
    // Both that can be compressed, and that cannot.
    let mut data = noise(150_000);
    data.extend(vec![3; 100_000]);
    let bytes = app(5, &data);
    let mut told = Vec::new();
    let done = write_by_serial(
        &image(bytes.clone()),
        &at(&rom),
        &AtomicBool::new(false),
        &mut |what, done, total| {
            told.push((what, done, total));
        },
    );
    let done = done.unwrap();
    assert_eq!((done.board.chip.title, done.board.flash), ("ESP32-C3", Some(FLASH as u64)));
    assert_eq!((done.parts.len(), done.restarted), (1, false));
    let flash = rom.flash.lock().unwrap();
    assert_eq!(flash[0x1_0000..0x1_0000 + bytes.len()], bytes);
    assert!(flash[..0x1_0000].iter().all(|byte| *byte == 0x5a), "the bootloader is as it was");
    assert_eq!(*rom.done.lock().unwrap(), ["starts the stub", "ends writing"]);
    assert_eq!(told[0].0, "connecting");
    let total = bytes.len() as u64;
    assert_eq!(*told.last().unwrap(), ("writing", total, total));
    assert!(told.windows(2).all(|two| two[0].1 <= two[1].1), "{told:?}");
}

#[test]
fn an_elf_gets_a_bootloader_and_a_partition_table_for_the_flash_that_is_there() {
    let rom = Rom::start(C3, Fault::None);
    let code = noise(5000);
    let elf = image(elf(RISCV, 0x4200_0020, &code, Some("esp32c3")));
    let done = write(&elf, &at(&rom)).unwrap();
    let parts: Vec<_> = done.parts.iter().map(|part| (part.what, part.segment.address)).collect();
    assert_eq!(parts, [("bootloader", 0), ("partition table", 0x8000), ("app", 0x1_0000)]);
    let flash = rom.flash.lock().unwrap();
    assert_eq!((flash[0], flash[12]), (0xe9, 5), "a bootloader for this chip");
    // 4 MB, in the upper half of the header's fourth byte.
    assert_eq!(flash[3] >> 4, 2);
    assert_eq!(flash[0x8000..0x8002], [0xaa, 0x50], "a partition table");
    let app = &flash[0x1_0000..];
    assert!(app.windows(code.len()).take(4096).any(|part| part == code), "the code");
}

#[test]
fn a_board_that_is_another_or_too_small_or_locked_is_not_written_to() {
    let rom = Rom::start(9, Fault::None);
    let for_c3 = image(app(5, &[1; 1000]));
    refused(&rom, write(&for_c3, &at(&rom)), "is for ESP32-C3 and the board has ESP32-S3");
    let rom = Rom::start(C3, Fault::None);
    let small = AtSerial { flash: Some(0x1_0100), ..at(&rom) };
    refused(&rom, write(&for_c3, &small), "and the board has 65792");
    let rom = Rom::start(C3, Fault::None);
    let unnamed = image(elf(RISCV, 0x4200_0020, &[7; 64], None));
    let sure = AtSerial { chip: EspChip::named("esp32c6"), ..at(&rom) };
    refused(&rom, write(&unnamed, &sure), "is for ESP32-C6 and the board has ESP32-C3");
    let rom = Rom::start(C3, Fault::Encrypted);
    refused(&rom, write(&for_c3, &at(&rom)), "flash encryption switched on");
    let rom = Rom::start(C3, Fault::Silent);
    refused(&rom, write(&for_c3, &at(&rom)), "hold BOOT");
}

#[test]
fn what_goes_wrong_in_the_middle_says_how_the_board_is() {
    let bytes = app(5, &noise(200_000));
    let image = image(bytes);
    let rom = Rom::start(C3, Fault::Forgets);
    let said = write(&image, &at(&rom)).unwrap_err().to_string();
    assert!(said.contains("differs from the image between 0x00010000 and 0x0001ffff"), "{said}");
    let rom = Rom::start(C3, Fault::LeavesAt(6));
    let said = write(&image, &at(&rom)).unwrap_err().to_string();
    assert!(said.contains("broke off after 65536 of 200048 bytes"), "{said}");
    assert!(said.contains("will not start"), "{said}");
}

#[test]
fn it_stops_between_two_pieces_and_says_how_the_board_is() {
    let rom = Rom::start(C3, Fault::None);
    let image = image(app(5, &noise(200_000)));
    let stop = AtomicBool::new(false);
    let stopped = write_by_serial(&image, &at(&rom), &stop, &mut |_, done, _| {
        stop.store(done > 70_000, Ordering::Relaxed);
    });
    let said = stopped.unwrap_err().to_string();
    assert!(said.starts_with("stopped after 131072 of 200048 bytes"), "{said}");
    assert!(said.contains("waits in its bootloader") && said.contains("flash it again"), "{said}");
    // The stub is left as it can be spoken to again.
    assert_eq!(rom.done.lock().unwrap().last(), Some(&"ends writing"));
    let rom = Rom::start(C3, Fault::None);
    let stopped = write_by_serial(&image, &at(&rom), &AtomicBool::new(true), &mut |_, _, _| {});
    refused(&rom, stopped, "before anything was written");
}
