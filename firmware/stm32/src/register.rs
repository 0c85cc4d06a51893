//! A register of the chip, by its address in the reference manual (RM0390, RM0410).

/// A register.
#[derive(Clone, Copy)]
pub(crate) struct Register(pub(crate) usize);

impl Register {
    pub(crate) fn read(self) -> u32 {
        // SAFETY: every register named in this project is one of the chips'; reading it touches no
        // memory of the program.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    pub(crate) fn write(self, value: u32) {
        // SAFETY: as in `read`.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }

    /// Puts `value` into the bits of `mask`. Reading it back lets a clock that was switched on by it
    /// arrive before the next register is touched.
    pub(crate) fn set(self, mask: u32, value: u32) {
        self.write(self.read() & !mask | value & mask);
        self.read();
    }

    /// Waits until all of these bits are set.
    pub(crate) fn wait_for(self, bits: u32) {
        while self.read() & bits != bits {}
    }
}
