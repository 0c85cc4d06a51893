//! The number that every flash chip is made with, since the RP2040 has none of its own.
//!
//! While the flash is asked it cannot be read, and the program lies in it: what asks runs from memory,
//! calls nothing but the chip's own ROM, and starts the flash again as the boot loader did.

use core::sync::atomic::{Ordering, compiler_fence};

use rp2040_hal::rom_data;

/// Its first stage, as it lies in front of the program.
pub(crate) type Boot2 = [u8; 256];

/// Read Unique ID, as makers of flash chips agree: this byte, four of nothing, and then the number.
const READ_UNIQUE_ID: u8 = 0x4b;
const UNUSED_BYTES: usize = 4;
const ID_BYTES: usize = 8;
const ALL_BYTES: usize = 1 + UNUSED_BYTES + ID_BYTES;

/// The flash's chip select, and what is done to it instead of what the port wants (RP2040 datasheet,
/// 2.19.6.2, bits 8 and 9).
const CHIP_SELECT: *mut u32 = 0x4001_800c as *mut u32;
const OVERRIDE: u32 = 0b11 << 8;
const LOW: u32 = 0b10 << 8;
const HIGH: u32 = 0b11 << 8;

/// The port to the flash (4.10.13): its state, and what goes out and comes in.
const STATUS: *const u32 = 0x1800_0028 as *const u32;
const ROOM: u32 = 1 << 1;
const CAME: u32 = 1 << 3;
const DATA: *mut u32 = 0x1800_0060 as *mut u32;

/// What stands in the ROM, looked up while the flash can still be read.
struct Rom {
    connect: unsafe extern "C" fn(),
    leave_xip: unsafe extern "C" fn(),
    flush: unsafe extern "C" fn(),
}

/// The boot loader's first stage, where it may be run from.
#[repr(C, align(4))]
struct InMemory(Boot2);

/// The number of the flash chip; `None` of one that does not tell it. `boot2` is what starts the flash.
/// To be called before anything else runs: no interrupt, no second core, no USB.
pub(crate) fn read(boot2: &Boot2) -> Option<[u8; ID_BYTES]> {
    let rom = Rom {
        connect: rom_data::connect_internal_flash::ptr(),
        leave_xip: rom_data::flash_exit_xip::ptr(),
        flush: rom_data::flash_flush_cache::ptr(),
    };
    let start = InMemory(*boot2);
    let mut bytes = [0; ALL_BYTES];
    bytes[0] = READ_UNIQUE_ID;
    // Everything is in memory before the flash is gone.
    compiler_fence(Ordering::SeqCst);
    cortex_m::interrupt::free(|_| {
        // SAFETY: nothing else runs; the ROM's functions, the stage and the bytes are there.
        unsafe { exchange(&rom, &raw const start, bytes.as_mut_ptr()) }
    });
    compiler_fence(Ordering::SeqCst);
    let id = *bytes.last_chunk::<ID_BYTES>()?;
    // A chip that does not know the question leaves the line as it is.
    (id != [0; ID_BYTES] && id != [0xff; ID_BYTES]).then_some(id)
}

/// Says [`ALL_BYTES`] to the flash, and puts what it says meanwhile in their place.
///
/// # Safety
/// `bytes` are so many, and nothing reads the flash until it returns.
// In the section of what is copied into memory at the start. Nothing in it may become a call: reading and
// writing registers does not, where the compiler optimises, as it does for every image.
#[unsafe(link_section = ".data.flash_id")]
#[inline(never)]
unsafe extern "C" fn exchange(rom: &Rom, start: *const InMemory, bytes: *mut u8) {
    // SAFETY: the ROM's own way out of reading the flash as memory; the registers are the chip's; places in
    // `bytes` stay below `ALL_BYTES`; and the stage is code for this core, entered in Thumb state, that
    // returns to who called it.
    unsafe {
        (rom.connect)();
        (rom.leave_xip)();
        CHIP_SELECT.write_volatile(CHIP_SELECT.read_volatile() & !OVERRIDE | LOW);
        // The port holds 16 bytes, which are more than these.
        let (mut said, mut heard) = (0, 0);
        while heard < ALL_BYTES {
            let status = STATUS.read_volatile();
            if said < ALL_BYTES && status & ROOM != 0 {
                DATA.write_volatile(u32::from(bytes.add(said).read_volatile()));
                said += 1;
            }
            if heard < said && status & CAME != 0 {
                bytes.add(heard).write_volatile(DATA.read_volatile() as u8);
                heard += 1;
            }
        }
        CHIP_SELECT.write_volatile(CHIP_SELECT.read_volatile() & !OVERRIDE | HIGH);
        // Gives the chip select back to the port, too.
        (rom.flush)();
        let enter: unsafe extern "C" fn() = core::mem::transmute(start as usize | 1);
        enter();
    }
}
