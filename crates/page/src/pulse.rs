//! Whether a host is still there. A browser answers a host's own question by itself and shows the page
//! nothing of it, so the page asks too, where it has heard nothing for a while.

/// Silence after which the host is asked something, in milliseconds.
const QUIET_MS: f64 = 20_000.0;
/// How long it may take to say something after that.
const GONE_MS: f64 = 40_000.0;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// Nothing.
    Well,
    /// Ask the host something.
    Ask,
    /// It did not answer.
    Gone,
}

/// One connection's pulse. All moments are of one clock, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Pulse {
    heard_ms: f64,
    asked_ms: Option<f64>,
}

impl Pulse {
    /// A connection that came about.
    pub fn new(now_ms: f64) -> Pulse {
        Pulse { heard_ms: now_ms, asked_ms: None }
    }

    /// The host said something.
    pub fn heard(&mut self, now_ms: f64) {
        *self = Pulse::new(now_ms);
    }

    /// What is to be done now. A page that slept asks before it gives up.
    pub fn beat(&mut self, now_ms: f64) -> Beat {
        match self.asked_ms {
            Some(asked_ms) if now_ms - asked_ms > GONE_MS => Beat::Gone,
            None if now_ms - self.heard_ms > QUIET_MS => {
                self.asked_ms = Some(now_ms);
                Beat::Ask
            }
            _ => Beat::Well,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_host_is_asked_once_and_then_given_up() {
        let mut pulse = Pulse::new(0.0);
        assert_eq!(pulse.beat(19_000.0), Beat::Well);
        assert_eq!(pulse.beat(21_000.0), Beat::Ask);
        assert_eq!(pulse.beat(60_000.0), Beat::Well);
        assert_eq!(pulse.beat(62_000.0), Beat::Gone);
    }

    #[test]
    fn one_that_answers_is_there_and_a_page_that_slept_asks_first() {
        let mut pulse = Pulse::new(0.0);
        assert_eq!(pulse.beat(21_000.0), Beat::Ask);
        pulse.heard(22_000.0);
        assert_eq!(pulse.beat(41_000.0), Beat::Well);
        assert_eq!(pulse.beat(900_000.0), Beat::Ask);
        assert_eq!(pulse.beat(900_010.0), Beat::Well);
    }
}
