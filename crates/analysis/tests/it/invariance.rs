//! What must not matter: order, unit, and which side is called base.

use analysis::{
    Direction, Rule, Scope, Verdict, compare, hodges_lehmann, mann_whitney, paired_difference,
};

use crate::random::Random;

fn rule() -> Rule {
    Rule::new(Direction::LowerIsBetter, Scope::BetweenRuns)
}

fn samples(trials: usize, mut check: impl FnMut(Vec<f64>, Vec<f64>)) {
    let mut random = Random::new(6);
    for _ in 0..trials {
        let (n, m) = (4 + random.below(40), 4 + random.below(40));
        let step = random.uniform() * 30.0 - 15.0;
        let a = (0..n).map(|_| 100.0 + random.normal() * 5.0).collect();
        let b = (0..m).map(|_| 100.0 + step + random.normal() * 5.0).collect();
        check(a, b);
    }
}

#[test]
fn swapping_the_sides_flips_the_sign_and_nothing_else() {
    samples(300, |a, b| {
        let there = hodges_lehmann(&a, &b, 0.95).unwrap();
        let back = hodges_lehmann(&b, &a, 0.95).unwrap();
        assert_eq!(
            (there.estimate, there.lo, there.hi, there.achieved_confidence),
            (-back.estimate, -back.hi, -back.lo, back.achieved_confidence)
        );
        let (p, q) = (mann_whitney(&a, &b), mann_whitney(&b, &a));
        assert_eq!(p.u + q.u, (a.len() * b.len()) as f64);
        assert_eq!(p.p_two_sided, q.p_two_sided);
        let pairs = a.len().min(b.len());
        let there = paired_difference(&a[..pairs], &b[..pairs], 0.95).unwrap();
        let back = paired_difference(&b[..pairs], &a[..pairs], 0.95).unwrap();
        assert_eq!((there.estimate, there.lo, there.hi), (-back.estimate, -back.hi, -back.lo));
    });
}

#[test]
fn the_order_of_values_does_not_matter() {
    samples(100, |a, b| {
        let before = compare(&a, &b, &rule());
        let (mut a, mut b) = (a, b);
        a.reverse();
        b.rotate_left(3);
        assert_eq!(compare(&a, &b, &rule()), before);
    });
}

#[test]
fn the_unit_does_not_matter() {
    samples(100, |a, b| {
        let before = compare(&a, &b, &rule());
        // Powers of two scale without rounding, so everything relative stays the same to the bit.
        for unit in [2f64.powi(-900), 2f64.powi(-10), 2f64.powi(20), 2f64.powi(900)] {
            let scale = |values: &[f64]| -> Vec<f64> { values.iter().map(|v| v * unit).collect() };
            let after = compare(&scale(&a), &scale(&b), &rule());
            assert_eq!((after.change, after.ci95), (before.change, before.ci95));
            assert_eq!((after.p, after.verdict, after.why), (before.p, before.verdict, before.why));
        }
    });
}

#[test]
fn the_direction_only_names_the_change() {
    let mut changed = 0;
    samples(300, |a, b| {
        let judge = |direction| compare(&a, &b, &Rule { direction, ..rule() }).verdict;
        let found = [Direction::LowerIsBetter, Direction::HigherIsBetter, Direction::Neither];
        match found.map(judge) {
            [Verdict::Improved, Verdict::Regressed, Verdict::Inconclusive]
            | [Verdict::Regressed, Verdict::Improved, Verdict::Inconclusive] => changed += 1,
            [x, y, z] => assert!(x == y && y == z, "{x:?} {y:?} {z:?}"),
        }
    });
    assert!(changed > 50, "{changed}");
}
