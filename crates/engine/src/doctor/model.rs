//! The model that runs where no other is named.

use std::path::PathBuf;

use protocol::{Finding, Health, ModelChoice};

use super::{finding, ok, trouble};
use crate::model::LoadedModel;
use crate::settings::Settings;

const WHAT: &str = "default model";
/// What is fetched where nobody names another.
const FETCHABLE: &str = "stories260K";

pub(super) fn default_model(settings: &Settings) -> Finding {
    match settings.model() {
        Some((model, Some(tokenizer))) => read(model, tokenizer, "from the settings"),
        Some((model, None)) => finding(
            WHAT,
            Health::Broken,
            format!("the settings name a model without its tokenizer: {}", model.display()),
            Some("set model_tokenizer too"),
        ),
        None => match crate::fetch::fetched(&settings.models_folder(), FETCHABLE) {
            Some((model, tokenizer)) => {
                read(model, tokenizer, "got, and used with --model stories260K")
            }
            None => finding(
                WHAT,
                Health::Absent,
                "none; a synthetic model is made where one is needed",
                Some("`benchvise model get stories260K`"),
            ),
        },
    }
}

/// Reads it as a run would.
fn read(model: PathBuf, tokenizer: PathBuf, how: &str) -> Finding {
    let path = model.display().to_string();
    match LoadedModel::load(&ModelChoice::Files { model, tokenizer }) {
        Ok(loaded) => {
            let (context, vocab) = (loaded.config.context, loaded.config.vocab);
            ok(WHAT, format!("{how}, context {context}, {vocab} tokens: {path}"))
        }
        Err(error) => trouble(WHAT, Health::Broken, error),
    }
}
