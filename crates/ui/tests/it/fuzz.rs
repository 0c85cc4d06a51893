//! Arbitrary messages over a socket or a channel: nothing panics, and what was asked is answered at most once, and
//! exactly once when the line is gone.

use std::collections::BTreeMap;
use std::time::Duration;

use bolero::TypeGenerator;
use protocol::socket::{Message, REVISION, Said};
use protocol::{Command, Event, JobId, Missed, Reply, RunId, Severity};
use ui::{Came, Channel, Incoming, RequestId, Talk};

const TIME: Duration = Duration::from_millis(1500);

/// What happens to a line next.
#[derive(Clone, Debug, TypeGenerator)]
enum Step {
    /// Something real comes.
    Heard(u8),
    /// An answer to one of the last questions.
    Answered(u8),
    /// Something real comes of which some was changed.
    Changed {
        of: u8,
        changes: Vec<(u16, u8)>,
        cut: Option<u16>,
    },
    Any {
        text: bool,
        bytes: Vec<u8>,
    },
    Ask,
    Refuse(u8),
    Lost,
    Poll,
}

fn real() -> Vec<Message> {
    let notice = Event::Notice { severity: Severity::Info, text: "x".into(), hint: None };
    let all = [
        Said::Welcome { revision: REVISION, version: "1".into(), host: "bench".into() },
        Said::Welcome { revision: REVISION + 1, version: "2".into(), host: "bench".into() },
        Said::Behind(Missed { events: 2, ended: vec![JobId(5)], more_ended: 0 }),
        Said::Leaving,
        Said::Event(Box::new(notice)),
        Said::Event(Box::new(Event::RunChanged { run: RunId::from("r") })),
    ];
    all.iter().map(|said| said.to_message().expect("it can be said")).collect()
}

fn answer(request: u64) -> Message {
    Said::Reply { request, result: Box::new(Ok(Reply::Done)) }.to_message().expect("so can this")
}

fn bytes(message: &Message) -> Vec<u8> {
    match message {
        Message::Text(text) => text.clone().into_bytes(),
        Message::Binary(bytes) => bytes.clone(),
    }
}

impl Step {
    /// What it brings, where it brings anything.
    fn message(&self, real: &[Message], asked: u64) -> Option<Message> {
        let one = |of: u8| &real[usize::from(of) % real.len()];
        Some(match self {
            Step::Heard(of) => one(*of).clone(),
            Step::Answered(ago) => answer(asked.saturating_sub(u64::from(*ago % 8))),
            Step::Changed { of, changes, cut } => {
                let mut bytes = bytes(one(*of));
                for (at, byte) in changes {
                    let at = usize::from(*at) % bytes.len();
                    bytes[at] = *byte;
                }
                bytes.truncate(cut.map_or(usize::MAX, usize::from));
                Message::Text(String::from_utf8_lossy(&bytes).into_owned())
            }
            Step::Any { text: true, bytes } => {
                Message::Text(String::from_utf8_lossy(bytes).into_owned())
            }
            Step::Any { text: false, bytes } => Message::Binary(bytes.clone()),
            Step::Ask | Step::Refuse(_) | Step::Lost | Step::Poll => return None,
        })
    }
}

/// Counts the answers to each question.
fn take(answers: &mut BTreeMap<u64, u32>, incoming: Option<Incoming>) -> bool {
    if let Some(Incoming::Reply { request, .. }) = &incoming {
        *answers.entry(request.0).or_default() += 1;
    }
    incoming.is_some()
}

#[test]
fn a_line_bears_whatever_comes_over_its_socket() {
    let real = real();
    bolero::check!().with_test_time(TIME).with_type::<Vec<Step>>().for_each(|steps| {
        let (mut talk, mut answers, mut asked) = (Talk::default(), BTreeMap::new(), 0);
        talk.hear(&real[0]);
        for step in steps {
            match step {
                Step::Ask => {
                    asked += 1;
                    drop(talk.ask(RequestId(asked), Command::Hello));
                }
                Step::Refuse(ago) => {
                    talk.refuse(RequestId(asked.saturating_sub(u64::from(*ago % 8))));
                }
                Step::Lost => talk.lost("cut"),
                Step::Poll => _ = take(&mut answers, talk.poll()),
                _ => {
                    if let Some(message) = step.message(&real, asked) {
                        talk.hear(&message);
                    }
                }
            }
        }
        talk.lost("the end");
        while take(&mut answers, talk.poll()) {}
        assert!(answers.values().all(|times| *times == 1), "{answers:?}");
        assert_eq!(answers.len() as u64, asked, "{answers:?}");
    });
}

#[test]
fn a_channel_bears_whatever_comes_over_it() {
    let real = real();
    bolero::check!().with_test_time(TIME).with_type::<Vec<Step>>().for_each(|steps| {
        let (mut channel, mut answers, mut asked) = (Channel::default(), BTreeMap::new(), 0);
        channel.hear(Came::Message(real[0].clone()));
        for step in steps {
            match step {
                Step::Ask => {
                    asked += 1;
                    channel.ask(RequestId(asked), Command::Hello);
                    drop(channel.say());
                }
                Step::Poll | Step::Lost | Step::Refuse(_) => {
                    take(&mut answers, channel.poll());
                    drop(channel.poll_told());
                }
                _ => {
                    let Some(message) = step.message(&real, asked) else { continue };
                    // As it is, as a string of JSON, and as an object.
                    let text = String::from_utf8_lossy(&bytes(&message)).into_owned();
                    channel.hear(Came::of_json(&serde_json::json!(text).to_string()));
                    channel.hear(Came::of_json(&text));
                    channel.hear(Came::Object(text));
                    channel.hear(Came::Message(message));
                }
            }
        }
        while take(&mut answers, channel.poll()) {}
        assert!(answers.values().all(|times| *times == 1), "{answers:?}");
    });
}
