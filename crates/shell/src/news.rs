//! What of an engine's events concerns the window's frame: a setting that it wears, a long run that has ended.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use std::{io, thread};

use engine::{Events, Next};
use protocol::{Event, RunId, RunStatus, SettingView};

/// A run that took less is waited for in front of the screen.
const LONG: Duration = Duration::from_secs(20);
/// How long the thread sleeps before it looks again.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What a window's frame is told.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// The settings are these now.
    Settings(Vec<SettingView>),
    /// A long run has ended, and how: for who does not look at the window.
    Ended(String),
}

/// The runs that go on, and since when.
#[derive(Debug, Default)]
pub(crate) struct Going {
    began: BTreeMap<RunId, Instant>,
}

impl Going {
    /// What there is to tell of an event that came at `now`.
    pub(crate) fn hear(&mut self, event: &Event, now: Instant) -> Option<News> {
        match event {
            Event::SettingsChanged(settings) => Some(News::Settings(settings.clone())),
            Event::RunStarted(going) => {
                self.began.insert(going.summary.run.clone(), now);
                None
            }
            Event::RunFinished { run, status, failure } => {
                let took = now.saturating_duration_since(self.began.remove(run)?);
                let how = match (status, failure) {
                    (RunStatus::Complete, _) => "is complete".to_owned(),
                    (_, Some(failure)) => format!("ended: {}", failure.message),
                    (_, None) => "was stopped".to_owned(),
                };
                let minutes = took.as_secs() / 60;
                let seconds = took.as_secs() % 60;
                let said = || format!("It {how}, after {minutes}:{seconds:02} minutes");
                (took >= LONG).then(|| News::Ended(said()))
            }
            _ => None,
        }
    }
}

/// Listens to an engine as long as the program runs.
pub(crate) fn listen(events: Events, heard: impl Fn(&Event) + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name("news".to_owned()).spawn(move || {
        loop {
            if let Next::Event(event) = events.next(LOOK_EVERY) {
                heard(&event);
            }
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use protocol::{Code, Failure, GoingRun, RunKind, RunSummary};

    use super::*;

    fn summary(run: RunId) -> RunSummary {
        RunSummary {
            run,
            kind: RunKind::Profile,
            status: RunStatus::Recording,
            reason: None,
            created_ms: 0,
            finished_ms: None,
            board: "host".into(),
            board_identity: String::new(),
            model: "m".into(),
            bits: None,
            synthetic: true,
            emulated: false,
            note: None,
            tags: BTreeMap::new(),
            deleted_ms: None,
            headline: BTreeMap::new(),
        }
    }

    fn told(seconds: u64, status: RunStatus, failure: Option<Failure>) -> Option<String> {
        let (mut news, began) = (Going::default(), Instant::now());
        let run = RunId::from("r");
        let going = GoingRun {
            summary: summary(run.clone()),
            doing: String::new(),
            repetitions_done: 0,
            repetitions: 1,
        };
        assert_eq!(news.hear(&Event::RunStarted(Box::new(going)), began), None);
        let finished = Event::RunFinished { run, status, failure };
        let end = began + Duration::from_secs(seconds);
        let told = news.hear(&finished, end);
        assert_eq!(news.hear(&finished, end), None, "once");
        match told? {
            News::Ended(words) => Some(words),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_long_run_is_told_with_how_it_ended_and_a_short_one_is_not() {
        assert_eq!(told(19, RunStatus::Complete, None), None);
        let complete = told(20, RunStatus::Complete, None);
        assert_eq!(complete.as_deref(), Some("It is complete, after 0:20 minutes"));
        let stopped = told(125, RunStatus::Aborted, None);
        assert_eq!(stopped.as_deref(), Some("It was stopped, after 2:05 minutes"));
        let failure = Failure::new(Code::Board, "the board is gone");
        let failed = told(60, RunStatus::Aborted, Some(failure));
        assert_eq!(failed.as_deref(), Some("It ended: the board is gone, after 1:00 minutes"));
    }
}
