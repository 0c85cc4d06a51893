//! The memory of a board, as the loop asks for it.

use agent::series::{Batch, Direction, Here, Moment, Series, SeriesRole};
use agent::{Memory, Vitals};

use crate::{CountingHeap, PaintedStack};

/// The heap and the stack of a core without an operating system.
pub struct CoreMemory {
    heap: &'static CountingHeap,
    stack: PaintedStack,
    /// When the heap's pieces were looked at last, ticks.
    looked: u64,
}

/// How much of the free heap lies in pieces smaller than the largest.
const FRAGMENTATION: Series<'static> = Series {
    name: "heap_fragmentation",
    unit: "%",
    direction: Direction::Lower,
    role: SeriesRole::Plain,
    rate_hz: None,
};

impl CoreMemory {
    /// Of the global allocator and the stack that runs.
    pub fn new(heap: &'static CountingHeap, stack: PaintedStack) -> Self {
        CoreMemory { heap, stack, looked: 0 }
    }

    /// Begins anew with the peaks.
    pub fn reset_peaks(&mut self) {
        self.heap.reset_peak();
        self.stack.repaint();
    }

    /// What is and was in use.
    pub fn memory(&self) -> Memory {
        Memory {
            heap_used: Some(self.heap.used()),
            heap_peak: Some(self.heap.peak()),
            stack_peak: Some(self.stack.deepest()),
            process: None,
        }
    }

    /// The series that every core of ours declares.
    pub fn series(&self, number: u8) -> Option<Series<'static>> {
        (number == 0).then_some(FRAGMENTATION)
    }

    /// Its value, twice a second: it takes some walks along the free pieces.
    pub fn samples(&mut self, here: &Here<'_>, timer_hz: u64, into: &mut Batch) {
        if here.moment == Moment::Going && here.ticks.saturating_sub(self.looked) < timer_hz / 2 {
            return;
        }
        self.looked = here.ticks;
        into.one(here.ticks, self.heap.fragmentation());
    }

    /// What is told between tokens; a core has no counter of energy.
    pub fn vitals(&self) -> Vitals {
        Vitals { heap_used: Some(self.heap.used()), energy_uj: None }
    }
}
