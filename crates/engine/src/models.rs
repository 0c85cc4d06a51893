//! Models that can be chosen: the settings' one, fetched ones, ones to fetch, and those that runs
//! have used. A checkpoint's header is read, never its weights.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use protocol::{ModelChoice, ModelOrigin, ModelView, RunSpec};
use store::{Page, RunFilter};
use tinyllm::{Checkpoint, Config};

use crate::Engine;
use crate::error::EngineError;
use crate::fetch::{KNOWN_MODELS, fetched};
use crate::settings::Settings;

/// Runs that are asked which files they used.
const NEWEST_RUNS: u32 = 50;
/// What is read of a checkpoint.
const HEADER_BYTES: u64 = 64;

/// Each model once, by its checkpoint's path: the settings' first, then known ones, then used ones,
/// the newest first. Where the store cannot be read, no run has used any.
pub(crate) fn list(engine: &Engine) -> Vec<ModelView> {
    let used = used(engine).unwrap_or_else(|error| {
        tracing::debug!(%error, "no run can be asked which model it used");
        Vec::new()
    });
    let mut seen = BTreeSet::new();
    let mut models = known(&engine.settings());
    models.extend(used.into_iter().map(|(model, tokenizer)| {
        let name = stem(&model);
        look(name, ModelOrigin::Used, model, Some(tokenizer))
    }));
    models.retain(|model| match &model.model {
        Some(path) => seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())),
        None => true,
    });
    models
}

/// What the settings name, and what can be fetched or was.
fn known(settings: &Settings) -> Vec<ModelView> {
    let folder = settings.models_folder();
    let mut models = Vec::new();
    if let Some((model, tokenizer)) = settings.model() {
        // The name of a known model stands for both its files.
        let (model, tokenizer) = match (tokenizer, model.to_str()) {
            (None, Some(name)) => match fetched(&folder, name) {
                Some((model, tokenizer)) => (model, Some(tokenizer)),
                None => (model, None),
            },
            (tokenizer, _) => (model, tokenizer),
        };
        models.push(look(stem(&model), ModelOrigin::Setting, model, tokenizer));
    }
    models.extend(KNOWN_MODELS.iter().map(|known| match fetched(&folder, known.name) {
        Some((model, tokenizer)) => {
            look(known.name.into(), ModelOrigin::Fetched, model, Some(tokenizer))
        }
        None => ModelView {
            name: known.name.into(),
            origin: ModelOrigin::Fetchable,
            model: None,
            tokenizer: None,
            bytes: Some(known.model.bytes),
            context_tokens: None,
            problem: None,
        },
    }));
    models
}

/// The files that the newest runs used and that are still there; a path that depends on where its
/// run was started from says nothing here.
fn used(engine: &Engine) -> Result<Vec<(PathBuf, PathBuf)>, EngineError> {
    let page = Page { limit: NEWEST_RUNS, offset: 0 };
    let runs = engine.store()?.list_runs(&RunFilter::default(), page)?.runs;
    let specs = runs.iter().filter_map(|run| serde_json::from_str::<RunSpec>(&run.spec_json).ok());
    let files = specs.filter_map(|spec| match spec.model {
        ModelChoice::Files { model, tokenizer } => Some((model, tokenizer)),
        ModelChoice::Synthetic { .. } | ModelChoice::OnBoard => None,
    });
    let mut seen = BTreeSet::new();
    let files = files.filter(|files| seen.insert(files.clone()));
    let here = |path: &Path| path.is_absolute() && path.is_file();
    Ok(files.filter(|(model, tokenizer)| here(model) && here(tokenizer)).collect())
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn look(
    name: String,
    origin: ModelOrigin,
    model: PathBuf,
    tokenizer: Option<PathBuf>,
) -> ModelView {
    let (bytes, context_tokens, problem) = match header(&model) {
        Ok((bytes, config)) => (Some(bytes), Some(config.context), None),
        Err((bytes, problem)) => (bytes, None, Some(problem)),
    };
    let problem = problem.or_else(|| match &tokenizer {
        None => Some("its tokenizer is not named; set model_tokenizer too".into()),
        Some(tokenizer) if !tokenizer.is_file() => Some(format!(
            "its tokenizer is not there; put it back or choose another: {}",
            tokenizer.display()
        )),
        Some(_) => None,
    });
    ModelView { name, origin, model: Some(model), tokenizer, bytes, context_tokens, problem }
}

/// The checkpoint's size and dimensions; else its size, where it has one, and what is wrong.
fn header(path: &Path) -> Result<(u64, Config), (Option<u64>, String)> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => {
            (None, format!("it is not there; put it back or choose another: {}", path.display()))
        }
        _ => (None, format!("it cannot be read ({error}); choose another: {}", path.display())),
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err((None, format!("it is no file; choose another: {}", path.display())));
    }
    let mut beginning = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(HEADER_BYTES).read_to_end(&mut beginning))
        .map_err(unreadable)?;
    let bytes = metadata.len();
    match Checkpoint::header(&beginning, bytes) {
        Ok(config) => Ok((bytes, config)),
        Err(error) => Err((Some(bytes), error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expect: Result<u32, &str>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.bin");
        fs::write(&path, bytes).unwrap();
        let tokenizer = Some(path.clone());
        let seen = look("some".into(), ModelOrigin::Used, path, tokenizer);
        assert_eq!(seen.bytes, Some(bytes.len() as u64));
        match expect {
            Ok(context) => assert_eq!((seen.context_tokens, seen.problem), (Some(context), None)),
            Err(words) => {
                assert_eq!(seen.context_tokens, None);
                let problem = seen.problem.unwrap();
                assert!(problem.contains(words), "{words:?} is not in: {problem}");
            }
        }
    }

    #[test]
    fn the_header_tells_the_window_and_what_is_no_model() {
        let config = tinyllm::synthetic::default_config();
        let model = tinyllm::synthetic::checkpoint(&config, 1);
        check(&model, Ok(config.context));
        check(&model[..model.len() - 4], Err("cut short"));
        check(&[&model[..], b"more"].concat(), Err("longer than its header says"));
        check(&model[..20], Err("cut short"));
        check(b"", Err("cut short"));
        check(b"GGUF and much more of it, of a size that could be a header", Err("GGUF"));
        check(&[0xff; 100], Err("-1"));
    }

    #[test]
    fn weights_are_not_read() {
        let config = tinyllm::synthetic::default_config();
        let mut model = tinyllm::synthetic::checkpoint(&config, 1);
        let end = model.len();
        model[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
        check(&model, Ok(config.context));
    }

    #[test]
    fn what_is_missing_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone.bin");
        let seen = look("gone".into(), ModelOrigin::Setting, gone, None);
        assert_eq!((seen.bytes, seen.context_tokens), (None, None));
        assert!(seen.problem.unwrap().starts_with("it is not there; "));
        let place = folder.path().to_path_buf();
        let seen = look("folder".into(), ModelOrigin::Setting, place, None);
        assert!(seen.problem.unwrap().starts_with("it is no file; "));
    }
}
