//! The engine itself: what it holds, how it starts.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use board::Patience;
use compress::document::isolated::{Isolated, Limits};
use protocol::{Command, Event, Failure, Reply, Severity};
use store::{OpenMode, Store};

use crate::blocks::Blocks;
use crate::connection::Connection;
use crate::crew::Crew;
use crate::dispatch::Asker;
use crate::events::{Events, Hub};
use crate::failure::failure;
use crate::frames::Views;
use crate::going::Going;
use crate::lent::{self, Shelf, Source};
use crate::met::Met;
use crate::order::Order;
use crate::parked::{self, Parking};
use crate::ports::PortWatch;
use crate::results::Results;
use crate::settings::{LiveSettings, Settings};
use crate::signals::Library;
use crate::{dispatch, error::EngineError};

/// How to start an engine.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The program that plays the host board; `None` is the running one.
    pub program: Option<PathBuf>,
    /// The program that reads and compresses documents which could hurt their reader, when it is called
    /// with `document-worker`; `None` has it done in this process.
    pub worker: Option<PathBuf>,
    /// Commit the program was built from, where that is known.
    pub commit: Option<String>,
    /// Settings, resolved.
    pub settings: Settings,
    /// How long to wait for boards.
    pub patience: Patience,
    /// The folder that stands for `/` where udev rules are kept; `None` is `/`. For tests.
    pub root: Option<PathBuf>,
}

/// The engine: cheap to clone, used from any thread.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
    /// In whose name something is begun, where it can be done again by itself.
    pub(crate) order: Option<Arc<Order>>,
}

pub(crate) struct Inner {
    pub(crate) program: PathBuf,
    pub(crate) reader: Option<Arc<Isolated>>,
    pub(crate) results: Results,
    pub(crate) shelf: Shelf,
    pub(crate) blocks: Blocks,
    pub(crate) commit: Option<String>,
    pub(crate) settings: LiveSettings,
    pub(crate) patience: Patience,
    pub(crate) root: PathBuf,
    pub(crate) hub: Hub,
    pub(crate) crew: Crew,
    pub(crate) port_watch: PortWatch,
    pub(crate) views: Arc<Views>,
    pub(crate) signals: Library,
    pub(crate) parking: Parking,
    store: Mutex<Option<Store>>,
    going: Mutex<Going>,
    met: Mutex<Met>,
}

impl Engine {
    /// Starts an engine. The store is opened when something first needs it, so that `compress`
    /// works where there is no place for one.
    pub fn start(options: Options) -> Result<Engine, Failure> {
        Engine::start_with(options, lent::source())
    }

    /// The same with models that read text from elsewhere.
    pub(crate) fn start_with(options: Options, models: Box<dyn Source>) -> Result<Engine, Failure> {
        let program = match options.program {
            Some(program) => program,
            None => std::env::current_exe()
                .map_err(|error| failure(EngineError::Io("this program's own path", error)))?,
        };
        let reader = options.worker.map(|worker| {
            let arguments = vec!["document-worker".to_owned()];
            Arc::new(Isolated::new(worker, arguments, Limits::default()))
        });
        let results = Results::new(
            options.settings.cache_folder().join("results"),
            options.commit.as_deref(),
        );
        Ok(Engine {
            order: None,
            inner: Arc::new(Inner {
                program,
                reader,
                results,
                shelf: Shelf::new(models),
                blocks: Blocks::default(),
                commit: options.commit,
                settings: LiveSettings::new(options.settings),
                patience: options.patience,
                root: options.root.unwrap_or_else(|| "/".into()),
                hub: Hub::default(),
                crew: Crew::default(),
                port_watch: PortWatch::default(),
                views: Arc::default(),
                signals: Library::default(),
                parking: Parking::default(),
                store: Mutex::new(None),
                going: Mutex::new(Going::default()),
                met: Mutex::default(),
            }),
        })
    }

    /// Does what the command says, or begins it.
    /// Views need a [`Connection`].
    pub fn send(&self, command: Command) -> Result<Reply, Failure> {
        dispatch::dispatch(self, Asker::Nobody, command).map_err(failure)
    }

    /// The same for a face that others know by a name, such as `a command line on lab-3`.
    ///
    /// # Errors
    /// What happened and what to do, for people.
    pub fn send_for(&self, face: &str, command: Command) -> Result<Reply, Failure> {
        dispatch::dispatch(self, Asker::Face(face), command).map_err(failure)
    }

    /// A line of a face's own, for views.
    pub fn connect(&self) -> Connection {
        Connection::open(self, None)
    }

    /// The same for a face that others know by a name: who finds a board taken is told by whom.
    pub fn connect_as(&self, face: String) -> Connection {
        Connection::open(self, Some(face))
    }

    /// Everything that happens from now on.
    pub fn subscribe(&self) -> Events {
        self.inner.hub.subscribe()
    }

    /// That jobs end, from now on, and nothing else.
    pub fn subscribe_to_ends(&self) -> Events {
        self.inner.hub.subscribe_to_ends()
    }

    /// How many runs are being recorded and how many jobs work or wait.
    pub fn goes_on(&self) -> (usize, usize) {
        let going = self.going();
        (going.runs.len(), going.jobs.len())
    }

    /// Nothing goes on, and everybody was told of the end of what did.
    pub fn is_idle(&self) -> bool {
        let going = self.going();
        going.runs.is_empty() && going.jobs.is_empty() && going.telling == 0
    }

    /// Begins what a host on this store put off when it ended, each piece labelled, and from now on has
    /// [`Engine::stop_all`] put off what can be done again by itself. For the one host that holds the store.
    /// `say` is told what a person should know, also later and from another thread.
    ///
    /// # Errors
    /// What was put off can neither be read nor set aside: it stays, and nothing is put off in its place. Or there is
    /// no thread.
    pub fn take_up(&self, say: impl Fn(&str) + Send + 'static) -> std::io::Result<()> {
        parked::take_up(self, say)
    }

    /// The same engine in the name of an order.
    pub(crate) fn ordered(&self, order: Arc<Order>) -> Engine {
        Engine { inner: Arc::clone(&self.inner), order: Some(order) }
    }

    /// Takes something off the lists of what goes on, and tells of its end.
    pub(crate) fn tell_end(&self, event: Event, take: impl FnOnce(&mut Going)) {
        {
            let mut going = self.going();
            take(&mut going);
            going.telling += 1;
        }
        self.tell(event);
        self.going().telling -= 1;
    }

    /// Asks everything that goes on to end soon; what runs recorded is kept.
    pub fn stop_all(&self) {
        parked::park(self);
        let jobs: Vec<_> = {
            let going = self.going();
            going.runs.values().for_each(crate::going::Stoppable::stop);
            going.jobs.keys().copied().collect()
        };
        for job in jobs {
            // It may have ended by itself a moment ago.
            drop(crate::jobs::cancel(self, job));
        }
    }

    /// The settings as they are now.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.inner.settings.now()
    }

    pub(crate) fn tell(&self, event: Event) {
        self.inner.hub.tell(event);
    }

    /// Tells of something that a person should know, and that stops nothing.
    pub(crate) fn warn(&self, text: String) {
        self.tell(Event::Notice { severity: Severity::Warning, text, hint: None });
    }

    /// The store, opened on first use: for writing, else for reading.
    pub(crate) fn store(&self) -> Result<Store, EngineError> {
        let mut held = self.inner.store.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = &*held {
            return Ok(store.clone());
        }
        let folder = self.settings().store_folder();
        let store = match Store::open(&folder, OpenMode::ReadWrite) {
            Err(store::StoreError::ReadOnly { .. }) => Store::open(&folder, OpenMode::ReadOnly)?,
            other => other?,
        };
        *held = Some(store.clone());
        Ok(store)
    }

    /// Closes the store, for a restore; the next use opens it again.
    pub(crate) fn release_store(&self) {
        *self.inner.store.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.inner.signals.forget();
    }

    pub(crate) fn going(&self) -> MutexGuard<'_, Going> {
        self.inner.going.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn met(&self) -> MutexGuard<'_, Met> {
        self.inner.met.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
