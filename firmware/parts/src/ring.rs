//! Bytes on their way from an interrupt to the loop.

use core::cell::RefCell;

use critical_section::Mutex;

/// A ring of `N` bytes, shared between an interrupt that puts and a loop that takes.
pub struct Ring<const N: usize>(Mutex<RefCell<Bytes<N>>>);

struct Bytes<const N: usize> {
    bytes: [u8; N],
    first: usize,
    len: usize,
}

impl<const N: usize> Ring<N> {
    /// An empty ring, for a static.
    #[expect(clippy::new_without_default, reason = "it stands in a static, which needs a const fn")]
    pub const fn new() -> Self {
        Ring(Mutex::new(RefCell::new(Bytes { bytes: [0; N], first: 0, len: 0 })))
    }

    /// Whether another byte fits. Who puts asks first, and leaves the byte in the port where not.
    pub fn has_room(&self) -> bool {
        critical_section::with(|cs| self.0.borrow_ref(cs).len < N)
    }

    /// Adds a byte; one too many is lost.
    pub fn put(&self, byte: u8) {
        critical_section::with(|cs| {
            let mut ring = self.0.borrow_ref_mut(cs);
            if ring.len < N {
                let at = (ring.first + ring.len) % N;
                if let Some(place) = ring.bytes.get_mut(at) {
                    *place = byte;
                }
                ring.len += 1;
            }
        });
    }

    /// Takes what is there, at most `into.len()` bytes.
    pub fn take(&self, into: &mut [u8]) -> usize {
        critical_section::with(|cs| {
            let mut ring = self.0.borrow_ref_mut(cs);
            let n = ring.len.min(into.len());
            for place in into.iter_mut().take(n) {
                if let Some(byte) = ring.bytes.get(ring.first) {
                    *place = *byte;
                }
                ring.first = (ring.first + 1) % N;
            }
            ring.len -= n;
            n
        })
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        critical_section::with(|cs| self.0.borrow_ref(cs).len == 0)
    }
}
