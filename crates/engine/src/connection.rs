//! A face's line to the engine: commands in, events and frames of its own views out.

use std::sync::Arc;
use std::time::Duration;

use protocol::{Command, Event, Failure, Reply};

use crate::Engine;
use crate::dispatch::{Asker, dispatch};
use crate::events::{Events, Next};
use crate::failure::failure;
use crate::frames::ConnectionId;

/// One face's line. Its views are its own; dropping it closes them.
///
/// ```no_run
/// use std::time::Duration;
///
/// use engine::{Engine, Next, Options};
/// use protocol::{Command, Event, RunId, ViewId, ViewSpec, ViewWindow};
///
/// let engine = Engine::start(Options::default())?;
/// let connection = engine.connect();
/// let spec = ViewSpec {
///     run: RunId::from("01k9"),
///     signals: vec![],
///     window: ViewWindow::Whole,
///     width_px: 800,
/// };
/// connection.send(Command::OpenView { view: ViewId(1), spec })?;
/// if let Next::Event(Event::ViewFrame(frame)) = connection.next(Duration::from_secs(1)) {
///     connection.send(Command::AckView { view: frame.view, seq: frame.seq })?;
/// }
/// # Ok::<(), protocol::Failure>(())
/// ```
pub struct Connection {
    engine: Engine,
    id: ConnectionId,
    events: Events,
    /// What others call it.
    pub(crate) face: Option<String>,
}

impl Connection {
    pub(crate) fn open(engine: &Engine, face: Option<String>) -> Connection {
        let id = engine.inner.views.connect();
        Connection { engine: engine.clone(), id, events: engine.subscribe(), face }
    }

    /// Does what the command says, or begins it.
    ///
    /// # Errors
    /// What happened and what to do, for people.
    pub fn send(&self, command: Command) -> Result<Reply, Failure> {
        dispatch(&self.engine, Asker::Connection(self), command).map_err(failure)
    }

    /// What happens next: an event, or a frame of one of this connection's views; waits for at
    /// most `timeout`.
    pub fn next(&self, timeout: Duration) -> Next {
        self.events.next(timeout)
    }

    /// The same for who only looks at it: no copy is made of what others have too.
    pub fn next_shared(&self, timeout: Duration) -> Next<Arc<Event>> {
        self.events.next_shared(timeout)
    }

    /// From now on `wake` is called, from any thread, when something has come in; [`Connection::next`]
    /// with no time to wait takes it.
    pub fn wake_by(&self, wake: impl Fn() + Send + Sync + 'static) {
        self.events.wake_by(wake);
    }

    pub(crate) fn id(&self) -> ConnectionId {
        self.id
    }

    pub(crate) fn events(&self) -> &Events {
        &self.events
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.engine.inner.views.disconnect(self.id);
    }
}
