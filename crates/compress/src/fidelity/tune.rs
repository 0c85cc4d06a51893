//! Weights fitted to questions: one after the other is made smaller and larger, and what keeps more answers of
//! some documents is taken. Whether that is a gain is told by the other documents, which it never saw.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::baseline::Lot;
use super::probes::Probes;
use super::questions::Question;
use crate::engine::compress;
use crate::error::Error;
use crate::request::{Budget, Kind, Request, Strategy};
use crate::tokens::TokenCounter;
use crate::weights::Weights;

/// What a weight is tried times.
const FACTORS: [f32; 5] = [0.0, 0.5, 0.8, 1.25, 2.0];
/// How often all weights are gone through.
const ROUNDS: usize = 3;
/// Fewer documents can neither be fitted to nor judge what was fitted.
const FEWEST_DOCUMENTS: usize = 4;
/// One of so many documents judges.
const HELD: usize = 3;

/// A document with questions of which an answer is in it.
#[derive(Debug)]
pub struct Sample {
    text: String,
    kind: Option<Kind>,
    probes: Probes,
    questions: usize,
}

impl Sample {
    /// A document and what is asked of it; of `questions` those count of which an answer is in the text.
    pub fn new(text: String, kind: Option<Kind>, questions: &[&Question]) -> Self {
        let probes = Probes::of(&text, kind, 0, questions);
        let questions = probes.answered("").len();
        Self { text, kind, probes, questions }
    }

    /// Questions that count.
    pub fn questions(&self) -> usize {
        self.questions
    }
}

/// What weights are fitted to, and how.
pub struct Tuning<'a> {
    /// The documents.
    pub samples: &'a [Sample],
    /// Who counts.
    pub counter: &'a dyn TokenCounter,
    /// How texts are cut.
    pub strategy: Strategy,
    /// What each document is compressed to; an answer counts by the share of these at which it is left.
    pub ratios: &'a [f64],
    /// Which documents judge is drawn by lot; the same for the same seed.
    pub seed: u64,
    /// Documents at a time; 0 means 1.
    pub threads: usize,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuned {
    /// The weights that keep most of the documents that were fitted to.
    pub weights: Weights,
    /// Documents and questions that were fitted to.
    pub fitted: (usize, usize),
    /// For each document that judges, for each of its questions: the share of ratios at which an answer is
    /// left, with the default weights and with these.
    pub held: Vec<Vec<(f64, f64)>>,
    /// Weights that were tried.
    pub tried: usize,
}

/// Fits weights. `step` hears how many of about how many weights were tried, and says whether to go on.
/// `None` where it said no.
///
/// # Errors
/// [`Error::Questions`] where too few documents have questions with answers in them; what compressing gives.
pub fn tune(
    tuning: &Tuning<'_>,
    step: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Option<Tuned>, Error> {
    let (fitted, held) = tuning.split()?;
    let total = ROUNDS * FACTORS.len() * Weights::NAMES.len() + 3;
    let mut tried = 0;
    let mut measure = |weights: &Weights, which: &[usize]| {
        if !step(tried, total) {
            return Ok(None);
        }
        tried += 1;
        tuning.left(weights, which).map(Some)
    };
    let mut best = Weights::default();
    let Some(left) = measure(&best, &fitted)? else { return Ok(None) };
    let mut most = sum(&left);
    for _ in 0..ROUNDS {
        let mut better = false;
        for place in 0..Weights::NAMES.len() {
            let from = best;
            for factor in FACTORS {
                let mut values = from.values();
                values[place] *= factor;
                let weights = Weights::of(values);
                if weights == from {
                    continue;
                }
                let Some(left) = measure(&weights, &fitted)? else { return Ok(None) };
                // More by anything real: equal sums in another order must not look like a gain.
                if sum(&left) > most + 1e-6 {
                    (most, best, better) = (sum(&left), weights, true);
                }
            }
        }
        if !better {
            break;
        }
    }
    let Some(before) = measure(&Weights::default(), &held)? else { return Ok(None) };
    let Some(after) = measure(&best, &held)? else { return Ok(None) };
    let pairs = |(before, after): (Vec<f64>, Vec<f64>)| before.into_iter().zip(after).collect();
    Ok(Some(Tuned {
        weights: best,
        fitted: (fitted.len(), fitted.iter().map(|&at| tuning.samples[at].questions).sum()),
        held: before.into_iter().zip(after).map(pairs).collect(),
        tried,
    }))
}

fn sum(left: &[Vec<f64>]) -> f64 {
    left.iter().flatten().sum()
}

impl Tuning<'_> {
    /// Documents to fit to and documents that judge, by lot.
    fn split(&self) -> Result<(Vec<usize>, Vec<usize>), Error> {
        let asked = |at: &usize| self.samples[*at].questions > 0;
        let mut all: Vec<usize> = (0..self.samples.len()).filter(asked).collect();
        if all.len() < FEWEST_DOCUMENTS {
            return Err(Error::TooFewQuestions { documents: all.len(), fewest: FEWEST_DOCUMENTS });
        }
        let mut lot = Lot(self.seed);
        for at in (1..all.len()).rev() {
            all.swap(at, lot.below(at + 1));
        }
        let mut fitted = all.split_off((all.len() / HELD).max(1));
        fitted.sort_unstable();
        all.sort_unstable();
        Ok((fitted, all))
    }

    /// For each of these documents, for each of its questions, the share of ratios at which an answer is left.
    fn left(&self, weights: &Weights, which: &[usize]) -> Result<Vec<Vec<f64>>, Error> {
        let next = AtomicUsize::new(0);
        let found = Mutex::new(BTreeMap::new());
        std::thread::scope(|scope| {
            for index in 0..self.threads.clamp(1, which.len().max(1)) {
                std::thread::Builder::new()
                    .name(format!("tune-{index}"))
                    .spawn_scoped(scope, || {
                        while let Some(&at) = which.get(next.fetch_add(1, Ordering::Relaxed)) {
                            let left = self.left_of(weights, &self.samples[at]);
                            found.lock().unwrap_or_else(PoisonError::into_inner).insert(at, left);
                        }
                    })
                    .map_err(|error| Error::Worker(error.to_string()))?;
            }
            Ok::<(), Error>(())
        })?;
        // `which` ascends, and so do the places.
        found.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
    }

    fn left_of(&self, weights: &Weights, sample: &Sample) -> Result<Vec<f64>, Error> {
        let mut left = vec![0.0; sample.questions];
        for &ratio in self.ratios {
            let request = Request {
                kind: sample.kind,
                strategy: self.strategy,
                weights: *weights,
                ..Request::new(&sample.text, Budget::Ratio(ratio))
            };
            let made = compress(&request, self.counter)?;
            for (left, answered) in left.iter_mut().zip(sample.probes.answered(&made.text)) {
                *left += f64::from(u8::from(answered));
            }
        }
        left.iter_mut().for_each(|left| *left /= self.ratios.len().max(1) as f64);
        Ok(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::O200k;

    const NAMES: [&str; 12] = [
        "Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Juniper", "Larch", "Maple", "Oak",
        "Pine", "Rowan",
    ];

    /// Documents of paragraphs in which what is asked for comes last, behind sentences full of figures.
    fn documents(asked_for: impl Fn(usize) -> (String, String)) -> Vec<Sample> {
        let opening = [
            "The office of Harbour Street wrote a report of several pages on it.",
            "Members of the Board of Westerland met in the Town Hall that day.",
            "The papers of the meeting are in the archive of the county.",
        ];
        let document = |number: usize| {
            let (mut text, mut questions) = (String::new(), Vec::new());
            for (paragraph, name) in NAMES.iter().enumerate() {
                let (sentence, answer) = asked_for(number * 12 + paragraph);
                // Said of another name each time: what is said twice would cost nothing.
                let name = format!(" of {name} ");
                let opening = opening.join(" ").replace(" of ", &name);
                text.push_str(&format!("{opening} {sentence}\n\n"));
                questions.push(Question {
                    document: None,
                    question: String::new(),
                    answers: vec![answer],
                });
            }
            let all: Vec<&Question> = questions.iter().collect();
            Sample::new(text, None, &all)
        };
        (0..9).map(document).collect()
    }

    fn tuned(samples: &[Sample], threads: usize) -> Tuned {
        let counter = O200k::new().expect("built in");
        let strategy = Strategy::Automatic;
        let tuning =
            Tuning { samples, counter: &counter, strategy, ratios: &[3.0], seed: 7, threads };
        tune(&tuning, &mut |_, _| true).expect("fitted").expect("nobody stopped it")
    }

    fn gain(tuned: &Tuned) -> f64 {
        let all: Vec<f64> =
            tuned.held.iter().flatten().map(|(before, after)| after - before).collect();
        all.iter().sum::<f64>() / all.len() as f64
    }

    const THINGS: [&str; 6] = ["copper", "lantern", "anchor", "barrel", "ladder", "kettle"];

    #[test]
    fn where_answers_stand_last_weights_are_found_that_keep_more_of_them() {
        let at_the_end = |at: usize| {
            let thing = THINGS[at % THINGS.len()];
            let answer = format!("a {thing} behind the shed");
            (format!("somebody had left {answer}."), answer)
        };
        let samples = documents(at_the_end);
        let found = tuned(&samples, 1);
        assert_eq!((found.fitted.0, found.held.len()), (6, 3));
        assert!(gain(&found) > 0.2, "{} by {:?}", gain(&found), found.weights);
        assert_ne!(found.weights, Weights::default());
        assert_eq!(found, tuned(&samples, 3), "as often as it is asked for, with any threads");
    }

    #[test]
    fn where_every_answer_is_kept_already_there_is_nothing_to_gain() {
        let figures = |at: usize| {
            let answer = format!("{}", 1_000 + 7 * at);
            (format!("in all there were {answer} of them."), answer)
        };
        let found = tuned(&documents(figures), 2);
        assert_eq!(gain(&found), 0.0);
        assert_eq!(found.weights, Weights::default());
    }

    #[test]
    fn who_says_stop_is_heard_and_too_few_documents_are_refused() {
        let samples = documents(|at| (format!("it was {at}."), at.to_string()));
        let counter = O200k::new().expect("built in");
        let tuning = Tuning {
            samples: &samples,
            counter: &counter,
            strategy: Strategy::Automatic,
            ratios: &[4.0],
            seed: 1,
            threads: 1,
        };
        assert_eq!(tune(&tuning, &mut |done, _| done < 2).expect("no error"), None);
        let few = Tuning { samples: &samples[..3], ..tuning };
        let error = tune(&few, &mut |_, _| true).expect_err("refused").to_string();
        assert!(error.contains("3 documents") && error.contains("at least 4"), "{error}");
    }
}
