//! How far each stretch of a document survives: it is compressed ever further, and what is still
//! there is counted. Measured, not guessed.

use compress::{Budget, Document, TokenCounter};
use protocol::{HeatSpan, HeatSpec, HeatView, JobId, JobKind, JobOutcome};

use crate::Engine;
use crate::compress::counter;
use crate::documents::{name_of, read};
use crate::error::EngineError;
use crate::jobs::{self, Job};
use crate::lending::{Lending, Models};
use crate::way::Way;
use crate::weights;

/// Most ratios of one map.
const MOST_RATIOS: usize = 12;

/// Begins the job; everything but the document is checked at once.
pub(crate) fn start(engine: &Engine, mut spec: HeatSpec) -> Result<JobId, EngineError> {
    weights::fill(engine, &mut spec.shaping)?;
    check(&spec.ratios)?;
    let counter = counter(&spec.tokenizer)?;
    let way = Way::of(&spec.strategy, spec.focus.as_deref(), &spec.shaping)?;
    let title = name_of(&spec.document);
    jobs::begin(engine, JobKind::Heat, title, move |job| {
        let lending = Lending::load(job, &spec.neural)?;
        let document = read(job.engine.inner.reader.as_deref(), &spec.document)?;
        let map = map(job, &spec, &document, (&*counter, &lending.models()), &way);
        lending.tell();
        // A model that was stopped fails for no other reason.
        job.go_on()?;
        map.map(JobOutcome::Heat)
    })
}

fn check(ratios: &[f64]) -> Result<(), EngineError> {
    let bad = |what: String| Err(EngineError::BadRequest(what));
    if ratios.is_empty() || ratios.len() > MOST_RATIOS {
        return bad(format!(
            "{} ratios were asked for; ask for at least 1 and at most {MOST_RATIOS}",
            ratios.len()
        ));
    }
    if let Some(ratio) = ratios.iter().find(|ratio| !(ratio.is_finite() && **ratio > 1.0)) {
        return bad(format!("a ratio of {ratio} compresses nothing; ask for more than 1"));
    }
    if !ratios.is_sorted_by(|a, b| a < b) {
        return bad("the ratios do not ascend; give the smallest first and each once".into());
    }
    Ok(())
}

fn map(
    job: &Job,
    spec: &HeatSpec,
    document: &Document,
    (counter, models): (&dyn TokenCounter, &Models<'_>),
    way: &Way,
) -> Result<HeatView, EngineError> {
    let mut fates = Fates::of(document.text.len());
    let total = spec.ratios.len() as u64;
    for (done, &ratio) in (0u64..).zip(&spec.ratios) {
        job.go_on()?;
        job.progress(format!("compressing {}×", protocol::numbers::short(ratio)), done, total);
        let request = models.to(way.request(document, Budget::Ratio(ratio)));
        let made = compress::compress(&request, counter)?;
        let kept = made.spans.iter().map(|span| [span.src.start, span.src.end]);
        fates.keep(&kept.collect::<Vec<_>>());
    }
    Ok(HeatView {
        source_sha256: document.sha256.clone(),
        ratios: spec.ratios.clone(),
        spans: fates.spans(),
    })
}

/// Half-open, in bytes of the source.
type Stretch = [usize; 2];

/// What survived each round so far. A stretch that fell out once is out for good, even where a
/// smaller budget happened to take it in again.
struct Fates {
    len: usize,
    /// One list a round, each within the one before; the first is the whole document.
    alive: Vec<Vec<Stretch>>,
}

impl Fates {
    fn of(len: usize) -> Self {
        let whole = if len == 0 { Vec::new() } else { vec![[0, len]] };
        Fates { len, alive: vec![whole] }
    }

    /// One more round, of which these stretches are left, in order.
    fn keep(&mut self, kept: &[Stretch]) {
        let before = self.alive.last().map_or(&[][..], Vec::as_slice);
        let both = both(before, kept);
        self.alive.push(both);
    }

    /// The document from its beginning to its end, cut where the fate changes.
    fn spans(&self) -> Vec<HeatSpan> {
        let rounds = self.alive.get(1..).unwrap_or_default();
        // A cut ends what survived so many rounds and begins the next; rounds only nest, so the
        // number of those that hold a byte is how far it got.
        let mut cuts: Vec<(usize, i32)> = rounds
            .iter()
            .flatten()
            .flat_map(|&[from, to]| [(from, 1), (to, -1)])
            .chain([(self.len, 0)])
            .collect();
        cuts.sort_unstable();
        let mut spans: Vec<HeatSpan> = Vec::new();
        let (mut from, mut depth) = (0, 0);
        for (at, change) in cuts {
            if at > from {
                let (src, survived) = ([from as u64, at as u64], u32::try_from(depth).unwrap_or(0));
                match spans.last_mut() {
                    Some(last) if last.survived == survived => last.src[1] = at as u64,
                    _ => spans.push(HeatSpan { src, survived }),
                }
                from = at;
            }
            depth += change;
        }
        spans
    }
}

/// What lies in both, each sorted and without overlaps.
fn both(a: &[Stretch], b: &[Stretch]) -> Vec<Stretch> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut both = Vec::new();
    while let (Some(&&x), Some(&&y)) = (a.peek(), b.peek()) {
        let (from, to) = (x[0].max(y[0]), x[1].min(y[1]));
        if from < to {
            both.push([from, to]);
        }
        if x[1] <= y[1] {
            a.next()
        } else {
            b.next()
        };
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_fates(len: usize, rounds: &[&[Stretch]], expect: &[(u64, u64, u32)]) {
        let mut fates = Fates::of(len);
        rounds.iter().for_each(|kept| fates.keep(kept));
        let spans: Vec<_> =
            fates.spans().iter().map(|s| (s.src[0], s.src[1], s.survived)).collect();
        assert_eq!(spans, expect);
    }

    #[test]
    fn the_number_of_rounds_survived_is_counted_for_every_byte() {
        check_fates(10, &[&[[0, 10]]], &[(0, 10, 1)]);
        check_fates(10, &[&[]], &[(0, 10, 0)]);
        check_fates(10, &[&[[2, 6]], &[[4, 6]]], &[(0, 2, 0), (2, 4, 1), (4, 6, 2), (6, 10, 0)]);
        check_fates(10, &[&[[0, 4], [4, 9]]], &[(0, 9, 1), (9, 10, 0)]);
        check_fates(10, &[], &[(0, 10, 0)]);
    }

    #[test]
    fn what_fell_out_once_does_not_come_back() {
        check_fates(9, &[&[[0, 3]], &[[0, 9]]], &[(0, 3, 2), (3, 9, 0)]);
        check_fates(9, &[&[[0, 9]], &[], &[[0, 9]]], &[(0, 9, 1)]);
        check_fates(
            9,
            &[&[[0, 2], [5, 9]], &[[1, 6]], &[[0, 9]]],
            &[(0, 1, 1), (1, 2, 3), (2, 5, 0), (5, 6, 3), (6, 9, 1)],
        );
    }

    #[test]
    fn nothing_has_no_spans() {
        check_fates(0, &[&[]], &[]);
    }

    #[test]
    fn ratios_ascend_from_above_one() {
        let check =
            |ratios: &[f64], fine: bool| assert_eq!(check(ratios).is_ok(), fine, "{ratios:?}");
        check(&[1.01], true);
        check(&[1.5, 2.0, 4.0, 1e9], true);
        check(&[], false);
        check(&[1.0], false);
        check(&[2.0, 2.0], false);
        check(&[4.0, 2.0], false);
        check(&[-2.0, 2.0], false);
        check(&[f64::NAN], false);
        check(&[2.0, f64::INFINITY], false);
        let many: Vec<f64> = (2..15).map(f64::from).collect();
        check(&many, false);
        check(&many[..12], true);
    }
}
