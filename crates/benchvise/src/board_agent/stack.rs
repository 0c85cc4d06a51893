//! Measures the deepest stack of the loop by painting: fill the free part with a pattern, run,
//! look how far the pattern is gone.

#[cfg(target_os = "linux")]
pub(super) use linux::StackPaint;

#[cfg(not(target_os = "linux"))]
pub(super) use absent::StackPaint;

#[cfg(target_os = "linux")]
mod linux {
    #![expect(unsafe_code, reason = "painting writes below the stack pointer, inside our stack")]

    use std::mem::MaybeUninit;

    const PAINT: u64 = 0x5ba5_eba1_1ab5_ca1e;
    /// How much of the free stack is painted: a run that needs more shows as all of it.
    const PAINTED_BYTES: usize = 256 << 10;
    /// Left alone above the guard page, and below the frame that paints.
    const MARGIN_BYTES: usize = 4096;

    /// The stack of one thread. Only that thread may use it, so it is not `Send`.
    pub(in super::super) struct StackPaint {
        /// Lowest usable address of the thread's stack.
        floor: usize,
        /// Where the loop's own part begins.
        start: usize,
        low: usize,
        not_send: std::marker::PhantomData<*const ()>,
    }

    impl StackPaint {
        /// The calling thread's stack, if the system tells where it is; paints it.
        pub(in super::super) fn here() -> Option<Self> {
            let floor = floor()? + 2 * MARGIN_BYTES;
            let mut paint =
                StackPaint { floor, start: address(), low: 0, not_send: std::marker::PhantomData };
            paint.repaint();
            Some(paint)
        }

        /// Paints anew, from well below the caller's frame downwards.
        #[inline(never)]
        pub(in super::super) fn repaint(&mut self) {
            let top = address().saturating_sub(MARGIN_BYTES) & !7;
            self.low = top.saturating_sub(PAINTED_BYTES).max(self.floor) & !7;
            for place in (self.low..top).step_by(8) {
                // SAFETY: the place lies in this thread's own stack (floor..address()), which
                // is mapped or grows on touch, and below every live frame of this thread.
                unsafe { (place as *mut u64).write_volatile(PAINT) };
            }
        }

        /// Bytes from the loop's beginning down to the deepest place touched since the painting.
        #[inline(never)]
        pub(in super::super) fn deepest(&self) -> u64 {
            let top = address() & !7;
            let touched = (self.low..top).step_by(8).find(|&place| {
                // SAFETY: as in `repaint`; these places were written there.
                unsafe { (place as *const u64).read_volatile() != PAINT }
            });
            self.start.saturating_sub(touched.unwrap_or(top)) as u64
        }
    }

    /// An address in the current frame.
    #[inline(never)]
    fn address() -> usize {
        let here = 0u8;
        std::hint::black_box(&raw const here) as usize
    }

    /// Lowest address of the calling thread's stack.
    fn floor() -> Option<usize> {
        let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
        let (mut low, mut size) = (std::ptr::null_mut(), 0);
        // SAFETY: the three calls are used as their manual says: the attributes are filled by the
        // first, read by the second and destroyed once.
        unsafe {
            if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
                return None;
            }
            let found = libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut size);
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
            (found == 0 && size > 0).then_some(low as usize)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[inline(never)]
        fn dig(bytes: usize) -> u8 {
            let mut hole = [0u8; 1024];
            std::hint::black_box(&mut hole);
            let below = if bytes > 1024 { dig(bytes - 1024) } else { 0 };
            std::hint::black_box(hole[0]) | below
        }

        fn depth_of(bytes: usize) -> u64 {
            let mut paint = StackPaint::here().unwrap();
            paint.repaint();
            dig(bytes);
            paint.deepest()
        }

        #[test]
        fn a_deeper_call_leaves_a_deeper_mark_and_repainting_forgets_it() {
            let work = || {
                let shallow = depth_of(8 << 10);
                let deep = depth_of(64 << 10);
                assert!((8 << 10..48 << 10).contains(&shallow), "shallow {shallow}");
                assert!((64 << 10..160 << 10).contains(&deep), "deep {deep}");
                assert!(depth_of(8 << 10) < deep);
            };
            let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap();
            thread.join().unwrap();
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod absent {
    /// This system does not tell where a thread's stack lies: the peak is absent, not guessed.
    pub(in super::super) enum StackPaint {}

    impl StackPaint {
        pub(in super::super) fn here() -> Option<Self> {
            None
        }

        pub(in super::super) fn repaint(&mut self) {
            match *self {}
        }

        pub(in super::super) fn deepest(&self) -> u64 {
            match *self {}
        }
    }
}
