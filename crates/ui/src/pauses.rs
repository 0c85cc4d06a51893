//! Pauses between tries to reach a host: ever longer, up to some seconds.

/// The first, in milliseconds.
const FIRST_MS: u32 = 250;
/// The longest.
const LONGEST_MS: u32 = 5000;

/// The pauses of one line.
#[derive(Clone, Copy, Debug)]
pub struct Pauses {
    next_ms: u32,
}

impl Default for Pauses {
    fn default() -> Pauses {
        Pauses { next_ms: FIRST_MS }
    }
}

impl Pauses {
    /// How long to wait now, in milliseconds; the next time it is twice that.
    pub fn next_ms(&mut self) -> u32 {
        let now = self.next_ms;
        self.next_ms = (now * 2).min(LONGEST_MS);
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_grow_and_then_stay() {
        let mut pauses = Pauses::default();
        let some: Vec<u32> = (0..7).map(|_| pauses.next_ms()).collect();
        assert_eq!(some, [250, 500, 1000, 2000, 4000, 5000, 5000]);
    }
}
