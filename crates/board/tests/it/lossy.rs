//! A line that loses frames, either way.

use std::time::Duration;

use board::{AgentDriver, BoardError, RunEvent, Transport};

use crate::behave::{expected, load, model, request, run};
use crate::pipe::{Kind, PATIENCE, start};
use crate::real::{quick, serve};

/// Loses those of its writes, each of which is a frame, that `lost` picks by number.
struct Lossy<F> {
    pipe: Box<dyn Transport>,
    written: u32,
    lost: F,
}

impl<F: FnMut(u32) -> bool + Send> Transport for Lossy<F> {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        self.pipe.read(into, timeout)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        self.written += 1;
        if (self.lost)(self.written) { Ok(()) } else { self.pipe.write(bytes) }
    }
}

fn lossy(
    pipe: Box<dyn Transport>,
    lost: impl FnMut(u32) -> bool + Send + 'static,
) -> Lossy<impl FnMut(u32) -> bool + Send> {
    Lossy { pipe, written: 0, lost }
}

/// Talks to a quick board over a line that loses these frames of the host's and of the board's.
fn over<T>(
    host_loses: impl FnMut(u32) -> bool + Send + 'static,
    board_loses: impl FnMut(u32) -> bool + Send + 'static,
    talk: impl FnOnce(&mut AgentDriver) -> T,
) -> T {
    over_with(quick, host_loses, board_loses, talk)
}

/// The same to any board.
pub(crate) fn over_with<T>(
    play: fn(Box<dyn Transport>),
    host_loses: impl FnMut(u32) -> bool + Send + 'static,
    board_loses: impl FnMut(u32) -> bool + Send + 'static,
    talk: impl FnOnce(&mut AgentDriver) -> T,
) -> T {
    let (pipe, board) = start(Kind::Pty, move |pipe| play(Box::new(lossy(pipe, board_loses))));
    let mut driver = AgentDriver::connect(Box::new(lossy(pipe, host_loses)), PATIENCE).unwrap();
    let result = talk(&mut driver);
    drop(driver);
    board.join().unwrap();
    result
}

#[test]
fn any_one_frame_lost_on_the_way_there_is_made_good() {
    // Hello, Stop, Ping, Sample, Ping, LoadModel, 20 chunks, Ping, two pieces of prompt.
    for lost in 1..=28 {
        over(
            move |n| n == lost,
            |_| false,
            |driver| {
                assert_eq!(load(driver, &model(5000)).unwrap(), 5000, "frame {lost}");
                if lost <= 26 {
                    let request = request(200, 3);
                    assert_eq!(run(driver, &request).unwrap(), expected(&request), "frame {lost}");
                }
            },
        );
    }
}

#[test]
fn any_one_frame_lost_on_the_way_back_is_made_good() {
    // Hello, Pong, Series, Pong, Ack of LoadModel, 19 of chunks, Memory, ModelReady, Pong, two of a prompt.
    for lost in 1..=29 {
        over(
            |_| false,
            move |n| n == lost,
            |driver| {
                assert_eq!(load(driver, &model(5000)).unwrap(), 5000, "frame {lost}");
                let request = request(200, 3);
                assert_eq!(run(driver, &request).unwrap(), expected(&request), "frame {lost}");
            },
        );
    }
}

#[test]
fn a_load_arrives_over_a_line_that_loses_every_tenth_frame_both_ways() {
    over(
        |n| n % 10 == 0,
        |n| n % 10 == 7,
        |driver| {
            assert_eq!(load(driver, &model(60_000)).unwrap(), 60_000);
        },
    );
}

#[test]
fn a_lost_run_is_silence_and_no_invention() {
    // Hello, Stop, Ping, Sample; Ping, LoadModel, one chunk; Ping, a prompt, and the tenth is Run.
    over(
        |n| n == 10,
        |_| false,
        |driver| {
            load(driver, &model(100)).unwrap();
            let error = run(driver, &request(2, 2)).unwrap_err();
            assert!(matches!(error, BoardError::AgentSilent { .. }), "{error:?}");
            assert_eq!(run(driver, &request(2, 2)).unwrap().len(), 2);
        },
    );
}

#[test]
fn a_lost_stop_is_said_again() {
    let slow = |pipe| serve(pipe, Duration::from_millis(5), Duration::ZERO);
    let (pipe, board) = start(Kind::Pty, slow);
    let pipe = lossy(pipe, |n| n == 11);
    let mut driver = AgentDriver::connect(Box::new(pipe), PATIENCE).unwrap();
    load(&mut driver, &model(100)).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let totals = driver
        .run(&request(2, 500), &stop, &mut |event| {
            if let RunEvent::Token { index: 3, .. } = event {
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        })
        .unwrap();
    assert!((4..500).contains(&totals.tokens.unwrap()));
    drop(driver);
    board.join().unwrap();
}
