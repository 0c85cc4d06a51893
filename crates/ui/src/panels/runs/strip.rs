//! The repetitions of a run, one mark each: which lie apart from the rest.

use protocol::RepetitionView;

/// One repetition of one metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dot {
    /// The repetition, counted from 0.
    pub(super) index: u32,
    /// Its value.
    pub(super) value: f64,
    /// It is one of those that the run's figure is made of.
    pub(super) counts: bool,
    /// It lies further than 1.5 interquartile ranges outside the quartiles (Tukey's fences).
    pub(super) apart: bool,
}

/// All repetitions that have this metric, in order.
pub(super) fn dots(repetitions: &[RepetitionView], metric: &str) -> Vec<Dot> {
    let mut dots: Vec<Dot> = repetitions
        .iter()
        .filter_map(|repetition| {
            let value = *repetition.values.get(metric)?;
            let counts = repetition.counts();
            value.is_finite().then_some(Dot {
                index: repetition.index,
                value,
                counts,
                apart: false,
            })
        })
        .collect();
    let mut counted: Vec<f64> = dots.iter().filter(|dot| dot.counts).map(|dot| dot.value).collect();
    counted.sort_by(f64::total_cmp);
    // Of fewer than five nothing can be said to lie apart.
    if counted.len() >= 5
        && let (Some(low), Some(high)) = (quantile(&counted, 0.25), quantile(&counted, 0.75))
    {
        let fence = 1.5 * (high - low);
        for dot in dots.iter_mut().filter(|dot| dot.counts) {
            dot.apart = dot.value < low - fence || dot.value > high + fence;
        }
    }
    dots
}

/// Linear between the neighbours, of values in order.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * (sorted.len().checked_sub(1)?) as f64;
    let low = *sorted.get(place.floor() as usize)?;
    let high = *sorted.get(place.ceil() as usize)?;
    Some(low + (high - low) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repetition(index: u32, warmup: bool, value: f64) -> RepetitionView {
        RepetitionView {
            index,
            warmup,
            whole: true,
            values: [("ttft_ms".to_owned(), value)].into(),
            tokens: Vec::new(),
        }
    }

    #[track_caller]
    fn check(values: &[f64], apart: &[u32]) {
        let all: Vec<RepetitionView> =
            (0..).zip(values).map(|(index, value)| repetition(index, false, *value)).collect();
        let found: Vec<u32> = dots(&all, "ttft_ms")
            .into_iter()
            .filter(|dot| dot.apart)
            .map(|dot| dot.index)
            .collect();
        assert_eq!(found, apart);
    }

    #[test]
    fn what_lies_beyond_the_fences_is_apart() {
        check(&[10.0, 10.1, 9.9, 10.0, 10.2, 18.0], &[5]);
        check(&[10.0, 10.1, 9.9, 10.0, 10.2, 10.3], &[]);
        check(&[1.0, 1.0, 50.0], &[]);
        check(&[], &[]);
    }

    #[test]
    fn a_warm_up_is_shown_but_neither_counts_nor_lies_apart() {
        let mut all: Vec<RepetitionView> =
            (1..8).map(|index| repetition(index, false, 10.0 + f64::from(index) * 0.1)).collect();
        all.insert(0, repetition(0, true, 90.0));
        let dots = dots(&all, "ttft_ms");
        assert_eq!(dots.len(), 8);
        assert_eq!((dots[0].counts, dots[0].apart), (false, false));
        assert!(super::dots(&all, "energy_mj").is_empty());
    }
}
