//! A board that goes away in the middle of a run is waited for: the same board, on whatever port it
//! comes back. What it was doing then is done again, from the loading of its model on.
//!
//! One of our agents that only falls silent is treated the same: its port is opened anew, and it is
//! asked who it is until it answers. For how long a silence is one, its driver says by its own pace.
//!
//! Only a board on a port comes back. This computer's board and emulated ones are processes: one that
//! died had a fault that a second start would hide, so it ends the run as it always did. The same goes
//! for a driver that is a program of its own.

mod search;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use board::{Bits, BoardError, CHECKING_THE_MODEL};
use protocol::{DriverSpec, Event, Severity};

use crate::Engine;
use crate::error::EngineError;
use crate::find_board::Place;
use crate::model::LoadedModel;
use crate::profile::{load, wire_bits};
use crate::recording::Recording;
use crate::session::Session;
use crate::shared_port::explained;
use search::Search;

/// Between two looks at the ports.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// A board that goes away so often within one thing that it does has a fault of its own.
const TIMES: u32 = 3;

/// How a run waits for its board.
pub(crate) struct Comeback<'a> {
    pub(crate) engine: &'a Engine,
    /// What the board runs, and how.
    pub(crate) model: Option<(&'a LoadedModel, protocol::Bits)>,
    pub(crate) stop: &'a AtomicBool,
}

/// A board that came back.
#[derive(Clone, Debug)]
pub(crate) struct Absence {
    /// What was said of its going away.
    pub(crate) why: String,
    pub(crate) lasted: Duration,
}

impl Comeback<'_> {
    /// Does `once`; where the board goes away meanwhile and comes back in time, again. `recordings`
    /// are all that this board is recorded for, and the first of them says how it goes.
    ///
    /// # Errors
    /// What `once` failed with; that the board stayed away; or that somebody stopped it meanwhile.
    pub(crate) fn over<T>(
        &self,
        session: &mut Session,
        recordings: &mut [&mut Recording],
        mut once: impl FnMut(&mut Session, &mut [&mut Recording]) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let mut times = 0;
        let mut outcome = once(session, recordings);
        loop {
            let gone = match outcome.map_err(|error| explained(&session.place(), error)) {
                Err(gone) if may_return(session, &gone) && times < TIMES => gone,
                outcome => return outcome,
            };
            times += 1;
            let limit = self.engine.settings().board_wait();
            if limit.is_zero() {
                return Err(gone);
            }
            let absence = self.wait(session, recordings, &gone, limit)?;
            for recording in &mut *recordings {
                recording.resume(&absence)?;
            }
            outcome = self.load(session, recordings).and_then(|()| once(session, recordings));
        }
    }

    fn load(
        &self,
        session: &mut Session,
        recordings: &mut [&mut Recording],
    ) -> Result<(), EngineError> {
        match (self.model, recordings.first_mut()) {
            (Some((model, bits)), Some(first)) => load(first, session, model, bits, self.stop),
            _ => Ok(()),
        }
    }

    fn wait(
        &self,
        session: &mut Session,
        recordings: &mut [&mut Recording],
        gone: &EngineError,
        limit: Duration,
    ) -> Result<Absence, EngineError> {
        let since = Instant::now();
        let mut search = Search::begin(session.place(), session.spoken().is_agent());
        session.close();
        let sentence = gone.to_string();
        let (why, remedy) = sentence.split_once("; ").unwrap_or((&sentence, "start again"));
        let lost = if is_silent(gone) { "silent" } else { "gone" };
        self.tell(Severity::Warning, format!("{why}; the run waits {} s for it", limit.as_secs()));
        let carried = self.model.map(|(model, bits)| (model.bytes.as_slice(), wire_bits(bits)));
        let (mut trouble, mut told) = (None, None);
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(EngineError::Cancelled);
            }
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(stayed_away((why, remedy), lost, limit, trouble.as_ref()));
            }
            let secs = left.as_secs_f64().ceil() as u64;
            if told.replace(secs) != Some(secs) {
                let doing = format!("the board is {lost}; waiting for it, {secs} s more");
                for recording in &*recordings {
                    recording.progress(&doing, 0, None);
                }
            }
            if let Some(place) = search.look() {
                match self.reopen(session, place.clone(), carried) {
                    Ok(()) => break,
                    Err(error) => {
                        search.refused(&place, &error);
                        trouble = Some(error);
                    }
                }
            }
            thread::sleep(LOOK_EVERY.min(left));
        }
        let lasted = since.elapsed();
        let secs = lasted.as_secs_f64();
        let words = format!("the board is back after {secs:.1} s; what it was doing is done again");
        self.tell(Severity::Info, words);
        Ok(Absence { why: why.to_owned(), lasted })
    }

    fn reopen(
        &self,
        session: &mut Session,
        place: Place,
        carried: Option<(&[u8], Bits)>,
    ) -> Result<(), EngineError> {
        let result = session.reopen(self.engine, place, carried);
        if let Err(error) = &result {
            tracing::debug!(%error, "the board is not back yet");
        }
        result
    }

    fn tell(&self, severity: Severity, text: String) {
        let (text, hint) = match text.split_once("; ") {
            Some((text, hint)) => (text.to_owned(), Some(hint.to_owned())),
            None => (text, None),
        };
        self.engine.tell(Event::Notice { severity, text, hint });
    }
}

/// Whether what happened is that a board went away that can come back.
fn may_return(session: &Session, error: &EngineError) -> bool {
    let gone = matches!(
        error,
        EngineError::Board(
            BoardError::Unplugged { .. } | BoardError::Gone { .. } | BoardError::Restarted
        )
    );
    // Other drivers' silences have reasons of their own: a pattern that meets no line.
    let silent = is_silent(error) && session.spoken().is_agent();
    let on_port = matches!(session.place(), Place::Port { .. });
    (gone || silent) && on_port && !matches!(session.spoken(), DriverSpec::Process { .. })
}

/// A board that checks a model says nothing for a long time, and would again.
fn is_silent(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::Board(BoardError::AgentSilent { doing, .. }) if *doing != CHECKING_THE_MODEL
    )
}

fn stayed_away(
    (why, remedy): (&str, &str),
    lost: &str,
    limit: Duration,
    trouble: Option<&EngineError>,
) -> EngineError {
    let trouble = trouble.map(|error| format!(" ({error})")).unwrap_or_default();
    let secs = limit.as_secs();
    let back = if lost == "silent" { "not heard again" } else { "not back" };
    EngineError::StayedAway(format!("{why} and {back} within {secs} s{trouble}; {remedy}"))
}
