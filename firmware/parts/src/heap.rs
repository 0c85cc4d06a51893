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

    /// How much of the free memory does not lie in its largest piece, in percent: 0 of a heap whose free memory is
    /// one piece. Found by taking and giving back, in ten steps or so, each a walk along the free pieces.
    pub fn fragmentation(&self) -> f32 {
        let free = self.heap.free();
        let (mut fits, mut fails) = (0, free);
        // To a thousandth of what is free.
        while fails - fits > (free / 1024).max(16) {
            let half = fits + (fails - fits) / 2;
            if self.has(half) { fits = half } else { fails = half }
        }
        // What is left of the search is no fragmentation.
        if self.has(free - free / 1024) || free == 0 {
            0.0
        } else {
            100.0 * (1.0 - fits as f32 / free as f32)
        }
    }

    /// Whether a piece of that size is free now. Not through the allocator that counts: this is no peak.
    fn has(&self, bytes: usize) -> bool {
        let Ok(layout) = Layout::from_size_align(bytes.max(1), 8) else { return false };
        // SAFETY: the layout has a size, and the piece goes back as it came.
        unsafe {
            let place = self.heap.alloc(layout);
            if !place.is_null() {
                self.heap.dealloc(place, layout);
            }
            !place.is_null()
        }
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
