//! A board without an operating system, as the loop wants it.

use agent::series::{Batch, Here, Series};
use agent::{Identity, Memory, Platform, Vitals};

use crate::CoreMemory;

/// What only the project of a chip knows.
pub trait Facts {
    /// Who it is.
    fn identity(&self) -> Identity<'_>;
    /// Its clock, in ticks since any fixed moment.
    fn ticks(&mut self) -> u64;
}

/// Identity and time from the chip's project, memory from here.
pub struct Board<F> {
    facts: F,
    memory: CoreMemory,
}

impl<F> Board<F> {
    /// Of a chip, and of the heap and the stack that the loop runs on.
    pub fn new(facts: F, memory: CoreMemory) -> Self {
        Board { facts, memory }
    }
}

impl<F: Facts> Platform for Board<F> {
    fn identity(&self) -> Identity<'_> {
        self.facts.identity()
    }

    fn ticks(&mut self) -> u64 {
        self.facts.ticks()
    }

    fn reset_peaks(&mut self) {
        self.memory.reset_peaks();
    }

    fn memory(&mut self) -> Memory {
        self.memory.memory()
    }

    fn vitals(&mut self) -> Option<Vitals> {
        Some(self.memory.vitals())
    }

    fn series(&self, number: u8) -> Option<Series<'_>> {
        self.memory.series(number)
    }

    fn samples(&mut self, _: u8, here: &Here<'_>, into: &mut Batch) {
        let timer_hz = self.facts.identity().timer_hz;
        self.memory.samples(here, timer_hz, into);
    }
}
