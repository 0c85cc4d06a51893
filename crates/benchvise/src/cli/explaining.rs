//! What a page that explains a document has beside the compression: measurements at other ratios.

use protocol::{
    Command, CompressSpec, DocumentSource, FidelityMethod, FidelitySpec, HeatSpec, JobOutcome,
    NeuralSpec,
};

use super::follow;
use super::out::Trouble;
use super::start::Context;
use crate::report::Measured;

/// The ratios that are measured at, as in the window.
const RATIOS: [f64; 8] = [1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0];
/// Longer texts are not measured: it would take minutes.
const LONGEST_BYTES: usize = 8 << 20;

/// What a page needs to know of the job.
pub(super) struct Asked {
    document: DocumentSource,
    tokenizer: String,
    method: FidelityMethod,
    neural: NeuralSpec,
}

impl Asked {
    /// `None` where there is no document.
    pub(super) fn of(spec: &CompressSpec) -> Option<Self> {
        Some(Self {
            document: spec.documents.first()?.clone(),
            tokenizer: spec.tokenizer.clone(),
            method: FidelityMethod {
                name: "this".into(),
                strategy: spec.strategy.clone(),
                focus: spec.focus.clone(),
                shaping: spec.shaping.clone(),
                without: None,
            },
            neural: NeuralSpec { vectors: None, ..spec.neural.clone() },
        })
    }

    /// Measures what is left of the document, whose text has so many bytes, at other ratios.
    pub(super) fn measure(self, context: &Context, bytes: usize) -> Result<Measured, Trouble> {
        if bytes > LONGEST_BYTES {
            let absent = format!(
                "Other ratios were not measured: the text is longer than {} MiB.",
                LONGEST_BYTES >> 20
            );
            return Ok(Measured { absent: Some(absent), ..Measured::default() });
        }
        let Self { document, tokenizer, method, neural } = self;
        let heat = HeatSpec {
            document: document.clone(),
            tokenizer: tokenizer.clone(),
            strategy: method.strategy.clone(),
            focus: method.focus.clone(),
            shaping: method.shaping.clone(),
            neural: neural.clone(),
            ratios: RATIOS.to_vec(),
        };
        let heat = match follow::job(context, Command::MapHeat { spec: heat })?.0 {
            JobOutcome::Heat(view) => view,
            JobOutcome::Failed(failure) => return Err(failure.into()),
            _ => return Err(Trouble::unexpected()),
        };
        let spec = FidelitySpec {
            documents: vec![document],
            questions: None,
            tokenizer,
            ratios: RATIOS.to_vec(),
            neural,
            methods: vec![method],
            loss: None,
        };
        let fidelity = match follow::job(context, Command::MeasureFidelity { spec })?.0 {
            JobOutcome::Fidelity(view) => *view,
            JobOutcome::Failed(failure) => return Err(failure.into()),
            _ => return Err(Trouble::unexpected()),
        };
        Ok(Measured { fidelity: Some(fidelity), heat: Some(heat), absent: None })
    }
}
