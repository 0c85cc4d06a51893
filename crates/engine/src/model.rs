//! The model a user names, or one made from a seed, read and checked before a board sees it.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use protocol::ModelChoice;
use sha2::{Digest, Sha256};
use tinyllm::{Bos, Checkpoint, Config, Tokenizer, TokenizerError};

use crate::error::EngineError;

/// Largest checkpoint that is read, in bytes; the wire counts in 32 bits.
const LIMIT_BYTES: u64 = u32::MAX as u64;
/// Largest tokenizer that is read, in bytes.
pub(crate) const TOKENIZER_LIMIT_BYTES: u64 = 64 << 20;
/// The token that begins a text, and whose return ends it, in llama2.c's models.
pub(crate) const BEGIN_OF_TEXT: u32 = 1;

/// A model ready to be loaded into a board.
pub(crate) struct LoadedModel {
    pub(crate) name: String,
    pub(crate) synthetic: bool,
    pub(crate) bytes: Vec<u8>,
    pub(crate) sha256: String,
    pub(crate) config: Config,
    pub(crate) tokenizer: Arc<Tokenizer>,
    pub(crate) tokenizer_sha256: String,
}

/// What a run is of, as its record keeps it: a model that is loaded into the board, or what the
/// board runs by itself.
pub(crate) struct RunModel {
    pub(crate) name: String,
    pub(crate) synthetic: bool,
    /// By their keys in a fingerprint.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Says what its tokens are; `None` where only the board knows.
    pub(crate) words: Option<Arc<Tokenizer>>,
}

impl RunModel {
    /// What a board runs by itself.
    pub(crate) fn on(board: &board::BoardInfo) -> RunModel {
        let name = board.runs.clone().unwrap_or_else(|| "what the board runs".into());
        let facts = vec![("model.name", name.clone()), ("model.loaded", "false".into())];
        RunModel { name, synthetic: false, facts, words: None }
    }

    /// What these tokens say, prompt and answer alike.
    pub(crate) fn text(&self, tokens: impl IntoIterator<Item = u32>) -> Option<String> {
        let words = self.words.as_ref()?;
        let mut bytes = Vec::new();
        let mut previous = BEGIN_OF_TEXT;
        for token in tokens {
            if token != BEGIN_OF_TEXT {
                bytes.extend_from_slice(words.decode(previous, token));
            }
            previous = token;
        }
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl LoadedModel {
    /// What a run with it is of.
    pub(crate) fn as_run(&self, bits: protocol::Bits) -> RunModel {
        RunModel {
            name: self.name.clone(),
            synthetic: self.synthetic,
            facts: vec![
                ("model.name", self.name.clone()),
                ("model.sha256", self.sha256.clone()),
                ("model.synthetic", self.synthetic.to_string()),
                ("model.bits", bits.count().to_string()),
                ("tokenizer.sha256", self.tokenizer_sha256.clone()),
            ],
            words: Some(Arc::clone(&self.tokenizer)),
        }
    }

    /// Reads and checks both files, or makes both from the seed.
    pub(crate) fn load(choice: &ModelChoice) -> Result<LoadedModel, EngineError> {
        match choice {
            ModelChoice::Files { model, tokenizer } => {
                let name = model.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                LoadedModel::check(
                    name,
                    read(model, LIMIT_BYTES)?,
                    &model.display().to_string(),
                    read(tokenizer, TOKENIZER_LIMIT_BYTES)?,
                    &tokenizer.display().to_string(),
                )
            }
            ModelChoice::Synthetic { seed } => {
                let config = tinyllm::synthetic::default_config();
                let bytes = tinyllm::synthetic::checkpoint(&config, *seed);
                let tokenizer = tinyllm::synthetic::tokenizer(config.vocab, *seed);
                let name = format!("synthetic, seed {seed}");
                let made = LoadedModel::check(name, bytes, "synthetic", tokenizer, "synthetic")?;
                Ok(LoadedModel { synthetic: true, ..made })
            }
            ModelChoice::OnBoard => Err(EngineError::BadRequest(
                "the agent runs a model that is loaded into it; name one".into(),
            )),
        }
    }

    fn check(
        name: String,
        bytes: Vec<u8>,
        model_path: &str,
        tokenizer: Vec<u8>,
        tokenizer_path: &str,
    ) -> Result<LoadedModel, EngineError> {
        let config = *Checkpoint::parse(&bytes)
            .map_err(|error| EngineError::BadModel {
                detail: error.to_string(),
                path: model_path.into(),
            })?
            .config();
        let parsed = Tokenizer::parse(&tokenizer, config.vocab).map_err(|error| {
            EngineError::BadTokenizer { detail: error.to_string(), path: tokenizer_path.into() }
        })?;
        Ok(LoadedModel {
            name,
            synthetic: false,
            sha256: sha256_hex(&bytes),
            bytes,
            config,
            tokenizer: Arc::new(parsed),
            tokenizer_sha256: sha256_hex(&tokenizer),
        })
    }

    /// The prompt in the model's tokens, beginning of text included; checked against the context.
    pub(crate) fn prompt(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let prompt = self.tokenizer.encode(text, Bos::Yes);
        if prompt.len() > self.config.context as usize {
            return Err(EngineError::PromptTooLong {
                prompt: prompt.len(),
                context: self.config.context,
            });
        }
        Ok(prompt)
    }
}

/// A tokenizer file's tokenizer, without the checkpoint it belongs to.
pub(crate) fn tokenizer(bytes: &[u8]) -> Result<Arc<Tokenizer>, TokenizerError> {
    Tokenizer::parse(bytes, entries(bytes)).map(Arc::new)
}

/// The tokenizer that a run used, where what is there now still has that hash. No weight is read: a
/// checkpoint may be of gigabytes, and a face that opens a view waits.
pub(crate) fn tokenizer_of(choice: &ModelChoice, sha256: &str) -> Option<Arc<Tokenizer>> {
    let bytes = match choice {
        ModelChoice::Files { tokenizer, .. } => read(tokenizer, TOKENIZER_LIMIT_BYTES).ok()?,
        ModelChoice::Synthetic { seed } => {
            tinyllm::synthetic::tokenizer(tinyllm::synthetic::default_config().vocab, *seed)
        }
        ModelChoice::OnBoard => return None,
    };
    if sha256_hex(&bytes) == sha256 { tokenizer(&bytes).ok() } else { None }
}

/// How many tokens a llama2.c tokenizer file holds: score, length and bytes each.
fn entries(bytes: &[u8]) -> u32 {
    let mut rest = bytes.get(4..).unwrap_or_default();
    let mut count = 0;
    while let Some(&[_, _, _, _, a, b, c, d]) = rest.first_chunk::<8>() {
        let len = u32::from_le_bytes([a, b, c, d]) as usize;
        let Some(after) = len.checked_add(8).and_then(|end| rest.get(end..)) else { break };
        rest = after;
        count += 1;
    }
    count
}

/// SHA-256 in hex.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a whole file. What has no end, or waits for a writer, is no model.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, EngineError> {
    let unreadable = |source| EngineError::Unreadable { path: path.display().to_string(), source };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(unreadable(io::Error::other("it is no ordinary file")));
    }
    let too_large = || unreadable(io::Error::other(format!("it is larger than {limit} bytes")));
    if metadata.len() > limit {
        return Err(too_large());
    }
    let file = fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(bytes)
}
