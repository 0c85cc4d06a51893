//! MLPerf Tiny.

use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use board::{
    Bits, BoardError, Driver, MlperfDriver, MlperfOptions, Pty, RunEvent, StopReason, Transport,
};

use super::dut::{Asked, Dut};
use super::{play, port, run};
use crate::behave::GO;
use crate::pipe::PATIENCE;

fn options(inputs: &[&[u8]]) -> MlperfOptions {
    MlperfOptions {
        inputs: inputs.iter().map(|input| input.to_vec()).collect(),
        window: Duration::from_secs(10),
        iterations: 10,
        baud: None,
    }
}

/// Has `talk` speak to the board; gives what the board was asked.
fn with<T>(
    dut: Dut,
    options: MlperfOptions,
    talk: impl FnOnce(MlperfDriver) -> T,
) -> (Result<T, BoardError>, Asked) {
    let (pty, path) = Pty::pair().unwrap();
    let board = play(move || dut.play(pty));
    let talked = MlperfDriver::on_port(&port(&path), options, &PATIENCE).map(talk);
    (talked, board.join().unwrap())
}

#[test]
fn a_window_is_one_by_the_rules_and_its_rate_is_the_boards() {
    let inputs: [&[u8]; 2] = [&[7; 100], &[9; 31]];
    let (talked, asked) = with(Dut::default(), options(&inputs), |mut driver| {
        let info = driver.info();
        assert_eq!((&*info.name, &*info.chip_id), ("Unit 7", "serial-1"));
        assert_eq!(info.runs.as_deref(), Some("kws01 (MLPerf Tiny)"));
        (0..3).map(|_| run(&mut driver, &GO)).collect::<Vec<_>>()
    });
    for told in talked.unwrap() {
        let totals = told.totals.unwrap();
        // 10 s at 1.5 ms, and a tenth more.
        assert_eq!((totals.inferences, totals.tokens), (Some(7334), None));
        assert_eq!(totals.ended - totals.began, 7334 * 1500);
        assert_eq!(totals.reason, StopReason::Count);
        assert!(told.events.contains(&RunEvent::Started { ticks: totals.began }));
    }
    let infers = asked.iter().filter(|command| command.starts_with("infer"));
    assert_eq!(
        infers.collect::<Vec<_>>(),
        ["infer 1 1", "infer 7334 1", "infer 7334 1", "infer 7334 1"]
    );
    // The inputs take turns: 4 and 1 pieces, then 4 again.
    assert_eq!(asked.iter().filter(|command| command.starts_with("db load")).count(), 3);
    let piece = |command: &&String| command.starts_with("db ") && !command.starts_with("db load");
    assert_eq!(asked.iter().filter(piece).count(), 9);
}

#[test]
fn the_banners_own_ready_is_no_answer() {
    let banner = "EEMBC\r\nm-timestamp-mode-performance\r\nm-init-done\r\nm-ready\r\nm-ready\r\n";
    let (talked, _) = with(Dut { banner, ..Dut::default() }, options(&[]), |mut driver| {
        (driver.info().name.clone(), run(&mut driver, &GO).totals.unwrap().inferences)
    });
    assert_eq!(talked.unwrap(), ("Unit 7".to_owned(), Some(7334)));
}

#[test]
fn a_counter_that_wraps_in_a_window_and_between_goes_on() {
    let counter = (1 << 32) - 5_000_000;
    let (talked, _) = with(Dut { counter, ..Dut::default() }, options(&[]), |mut driver| {
        let first = run(&mut driver, &GO).totals.unwrap();
        let clock = driver.clock().unwrap();
        let second = run(&mut driver, &GO).totals.unwrap();
        assert!(clock.ticks_at_zero > i128::from(first.began) - 60_000_000);
        (first.ended - first.began, second.began > first.ended)
    });
    assert_eq!(talked.unwrap(), (7334 * 1500, true));
}

#[test]
fn a_slow_model_gets_ten_inferences_and_one_that_hurries_gets_another_window() {
    let (talked, _) =
        with(Dut { us_each: 4_000_000, ..Dut::default() }, options(&[]), |mut driver| {
            run(&mut driver, &GO).totals.unwrap().inferences
        });
    assert_eq!(talked.unwrap(), Some(10));
    let hurried = Dut { us_each: 1000, hurry: 300, ..Dut::default() };
    let (talked, asked) = with(hurried, options(&[]), |mut driver| run(&mut driver, &GO).totals);
    let totals = talked.unwrap().unwrap_err();
    assert!(matches!(totals, BoardError::Misbehaved { .. }), "{totals}");
    assert_eq!(asked.iter().filter(|command| command.starts_with("infer")).count(), 4);
}

#[test]
fn tokens_of_a_language_model_come_with_their_moments() {
    let dut = Dut { tokens: 3, us_each: 12_000_000, ..Dut::default() };
    let (talked, _) = with(dut, options(&[]), |mut driver| run(&mut driver, &GO));
    let told = talked.unwrap();
    let began = told.totals.as_ref().unwrap().began;
    let tokens: Vec<(u32, u64)> = told
        .events
        .iter()
        .filter_map(|event| match event {
            RunEvent::Token { index, ticks, id: None, phases: None } => {
                Some((*index, ticks - began))
            }
            _ => None,
        })
        .collect();
    assert_eq!(tokens, [(0, 3_000_000), (1, 6_000_000), (2, 9_000_000)]);
    assert_eq!(told.totals.unwrap().tokens, Some(3));
}

#[test]
fn what_goes_wrong_is_said() {
    let error = |dut: Dut| {
        let (talked, _) =
            with(dut, options(&[&[1, 2, 3]]), |mut driver| run(&mut driver, &GO).totals);
        talked.and_then(|totals| totals.map(drop)).unwrap_err()
    };
    let refused = error(Dut { refuses: "db", ..Dut::default() });
    assert!(
        matches!(&refused, BoardError::CommandRefused { command, .. } if command == "db"),
        "{refused}"
    );
    let refused = error(Dut { refuses: "infer", ..Dut::default() });
    assert!(refused.to_string().contains("Unknown command: infer 1 1"), "{refused}");
    let silent = error(Dut { hangs: true, ..Dut::default() });
    assert!(matches!(silent, BoardError::AgentSilent { .. }), "{silent}");
    let lost = error(Dut { loses_lap: true, ..Dut::default() });
    assert!(lost.to_string().contains("two time stamps"), "{lost}");
}

#[test]
fn what_is_no_benchmark_is_told_apart() {
    let (mut pty, path) = Pty::pair().unwrap();
    let chat = play(move || {
        while pty.write(b"boot: hello\r\n").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let error = MlperfDriver::on_port(&port(&path), options(&[]), &PATIENCE).map(drop).unwrap_err();
    assert!(matches!(&error, BoardError::NoMonitor { said } if said.contains("hello")), "{error}");
    drop(chat);
    let (silent, path) = Pty::pair().unwrap();
    let error = MlperfDriver::on_port(&port(&path), options(&[]), &PATIENCE).map(drop).unwrap_err();
    assert!(matches!(error, BoardError::AgentSilent { .. }), "{error}");
    drop(silent);
}

#[test]
fn it_stops_before_a_window_and_takes_no_model() {
    let (talked, asked) = with(Dut::default(), options(&[]), |mut driver| {
        let stop = AtomicBool::new(true);
        assert_eq!(run(&mut driver, &stop).totals.unwrap().reason, StopReason::Stopped);
        driver.load_model(&[1], Bits::F32, &GO, &mut |_| {}).unwrap_err()
    });
    assert!(matches!(talked.unwrap(), BoardError::OwnModel));
    assert!(!asked.iter().any(|command| command.starts_with("infer")));
}

#[test]
fn whatever_a_board_says_the_host_answers_in_time() {
    bolero::check!().with_iterations(8).with_type::<Vec<u8>>().for_each(|noise| {
        let (mut pty, path) = Pty::pair().unwrap();
        let noise = noise.clone();
        let board = play(move || {
            let mut read = [0; 256];
            while pty.read(&mut read, Duration::from_millis(20)).is_ok() {
                if pty
                    .write(&noise)
                    .and_then(|()| pty.write(b"\r\nm-name-dut-[x]\r\nm-ready\r\n"))
                    .is_err()
                {
                    return;
                }
            }
        });
        let patience = board::Patience {
            hello: Duration::from_millis(300),
            silence: Duration::from_millis(200),
            resend: Duration::from_millis(100),
            model: Duration::from_millis(200),
        };
        if let Ok(mut driver) = MlperfDriver::on_port(&port(&path), options(&[]), &patience) {
            drop(run(&mut driver, &GO));
        }
        board.join().unwrap();
    });
}
