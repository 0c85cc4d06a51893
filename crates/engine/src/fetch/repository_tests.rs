//! Models that nobody wrote down here, from a hub that is played on this computer.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::json;
use sha1::{Digest, Sha1};
use tempfile::TempDir;

use super::played::*;
use super::*;

const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";

/// What the hub has and says; it can change while it is asked.
#[derive(Clone, Default)]
struct Has {
    files: BTreeMap<String, Vec<u8>>,
    /// Sums it says instead of the right ones.
    lies: BTreeMap<String, String>,
    /// Files whose first answer ends after so many bytes.
    cut: BTreeMap<String, usize>,
    /// It says no checksums.
    sumless: bool,
}

struct Played {
    server: Server,
    has: Arc<Mutex<Has>>,
    models: TempDir,
}

impl Played {
    /// A hub with one repository, `org/judge`.
    fn new(files: &[(&str, Vec<u8>)]) -> Played {
        let has = Arc::new(Mutex::new(Has::default()));
        has.lock().unwrap().files =
            files.iter().map(|(name, data)| ((*name).to_owned(), data.clone())).collect();
        let told = Arc::clone(&has);
        let server = Server::answering(move |request, stream| {
            let path = request.line.split(' ').nth(1).unwrap_or_default();
            let mut has = told.lock().unwrap();
            if path == "/api/models/org/judge/revision/main?blobs=true" {
                let body = has.listing();
                let head = format!("200 OK\r\nContent-Length: {}", body.len());
                return say(stream, &head, body.as_bytes());
            }
            let file = path.strip_prefix(&format!("/org/judge/resolve/{REVISION}/"));
            let Some((file, data)) =
                file.and_then(|file| Some((file, has.files.get(file)?.clone())))
            else {
                return say(stream, "404 Not Found\r\nContent-Length: 0", b"");
            };
            let from = request.from().unwrap_or(0);
            let until = has.cut.remove(file).unwrap_or(data.len());
            let (end, all) = (data.len() - 1, data.len());
            let head = match from {
                0 => format!("200 OK\r\nETag: \"v1\"\r\nContent-Length: {all}"),
                _ => format!(
                    "206 Partial Content\r\nContent-Range: bytes {from}-{end}/{all}\r\nContent-Length: {}",
                    all - from
                ),
            };
            say(stream, &head, &data[from..until]);
        });
        Played { server, has, models: tempfile::tempdir().unwrap() }
    }

    fn change(&self, change: impl FnOnce(&mut Has)) {
        change(&mut self.has.lock().unwrap());
    }

    /// The next answer about a file ends after so many bytes.
    fn cut(&self, file: &str, after: usize) {
        self.change(|has| {
            has.cut.insert(file.to_owned(), after);
        });
    }

    fn get(&self, name: &str) -> Result<Fetched, FetchError> {
        self.get_within(name, 4)
    }

    fn get_within(&self, name: &str, attempts: u32) -> Result<Fetched, FetchError> {
        let (stop, mut ignored) = (AtomicBool::new(false), |_: &str, _, _| {});
        let mut hub = hub(&self.server.base);
        hub.pace.attempts = attempts;
        let repository = Repository::parse(name).unwrap();
        repository.fetch(self.models.path(), &hub, &mut Watch::new(&stop, &mut ignored))
    }

    fn folder(&self) -> PathBuf {
        self.models.path().join("org--judge")
    }

    fn left(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder())
            .map(|all| all.map(|one| one.unwrap().file_name().into_string().unwrap()).collect())
            .unwrap_or_default();
        names.sort();
        names
    }

    /// Names of the files that were asked for, with where from, since the last call.
    fn asked(&self) -> Vec<(String, Option<usize>)> {
        let all = self.server.forget();
        let file = |request: &Request| {
            let path = request.line.split(' ').nth(1)?;
            let name = path.strip_prefix(&format!("/org/judge/resolve/{REVISION}/"))?;
            Some((name.to_owned(), request.from()))
        };
        all.iter().filter_map(file).collect()
    }
}

impl Has {
    fn listing(&self) -> String {
        let sibling = |(name, data): (&String, &Vec<u8>)| {
            let lie = self.lies.get(name).cloned();
            let large = name.ends_with("safetensors") || name.ends_with("gguf");
            match (self.sumless, large) {
                (true, _) => json!({"rfilename": name, "size": data.len()}),
                (false, true) => json!({
                    "rfilename": name, "size": data.len(), "blobId": "ab".repeat(20),
                    "lfs": {
                        "sha256": lie.unwrap_or_else(|| sha256_hex(data)),
                        "size": data.len(), "pointerSize": 134,
                    },
                }),
                (false, false) => json!({
                    "rfilename": name, "size": data.len(),
                    "blobId": lie.unwrap_or_else(|| git(data)),
                }),
            }
        };
        let siblings: Vec<_> = self.files.iter().map(sibling).collect();
        json!({"id": "org/judge", "sha": REVISION, "siblings": siblings}).to_string()
    }
}

fn git(data: &[u8]) -> String {
    let sum = Sha1::new().chain_update(format!("blob {}\0", data.len())).chain_update(data);
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn judge() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("README.md", b"read me".to_vec()),
        ("config.json", br#"{"model_type": "bert"}"#.to_vec()),
        ("1_Pooling/config.json", b"{}".to_vec()),
        ("tokenizer.json", b"tokens".to_vec()),
        ("model.safetensors", data()),
        ("pytorch_model.bin", data()),
    ]
}

#[test]
fn a_folder_of_files_comes_with_its_checksums_and_nothing_comes_twice() {
    let played = Played::new(&judge());
    let made = played.get("org/judge").unwrap();
    assert_eq!(made.model, played.folder().join("model.safetensors"));
    assert_eq!(made.tokenizer, Some(played.folder().join("tokenizer.json")));
    assert_eq!((made.name.as_deref(), made.unchecked.len()), (Some("org/judge"), 0));
    assert!(fs::read(&made.model).unwrap() == data());
    assert_eq!(fs::read(played.folder().join("1_Pooling/config.json")).unwrap(), b"{}");
    assert_eq!(played.left(), ["1_Pooling", "config.json", "model.safetensors", "tokenizer.json"]);
    let names: Vec<String> = played.asked().into_iter().map(|(name, _)| name).collect();
    let once = ["1_Pooling/config.json", "tokenizer.json", "model.safetensors", "config.json"];
    assert_eq!(names[0], "config.json", "the description is looked at first");
    assert_eq!(names[1..], once);
    assert_eq!(played.get("org/judge").unwrap(), made);
    assert_eq!(played.asked(), [("config.json".to_owned(), None)], "it is all there");
}

#[test]
fn a_language_model_is_one_file_with_a_tokenizer_where_there_is_one() {
    let mut files = vec![("q4.gguf", data()), ("q8.gguf", b"another".to_vec())];
    let played = Played::new(&files);
    let made = played.get("org/judge/q4.gguf").unwrap();
    assert_eq!(made.model, played.folder().join("q4.gguf"));
    assert_eq!((made.tokenizer, made.name.as_deref()), (None, Some("org/judge/q4.gguf")));
    assert_eq!(played.left(), ["q4.gguf"]);
    files.push(("tokenizer.json", b"tokens".to_vec()));
    let played = Played::new(&files);
    let made = played.get("org/judge/q4.gguf").unwrap();
    assert_eq!(made.tokenizer, Some(played.folder().join("tokenizer.json")));
}

#[test]
fn a_connection_that_is_cut_is_taken_up_in_one_fetch_and_by_the_next() {
    let played = Played::new(&judge());
    played.cut("model.safetensors", 120_000);
    played.get("org/judge").unwrap();
    let asked = played.asked();
    assert!(asked.contains(&("model.safetensors".to_owned(), Some(120_000))), "{asked:?}");

    let played = Played::new(&judge());
    played.cut("model.safetensors", 90_000);
    let error = played.get_within("org/judge", 1).unwrap_err().to_string();
    assert!(error.contains("could not be fetched"), "{error}");
    assert!(!played.left().contains(&"config.json".to_owned()), "it is no model yet");
    assert_eq!(fs::read(played.folder().join("model.safetensors.part")).unwrap().len(), 90_000);
    played.asked();
    played.get("org/judge").unwrap();
    let asked = played.asked();
    assert!(asked.contains(&("model.safetensors".to_owned(), Some(90_000))), "{asked:?}");
    assert!(fs::read(played.folder().join("model.safetensors")).unwrap() == data());
}

#[test]
fn a_hub_that_lies_about_a_checksum_is_found_out() {
    for (file, sum, called) in [
        ("model.safetensors", "0f".repeat(32), "SHA-256"),
        ("tokenizer.json", "0f".repeat(20), "SHA-1 in git"),
    ] {
        let played = Played::new(&judge());
        played.change(|has| drop(has.lies.insert(file.into(), sum)));
        let error = played.get("org/judge").unwrap_err().to_string();
        assert!(error.contains(&format!("its {called} differs) and was removed")), "{error}");
        let left = played.left();
        assert!(!left.iter().any(|name| name.starts_with(file)), "{left:?}");
        assert!(!left.contains(&"config.json".to_owned()), "it is no model: {left:?}");
    }
}

#[test]
fn where_the_hub_says_no_checksum_that_is_said() {
    let played = Played::new(&judge());
    played.change(|has| has.sumless = true);
    let made = played.get("org/judge").unwrap();
    assert_eq!(
        made.unchecked,
        ["1_Pooling/config.json", "tokenizer.json", "model.safetensors", "config.json"]
    );
}

#[test]
fn what_is_half_another_revision_is_no_model() {
    let played = Played::new(&judge());
    played.get("org/judge").unwrap();
    let mut newer = data();
    newer[9] ^= 1;
    played.change(|has| {
        has.files.insert("model.safetensors".into(), newer.clone());
        has.cut.insert("model.safetensors".into(), 5000);
    });
    played.get_within("org/judge", 1).unwrap_err();
    assert!(!played.folder().join("config.json").exists());
    played.get("org/judge").unwrap();
    assert!(fs::read(played.folder().join("model.safetensors")).unwrap() == newer);
    assert!(played.folder().join("config.json").exists());
}

#[track_caller]
fn refused(files: &[(&str, Vec<u8>)], name: &str, words: &[&str]) -> Played {
    let played = Played::new(files);
    let error = played.get(name).unwrap_err().to_string();
    assert_eq!(error.matches("; ").count(), 1, "one remedy: {error}");
    for word in words {
        assert!(error.contains(word), "{word:?} is not in: {error}");
    }
    assert_eq!(played.left(), [""; 0]);
    played
}

#[test]
fn what_cannot_be_used_is_refused_before_it_is_fetched() {
    let mut files = judge();
    files[1].1 = br#"{"model_type": "gpt2"}"#.to_vec();
    let played = refused(&files, "org/judge", &["of the kind gpt2", "org/judge"]);
    assert_eq!(played.asked(), [("config.json".to_owned(), None)]);
    refused(&judge()[..4], "org/judge", &["it has no model.safetensors", "choose another"]);
    let files = [("q4.gguf", data()), ("README.md", Vec::new())];
    refused(&files, "org/judge", &["no tokenizer.json", "such as org/judge/q4.gguf"]);
    refused(&files, "org/judge/q5.gguf", &["no q5.gguf", "such as org/judge/q4.gguf"]);
    refused(&files, "org/other", &["no such model", "answered 404", "signed in"]);
}

#[test]
fn a_disk_without_room_is_found_before_anything_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let file =
        |bytes| Wanted { file: "f".into(), url_path: String::new(), bytes, sum: wanted::Sum::None };
    assert!(room(&[file(1)], folder.path()).is_ok());
    // A hub may say what it likes.
    let error = room(&[file(u64::MAX), file(u64::MAX)], folder.path());
    let Err(error) = error else {
        println!("skipped: this system does not say how much is free");
        return;
    };
    assert!(error.to_string().contains("too little room"), "{error}");
}

#[test]
fn without_a_network_the_message_says_which_files_go_where() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let hub = hub(&format!("http://127.0.0.1:{port}"));
    let (stop, mut ignored) = (AtomicBool::new(false), |_: &str, _, _| {});
    let mut get = |name: &str| {
        let repository = Repository::parse(name).unwrap();
        let mut watch = Watch::new(&stop, &mut ignored);
        repository.fetch(folder.path(), &hub, &mut watch).unwrap_err().to_string()
    };
    let there = folder.path().join("org--judge").display().to_string();
    let error = get("org/judge");
    for words in [
        "set HTTPS_PROXY",
        "fetch tokenizer.json, model.safetensors, config.json of http://127.0.0.1",
        "/org/judge by hand",
    ] {
        assert!(error.contains(words), "{words:?} is not in: {error}");
    }
    assert!(error.ends_with(&format!("put them here: {there}")), "{error}");
    assert!(get("org/judge/q4.gguf").contains("fetch q4.gguf of "));
}

#[test]
fn a_busy_hub_is_asked_for_its_list_again_and_a_cancel_ends_it() {
    let busy = Server::new(vec![
        status("503 Later"),
        status("429 Slow down\r\nRetry-After: 0"),
        status("404 Not Found"),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::parse("org/judge").unwrap();
    let stop = AtomicBool::new(false);
    let mut ignored = |_: &str, _, _| {};
    let mut watch = Watch::new(&stop, &mut ignored);
    let error = repository.fetch(folder.path(), &hub(&busy.base), &mut watch).unwrap_err();
    assert!(matches!(error, FetchError::NoSuchModel { status: 404, .. }), "{error}");
    assert_eq!(busy.asked().len(), 3);
    stop.store(true, Ordering::Relaxed);
    let error = repository.fetch(folder.path(), &hub(&busy.base), &mut watch).unwrap_err();
    assert!(matches!(error, FetchError::Cancelled), "{error}");
}

#[test]
fn names_are_a_publisher_a_name_and_perhaps_a_language_models_file() {
    for fine in ["org/judge", "a-b/c_d.e", "org/judge/q4.gguf", "org/judge/Q4.GGUF"] {
        assert_eq!(Repository::parse(fine).unwrap().to_string(), fine);
    }
    for bad in [
        "judge",
        "org/",
        "/judge",
        "../judge",
        "org/..",
        "org/judge/q4.bin",
        "org/judge/.gguf",
        "org/judge/x/q4.gguf",
        "org/ju dge",
        "org/judge?x",
        "https://hub/org/judge",
        "",
    ] {
        assert_eq!(Repository::parse(bad), None, "{bad}");
    }
}

#[test]
fn an_encoder_that_is_written_down_here_is_the_same_with_its_publisher() {
    let known = |name| matches!(What::named(name), Ok(What::Known(_)));
    assert!(known("all-MiniLM-L6-v2") && known("sentence-transformers/all-MiniLM-L6-v2"));
    assert!(known("stories260K") && !known("org/all-MiniLM-L6-v2"));
    let Err(error) = What::named("nothing") else { panic!("found") };
    let error = error.to_string();
    assert!(error.contains("stories260K") && error.contains("publisher/name/file.gguf"), "{error}");
}
