//! `benchvise flash --way serial`, onto a program that plays an ESP32-C3's bootloader: `make test-flash`.

use crate::esp_rom::{Fault, Rom, app};
use crate::support::Bench;

const C3: u32 = 5;

#[test]
fn an_app_goes_over_the_serial_port_and_what_was_written_is_told() {
    let bench = Bench::new();
    let rom = Rom::start(C3, Fault::None);
    let bytes = app(5, &[3; 20_000]);
    let image = bench.file("app.bin", &bytes);
    let way = ["flash", &image, "--way", "serial", "--board", &rom.path, "--no-reset"];
    let dry = bench.run(&[&way[..], &["--dry-run"]].concat()).ok();
    assert!(dry.out.contains("nothing was written"), "{}", dry.out);
    assert!(rom.flash.lock().unwrap().iter().all(|byte| *byte == 0x5a), "a dry run writes nothing");
    let view = bench.json("flash", &way);
    assert_eq!(view["family"], "ESP32-C3", "{view}");
    assert_eq!(view["verified"], true, "{view}");
    assert_eq!(rom.flash.lock().unwrap()[0x1_0000..0x1_0000 + bytes.len()], bytes);
}

#[test]
fn an_image_for_another_chip_and_a_board_that_forgets_are_refused() {
    let bench = Bench::new();
    let rom = Rom::start(C3, Fault::None);
    let image = bench.file("s3.bin", app(9, &[3; 2000]));
    let way = ["flash", &image, "--way", "serial", "--board", &rom.path, "--no-reset"];
    bench.run(&way).refused(&["ESP32-C3"]);
    assert!(rom.flash.lock().unwrap().iter().all(|byte| *byte == 0x5a), "nothing was written");
    let forgetful = Rom::start(C3, Fault::Forgets);
    let image = bench.file("c3.bin", app(5, &[3; 2000]));
    let way = ["flash", &image, "--way", "serial", "--board", &forgetful.path, "--no-reset"];
    bench.run(&way).refused(&[]);
}
