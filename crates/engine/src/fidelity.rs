//! How much of documents compressions leave, each thing that was there counted as left or lost, beside
//! sentences drawn by lot and the documents' beginnings.

use std::ops::Range;

use analysis::bootstrap;
use compress::fidelity::{Found, Kept, Probes, Question, lead, random, read_questions};
use compress::{Budget, Document, Stage, TokenCounter};
use protocol::{
    FidelityRow, FidelitySpec, FidelityView, JobId, JobKind, JobOutcome, RatioAdvice, ShareLeft,
};

use crate::Engine;
use crate::compress::counter;
use crate::documents::{named, title};
use crate::error::EngineError;
use crate::jobs::{self, Job};
use crate::left_out::LeftOut;
use crate::lending::{Lending, Models};
use crate::way::Way;
use crate::weights;

/// Most ratios of one measurement.
const MOST_RATIOS: usize = 24;
/// Most methods: every strategy with each stage left out is some hundred.
const MOST_METHODS: usize = 512;
/// Sentences are drawn so often, and what is left of a thing is the share of the draws.
const DRAWS: u64 = 5;
const SEED: u64 = 20;
const CONFIDENCE: f64 = 0.95;
/// Ratios that are tried for advice.
const TRIED: [f64; 14] =
    [1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.0];

/// Begins the job; everything but the documents is checked at once.
pub(crate) fn start(engine: &Engine, mut spec: FidelitySpec) -> Result<JobId, EngineError> {
    check(&spec)?;
    for method in &mut spec.methods {
        weights::fill(engine, &mut method.shaping)?;
    }
    let counter = counter(&spec.tokenizer)?;
    let questions = match &spec.questions {
        Some(lines) => read_questions(lines)?,
        None => Vec::new(),
    };
    let methods = spec.methods.iter().map(Method::of).collect::<Result<Vec<_>, _>>()?;
    let title = title(&spec.documents);
    jobs::begin(engine, JobKind::Fidelity, title, move |job| {
        let lending = Lending::load(job, &spec.neural)?;
        let texts = read(job, &spec, &questions)?;
        let with = (&*counter, &lending.models());
        let view = measure(job, &spec, texts, &questions, &methods, with);
        lending.tell();
        // A model that was stopped fails for no other reason.
        job.go_on()?;
        view.map(|view| JobOutcome::Fidelity(Box::new(view)))
    })
}

fn check(spec: &FidelitySpec) -> Result<(), EngineError> {
    let bad = |what: String| Err(EngineError::BadRequest(what));
    if spec.ratios.is_empty() || spec.ratios.len() > MOST_RATIOS {
        let asked = spec.ratios.len();
        return bad(format!("{asked} ratios were asked for; ask for 1 to {MOST_RATIOS}"));
    }
    if spec.methods.is_empty() || spec.methods.len() > MOST_METHODS {
        let asked = spec.methods.len();
        return bad(format!("{asked} methods were asked for; ask for 1 to {MOST_METHODS}"));
    }
    if let Some(ratio) = spec.ratios.iter().find(|ratio| !(ratio.is_finite() && **ratio > 1.0)) {
        return bad(format!("a ratio of {ratio} compresses nothing; ask for more than 1"));
    }
    match spec.loss {
        Some(loss) if !(loss > 0.0 && loss < 1.0) => {
            bad(format!("a loss of {loss} is no share; give one above 0 and below 1, such as 0.05"))
        }
        _ => Ok(()),
    }
}

struct Method {
    name: String,
    way: Way,
    without: Option<Stage>,
}

impl Method {
    fn of(method: &protocol::FidelityMethod) -> Result<Method, EngineError> {
        let without = method.without.as_deref().map(|name| {
            Stage::from_name(name).ok_or_else(|| {
                let known: Vec<&str> = Stage::ALL.iter().map(|(_, name)| *name).collect();
                EngineError::BadRequest(format!(
                    "there is no stage {name:?}; choose one of {}",
                    known.join(", ")
                ))
            })
        });
        Ok(Method {
            name: method.name.clone(),
            way: Way::of(&method.strategy, method.focus.as_deref(), &method.shaping)?,
            without: without.transpose()?,
        })
    }
}

/// A document and what there is in it to be lost.
struct Measured {
    document: Document,
    tokens: usize,
    probes: Probes,
}

/// Reads the documents. One that cannot be read is left out, and that is said; questions about it go with it.
fn read(
    job: &Job,
    spec: &FidelitySpec,
    questions: &[Question],
) -> Result<Vec<Document>, EngineError> {
    let documents = named(&spec.documents);
    let reader = job.engine.inner.reader.as_deref();
    let mut read = Vec::with_capacity(documents.len());
    let mut left = LeftOut::default();
    for (done, document) in (0u64..).zip(&documents) {
        job.go_on()?;
        job.progress(format!("reading {}", document.name), done, documents.len() as u64);
        match jobs::surviving(|| document.read(reader)) {
            Ok(document) => read.push(document),
            Err(failure) => left.add(job, &document.name, failure)?,
        }
    }
    let nowhere = questions.iter().find(|question| {
        let is_named = |name: &String| {
            documents.iter().any(|document| called(&document.name, name))
                || read.iter().any(|document| called(&document.name, name))
        };
        question.document.as_ref().is_some_and(|name| !is_named(name))
    });
    match nowhere.and_then(|question| question.document.as_ref()) {
        Some(name) => Err(EngineError::BadRequest(format!(
            "a question is about {name:?}, which is none of the documents; name that document too"
        ))),
        None => left.unless(read),
    }
}

/// Whether a document is called so, with its folders or without.
fn called(document: &str, name: &str) -> bool {
    document == name || document.rsplit(['/', '\\']).next() == Some(name)
}

fn measure(
    job: &Job,
    spec: &FidelitySpec,
    documents: Vec<Document>,
    questions: &[Question],
    methods: &[Method],
    (counter, models): (&dyn TokenCounter, &Models<'_>),
) -> Result<FidelityView, EngineError> {
    let texts: Vec<Measured> = documents
        .into_iter()
        .map(|document| {
            let about: Vec<&Question> = (questions.iter())
                .filter(|q| q.document.as_ref().is_none_or(|name| called(&document.name, name)))
                .collect();
            Measured {
                tokens: counter.count(&document.text),
                probes: Probes::of(&document.text, document.kind, SEED, &about),
                document,
            }
        })
        .collect();
    let advised = if spec.loss.is_some() { TRIED.len() } else { 0 };
    let total = ((methods.len() + 2) * spec.ratios.len() + advised) as u64;
    let mut done = 0;
    let mut rows = Vec::new();
    let mut step = |what: &str, ratio: f64| {
        let doing = format!("{what} {}×", protocol::numbers::short(ratio));
        job.progress(doing, done, total);
        done += 1;
        job.go_on()
    };
    for method in methods {
        for &ratio in &spec.ratios {
            step(&method.name, ratio)?;
            let sums = all(&texts, counter, |text| made(text, method, ratio, counter, models))?;
            rows.push(sums.row(&method.name, ratio));
        }
    }
    for (name, draws) in [("random", DRAWS), ("lead", 1)] {
        for &ratio in &spec.ratios {
            step(name, ratio)?;
            let mut drawn = Vec::new();
            for draw in 0..draws {
                drawn.push(all(&texts, counter, |text| {
                    Ok(blind(text, name, ratio, counter, draw))
                })?);
            }
            rows.push(Sums::mean(drawn).row(name, ratio));
        }
    }
    let mut advice = Vec::new();
    if let (Some(loss), Some(method)) = (spec.loss, methods.first()) {
        let mut tried = Vec::new();
        for ratio in TRIED {
            step("advice,", ratio)?;
            tried.push(all(&texts, counter, |text| made(text, method, ratio, counter, models))?);
        }
        advice = advise(&tried, loss);
    }
    let mut lossless = 0;
    for Measured { document, .. } in &texts {
        job.go_on()?;
        let request = compress::Request {
            kind: document.kind,
            ..compress::Request::new(&document.text, Budget::Ratio(1.0))
        };
        lossless += compress::lossless_tokens(&request, counter)? as u64;
    }
    Ok(FidelityView {
        documents: texts.len() as u64,
        tokens: texts.iter().map(|text| text.tokens as u64).sum(),
        tokens_lossless: Some(lossless),
        tokenizer: counter.name().to_owned(),
        rows,
        advice,
    })
}

/// What one method makes of one document.
fn made(
    text: &Measured,
    method: &Method,
    ratio: f64,
    counter: &dyn TokenCounter,
    models: &Models<'_>,
) -> Result<Kept, EngineError> {
    let request = compress::Request {
        without: method.without,
        ..models.to(method.way.request(&text.document, Budget::Ratio(ratio)))
    };
    let made = compress::compress(&request, counter)?;
    let ranges = made.spans.into_iter().map(|span| span.src).collect();
    Ok(Kept { text: made.text, ranges })
}

fn blind(text: &Measured, name: &str, ratio: f64, counter: &dyn TokenCounter, draw: u64) -> Kept {
    let budget = ((text.tokens as f64 / ratio) as usize).max(1);
    let Document { text, kind, .. } = &text.document;
    match name {
        "lead" => lead(text, *kind, budget, counter),
        _ => random(text, *kind, budget, counter, SEED + draw),
    }
}

/// What is left of everything in all documents.
#[derive(Clone, Default)]
struct Sums {
    tokens_in: usize,
    tokens_out: usize,
    /// Numbers, names, sections, phrases, answers: for each thing how much of it is left, 0 or 1 or,
    /// over several draws, between.
    left: [Vec<f64>; 5],
}

fn all(
    texts: &[Measured],
    counter: &dyn TokenCounter,
    mut make: impl FnMut(&Measured) -> Result<Kept, EngineError>,
) -> Result<Sums, EngineError> {
    let mut sums = Sums::default();
    for text in texts {
        let Kept { text: output, ranges } = make(text)?;
        sums.tokens_out += counter.count(&output);
        sums.add(text, &output, &ranges);
    }
    Ok(sums)
}

impl Sums {
    fn add(&mut self, text: &Measured, output: &str, ranges: &[Range<usize>]) {
        let Found { numbers, names, sections, phrases, answers } =
            text.probes.found(output, ranges);
        for (left, found) in self.left.iter_mut().zip([numbers, names, sections, phrases, answers])
        {
            left.extend(found.into_iter().map(|found| f64::from(u8::from(found))));
        }
        self.tokens_in += text.tokens;
    }

    /// The mean of several, thing by thing.
    fn mean(all: Vec<Sums>) -> Sums {
        let n = all.len().max(1) as f64;
        let mut all = all.into_iter();
        let mut mean = all.next().unwrap_or_default();
        for more in all {
            mean.tokens_in += more.tokens_in;
            mean.tokens_out += more.tokens_out;
            for (left, more) in mean.left.iter_mut().zip(more.left) {
                left.iter_mut().zip(more).for_each(|(left, more)| *left += more);
            }
        }
        mean.left.iter_mut().flatten().for_each(|left| *left /= n);
        mean
    }

    fn row(&self, method: &str, asked: f64) -> FidelityRow {
        let [numbers, names, sections, phrases, answers] =
            std::array::from_fn(|sort| share(&self.left[sort]));
        FidelityRow {
            method: method.to_owned(),
            asked,
            ratio: (self.tokens_out > 0).then(|| self.tokens_in as f64 / self.tokens_out as f64),
            numbers,
            names,
            sections,
            phrases,
            answers,
        }
    }
}

fn share(left: &[f64]) -> Option<ShareLeft> {
    let found = bootstrap(left.len(), CONFIDENCE, |counts| weighted(left, counts))?;
    Some(ShareLeft { of: left.len() as u64, share: found.value, lo: found.lo, hi: found.hi })
}

fn weighted(left: &[f64], counts: &[u32]) -> Option<f64> {
    let n: u32 = counts.iter().sum();
    let sum: f64 = left.iter().zip(counts).map(|(left, count)| left * f64::from(*count)).sum();
    (n > 0).then(|| sum / f64::from(n))
}

/// The largest ratio that keeps all but `loss`, of each sort there is. Sections are no measure: a word is
/// enough for one.
fn advise(tried: &[Sums], loss: f64) -> Vec<RatioAdvice> {
    let sorts = [(0, "numbers"), (1, "names"), (3, "phrases"), (4, "answers")];
    let advice = sorts.into_iter().filter_map(|(sort, of)| {
        let n = tried.first().map_or(0, |sums| sums.left[sort].len());
        let shares = |counts: &[u32]| -> Option<Vec<f64>> {
            tried.iter().map(|sums| weighted(&sums.left[sort], counts)).collect()
        };
        let found = bootstrap(n, CONFIDENCE, |counts| Some(reach(&shares(counts)?, loss)))?;
        let most = TRIED[TRIED.len() - 1];
        Some(RatioAdvice {
            of: of.to_owned(),
            ratio: found.value,
            lo: found.lo,
            hi: found.hi,
            at_least: found.value >= most,
        })
    });
    advice.collect()
}

/// Where the shares that are left at the ratios tried first fall below what may be lost, between two of
/// them by a straight line; everything is left at 1.
fn reach(shares: &[f64], loss: f64) -> f64 {
    let wanted = 1.0 - loss;
    let (mut ratio, mut share) = (1.0, 1.0);
    for (&next, &left) in TRIED.iter().zip(shares) {
        if left < wanted {
            let part = (share - wanted) / (share - left).max(1e-12);
            return ratio + (next - ratio) * part.clamp(0.0, 1.0);
        }
        (ratio, share) = (next, left);
    }
    ratio
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_advised_lies_where_the_loss_begins() {
        let check = |shares: &[f64], loss: f64, expect: f64| {
            assert!((reach(shares, loss) - expect).abs() < 1e-9, "{}", reach(shares, loss));
        };
        check(&[1.0; 14], 0.05, 16.0);
        check(&[0.5; 14], 0.25, 1.05);
        let mut shares = [1.0; 14];
        shares[4..].fill(0.9);
        check(&shares, 0.05, 1.875);
        shares[4..].fill(0.94);
        check(&shares, 0.06, 16.0);
    }

    #[test]
    fn things_of_several_draws_are_left_in_part() {
        let one = |left: f64| Sums {
            left: [vec![left], vec![], vec![], vec![], vec![]],
            tokens_in: 8,
            tokens_out: 2,
        };
        let row = Sums::mean(vec![one(1.0), one(0.0)]).row("random", 4.0);
        assert_eq!(row.ratio, Some(4.0));
        assert_eq!(row.numbers.map(|left| (left.of, left.share)), Some((1, 0.5)));
        assert_eq!(row.names, None);
    }
}
