//! Series that a board declares: met, switched on, heard in a run, counted behind it; and boards that do it wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use agent::series::Series;
use agent::wire::{BoardHello, BoardMessage, MINOR, SeriesState};
use board::{AgentDriver, Direction, RunEvent, SeriesRole};

use crate::behave::{GO, load, model, request};
use crate::lossy::over_with;
use crate::pipe::{Kind, PATIENCE, converse, start};
use crate::real::{POSITION, RAMP, serve_sampled};
use crate::scripted::{HELLO, Said, Side};

/// What a run told of its series: batches, counts, complaints.
#[derive(Debug, Default)]
struct Told {
    values: [Vec<(u64, f32)>; 2],
    taken: [Option<u64>; 2],
    complaints: Vec<String>,
}

fn run(driver: &mut AgentDriver, count: u32) -> Told {
    let mut told = Told::default();
    let totals = driver.run(&request(3, count), &GO, &mut |event| match event {
        RunEvent::Samples { series, index, values, .. } => {
            told.values[usize::from(series)].extend((index..).zip(values));
        }
        RunEvent::Sampled { series, taken } => told.taken[usize::from(series)] = taken,
        RunEvent::Complaint(words) => told.complaints.push(words),
        _ => {}
    });
    assert_eq!(totals.unwrap().tokens, Some(count));
    told
}

fn sampled(pipe: Box<dyn board::Transport>) {
    serve_sampled(pipe, Duration::from_millis(4), None);
}

#[test]
fn what_a_board_declares_is_met_and_all_of_it_heard() {
    for kind in [Kind::Pty, Kind::Tcp] {
        converse(kind, sampled, |mut driver| {
            let series = &driver.info().series;
            let names: Vec<&str> = series.iter().map(|series| series.name.as_str()).collect();
            assert_eq!(names, [POSITION.name, RAMP.name]);
            assert_eq!((series[0].direction, series[1].rate_hz), (Direction::Higher, Some(1000.0)));
            assert_eq!((series[0].role, series[0].unit.as_str()), (SeriesRole::Plain, "tok"));
            assert!(driver.info().complaints.is_empty());
            load(&mut driver, &model(300)).unwrap();
            for _ in 0..2 {
                let told = run(&mut driver, 12);
                assert!(told.complaints.is_empty(), "{told:?}");
                for (values, taken) in told.values.iter().zip(told.taken) {
                    let indices: Vec<u64> = values.iter().map(|(index, _)| *index).collect();
                    assert_eq!(indices, (0..taken.unwrap()).collect::<Vec<u64>>());
                }
                let [position, ramp] = &told.values;
                // It is asked as the run begins and ends, and between.
                assert_eq!((position[0].1, position.last().unwrap().1), (0.0, 14.0));
                assert!(position.len() > 2 && ramp.len() > 30, "{told:?}");
                assert!(ramp.iter().all(|(index, value)| *value == (index % 1000) as f32));
            }
        })
        .unwrap();
    }
}

#[test]
fn any_one_question_or_answer_about_them_that_is_lost_is_made_good() {
    // Hello, Stop, Ping, and the two series, of either side; then a load, and a run's three frames there.
    for lost in 4..=5 {
        for host in [true, false] {
            let lose =
                move |side: bool, n: u32| side == host && n == if host { lost } else { lost - 1 };
            let talk = |driver: &mut AgentDriver| {
                assert_eq!(driver.info().series.len(), 2, "{lost} {host}");
                load(driver, &model(100)).unwrap();
                assert!(run(driver, 3).taken.iter().all(Option::is_some));
            };
            over_with(sampled, move |n| lose(true, n), move |n| lose(false, n), talk);
        }
    }
}

const DIE: Series<'static> = Series {
    name: "die",
    unit: "°C",
    direction: Direction::Lower,
    role: SeriesRole::Plain,
    rate_hz: None,
};

/// A board that declares `all`, and does `then` in its run.
fn declares(
    all: &'static [Series<'static>],
    then: impl FnOnce(&mut Side) + Send + 'static,
) -> impl FnOnce(Box<dyn board::Transport>) + Send + 'static {
    move |pipe| {
        let mut side = Side::newer(pipe);
        let mut then = Some(then);
        while let Some(said) = side.hear() {
            match said {
                Said::Hello => side.say(&BoardMessage::Hello(BoardHello { minor: MINOR, ..HELLO })),
                Said::Ping(host_us) => side.say(&BoardMessage::Pong { host_us, ticks: 0 }),
                Said::Prompt(received) => side.say(&BoardMessage::Ack { received }),
                Said::Sample(number) => {
                    let series = all.get(usize::from(number));
                    let series = series.map(|s| SeriesState { series: *s, on: true, taken: 7 });
                    side.say(&BoardMessage::Series { number, of: all.len() as u8, series })
                }
                Said::Run => {
                    side.say(&BoardMessage::Started { ticks: 5 });
                    then.take().into_iter().for_each(|then| then(&mut side));
                    side.done(3, 5, 50)
                }
                _ => true,
            };
        }
    }
}

#[test]
fn what_is_wrong_with_a_declaration_is_said_and_costs_that_series_alone() {
    const POWER: Series<'static> =
        Series { role: SeriesRole::Power, unit: "mA", name: "drawn", ..DIE };
    let all = &[DIE, Series { name: "Die 2", ..DIE }, DIE, POWER, Series { name: "e", ..DIE }];
    converse(Kind::Pty, declares(all, |_| {}), |mut driver| {
        let names: Vec<&str> = driver.info().series.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["die", "drawn", "e"]);
        assert_eq!(driver.info().series[1].role, SeriesRole::Plain);
        let complaints = driver.info().complaints.join("\n");
        for words in ["“Die 2”", "two series are called die", "in “mA”"] {
            assert!(complaints.contains(words), "{words}: {complaints}");
        }
        assert_eq!(driver.info().complaints.len(), 3);
        let told = driver.run(&request(3, 3), &GO, &mut |_| {}).unwrap();
        assert_eq!(told.tokens, Some(3));
    })
    .unwrap();
}

#[test]
fn samples_that_cannot_be_are_left_out_and_the_run_goes_on() {
    let all = &[DIE, Series { name: "rail", rate_hz: Some(100.0), ..DIE }];
    let then = |side: &mut Side| {
        let mut say = |series, index, ticks, values: &[u8]| {
            side.say(&BoardMessage::Samples { series, index, ticks, values });
        };
        say(9, 0, 5, &[0; 4]);
        say(9, 1, 5, &[0; 4]);
        say(0, 0, 5, &[0; 8]);
        say(0, 0, 5, &[0, 0, 0x80, 0x3f]);
        say(1, 2, 5, &[0; 8]);
        say(1, 3, 6, &[0; 4]);
        say(1, 4, 4, &[0; 4]);
        say(1, 4, 7, &[0; 3]);
        say(1, u64::MAX, 7, &[0; 8]);
        say(1, 5, 7, &[0, 0, 0xc0, 0x7f]);
    };
    converse(Kind::Pty, declares(all, then), |mut driver| {
        let told = run(&mut driver, 3);
        assert_eq!(told.values[0], [(0, 1.0)]);
        let indices: Vec<u64> = told.values[1].iter().map(|(index, _)| *index).collect();
        assert_eq!(indices, [2, 3, 5]);
        assert!(told.values[1][2].1.is_nan(), "a value that is none is for whoever keeps it");
        assert_eq!(told.taken, [Some(7), Some(7)]);
        // Each once: undeclared, two values at once, come again, its clock, and not whole.
        assert_eq!(told.complaints.len(), 5, "{:?}", told.complaints);
    })
    .unwrap();
}

#[test]
fn an_older_board_is_not_asked_and_a_silent_one_not_for_ever() {
    let asked = Arc::new(AtomicU32::new(0));
    for (minor, expect, complaints) in [(2, 0, 0), (3, 3, 1)] {
        let counts = Arc::clone(&asked);
        counts.store(0, Ordering::Relaxed);
        let silent = move |pipe: Box<dyn board::Transport>| {
            let mut side = Side::newer(pipe);
            while let Some(said) = side.hear() {
                match said {
                    Said::Hello => side.say(&BoardMessage::Hello(BoardHello { minor, ..HELLO })),
                    Said::Ping(host_us) => side.say(&BoardMessage::Pong { host_us, ticks: 0 }),
                    Said::Stop => true,
                    Said::Sample(0) => counts.fetch_add(1, Ordering::Relaxed) > 100,
                    other => panic!("{other:?}"),
                };
            }
        };
        let (pipe, board) = start(Kind::Pty, silent);
        let driver = AgentDriver::connect(pipe, PATIENCE).unwrap();
        assert_eq!(driver.info().complaints.len(), complaints);
        drop(driver);
        board.join().unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), expect);
    }
}
