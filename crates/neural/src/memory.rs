//! Memory is spoken for before it is taken: a model that would not fit is refused in words, instead of the
//! system ending the program, or another one, half way through loading.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::error::Error;

/// What must stay free for everything else, in parts of what is free.
const LEFT_FREE: f64 = 0.1;

/// This computer's memory, among the names of devices.
const HERE: &str = "";

/// Bytes that models being loaded right now will still take, of each memory.
static PROMISED: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

/// A promise of memory; it ends when this is dropped, after loading, when the memory is truly taken.
#[derive(Debug)]
pub(crate) struct Reservation {
    place: String,
    bytes: u64,
}

/// Promises `needed` bytes of this computer's memory to the model at `path`.
pub(crate) fn reserve(needed: u64, path: &Path) -> Result<Reservation, Error> {
    // Where nobody knows, nobody can refuse.
    reserve_on(HERE, free_bytes().unwrap_or(u64::MAX), needed, path)
}

/// Promises `needed` bytes of a device's own memory, of which `free` are free.
pub(crate) fn reserve_on(
    device: &str,
    free: u64,
    needed: u64,
    path: &Path,
) -> Result<Reservation, Error> {
    let mut promised = PROMISED.lock().unwrap_or_else(PoisonError::into_inner);
    let already = promised.entry(device.to_owned()).or_default();
    let free = (free as f64 * (1.0 - LEFT_FREE)) as u64;
    let free = free.saturating_sub(*already);
    if needed > free {
        return Err(Error::Memory { needed, free, path: path.to_path_buf() });
    }
    *already += needed;
    Ok(Reservation { place: device.to_owned(), bytes: needed })
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut promised = PROMISED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(already) = promised.get_mut(&self.place) {
            *already = already.saturating_sub(self.bytes);
        }
    }
}

/// Memory that can be had without anything being written to a disk, in bytes; in a container, of its share.
/// `None` where the system does not tell.
pub fn free_bytes() -> Option<u64> {
    let mut system = sysinfo::System::new().ok()?;
    system.refresh_memory();
    let free = system.available_memory();
    Some(system.cgroup_limits().map_or(free, |limits| free.min(limits.free_memory)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_promised_to_one_is_not_there_for_another() {
        let path = Path::new("model");
        let of = |device, needed| reserve_on(device, 1000, needed, path);
        let first = of("one", 500).unwrap();
        let said = of("one", 500).unwrap_err().to_string();
        assert!(said.contains("needs 500 bytes of memory and 400 bytes are free"), "{said}");
        let other = of("other", 900).unwrap();
        let second = of("one", 400).unwrap();
        drop(first);
        drop(second);
        assert!(of("one", 900).is_ok());
        assert!(of("other", 1).is_err());
        drop(other);
    }

    #[test]
    fn this_computer_has_some_free() {
        assert!(free_bytes().is_none_or(|free| free > 1 << 20));
    }
}
