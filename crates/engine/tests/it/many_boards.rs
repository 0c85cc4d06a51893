//! Several boards recorded at once, each as fast as it can: nothing is lost, and nothing of one is
//! taken for another's. What it costs is measured by the example of the same name.

use std::collections::BTreeSet;
use std::time::Duration;

use board::Pty;
use engine::settings::Settings;
use engine::{Engine, Next, Options};
use protocol::{Command, Event, Reply, RunSpec, RunStatus};

use crate::boards::spec;
use crate::played::{PLAIN, play_until};

const BOARDS: u32 = 6;
const REPETITIONS: u32 = 3;

/// Each board's runs have a length of their own.
fn tokens(board: u32) -> u32 {
    800 + 50 * board
}

#[test]
fn boards_recorded_at_once_lose_nothing_and_keep_apart() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store").display().to_string();
    let settings = Settings::resolve(None, &|_| None, &[("store", store)]).unwrap();
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    let events = engine.subscribe();
    let (mut players, mut runs) = (Vec::new(), Vec::new());
    for board in 0..BOARDS {
        let (pty, path) = Pty::pair().unwrap();
        let play = move || play_until(Box::new(pty), PLAIN, u32::MAX);
        players.push(std::thread::Builder::new().name("player".into()).spawn(play).unwrap());
        let spec = RunSpec { tokens: tokens(board), repetitions: REPETITIONS, ..spec(&path) };
        match engine.send(Command::StartRun { spec }).unwrap() {
            Reply::RunStarted { run } => runs.push(run),
            other => panic!("{other:?}"),
        }
    }
    let mut left: BTreeSet<_> = runs.iter().cloned().collect();
    while !left.is_empty() {
        match events.next(Duration::from_secs(60)) {
            Next::Event(Event::RunFinished { run, status, failure }) => {
                assert_eq!((status, failure), (RunStatus::Complete, None));
                left.remove(&run);
            }
            Next::Event(_) => {}
            // What was told of the tokens may be thrown away; what is kept of them may not.
            Next::Behind(_) => {
                let going = |run: &protocol::RunId| {
                    let Reply::Run(run) =
                        engine.send(Command::ShowRun { selector: run.0.clone() }).unwrap()
                    else {
                        panic!("no run");
                    };
                    run.summary.status == RunStatus::Recording
                };
                left.retain(going);
            }
            Next::Quiet => panic!("a run hangs: {left:?}"),
        }
    }
    for (board, run) in (0..BOARDS).zip(runs) {
        let Reply::Run(run) = engine.send(Command::ShowRun { selector: run.0 }).unwrap() else {
            panic!("no run");
        };
        let kept: Vec<usize> = run.repetitions.iter().map(|one| one.tokens.len()).collect();
        assert_eq!(kept, [tokens(board) as usize; REPETITIONS as usize], "board {board}");
        assert_eq!(run.fingerprint["wire.lost_frames"], "0");
    }
    drop(engine);
    for player in players {
        player.join().unwrap();
    }
}
