//! What the window stands on: the engine, and the line to the page that is open.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use engine::settings::Settings;
use engine::{Engine, Options};
use protocol::desktop::Told;
use protocol::{Code, Failure, SettingView};

use crate::line::Line;

/// Names the program that plays this computer's board and reads documents, where it is not beside this one.
const PROGRAM: &str = "BENCHVISE_PROGRAM";
/// How long runs and jobs have to end when the window is closed.
const GRACE: Duration = Duration::from_secs(3);
/// What may wait for a page that is not open yet.
const WAITING: usize = 64;

pub(crate) struct Desk {
    pub(crate) engine: Engine,
    /// The settings as they were at the start.
    pub(crate) settings: Vec<SettingView>,
    open: Mutex<Open>,
}

#[derive(Default)]
pub(crate) struct Open {
    line: Option<Line>,
    /// What the page is told once it is there.
    waiting: Vec<Told>,
    /// Files and folders that a dialog gave to be written.
    pub(crate) writable: BTreeSet<PathBuf>,
}

impl Desk {
    /// Starts the engine with the user's settings.
    pub(crate) fn start() -> Result<Desk, Failure> {
        let (file, of) = (Settings::default_file(), |name: &str| std::env::var(name).ok());
        let mut open = Open::default();
        let settings = Settings::resolve(file.as_deref(), &of, &[]).unwrap_or_else(|error| {
            let failure = Failure::new(Code::BadInput, error.to_string());
            let hint =
                "what of the settings can be used is used; put the file right and start again";
            open.waiting.push(Told::Failed(failure.with_hint(hint)));
            Settings::resolve_what_can_be(file.as_deref(), &of, &[])
        });
        let own = std::env::current_exe().unwrap_or_default();
        let program = program(&own, std::env::var_os(PROGRAM).map(PathBuf::from));
        if !program.exists() {
            let message = format!("the program is not there: {}", program.display());
            let hint = "put benchvise beside this one, or name it with BENCHVISE_PROGRAM; without it this computer \
                        is no board";
            open.waiting.push(Told::Failed(Failure::new(Code::NotFound, message).with_hint(hint)));
        }
        let views = settings.views();
        let engine = Engine::start(Options {
            worker: program.exists().then(|| program.clone()),
            program: Some(program),
            commit: option_env!("BENCHVISE_COMMIT").map(Into::into),
            settings,
            ..Options::default()
        })?;
        Ok(Desk { engine, settings: views, open: Mutex::new(open) })
    }

    pub(crate) fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A page is there, in the place of the one before.
    pub(crate) fn opened(&self, line: Line) {
        let mut open = self.open();
        open.waiting.drain(..).for_each(|told| line.tell(&told));
        open.line = Some(line);
    }

    /// Tells the page of the window around it, now or once it is there.
    pub(crate) fn tell(&self, told: Told) {
        let mut open = self.open();
        match &open.line {
            Some(line) => line.tell(&told),
            None if open.waiting.len() < WAITING => open.waiting.push(told),
            None => {}
        }
    }

    /// Does something with the line, where there is one.
    pub(crate) fn with(&self, what: impl FnOnce(&Line)) {
        if let Some(line) = &self.open().line {
            what(line);
        }
    }

    /// The program ends: runs stop, what they recorded is kept, and they have a moment to say so in the store.
    pub(crate) fn end(&self) {
        self.open().line = None;
        self.engine.stop_all();
        let asked = Instant::now();
        while self.engine.goes_on() != (0, 0) && asked.elapsed() < GRACE {
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Where the program is: as it is named, else beside this one.
fn program(own: &Path, named: Option<PathBuf>) -> PathBuf {
    let named = named.filter(|path| !path.as_os_str().is_empty());
    named
        .unwrap_or_else(|| own.with_file_name(format!("benchvise{}", std::env::consts::EXE_SUFFIX)))
}

/// Says something to who started this from a terminal.
pub(crate) fn remark(words: std::fmt::Arguments<'_>) {
    // Where nobody listens there is nothing to do about it.
    drop(writeln!(io::stderr(), "{words}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_beside_this_one_unless_it_is_named() {
        let own = Path::new("/usr/bin/benchvise-desktop");
        let beside =
            Path::new("/usr/bin").join(format!("benchvise{}", std::env::consts::EXE_SUFFIX));
        assert_eq!(program(own, None), beside);
        assert_eq!(program(own, Some("".into())), beside);
        assert_eq!(program(own, Some("/opt/b".into())), Path::new("/opt/b"));
    }
}
