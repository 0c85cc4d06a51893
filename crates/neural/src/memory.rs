//! Memory is spoken for before it is taken: a model that would not fit is refused in words, instead of the
//! system ending the program, or another one, half way through loading.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::error::Error;

/// What must stay free for everything else, in parts of what is free.
const LEFT_FREE: f64 = 0.1;

/// Bytes that models being loaded right now will still take.
static PROMISED: Mutex<u64> = Mutex::new(0);

/// A promise of memory; it ends when this is dropped, after loading, when the memory is truly taken.
#[derive(Debug)]
pub(crate) struct Reservation(u64);

/// Promises `needed` bytes of this computer's memory to the model at `path`.
pub(crate) fn reserve(needed: u64, path: &Path) -> Result<Reservation, Error> {
    // Where nobody knows, nobody can refuse.
    reserve_of(free_bytes().unwrap_or(u64::MAX), needed, path)
}

fn reserve_of(free: u64, needed: u64, path: &Path) -> Result<Reservation, Error> {
    let mut promised = PROMISED.lock().unwrap_or_else(PoisonError::into_inner);
    let free = (free as f64 * (1.0 - LEFT_FREE)) as u64;
    let free = free.saturating_sub(*promised);
    if needed > free {
        return Err(Error::Memory { needed, free, path: path.to_path_buf() });
    }
    *promised += needed;
    Ok(Reservation(needed))
}

impl Drop for Reservation {
    fn drop(&mut self) {
        *PROMISED.lock().unwrap_or_else(PoisonError::into_inner) -= self.0;
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
        // One test alone uses the ledger, so nothing else is promised meanwhile.
        let path = Path::new("model");
        let first = reserve_of(1000, 500, path).unwrap();
        let said = reserve_of(1000, 500, path).unwrap_err().to_string();
        assert!(said.contains("needs 500 bytes of memory and 400 bytes are free"), "{said}");
        let second = reserve_of(1000, 400, path).unwrap();
        drop(first);
        drop(second);
        assert!(reserve_of(1000, 900, path).is_ok());
    }

    #[test]
    fn this_computer_has_some_free() {
        assert!(free_bytes().is_none_or(|free| free > 1 << 20));
    }
}
