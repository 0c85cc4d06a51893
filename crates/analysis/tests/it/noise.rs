//! The noise floor from identical runs.

use analysis::noise_floor;

fn check(medians: &[f64], expect: Option<f64>) {
    let sessions: Vec<Vec<f64>> = medians.iter().map(|m| vec![*m; 3]).collect();
    match (noise_floor(&sessions), expect) {
        (Some(got), Some(want)) => assert!((got - want).abs() < 1e-12, "{got} != {want}"),
        (got, want) => assert_eq!(got, want, "{medians:?}"),
    }
}

#[test]
fn is_a_high_percentile_of_differences_between_sessions() {
    // The six differences relative to the smaller: 0, 0, 0, 0.1, 0.1, 0.1.
    check(&[100.0, 100.0, 100.0, 110.0], Some(0.1));
    check(&[100.0; 6], Some(0.0));
    check(&[0.0; 4], Some(0.0));
    // 100, 101, 102, 104: differences .01 .02 .04 1/101 3/101 2/102; type 7 at 0.95 of six values.
    check(&[100.0, 101.0, 102.0, 104.0], Some(0.75 * 0.04 + 0.25 * 3.0 / 101.0));
}

#[test]
fn needs_four_sessions_with_values() {
    check(&[], None);
    check(&[100.0, 110.0, 120.0], None);
    check(&[100.0, 110.0, 120.0, f64::NAN], None);
}

#[test]
fn fractions_of_zero_are_refused() {
    check(&[0.0, 1.0, 1.0, 1.0], None);
}

#[test]
fn old_sessions_are_forgotten() {
    let mut medians = vec![500.0; 300];
    medians.extend([100.0; 256]);
    check(&medians, Some(0.0));
}
