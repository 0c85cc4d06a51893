//! Fitting weights to a user's own questions: the job around [`compress::fidelity::tune`], and the judgement.

use analysis::bootstrap;
use compress::fidelity::{Question, Sample, Tuned, Tuning, tune};
use compress::{Strategy, TokenCounter};
use protocol::{Interval, JobId, JobKind, JobOutcome, TuneDocument, TuneSpec, TuneView};

use crate::Engine;
use crate::compress::{counter, strategy};
use crate::documents::{name_of, read};
use crate::error::EngineError;
use crate::failure::failure;
use crate::jobs::{self, Job};
use crate::left_out::LeftOut;

/// Most ratios and most documents.
const MOST_RATIOS: usize = 8;
const MOST_DOCUMENTS: usize = 10_000;
const CONFIDENCE: f64 = 0.95;
/// From so many documents on, documents are drawn anew for the interval, and not their questions.
const MANY: usize = 8;

/// Begins the job; everything but the documents is checked at once.
pub(crate) fn start(engine: &Engine, spec: TuneSpec) -> Result<JobId, EngineError> {
    check(&spec)?;
    let counter = counter(&spec.tokenizer)?;
    let strategy = strategy(&spec.strategy)?;
    let title = format!("{} documents", spec.documents.len());
    jobs::begin(engine, JobKind::Tune, title, move |job| {
        run(job, &spec, &*counter, strategy).map(|view| JobOutcome::Tuned(Box::new(view)))
    })
}

fn check(spec: &TuneSpec) -> Result<(), EngineError> {
    let bad = |what: String| Err(EngineError::BadRequest(what));
    if spec.ratios.is_empty() || spec.ratios.len() > MOST_RATIOS {
        let asked = spec.ratios.len();
        return bad(format!("{asked} ratios were asked for; ask for 1 to {MOST_RATIOS}"));
    }
    if let Some(ratio) = spec.ratios.iter().find(|ratio| !(ratio.is_finite() && **ratio > 1.0)) {
        return bad(format!("a ratio of {ratio} compresses nothing; ask for more than 1"));
    }
    if spec.documents.len() > MOST_DOCUMENTS {
        let given = spec.documents.len();
        return bad(format!("{given} documents were given; give at most {MOST_DOCUMENTS}"));
    }
    Ok(())
}

fn run(
    job: &Job,
    spec: &TuneSpec,
    counter: &dyn TokenCounter,
    strategy: Strategy,
) -> Result<TuneView, EngineError> {
    let total = spec.documents.len() as u64;
    let mut samples = Vec::with_capacity(spec.documents.len());
    let mut left = LeftOut::default();
    for (done, document) in (0u64..).zip(&spec.documents) {
        job.go_on()?;
        let name = name_of(&document.source);
        job.progress(format!("reading {name}"), done, total);
        match jobs::surviving(|| sample(job, document).map_err(failure)) {
            Ok(sample) => samples.push(sample),
            Err(failure) => left.add(job, &name, failure)?,
        }
    }
    let samples = left.unless(samples)?;
    let tuning = Tuning {
        samples: &samples,
        counter,
        strategy,
        ratios: &spec.ratios,
        seed: spec.seed,
        threads: std::thread::available_parallelism().map_or(1, Into::into),
    };
    let mut step = |done: usize, total: usize| {
        job.progress("trying weights", done as u64, total as u64);
        job.go_on().is_ok()
    };
    let tuned = tune(&tuning, &mut step)?.ok_or(EngineError::Cancelled)?;
    Ok(judged(&tuned, spec, counter.name()))
}

fn sample(job: &Job, document: &TuneDocument) -> Result<Sample, EngineError> {
    let read = read(job.engine.inner.reader.as_deref(), &document.source)?;
    let questions: Vec<Question> = document
        .questions
        .iter()
        .map(|one| Question {
            document: None,
            question: one.question.clone(),
            answers: one.answers.clone(),
        })
        .collect();
    let all: Vec<&Question> = questions.iter().collect();
    Ok(Sample::new(read.text, read.kind, &all))
}

/// What the documents say that nothing was fitted to. Weights are worth keeping where even the lower end of
/// the gain's interval is one.
fn judged(tuned: &Tuned, spec: &TuneSpec, tokenizer: &str) -> TuneView {
    // What is drawn anew, each with the questions that go with it.
    let documents = tuned.held.len() >= MANY;
    let drawn: Vec<Vec<(f64, f64)>> = match documents {
        true => tuned.held.clone(),
        false => tuned.held.iter().flatten().map(|pair| vec![*pair]).collect(),
    };
    let mean = |counts: &[u32], of: &dyn Fn(&(f64, f64)) -> f64| {
        let (mut sum, mut n) = (0.0, 0.0);
        for (pairs, count) in drawn.iter().zip(counts) {
            let count = f64::from(*count);
            sum += count * pairs.iter().map(of).sum::<f64>();
            n += count * pairs.len() as f64;
        }
        (n > 0.0).then(|| sum / n)
    };
    let once = vec![1; drawn.len()];
    let gain = |pair: &(f64, f64)| pair.1 - pair.0;
    let found = bootstrap(drawn.len(), CONFIDENCE, |counts| mean(counts, &gain));
    let value = found.as_ref().map_or(0.0, |found| found.value);
    let ci95 = found.map(|found| [found.lo, found.hi]);
    let gains = ci95.is_some_and(|[low, _]| low > 0.0);
    let (before, after) = (mean(&once, &|pair| pair.0), mean(&once, &|pair| pair.1));
    let view = TuneView {
        weights: tuned.weights.named(),
        gains,
        fitted_documents: tuned.fitted.0 as u64,
        fitted_questions: tuned.fitted.1 as u64,
        held_documents: tuned.held.len() as u64,
        held_questions: tuned.held.iter().map(|pairs| pairs.len() as u64).sum(),
        before: before.unwrap_or(0.0),
        after: after.unwrap_or(0.0),
        gain: Interval { value, ci95 },
        drawn: if documents { "documents" } else { "questions" }.to_owned(),
        ratios: spec.ratios.clone(),
        tokenizer: tokenizer.to_owned(),
        tried: tuned.tried as u64,
        file: String::new(),
    };
    let said = serde_json::json!({
        "documents": view.fitted_documents,
        "questions": view.fitted_questions,
        "held_documents": view.held_documents,
        "held_questions": view.held_questions,
        "before": view.before,
        "after": view.after,
        "gain": view.gain,
        "gains": gains,
        "ratios": view.ratios,
        "tokenizer": tokenizer,
        "strategy": spec.strategy,
        "seed": spec.seed,
        "version": env!("CARGO_PKG_VERSION"),
    });
    TuneView { file: compress::weights::write(&tuned.weights, said), ..view }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(held: Vec<Vec<(f64, f64)>>, gains: bool, drawn: &str) -> TuneView {
        let weights = compress::Weights { position: 0.0, ..Default::default() };
        let tuned = Tuned { weights, fitted: (9, 80), held, tried: 5 };
        let spec = TuneSpec {
            documents: Vec::new(),
            tokenizer: "o200k".into(),
            strategy: "automatic".into(),
            ratios: vec![4.0],
            seed: 1,
        };
        let view = judged(&tuned, &spec, "o200k");
        assert_eq!((view.gains, view.drawn.as_str()), (gains, drawn), "{view:?}");
        view
    }

    #[test]
    fn weights_gain_where_chance_does_not_explain_it() {
        let better = vec![(0.0, 1.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
        let view = check(vec![better.clone(); 10], true, "documents");
        assert_eq!((view.before, view.after, view.gain.value), (0.25, 0.75, 0.5));
        assert_eq!(compress::weights::read(&view.file).unwrap().position, 0.0);
        check(vec![better; 3], true, "questions");
        // As many lost as won, or one of forty won.
        check(vec![vec![(0.0, 1.0), (1.0, 0.0)]; 10], false, "documents");
        let mut few = vec![(0.5, 0.5); 39];
        few.push((0.0, 1.0));
        check(vec![few], false, "questions");
        check(vec![vec![(1.0, 1.0)]], false, "questions");
    }
}
