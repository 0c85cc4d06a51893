//! What the idle board takes, measured before the first repetition.

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Idle {
    /// Mean power, in milliwatts.
    pub(crate) mw: f64,
    /// How long it was looked at, in seconds.
    pub(crate) secs: f32,
}

/// The measurement while it goes on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Idling {
    going: bool,
    sum_mw: f64,
    samples: u64,
}

impl Idling {
    pub(crate) fn begin(&mut self) {
        *self = Idling { going: true, ..Idling::default() };
    }

    /// Samples in milliwatts; missing ones are passed over.
    pub(crate) fn take(&mut self, milliwatts: &[f32]) {
        if !self.going {
            return;
        }
        for mw in milliwatts.iter().filter(|mw| mw.is_finite()) {
            self.sum_mw += f64::from(*mw);
            self.samples += 1;
        }
    }

    /// Ends it; `None` where no sample came.
    pub(crate) fn end(&mut self, secs: f32) -> Option<Idle> {
        self.going = false;
        (self.samples > 0).then(|| Idle { mw: self.sum_mw / self.samples as f64, secs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_comes_meanwhile_counts() {
        let mut idling = Idling::default();
        idling.take(&[1000.0]);
        idling.begin();
        idling.take(&[60.0, f32::NAN, 72.0]);
        assert_eq!(idling.end(1.5), Some(Idle { mw: 66.0, secs: 1.5 }));
        idling.take(&[1000.0]);
        idling.begin();
        assert_eq!(idling.end(1.0), None);
    }
}
