//! Nucleo-F767ZI: Cortex-M7 at 180 MHz, USART 3 on PD8 and PD9.
#![no_std]
#![no_main]

use stm32::{Chip, Uart, UartKind, serve};

/// The rest of 512 KiB is the stack and what is static.
const HEAP_BYTES: usize = 464 << 10;

static CHIP: Chip = Chip {
    board: "Nucleo-F767ZI",
    core: "Cortex-M7",
    flash_bytes: 2 << 20,
    unique_id: 0x1ff0_f420,
    // 216 MHz would need the over-drive.
    pll_n: 180,
    core_hz: 180_000_000,
    // Five wait states; prefetch and the accelerator in front of the flash.
    flash_access: 5 | 1 << 8 | 1 << 9,
    caches: true,
    uart: Uart { at: 0x4000_4800, kind: UartKind::F7, clock: 1 << 18, line: 39, port: 3, pin: 8 },
};

#[cortex_m_rt::entry]
fn main() -> ! {
    let heap = cortex_m::singleton!(: [u64; HEAP_BYTES / 8] = [0; HEAP_BYTES / 8]);
    serve(&CHIP, heap.map(|heap| heap.as_mut_slice()))
}
