//! Documents compressed by a process of their own, so that one that is the end of it is one failure: what is
//! asked, and what the process does. Models that read text stay where they are loaded; with one, documents are
//! compressed there.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use compress::document::isolated::{self, Isolated, Limits, is_interpreted};
use compress::document::{self, Format};
use compress::{Budget, Document, TokenCounter};
use protocol::{BudgetSpec, CompressedDocument, Failure, Shaping};
use serde::{Deserialize, Serialize};

use crate::compress::{budget, counter, looked_at, one, tokenizer_words, without_map};
use crate::error::EngineError;
use crate::failure::failure;
use crate::jobs;
use crate::way::Way;

/// From here on a text that comes by itself is compressed apart.
const LARGE_BYTES: u64 = 1 << 18;
/// Address space for each byte of a document, beside what a worker has anyway.
const MEMORY_PER_BYTE: u64 = 160;
/// Time for each MiB of a document, beside what a worker has anyway.
const SECONDS_PER_MIB: u64 = 30;

/// How documents are compressed, all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Task {
    /// Another version's words are not this one's.
    version: String,
    given: Given,
    budget: BudgetSpec,
    tokenizer: String,
    /// The same, with what is in its file.
    tokenizer_words: String,
    strategy: String,
    focus: Option<String>,
    shaping: Shaping,
    lossless: bool,
}

/// What comes with a task.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Given {
    /// The bytes of a file; of what is left no map is wanted.
    Bytes,
    /// A document that was read.
    Document,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Made(Box<CompressedDocument>),
    Failed(Failure),
    /// It cannot be done there as it would be here: the program, or a tokenizer's file, is another by now.
    NotHere,
}

/// What came of a document; `None` where it is left to this process.
pub(crate) type Came = Option<Result<CompressedDocument, Failure>>;

/// The words of a request to compress.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) tokenizer: &'a str,
    /// As [`tokenizer_words`] makes it.
    pub(crate) tokenizer_words: &'a str,
    pub(crate) strategy: &'a str,
    pub(crate) focus: Option<&'a str>,
    pub(crate) shaping: &'a Shaping,
    /// Whether what the lossless stage alone leaves is counted.
    pub(crate) lossless: bool,
}

/// Has documents compressed by workers.
pub(crate) struct Apart<'a> {
    workers: &'a Isolated,
    stop: &'a AtomicBool,
    words: Words<'a>,
}

impl<'a> Apart<'a> {
    pub(crate) fn new(workers: &'a Isolated, stop: &'a AtomicBool, words: Words<'a>) -> Self {
        Self { workers, stop, words }
    }

    /// Compresses the files of these names and bytes, small ones together. Of those that are left when the job
    /// is stopped nothing is heard.
    pub(crate) fn each(
        &self,
        documents: &[(&str, &[u8])],
        budget: Budget,
        heard: &mut dyn FnMut(usize, Came),
    ) {
        let bytes = documents.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        self.have(documents, bytes, self.task(Given::Bytes, budget), heard);
    }

    /// Compresses a document that was read.
    pub(crate) fn one(&self, document: &Document, budget: Budget) -> Came {
        let bytes = serde_json::to_vec(document).ok()?;
        // A job that was stopped in the middle has nothing to say.
        let mut came = Some(Err(failure(EngineError::Cancelled)));
        let task = self.task(Given::Document, budget);
        let size = document.source_bytes.max(document.text.len() as u64);
        self.have(&[(&document.name, &bytes)], size, task, &mut |_, heard| came = heard);
        came
    }

    fn task(&self, given: Given, budget: Budget) -> Task {
        let Words { tokenizer, tokenizer_words, strategy, focus, shaping, lossless } = self.words;
        Task {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            given,
            budget: match budget {
                Budget::Tokens(tokens) => BudgetSpec::Tokens(tokens as u64),
                Budget::Ratio(ratio) => BudgetSpec::Ratio(ratio),
            },
            tokenizer: tokenizer.to_owned(),
            tokenizer_words: tokenizer_words.to_owned(),
            strategy: strategy.to_owned(),
            focus: focus.map(str::to_owned),
            shaping: shaping.clone(),
            lossless,
        }
    }

    fn have(
        &self,
        documents: &[(&str, &[u8])],
        bytes: u64,
        task: Task,
        heard: &mut dyn FnMut(usize, Came),
    ) {
        let mut next = 0;
        let done = serde_json::to_vec(&task).map(|task| {
            let mut hear = |place, answer: Result<Vec<u8>, compress::Error>| {
                next = place + 1;
                heard(place, came(answer));
            };
            self.workers.each(&task, documents, limits(bytes), self.stop, &mut hear)
        });
        // Without workers it is done here.
        if !matches!(done, Ok(Ok(()))) {
            (next..documents.len()).for_each(|place| heard(place, None));
        }
    }
}

/// Whether a document that comes by itself is compressed apart: it is large, or its file was more than text.
pub(crate) fn is_heavy(document: &Document) -> bool {
    document.source_bytes >= LARGE_BYTES
        || document.format != Format::Text
        || is_interpreted(&document.name, document.text.as_bytes())
}

fn limits(bytes: u64) -> Limits {
    let Limits { memory_bytes, time } = Limits::default();
    let seconds = SECONDS_PER_MIB.saturating_mul(bytes >> 20);
    Limits {
        memory_bytes: memory_bytes.saturating_add(MEMORY_PER_BYTE.saturating_mul(bytes)),
        time: time.saturating_add(Duration::from_secs(seconds)),
    }
}

fn came(answer: Result<Vec<u8>, compress::Error>) -> Came {
    match answer.map(|bytes| serde_json::from_slice(&bytes)) {
        Ok(Ok(Answer::Made(made))) => Some(Ok(*made)),
        Ok(Ok(Answer::Failed(problem))) => Some(Err(problem)),
        Ok(Ok(Answer::NotHere) | Err(_)) => None,
        Err(error) => Some(Err(failure(error.into()))),
    }
}

/// The process's side: reads documents and compresses them, as it is asked on `reader`, and answers on `writer`
/// until there is no more.
///
/// # Errors
/// Where the other side breaks off in the middle.
pub fn document_worker(reader: impl Read, writer: impl Write) -> io::Result<()> {
    let mut desk = Desk::default();
    isolated::serve(reader, writer, |task, name, bytes| {
        serde_json::to_vec(&desk.answer(task, name, &bytes)).unwrap_or_default()
    })
}

/// What a worker has made ready.
#[derive(Default)]
struct Desk {
    ready: Option<Ready>,
    /// The last tokenizer, by its words.
    counter: Option<(String, Arc<dyn TokenCounter>)>,
}

struct Ready {
    bytes: Vec<u8>,
    task: Task,
    way: Way,
    counter: Arc<dyn TokenCounter>,
}

impl Desk {
    fn answer(&mut self, task: &[u8], name: &str, bytes: &[u8]) -> Answer {
        if self.ready.as_ref().is_none_or(|ready| ready.bytes != task) {
            self.ready = self.prepare(task);
        }
        let Some(ready) = &self.ready else { return Answer::NotHere };
        match jobs::surviving(|| ready.compress(name, bytes)) {
            Ok(made) => Answer::Made(Box::new(made)),
            Err(problem) => Answer::Failed(problem),
        }
    }

    fn prepare(&mut self, bytes: &[u8]) -> Option<Ready> {
        let task: Task = serde_json::from_slice(bytes).ok()?;
        if task.version != env!("CARGO_PKG_VERSION") {
            return None;
        }
        let known = self.counter.take().filter(|(words, _)| *words == task.tokenizer_words);
        let counter = match known {
            Some((_, counter)) => counter,
            None if tokenizer_words(&task.tokenizer) == task.tokenizer_words => {
                counter(&task.tokenizer).ok()?
            }
            None => return None,
        };
        self.counter = Some((task.tokenizer_words.clone(), counter.clone()));
        let way = Way::of(&task.strategy, task.focus.as_deref(), &task.shaping).ok()?;
        let way = way.counting(task.lossless);
        Some(Ready { bytes: bytes.to_vec(), task, way, counter })
    }
}

impl Ready {
    fn compress(&self, name: &str, bytes: &[u8]) -> Result<CompressedDocument, Failure> {
        let budget = budget(self.task.budget);
        let made = match self.task.given {
            Given::Bytes => {
                let document = document::from_bytes(name, bytes).map_err(EngineError::from);
                document
                    .and_then(|document| one(&document, budget, &*self.counter, &self.way))
                    .map(without_map)
            }
            Given::Document => {
                let document: Document = serde_json::from_slice(bytes)
                    .map_err(|error| failure(EngineError::BadRequest(error.to_string())))?;
                looked_at(&document, budget, &*self.counter, &self.way)
            }
        };
        made.map_err(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(shaping: &Shaping) -> Words<'_> {
        Words {
            tokenizer: "o200k",
            tokenizer_words: "o200k",
            strategy: "automatic",
            focus: Some("the pump"),
            shaping,
            lossless: false,
        }
    }

    fn task(given: Given, change: impl FnOnce(&mut Task)) -> Vec<u8> {
        let shaping = Shaping::default();
        let workers = Isolated::new("/nowhere".into(), Vec::new(), Limits::default());
        let stop = AtomicBool::new(false);
        let apart = Apart::new(&workers, &stop, words(&shaping));
        let mut task = apart.task(given, Budget::Ratio(3.0));
        change(&mut task);
        serde_json::to_vec(&task).unwrap()
    }

    const TEXT: &str = "The pump was checked in 1987 by the harbour office. Nobody said why. It \
                        was replaced after the storm, and the engineer was not asked.\n";

    #[test]
    fn what_is_made_there_is_what_is_made_here() {
        let text = TEXT.repeat(9);
        let document = document::from_bytes("a.txt", text.as_bytes()).unwrap();
        let way = Way::of("automatic", Some("the pump"), &Shaping::default()).unwrap();
        let counter = counter("o200k").unwrap();
        let here = looked_at(&document, Budget::Ratio(3.0), &*counter, &way).unwrap();
        let mut desk = Desk::default();
        let given = serde_json::to_vec(&document).unwrap();
        for (task, bytes) in [
            (task(Given::Document, |_| {}), &given[..]),
            (task(Given::Bytes, |_| {}), text.as_bytes()),
        ] {
            let answer = serde_json::to_vec(&desk.answer(&task, "a.txt", bytes)).unwrap();
            let made = came(Ok(answer)).unwrap().unwrap();
            assert_eq!((&made.text, made.tokens_out), (&here.text, here.tokens_out));
            assert_eq!((made.ratio, &made.dropped), (here.ratio, &here.dropped));
            if bytes == given {
                assert_eq!((&made.spans, &made.gaps), (&here.spans, &here.gaps));
                assert_eq!(made.content, here.content);
            }
        }
        let empty = desk.answer(&task(Given::Bytes, |_| {}), "a.txt", b" ");
        let Answer::Failed(problem) = empty else { panic!("{empty:?}") };
        let here = failure(document::from_bytes("a.txt", b" ").unwrap_err().into());
        assert_eq!(problem, here);
    }

    #[test]
    fn another_version_and_another_tokenizer_are_left_to_who_asks() {
        let mut desk = Desk::default();
        for task in [
            task(Given::Bytes, |task| task.version = "0".into()),
            task(Given::Bytes, |task| task.tokenizer_words = "o200k 55".into()),
            task(Given::Bytes, |task| task.strategy = "magic".into()),
            b"{}".to_vec(),
        ] {
            let answer = desk.answer(&task, "a.txt", TEXT.as_bytes());
            assert!(matches!(answer, Answer::NotHere), "{answer:?}");
        }
    }

    #[test]
    fn without_a_worker_all_is_left_to_this_process() {
        let shaping = Shaping::default();
        let workers = Isolated::new("/nowhere".into(), Vec::new(), Limits::default());
        let stop = AtomicBool::new(false);
        let apart = Apart::new(&workers, &stop, words(&shaping));
        let mut left = Vec::new();
        let documents: [(&str, &[u8]); 2] = [("a", b"a"), ("b", b"b")];
        apart.each(&documents, Budget::Ratio(3.0), &mut |place, came| {
            left.push((place, came.is_none()));
        });
        assert_eq!(left, [(0, true), (1, true)]);
    }
}
