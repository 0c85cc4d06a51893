//! Boards that hang, die, lie, babble and flood.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use agent::ModelInfo;
use agent::wire::{BoardHello, BoardMessage, LogLevel, PhaseTicks};
use board::{Bits, BoardError, RunEvent, Transport};

use crate::behave::{GO, load, model, request, run};
use crate::pipe::{KINDS, Kind, PATIENCE, converse};
use crate::scripted::{HELLO, Said, Side, polite_until_run};

/// A run of four tokens on a board that turns nasty then.
fn run_on(kind: Kind, then: impl FnOnce(&mut Side) + Send + 'static) -> BoardError {
    let began = Instant::now();
    let result = converse(kind, polite_until_run(then), |mut driver| {
        driver.run(&request(2, 4), &GO, &mut |_| {})
    });
    assert!(began.elapsed() < Duration::from_secs(15), "it took {:?}", began.elapsed());
    result.unwrap().unwrap_err()
}

macro_rules! expect {
    ($error:expr, $pattern:pat $(if $guard:expr)?) => {
        match $error {
            $pattern $(if $guard)? => {}
            other => panic!("{other:?}"),
        }
    };
}

fn connect_to(
    kind: Kind,
    play: impl FnOnce(Box<dyn Transport>) + Send + 'static,
) -> Result<(), BoardError> {
    converse(kind, play, drop)
}

#[test]
fn a_board_that_never_answers_is_silent() {
    for kind in KINDS {
        let error = connect_to(kind, |pipe| Side::new(pipe).wait()).unwrap_err();
        expect!(error, BoardError::AgentSilent { .. });
    }
}

#[test]
fn a_board_that_answers_hello_and_nothing_else_is_silent() {
    let board = |pipe| {
        let mut side = Side::new(pipe);
        while let Some(said) = side.hear() {
            if said == Said::Hello {
                side.say(&BoardMessage::Hello(HELLO));
            }
        }
    };
    expect!(connect_to(Kind::Pty, board), Err(BoardError::AgentSilent { .. }));
}

#[test]
fn a_board_that_dies_in_the_middle_is_gone() {
    for kind in KINDS {
        let board = |pipe| {
            let mut side = Side::new(pipe);
            assert_eq!(side.polite(), Some(Said::Run));
            side.token(0);
        };
        let result = converse(kind, board, |mut driver| run(&mut driver, &request(2, 4)));
        expect!(result.unwrap(), Err(BoardError::Gone { .. }));

        let board = |pipe| assert_eq!(Side::new(pipe).polite(), Some(Said::Load));
        let result = converse(kind, board, |mut driver| load(&mut driver, &model(9000)));
        expect!(result.unwrap(), Err(BoardError::Gone { .. }));
    }
}

#[test]
fn a_board_that_hangs_in_the_middle_is_silent() {
    expect!(
        run_on(Kind::Pty, |side| {
            side.token(0);
        }),
        BoardError::AgentSilent { doing: "it was running", .. }
    );
    let board = |pipe| {
        let mut side = Side::new(pipe);
        side.polite();
        side.wait();
    };
    let result = converse(Kind::Pty, board, |mut driver| load(&mut driver, &model(9000)));
    expect!(result.unwrap(), Err(BoardError::AgentSilent { .. }));
}

/// What its tokens took so far says for how long it may be silent.
#[test]
fn a_slow_boards_pause_is_no_silence() {
    let board = polite_until_run(|side| {
        for (index, pause_ms) in [400, 400, 1500].into_iter().enumerate() {
            std::thread::sleep(Duration::from_millis(pause_ms));
            side.token(index as u32);
        }
        side.done(3, 0, 9);
    });
    assert!(Duration::from_millis(1500) > PATIENCE.silence);
    let result =
        converse(Kind::Pty, board, |mut driver| driver.run(&request(2, 3), &GO, &mut |_| {}));
    assert_eq!(result.unwrap().unwrap().tokens, Some(3));
}

#[test]
fn a_board_that_stops_reading_does_not_block_the_host_for_ever() {
    // It confirms the whole model piece by piece and reads none of it.
    for kind in KINDS {
        let board = |pipe| {
            let mut side = Side::new(pipe);
            side.polite();
            side.say(&BoardMessage::Ack { received: 0 });
            std::thread::sleep(2 * PATIENCE.silence);
        };
        let began = Instant::now();
        let result = converse(kind, board, |mut driver| load(&mut driver, &model(900_000)));
        expect!(result.unwrap(), Err(BoardError::AgentSilent { .. } | BoardError::Gone { .. }));
        assert!(began.elapsed() < Duration::from_secs(12));
    }
}

/// A full pipe, for which the window that keeps it from filling has to be got round.
#[test]
fn a_write_into_a_full_pipe_fails_after_a_few_seconds() {
    for kind in KINDS {
        let (done, wait) = std::sync::mpsc::sync_channel::<()>(0);
        let (mut pipe, board) = crate::pipe::start(kind, move |pipe| {
            let _hold = pipe;
            wait.recv().unwrap_err();
        });
        let began = Instant::now();
        let error = loop {
            if let Err(error) = pipe.write(&[0x55; 30_000]) {
                break error;
            }
        };
        expect!(error, BoardError::AgentSilent { doing: "its input was full", .. });
        assert!(began.elapsed() < Duration::from_secs(15), "{kind:?}");
        drop(done);
        board.join().unwrap();
    }
}

#[test]
fn garbage_is_named_as_such() {
    let babble = |pipe| {
        let mut side = Side::new(pipe);
        for i in 0..40u32 {
            if !side.raw(&i.wrapping_mul(0x9e37_79b9).to_le_bytes()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        side.wait();
    };
    expect!(connect_to(Kind::Pty, babble), Err(BoardError::Garbage { bytes: 100.. }));
    let other_firmware = |pipe| {
        let mut side = Side::new(pipe);
        side.raw(b"temp=23.5\r\ntemp=23.6\r\n");
        side.wait();
    };
    expect!(connect_to(Kind::Pty, other_firmware), Err(BoardError::OtherFirmware { said }) if said == "temp=23.6");
}

#[test]
fn a_flood_of_garbage_is_refused_early_and_held_nowhere() {
    for kind in KINDS {
        for period in [1, 2, 250, 4000] {
            let flood = move |pipe| {
                let mut side = Side::new(pipe);
                let block: Vec<u8> =
                    (0..8000u32).map(|i| if i % period == 0 { 0 } else { 0xfe }).collect();
                let block = if period == 1 { vec![0x13; 8000] } else { block };
                while side.raw(&block) {}
            };
            expect!(connect_to(kind, flood), Err(BoardError::Garbage { bytes: 200_000.. }));
        }
    }
}

#[test]
fn a_flood_of_text_ends_a_run_and_a_connection_in_time() {
    let lines = b"all work and no play makes jack a dull board\n\0".repeat(50);
    let flood = lines.clone();
    expect!(
        connect_to(Kind::Pty, move |pipe| {
            let mut side = Side::new(pipe);
            while side.raw(&flood) {}
        }),
        Err(BoardError::OtherFirmware { .. })
    );
    let mut logs = 0;
    let board = polite_until_run(move |side| while side.raw(&lines) {});
    let result = converse(Kind::Tcp, board, |mut driver| {
        driver.run(&request(2, 4), &GO, &mut |event| {
            logs += u32::from(matches!(event, RunEvent::Log(_)));
        })
    });
    expect!(result.unwrap(), Err(BoardError::AgentSilent { .. }));
    assert!((1..=1000).contains(&logs), "{logs}");
}

#[test]
fn a_flood_of_log_frames_ends_a_run_in_time() {
    let error = run_on(Kind::Pty, |side| {
        let log = BoardMessage::Log { level: LogLevel::Info, text: "still here" };
        while side.say(&log) {}
    });
    expect!(error, BoardError::AgentSilent { .. });
}

#[test]
fn answers_to_nothing_are_no_sign_of_life() {
    let error = run_on(Kind::Pty, |side| while side.say(&BoardMessage::Ack { received: 2 }) {});
    expect!(error, BoardError::AgentSilent { .. });
}

#[test]
fn a_board_that_reads_for_ever_is_ended_by_stop() {
    let board = polite_until_run(|side| {
        while side.say(&BoardMessage::Progress { position: 1, ticks: 3 }) {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let result = converse(Kind::Pty, board, |mut driver| {
        driver.run(&request(2, 4), &AtomicBool::new(true), &mut |_| {})
    });
    expect!(result.unwrap(), Err(BoardError::AgentSilent { doing: "it was told to stop", .. }));
}

#[test]
fn lies_about_tokens_are_caught() {
    let misbehaved = |then: fn(&mut Side)| {
        expect!(run_on(Kind::Pty, then), BoardError::Misbehaved { .. });
    };
    // More than were asked for.
    misbehaved(|side| while (0..).all(|index| side.token(index)) {});
    // Out of order, twice, absurd.
    misbehaved(|side| assert!(side.token(1) && side.token(0)));
    misbehaved(|side| assert!(side.token(0) && side.token(0)));
    misbehaved(|side| assert!(side.token(u32::MAX)));
    // Done before it began; more, and fewer, than were said.
    misbehaved(|side| assert!(side.done(0, 10, 9)));
    misbehaved(|side| assert!(side.done(5, 1, 9)));
    misbehaved(|side| assert!(side.token(0) && side.token(1) && side.done(1, 1, 9)));
    // Progress backwards, and past the prompt.
    let progress = |side: &mut Side, position| {
        assert!(side.say(&BoardMessage::Progress { position, ticks: 0 }));
    };
    misbehaved(|side| {
        for position in [2, 1] {
            side.say(&BoardMessage::Progress { position, ticks: 0 });
        }
    });
    expect!(run_on(Kind::Pty, move |side| progress(side, 3)), BoardError::Misbehaved { .. });
}

#[test]
fn numbers_at_their_limits_break_nothing() {
    let board = polite_until_run(|side| {
        let max = u64::MAX;
        let phases = PhaseTicks {
            embed: max,
            attention: max,
            feed_forward: max,
            classifier: max,
            sample: max,
        };
        side.say(&BoardMessage::Token { index: 0, id: u32::MAX, ticks: max, phases });
        side.done(1, 0, max);
    });
    let result = converse(Kind::Pty, board, |mut driver| {
        driver.run(&request(2, 4), &GO, &mut |event| {
            if let RunEvent::Token { phases: Some(phases), .. } = event {
                assert_eq!(phases.total(), u64::MAX);
            }
        })
    });
    assert_eq!(result.unwrap().unwrap().ended, u64::MAX);
}

#[test]
fn missing_tokens_are_visible_by_their_index() {
    let board = polite_until_run(|side| {
        let lost = side.frame(&BoardMessage::Ack { received: 1 });
        assert!(side.token(0) && !lost.is_empty() && side.token(3) && side.done(4, 1, 9));
    });
    let (indices, totals, missing) = converse(Kind::Pty, board, |mut driver| {
        let mut indices = Vec::new();
        let totals = driver.run(&request(2, 4), &GO, &mut |event| {
            if let RunEvent::Token { index, .. } = event {
                indices.push(index);
            }
        });
        (indices, totals, driver.counts().missing)
    })
    .unwrap();
    assert_eq!((indices, totals.unwrap().tokens, missing), (vec![0, 3], Some(4), 1));
}

#[test]
fn another_major_is_named_with_ours() {
    let board = |pipe| {
        let mut side = Side::new(pipe);
        side.hear();
        // A Hello of major 3: one byte and the checksum differ.
        let mut plain = vec![3, 0x81, 1, 1, 9];
        plain.extend(crc32fast::hash(&plain).to_le_bytes());
        let mut frame = vec![0, plain.len() as u8 + 1];
        assert!(!plain.contains(&0));
        frame.extend(plain);
        frame.push(0);
        side.raw(&frame);
        side.wait();
    };
    let error = connect_to(Kind::Pty, board).unwrap_err();
    expect!(error, BoardError::VersionMismatch { theirs: 3, ours: 1 });
    assert!(error.to_string().contains("version 3") && error.to_string().contains("version 1"));
}

#[test]
fn a_restart_in_the_middle_of_a_run_is_named() {
    let error = run_on(Kind::Pty, |side| {
        side.token(0);
        side.raw(b"rst:0x8 (TG1WDT_SYS_RESET)\r\n");
        side.say(&BoardMessage::Hello(HELLO));
    });
    expect!(error, BoardError::Restarted);
}

/// Our own agent says nothing after a reset until it is asked.
#[test]
fn a_restart_that_says_nothing_is_told_by_the_boards_clock() {
    let silent_with_its_clock_at = |clock: u64| {
        run_on(Kind::Pty, move |side| {
            let phases = PhaseTicks::default();
            side.say(&BoardMessage::Token { index: 0, id: 1, ticks: 5_000, phases });
            while let Some(said) = side.hear() {
                if let Said::Ping(host_us) = said {
                    side.say(&BoardMessage::Pong { host_us, ticks: clock });
                }
            }
        })
    };
    expect!(silent_with_its_clock_at(4_999), BoardError::Restarted);
    // One that only hangs in the model goes on counting.
    expect!(silent_with_its_clock_at(5_001), BoardError::AgentSilent { .. });
    // One that was up for no longer than it is silent says who it is, and that it has no model.
    let greets = |model| {
        run_on(Kind::Pty, move |side| {
            side.token(0);
            while let Some(said) = side.hear() {
                if said == Said::Hello {
                    side.say(&BoardMessage::Hello(BoardHello { model, ..HELLO }));
                }
            }
        })
    };
    let other = ModelInfo {
        dim: 1,
        hidden_dim: 1,
        layers: 1,
        heads: 1,
        kv_heads: 1,
        vocab: 2,
        context: 3,
        bits: Bits::F32,
        crc: 4,
        weight_bytes: 5,
        kv_bytes: 6,
    };
    expect!(greets(Some(other)), BoardError::Restarted);
    expect!(greets(HELLO.model), BoardError::AgentSilent { .. });
    // Between two runs.
    let board = polite_until_run(|side| {
        side.token(0);
        side.done(1, 1, 9);
        side.polite();
    });
    let result = converse(Kind::Pty, board, |mut driver| {
        run(&mut driver, &request(2, 4)).unwrap();
        run(&mut driver, &request(2, 4))
    });
    expect!(result.unwrap(), Err(BoardError::Restarted));
}

#[test]
fn a_board_that_confirms_what_was_never_sent_is_a_liar() {
    for received in [257, 4097, u32::MAX] {
        let board = move |pipe| {
            let mut side = Side::new(pipe);
            side.polite();
            side.say(&BoardMessage::Ack { received: 0 });
            side.hear();
            side.say(&BoardMessage::Ack { received });
            side.wait();
        };
        let result = converse(Kind::Pty, board, |mut driver| load(&mut driver, &model(100)));
        expect!(result.unwrap(), Err(BoardError::Misbehaved { .. }));
    }
}

#[test]
fn a_flood_of_doubled_answers_neither_blocks_a_load_nor_multiplies_it() {
    let board = |pipe| {
        let mut side = Side::new(pipe);
        side.polite();
        side.say(&BoardMessage::Ack { received: 0 });
        let (mut pieces, mut first) = (0, true);
        while let Some(said) = side.hear() {
            match said {
                Said::Chunk(..) => pieces += 1,
                _ => assert!(matches!(said, Said::Hello | Said::Load), "{said:?}"),
            }
            for _ in 0..if first { 500 } else { 0 } {
                side.say(&BoardMessage::Ack { received: 0 });
            }
            first = false;
        }
        // A window of 16 pieces: once, once again for the doubles, and once for each silence.
        assert!(pieces <= 16 * 7, "{pieces} pieces");
    };
    let result = converse(Kind::Pty, board, |mut driver| load(&mut driver, &model(100_000)));
    expect!(result.unwrap(), Err(BoardError::AgentSilent { .. }));
}

#[test]
fn a_body_that_cannot_be_read_is_misbehaviour() {
    let error = run_on(Kind::Pty, |side| {
        let mut plain = vec![1, 0x86, 9, 1, 0xff];
        plain.extend(crc32fast::hash(&plain).to_le_bytes());
        let mut frame = vec![0, plain.len() as u8 + 1];
        assert!(!plain.contains(&0));
        frame.extend(plain);
        frame.push(0);
        side.raw(&frame);
    });
    expect!(error, BoardError::Misbehaved { .. });
}
