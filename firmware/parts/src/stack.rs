//! The deepest the stack went, by painting: fill its free part with a pattern, run, look how far the
//! pattern is gone.

use core::hint::black_box;

const PAINT: u32 = 0x5ba5_e1ab;

/// How much of the free stack is painted anew before a run: one that goes deeper shows as all of it.
const PAINTED_BYTES: usize = 128 << 10;

/// Left alone below the frame that paints.
const MARGIN_BYTES: usize = 256;

/// The one stack of a core, which grows downwards.
pub struct PaintedStack {
    floor: usize,
    top: usize,
    low: usize,
}

impl PaintedStack {
    /// The stack that the linker script of `cortex-m-rt` or `riscv-rt` lays out: from the end of what
    /// is static up to where it begins. Paints its free part.
    ///
    /// # Safety
    /// Linked with such a script, the caller must run on that stack, and nothing else may use the
    /// memory between.
    pub unsafe fn laid_out() -> Self {
        let floor = (&raw const STATICS_END as usize + 7) & !7;
        let top = &raw const STACK_START as usize;
        let mut stack = PaintedStack { floor, top, low: floor };
        stack.repaint();
        stack
    }

    /// Paints anew, from below the caller's frame downwards.
    #[inline(never)]
    pub fn repaint(&mut self) {
        let here = address().saturating_sub(MARGIN_BYTES) & !7;
        self.low = here.saturating_sub(PAINTED_BYTES).max(self.floor) & !7;
        for place in (self.low..here).step_by(4) {
            // SAFETY: the place lies in the free part of the stack, as `laid_out` asks. An
            // interrupt that comes meanwhile pushes below the live frame and has left again.
            unsafe { (place as *mut u32).write_volatile(PAINT) };
        }
    }

    /// Bytes from the top down to the deepest place touched since the painting.
    #[inline(never)]
    pub fn deepest(&self) -> u64 {
        let here = address() & !7;
        let touched = (self.low..here).step_by(4).find(|&place| {
            // SAFETY: as in `repaint`; these places were painted or are in use.
            unsafe { (place as *const u32).read_volatile() != PAINT }
        });
        self.top.saturating_sub(touched.unwrap_or(here)) as u64
    }
}

unsafe extern "C" {
    #[cfg_attr(target_arch = "arm", link_name = "__sheap")]
    #[cfg_attr(target_arch = "riscv32", link_name = "_sheap")]
    static STATICS_END: u8;
    #[link_name = "_stack_start"]
    static STACK_START: u8;
}

/// An address in the current frame.
#[inline(never)]
fn address() -> usize {
    let here = 0_u8;
    black_box(&raw const here) as usize
}
