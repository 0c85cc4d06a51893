//! Fetches against a small server on this computer that answers as each test says.

use std::fs;
use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::thread;

use tempfile::TempDir;

use super::played::*;
use super::*;

/// Fetches `data` as one file from `hub` into `folder`.
fn run(data: &[u8], hub: &Hub, folder: &Path) -> Result<PathBuf, FetchError> {
    let stop = AtomicBool::new(false);
    let mut ignored = |_: &str, _, _| {};
    let mut watch = Watch::new(&stop, &mut ignored);
    watch.total = data.len() as u64;
    fetch_file(&Wanted::from(&spec("model.bin", data)), folder, hub, &mut watch)
}

fn leave_part(folder: &TempDir, bytes: &[u8], etag: Option<&str>) {
    fs::write(folder.path().join("model.bin.part"), bytes).unwrap();
    if let Some(etag) = etag {
        fs::write(folder.path().join("model.bin.part.etag"), etag).unwrap();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The turns lead to the right file, nothing else is left, and every turn was taken.
fn check_fetched(part: Option<(&[u8], Option<&str>)>, turns: Vec<Turn>) -> Vec<Request> {
    let (data, folder, count) = (data(), tempfile::tempdir().unwrap(), turns.len());
    if let Some((bytes, etag)) = part {
        leave_part(&folder, bytes, etag);
    }
    let server = Server::new(turns);
    let path = run(&data, &hub(&server.base), folder.path()).unwrap();
    assert!(fs::read(path).unwrap() == data, "the bytes are the hub's");
    assert_eq!(names(folder.path()), ["model.bin"]);
    let asked = server.asked();
    assert_eq!(asked.len(), count);
    asked
}

#[test]
fn both_files_of_a_model_are_fetched_with_progress() {
    let (model, tokenizer) = (data(), b"tokens".to_vec());
    let server = Server::new(vec![whole(&model), whole(&tokenizer)]);
    let known = KnownModel {
        name: "tiny",
        about: "a model for this test",
        model: spec("model.bin", &model),
        tokenizer: spec("tokens.bin", &tokenizer),
        others: &[],
    };
    let folder = tempfile::tempdir().unwrap();
    let (stop, mut told) = (AtomicBool::new(false), Vec::new());
    let mut progress = |_: &str, done, total| told.push((done, total));
    let mut watch = Watch::new(&stop, &mut progress);
    let hub = hub(&format!("{}/hub/", server.base));
    let made = fetch(&known, folder.path(), &hub, &mut watch).unwrap();
    assert!(fs::read(&made.model).unwrap() == model);
    assert!(fs::read(made.tokenizer.unwrap()).unwrap() == tokenizer);
    assert_eq!(made.model, folder.path().join("tiny/model.bin"));
    assert_eq!((made.name, made.unchecked), (None, Vec::new()));
    assert_eq!(told.last(), Some(&(known.bytes(), known.bytes())));
    assert!(told.iter().all(|(done, total)| done <= total));
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!(server.asked()[0].line, "GET /hub/some/model.bin HTTP/1.1");
    assert_eq!(server.asked()[0].header("range"), None);
}

#[test]
fn a_model_that_is_there_needs_no_network() {
    let (data, folder) = (data(), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("model.bin"), &data).unwrap();
    let server = Server::new(Vec::new());
    run(&data, &hub(&server.base), folder.path()).unwrap();
    assert_eq!(names(folder.path()), ["model.bin"]);
}

#[test]
fn a_damaged_model_is_fetched_again() {
    let (data, folder) = (data(), tempfile::tempdir().unwrap());
    let mut damaged = data.clone();
    damaged[7] ^= 1;
    for old in [&damaged[..], &data[..10]] {
        fs::write(folder.path().join("model.bin"), old).unwrap();
        let server = Server::new(vec![whole(&data)]);
        let path = run(&data, &hub(&server.base), folder.path()).unwrap();
        assert!(fs::read(path).unwrap() == data);
    }
}

#[test]
fn redirects_are_followed_with_the_range() {
    let data = data();
    let other = Server::new(vec![ranged(&data)]);
    let place = format!("302 Found\r\nLocation: {}/cdn\r\nContent-Length: 0", other.base);
    let turn: Turn = Box::new(move |_, stream| say(stream, &place, b""));
    check_fetched(Some((&data[..1000], None)), vec![turn]);
    assert_eq!(other.asked()[0].line, "GET /cdn HTTP/1.1");
    assert_eq!(other.asked()[0].from(), Some(1000));
}

#[test]
fn a_part_is_continued_where_it_ends() {
    let data = data();
    let asked = check_fetched(Some((&data[..150_000], Some("\"v1\""))), vec![ranged(&data)]);
    assert_eq!(asked[0].from(), Some(150_000));
    assert_eq!(asked[0].header("if-range"), Some("\"v1\""));
}

#[test]
fn a_part_with_a_tag_that_is_none_is_continued_without_it() {
    let data = data();
    let asked = check_fetched(Some((&data[..9], Some("W/\"v1\"\r\nX: y"))), vec![ranged(&data)]);
    assert_eq!(asked[0].header("if-range"), None);
    assert_eq!(asked[0].header("x"), None);
}

#[test]
fn a_whole_part_needs_no_network() {
    let data = data();
    check_fetched(Some((&data, None)), vec![]);
}

#[test]
fn a_server_that_ignores_ranges_starts_over() {
    let data = data();
    // What is there is of another version: keeping it would spoil the file.
    check_fetched(Some((&[7; 5000], Some("\"v0\""))), vec![whole(&data)]);
}

#[test]
fn another_piece_than_the_one_asked_for_starts_over() {
    let data = data();
    let turn: Turn = Box::new(|_, stream| {
        say(
            stream,
            "206 Partial\r\nContent-Range: bytes 5-9/200000\r\nContent-Length: 5",
            b"12345",
        );
    });
    let asked = check_fetched(Some((&data[..100], None)), vec![turn, whole(&data)]);
    assert_eq!(asked[1].from(), None);
}

#[test]
fn a_part_beyond_the_servers_file_starts_over() {
    let data = data();
    let asked = check_fetched(
        Some((&data[..100], None)),
        vec![status("416 Range Not Satisfiable"), whole(&data)],
    );
    assert_eq!(asked[1].from(), None);
}

#[test]
fn a_part_that_is_too_long_starts_over() {
    let (data, long) = (data(), vec![1; 200_001]);
    let asked = check_fetched(Some((&long, None)), vec![whole(&data)]);
    assert_eq!(asked[0].from(), None);
}

#[test]
fn a_connection_that_breaks_is_taken_up_again() {
    let data = data();
    let asked = check_fetched(None, vec![sent(&data, 120_000), ranged(&data)]);
    assert_eq!(asked[1].from(), Some(120_000));
    assert_eq!(asked[1].header("if-range"), Some("\"v1\""));
}

#[test]
fn a_busy_hub_is_asked_again() {
    let data = data();
    let later = status("429 Too Many Requests\r\nRetry-After: 0");
    check_fetched(None, vec![status("500 Oh"), later, status("503 Later"), whole(&data)]);
}

/// The turns lead to this error; gives its text and what is left in the folder.
fn check_failed(turns: Vec<Turn>, data: &[u8]) -> (String, Vec<String>, Vec<Request>) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::new(turns);
    let error = run(data, &hub(&server.base), folder.path()).unwrap_err().to_string();
    assert_eq!(error.matches("; ").count(), 1, "one remedy: {error}");
    (error, names(folder.path()), server.asked())
}

#[test]
fn a_hub_that_stays_broken_is_given_up() {
    let turns = (0..4).map(|_| status("500 Oh")).collect();
    let (error, _, asked) = check_failed(turns, &data());
    assert!(error.contains("the hub answered 500"), "{error}");
    assert_eq!(asked.len(), 4);
}

#[test]
fn a_file_that_is_gone_is_not_asked_for_twice() {
    for (head, number) in [("404 Not Found", "404"), ("403 Forbidden", "403")] {
        let (error, _, asked) = check_failed(vec![status(head)], &data());
        assert!(error.contains(number) && error.contains("update this program"), "{error}");
        assert_eq!(asked.len(), 1);
    }
}

#[test]
fn wrong_bytes_are_removed_and_said_so() {
    let data = data();
    let mut wrong = data.clone();
    wrong[199_999] ^= 1;
    let (error, left, _) = check_failed(vec![whole(&wrong)], &data);
    assert!(error.contains("SHA-256 differs) and was removed"), "{error}");
    assert_eq!(left, [""; 0]);
}

#[test]
fn a_file_of_another_size_is_refused_before_it_is_fetched() {
    let (error, left, _) = check_failed(vec![whole(&[1; 300])], &data());
    assert!(error.contains("300 bytes where 200000 bytes are"), "{error}");
    assert_eq!(left, [""; 0]);
}

#[test]
fn a_body_without_end_is_cut_off() {
    let turn: Turn = Box::new(|_, stream| {
        say(stream, "200 OK\r\nX: y", b"");
        let piece = [0; 64 << 10];
        while stream.write_all(&piece).is_ok() {}
    });
    let (error, left, _) = check_failed(vec![turn], &data());
    assert!(error.contains("it goes on where 200000 bytes are"), "{error}");
    assert_eq!(left, [""; 0]);
}

#[test]
fn a_head_without_end_is_cut_off() {
    let turn: Turn = Box::new(|_, stream| {
        let mut going = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while going.is_ok() {
            going = stream.write_all(format!("X: {}\r\n", "y".repeat(1000)).as_bytes());
        }
    });
    let (error, _, _) = check_failed(vec![turn], &data());
    assert!(error.contains("could not be fetched"), "{error}");
}

#[test]
fn without_a_network_the_message_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    // A port that was free a moment ago and that nobody listens on.
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let base = format!("http://127.0.0.1:{port}");
    let error = run(&data(), &hub(&base), folder.path()).unwrap_err().to_string();
    assert!(error.contains("set HTTPS_PROXY"), "{error}");
    assert!(error.contains(&format!("{base}/some/model.bin by hand")), "{error}");
    let target = folder.path().join("model.bin").display().to_string();
    assert!(error.ends_with(&format!("put it here: {target}")), "{error}");
}

#[test]
fn silence_ends_and_the_fetch_goes_on() {
    let (data, folder) = (data(), tempfile::tempdir().unwrap());
    let (free, wait) = std::sync::mpsc::sync_channel::<()>(0);
    let half = sent(&data, 100_000);
    let silent: Turn = Box::new(move |request, stream| {
        half(request, stream);
        assert!(wait.recv().is_err());
    });
    // One connection after the other: the silent one is held open by a clone.
    let server = Server::new(vec![held(silent), ranged(&data)]);
    let mut hub = hub(&server.base);
    hub.pace.stall = Duration::from_millis(100);
    run(&data, &hub, folder.path()).unwrap();
    assert_eq!(server.asked()[1].from(), Some(100_000));
    drop(free);
}

/// The turn on a thread of its own, so that the server goes on meanwhile.
fn held(turn: Turn) -> Turn {
    Box::new(move |request, stream| {
        let (request, mut stream) = (request.clone(), stream.try_clone().unwrap());
        let work = move || turn(&request, &mut stream);
        thread::Builder::new().name("test-held".into()).spawn(work).unwrap();
    })
}

#[test]
fn a_cancel_does_not_wait_for_the_network_and_keeps_the_part() {
    let (data, folder) = (data(), tempfile::tempdir().unwrap());
    let (free, wait) = std::sync::mpsc::sync_channel::<()>(0);
    let half = sent(&data, 100_000);
    let silent: Turn = Box::new(move |request, stream| {
        half(request, stream);
        assert!(wait.recv().is_err());
    });
    let server = Server::new(vec![silent]);
    let mut hub = hub(&server.base);
    // Were it waited for, the test would never end.
    hub.pace.stall = Duration::from_secs(100_000);
    let stop = AtomicBool::new(false);
    let part = folder.path().join("model.bin.part");
    let error = thread::scope(|scope| {
        let stopper = || {
            while part.metadata().map_or(0, |file| file.len()) < 100_000 {
                thread::sleep(Duration::from_millis(1));
            }
            stop.store(true, Ordering::Relaxed);
        };
        thread::Builder::new().name("stopper".into()).spawn_scoped(scope, stopper).unwrap();
        let mut ignored = |_: &str, _, _| {};
        let mut watch = Watch::new(&stop, &mut ignored);
        let wanted = Wanted::from(&spec("model.bin", &data));
        fetch_file(&wanted, folder.path(), &hub, &mut watch).unwrap_err()
    });
    assert!(matches!(error, FetchError::Cancelled), "{error}");
    assert!(fs::read(&part).unwrap() == data[..100_000]);
    drop(free);
    check_fetched(Some((&data[..100_000], None)), vec![ranged(&data)]);
}

#[test]
fn the_proxy_of_the_environment_is_used_and_its_exceptions_too() {
    let data = data();
    let body = data.clone();
    let tunnel: Turn = Box::new(move |request, stream| {
        assert!(request.line.starts_with("CONNECT hub.invalid:80 "), "{}", request.line);
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let inner = Request::read(&mut reader).unwrap();
        assert_eq!(inner.line, "GET /some/model.bin HTTP/1.1");
        whole(&body)(&inner, stream);
    });
    let proxy = Server::new(vec![tunnel]);
    let folder = tempfile::tempdir().unwrap();
    let env = |name: &str| (name == "HTTP_PROXY").then(|| proxy.base.clone());
    let path = run(&data, &hub_behind("http://hub.invalid", &env), folder.path()).unwrap();
    assert!(fs::read(path).unwrap() == data);
    assert_eq!(proxy.asked().len(), 1);

    // Nobody is at this proxy; the exception makes it work all the same.
    let server = Server::new(vec![whole(&data)]);
    let env = |name: &str| match name {
        "http_proxy" => Some("http://127.0.0.1:1".to_owned()),
        "NO_PROXY" => Some("localhost, 127.0.0.1".to_owned()),
        _ => None,
    };
    let folder = tempfile::tempdir().unwrap();
    run(&data, &hub_behind(&server.base, &env), folder.path()).unwrap();
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn two_fetches_of_one_file_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let part = Part::open(&folder.path().join("model.bin")).unwrap();
    let server = Server::new(Vec::new());
    let error = run(&data(), &hub(&server.base), folder.path()).unwrap_err();
    assert!(matches!(error, FetchError::Busy { .. }), "{error}");
    drop(part);
}

#[test]
fn a_folder_that_cannot_be_made_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("models");
    fs::write(&file, "").unwrap();
    let (stop, mut ignored) = (AtomicBool::new(false), |_: &str, _, _| {});
    let mut watch = Watch::new(&stop, &mut ignored);
    let error = fetch(&KNOWN_MODELS[0], &file, &hub("http://hub.invalid"), &mut watch).unwrap_err();
    assert!(error.to_string().contains("choose another with the setting models"), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_says_how_much_is_missing() {
    let (data, folder) = (data(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink("/dev/full", folder.path().join("model.bin.part")).unwrap();
    let server = Server::new(vec![whole(&data)]);
    let error = run(&data, &hub(&server.base), folder.path()).unwrap_err();
    assert!(matches!(error, FetchError::DiskFull { .. }), "{error}");
    assert!(error.to_string().contains("free 200000 bytes"), "{error}");
}

#[test]
fn a_model_counts_as_fetched_only_with_both_files_whole() {
    let folder = tempfile::tempdir().unwrap();
    let model = &KNOWN_MODELS[0];
    let home = folder.path().join(model.name);
    fs::create_dir(&home).unwrap();
    let sized = |spec: &FileSpec, bytes| {
        fs::File::create(home.join(spec.file)).unwrap().set_len(bytes).unwrap();
    };
    assert_eq!(fetched(folder.path(), model.name), None);
    sized(&model.model, model.model.bytes);
    sized(&model.tokenizer, model.tokenizer.bytes - 1);
    assert_eq!(fetched(folder.path(), model.name), None);
    sized(&model.tokenizer, model.tokenizer.bytes);
    let both = (home.join(model.model.file), home.join(model.tokenizer.file));
    assert_eq!(fetched(folder.path(), model.name), Some(both));
    assert_eq!(fetched(folder.path(), "../stories260K"), None);
}

#[test]
fn the_table_knows_the_files_by_size_and_checksum() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/models");
    if !folder.is_dir() {
        println!("skipped: the shared models are not here");
        return;
    }
    for model in KNOWN_MODELS {
        for spec in [&model.model, &model.tokenizer] {
            let bytes = fs::read(folder.join(spec.file)).unwrap();
            assert_eq!(bytes.len() as u64, spec.bytes, "{}", spec.file);
            assert_eq!(sha256_hex(&bytes), spec.sha256, "{}", spec.file);
        }
    }
}

#[test]
fn the_table_knows_the_files_of_the_encoder_too() {
    let caches = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let folder = caches.or_else(home).unwrap().join("benchvise-tests").join(KNOWN_ENCODERS[0].name);
    if !folder.is_dir() {
        println!("skipped: the encoder is not here; tools/setup.sh neural gets it");
        return;
    }
    for spec in KNOWN_ENCODERS[0].files() {
        let bytes = fs::read(folder.join(spec.file)).unwrap();
        assert_eq!(bytes.len() as u64, spec.bytes, "{}", spec.file);
        assert_eq!(sha256_hex(&bytes), spec.sha256, "{}", spec.file);
    }
}
