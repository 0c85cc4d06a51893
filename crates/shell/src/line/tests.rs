//! Lines with a queue for a channel, and a page's own reading of what comes over it.

use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel as queue};
use std::time::{Duration, Instant};

use engine::settings::Settings;
use engine::{Engine, Options};
use protocol::desktop::Word;
use protocol::{Command, Reply};
use ui::shell::Told as Heard;
use ui::{Came, Incoming, RequestId, Whose};

use super::*;
use crate::beside::{Door, Hold, Taken};

/// Longest that a test waits.
const LONGEST: Duration = Duration::from_secs(20);

fn engine(folder: &Path) -> Engine {
    let store = folder.join("store").display().to_string();
    let places = |name: &str| (name == "BENCHVISE_STORE").then(|| store.clone());
    let file = folder.join("settings.toml");
    let settings = Settings::resolve(Some(&file), &places, &[]).unwrap();
    Engine::start(Options { settings, ..Options::default() }).unwrap()
}

/// A program with one page.
struct Program {
    page: ui::Channel,
    came: Receiver<Parcel>,
    events: Receiver<Event>,
    line: Line,
    _seat: Arc<Seat>,
}

impl Program {
    fn start(folder: &Path) -> Program {
        let seat = Seat::take(&engine(folder), &folder.join("store"));
        let (put, came) = queue(4096);
        let (tell, events) = queue(4096);
        let channel = Box::new(move |parcel| put.send(parcel).is_ok());
        let told = move |event: &Event| drop(tell.send(event.clone()));
        let line = Line::open(&seat, channel, told).unwrap();
        Program { page: ui::Channel::default(), came, events, line, _seat: seat }
    }

    fn pump(&mut self) {
        if let Some(Word::Ask { asks, heard }) = self.page.say() {
            self.line.hear(&asks, heard);
        }
    }

    fn poll(&mut self) -> Option<Incoming> {
        while let Ok(parcel) = self.came.try_recv() {
            self.page.hear(match parcel {
                Parcel::Json(text) => Came::of_json(&text),
                Parcel::Bytes(bytes) => Came::Message(protocol::socket::Message::Binary(bytes)),
            });
            self.pump();
        }
        self.page.poll()
    }

    /// Takes in what comes until something of it is what is waited for; what came in words.
    fn until(&mut self, wanted: impl Fn(&Incoming) -> bool) -> Vec<String> {
        let began = Instant::now();
        let mut came = Vec::new();
        while began.elapsed() < LONGEST {
            let Some(incoming) = self.poll() else {
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

    fn connected(&mut self) -> Vec<String> {
        self.until(|incoming| matches!(incoming, Incoming::Connected))
    }

    fn answers(&mut self, number: u64, command: Command) -> Reply {
        let reply = Mutex::new(None);
        assert!(self.page.ask(RequestId(number), command), "there is an engine");
        self.pump();
        self.until(|incoming| match incoming {
            Incoming::Reply { request, reply: said } if request.0 == number => {
                *reply.lock().unwrap() = Some((**said).clone().unwrap());
                true
            }
            _ => false,
        });
        reply.into_inner().unwrap().unwrap()
    }

    fn hello(&mut self, number: u64) {
        let reply = self.answers(number, Command::Hello);
        assert!(matches!(reply, Reply::Hello { .. }), "{reply:?}");
    }
}

#[test]
fn a_page_asks_the_engine_of_its_program_and_is_told_what_is_no_command() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    assert_eq!(program.connected(), ["connected"]);
    assert_eq!(program.page.whose(), Whose::Own);
    program.hello(1);
    program.line.hear(&["no command".into()], 0);
    program.hello(2);
    let told = program.page.poll_told();
    assert!(matches!(&told, Some(Heard::Failed(why)) if why.code == Code::BadRequest), "{told:?}");
}

#[test]
fn the_second_program_works_with_the_first_and_has_the_store_when_that_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Program::start(folder.path());
    first.connected();
    let (mut second, mut third) = (Program::start(folder.path()), Program::start(folder.path()));
    for program in [&mut second, &mut third] {
        program.connected();
        assert_eq!(program.page.whose(), Whose::Beside("another window".into()));
        program.hello(1);
    }
    let (key, value) = ("min_effect".to_owned(), Some("12%".to_owned()));
    first.answers(1, Command::ChangeSetting { key, value });
    let changed = second.events.recv_timeout(LONGEST).unwrap();
    assert!(matches!(changed, Event::SettingsChanged(_)), "{changed:?}");
    drop(first);
    let came = second.connected();
    assert!(came[0].contains("another window, which had the store open, was closed"), "{came:?}");
    third.connected();
    let owners = [&second, &third].map(|program| program.page.whose() == Whose::Own);
    assert_eq!(
        owners.iter().filter(|own| **own).count(),
        1,
        "one has it, the other finds that one"
    );
    let (mut owner, mut other) = if owners[0] { (second, third) } else { (third, second) };
    let said = owner.until(|incoming| matches!(incoming, Incoming::Event(_)));
    assert_eq!(said.last().unwrap(), "Another window was closed; this one has the store now");
    // What was asked of the engine that is gone is not asked of this one.
    let text = Ask { request: 99, command: Command::Hello }.to_text().unwrap();
    owner.line.hear(&[text], 1);
    owner.hello(2);
    other.hello(2);
    let (sent, _) = owner.line.wire.counts();
    drop(other);
    owner.hello(3);
    assert_eq!(owner.line.wire.counts().0, sent + 1, "nothing came of the stale question");
}

#[test]
fn a_holder_that_does_not_take_the_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let Taken::Mine(hold) = Hold::take(&store) else { panic!("it is free") };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let door =
        Door::open(&engine(folder.path()), hold, "it", Duration::ZERO, Duration::ZERO).unwrap();
    let mut sign: serde_json::Value =
        serde_json::from_slice(&std::fs::read(store.join("face.json")).unwrap()).unwrap();
    // Nobody answers there as a host would.
    sign["address"] = listener.local_addr().unwrap().to_string().into();
    drop(listener);
    std::fs::write(store.join("face.json"), sign.to_string()).unwrap();
    let mut program = Program::start(folder.path());
    assert_eq!(program.connected(), ["connected"]);
    assert_eq!(program.page.whose(), Whose::Own);
    program.hello(1);
    drop(door);
}
