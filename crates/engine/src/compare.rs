//! Two sides in, verdicts out, with what differed beside them.

use std::collections::{BTreeMap, BTreeSet};

use analysis::Rule;
use protocol::{
    ComparisonView, Difference, Direction, METRICS, MetricVerdict, RunDetail, Scope, SideView,
    Verdict,
};

use crate::Engine;
use crate::error::EngineError;
use crate::fingerprint::{STREAMS, explains, fact};
use crate::own::direction_of;
use crate::runs::select;

/// Identical earlier runs looked at for the noise floor.
const A_A_RUNS: u32 = 200;

/// Compares two selections of runs.
pub(crate) fn compare(
    engine: &Engine,
    base: &str,
    candidate: &str,
    min_effect: Option<f64>,
    metrics: &[String],
) -> Result<ComparisonView, EngineError> {
    let min_effect = min_effect.unwrap_or(engine.settings().min_effect());
    if !(0.0..1.0).contains(&min_effect) {
        return Err(EngineError::BadRequest(
            "the smallest effect must be between 0 and 100 %".into(),
        ));
    }
    let base = select(engine, base)?;
    let candidate = select(engine, candidate)?;
    if let Some(run) =
        base.iter().find(|run| candidate.iter().any(|other| other.summary.run == run.summary.run))
    {
        return Err(EngineError::BadRequest(format!(
            "run {} stands on both sides; compare different runs",
            run.summary.run
        )));
    }
    let scope = match (base.len(), candidate.len()) {
        (1, 1) => Scope::WithinSession,
        _ => Scope::BetweenRuns,
    };
    let floors = noise_floors(engine, &base, &candidate)?;
    let names = names(&base, &candidate, metrics)?;
    let metrics: Vec<MetricVerdict> = names
        .iter()
        .map(|name| verdict(name, scope, &base, &candidate, min_effect, floors.get(name).copied()))
        .collect();
    let verdicts: Vec<analysis::Verdict> =
        metrics.iter().map(|metric| to_analysis(metric.verdict)).collect();
    let both = || base.iter().chain(&candidate);
    Ok(ComparisonView {
        scope,
        verdict: from_analysis(analysis::overall(&verdicts)),
        base: base.iter().map(|run| run.summary.run.clone()).collect(),
        candidate: candidate.iter().map(|run| run.summary.run.clone()).collect(),
        min_effect,
        metrics,
        differences: differences(&base, &candidate),
        synthetic: both().any(|run| run.summary.synthetic),
        emulated: both().any(|run| run.summary.emulated),
    })
}

/// The metrics asked for, or the headline ones that both sides have.
fn names(
    base: &[RunDetail],
    candidate: &[RunDetail],
    asked: &[String],
) -> Result<Vec<String>, EngineError> {
    let has = |side: &[RunDetail], name: &str| side.iter().all(|run| run.median(name).is_some());
    if asked.is_empty() {
        let headline = METRICS.iter().filter(|metric| metric.headline).map(|metric| metric.name);
        let names: Vec<String> = headline
            .filter(|name| has(base, name) && has(candidate, name))
            .map(str::to_owned)
            .chain(
                declared(base, candidate)
                    .into_iter()
                    .filter(|name| has(base, name) && has(candidate, name)),
            )
            .collect();
        return match names.is_empty() {
            true => Err(EngineError::BadRequest(
                "the two sides have no metric in common; did the runs record anything".into(),
            )),
            false => Ok(names),
        };
    }
    for name in asked {
        let (side, missing) = match (has(base, name), has(candidate, name)) {
            (true, true) => {
                one_unit(name, base.iter().chain(candidate))?;
                continue;
            }
            (false, _) => ("base", base),
            (true, false) => ("candidate", candidate),
        };
        let known: BTreeSet<&str> =
            missing.iter().flat_map(|run| &run.metrics).map(|m| m.name.as_str()).collect();
        let known: Vec<&str> = known.into_iter().collect();
        return Err(EngineError::BadRequest(format!(
            "the {side} has no metric {name:?}; it has {}",
            known.join(", ")
        )));
    }
    Ok(asked.to_vec())
}

/// Runs whose boards declare one series in different units are not compared by it.
fn one_unit<'a>(name: &str, runs: impl Iterator<Item = &'a RunDetail>) -> Result<(), EngineError> {
    let units: BTreeSet<&str> = runs
        .flat_map(|run| &run.metrics)
        .filter(|metric| metric.name == name)
        .map(|metric| metric.unit.as_str())
        .collect();
    match units.len() {
        0 | 1 => Ok(()),
        _ => {
            let units: Vec<&str> = units.into_iter().collect();
            Err(EngineError::BadRequest(format!(
                "{name} comes in different units ({}); compare runs that have it in one",
                units.join(", ")
            )))
        }
    }
}

/// Which way of a metric is better: by the table, or as the boards of all runs declare it alike.
fn direction<'a>(name: &str, mut runs: impl Iterator<Item = &'a RunDetail>) -> Direction {
    if let Some(spec) = protocol::metric(name) {
        return spec.direction;
    }
    let declared = |run: &RunDetail| direction_of(&run.fingerprint, name);
    let first = runs.next().and_then(declared);
    match first {
        Some((direction, unit))
            if runs.all(|run| declared(run).as_ref() == Some(&(direction, unit.clone()))) =>
        {
            direction
        }
        _ => Direction::Neither,
    }
}

/// The means of the series that the boards of all runs declare alike, with a better and a worse.
fn declared(base: &[RunDetail], candidate: &[RunDetail]) -> Vec<String> {
    let first = base.iter().chain(candidate).next();
    let metrics = first.iter().flat_map(|run| &run.metrics).map(|metric| metric.name.clone());
    let judged = |name: &String| {
        protocol::metric(name).is_none()
            && name.ends_with("_mean")
            && direction(name, base.iter().chain(candidate)) != Direction::Neither
    };
    metrics.filter(judged).collect()
}

/// One value per repetition of the one run, or one per run.
fn values(scope: Scope, side: &[RunDetail], name: &str) -> Vec<f64> {
    match scope {
        Scope::WithinSession => side
            .iter()
            .flat_map(|run| &run.repetitions)
            .filter(|repetition| repetition.counts())
            .filter_map(|repetition| repetition.values.get(name).copied())
            .collect(),
        Scope::BetweenRuns => side.iter().filter_map(|run| run.median(name)).collect(),
    }
}

fn verdict(
    name: &str,
    scope: Scope,
    base: &[RunDetail],
    candidate: &[RunDetail],
    min_effect: f64,
    noise_floor: Option<f64>,
) -> MetricVerdict {
    let direction = direction(name, base.iter().chain(candidate));
    let base_values = values(scope, base, name);
    let candidate_values = values(scope, candidate, name);
    let rule = Rule {
        min_effect,
        noise_floor,
        ..Rule::new(
            match direction {
                Direction::LowerIsBetter => analysis::Direction::LowerIsBetter,
                Direction::HigherIsBetter => analysis::Direction::HigherIsBetter,
                Direction::Neither => analysis::Direction::Neither,
            },
            match scope {
                Scope::WithinSession => analysis::Scope::WithinSession,
                Scope::BetweenRuns => analysis::Scope::BetweenRuns,
            },
        )
    };
    let result = analysis::compare(&base_values, &candidate_values, &rule);
    let unit = base.iter().flat_map(|run| &run.metrics).find(|m| m.name == name);
    MetricVerdict {
        name: name.to_owned(),
        unit: unit.map(|m| m.unit.clone()).unwrap_or_default(),
        direction,
        base: side(&base_values),
        candidate: side(&candidate_values),
        change: result.change,
        // Where the samples are too small for 95 %, the interval is another one: not shown as this.
        ci95: result.ci95.filter(|_| {
            result.shift.is_some_and(|shift| shift.achieved_confidence >= rule.confidence - 1e-9)
        }),
        p: Some(result.p),
        noise_floor,
        threshold: result.threshold,
        verdict: from_analysis(result.verdict),
        why: result.why.explain().to_owned(),
        base_values,
        candidate_values,
    }
}

fn side(values: &[f64]) -> SideView {
    let summary = analysis::Summary::of(values);
    SideView {
        n: summary.map_or(0, |summary| summary.n as u32),
        median: summary.map(|summary| summary.median),
    }
}

/// For each metric, how far apart runs of the very same thing have been, where enough are stored.
fn noise_floors(
    engine: &Engine,
    base: &[RunDetail],
    candidate: &[RunDetail],
) -> Result<BTreeMap<String, f64>, EngineError> {
    let Some(first) = base.first() else { return Ok(BTreeMap::new()) };
    let store = engine.store()?;
    let page = store.list_runs(
        &store::RunFilter { status: Some(store::RunStatus::Complete), ..Default::default() },
        store::Page { limit: A_A_RUNS, offset: 0 },
    )?;
    let mut sessions: BTreeMap<String, Vec<Vec<f64>>> = BTreeMap::new();
    let judged = |run: &store::Run| candidate.iter().any(|c| c.summary.run.0 == run.id.as_str());
    // What is being judged is no witness of how much the same thing varies.
    for run in page.runs.iter().filter(|run| !judged(run)) {
        let print: protocol::Fingerprint =
            serde_json::from_str(&run.fingerprint_json).unwrap_or_default();
        let spec: Option<protocol::RunSpec> = serde_json::from_str(&run.spec_json).ok();
        let same_spec = spec.is_some_and(|spec| same_work(&spec, &first.spec));
        if !same_spec || !differing(&print, &first.fingerprint).is_empty() {
            continue;
        }
        let mut by_metric: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for repetition in store.repetitions(&run.id)?.into_iter().filter(counts) {
            for (name, value) in repetition.values {
                by_metric.entry(name).or_default().push(value);
            }
        }
        for (name, values) in by_metric {
            sessions.entry(name).or_default().push(values);
        }
    }
    Ok(sessions
        .into_iter()
        .filter_map(|(name, sessions)| Some((name, analysis::noise_floor(&sessions)?)))
        .collect())
}

/// Whether two runs were asked to do the same thing, whatever they are called.
fn same_work(a: &protocol::RunSpec, b: &protocol::RunSpec) -> bool {
    let strip = |spec: &protocol::RunSpec| protocol::RunSpec {
        tags: BTreeMap::new(),
        repetitions: 0,
        warmup: 0,
        meter: None,
        ..spec.clone()
    };
    strip(a) == strip(b)
}

/// Keys that explain a change and differ between two fingerprints.
fn differing(a: &protocol::Fingerprint, b: &protocol::Fingerprint) -> BTreeSet<String> {
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    keys.into_iter().filter(|key| explains(key) && fact(a, key) != fact(b, key)).cloned().collect()
}

/// What differed: fingerprints first, then what was asked.
fn differences(base: &[RunDetail], candidate: &[RunDetail]) -> Vec<Difference> {
    let mut facts: BTreeMap<String, [BTreeSet<String>; 2]> = BTreeMap::new();
    for (side, runs) in [base, candidate].into_iter().enumerate() {
        for run in runs {
            let mut asked = asked(run);
            let streams = fact(&run.fingerprint, STREAMS).unwrap_or_default();
            asked.insert(STREAMS.into(), streams.into());
            for (key, value) in run.fingerprint.iter().chain(&asked) {
                if explains(key)
                    && let Some(values) = facts.entry(key.clone()).or_default().get_mut(side)
                {
                    values.insert(value.clone());
                }
            }
        }
    }
    let join = |values: BTreeSet<String>| {
        (!values.is_empty()).then(|| values.into_iter().collect::<Vec<_>>().join(", "))
    };
    facts
        .into_iter()
        .filter(|(_, [base, candidate])| base != candidate)
        .map(|(key, [base, candidate])| Difference {
            key,
            base: join(base),
            candidate: join(candidate),
        })
        .collect()
}

fn asked(run: &RunDetail) -> BTreeMap<String, String> {
    let spec = &run.spec;
    BTreeMap::from([
        ("asked.tokens".to_owned(), spec.tokens.to_string()),
        ("asked.repetitions".to_owned(), spec.repetitions.to_string()),
        ("asked.warmup".to_owned(), spec.warmup.to_string()),
        ("asked.seed".to_owned(), spec.seed.to_string()),
        ("asked.temperature".to_owned(), spec.temperature.to_string()),
        ("asked.top_p".to_owned(), spec.top_p.to_string()),
    ])
}

/// Whether a stored repetition is one that comparisons are made of.
fn counts(repetition: &store::Repetition) -> bool {
    !repetition.warmup && repetition.status == store::RepetitionStatus::Complete
}

fn from_analysis(verdict: analysis::Verdict) -> Verdict {
    match verdict {
        analysis::Verdict::Improved => Verdict::Improved,
        analysis::Verdict::Unchanged => Verdict::Unchanged,
        analysis::Verdict::Regressed => Verdict::Regressed,
        analysis::Verdict::Inconclusive => Verdict::Inconclusive,
    }
}

fn to_analysis(verdict: Verdict) -> analysis::Verdict {
    match verdict {
        Verdict::Improved => analysis::Verdict::Improved,
        Verdict::Unchanged => analysis::Verdict::Unchanged,
        Verdict::Regressed => analysis::Verdict::Regressed,
        Verdict::Inconclusive => analysis::Verdict::Inconclusive,
    }
}
