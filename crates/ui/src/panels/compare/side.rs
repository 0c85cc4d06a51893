//! One side of a comparison: a run, several, or a selector that somebody wrote.

use protocol::{RunId, RunSummary};

/// What stands on a side, as parts of a selector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Side {
    parts: Vec<String>,
}

impl Side {
    /// A side from a selector: ids, `latest~2`, `tag:key=value`, joined by commas.
    pub(super) fn of(selector: &str) -> Side {
        let parts = selector.split(',').map(str::trim).filter(|part| !part.is_empty());
        Side { parts: parts.map(str::to_owned).collect() }
    }

    /// A side of one run.
    pub(super) fn only(run: &RunId) -> Side {
        Side { parts: vec![run.0.clone()] }
    }

    /// The selector.
    pub(super) fn selector(&self) -> String {
        self.parts.join(",")
    }

    /// The parts.
    pub(super) fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Nothing was chosen yet.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether a run stands here by its id.
    pub(super) fn has(&self, run: &RunId) -> bool {
        self.parts.contains(&run.0)
    }

    /// Puts a run here, or takes it away.
    pub(super) fn toggle(&mut self, run: &RunId) {
        if self.has(run) {
            self.parts.retain(|part| *part != run.0);
        } else {
            self.parts.push(run.0.clone());
        }
    }
}

/// Whether a run answers to all words of a search.
pub(super) fn found(run: &RunSummary, search: &str) -> bool {
    let mut text = format!("{} {} {} {:?}", run.run, run.board, run.model, run.status);
    for (key, value) in &run.tags {
        text.push_str(&format!(" {key}={value}"));
    }
    if let Some(note) = &run.note {
        text.push(' ');
        text.push_str(note);
    }
    for (word, holds) in [("synthetic", run.synthetic), ("emulated", run.emulated)] {
        if holds {
            text.push(' ');
            text.push_str(word);
        }
    }
    let text = text.to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_comes_apart_and_together() {
        let side = Side::of("latest~2, tag:branch=simd,");
        assert_eq!(side.parts(), ["latest~2", "tag:branch=simd"]);
        assert_eq!(side.selector(), "latest~2,tag:branch=simd");
        assert!(Side::of(" , ").is_empty());
    }

    #[test]
    fn a_run_is_put_and_taken_away() {
        let run = RunId::from("01k9");
        let mut side = Side::only(&"01k8".into());
        side.toggle(&run);
        assert_eq!(side.selector(), "01k8,01k9");
        side.toggle(&run);
        assert_eq!(side.selector(), "01k8");
    }

    #[test]
    fn every_word_must_be_found() {
        let run: RunSummary = serde_json::from_value(serde_json::json!({
            "run": "01k9", "kind": "profile", "status": "complete", "created_ms": 0,
            "board": "This computer", "model": "stories260K", "synthetic": true,
            "emulated": false, "note": "plugged in", "tags": { "branch": "simd" }, "headline": {},
        }))
        .unwrap();
        for (search, expect) in [
            ("", true),
            ("STORIES computer", true),
            ("branch=simd", true),
            ("synthetic", true),
            ("emulated", false),
            ("plugged 01k9", true),
            ("stories pico", false),
        ] {
            assert_eq!(found(&run, search), expect, "{search}");
        }
    }
}
