//! Estimates and intervals against values computed elsewhere and against brute force.

use analysis::{Shift, hodges_lehmann, median_interval, paired_difference};

use crate::random::Random;

fn near(got: &Shift, want: [f64; 4]) {
    let got = [got.estimate, got.lo, got.hi, got.achieved_confidence];
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() < 1e-10, "{got} != {want}");
    }
}

// Python 3.11: all pairwise differences sorted, ranks from U counted with integers by the recurrence
// N(n,m,u) = N(n-1,m,u-m) + N(n,m-1,u); samples are rounded draws of numpy.random.default_rng(11).
// The columns are estimate, low end, high end, achieved confidence.
#[test]
#[rustfmt::skip]
fn shift_equals_sorting_all_differences() {
    let check = |base: &[f64], candidate: &[f64], confidence, want| {
        near(&hodges_lehmann(base, candidate, confidence).unwrap(), want);
    };
    check(&[100.14, 105.44, 104.9], &[101.94, 103.21, 101.84], 0.95, [-2.230000000000004, -3.5999999999999943, 3.069999999999993, 0.9]);
    check(&[102.28, 99.78, 102.99, 92.61], &[114.4, 104.42, 109.08, 104.18], 0.95, [8.049999999999997, 1.190000000000012, 21.790000000000006, 0.9714285714285714]);
    check(&[98.48, 101.85, 103.3, 99.19, 99.39], &[109.11, 99.78, 95.91, 107.37, 100.98, 93.48, 100.12], 0.95, [0.5900000000000034, -5.709999999999994, 7.980000000000004, 0.952020202020202]);
    check(&[98.13, 95.23, 94.03, 100.15, 103.59, 99.07, 97.03, 101.54, 102.87, 98.8], &[108.27, 111.26, 103.76, 100.12, 107.09, 106.49, 111.59, 97.29, 101.03, 99.97], 0.95, [5.590000000000003, 1.0500000000000114, 10.049999999999997, 0.9567429474550218]);
    check(&[93.06, 100.51, 102.11, 97.04, 105.54, 103.29, 102.51, 101.61, 103.82, 94.67], &[108.68, 108.62, 94.39, 107.08, 103.5, 109.69, 102.37, 104.89, 107.06, 99.74], 0.99, [4.685000000000002, -1.4499999999999886, 10.039999999999992, 0.991069302214813]);
    check(&[102.39, 99.58, 101.97, 97.91, 104.34, 102.42, 99.29, 102.53, 105.04, 107.16, 93.71, 103.53], &[107.79, 104.44, 98.96, 112.54, 97.43], 0.9, [2.259999999999998, -3.460000000000008, 8.210000000000008, 0.9182288299935358]);
    check(&[102.27], &[112.81], 0.95, [10.540000000000006, 10.540000000000006, 10.540000000000006, 0.0]);
    check(&[93.6, 98.79, 94.76, 100.98, 106.06, 108.09, 92.89, 97.7, 102.81, 106.32, 101.68, 97.02, 101.19, 99.93, 99.19, 97.06, 101.55, 101.23, 99.63, 99.11], &[97.29, 102.08, 112.24, 103.86, 96.36, 113.01, 108.18, 117.65, 105.38, 102.23, 96.31, 112.94, 120.42, 100.07, 101.12, 108.58, 100.02, 103.38], 0.95, [4.465000000000003, 1.0, 9.39, 0.9523995745141539]);
}

// The same for Walsh averages. From six pairs on the ends were also found with SciPy 1.17.1: they are
// where the exact p-value of scipy.stats.wilcoxon(differences - end) crosses 1 - confidence.
#[test]
#[rustfmt::skip]
fn paired_difference_equals_sorting_all_walsh_averages() {
    let check = |a: &[f64], b: &[f64], confidence, want| {
        near(&paired_difference(a, b, confidence).unwrap(), want);
    };
    check(&[98.6], &[95.98], 0.95, [-2.6199999999999903, -2.6199999999999903, -2.6199999999999903, 0.0]);
    check(&[104.38, 100.09, 103.68, 98.32, 101.31], &[97.1, 94.19, 102.27, 94.14, 99.47], 0.95, [-4.179999999999993, -7.280000000000001, -1.4100000000000108, 0.9375]);
    check(&[102.17, 105.29, 103.25, 104.07, 99.55, 97.21], &[97.71, 101.31, 97.99, 99.98, 96.36, 94.71], 0.95, [-3.980000000000004, -5.260000000000005, -2.5, 0.96875]);
    check(&[98.64, 92.31, 99.71, 100.9, 104.34, 102.31, 97.43, 97.1, 108.04, 103.03], &[99.3, 93.57, 95.07, 98.67, 102.26, 100.43, 95.51, 94.5, 105.39, 97.03], 0.95, [-2.239999999999995, -3.9399999999999977, -0.6300000000000026, 0.951171875]);
    check(&[99.34, 97.01, 100.5, 98.13, 102.47, 103.28, 101.23, 101.26, 100.37, 98.21, 99.34, 98.02, 101.55, 100.06, 102.33], &[93.68, 95.79, 95.97, 93.66, 99.08, 99.15, 98.81, 97.11, 95.23, 93.52, 98.96, 95.11, 96.21, 97.08, 96.22], 0.99, [-3.9924999999999997, -5.119999999999997, -2.4550000000000054, 0.99163818359375]);
}

// SciPy 1.17.1: scipy.stats.binom.cdf; for 6 to 101 values scipy.stats.quantile_test(values, p=0.5)
// gives the same ends. The columns are n, confidence, values below the interval, achieved confidence.
#[test]
fn median_interval_equals_scipy() {
    let check = |n: u32, confidence, below: u32, achieved: f64| {
        let values: Vec<f64> = (0..n).map(f64::from).collect();
        let got = median_interval(&values, confidence).unwrap();
        assert_eq!((got.lo, got.hi), (f64::from(below), f64::from(n - 1 - below)), "{n}");
        assert_eq!(got.median, f64::from(n - 1) / 2.0);
        let error = (got.achieved_confidence - achieved).abs();
        assert!(error < 1e-9, "{n}: {}", got.achieved_confidence);
    };
    check(1, 0.95, 0, 0.0);
    check(5, 0.95, 0, 0.9375);
    check(6, 0.95, 0, 0.96875);
    check(9, 0.95, 1, 0.9609375);
    check(20, 0.95, 5, 0.9586105346679688);
    check(20, 0.99, 3, 0.9974231719970703);
    check(101, 0.95, 40, 0.9539559330706572);
    check(5000, 0.95, 2430, 0.9506841418958285);
}

#[test]
fn too_few_values_give_the_full_range_and_say_so() {
    let shift = hodges_lehmann(&[1.0, 2.0, 3.0], &[11.0, 12.0, 13.0], 0.95).unwrap();
    assert_eq!((shift.lo, shift.hi, shift.achieved_confidence), (8.0, 12.0, 0.9));
    let median = median_interval(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95).unwrap();
    assert_eq!((median.lo, median.hi, median.achieved_confidence), (1.0, 5.0, 0.9375));
}

#[test]
fn nothing_to_compare_gives_none() {
    assert_eq!(hodges_lehmann(&[], &[1.0], 0.95), None);
    assert_eq!(hodges_lehmann(&[1.0], &[f64::NAN], 0.95), None);
    assert_eq!(paired_difference(&[1.0], &[1.0, 2.0], 0.95), None);
    assert_eq!(paired_difference(&[1.0, f64::NAN], &[f64::NAN, 1.0], 0.95), None);
    assert_eq!(median_interval(&[f64::INFINITY], 0.95), None);
}

/// The estimate is the middle of the written-out values, and both ends are among them, equally far
/// from the two ends of the sorted list.
fn check_against_written_out(got: Shift, mut all: Vec<f64>) {
    all.sort_by(f64::total_cmp);
    let n = all.len();
    let middle = (all[(n - 1) / 2] + all[n / 2]) / 2.0;
    assert!((got.estimate - middle).abs() <= 1e-12 * middle.abs().max(1.0), "{got:?} {middle}");
    let symmetric = (0..n.div_ceil(2)).any(|k| all[k] == got.lo && all[n - 1 - k] == got.hi);
    assert!(symmetric, "{got:?}");
}

#[test]
fn selection_equals_brute_force_with_and_without_ties() {
    let mut random = Random::new(1);
    for trial in 0..400 {
        let (n, m) = (1 + random.below(40), 1 + random.below(40));
        // Every other trial on a coarse grid, for ties.
        let mut draw = |n| -> Vec<f64> {
            let values = (0..n).map(|_| random.normal() * 3.0);
            values.map(|v| if trial % 2 == 0 { v } else { v.round() }).collect()
        };
        let (a, b) = (draw(n), draw(m));
        let differences = b.iter().flat_map(|b| a.iter().map(move |a| b - a)).collect();
        check_against_written_out(hodges_lehmann(&a, &b, 0.9).unwrap(), differences);
        let c = draw(n);
        let steps: Vec<f64> = a.iter().zip(&c).map(|(a, c)| c - a).collect();
        let walsh = (0..n).flat_map(|i| (i..n).map(move |j| (i, j)));
        let walsh = walsh.map(|(i, j)| steps[i] * 0.5 + steps[j] * 0.5).collect();
        check_against_written_out(paired_difference(&a, &c, 0.9).unwrap(), walsh);
    }
}

#[test]
fn long_samples_need_no_table_of_differences() {
    // 4 million differences; on a grid the answer is known: the shift is exactly 7.
    let base: Vec<f64> = (0..2000).map(f64::from).collect();
    let candidate: Vec<f64> = (0..2000).map(|v| f64::from(v) + 7.0).collect();
    let shift = hodges_lehmann(&base, &candidate, 0.95).unwrap();
    assert_eq!(shift.estimate, 7.0);
    assert_eq!(shift.hi - 7.0, 7.0 - shift.lo);
    assert!((shift.achieved_confidence - 0.95).abs() < 1e-4);
}
