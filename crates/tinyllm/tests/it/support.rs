//! What several test files need.

use std::path::PathBuf;

use tinyllm::{BOS, Classify, Config, Model, Sampler, State, Tokenizer};

/// The bytes of a file in the shared models folder; says so and returns `None` where it is absent.
pub(crate) fn shared_model(name: &str) -> Option<Vec<u8>> {
    let models = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/models");
    match std::fs::read(models.join(name)) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            println!("skipped: shared/models/{name} cannot be read ({error})");
            None
        }
    }
}

/// A model of a few thousand weights whose sizes are multiples of nothing convenient.
pub(crate) fn odd_config() -> Config {
    Config {
        dim: 36,
        hidden_dim: 70,
        layers: 2,
        heads: 6,
        kv_heads: 3,
        vocab: 301,
        context: 21,
        shared_classifier: false,
    }
}

/// Feeds `prompt` and then samples until there are `positions` positions or a new text begins.
pub(crate) fn generate(
    model: &Model,
    tokenizer: &Tokenizer,
    sampler: &mut Sampler,
    prompt: &[u32],
    positions: u32,
) -> Vec<u8> {
    let mut state = State::new(model.config()).unwrap();
    let mut text = Vec::new();
    let mut token = prompt[0];
    for position in 0..positions {
        let given = prompt.get(position as usize + 1).copied();
        let classify = if given.is_some() { Classify::No } else { Classify::Yes };
        let logits = model.forward(&mut state, token, position, classify, &mut ()).unwrap();
        let next = given.unwrap_or_else(|| sampler.sample(logits));
        if next == BOS {
            break;
        }
        text.extend_from_slice(tokenizer.decode(token, next));
        token = next;
    }
    text
}
