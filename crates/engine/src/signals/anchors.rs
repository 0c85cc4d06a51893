//! An axis that something else's clock beats: one sample every so often, and moments of some.

/// Samples at a rate whose clock drifts against the run's. Between two anchors they lie evenly; after
/// the last one at the rate they are said to have.
#[derive(Clone, Debug)]
pub(crate) struct Anchors {
    rate_hz: f64,
    /// Index and milliseconds; both grow.
    known: Vec<(u64, f64)>,
    len: u64,
}

impl Anchors {
    /// No sample yet.
    pub(crate) fn new(rate_hz: f64) -> Anchors {
        Anchors { rate_hz, known: Vec::new(), len: 0 }
    }

    pub(crate) fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn extend(&mut self, more: u64) {
        self.len += more;
    }

    /// When a sample was taken. One that does not lie behind the last one is passed over.
    pub(crate) fn push(&mut self, index: u64, at_ms: f64) {
        let behind = self.known.last().is_none_or(|(last, ms)| *last < index && *ms < at_ms);
        if at_ms.is_finite() && behind {
            self.known.push((index, at_ms));
        }
    }

    /// When the sample at this place was taken; places lie between samples too.
    pub(crate) fn at_ms(&self, place: f64) -> f64 {
        let ((index, ms), per) = self.around(|(index, _)| *index as f64 <= place);
        ms + (place - index as f64) * per
    }

    /// Which place was at this moment.
    pub(crate) fn place(&self, at_ms: f64) -> f64 {
        let ((index, ms), per) = self.around(|(_, ms)| *ms <= at_ms);
        index as f64 + (at_ms - ms) / per
    }

    /// The last anchor for which that holds, and the milliseconds a sample takes behind it.
    fn around(&self, holds: impl Fn(&(u64, f64)) -> bool) -> ((u64, f64), f64) {
        let usual = 1e3 / self.rate_hz;
        let after = self.known.partition_point(holds);
        let before = after.checked_sub(1).and_then(|at| self.known.get(at));
        match (before, self.known.get(after)) {
            (Some(&(a, a_ms)), Some(&(b, b_ms))) => ((a, a_ms), (b_ms - a_ms) / (b - a) as f64),
            (Some(last), None) => (*last, usual),
            (None, Some(first)) => (*first, usual),
            (None, None) => ((0, 0.0), usual),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(anchors: &Anchors, place: f64, ms: f64) {
        assert!((anchors.at_ms(place) - ms).abs() < 1e-9, "{}", anchors.at_ms(place));
        assert!((anchors.place(ms) - place).abs() < 1e-9, "{}", anchors.place(ms));
    }

    #[test]
    fn a_clock_that_drifts_is_followed_between_its_anchors() {
        let mut anchors = Anchors::new(1000.0);
        check(&anchors, 5.0, 5.0);
        anchors.push(100, 50.0);
        anchors.push(200, 152.0);
        check(&anchors, 0.0, -50.0);
        check(&anchors, 100.0, 50.0);
        check(&anchors, 150.0, 101.0);
        check(&anchors, 200.0, 152.0);
        check(&anchors, 260.5, 212.5);
    }

    #[test]
    fn time_does_not_go_back() {
        let mut anchors = Anchors::new(1000.0);
        anchors.push(100, 100.0);
        for (index, ms) in [(100, 101.0), (101, 99.0), (102, f64::NAN), (50, 200.0)] {
            anchors.push(index, ms);
        }
        check(&anchors, 110.0, 110.0);
    }
}
