//! Every fault of a line with every way to speak over it. Whatever happens, a run ends in time, with
//! all there is or with an error that has a name, and what was sent is what was heard and what is
//! known to be missing.
//!
//! What a fault does in particular stands in `behave`, `lossy` and `misbehave`; bytes of any kind in
//! `fuzz`.

pub(crate) mod line;
pub(crate) mod meters;
pub(crate) mod players;

use std::fmt::Debug;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use board::BoardError;

use line::{BREAK, FAULTS, Fault};
use players::{Outcome, TOKENS};

/// Longer than any run of these may take, on a busy machine.
const HANGS: Duration = Duration::from_secs(60);

/// What must come of a run.
enum Expect {
    /// All of it.
    Whole,
    /// All but what the driver knows it missed.
    Holes,
    /// An error, which is one of these.
    Fails(fn(&BoardError) -> bool),
    /// Either: what is lost may be what the run ends with.
    HolesOrFails(fn(&BoardError) -> bool),
}

use Expect::{Fails, Holes, HolesOrFails, Whole};

macro_rules! is {
    ($($pattern:ident)|+) => {
        |error: &BoardError| matches!(error, $(BoardError::$pattern { .. })|+)
    };
}

/// Runs each fault, and looks at what came of it.
fn each(play: fn(Fault) -> Result<Outcome, &'static str>, expect: fn(Fault) -> Expect) {
    cells(play, |fault, outcome| check(fault, outcome, &expect(fault)));
}

/// Runs each fault on a thread of its own, so that a hang is seen. Where there is no such fault, why not
/// is printed.
fn cells<T: Debug + Send + 'static>(
    play: impl Fn(Fault) -> Result<T, &'static str> + Copy + Send + 'static,
    look: impl Fn(Fault, &T),
) {
    let mut cells = Vec::new();
    for fault in FAULTS {
        let (say, hear) = sync_channel(1);
        let cell = std::thread::Builder::new().name(format!("{fault:?}"));
        let cell = cell.spawn(move || say.send(play(fault)).unwrap()).unwrap();
        cells.push((fault, hear, cell));
    }
    for (fault, hear, cell) in cells {
        let outcome = hear.recv_timeout(HANGS);
        let outcome = outcome.unwrap_or_else(|_| panic!("{fault:?}: it hangs, or has panicked"));
        cell.join().unwrap();
        match outcome {
            Ok(outcome) => {
                println!("{fault:?}: {outcome:?}");
                look(fault, &outcome);
            }
            Err(why) => println!("{fault:?}: not applicable: {why}"),
        }
    }
}

#[track_caller]
fn check(fault: Fault, outcome: &Outcome, expect: &Expect) {
    let heard = outcome.heard.len() as u64;
    assert!(outcome.heard.is_sorted_by(|a, b| a < b), "{fault:?}: {outcome:?}");
    if let Some(error) = &outcome.error {
        // Somebody can read it, and do something.
        assert!(error.to_string().len() > 20, "{fault:?}: {error}");
    }
    match (expect, &outcome.error) {
        (Whole, None) => {
            let all = outcome.said.is_none_or(|said| u64::from(said) == heard);
            assert!(all && outcome.lost.unwrap_or(0) == 0, "{fault:?}: {outcome:?}");
        }
        (Holes | HolesOrFails(_), None) => {
            let said = outcome.said.map_or(heard, u64::from);
            assert!(said > heard, "{fault:?}: {outcome:?}");
        }
        (Fails(is) | HolesOrFails(is), Some(error)) => assert!(is(error), "{fault:?}: {error:?}"),
        _ => panic!("{fault:?}: {outcome:?}"),
    }
}

#[test]
fn the_agents_wire() {
    let play = |fault| {
        let outcome = players::agent(fault);
        // Its frames are numbered: the account is exact, whatever became of the run. What is behind
        // the last frame that was heard nobody can know.
        let heard = outcome.heard.len() as u64;
        let counted = !matches!(fault, Fault::WrongBaud | Fault::Unplug | Fault::BrownOut);
        if counted && outcome.error.is_none() {
            // Lost frames are tokens, or batches of samples of one or more.
            let (mut kept, mut lost) = (0, 0);
            for series in &outcome.series {
                let taken = series.taken.expect("it says how many it took");
                kept += series.heard;
                lost += taken - series.heard;
                assert!(series.heard > 0 && series.lost <= taken - series.heard, "{outcome:?}");
            }
            assert_eq!(kept + lost, outcome.sampled, "{fault:?}: {outcome:?}");
            let tokens = u64::from(outcome.sent) - heard;
            let frames = outcome.lost.expect("its frames are numbered");
            assert!(tokens <= frames && frames <= tokens + lost, "{fault:?}: {outcome:?}");
            let whole = !matches!(fault, Fault::Halves | Fault::Stolen);
            assert_eq!(whole, lost + frames == 0, "{fault:?}: {outcome:?}");
        }
        if matches!(fault, Fault::Unplug | Fault::BrownOut) {
            assert!(heard <= u64::from(BREAK), "{fault:?}: {outcome:?}");
        }
        Ok(outcome)
    };
    each(play, |fault| match fault {
        Fault::None | Fault::Garbage | Fault::Doubled | Fault::SlowBoard | Fault::SlowHost => Whole,
        Fault::Halves | Fault::Stolen => Holes,
        Fault::Unplug => Fails(is!(Unplugged)),
        Fault::BrownOut | Fault::ClockWrap => Fails(is!(Restarted)),
        // The second Run is refused, as is the second piece of anything that is over.
        Fault::DoubledAsks => Fails(is!(Refused)),
        Fault::WrongBaud => Fails(is!(Garbage | NoAgent | OtherFirmware)),
    });
}

/// Its lines have no numbers and no checksum: what is lost of an answer is an error of the run. Tokens
/// have numbers, so one that is lost between two others is a hole; of the last one nobody knows.
#[test]
fn the_benchmarks_monitor() {
    let play = |fault| {
        let outcome = players::mlperf(fault);
        if outcome.error.is_none() {
            let made = outcome.said.map(u64::from);
            let heard = outcome.heard.len() as u64;
            assert_eq!(outcome.lost.map(|lost| heard + lost), made, "{fault:?}: {outcome:?}");
        }
        Ok(outcome)
    };
    each(play, |fault| match fault {
        Fault::None | Fault::Garbage | Fault::SlowBoard | Fault::SlowHost | Fault::ClockWrap => {
            Whole
        }
        Fault::Unplug => Fails(is!(Unplugged)),
        Fault::Halves | Fault::Stolen => HolesOrFails(is!(Misbehaved | AgentSilent)),
        Fault::Doubled | Fault::DoubledAsks => Fails(is!(Misbehaved)),
        Fault::BrownOut => Fails(is!(Restarted)),
        Fault::WrongBaud => Fails(is!(Garbage | NoMonitor | AgentSilent)),
    });
}

/// It takes the first line that meets its pattern; a line that is half another is none of a pattern's
/// that says what stands around the number.
#[test]
fn a_program_that_prints() {
    let play = |fault| {
        let outcome = players::log(fault);
        if outcome.error.is_none() {
            assert_eq!(outcome.values, [19.125], "{fault:?}");
        }
        // Nobody counts its lines.
        assert_eq!(outcome.lost, None, "{fault:?}");
        Ok(outcome)
    };
    each(play, |fault| match fault {
        Fault::Unplug => Fails(is!(Unplugged)),
        Fault::WrongBaud => Fails(is!(Garbage | PatternUnmet | AgentSilent)),
        _ => Whole,
    });
}

#[test]
fn a_driver_of_ones_own() {
    each(players::process, |fault| match fault {
        Fault::Unplug => Fails(is!(DriverEnded)),
        Fault::BrownOut => Fails(is!(DriverSilent)),
        Fault::Garbage | Fault::Halves | Fault::Doubled => Fails(is!(DriverMisbehaved)),
        _ => Whole,
    });
}

#[test]
fn a_board_that_is_plugged_in_again_runs_as_if_nothing_had_been() {
    let twice: [fn() -> [Outcome; 2]; 3] = [
        || [Fault::Unplug, Fault::None].map(players::agent),
        || [Fault::Unplug, Fault::None].map(players::mlperf),
        || [Fault::Unplug, Fault::None].map(players::log),
    ];
    for twice in twice {
        let [gone, back] = twice();
        assert!(matches!(gone.error, Some(BoardError::Unplugged { .. })), "{gone:?}");
        assert!(back.error.is_none(), "{back:?}");
        assert!(back.said.is_none_or(|said| said == TOKENS), "{back:?}");
    }
}
