//! Models that read text, asked for by a face: what is said where there is none, and what a real one adds.

#![allow(clippy::unwrap_used, reason = "a test that cannot prepare has failed")]

use protocol::{Command, CompressSpec, Failure, JobOutcome, NeuralSpec};

use crate::desk::Desk;
use crate::documents::spec;

/// What a compression of the desk's notes with these models fails with.
#[track_caller]
fn refused(neural: NeuralSpec) -> Failure {
    let desk = Desk::new();
    std::fs::write(desk.path("notes.md"), "The pump was built in 1987. ".repeat(40)).unwrap();
    let spec = CompressSpec { neural, ..spec(&desk, 4.0) };
    match desk.job(Command::Compress { spec }).0 {
        JobOutcome::Failed(failure) => failure,
        other => panic!("not refused: {other:?}"),
    }
}

fn encoder(name: &str) -> NeuralSpec {
    NeuralSpec { encoder: Some(name.to_owned()), ..NeuralSpec::default() }
}

#[cfg(not(feature = "neural"))]
#[test]
fn a_program_built_without_models_says_how_it_is_built_with_them() {
    let said = refused(encoder("all-MiniLM-L6-v2"));
    assert_eq!(said.code, protocol::Code::BadRequest);
    assert!(said.message.contains("built without models that read text"), "{said}");
    assert!(said.hint.unwrap().contains("--features neural"));
}

#[cfg(feature = "neural")]
mod with {
    use std::path::PathBuf;

    use protocol::{Code, CompressedDocument};

    use super::*;

    #[test]
    fn a_model_that_is_not_here_is_told_with_where_it_was_looked_for() {
        let said = refused(encoder("nobody/nothing-of-that-name"));
        assert_eq!(said.code, Code::NotFound);
        assert!(said.hint.unwrap().contains("benchvise model get all-MiniLM-L6-v2"));
        let said = refused(encoder("../../etc"));
        assert_eq!(said.code, Code::NotFound);
        let asked = NeuralSpec { device: Some("gpu".into()), ..encoder("nothing") };
        assert_eq!(refused(asked).code, Code::BadRequest);
        let asked = NeuralSpec { scorer: Some("nothing.gguf".into()), ..NeuralSpec::default() };
        let said = refused(asked);
        assert_eq!(said.code, Code::NotFound);
        assert!(said.message.contains("there is no such model"), "{said}");
    }

    /// The real encoder that `tools/setup.sh neural` gets.
    fn minilm() -> Option<PathBuf> {
        let caches = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let caches =
            caches.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
        let folder = caches?.join("benchvise-tests/all-MiniLM-L6-v2");
        folder.join("model.safetensors").is_file().then_some(folder)
    }

    fn done(desk: &Desk, spec: CompressSpec) -> CompressedDocument {
        match desk.job(Command::Compress { spec }).0 {
            JobOutcome::Compressed(mut all) => all.remove(0).result.unwrap(),
            other => panic!("not compressed: {other:?}"),
        }
    }

    #[test]
    fn a_real_encoder_finds_other_words_measures_what_was_kept_and_writes_vectors() {
        let Some(folder) = minilm() else {
            println!("skipped: all-MiniLM-L6-v2 is not here; tools/setup.sh neural gets it");
            return;
        };
        let desk = Desk::new();
        let text = "The committee met on a Tuesday and spoke for three hours. Nobody knew whether the \
                    rain would end. A physician looked after the injured boy until midnight. The \
                    harbour was closed because of ice. Tickets for the play were sold out in an hour.";
        std::fs::write(desk.path("notes.md"), text).unwrap();
        let vectors = desk.path("vectors.safetensors");
        let neural =
            NeuralSpec { vectors: Some(vectors.clone()), ..encoder(folder.to_str().unwrap()) };
        let asked = CompressSpec {
            focus: Some("Which doctor treated a hurt child?".into()),
            strategy: "sentences".into(),
            neural,
            ..spec(&desk, 3.0)
        };
        let made = done(&desk, asked.clone());
        assert!(made.text.contains("physician"), "{}", made.text);
        let retention = made.retention.unwrap();
        assert_eq!((retention.sentences, retention.of_sentences), (5, 5));
        assert!(retention.alike >= 1 && retention.alike < 5, "{retention:?}");
        assert!(retention.mean > 0.0 && retention.mean < 1.0);
        let written = std::fs::read(vectors).unwrap();
        assert!(written.len() > 384 * 4 * made.spans.len());
        // The same again, and nothing of it without the model.
        assert_eq!(done(&desk, asked).text, made.text);
        assert_eq!(done(&desk, spec(&desk, 3.0)).retention, None);
    }

    /// What a job made, and which models it loaded for that.
    fn loaded(desk: &Desk, spec: CompressSpec) -> (CompressedDocument, Vec<String>) {
        let (outcome, told) = desk.job(Command::Compress { spec });
        let JobOutcome::Compressed(mut all) = outcome else { panic!("{outcome:?}") };
        let loads = told.into_iter().filter_map(|event| match event {
            protocol::Event::JobProgressed { doing, .. } => {
                doing.strip_prefix("loading ").map(str::to_owned)
            }
            _ => None,
        });
        (all.remove(0).result.unwrap(), loads.collect())
    }

    #[test]
    fn a_real_encoder_stays_loaded_and_what_is_remembered_loads_none() {
        let Some(minilm) = minilm() else {
            println!("skipped: all-MiniLM-L6-v2 is not here; tools/setup.sh neural gets it");
            return;
        };
        let desk = Desk::new();
        let folder = desk.path("mini");
        std::fs::create_dir_all(&folder).unwrap();
        for file in ["config.json", "tokenizer.json", "model.safetensors"] {
            std::fs::copy(minilm.join(file), folder.join(file)).unwrap();
        }
        let text =
            "A physician looked after the injured boy. The harbour was closed because of ice.";
        std::fs::write(desk.path("notes.md"), text).unwrap();
        let asked = |ratio| CompressSpec {
            focus: Some("Which doctor treated a hurt child?".into()),
            neural: encoder(folder.to_str().unwrap()),
            ..spec(&desk, ratio)
        };
        let began = std::time::Instant::now();
        let (_, loads) = loaded(&desk, asked(2.0));
        let first = began.elapsed();
        assert_eq!(loads, ["mini"]);
        let began = std::time::Instant::now();
        let (_, loads) = loaded(&desk, asked(1.5));
        println!("a first job took {first:?}, the next {:?}", began.elapsed());
        assert_eq!(loads, [""; 0], "it is here");
        let (made, loads) = loaded(&desk, asked(2.0));
        assert_eq!((made.work, loads.len()), (protocol::Work::Cached, 0));
        // Another longest text makes another model of the same weights.
        let longest = r#"{"max_seq_length": 64}"#;
        std::fs::write(folder.join("sentence_bert_config.json"), longest).unwrap();
        let (made, loads) = loaded(&desk, asked(2.0));
        assert_eq!((made.work, loads), (protocol::Work::Done, vec!["mini".to_owned()]));
    }
}
