//! A host as a command line works with it: one thing after the other, and waiting for each.
//!
//! Where the connection is lost it is waited for. What was only a look is asked again; what happened
//! meanwhile is [`Next::Behind`], as where somebody did not listen. So whoever follows a run goes on
//! where it was.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use engine::Next;
use protocol::{Code, Command, Event, Failure, Missed, Reply};
use shell::Host;
use ui::{Incoming, Link, RequestId};

use super::line::Remote;

/// How long a host that was there may be gone before it is given up.
const PATIENCE: Duration = Duration::from_secs(60);
/// Events that may wait while an answer is waited for.
const BEHIND: usize = 4096;
/// How long to sleep before something is looked at again, where nothing comes in.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A host. It is connected to when something is first asked of it.
pub(crate) struct Away {
    host: Host,
    remark: fn(&str),
    face: Mutex<Option<Face>>,
}

impl Away {
    /// Says by `remark` when the connection is lost.
    pub(crate) fn new(host: Host, remark: fn(&str)) -> Away {
        Away { host, remark, face: Mutex::default() }
    }

    /// Where it is.
    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    /// The host's own name, else its address; connects where it is not yet.
    ///
    /// # Errors
    /// Why it cannot be reached.
    pub(crate) fn name(&self) -> Result<String, Failure> {
        self.with(|face| {
            face.until_open()?;
            Ok(face.link.host_name())
        })
    }

    /// Does what the command says, or begins it. Where the connection is lost meanwhile, what may be
    /// asked twice is asked again.
    ///
    /// # Errors
    /// The host's words; why it cannot be reached.
    pub(crate) fn send(&self, command: Command) -> Result<Reply, Failure> {
        self.with(|face| {
            let mut command = command;
            loop {
                face.until_open()?;
                let again = command.can_be_repeated().then(|| command.clone());
                match (face.answer(command), again) {
                    (Err(_), Some(again)) if !face.link.is_open() => command = again,
                    (Err(failure), None) if !face.link.is_open() => return Err(unknown(failure)),
                    (answer, _) => return answer,
                }
            }
        })
    }

    /// Forgets what happened until now: from here on it is listened to.
    ///
    /// # Errors
    /// Why it cannot be reached.
    pub(crate) fn listen(&self) -> Result<(), Failure> {
        self.with(|face| {
            face.until_open()?;
            face.heard.clear();
            Ok(())
        })
    }

    /// What happens next; waits for at most `timeout`.
    ///
    /// # Errors
    /// The host was gone for a minute.
    pub(crate) fn next(&self, timeout: Duration) -> Result<Next, Failure> {
        self.with(|face| {
            let until = Instant::now() + timeout;
            loop {
                face.take(None);
                if let Some(next) = face.heard.pop_front() {
                    return Ok(next);
                }
                face.not_given_up()?;
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Ok(Next::Quiet);
                }
                face.bell.wait(left.min(LOOK_EVERY));
            }
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Face) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut face = self.face.lock().unwrap_or_else(PoisonError::into_inner);
        if face.is_none() {
            *face = Some(Face::connect(self.host.clone(), self.remark)?);
        }
        match &mut *face {
            Some(face) => work(face),
            None => Err(Failure::new(Code::Internal, "the connection to the host was not made")),
        }
    }
}

/// Whether something was done is not known where the answer did not come.
fn unknown(failure: Failure) -> Failure {
    let said =
        "the connection to the host was lost before it answered; it may have begun all the same";
    Failure::new(failure.code, said)
        .with_hint("look there with --remote and `runs` before you ask again")
}

/// Something was missed; what, nobody here knows.
fn missed() -> Next {
    Next::Behind(Missed::default())
}

/// A connection, with what came over it.
struct Face {
    link: Remote,
    bell: Arc<Bell>,
    asked: u64,
    heard: VecDeque<Next>,
    standing: Standing,
    remark: fn(&str),
}

/// How it stands with the host.
enum Standing {
    /// It was not reached yet.
    New,
    Open,
    /// It was there and is not; why, and since when.
    Gone {
        why: Failure,
        since: Instant,
    },
    /// It cannot be reached at all.
    Never(Failure),
}

impl Face {
    fn connect(host: Host, remark: fn(&str)) -> Result<Face, Failure> {
        let bell = Arc::<Bell>::default();
        let wake = Arc::clone(&bell);
        let link = Remote::connect(host, move || wake.ring()).map_err(|error| {
            Failure::new(Code::Internal, format!("there is no thread for the connection ({error})"))
        })?;
        let (heard, standing) = (VecDeque::new(), Standing::New);
        Ok(Face { link, bell, asked: 0, heard, standing, remark })
    }

    /// Waits until the host takes commands.
    fn until_open(&mut self) -> Result<(), Failure> {
        loop {
            self.take(None);
            if matches!(self.standing, Standing::Open) {
                return Ok(());
            }
            self.not_given_up()?;
            self.bell.wait(LOOK_EVERY);
        }
    }

    fn not_given_up(&self) -> Result<(), Failure> {
        match &self.standing {
            Standing::Never(why) => Err(why.clone()),
            Standing::Gone { why, since } if since.elapsed() > PATIENCE => {
                let said = format!(
                    "the host was gone for {} s and is given up: {}",
                    PATIENCE.as_secs(),
                    why.message
                );
                Err(Failure::new(why.code, said).with_hint("what it records goes on there"))
            }
            _ => Ok(()),
        }
    }

    /// Asks, and waits for the answer; what happens meanwhile is kept.
    fn answer(&mut self, command: Command) -> Result<Reply, Failure> {
        self.asked += 1;
        self.link.send(RequestId(self.asked), command);
        loop {
            if let Some(answer) = self.take(Some(self.asked)) {
                // Where the line is gone, that comes right behind.
                self.take(None);
                return answer;
            }
            self.bell.wait(LOOK_EVERY);
        }
    }

    /// Takes in what came, up to the answer that is waited for.
    fn take(&mut self, wanted: Option<u64>) -> Option<Result<Reply, Failure>> {
        while let Some(incoming) = self.link.poll() {
            match incoming {
                Incoming::Connected => {
                    match std::mem::replace(&mut self.standing, Standing::Open) {
                        Standing::New | Standing::Never(_) => {}
                        Standing::Gone { .. } => {
                            (self.remark)("the host is there again");
                            self.heard.push_back(missed());
                        }
                        Standing::Open => self.heard.push_back(missed()),
                    }
                }
                Incoming::Lost { why } => self.lose(why),
                Incoming::Reply { request, reply } if Some(request.0) == wanted => {
                    return Some(*reply);
                }
                // Given up before.
                Incoming::Reply { .. } => {}
                Incoming::Event(event) => self.hear(*event),
            }
        }
        None
    }

    fn lose(&mut self, why: Failure) {
        match &mut self.standing {
            Standing::New | Standing::Never(_) => self.standing = Standing::Never(why),
            Standing::Open => {
                (self.remark)(&format!("{why}"));
                self.standing = Standing::Gone { why, since: Instant::now() };
            }
            Standing::Gone { why: last, .. } => *last = why,
        }
    }

    fn hear(&mut self, event: Event) {
        match self.heard.len() < BEHIND {
            true => self.heard.push_back(Next::Event(event)),
            false => {
                self.heard.clear();
                self.heard.push_back(missed());
            }
        }
    }
}

/// Rung by the line's thread when something has come in.
#[derive(Default)]
struct Bell {
    rung: Mutex<bool>,
    came: Condvar,
}

impl Bell {
    fn ring(&self) {
        *self.lock() = true;
        self.came.notify_one();
    }

    /// Waits until it is rung, at most so long; at once where it was since the last time.
    fn wait(&self, timeout: Duration) {
        let mut rung = self.lock();
        if !*rung {
            rung = self.came.wait_timeout(rung, timeout).unwrap_or_else(PoisonError::into_inner).0;
        }
        *rung = false;
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
