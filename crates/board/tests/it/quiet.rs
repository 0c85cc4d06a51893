//! Runs without streams, from the host's side.

use agent::wire::BoardMessage;
use board::{AgentDriver, BoardError, RunEvent, RunRequest, StopReason, Streams};

use crate::behave::{GO, expected, load, model, request, run};
use crate::pipe::{Kind, converse};
use crate::real::quick;
use crate::scripted::{HELLO, Said, Side};

/// A board of ours runs without streams, and says as many tokens as with them.
pub(crate) fn talk_of_quiet_runs(driver: &mut AgentDriver) {
    load(driver, &model(600)).unwrap();
    let quiet = RunRequest { streams: Streams::Off, ..request(3, 40) };
    let mut told = Vec::new();
    let totals = driver.run(&quiet, &GO, &mut |event| told.push(event)).unwrap();
    assert_eq!((totals.reason, totals.tokens), (StopReason::Count, Some(40)));
    assert!(matches!(told[..], [RunEvent::Started { .. }]), "{told:?}");
    // And the next one streams.
    let aloud = request(3, 4);
    assert_eq!(run(driver, &aloud).unwrap(), expected(&aloud));
}

#[test]
fn a_run_without_streams_tells_its_totals_alone() {
    converse(Kind::Pty, quick, |mut driver| talk_of_quiet_runs(&mut driver)).unwrap();
}

#[test]
fn signs_of_life_of_a_run_without_streams_are_no_progress_of_its_prompt() {
    let board = |pipe| {
        let mut side = Side::newer(pipe);
        assert_eq!(side.polite(), Some(Said::RunQuiet));
        for position in [1, 2, 5, 6] {
            side.say(&BoardMessage::Progress { position, ticks: u64::from(position) });
        }
        side.done(5, 0, 9);
        side.wait();
    };
    converse(Kind::Pty, board, |mut driver| {
        let quiet = RunRequest { streams: Streams::Off, ..request(2, 5) };
        let mut told = Vec::new();
        let totals = driver.run(&quiet, &GO, &mut |event| told.push(event)).unwrap();
        assert_eq!(totals.tokens, Some(5));
        let read = |position, ticks| RunEvent::Progress { position, ticks };
        assert_eq!(told, [read(1, 1), read(2, 2)]);
    })
    .unwrap();
}

#[test]
fn an_older_agent_is_not_asked_to_run_without_streams() {
    let board = |pipe| {
        let mut side = Side::new(pipe);
        assert_eq!(side.polite(), None);
    };
    converse(Kind::Pty, board, |mut driver| {
        assert_eq!(driver.info().wire_minor, HELLO.minor);
        let quiet = RunRequest { streams: Streams::Off, ..request(2, 5) };
        let error = driver.run(&quiet, &GO, &mut |_| {}).unwrap_err();
        assert!(matches!(error, BoardError::StreamsOnly), "{error:?}");
    })
    .unwrap();
}

#[test]
fn a_token_in_a_run_without_streams_is_misbehaviour() {
    let board = |pipe| {
        let mut side = Side::newer(pipe);
        assert_eq!(side.polite(), Some(Said::RunQuiet));
        side.token(0);
        side.wait();
    };
    let quiet = RunRequest { streams: Streams::Off, ..request(2, 4) };
    let result = converse(Kind::Pty, board, move |mut driver| driver.run(&quiet, &GO, &mut |_| {}));
    match result.unwrap().unwrap_err() {
        BoardError::Misbehaved { detail } => {
            assert!(detail.contains("without streams"), "{detail}")
        }
        other => panic!("{other:?}"),
    }
}
