//! Boards that do as they should, if sometimes slowly.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use agent::wire::{BoardMessage, ErrorCode};
use board::{AgentDriver, Bits, BoardError, RunEvent, RunRequest, StopReason, Streams, Vitals};

use crate::pipe::{KINDS, Kind, PATIENCE, converse, start};
use crate::real::{after, quick, serve};
use crate::scripted::{HELLO, Said, Side, polite_until_run};

pub(crate) fn request(prompt: usize, count: u32) -> RunRequest {
    let prompt = (0..prompt as u32).map(|i| i % 900).collect();
    RunRequest {
        prompt,
        text: String::new(),
        count,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        stop_token: None,
        streams: Streams::On,
    }
}

pub(crate) fn model(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * i / 7 % 251) as u8).collect()
}

/// Nobody says stop.
pub(crate) static GO: AtomicBool = AtomicBool::new(false);

pub(crate) fn load(driver: &mut AgentDriver, bytes: &[u8]) -> Result<u64, BoardError> {
    let mut arrived = 0;
    let info = driver.load_model(bytes, Bits::Int8, &GO, &mut |n| {
        assert!(n > arrived, "progress goes only forward");
        arrived = n;
    })?;
    Ok(info.unwrap().weight_bytes)
}

/// Runs and returns the ids of the tokens heard.
pub(crate) fn run(driver: &mut AgentDriver, request: &RunRequest) -> Result<Vec<u32>, BoardError> {
    let mut ids = Vec::new();
    let totals = driver.run(request, &GO, &mut |event| {
        if let RunEvent::Token { index, id, .. } = event {
            assert_eq!(index as usize, ids.len());
            ids.push(id.unwrap());
        }
    })?;
    assert_eq!(totals.tokens.unwrap() as usize, ids.len());
    assert!(totals.began <= totals.ended);
    Ok(ids)
}

pub(crate) fn expected(request: &RunRequest) -> Vec<u32> {
    let last = *request.prompt.last().unwrap();
    std::iter::successors(Some(after(last)), |&id| Some(after(id)))
        .take(request.count as usize)
        .collect()
}

/// What any board with a model that counts must do, in any language. Models of `lens` bytes are loaded.
pub(crate) fn talk_of_loads_and_runs(driver: &mut AgentDriver, lens: &[usize]) {
    assert!(driver.clock().unwrap().round_trip_us < 1_000_000);
    for &len in lens {
        assert_eq!(load(driver, &model(len)).unwrap(), len as u64);
        assert_eq!(driver.info().model.unwrap().crc, crc32fast::hash(&model(len)));
    }
    for (prompt, count) in [(1, 1), (128, 3), (300, 50), (5, 0)] {
        let request = request(prompt, count);
        assert_eq!(run(driver, &request).unwrap(), expected(&request));
    }
}

#[test]
fn hello_load_run_and_again() {
    for kind in KINDS {
        converse(kind, quick, |mut driver| {
            assert_eq!(driver.info().name, "Test board");
            assert_eq!(driver.info().clock_hz, None);
            talk_of_loads_and_runs(&mut driver, &[1, 256, 100_000, 100_000]);
            assert_eq!((driver.counts().missing, driver.counts().noise), (0, 0), "{kind:?}");
        })
        .unwrap();
    }
}

#[test]
fn a_model_on_board_is_known_to_the_next_host() {
    converse(Kind::Tcp, quick, |mut driver| {
        load(&mut driver, &model(1000)).unwrap();
        let first = driver.info().model;
        assert_eq!(first.unwrap().crc, crc32fast::hash(&model(1000)));
    })
    .unwrap();
}

/// A board that has 1 MiB and no model yet refuses what it must, and goes on.
pub(crate) fn talk_of_refusals(driver: &mut AgentDriver) {
    let refused = |result: Result<_, _>, expect| match result {
        Err(BoardError::Refused { code, .. }) => assert_eq!(code, expect),
        other => panic!("{other:?}"),
    };
    refused(run(driver, &request(3, 3)), ErrorCode::OutOfOrder);
    refused(load(driver, &[]).map(|_| vec![]), ErrorCode::BadModel);
    // In 8 bits that is 1.25 MiB.
    refused(load(driver, &model(5 << 20)).map(|_| vec![]), ErrorCode::NoMemory);
    load(driver, &model(5000)).unwrap();
    refused(run(driver, &request(0, 3)), ErrorCode::BadPrompt);
    refused(run(driver, &request(513, 3)), ErrorCode::BadPrompt);
    refused(run(driver, &request(1025, 3)), ErrorCode::BadPrompt);
    let foreign = RunRequest { prompt: vec![1000], ..request(1, 1) };
    refused(run(driver, &foreign), ErrorCode::BadPrompt);
    assert_eq!(run(driver, &request(3, 3)).unwrap().len(), 3);
}

#[test]
fn refusals_reach_the_user_and_the_driver_goes_on() {
    converse(Kind::Pty, quick, |mut driver| talk_of_refusals(&mut driver)).unwrap();
}

/// A board that takes some milliseconds for a token is stopped after the fourth.
pub(crate) fn talk_of_stop(driver: &mut AgentDriver) {
    load(driver, &model(1000)).unwrap();
    let stop = AtomicBool::new(false);
    let totals = driver
        .run(&request(4, 400), &stop, &mut |event| {
            stop.fetch_or(matches!(event, RunEvent::Token { index: 3, .. }), Ordering::Relaxed);
        })
        .unwrap();
    assert_eq!(totals.reason, StopReason::Stopped);
    assert!((4..400).contains(&totals.tokens.unwrap()));
    let request = request(4, 6);
    assert_eq!(run(driver, &request).unwrap(), expected(&request));
}

#[test]
fn stop_ends_a_run_and_the_next_one_starts_clean() {
    let slow = |pipe| serve(pipe, Duration::from_millis(5), Duration::ZERO);
    converse(Kind::Pty, slow, |mut driver| talk_of_stop(&mut driver)).unwrap();
}

/// A load is given up again and again, and what the board still says to it disturbs nothing.
pub(crate) fn talk_of_loads_given_up(driver: &mut AgentDriver, times: usize) {
    for _ in 0..times {
        let stop = AtomicBool::new(false);
        let given_up = driver
            .load_model(&model(90_000), Bits::F32, &stop, &mut |n| {
                stop.fetch_or(n > 10_000, Ordering::Relaxed);
            })
            .unwrap();
        assert_eq!(given_up, None);
        assert_eq!(load(driver, &model(2048)).unwrap(), 2048);
        let request = request(256, 2);
        assert_eq!(run(driver, &request).unwrap(), expected(&request));
    }
}

#[test]
fn a_load_given_up_in_the_middle_leaves_no_answers_behind() {
    converse(Kind::Tcp, quick, |mut driver| talk_of_loads_given_up(&mut driver, 20)).unwrap();
}

#[test]
fn a_host_that_vanished_in_the_middle_of_a_run_does_not_disturb_the_next() {
    let slow = |pipe| serve(pipe, Duration::from_millis(2), Duration::ZERO);
    let (pipe, board) = start(Kind::Pty, slow);
    // Both hosts speak over one pipe, as over a UART that never hangs up.
    let pipe = std::sync::Arc::new(std::sync::Mutex::new(pipe));
    struct Shared(std::sync::Arc<std::sync::Mutex<Box<dyn board::Transport>>>);
    impl board::Transport for Shared {
        fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
            self.0.lock().unwrap().read(into, timeout)
        }
        fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
            self.0.lock().unwrap().write(bytes)
        }
    }
    let mut first = AgentDriver::connect(Box::new(Shared(pipe.clone())), PATIENCE).unwrap();
    load(&mut first, &model(1000)).unwrap();
    let vanished = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        first.run(&request(4, 400), &GO, &mut |event| {
            if matches!(event, RunEvent::Token { index: 5, .. }) {
                std::panic::resume_unwind(Box::new("the host's program dies here"));
            }
        })
    }));
    assert!(vanished.is_err());
    drop(first);
    let mut second = AgentDriver::connect(Box::new(Shared(pipe.clone())), PATIENCE).unwrap();
    let request = request(4, 20);
    assert_eq!(run(&mut second, &request).unwrap(), expected(&request));
    drop((second, pipe));
    board.join().unwrap();
}

#[test]
fn a_banner_before_the_first_hello_is_no_obstacle() {
    for banner in [&b"rst:0x1 (POWERON_RESET)\r\nhello\r\n"[..], b"> ", &[0xff, 0x80, 0, 0, 3]] {
        let board = |mut pipe: Box<dyn board::Transport>| {
            pipe.write(banner).unwrap();
            quick(pipe);
        };
        converse(Kind::Pty, board, |driver| assert_eq!(driver.info().chip_id, "test-1")).unwrap();
    }
}

#[test]
fn a_board_that_boots_slowly_and_answers_every_hello_has_not_restarted() {
    let late = |pipe| {
        std::thread::sleep(Duration::from_millis(900));
        quick(pipe);
    };
    converse(Kind::Pty, late, |mut driver| {
        load(&mut driver, &model(1000)).unwrap();
        let request = request(4, 20);
        assert_eq!(run(&mut driver, &request).unwrap(), expected(&request));
    })
    .unwrap();
}

#[test]
fn a_slow_board_that_says_progress_is_waited_for() {
    // Reading takes twice the silence that is allowed.
    let slow = |pipe| serve(pipe, Duration::from_millis(25), Duration::ZERO);
    converse(Kind::Pty, slow, |mut driver| {
        load(&mut driver, &model(100)).unwrap();
        let mut progress = 0;
        let began = Instant::now();
        let totals = driver
            .run(&request(80, 2), &GO, &mut |event| {
                progress += u32::from(matches!(event, RunEvent::Progress { .. }));
            })
            .unwrap();
        assert!(began.elapsed() > 2 * PATIENCE.silence);
        assert!(progress >= 5 && totals.tokens == Some(2));
    })
    .unwrap();
}

#[test]
fn a_long_check_of_the_model_is_waited_for() {
    let slow = |pipe| serve(pipe, Duration::ZERO, 4 * PATIENCE.resend);
    converse(Kind::Tcp, slow, |mut driver| {
        assert_eq!(load(&mut driver, &model(3000)).unwrap(), 3000);
        // The questions asked meanwhile are answered late, and must not look like a restart.
        let request = request(4, 20);
        assert_eq!(run(&mut driver, &request).unwrap(), expected(&request));
    })
    .unwrap();
}

#[test]
fn last_words_before_a_hang_up_are_heard() {
    for kind in KINDS {
        let board = |pipe| {
            let mut side = Side::new(pipe);
            assert_eq!(side.polite(), Some(Said::Run));
            side.token(0);
            side.done(1, 5, 9);
        };
        let heard = converse(kind, board, |mut driver| {
            std::thread::sleep(Duration::from_millis(20));
            run(&mut driver, &request(2, 1))
        });
        assert_eq!(heard.unwrap().unwrap(), [1], "{kind:?}");
    }
}

#[test]
fn words_of_a_later_minor_are_skipped() {
    let board = crate::scripted::polite_until_run(|side| {
        side.raw(&later_minor());
        side.token(0);
        side.done(1, 5, 9);
    });
    let heard = converse(Kind::Pty, board, |mut driver| run(&mut driver, &request(2, 1)));
    assert_eq!(heard.unwrap().unwrap(), [1]);
    assert_eq!(HELLO.minor, 0);
}

/// A sound frame of type 0xef, made from an Ack's: type and checksum replaced.
fn later_minor() -> Vec<u8> {
    let mut plain = vec![1, 0xef, 9, 1, 7];
    plain.extend(crc32fast::hash(&plain).to_le_bytes());
    assert!(!plain.contains(&0), "so that stuffing is one length in front");
    let mut frame = vec![0, plain.len() as u8 + 1];
    frame.extend(plain);
    frame.push(0);
    frame
}

#[test]
fn vitals_are_passed_on_and_a_message_of_a_later_minor_is_skipped() {
    let vitals = Vitals { heap_used: Some(4096), energy_uj: None };
    let board = polite_until_run(move |side| {
        side.say(&BoardMessage::Started { ticks: 5 });
        side.say(&BoardMessage::Vitals { ticks: 7, vitals });
        side.token(0);
        // 0x8f means nothing yet; its body is whatever that later minor puts there.
        side.raw(&frame_of(0x8f, b"\x01\x02\x03"));
        side.token(1);
        side.done(2, 5, 20);
    });
    converse(Kind::Pty, board, |mut driver| {
        let mut heard = Vec::new();
        let totals = driver.run(&request(1, 2), &GO, &mut |event| heard.push(event)).unwrap();
        assert_eq!(totals.tokens, Some(2));
        assert_eq!(heard.len(), 4, "{heard:?}");
        assert_eq!(heard[1], RunEvent::Vitals { ticks: 7, vitals });
        assert_eq!(driver.counts().noise, 0);
    })
    .unwrap();
}

/// A sound frame of any type.
fn frame_of(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut plain = vec![1, kind, 0, 0];
    plain.extend_from_slice(body);
    plain.extend_from_slice(&crc32fast::hash(&plain).to_le_bytes());
    let mut frame = vec![0];
    for run in plain.split(|&byte| byte == 0) {
        frame.push(run.len() as u8 + 1);
        frame.extend_from_slice(run);
    }
    frame.push(0);
    frame
}
