//! Any numbers at all: no panic, no NaN, and the shapes that the documentation promises.

use analysis::{
    Direction, Percentiles, Rule, Scope, Shift, Summary, Verdict, compare, hodges_lehmann,
    mann_whitney, median_interval, noise_floor, paired_difference,
};

/// Eight bytes a number; one in four is replaced by an extreme one.
fn numbers(bytes: &[u8]) -> Vec<f64> {
    const EXTREMES: [f64; 12] = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        0.0,
        -0.0,
        1.0,
        -1.0,
    ];
    let number = |eight: [u8; 8]| match eight[0] {
        0..64 => EXTREMES[usize::from(eight[1]) % EXTREMES.len()],
        _ => f64::from_le_bytes(eight),
    };
    bytes.as_chunks().0.iter().copied().map(number).collect()
}

fn check_shift(shift: Shift) {
    let Shift { estimate, lo, hi, achieved_confidence } = shift;
    assert!([estimate, lo, hi].iter().all(|v| v.is_finite()), "{shift:?}");
    assert!(lo <= estimate && estimate <= hi, "{shift:?}");
    assert!((0.0..=1.0).contains(&achieved_confidence), "{shift:?}");
}

#[test]
fn any_two_samples_compare_without_panic_or_nan() {
    bolero::check!().with_type::<(Vec<u8>, Vec<u8>, f64, f64)>().for_each(
        |(base, candidate, min_effect, confidence)| {
            let (base, candidate) = (numbers(base), numbers(candidate));
            let direction = Direction::LowerIsBetter;
            let plain = Rule::new(direction, Scope::BetweenRuns);
            let odd = Rule {
                min_effect: *min_effect,
                noise_floor: Some(*confidence),
                confidence: *confidence,
                min_per_side: 0,
                direction,
            };
            for rule in [plain, odd] {
                let got = compare(&base, &candidate, &rule);
                let outside = [got.base_median, got.candidate_median, got.change];
                assert!(outside.iter().flatten().all(|v| v.is_finite()), "{got:?}");
                assert!((0.0..=1.0).contains(&got.p) && got.threshold.is_finite(), "{got:?}");
                got.shift.into_iter().for_each(check_shift);
                if let Some([lo, hi]) = got.ci95 {
                    assert!(lo.is_finite() && hi.is_finite() && lo <= hi, "{got:?}");
                } else {
                    assert_eq!(got.verdict, Verdict::Inconclusive);
                }
            }
            assert!((0.0..=1.0).contains(&mann_whitney(&base, &candidate).p_two_sided));
            hodges_lehmann(&base, &candidate, *confidence).into_iter().for_each(check_shift);
            let pairs = base.len().min(candidate.len());
            let paired = paired_difference(&base[..pairs], &candidate[..pairs], *confidence);
            paired.into_iter().for_each(check_shift);
        },
    );
}

#[test]
fn any_sample_is_described_without_panic_or_nan() {
    bolero::check!().with_type::<(Vec<u8>, f64)>().for_each(|(bytes, confidence)| {
        let values = numbers(bytes);
        if let Some(s) = Summary::of(&values) {
            assert_eq!(s.n + s.missing, values.len());
            assert!(s.min <= s.mean && s.mean <= s.max, "{s:?}");
            assert!(s.min <= s.median && s.median <= s.max, "{s:?}");
            assert!(s.sd.is_none_or(|sd| sd.is_finite() && sd >= 0.0), "{s:?}");
        }
        if let Some(p) = Percentiles::of(&values) {
            assert!(p.p50 <= p.p90 && p.p90 <= p.p95 && p.p95 <= p.p99, "{p:?}");
        }
        if let Some(i) = median_interval(&values, *confidence) {
            assert!(i.lo <= i.median && i.median <= i.hi, "{i:?}");
            assert!((0.0..=1.0).contains(&i.achieved_confidence), "{i:?}");
        }
        let sessions: Vec<Vec<f64>> = values.iter().map(|v| vec![*v]).collect();
        assert!(noise_floor(&sessions).is_none_or(|f| f.is_finite() && f >= 0.0));
    });
}
