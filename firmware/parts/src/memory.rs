//! The memory of a board, as the loop asks for it.

use agent::{Memory, Vitals};

use crate::{CountingHeap, PaintedStack};

/// The heap and the stack of a core without an operating system.
pub struct CoreMemory {
    heap: &'static CountingHeap,
    stack: PaintedStack,
}

impl CoreMemory {
    /// Of the global allocator and the stack that runs.
    pub fn new(heap: &'static CountingHeap, stack: PaintedStack) -> Self {
        CoreMemory { heap, stack }
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

    /// What is told between tokens; a core has no counter of energy.
    pub fn vitals(&self) -> Vitals {
        Vitals { heap_used: Some(self.heap.used()), energy_uj: None }
    }
}
