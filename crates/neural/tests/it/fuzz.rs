//! Models whose files are not what they were: whatever their bytes, they load or are refused, and what loads
//! computes or says why not.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use neural::{Choice, Classifier, Encoder, Surprisal};

use crate::fixture::Folder;
use crate::surprisal;

const TIME: Duration = Duration::from_millis(1500);

/// What is done to a file: bytes at places of it, and where it ends.
type Damage = (Vec<(u32, u8)>, Option<u32>);

/// Damages a file. Half of the places are near its beginning, where the sizes stand.
fn damage(bytes: &[u8], (changes, end): &Damage) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for &(at, value) in changes {
        let within = if at % 2 == 0 { bytes.len().min(256) } else { bytes.len() };
        bytes[at as usize / 2 % within] = value;
    }
    if let Some(end) = end {
        bytes.truncate(*end as usize % bytes.len());
    }
    bytes
}

/// Texts of several lengths, words that the model does not know among them.
const TEXT: &str =
    "the pump was built in 1987 by a harbour office . it still runs not well \u{6f22}";

fn tried(folder: &Path) {
    let go = AtomicBool::new(false);
    if let Ok(model) = Encoder::load(folder, "fuzz", Choice::Cpu)
        && let Ok(vectors) = model.encode(&[TEXT, "", "pump"], &go)
    {
        assert_eq!(vectors.values.len(), 3 * model.dimension());
        assert!(vectors.values.iter().all(|value| value.is_finite()));
    }
    if let Ok(model) = Classifier::load(folder, "fuzz", Choice::Cpu)
        && let Ok(chances) = model.score(TEXT, &[0..3, 4..8], &go)
    {
        assert_eq!(chances.len(), 2);
        assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)), "{chances:?}");
    }
}

#[test]
fn a_folder_with_any_damaged_file_loads_or_is_refused() {
    let whole = Folder::new("bert", "bert.").classifying();
    let files = ["config.json", "tokenizer.json", "model.safetensors"];
    let bytes = files.map(|file| std::fs::read(whole.path().join(file)).unwrap());
    bolero::check!().with_test_time(TIME).with_type::<(u8, Damage)>().for_each(|(which, how)| {
        let which = usize::from(*which) % files.len();
        let path = whole.path().join(files[which]);
        std::fs::write(&path, damage(&bytes[which], how)).unwrap();
        tried(whole.path());
        std::fs::write(&path, &bytes[which]).unwrap();
    });
}

#[test]
fn descriptions_of_any_json_load_or_are_refused() {
    let whole = Folder::new("bert", "bert.").classifying();
    std::fs::create_dir(whole.path().join("1_Pooling")).unwrap();
    let config = whole.config.as_object().unwrap();
    let names: Vec<&String> = config.keys().collect();
    let values =
        ["0", "1", "-1", "3", "1e9", "18446744073709551615", "1.5", "\"gelu\"", "null", "[]"];
    bolero::check!().with_test_time(TIME).with_type::<(u8, u8, u8)>().for_each(
        |&(name, value, other)| {
            let value = values[usize::from(value) % values.len()];
            let mut changed = config.clone();
            let name = names[usize::from(name) % names.len()];
            changed.insert(name.clone(), serde_json::from_str(value).unwrap());
            let text = serde_json::to_string(&changed).unwrap();
            std::fs::write(whole.path().join("config.json"), text).unwrap();
            let other = values[usize::from(other) % values.len()];
            let pooling = format!("{{\"pooling_mode_mean_tokens\": {other}}}");
            std::fs::write(whole.path().join("1_Pooling/config.json"), pooling).unwrap();
            let longest = format!("{{\"max_seq_length\": {other}}}");
            std::fs::write(whole.path().join("sentence_bert_config.json"), longest).unwrap();
            tried(whole.path());
        },
    );
}

#[test]
fn a_damaged_gguf_loads_or_is_refused() {
    let whole = surprisal::File::new().written();
    let bytes = std::fs::read(whole.path()).unwrap();
    let go = AtomicBool::new(false);
    bolero::check!().with_test_time(TIME).with_type::<Damage>().for_each(|how| {
        std::fs::write(whole.path(), damage(&bytes, how)).unwrap();
        if let Ok(model) = Surprisal::load(&whole.path(), "fuzz", Choice::Cpu)
            && let Ok(values) = model.score(TEXT, &[0..3, 4..8], &go)
        {
            assert_eq!(values.len(), 2);
            assert!(values.iter().all(|value| value.is_finite()));
        }
    });
}
