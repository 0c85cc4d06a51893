//! Where the borders between the verdicts lie.

use analysis::{Direction, Rule, Scope, Verdict, Why, compare};

fn rule() -> Rule {
    Rule::new(Direction::LowerIsBetter, Scope::BetweenRuns)
}

fn check(base: &[f64], candidate: &[f64], rule: Rule, verdict: Verdict, why: Why) {
    let got = compare(base, candidate, &rule);
    assert_eq!((got.verdict, got.why), (verdict, why), "{got:?}");
}

/// Base 64 throughout; thresholds and values are exact in binary.
fn check_candidate(candidate: f64, verdict: Verdict, why: Why) {
    let rule = Rule { min_effect: 0.0625, ..rule() };
    check(&[64.0; 5], &[candidate; 5], rule, verdict, why);
}

#[test]
fn an_interval_on_the_threshold_decides_nothing() {
    check_candidate(68.0, Verdict::Inconclusive, Why::AcrossThreshold);
    check_candidate(60.0, Verdict::Inconclusive, Why::AcrossThreshold);
    check_candidate(68.0 + 1e-9, Verdict::Regressed, Why::BeyondThreshold);
    check_candidate(60.0 - 1e-9, Verdict::Improved, Why::BeyondThreshold);
    check_candidate(68.0 - 1e-9, Verdict::Unchanged, Why::WithinThreshold);
    check_candidate(60.0 + 1e-9, Verdict::Unchanged, Why::WithinThreshold);
}

#[test]
fn a_threshold_of_zero_leaves_no_room_for_any_change_but_none() {
    let check = |candidate: &[f64], verdict, why| {
        check(&[64.0; 5], candidate, Rule { min_effect: 0.0, ..rule() }, verdict, why);
    };
    check(&[64.0; 5], Verdict::Unchanged, Why::WithinThreshold);
    check(&[64.0 + 1e-9; 5], Verdict::Regressed, Why::BeyondThreshold);
    check(&[64.0 - 1e-9; 5], Verdict::Improved, Why::BeyondThreshold);
    check(&[63.0, 64.0, 64.0, 64.0, 65.0], Verdict::Inconclusive, Why::AcrossThreshold);
    check(&[64.0, 64.0, 64.0, 64.0, 65.0], Verdict::Inconclusive, Why::AcrossThreshold);
}

#[test]
fn a_noise_floor_raises_the_threshold_and_never_lowers_it() {
    let with_floor = |floor| Rule { noise_floor: Some(floor), ..rule() };
    let check = |floor, verdict, why| {
        check(&[100.0; 5], &[110.0; 5], with_floor(floor), verdict, why);
    };
    check(0.2, Verdict::Unchanged, Why::WithinThreshold);
    check(0.01, Verdict::Regressed, Why::BeyondThreshold);
    check(f64::NAN, Verdict::Regressed, Why::BeyondThreshold);
    check(-1.0, Verdict::Regressed, Why::BeyondThreshold);
    assert_eq!(with_floor(0.2).threshold(), 0.2);
    assert_eq!(with_floor(0.01).threshold(), 0.05);
    assert_eq!(Rule { min_effect: f64::NAN, ..rule() }.threshold(), 0.05);
}

#[test]
fn three_values_a_side_are_never_judged() {
    let (base, worse) = ([100.0, 101.0, 102.0], [200.0, 201.0, 202.0]);
    check(&base, &worse, rule(), Verdict::Inconclusive, Why::TooFewValues);
    let eager = Rule { min_per_side: 1, ..rule() };
    check(&base, &worse, eager, Verdict::Inconclusive, Why::ConfidenceOutOfReach);
    let modest = Rule { confidence: 0.9, ..eager };
    check(&base, &worse, modest, Verdict::Regressed, Why::BeyondThreshold);
    let impossible = Rule { confidence: f64::NAN, ..rule() };
    check(&[1.0; 9], &[2.0; 9], impossible, Verdict::Inconclusive, Why::ConfidenceOutOfReach);
    check(&[], &[], Rule { min_per_side: 0, ..rule() }, Verdict::Inconclusive, Why::TooFewValues);
}

#[test]
fn missing_values_do_not_count_towards_the_minimum() {
    let base = [100.0, 101.0, f64::NAN, 102.0];
    check(&base, &[200.0; 4], rule(), Verdict::Inconclusive, Why::TooFewValues);
}

#[test]
fn a_zero_base_has_an_absolute_shift_only() {
    let got = compare(&[0.0; 5], &[3.0; 5], &rule());
    assert_eq!((got.verdict, got.why), (Verdict::Inconclusive, Why::ZeroBase));
    assert_eq!((got.change, got.ci95), (None, None));
    assert_eq!(got.shift.unwrap().estimate, 3.0);
    check(&[5e-324; 5], &[3.0; 5], rule(), Verdict::Inconclusive, Why::ZeroBase);
}

#[test]
fn an_infinite_value_is_never_dropped_in_silence() {
    let base = [100.0, 100.0, 100.0, 100.0, f64::INFINITY];
    check(&base, &[100.0; 5], rule(), Verdict::Inconclusive, Why::NotFinite);
}

#[test]
fn a_negative_base_keeps_the_sign_of_the_shift() {
    let got = compare(&[-100.0; 5], &[-80.0; 5], &rule());
    assert_eq!((got.change, got.verdict), (Some(0.2), Verdict::Regressed));
}

#[test]
fn a_change_without_a_direction_is_not_a_regression() {
    let neither = Rule { direction: Direction::Neither, ..rule() };
    check(&[100.0; 5], &[150.0; 5], neither, Verdict::Inconclusive, Why::NoDirection);
    check(&[100.0; 5], &[100.0; 5], neither, Verdict::Unchanged, Why::WithinThreshold);
}

#[test]
fn a_significant_but_small_difference_is_not_a_regression() {
    let base: Vec<f64> = (0..50).map(|i| 100.0 + f64::from(i) * 0.01).collect();
    let candidate: Vec<f64> = base.iter().map(|v| v + 1.0).collect();
    let got = compare(&base, &candidate, &rule());
    assert!(got.p < 1e-6);
    assert_eq!(got.verdict, Verdict::Unchanged);
}
