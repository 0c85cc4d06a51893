//! Two markers on the time axis.

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// The first.
    A,
    /// The second.
    B,
}

impl Marker {
    /// Both.
    pub(super) const BOTH: [Marker; 2] = [Marker::A, Marker::B];

    /// Its letter.
    pub(super) fn letter(self) -> &'static str {
        match self {
            Marker::A => "A",
            Marker::B => "B",
        }
    }
}

/// Both markers, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Markers {
    a: Option<f64>,
    b: Option<f64>,
}

impl Markers {
    /// Where a marker stands.
    pub(super) fn at(&self, marker: Marker) -> Option<f64> {
        match marker {
            Marker::A => self.a,
            Marker::B => self.b,
        }
    }

    /// Puts a marker somewhere; nothing is before the beginning.
    pub(super) fn put(&mut self, marker: Marker, at_ms: f64) {
        let place = Some(at_ms.max(0.0));
        match marker {
            Marker::A => self.a = place,
            Marker::B => self.b = place,
        }
    }

    /// Takes a marker away.
    pub(super) fn remove(&mut self, marker: Marker) {
        match marker {
            Marker::A => self.a = None,
            Marker::B => self.b = None,
        }
    }

    /// Puts the next marker somewhere: A, then B; after both a new pair begins.
    pub(super) fn place(&mut self, at_ms: f64) {
        let next = self.next();
        if self.a.is_some() && self.b.is_some() {
            *self = Markers::default();
        }
        self.put(next, at_ms);
    }

    /// Which one is put next.
    pub(super) fn next(&self) -> Marker {
        match (self.a, self.b) {
            (Some(_), None) => Marker::B,
            _ => Marker::A,
        }
    }

    /// Whether there is one.
    pub(super) fn any(&self) -> bool {
        self.a.is_some() || self.b.is_some()
    }

    /// The earlier and the later one, where both stand and apart.
    pub(super) fn pair(&self) -> Option<[f64; 2]> {
        let (a, b) = (self.a?, self.b?);
        (a != b).then_some([a.min(b), a.max(b)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_then_b_then_a_new_pair() {
        let mut markers = Markers::default();
        markers.place(20.0);
        assert_eq!(markers.pair(), None);
        markers.place(10.0);
        assert_eq!(markers.pair(), Some([10.0, 20.0]));
        markers.place(30.0);
        assert_eq!((markers.at(Marker::A), markers.at(Marker::B)), (Some(30.0), None));
        markers.remove(Marker::A);
        assert!(!markers.any());
    }

    #[test]
    fn two_markers_at_one_moment_have_nothing_between_them() {
        let mut markers = Markers::default();
        markers.place(-5.0);
        markers.place(0.0);
        assert_eq!(markers.pair(), None);
    }
}
