//! The two sides where the picture cannot be seen: a run each, chosen from the newest.

use protocol::numbers::with_unit;
use protocol::{RunStatus, RunSummary, moment};

use super::side::Side;
use crate::aloud::Field;

/// The fields of both sides. A run that stands on the other side cannot stand here too; a side of several runs, or of
/// a selector that somebody wrote, is shown as it is.
pub(super) fn fields<'a>(
    [base, candidate]: [&Side; 2],
    runs: impl Iterator<Item = &'a RunSummary> + Clone,
) -> Vec<Field> {
    let of = |key: &str, name: &str, side: &Side, other: &Side| {
        let over = runs.clone().filter(|run| run.status != RunStatus::Recording);
        let mut choices: Vec<(String, String)> = over
            .filter(|run| !other.has(&run.run))
            .map(|run| (run.run.0.clone(), said(run)))
            .collect();
        let selector = side.selector();
        if choices.iter().all(|(value, _)| *value != selector) {
            let name = if side.is_empty() { "No run yet" } else { &selector };
            choices.insert(0, (selector.clone(), name.to_owned()));
        }
        Field::choice(key, name, &selector, choices)
    };
    vec![of("base", "Base", base, candidate), of("candidate", "Candidate", candidate, base)]
}

/// A run in few words; two of the same second, board and model are told apart by the last of them.
fn said(run: &RunSummary) -> String {
    let rate = run.rate().map(|(metric, rate)| with_unit(rate, metric.unit));
    let tags = run.tags.iter().map(|(key, value)| format!("{key}={value}"));
    let first = [moment::moment(run.created_ms), run.board.clone(), run.model.clone()];
    let last = [run.run.to_string()];
    first.into_iter().chain(tags).chain(rate).chain(last).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aloud::How;

    fn run(id: &str, status: RunStatus) -> RunSummary {
        let mut run: RunSummary = serde_json::from_value(serde_json::json!({
            "run": id, "kind": "profile", "status": "complete", "created_ms": 0,
            "board": "This computer", "model": "stories260K", "synthetic": false,
            "emulated": false, "note": null, "tags": {}, "headline": {},
        }))
        .unwrap();
        run.status = status;
        run
    }

    fn values(field: &Field) -> Vec<&str> {
        let How::Choice(choices) = &field.how else { panic!("{field:?}") };
        choices.iter().map(|choice| choice.value.as_str()).collect()
    }

    #[test]
    fn a_side_is_one_of_the_runs_that_are_over_and_not_on_the_other() {
        let runs = [
            run("r3", RunStatus::Recording),
            run("r2", RunStatus::Complete),
            run("r1", RunStatus::Aborted),
        ];
        let none = Side::default();
        let fields_of = |base: &Side, candidate: &Side| fields([base, candidate], runs.iter());
        let free = fields_of(&none, &none).swap_remove(0);
        assert_eq!(values(&free), ["", "r2", "r1"]);
        let How::Choice(choices) = &free.how else { panic!("{free:?}") };
        assert_ne!(choices[1].name, choices[2].name, "they can be told apart");
        let both = fields_of(&Side::of("r1"), &Side::of("r2"));
        assert_eq!((both[0].value.as_str(), both[1].value.as_str()), ("r1", "r2"));
        assert_eq!((values(&both[0]), values(&both[1])), (vec!["r1"], vec!["r2"]));
        let several = fields_of(&Side::of("r1,r2"), &none);
        assert_eq!(values(&several[0]), ["r1,r2", "r2", "r1"]);
        assert_eq!(values(&several[1]), [""]);
    }
}
