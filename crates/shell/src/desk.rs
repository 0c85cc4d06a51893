//! One program's desk: its engine and its seat at the store, the line to the page that is open, and what a person
//! gave it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use engine::settings::Settings;
use engine::{Engine, Options};
use protocol::desktop::Told;
use protocol::{Code, Event, Failure, SettingView};

use crate::line::{Channel, Line};
use crate::load;
use crate::news::{self, Going, News};
use crate::places::{self, Places, unwritten};
use crate::seat::Seat;

/// Names the program that plays this computer's board and reads documents, where it is not beside this one.
const PROGRAM: &str = "BENCHVISE_PROGRAM";
/// How long runs and jobs have to end when the window is closed.
const GRACE: Duration = Duration::from_secs(3);
/// What may wait for a page that is not open yet.
const WAITING: usize = 64;

/// The desk of a program; clones are the same one.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    seat: Arc<Seat>,
    settings: Vec<SettingView>,
    heard: Arc<dyn Fn(&Event) + Send + Sync>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    line: Option<Line>,
    /// What the page is told once it is there.
    waiting: Vec<Told>,
    places: Places,
}

impl Desk {
    /// Starts the engine with the user's settings. `commit` is what the program was built from; `news` is called
    /// from other threads.
    ///
    /// # Errors
    /// What keeps the engine from starting; there is no thread.
    pub fn start(
        commit: Option<&str>,
        news: impl Fn(News) + Send + Sync + 'static,
    ) -> Result<Desk, Failure> {
        let (file, of) = (Settings::default_file(), |name: &str| std::env::var(name).ok());
        let mut waiting = Vec::new();
        let settings = Settings::resolve(file.as_deref(), &of, &[]).unwrap_or_else(|error| {
            let failure = Failure::new(Code::BadInput, error.to_string());
            let hint =
                "what of the settings can be used is used; put the file right and start again";
            waiting.push(Told::Failed(failure.with_hint(hint)));
            Settings::resolve_what_can_be(file.as_deref(), &of, &[])
        });
        let own = std::env::current_exe().unwrap_or_default();
        let program = program(&own, std::env::var_os(PROGRAM).map(PathBuf::from));
        if !program.exists() {
            let message = format!("the program is not there: {}", program.display());
            let hint = "put benchvise beside this one, or name it with BENCHVISE_PROGRAM; without it this computer \
                        is no board";
            waiting.push(Told::Failed(Failure::new(Code::NotFound, message).with_hint(hint)));
        }
        let (folder, views) = (settings.store_folder(), settings.views());
        let engine = Engine::start(Options {
            worker: program.exists().then(|| program.clone()),
            program: Some(program),
            commit: commit.map(Into::into),
            settings,
            ..Options::default()
        })?;
        let desk = Desk::over(&engine, &folder, views, news).map_err(|error| {
            Failure::new(Code::Internal, format!("no thread could be had ({error})"))
        })?;
        desk.open().waiting = waiting;
        Ok(desk)
    }

    fn over(
        engine: &Engine,
        store: &Path,
        settings: Vec<SettingView>,
        news: impl Fn(News) + Send + Sync + 'static,
    ) -> io::Result<Desk> {
        let going = Mutex::new(Going::default());
        let heard: Arc<dyn Fn(&Event) + Send + Sync> = Arc::new(move |event| {
            let mut going = going.lock().unwrap_or_else(PoisonError::into_inner);
            let told = going.hear(event, Instant::now());
            drop(going);
            told.into_iter().for_each(&news);
        });
        let hears = Arc::clone(&heard);
        news::listen(engine.subscribe(), move |event| hears(event))?;
        let seat = Seat::take(engine, store);
        Ok(Desk(Arc::new(Inner { seat, settings, heard, open: Mutex::default() })))
    }

    /// The settings as they were at the start.
    pub fn settings(&self) -> &[SettingView] {
        &self.0.settings
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A page is there, at the other end of a channel, in the place of the one before.
    ///
    /// # Errors
    /// There is no thread for the line.
    pub fn opened(&self, channel: Channel) -> io::Result<()> {
        let heard = Arc::clone(&self.0.heard);
        let line = Line::open(&self.0.seat, channel, move |event| heard(event))?;
        let mut open = self.open();
        open.waiting.drain(..).for_each(|told| line.tell(&told));
        open.line = Some(line);
        Ok(())
    }

    /// The page asks what these texts say, and has heard so many messages in all.
    pub fn ask(&self, asks: &[String], heard: u64) {
        if let Some(line) = &self.open().line {
            line.hear(asks, heard);
        }
    }

    /// Tells the page of the window around it, now or once it is there.
    pub fn tell(&self, told: Told) {
        let mut open = self.open();
        match &open.line {
            Some(line) => line.tell(&told),
            None if open.waiting.len() < WAITING => open.waiting.push(told),
            None => {}
        }
    }

    /// The first picture of the page was handed to the display.
    pub fn painted(&self) {
        note("first paint");
    }

    /// The page shows what the engine knows. The channel is measured, where the environment asks for it.
    pub fn ready(&self) {
        note("ready");
        if let Some(line) = &self.open().line {
            load::begin(line.wire());
        }
    }

    /// A dialog gave these files and folders to be written.
    pub fn allow(&self, paths: &[PathBuf]) {
        self.open().places.allow(paths);
    }

    /// Writes a text, on a thread of its own, where a dialog gave the place; the page is told how it went.
    pub fn write(&self, path: PathBuf, text: String) {
        if !self.open().places.allowed(&path) {
            let failure = Some(unwritten(&path, "no dialog gave this place"));
            self.tell(Told::Saved { path, failure });
            return;
        }
        let (desk, place) = (self.clone(), path.clone());
        let spawned = thread::Builder::new().name("save".to_owned()).spawn(move || {
            let failure = places::write(&path, &text);
            desk.tell(Told::Saved { path, failure });
        });
        if spawned.is_err() {
            let failure = Some(unwritten(&place, "no thread could be had"));
            self.tell(Told::Saved { path: place, failure });
        }
    }

    /// The program ends: runs of its own stop, what they recorded is kept, and they have a moment to say so in the
    /// store. Who works with this program is told.
    pub fn end(&self) {
        self.open().line = None;
        let engine = &self.0.seat.engine;
        engine.stop_all();
        let asked = Instant::now();
        while engine.goes_on() != (0, 0) && asked.elapsed() < GRACE {
            thread::sleep(Duration::from_millis(20));
        }
        self.0.seat.leave();
    }
}

/// Where the program is: as it is named, else beside this one.
fn program(own: &Path, named: Option<PathBuf>) -> PathBuf {
    let named = named.filter(|path| !path.as_os_str().is_empty());
    named
        .unwrap_or_else(|| own.with_file_name(format!("benchvise{}", std::env::consts::EXE_SUFFIX)))
}

/// Says when something happened, where the environment asks for it as it does of the native window.
fn note(what: &str) {
    if std::env::var_os("BENCHVISE_FRAMES").is_some() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        remark(format_args!("{what} at {:.3} ms", now.as_secs_f64() * 1e3));
    }
}

/// Says something to who started this from a terminal.
pub fn remark(words: std::fmt::Arguments<'_>) {
    // Where nobody listens there is nothing to do about it.
    drop(writeln!(io::stderr(), "{words}"));
}

#[cfg(test)]
mod tests;
