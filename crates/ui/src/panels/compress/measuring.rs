//! What a document's ratios cost it: measured when it is looked at, and once for the same controls.

use protocol::{BudgetSpec, Command, Failure, JobOutcome};

use super::curve::{self, Curve};
use super::{Compress, HEAT_BYTES};
use crate::panel::Scene;

impl Compress {
    /// The ratio that the document that is looked at was asked to be compressed to.
    fn own_ratio(&self) -> Option<f64> {
        let (_, document) = self.looked_at()?;
        let form = self.asked.as_ref().unwrap_or(&self.form);
        let asked = match form.budget() {
            Ok(BudgetSpec::Ratio(ratio)) => Some(ratio),
            Ok(BudgetSpec::Tokens(tokens)) if !form.shared(self.entries.len()) && tokens > 0 => {
                Some(document.tokens_in as f64 / tokens as f64)
            }
            _ => None,
        };
        // Where the budget grew with what was kept by hand, what was reached says it.
        let grown = self.pins.iter().any(|pin| pin.room == protocol::Room::Added);
        curve::own_ratio(document, asked.filter(|_| !grown))
    }

    /// A key of all that a curve depends on.
    fn curve_key(&self, scene: &Scene<'_>) -> Option<String> {
        let own = self.own_ratio().unwrap_or(1.0);
        self.heat_key(scene).map(|key| format!("{key}\n{own:.4}"))
    }

    /// Whether the curve that is here was measured with what is shown.
    pub(super) fn curve_holds(&self, scene: &Scene<'_>) -> bool {
        self.curve_key.is_some() && self.curve_key == self.curve_key(scene)
    }

    /// Measures what is short without being asked.
    pub(super) fn measure_if_small(&mut self, scene: &mut Scene<'_>) {
        let small = self
            .looked_at()
            .and_then(|(entry, _)| entry.text.as_ref())
            .is_some_and(|text| text.len() <= HEAT_BYTES);
        if small && !self.curve_holds(scene) {
            self.measure(scene);
        }
    }

    /// Measures the document that is looked at.
    pub(super) fn measure(&mut self, scene: &mut Scene<'_>) {
        let Some(document) = self.looked_at().and_then(|(entry, _)| entry.source.clone()) else {
            return;
        };
        let form = self.asked.as_ref().unwrap_or(&self.form);
        let spec = curve::spec(curve::Asked {
            document,
            tokenizer: form.tokenizer(scene.model.setting("tokenizer")),
            strategy: &form.strategy,
            focus: form.focus(),
            shaping: self.shaping(form),
            neural: form.neural(scene.model.neural.as_ref()),
            own: self.own_ratio(),
        });
        self.curve_key = self.curve_key(scene);
        self.curve_trouble = None;
        self.measuring.start(Command::MeasureFidelity { spec }, scene.asks);
    }

    pub(super) fn hear_curve(&mut self, outcome: Result<JobOutcome, Failure>) {
        let own = self.own_ratio();
        let Some(reading) = &mut self.reading else { return };
        match outcome {
            Ok(JobOutcome::Fidelity(view)) => reading.curve = Some(Curve::new(*view, own)),
            Ok(_) => {}
            Err(failure) => self.curve_trouble = Some(failure),
        }
    }

    /// What is measured is no longer looked at.
    pub(super) fn forget_curve(&mut self, scene: &mut Scene<'_>) {
        self.measuring.cancel(scene.asks);
        self.curve_key = None;
        self.curve_trouble = None;
    }
}
