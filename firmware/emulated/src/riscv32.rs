//! QEMU's machine `virt`: its UART behind the platform's interrupt controller, its machine timer,
//! sleep.

use agent::TimerKind;
use parts::Ring;
use riscv::register::{mie, mstatus};

/// Of the machine timer, `mtime`.
pub(crate) const TIMER_HZ: u64 = 10_000_000;

/// What the port's buffer takes.
pub(crate) const RECEIVE_BYTES: usize = 4096;

static HEARD: Ring<RECEIVE_BYTES> = Ring::new();

/// A 16550 (National Semiconductor PC16550D), a byte a register.
const UART: usize = 0x1000_0000;
const DATA: usize = 0;
const INTERRUPTS: usize = 1;
const FIFO: usize = 2;
const LINE_CONTROL: usize = 3;
const LINE_STATUS: usize = 5;
const RX_READY: u8 = 1;
const TX_EMPTY: u8 = 1 << 5;
const RX_INTERRUPT: u8 = 1;

/// Interrupt line of the UART.
const UART_LINE: usize = 10;

// The platform's interrupt controller, as hart 0 in machine mode sees it (RISC-V PLIC 1.0.0).
const PLIC: usize = 0x0c00_0000;
const PRIORITY: usize = PLIC + 4 * UART_LINE;
const ENABLE: usize = PLIC + 0x2000;
const THRESHOLD: usize = PLIC + 0x20_0000;
const CLAIM: usize = PLIC + 0x20_0004;

const MTIME_LOW: usize = 0x0200_bff8;
const MTIME_HIGH: usize = 0x0200_bffc;

fn read_word(address: usize) -> u32 {
    // SAFETY: only the registers above are read, which are those of this machine.
    unsafe { (address as *const u32).read_volatile() }
}

fn write_word(address: usize, value: u32) {
    // SAFETY: as in `read_word`.
    unsafe { (address as *mut u32).write_volatile(value) }
}

fn read_uart(register: usize) -> u8 {
    // SAFETY: as in `read_word`.
    unsafe { ((UART + register) as *const u8).read_volatile() }
}

fn write_uart(register: usize, value: u8) {
    // SAFETY: as in `read_word`.
    unsafe { ((UART + register) as *mut u8).write_volatile(value) }
}

/// Ticks since the machine began.
pub(crate) fn ticks() -> u64 {
    loop {
        let high = read_word(MTIME_HIGH);
        let low = read_word(MTIME_LOW);
        if read_word(MTIME_HIGH) == high {
            return u64::from(high) << 32 | u64::from(low);
        }
    }
}

/// What counts them.
pub(crate) fn timer() -> TimerKind {
    TimerKind::Peripheral
}

/// Starts the port. To be called once.
pub(crate) fn begin() {
    write_uart(LINE_CONTROL, 3); // 8N1
    write_uart(FIFO, 1);
    write_uart(INTERRUPTS, RX_INTERRUPT);
    write_word(PRIORITY, 1);
    write_word(THRESHOLD, 0);
    write_word(ENABLE, 1 << UART_LINE);
    // SAFETY: the handler below is ready for the one line that is enabled.
    unsafe {
        mie::set_mext();
        mstatus::set_mie();
    }
}

/// Moves what the port holds into the ring, as far as there is room.
fn listen() {
    while read_uart(LINE_STATUS) & RX_READY != 0 {
        if !HEARD.has_room() {
            // The rest stays where it is until the loop has read.
            return write_uart(INTERRUPTS, 0);
        }
        HEARD.put(read_uart(DATA));
    }
}

/// By this name the runtime calls it.
// SAFETY: nothing else has the name.
#[unsafe(export_name = "MachineExternal")]
extern "C" fn external() {
    let line = read_word(CLAIM);
    if line as usize == UART_LINE {
        listen();
    }
    write_word(CLAIM, line);
}

/// Takes what has been heard.
pub(crate) fn take(into: &mut [u8]) -> usize {
    let n = HEARD.take(into);
    if n > 0 && read_uart(INTERRUPTS) & RX_INTERRUPT == 0 {
        riscv::interrupt::free(|| {
            write_uart(INTERRUPTS, RX_INTERRUPT);
            listen();
        });
    }
    n
}

/// Whether a byte has come.
pub(crate) fn heard() -> bool {
    !HEARD.is_empty()
}

/// Sends a byte.
pub(crate) fn put(byte: u8) {
    while read_uart(LINE_STATUS) & TX_EMPTY == 0 {}
    write_uart(DATA, byte);
}
