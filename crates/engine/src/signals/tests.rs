//! Signals against brute force.

use std::time::Duration;

use analysis::Percentiles;
use bolero::{TypeGenerator, check};
use protocol::{RunId, SIGNALS, Sampling, Trace, TraceColumn, TracePoint};

use super::axis::Axis;
use super::signal::Signal;
use super::*;
use crate::recording::Role;

const TIME: Duration = Duration::from_secs(1);
const ROW: [&str; 6] =
    ["token_latency", "embed", "attention", "feed_forward", "classifier", "sample"];

/// A token of a made-up run: steps are in milliseconds.
#[derive(Clone, Copy, Debug, TypeGenerator)]
struct Step {
    lost: bool,
    ms: u8,
    value: i8,
    new_repetition: bool,
}

/// A token as brute force knows it.
#[derive(Clone, Copy, Debug)]
struct Known {
    at_ms: f64,
    latency_ms: f64,
    value: f32,
    first: bool,
    after_lost: bool,
}

/// Tells a made-up run; gives what it knows of each token that was heard.
fn told(steps: &[Step]) -> (Signals, Vec<Known>) {
    let mut signals = Signals::new(Place::Board, None);
    let (mut known, mut now, mut index, mut repetition, mut lost) = (vec![], 0.0, 0, 0, false);
    let begin = |signals: &mut Signals, repetition, at_ms| {
        signals.hear(Heard::Began { repetition, role: Role::Measured, at_ms, prompt_end: 1 });
    };
    begin(&mut signals, 0, 0.0);
    for step in steps {
        if step.new_repetition {
            signals.hear(Heard::Ended { at_ms: now });
            now += 1.0;
            (repetition, index, lost) = (repetition + 1, 0, false);
            begin(&mut signals, repetition, now);
        }
        now += f64::from(step.ms);
        if step.lost {
            (index, lost) = (index + 1, true);
            continue;
        }
        let latency_ms = if lost { f64::NAN } else { f64::from(step.value) };
        let phases_ms = [f64::from(step.value); 5];
        signals.hear(Heard::Token { index, id: Some(7), at_ms: now, latency_ms, phases_ms });
        let (first, value) = (index == 0, f32::from(step.value));
        known.push(Known { at_ms: now, latency_ms, value, first, after_lost: lost });
        (index, lost) = (index + 1, false);
    }
    (signals, known)
}

fn signal<'a>(signals: &'a Signals, name: &str) -> &'a Signal {
    signals.all().iter().find(|signal| signal.name == name).unwrap()
}

fn trace_of(signals: &Signals, name: &str, window: Window) -> Trace {
    let signal = signal(signals, name);
    let axis = signals.axis(signal);
    trace(signal, axis, &window.edges(axis))
}

#[test]
fn the_table_begins_with_the_signals_of_a_token_in_the_order_of_its_row() {
    let names: Vec<&str> =
        SIGNALS.iter().filter(|s| s.sampling == Sampling::PerToken).map(|s| s.name).collect();
    assert_eq!(names, ROW);
    assert_eq!(SIGNALS[0].name, "token_latency");
}

#[test]
fn columns_hold_every_sample_of_their_stretch_once_and_points_every_sample() {
    check!().with_test_time(TIME).with_type::<(Vec<Step>, u8, u16, u16)>().for_each(
        |(steps, width, a, b)| {
            let (signals, known) = told(steps);
            let (from_ms, to_ms) = (f64::from(*a.min(b)), f64::from(*a.max(b)) + 0.5);
            let window = Window { from_ms, to_ms, width: u32::from(*width % 20) + 1 };
            let inside = |k: &&Known| k.at_ms >= from_ms && k.at_ms <= to_ms;
            match trace_of(&signals, "embed", window) {
                Trace::Points(points) => {
                    let within: Vec<f64> = points
                        .iter()
                        .map(|point| point.at_ms)
                        .filter(|at| *at >= from_ms && *at <= to_ms)
                        .collect();
                    let expect: Vec<f64> = known.iter().filter(inside).map(|k| k.at_ms).collect();
                    assert_eq!(within, expect);
                    assert!(points.len() <= expect.len() + 2);
                    // Of several at one moment it is not said which is which.
                    for point in points {
                        let same: Vec<&Known> =
                            known.iter().filter(|k| k.at_ms == point.at_ms).collect();
                        if let [only] = same.as_slice() {
                            assert_eq!(point.after_gap, only.after_lost, "{point:?}");
                        }
                    }
                }
                Trace::Columns(columns) => {
                    assert_eq!(columns.len(), window.width as usize);
                    let samples: u32 = columns.iter().map(|column| column.samples).sum();
                    assert_eq!(samples as usize, known.iter().filter(inside).count());
                    let step = (to_ms - from_ms) / f64::from(window.width);
                    for (at, column) in columns.iter().enumerate() {
                        let left = from_ms + step * at as f64;
                        let next = from_ms + step * (at + 1) as f64;
                        let last = at + 1 == columns.len();
                        let values: Vec<f32> = known
                            .iter()
                            .filter(|k| k.at_ms >= left)
                            .filter(|k| if last { k.at_ms <= to_ms } else { k.at_ms < next })
                            .map(|k| k.value)
                            .collect();
                        check_column(column, &values);
                    }
                }
            }
        },
    );
}

#[track_caller]
fn check_column(column: &TraceColumn, values: &[f32]) {
    assert_eq!(column.samples as usize, values.len());
    let Some(min) = values.iter().copied().reduce(f32::min) else {
        assert_eq!((column.min, column.max, column.mean), (0.0, 0.0, 0.0));
        return;
    };
    let max = values.iter().copied().fold(min, f32::max);
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    assert_eq!((column.min, column.max), (min, max));
    assert!((column.mean - mean).abs() < 1e-3, "{column:?} {mean}");
}

#[test]
fn what_lies_between_two_markers_is_what_a_loop_finds() {
    check!().with_test_time(TIME).with_type::<(Vec<Step>, u16, u16)>().for_each(|(steps, a, b)| {
        let (signals, known) = told(steps);
        let run = RunSignals::new(RunId::from("r"), signals);
        let (a_ms, b_ms) = (f64::from(*a), f64::from(*b));
        let found = between(&run, a_ms, b_ms);
        assert_eq!((found.from_ms, found.to_ms), (a_ms.min(b_ms), a_ms.max(b_ms)));
        let inside = |k: &&Known| k.at_ms >= found.from_ms && k.at_ms <= found.to_ms;
        let inside: Vec<&Known> = known.iter().filter(inside).collect();
        let stats = found.signals.iter().find(|signal| signal.name == "embed");
        assert_eq!(stats.is_some(), !inside.is_empty());
        if let Some(stats) = stats {
            let values: Vec<f64> = inside.iter().map(|k| f64::from(k.value)).collect();
            let expect = analysis::Summary::of(&values).unwrap();
            let close = |got: Option<f64>, expect: f64| {
                assert!((got.unwrap() - expect).abs() < 1e-3, "{got:?} {expect}");
            };
            assert_eq!(stats.samples as usize, values.len());
            close(stats.mean, expect.mean);
            close(stats.min, expect.min);
            close(stats.max, expect.max);
            assert_eq!(stats.sd.is_some(), expect.sd.is_some());
            if let Some(sd) = expect.sd {
                close(stats.sd, sd);
            }
            close(stats.integral, values.iter().sum());
            assert_eq!((stats.integral_unit.as_str(), stats.rounded), ("ms", false));
            let secs = (found.to_ms - found.from_ms) / 1e3;
            assert_eq!(stats.rate_per_s, (secs > 0.0).then(|| values.len() as f64 / secs));
        }
        let latencies: Vec<f64> =
            inside.iter().filter(|k| !k.first).map(|k| k.latency_ms).collect();
        let expect = Percentiles::of(&latencies);
        assert_eq!(found.latency.map(|l| (l.p50_ms, l.p99_ms)), expect.map(|p| (p.p50, p.p99)));
    });
}

#[test]
fn a_lost_token_is_a_gap_and_a_missing_sample() {
    let step = |lost| Step { lost, ms: 10, value: 5, new_repetition: false };
    let steps: Vec<Step> = [false, false, true, true, false, false].map(step).to_vec();
    let (signals, _) = told(&steps);
    let window = Window { from_ms: 0.0, to_ms: 100.0, width: 100 };
    let point = |at_ms, after_gap| TracePoint { at_ms, value: 5.0, after_gap };
    let phases = [point(10.0, false), point(20.0, false), point(50.0, true), point(60.0, false)];
    assert_eq!(trace_of(&signals, "embed", window), Trace::Points(phases.to_vec()));
    // The token after the hole has no latency either.
    let latency = [point(10.0, false), point(20.0, false), point(60.0, true)];
    assert_eq!(trace_of(&signals, "token_latency", window), Trace::Points(latency.to_vec()));
    let Trace::Columns(columns) = trace_of(&signals, "embed", Window { width: 2, ..window }) else {
        panic!("six samples in two columns are no points");
    };
    assert_eq!(
        columns.iter().map(|c| (c.samples, c.missing)).collect::<Vec<_>>(),
        [(2, 2), (2, 0)]
    );
    assert_eq!(signals.count(0, 6), 4);
    let places: Vec<u32> = signals.token_marks(0, 6).iter().map(|mark| mark.index).collect();
    assert_eq!(places, [0, 1, 4, 5]);
}

#[test]
fn points_reach_to_a_neighbour_on_either_side() {
    let step = Step { lost: false, ms: 10, value: 1, new_repetition: false };
    let (signals, _) = told(&[step; 10]);
    let window = Window { from_ms: 35.0, to_ms: 55.0, width: 10 };
    let Trace::Points(points) = trace_of(&signals, "embed", window) else { panic!("few samples") };
    let at: Vec<f64> = points.iter().map(|point| point.at_ms).collect();
    assert_eq!(at, [30.0, 40.0, 50.0, 60.0]);
}

#[test]
fn a_power_integrates_to_what_the_counter_counted() {
    let mut signals = Signals::new(Place::Host, None);
    let looks = [(0.0, f64::NAN), (100.0, 500.0), (300.0, 250.0), (400.0, 1000.0)];
    for (at_ms, value) in looks {
        signals.hear(Heard::Look { signal: POWER.into(), at_ms, value });
    }
    let run = RunSignals::new(RunId::from("r"), signals);
    let integral = |from_ms, to_ms| {
        let found = between(&run, from_ms, to_ms);
        let power = found.signals.into_iter().find(|signal| signal.name == POWER)?;
        assert_eq!(power.integral_unit, "mJ");
        power.integral
    };
    assert_eq!(integral(0.0, 400.0), Some(50.0 + 50.0 + 100.0));
    assert_eq!(integral(400.0, 0.0), integral(0.0, 400.0));
    // Half of what lies between two looks.
    assert_eq!(integral(200.0, 350.0), Some(25.0 + 50.0));
    assert_eq!(integral(120.0, 180.0), None);
}

#[test]
fn why_a_signal_is_not_there_is_said_once_the_run_is_over() {
    let mut signals = Signals::new(Place::Host, None);
    signals.hear(Heard::Look { signal: HEAP.into(), at_ms: 1.0, value: 10.0 });
    assert_eq!(signal(&signals, POWER).absent, None);
    signals.hear(Heard::Over);
    let absent = signal(&signals, POWER).absent.as_deref();
    assert_eq!(absent, Some("this computer offers no energy counter that may be read"));
    assert_eq!(signal(&signals, HEAP).absent, None);
    assert!(!signals.recording);
}

#[test]
fn a_regular_signal_of_the_boards_own_needs_no_axis_and_integrates_over_time() {
    let own = vec![("rail".to_owned(), "mW".to_owned(), Own::Regular { rate_hz: 1000.0 })];
    let mut signals = Signals::with(Place::Board, None, own);
    signals.stretch("rail", &[2.0; 5000]);
    assert_eq!(signals.end_ms(), 4999.0);
    assert!(matches!(signal(&signals, "rail").axis, Some(Axis::Regular { len: 5000, .. })));
    let run = RunSignals::new(RunId::from("r"), signals);
    let found = between(&run, 0.0, 999.0);
    assert_eq!(found.signals[0].integral, Some(2.0));
}

#[test]
fn percentiles_of_very_many_tokens_come_from_evenly_chosen_ones() {
    let mut signals = Signals::new(Place::Board, None);
    let role = Role::Measured;
    signals.hear(Heard::Began { repetition: 0, role, at_ms: 0.0, prompt_end: 1 });
    for index in 0..500_000 {
        let latency_ms = f64::from(index % 1000);
        let (at_ms, phases_ms) = (f64::from(index), [0.0; 5]);
        signals.hear(Heard::Token { index, id: Some(1), at_ms, latency_ms, phases_ms });
    }
    let all = signals.latencies(0, 500_000);
    assert!((100_000..=200_000).contains(&all.len()), "{}", all.len());
    let found = percentiles(&all).unwrap();
    assert!((found.p50_ms - 499.5).abs() < 5.0, "{found:?}");
    assert_eq!(signals.latencies(0, 1000).len(), 999, "the first token is left out");
}

#[test]
fn telling_does_not_wait_for_a_look_and_is_seen_by_the_next() {
    let run = RunSignals::new(RunId::from("r"), Signals::new(Place::Board, None));
    let look = |at_ms| Heard::Look { signal: HEAP.into(), at_ms, value: 1.0 };
    let seen = |signals: &Signals| signal(signals, HEAP).ring.end();
    let version = run.version();
    run.look(|signals| {
        // This look goes on while three are told.
        [1.0, 2.0, 3.0].into_iter().for_each(|at_ms| run.tell(look(at_ms)));
        assert_eq!(seen(signals), 0);
    });
    assert_eq!(run.version(), version + 3);
    assert_eq!(run.look(seen), 3);
    run.tell(look(4.0));
    assert_eq!(run.look(|signals| signals.end_ms()), 4.0);
}

#[test]
fn exact_samples_of_a_long_run_stay_within_their_budget() {
    let own = |at: usize| (format!("{at}"), "mW".to_owned(), Own::Regular { rate_hz: 1e5 });
    let mut signals = Signals::with(Place::Board, None, (0..3).map(own).collect());
    let kept = |signals: &Signals, name: &str| {
        let ring = &signal(signals, name).ring;
        (ring.end() - ring.first()) as usize * 4
    };
    for _ in 0..3000 {
        for name in ["0", "1", "2"] {
            signals.stretch(name, &[1.0; 4096]);
        }
    }
    let all: usize = ["0", "1", "2"].iter().map(|name| kept(&signals, name)).sum();
    assert!(all <= 32 << 20, "{all} bytes");
    assert!(all > 8 << 20, "{all} bytes");
}

#[test]
fn wide_columns_hold_every_sample_once_and_lie_off_by_less_than_an_entry() {
    let own = vec![("rail".to_owned(), "mW".to_owned(), Own::Regular { rate_hz: 1000.0 })];
    let mut signals = Signals::with(Place::Board, None, own);
    let values: Vec<f32> = (0..100_003).map(|at| at as f32).collect();
    signals.stretch("rail", &values);
    let window = Window { from_ms: 777.0, to_ms: 99_000.0, width: 30 };
    let Trace::Columns(columns) = trace_of(&signals, "rail", window) else {
        panic!("many samples")
    };
    let samples: u32 = columns.iter().map(|column| column.samples).sum();
    assert_eq!(samples, 99_000 - 777 + 1);
    assert_eq!((columns[0].min, columns[29].max), (777.0, 99_000.0));
    let step = (99_000.0 - 777.0) / 30.0;
    for (at, column) in columns.iter().enumerate() {
        assert!((column.min - (777.0 + step * at as f32)).abs() <= 65.0, "{at}: {column:?}");
    }
}
