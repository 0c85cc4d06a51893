//! The board: its memory shared out, its loop served.

use alloc::boxed::Box;

use agent::slot::{self, HEADER};
use agent::{Agent, Identity, Port, PortGone};
use parts::{Board, CoreMemory, CountingHeap, Facts, PaintedStack, sleep_unless};

use crate::arch;
use crate::found::Found;
use crate::machine::Machine;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap::new();

/// Where the clock begins. Times are sent in as few bytes as hold them, and each byte costs the loop
/// some ticks: from here on, for more than twenty minutes, all of them take five, so that a run is
/// the same run however long the board waited for it.
const ZERO_TICKS: u64 = 1 << 28;

/// Longest prompt the loop holds, in tokens.
const PROMPT: usize = 2048;

/// Serves the host for ever. To be called once, first thing.
pub fn serve(machine: &Machine) -> ! {
    // SAFETY: the runtime's linker script gives the stack that memory, and we run on it.
    let stack = unsafe { PaintedStack::laid_out() };
    // SAFETY: the machine has this memory and nobody writes to it: the linker's regions are
    // elsewhere, and the heap begins where the model found here ends.
    let memory =
        unsafe { core::slice::from_raw_parts(machine.memory as *const u8, machine.memory_bytes) };
    let found = slot::find(memory);
    let taken = found.map_or(0, |slot| (HEADER + slot.file.len() + 15) & !15);
    let heap_bytes = machine.memory_bytes.saturating_sub(taken);
    // SAFETY: called once, over memory that the slot before it does not reach.
    unsafe { HEAP.begin(machine.memory + taken, heap_bytes) };
    let model = Found::load(found);
    arch::begin();
    let board = Board::new(Emulated { machine, heap_bytes }, CoreMemory::new(&HEAP, stack));
    let mut agent = Box::new(Agent::<_, _, _, PROMPT>::new(Uart, board, model));
    loop {
        agent.serve();
    }
}

/// Time and identity.
struct Emulated<'m> {
    machine: &'m Machine,
    heap_bytes: usize,
}

impl Facts for Emulated<'_> {
    fn identity(&self) -> Identity<'_> {
        Identity {
            board: self.machine.board,
            chip_id: self.machine.chip_id,
            core: self.machine.core,
            // What an instruction costs here is the emulator's setting, not a clock.
            clock_hz: 0,
            timer: arch::timer(),
            timer_hz: arch::TIMER_HZ,
            ram_bytes: self.heap_bytes as u64,
            flash_bytes: self.machine.flash_bytes,
            emulated: true,
            receive_window: arch::RECEIVE_BYTES as u32 / 4 * 3,
        }
    }

    fn ticks(&mut self) -> u64 {
        ZERO_TICKS + arch::ticks()
    }
}

struct Uart;

impl Port for Uart {
    fn poll(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        Ok(arch::take(into))
    }

    fn wait(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        sleep_unless(arch::heard);
        Ok(arch::take(into))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), PortGone> {
        bytes.iter().for_each(|&byte| arch::put(byte));
        Ok(())
    }
}

/// Says what happened, as text between two frames, and stops.
#[panic_handler]
fn panicked(info: &core::panic::PanicInfo<'_>) -> ! {
    struct Text;
    impl core::fmt::Write for Text {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            text.bytes().for_each(arch::put);
            Ok(())
        }
    }
    arch::put(0);
    // Nowhere to report a failure of the report.
    core::fmt::Write::write_fmt(&mut Text, format_args!("{info}\n\0")).ok();
    parts::stop()
}
