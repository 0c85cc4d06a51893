//! The heap, and how much of it is and was in use.

use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicUsize, Ordering};

use embedded_alloc::LlffHeap;

/// A linked-list heap that remembers its peak. It holds nothing before [`CountingHeap::begin`].
pub struct CountingHeap {
    heap: LlffHeap,
    peak: AtomicUsize,
}

impl CountingHeap {
    /// An empty heap, for a `#[global_allocator]`.
    #[expect(clippy::new_without_default, reason = "it stands in a static, which needs a const fn")]
    pub const fn new() -> Self {
        CountingHeap { heap: LlffHeap::empty(), peak: AtomicUsize::new(0) }
    }

    /// Gives it `bytes` of memory from the address `start` on.
    ///
    /// # Safety
    /// Nothing else may use that memory, and it may be given once.
    pub unsafe fn begin(&self, start: usize, bytes: usize) {
        // SAFETY: the caller vouches for the memory.
        unsafe { self.heap.init(start, bytes) }
    }

    /// Bytes in use now, the allocator's own rounding included.
    pub fn used(&self) -> u64 {
        self.heap.used() as u64
    }

    /// Most bytes in use since [`CountingHeap::reset_peak`].
    pub fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed) as u64
    }

    /// The peak is what is in use now.
    pub fn reset_peak(&self) {
        self.peak.store(self.heap.used(), Ordering::Relaxed);
    }
}

// SAFETY: every call goes to the allocator inside; counting changes no memory of a caller.
unsafe impl GlobalAlloc for CountingHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps GlobalAlloc's contract.
        let place = unsafe { self.heap.alloc(layout) };
        let used = self.heap.used();
        if used > self.peak.load(Ordering::Relaxed) {
            self.peak.store(used, Ordering::Relaxed);
        }
        place
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps GlobalAlloc's contract.
        unsafe { self.heap.dealloc(place, layout) }
    }
}
