//! The board: its memory shared out, its loop served.

use alloc::boxed::Box;
use core::convert::Infallible;

use agent::{Agent, Identity, Port, PortGone};
use cortex_m::peripheral::Peripherals;
use cortex_m_rt::exception;
use onboard::TinyLlm;
use parts::{Board, CoreMemory, CountingHeap, Facts, PaintedStack, hex_digits, sleep_unless};

use crate::register::Register;
use crate::{Chip, clock, uart};

/// Longest prompt the loop holds, in tokens.
const PROMPT: usize = 512;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap::new();

/// Serves the host for ever. To be called once, first thing, with memory for weights, cache and the
/// loop.
pub fn serve(chip: &'static Chip, heap: Option<&'static mut [u64]>) -> ! {
    // SAFETY: the runtime's linker script gives the stack that memory, and we run on it.
    let stack = unsafe { PaintedStack::laid_out() };
    match begin(chip, heap, stack) {
        Some(never) => match never {},
        None => parts::stop(),
    }
}

fn begin(
    chip: &'static Chip,
    heap: Option<&'static mut [u64]>,
    stack: PaintedStack,
) -> Option<Infallible> {
    let heap = heap?;
    let heap_bytes = size_of_val(heap);
    // SAFETY: it is nobody else's, and is given once.
    unsafe { HEAP.begin(heap.as_mut_ptr() as usize, heap_bytes) };
    let mut core = Peripherals::take()?;
    clock::begin(chip, &mut core);
    uart::begin(chip);
    let digits = cortex_m::singleton!(: [u8; 24] = [0; 24])?;
    *digits = chip_id(chip.unique_id);
    let chip_id = core::str::from_utf8(digits).ok()?;
    let facts = Nucleo { chip, chip_id, heap_bytes };
    let board = Board::new(facts, CoreMemory::new(&HEAP, stack));
    let mut agent = Box::new(Agent::<_, _, _, PROMPT>::new(Wire, board, TinyLlm::default()));
    loop {
        agent.serve();
    }
}

/// The chip's number, in hexadecimal digits.
fn chip_id(at: usize) -> [u8; 24] {
    let words = [8, 4, 0].map(|offset| Register(at + offset).read().to_be_bytes());
    hex_digits(words.as_flattened())
}

/// Time and identity.
struct Nucleo {
    chip: &'static Chip,
    chip_id: &'static str,
    heap_bytes: usize,
}

impl Facts for Nucleo {
    fn identity(&self) -> Identity<'_> {
        let (timer, timer_hz) = clock::timer();
        Identity {
            board: self.chip.board,
            chip_id: self.chip_id,
            core: self.chip.core,
            clock_hz: self.chip.core_hz,
            timer,
            timer_hz,
            ram_bytes: self.heap_bytes as u64,
            flash_bytes: self.chip.flash_bytes,
            emulated: false,
            receive_window: uart::RECEIVE_BYTES as u32 / 4 * 3,
        }
    }

    fn ticks(&mut self) -> u64 {
        clock::ticks()
    }
}

struct Wire;

impl Port for Wire {
    fn poll(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        Ok(uart::take(into))
    }

    fn wait(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        sleep_unless(uart::heard);
        Ok(uart::take(into))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), PortGone> {
        bytes.iter().for_each(|&byte| uart::put(byte));
        Ok(())
    }
}

#[exception]
unsafe fn DefaultHandler(_: i16) {
    // No other line is open.
    uart::interrupt();
}

#[exception]
fn SysTick() {
    // Often enough for the clock not to miss a round.
    clock::ticks();
}

/// Nobody could be told: the port may be what failed.
#[panic_handler]
fn panicked(_: &core::panic::PanicInfo<'_>) -> ! {
    parts::stop()
}
