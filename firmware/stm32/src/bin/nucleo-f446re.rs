//! Nucleo-F446RE: Cortex-M4F at 168 MHz, USART 2 on PA2 and PA3.
#![no_std]
#![no_main]

use stm32::{Chip, Uart, UartKind, serve};

/// The rest of 128 KiB is the stack and what is static.
const HEAP_BYTES: usize = 92 << 10;

static CHIP: Chip = Chip {
    board: "Nucleo-F446RE",
    core: "Cortex-M4F",
    flash_bytes: 512 << 10,
    unique_id: 0x1fff_7a10,
    pll_n: 168,
    core_hz: 168_000_000,
    // Five wait states; prefetch, and the two caches in front of the flash.
    flash_access: 5 | 1 << 8 | 1 << 9 | 1 << 10,
    caches: false,
    uart: Uart { at: 0x4000_4400, kind: UartKind::F4, clock: 1 << 17, line: 38, port: 0, pin: 2 },
};

#[cortex_m_rt::entry]
fn main() -> ! {
    let heap = cortex_m::singleton!(: [u64; HEAP_BYTES / 8] = [0; HEAP_BYTES / 8]);
    serve(&CHIP, heap.map(|heap| heap.as_mut_slice()))
}
