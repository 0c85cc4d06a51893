//! A face as a window is one: it asks, hears what comes meanwhile, and acknowledges frames once it has seen
//! them.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use protocol::{Command, Event, Failure, Reply, ViewFrame, ViewId};
use ui::{Incoming, RequestId};

use super::ways::Way;

/// Longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long a frame is left without an answer, to see that no other one comes.
const HELD: Duration = Duration::from_millis(200);

/// All that came, in its order.
#[derive(Default)]
pub(super) struct Heard {
    /// What was asked, by name, and answered.
    pub(super) answers: Vec<(String, Result<Reply, Failure>)>,
    /// What happened.
    pub(super) events: Vec<Event>,
}

/// A face on a way.
pub(super) struct Face<'a> {
    way: &'a mut dyn Way,
    asked: u64,
    replies: BTreeMap<u64, Result<Reply, Failure>>,
    heard: Heard,
    /// The newest frame of each view.
    frames: BTreeMap<ViewId, ViewFrame>,
}

impl<'a> Face<'a> {
    /// Waits until the way stands.
    pub(super) fn new(way: &'a mut dyn Way) -> Face<'a> {
        let began = Instant::now();
        loop {
            match way.link().poll() {
                Some(Incoming::Connected) => break,
                Some(Incoming::Lost { why }) => panic!("{why}"),
                Some(other) => panic!("before the connection stands: {other:?}"),
                None => thread::sleep(Duration::from_millis(1)),
            }
            assert!(began.elapsed() < PATIENCE, "there is no connection");
        }
        let (replies, heard, frames) = (BTreeMap::new(), Heard::default(), BTreeMap::new());
        Face { way, asked: 0, replies, heard, frames }
    }

    /// Asks, and waits for the answer, which is remembered.
    pub(super) fn ask(&mut self, command: Command) -> Result<Reply, Failure> {
        let debug = format!("{command:?}");
        let name = debug.split([' ', '{', '(']).next().unwrap_or_default().to_owned();
        let answer = self.ask_aside(command);
        self.heard.answers.push((name, answer.clone()));
        answer
    }

    /// The same where the answer is not to be compared whole.
    pub(super) fn ask_aside(&mut self, command: Command) -> Result<Reply, Failure> {
        let request = self.send(command);
        let began = Instant::now();
        loop {
            if let Some(answer) = self.replies.remove(&request) {
                return answer;
            }
            assert!(began.elapsed() < PATIENCE, "no answer");
            self.take();
        }
    }

    /// How much has happened.
    pub(super) fn now(&self) -> usize {
        self.heard.events.len()
    }

    /// Waits for something that happened since then, or will.
    pub(super) fn until(
        &mut self,
        since: usize,
        what: &str,
        happened: impl Fn(&Event) -> bool,
    ) -> Event {
        let mut at = since;
        let began = Instant::now();
        loop {
            if let Some(event) = self.heard.events[at..].iter().find(|event| happened(event)) {
                return event.clone();
            }
            at = self.heard.events.len();
            assert!(began.elapsed() < PATIENCE, "{what} did not come");
            self.take();
        }
    }

    /// Waits for a frame of a view.
    pub(super) fn until_frame(&mut self, view: ViewId, wanted: impl Fn(&ViewFrame) -> bool) {
        let began = Instant::now();
        while !self.frames.get(&view).is_some_and(&wanted) {
            assert!(began.elapsed() < PATIENCE, "no such frame of {view:?}");
            self.take();
        }
    }

    /// The next frame of a view is looked at for a while before it is acknowledged; no other one comes.
    pub(super) fn hold(&mut self, view: ViewId) {
        let shown = self.frames.remove(&view).map_or(0, |frame| frame.seq);
        let began = Instant::now();
        let frame = loop {
            assert!(began.elapsed() < PATIENCE, "no frame to hold");
            match self.way.link().poll() {
                Some(Incoming::Event(event)) => match *event {
                    Event::ViewFrame(frame) if frame.view == view => break *frame,
                    other => self.hear(other),
                },
                Some(other) => self.put(other),
                None => thread::sleep(Duration::from_millis(1)),
            }
        };
        assert!(frame.seq > shown, "{} after {shown}", frame.seq);
        let seq = frame.seq;
        self.keep(frame);
        let began = Instant::now();
        while began.elapsed() < HELD {
            match self.way.link().poll() {
                Some(Incoming::Event(event)) => {
                    let other = matches!(&*event, Event::ViewFrame(frame) if frame.view == view);
                    assert!(!other, "a frame came before the last one was acknowledged");
                    self.hear(*event);
                }
                Some(other) => self.put(other),
                None => thread::sleep(Duration::from_millis(1)),
            }
        }
        self.send(Command::AckView { view, seq });
    }

    /// The board's process.
    pub(super) fn board(&self) -> i32 {
        self.way.board()
    }

    /// All that came.
    pub(super) fn heard(self) -> Heard {
        self.heard
    }

    /// Something is to be compared that is no whole answer.
    pub(super) fn note(&mut self, name: &str, answer: Result<Reply, Failure>) {
        self.heard.answers.push((name.to_owned(), answer));
    }

    fn send(&mut self, command: Command) -> u64 {
        self.asked += 1;
        self.way.link().send(RequestId(self.asked), command);
        self.asked
    }

    fn take(&mut self) {
        match self.way.link().poll() {
            Some(incoming) => self.put(incoming),
            None => thread::sleep(Duration::from_millis(1)),
        }
    }

    fn put(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Reply { request, reply } => {
                let twice = self.replies.insert(request.0, *reply);
                assert!(twice.is_none() && request.0 <= self.asked, "{request:?} twice, or never");
            }
            Incoming::Event(event) => match *event {
                Event::ViewFrame(frame) => {
                    let (view, seq) = (frame.view, frame.seq);
                    self.keep(*frame);
                    self.send(Command::AckView { view, seq });
                }
                other => self.hear(other),
            },
            Incoming::Connected => panic!("it was behind, or connected twice"),
            Incoming::Lost { why } => panic!("{why}"),
        }
    }

    fn keep(&mut self, frame: ViewFrame) {
        if let Some(before) = self.frames.get(&frame.view) {
            assert!(frame.seq > before.seq, "{} after {}", frame.seq, before.seq);
        }
        self.heard.events.push(Event::ViewFrame(Box::new(frame.clone())));
        self.frames.insert(frame.view, frame);
    }

    fn hear(&mut self, event: Event) {
        self.heard.events.push(event);
    }
}
