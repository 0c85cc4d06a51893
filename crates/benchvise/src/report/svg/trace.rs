//! A curve with holes: stretches without a gap, thinned to what a screen can show.

use super::at;

/// Points drawn for one curve at most; beyond, each stretch of points is its smallest and largest.
const POINTS: usize = 1200;

/// Values over position, cut at gaps. Not-finite values are gaps too.
pub(super) fn stretches(points: impl IntoIterator<Item = (u32, f64)>) -> Vec<Vec<(u32, f64)>> {
    let mut stretches: Vec<Vec<(u32, f64)>> = Vec::new();
    let mut next = None;
    for (position, value) in points {
        if !value.is_finite() {
            next = None;
            continue;
        }
        match stretches.last_mut() {
            Some(stretch) if next == Some(position) => stretch.push((position, value)),
            _ => stretches.push(vec![(position, value)]),
        }
        next = position.checked_add(1);
    }
    stretches
}

/// No more points than a screen shows, extremes kept.
pub(super) fn thinned(stretch: &[(u32, f64)]) -> Vec<(u32, f64)> {
    if stretch.len() <= POINTS {
        return stretch.to_vec();
    }
    let size = stretch.len().div_ceil(POINTS / 2);
    let by_value = |a: &&(u32, f64), b: &&(u32, f64)| a.1.total_cmp(&b.1);
    stretch
        .chunks(size)
        .flat_map(|chunk| {
            let low = chunk.iter().min_by(by_value).copied();
            let high = chunk.iter().max_by(by_value).copied();
            let mut ends: Vec<(u32, f64)> = low.into_iter().chain(high).collect();
            ends.sort_by_key(|(position, _)| *position);
            ends.dedup();
            ends
        })
        .collect()
}

/// The path of a curve; a stretch of one point is a dot.
pub(super) fn path(
    class: &str,
    stretches: &[Vec<(u32, f64)>],
    place: impl Fn(u32, f64) -> (f64, f64),
) -> String {
    let mut data = String::new();
    for stretch in stretches {
        let points = thinned(stretch);
        for (index, (position, value)) in points.iter().enumerate() {
            let (x, y) = place(*position, *value);
            let step = if index == 0 { 'M' } else { 'L' };
            data.push_str(&format!("{step}{} {}", at(x), at(y)));
        }
        if points.len() == 1 {
            data.push_str("h0");
        }
    }
    if data.is_empty() { data } else { format!("<path class=\"{class}\" d=\"{data}\"/>") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_token_cuts_the_curve() {
        let cut = stretches([(1, 1.0), (2, 2.0), (4, 3.0), (5, f64::NAN), (6, 1.0)]);
        assert_eq!(cut, [vec![(1, 1.0), (2, 2.0)], vec![(4, 3.0)], vec![(6, 1.0)]]);
        let path = path("c", &cut, |x, y| (f64::from(x), y));
        assert_eq!(path, "<path class=\"c\" d=\"M1 1L2 2M4 3h0M6 1h0\"/>");
    }

    #[test]
    fn thinning_keeps_the_spike() {
        let mut long: Vec<(u32, f64)> = (0..50_000).map(|x| (x, 1.0)).collect();
        long[31_337].1 = 99.0;
        let thin = thinned(&long);
        assert!(thin.len() <= POINTS + 2);
        assert!(thin.contains(&(31_337, 99.0)));
        assert!(thin.is_sorted_by_key(|(x, _)| *x));
    }

    #[test]
    fn positions_may_end_at_the_largest_number() {
        assert_eq!(stretches([(u32::MAX, 1.0), (0, 1.0)]).len(), 2);
    }
}
