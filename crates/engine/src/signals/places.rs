//! Where the time of the tokens at one place in the text went, added up while they come.

use protocol::{POSITION_COLUMNS, PositionColumn};

use crate::recording::Role;

/// Sums of one column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    phases_ms: [f64; 5],
    tokens: u64,
}

/// Sums over all repetitions, in at most [`POSITION_COLUMNS`] columns: when a text grows beyond
/// them, each takes in its neighbour and is twice as wide.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    warmup: Columns,
    measured: Columns,
}

#[derive(Clone, Debug)]
struct Columns {
    /// Places in a column.
    width: u32,
    sums: Vec<Sums>,
}

impl Default for Places {
    fn default() -> Self {
        let none = Columns { width: 1, sums: Vec::new() };
        Places { warmup: none.clone(), measured: none }
    }
}

impl Places {
    /// One more token. The first of a text is left out: its phases hold the reading of the prompt.
    pub(crate) fn add(&mut self, role: Role, place: u32, phases_ms: [f64; 5]) {
        if place == 0 || !phases_ms.iter().all(|ms| ms.is_finite()) {
            return;
        }
        let columns = match role {
            Role::WarmUp => &mut self.warmup,
            Role::Measured => &mut self.measured,
        };
        columns.add(place, phases_ms);
    }

    /// Means: of the repetitions that count, or of the warm-ups as long as there are no others.
    pub(crate) fn columns(&self) -> Vec<PositionColumn> {
        let Columns { width, sums } =
            if self.measured.sums.is_empty() { &self.warmup } else { &self.measured };
        (0u32..)
            .zip(sums)
            .filter(|(_, sums)| sums.tokens > 0)
            .map(|(at, sums)| PositionColumn {
                position: at * width,
                phases_ms: sums.phases_ms.map(|ms| (ms / sums.tokens as f64) as f32),
            })
            .collect()
    }
}

impl Columns {
    fn add(&mut self, place: u32, phases_ms: [f64; 5]) {
        while (place / self.width) as usize >= POSITION_COLUMNS {
            self.width *= 2;
            self.sums = self.sums.chunks(2).map(together).collect();
        }
        let at = (place / self.width) as usize;
        if self.sums.len() <= at {
            self.sums.resize(at + 1, Sums::default());
        }
        if let Some(sums) = self.sums.get_mut(at) {
            *sums = together(&[*sums, Sums { phases_ms, tokens: 1 }]);
        }
    }
}

fn together(parts: &[Sums]) -> Sums {
    let mut whole = Sums::default();
    for part in parts {
        for (sum, ms) in whole.phases_ms.iter_mut().zip(part.phases_ms) {
            *sum += ms;
        }
        whole.tokens += part.tokens;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warm_ups_are_shown_until_a_repetition_counts() {
        let mut places = Places::default();
        places.add(Role::WarmUp, 0, [100.0; 5]);
        places.add(Role::WarmUp, 1, [3.0; 5]);
        let expect = |ms| vec![PositionColumn { position: 1, phases_ms: [ms; 5] }];
        assert_eq!(places.columns(), expect(3.0));
        places.add(Role::Measured, 1, [1.0; 5]);
        places.add(Role::Measured, 1, [2.0; 5]);
        assert_eq!(places.columns(), expect(1.5));
    }

    #[test]
    fn a_long_text_has_at_most_so_many_columns_and_the_means_of_its_tokens() {
        bolero::check!()
            .with_test_time(std::time::Duration::from_millis(500))
            .with_type::<Vec<u16>>()
            .for_each(|tokens| {
                let mut places = Places::default();
                for place in tokens {
                    places.add(Role::Measured, u32::from(*place), [f64::from(*place); 5]);
                }
                let columns = places.columns();
                assert!(columns.len() <= POSITION_COLUMNS);
                let longest = tokens.iter().copied().max().unwrap_or(0);
                let mut width = 1;
                while usize::from(longest) / width as usize >= POSITION_COLUMNS {
                    width *= 2;
                }
                for column in columns {
                    assert_eq!(column.position % width, 0);
                    let here = |place: &&u16| u32::from(**place) / width == column.position / width;
                    let real: Vec<f64> = tokens
                        .iter()
                        .filter(|place| **place > 0)
                        .filter(here)
                        .map(|place| f64::from(*place))
                        .collect();
                    let mean = real.iter().sum::<f64>() / real.len() as f64;
                    let close = (f64::from(column.phases_ms[0]) - mean).abs() <= 1e-3 * mean;
                    assert!(close, "{column:?} {mean}");
                }
            });
    }

    #[test]
    fn the_largest_place_is_no_overflow() {
        let mut places = Places::default();
        places.add(Role::Measured, u32::MAX, [1.0; 5]);
        places.add(Role::Measured, 1, [1.0; 5]);
        assert_eq!(places.columns().len(), 2);
    }
}
