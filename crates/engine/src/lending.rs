//! Models lent to a job that compresses the same documents again and again: each document is read by the scorer
//! once.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use compress::recent::{Key, Recent};
use compress::{Request, WordScorer};
use protocol::NeuralSpec;
use sha2::{Digest, Sha256};

use crate::error::EngineError;
use crate::jobs::Job;
use crate::lent::{Asked, Lent};

/// What scores of words may take in memory.
const MEMORY_BYTES: usize = 64 << 20;

/// Models of a job.
pub(crate) struct Lending<'j> {
    job: &'j Job,
    lent: Lent,
}

impl<'j> Lending<'j> {
    /// Loads what was asked for, where it is not there yet.
    pub(crate) fn load(job: &'j Job, spec: &NeuralSpec) -> Result<Self, EngineError> {
        // Vectors are of one compression.
        let spec = NeuralSpec { vectors: None, ..spec.clone() };
        let shelf = &job.engine.inner.shelf;
        let models = job.engine.settings().models_folder();
        let asked = Asked::find(&spec, &models, shelf.source())?.printed()?;
        let lent = shelf.lend(&asked, &job.stop, &|doing| job.progress(doing, 0, 0))?;
        let lending = Self { job, lent };
        lending.tell();
        Ok(lending)
    }

    /// What is lent, for requests.
    pub(crate) fn models(&self) -> Models<'_> {
        Models { lent: &self.lent, scorer: self.lent.scorer().map(Known::new) }
    }

    /// Says what there is to say about the devices.
    pub(crate) fn tell(&self) {
        self.lent.news().into_iter().for_each(|text| self.job.engine.warn(text));
    }
}

/// Models, and what the scorer said before.
pub(crate) struct Models<'l> {
    lent: &'l Lent,
    scorer: Option<Known<'l>>,
}

impl Models<'_> {
    /// A request with what is lent.
    pub(crate) fn to<'a>(&'a self, request: Request<'a>) -> Request<'a> {
        let scorer = self.scorer.as_ref().map(|scorer| scorer as &dyn WordScorer);
        Request { encoder: self.lent.encoder(), scorer, ..request }
    }
}

/// A scorer whose scores are remembered, by text and words.
#[derive(Debug)]
struct Known<'l> {
    scorer: &'l dyn WordScorer,
    known: Mutex<Recent<Vec<f32>>>,
}

impl<'l> Known<'l> {
    fn new(scorer: &'l dyn WordScorer) -> Self {
        let size = |scores: &Vec<f32>| size_of_val(&**scores) + 128;
        Self { scorer, known: Mutex::new(Recent::new(MEMORY_BYTES, size)) }
    }

    fn known(&self) -> MutexGuard<'_, Recent<Vec<f32>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(text: &str, words: &[Range<usize>]) -> Key {
    let mut hash = Sha256::new();
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
    for word in words {
        hash.update((word.start as u64).to_le_bytes());
        hash.update((word.end as u64).to_le_bytes());
    }
    hash.finalize().into()
}

impl WordScorer for Known<'_> {
    fn score(&self, text: &str, words: &[Range<usize>]) -> Result<Vec<f32>, String> {
        let key = key(text, words);
        if let Some(known) = self.known().get(&key) {
            return Ok(known.to_vec());
        }
        let scores = self.scorer.score(text, words)?;
        self.known().put(key, std::sync::Arc::new(scores.clone()));
        Ok(scores)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts how often it is asked.
    #[derive(Debug, Default)]
    struct Lengths(AtomicUsize);

    impl WordScorer for Lengths {
        fn score(&self, _: &str, words: &[Range<usize>]) -> Result<Vec<f32>, String> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(words.iter().map(|word| word.len() as f32).collect())
        }
    }

    #[test]
    fn a_text_is_scored_once_for_the_same_words() {
        let scorer = Lengths::default();
        let known = Known::new(&scorer);
        for _ in 0..3 {
            assert_eq!(known.score("a pump", &[0..1, 2..6]).unwrap(), [1.0, 4.0]);
        }
        assert_eq!(scorer.0.load(Ordering::Relaxed), 1);
        assert_eq!(known.score("a pump", std::slice::from_ref(&(2..6))).unwrap(), [4.0]);
        assert_eq!(known.score("a lamp", &[0..1, 2..6]).unwrap(), [1.0, 4.0]);
        assert_eq!(scorer.0.load(Ordering::Relaxed), 3);
    }
}
