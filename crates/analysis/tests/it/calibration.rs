//! How often verdicts and intervals are right on noise whose truth is known.

use analysis::{
    Direction, Rule, Scope, Verdict, compare, hodges_lehmann, median_interval, paired_difference,
};

use crate::random::Random;

const TRIALS: usize = 4000;

type Noise = fn(&mut Random) -> f64;

const NOISES: [(&str, Noise); 2] = [("normal", Random::normal), ("heavy", Random::heavy_tailed)];

fn sample(random: &mut Random, noise: Noise, n: usize, centre: f64, spread: f64) -> Vec<f64> {
    (0..n).map(|_| centre + spread * noise(random)).collect()
}

fn share(trials: usize, mut hit: impl FnMut() -> bool) -> f64 {
    (0..trials).filter(|_| hit()).count() as f64 / trials as f64
}

/// The harshest rule: any effect counts, so that only the interval protects from false alarms.
fn any_effect() -> Rule {
    Rule { min_effect: 0.0, ..Rule::new(Direction::LowerIsBetter, Scope::BetweenRuns) }
}

#[test]
fn false_alarms_stay_within_five_percent() {
    let mut random = Random::new(2);
    for (name, noise) in NOISES {
        // With a threshold of zero the level is the interval's own: at most 5 %, plus two and a half
        // standard errors of the simulation.
        for (n, m) in [(4, 4), (5, 9), (10, 10), (30, 30), (45, 45)] {
            for (rule, most) in [
                (any_effect(), 0.05 + 2.5 * (0.05 * 0.95 / TRIALS as f64).sqrt()),
                (Rule { min_effect: 0.05, ..any_effect() }, 0.05),
            ] {
                let alarms = share(TRIALS, || {
                    let a = sample(&mut random, noise, n, 100.0, 10.0);
                    let b = sample(&mut random, noise, m, 100.0, 10.0);
                    let verdict = compare(&a, &b, &rule).verdict;
                    matches!(verdict, Verdict::Regressed | Verdict::Improved)
                });
                println!("{name} {n}/{m} min_effect {}: {alarms:.4}", rule.min_effect);
                assert!(alarms <= most, "{name} {n}/{m}: {alarms}");
            }
        }
    }
}

/// Covers as often as it claims, within two points, and claims at least what was asked for. What it
/// claims above 95 % is the step to the next achievable level.
fn check_coverage(what: &str, claimed: f64, covered: f64) {
    assert!(claimed >= 0.9499 && (covered - claimed).abs() < 0.02, "{what}: {covered} {claimed}");
    assert!((covered - 0.95).abs() <= 0.02 + (claimed - 0.95), "{what}: {covered}");
}

#[test]
fn intervals_cover_the_truth_as_often_as_they_say() {
    let mut random = Random::new(3);
    for (name, noise) in NOISES {
        for n in [6, 10, 20, 50, 120] {
            let (mut shift, mut paired, mut median) = (0.0, 0.0, 0.0);
            let trials = 1500;
            let mut claimed = [0.0; 3];
            for _ in 0..trials {
                let a = sample(&mut random, noise, n, 100.0, 5.0);
                let b = sample(&mut random, noise, n, 103.0, 5.0);
                let s = hodges_lehmann(&a, &b, 0.95).unwrap();
                let p = paired_difference(&a, &b, 0.95).unwrap();
                let m = median_interval(&a, 0.95).unwrap();
                shift += f64::from(u8::from((s.lo..=s.hi).contains(&3.0)));
                paired += f64::from(u8::from((p.lo..=p.hi).contains(&3.0)));
                median += f64::from(u8::from((m.lo..=m.hi).contains(&100.0)));
                claimed = [s, p]
                    .map(|s| s.achieved_confidence)
                    .iter()
                    .copied()
                    .chain([m.achieved_confidence])
                    .collect::<Vec<_>>()
                    .try_into()
                    .unwrap();
            }
            let trials = f64::from(trials);
            check_coverage(&format!("{name} n={n} shift"), claimed[0], shift / trials);
            check_coverage(&format!("{name} n={n} paired"), claimed[1], paired / trials);
            check_coverage(&format!("{name} n={n} median"), claimed[2], median / trials);
        }
    }
}

#[test]
fn larger_effects_are_found_more_often_and_called_by_their_side() {
    let mut random = Random::new(4);
    let rule = Rule::new(Direction::LowerIsBetter, Scope::BetweenRuns);
    let mut last = 0.0;
    for effect in [0.0, 0.05, 0.08, 0.12, 0.2] {
        let mut wrong = 0;
        let found = share(1000, || {
            let a = sample(&mut random, Random::normal, 10, 100.0, 4.0);
            let b = sample(&mut random, Random::normal, 10, 100.0 * (1.0 + effect), 4.0);
            let verdict = compare(&a, &b, &rule).verdict;
            wrong += usize::from(verdict == Verdict::Improved);
            verdict == Verdict::Regressed
        });
        println!("effect {effect}: found {found:.3}");
        assert!(found >= last, "{effect}: {found} < {last}");
        assert_eq!(wrong, 0, "{effect}");
        last = found;
    }
    assert!(last > 0.99, "{last}");
}

#[test]
fn identical_quiet_runs_are_called_unchanged() {
    let mut random = Random::new(5);
    let rule = Rule::new(Direction::HigherIsBetter, Scope::BetweenRuns);
    let unchanged = share(1000, || {
        let a = sample(&mut random, Random::normal, 8, 100.0, 1.0);
        let b = sample(&mut random, Random::normal, 8, 100.0, 1.0);
        compare(&a, &b, &rule).verdict == Verdict::Unchanged
    });
    assert!(unchanged > 0.99, "{unchanged}");
}
