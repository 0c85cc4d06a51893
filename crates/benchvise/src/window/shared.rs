//! A window on this computer's own store, which another program may hold already: then the way leads to that
//! one, and to the store itself once it is gone.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;

use engine::Engine;
use protocol::{Code, Command, Event, Failure};
use shell::Host;
use shell::beside::{Found, Hold, Holder, Taken, closed, gone, look, open_door};
use ui::{Incoming, LEAVING, Link, RequestId, Whose};

use super::link::InProcess;
use crate::remote::Remote;

/// The way to a store.
pub(super) struct Shared {
    engine: Engine,
    folder: PathBuf,
    wake: Arc<dyn Fn() + Send + Sync>,
    way: Way,
    /// To be handed on before what comes by the way.
    waiting: VecDeque<Incoming>,
}

/// Where the way leads now.
enum Way {
    /// Into this process; who else works with it comes in by the door.
    Own { link: InProcess, _door: Option<shell::beside::Door> },
    /// To whoever holds the store.
    Other { link: Remote, holder: Holder, was_open: bool },
    /// Somewhere, as soon as the thread that looks has found it.
    Between { found: Receiver<Found>, after: Option<String> },
    /// There is no thread for anything.
    Nowhere,
}

impl Shared {
    /// Looks who holds the store in `folder`, and makes the way there. `engine` is this process's own, and
    /// opens nothing before it is asked. `wake` is called from other threads when something has come in.
    ///
    /// # Errors
    /// There is no thread for it.
    pub(super) fn begin(
        engine: &Engine,
        folder: &Path,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> std::io::Result<Shared> {
        let (engine, folder) = (engine.clone(), folder.to_path_buf());
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let mut shared =
            Shared { engine, folder, wake, way: Way::Nowhere, waiting: VecDeque::new() };
        match Hold::take(&shared.folder) {
            Taken::Mine(hold) => shared.enter(Found::Free(Some(hold)))?,
            Taken::Nobodys => shared.enter(Found::Free(None))?,
            Taken::Others => shared.look(None, None)?,
        }
        Ok(shared)
    }

    fn enter(&mut self, found: Found) -> std::io::Result<()> {
        let wake = Arc::clone(&self.wake);
        self.way = match found {
            Found::Held(holder) => {
                let address = format!("http://{}", holder.address);
                let host = Host::at(&address, holder.token.clone())
                    .map_err(|failure| std::io::Error::other(failure.message))?
                    .for_a_window();
                Way::Other { link: Remote::connect(host, move || wake())?, holder, was_open: false }
            }
            Found::Free(hold) => {
                let link = InProcess::connect(&self.engine, move || wake())?;
                let door = hold.and_then(|hold| open_door(&self.engine, hold));
                Way::Own { link, _door: door }
            }
        };
        Ok(())
    }

    /// Looks again who holds the store; not at `refused`, which does not take this window. `after` is who
    /// held it until now.
    fn look(&mut self, refused: Option<SocketAddr>, after: Option<String>) -> std::io::Result<()> {
        let (tell, found) = sync_channel(1);
        let (folder, wake) = (self.folder.clone(), Arc::clone(&self.wake));
        thread::Builder::new().name("window-looks".into()).spawn(move || {
            // A window that was closed meanwhile does not listen any more.
            drop(tell.send(look(&folder, refused)));
            wake();
        })?;
        self.way = Way::Between { found, after };
        Ok(())
    }

    /// The one that held the store is gone, or does not take this window.
    fn lost(&mut self, why: Failure) -> Option<Incoming> {
        let (refused, after) = match &self.way {
            Way::Other { holder, was_open: true, .. } => (None, Some(holder.what.clone())),
            Way::Other { holder, .. } => (Some(holder.address), None),
            _ => (None, None),
        };
        tracing::info!(%why, "the store's holder is gone");
        let said = after.as_ref().map(|what| Incoming::Lost { why: gone(what) });
        match self.look(refused, after) {
            Ok(()) => said,
            Err(_) => {
                self.way = Way::Nowhere;
                Some(Incoming::Lost { why })
            }
        }
    }

    fn found(&mut self, found: Found, after: Option<String>) {
        let free = matches!(found, Found::Free(_));
        if let Err(error) = self.enter(found) {
            self.way = Way::Nowhere;
            let why = Failure::new(Code::Internal, format!("no thread could be had ({error})"))
                .with_hint("close this window and open it again");
            self.waiting.push_back(Incoming::Lost { why });
        } else if let (true, Some(what)) = (free, after) {
            self.waiting.push_back(Incoming::Event(Box::new(closed(&what))));
        }
    }
}

impl Link for Shared {
    fn send(&mut self, request: RequestId, command: Command) {
        match &mut self.way {
            Way::Own { link, .. } => link.send(request, command),
            Way::Other { link, .. } => link.send(request, command),
            Way::Between { .. } | Way::Nowhere => {
                let failure = Failure::new(Code::Busy, "this window is about to open the store")
                    .with_hint("try again in a moment");
                self.waiting.push_back(Incoming::Reply { request, reply: Box::new(Err(failure)) });
            }
        }
    }

    fn poll(&mut self) -> Option<Incoming> {
        if let Some(incoming) = self.waiting.pop_front() {
            return Some(incoming);
        }
        match &mut self.way {
            Way::Own { link, .. } => link.poll(),
            Way::Other { link, was_open, .. } => match link.poll()? {
                Incoming::Lost { why } => self.lost(why),
                Incoming::Connected => {
                    *was_open = true;
                    Some(Incoming::Connected)
                }
                // A window that is closed is no host that ends: what becomes of this one is said when it is known.
                Incoming::Event(event) if matches!(&*event, Event::Notice { text, .. } if text == LEAVING) => {
                    self.poll()
                }
                incoming => Some(incoming),
            },
            Way::Between { found, after } => {
                let found = match found.try_recv() {
                    Ok(found) => found,
                    Err(TryRecvError::Empty) => return None,
                    Err(TryRecvError::Disconnected) => Found::Free(None),
                };
                let after = after.take();
                self.found(found, after);
                // What is asked first goes to whoever was found.
                self.poll()
            }
            Way::Nowhere => None,
        }
    }

    fn whose(&self) -> Whose {
        match &self.way {
            Way::Other { holder, .. } => Whose::Beside(holder.what.clone()),
            Way::Own { .. } | Way::Between { .. } | Way::Nowhere => Whose::Own,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use engine::Options;
    use engine::settings::Settings;
    use protocol::Reply;
    use shell::Seat;
    use shell::beside::Door;

    use super::*;

    /// Longest that a test waits.
    const LONGEST: Duration = Duration::from_secs(20);

    fn engine(folder: &Path) -> Engine {
        let store = folder.join("store").display().to_string();
        let places = |name: &str| (name == "BENCHVISE_STORE").then(|| store.clone());
        let settings = Settings::resolve_what_can_be(None, &places, &[]);
        Engine::start(Options { settings, ..Options::default() }).unwrap()
    }

    fn window(folder: &Path) -> Shared {
        Shared::begin(&engine(folder), &folder.join("store"), || {}).unwrap()
    }

    /// Takes in what comes until something of it is what is waited for; what came in words.
    fn until(window: &mut Shared, wanted: impl Fn(&Incoming) -> bool) -> Vec<String> {
        let began = Instant::now();
        let mut came = Vec::new();
        while began.elapsed() < LONGEST {
            let Some(incoming) = window.poll() else {
                thread::sleep(Duration::from_millis(2));
                continue;
            };
            let found = wanted(&incoming);
            came.push(match incoming {
                Incoming::Lost { why } => why.to_string(),
                Incoming::Event(event) => match *event {
                    Event::Notice { text, .. } => text,
                    _ => continue,
                },
                Incoming::Connected => "connected".into(),
                Incoming::Reply { .. } => "reply".into(),
            });
            if found {
                return came;
            }
        }
        panic!("it did not come: {came:?}");
    }

    fn connected(incoming: &Incoming) -> bool {
        matches!(incoming, Incoming::Connected)
    }

    fn answers(window: &mut Shared, number: u64) {
        window.send(RequestId(number), Command::Hello);
        until(window, |incoming| match incoming {
            Incoming::Reply { request, reply } if request.0 == number => {
                assert!(matches!(**reply, Ok(Reply::Hello { .. })), "{reply:?}");
                true
            }
            _ => false,
        });
    }

    #[test]
    fn the_second_window_works_with_the_first_and_has_the_store_when_that_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = window(folder.path());
        until(&mut first, connected);
        assert_eq!(first.whose(), Whose::Own);
        let mut second = window(folder.path());
        let mut third = window(folder.path());
        for window in [&mut second, &mut third] {
            until(window, connected);
            assert_eq!(window.whose(), Whose::Beside("another window".into()));
            answers(window, 1);
        }
        drop(first);
        let came = until(&mut second, connected);
        assert!(
            came[0].contains("another window, which had the store open, was closed"),
            "{came:?}"
        );
        until(&mut third, connected);
        let owners = [&second, &third].map(|window| window.whose() == Whose::Own);
        assert_eq!(
            owners.iter().filter(|own| **own).count(),
            1,
            "one has it, the other finds that one"
        );
        let (mut owner, mut other) = if owners[0] { (second, third) } else { (third, second) };
        answers(&mut owner, 2);
        answers(&mut other, 2);
        drop(other);
        answers(&mut owner, 3);
    }

    #[test]
    fn a_window_works_with_a_program_of_the_desktops_that_has_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let seat = Seat::take(&engine(folder.path()), &folder.path().join("store"));
        let mut window = window(folder.path());
        until(&mut window, connected);
        assert_eq!(window.whose(), Whose::Beside("another window".into()));
        answers(&mut window, 1);
        drop(seat);
        until(&mut window, connected);
        assert_eq!(window.whose(), Whose::Own);
        answers(&mut window, 2);
    }

    #[test]
    fn a_holder_that_does_not_take_the_window_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        let Taken::Mine(hold) = Hold::take(&store) else { panic!("it is free") };
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let door = Door::open(&engine(folder.path()), hold, "it", Duration::ZERO, LONGEST).unwrap();
        let mut sign: serde_json::Value =
            serde_json::from_slice(&std::fs::read(store.join("face.json")).unwrap()).unwrap();
        // Nobody answers there as a host would.
        sign["address"] = listener.local_addr().unwrap().to_string().into();
        drop(listener);
        std::fs::write(store.join("face.json"), sign.to_string()).unwrap();
        let mut window = window(folder.path());
        let came = until(&mut window, connected);
        assert_eq!((came, window.whose()), (vec!["connected".to_owned()], Whose::Own));
        answers(&mut window, 1);
        drop(door);
    }
}
