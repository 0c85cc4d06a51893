//! What a host that ends puts off, and the next one on its store takes up.

use std::fs;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use engine::settings::Settings;
use engine::{Engine, Events, Next, Options};
use protocol::{
    BudgetSpec, Code, Command, CompressSpec, DocumentSource, Event, FolderSpec, JobOutcome, Reply,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// An engine on the store in a folder.
fn engine(folder: &Path) -> Engine {
    let path = |name: &str| folder.join(name).display().to_string();
    let places = |name: &str| match name {
        "BENCHVISE_STORE" => Some(path("store")),
        "BENCHVISE_CACHE" => Some(path("cache")),
        _ => None,
    };
    let settings = Settings::resolve_what_can_be(None, &places, &[]);
    Engine::start(Options { settings, ..Options::default() }).unwrap()
}

/// A host on the store in a folder, what it says, and what happens from its beginning on.
fn host(folder: &Path) -> (Engine, Receiver<String>, Events) {
    let engine = engine(folder);
    let (say, said) = sync_channel(64);
    let events = engine.subscribe();
    engine.take_up(move |text| say.send(text.to_owned()).unwrap()).unwrap();
    (engine, said, events)
}

fn many(folder: &Path, name: &str, documents: u32) -> Command {
    let from = folder.join(name);
    fs::create_dir_all(&from).unwrap();
    for n in 0..documents {
        let line =
            |k: u32| format!("Pump {n} ran at {} bar and did not leak before noon.\n", k + n);
        let text: String = (0..400).map(line).collect();
        fs::write(from.join(format!("{n}.txt")), text).unwrap();
    }
    let into = folder.join(format!("{name}-left"));
    Command::CompressFolder {
        spec: FolderSpec {
            threads: Some(1),
            ..FolderSpec::new(from, into, BudgetSpec::Ratio(3.0), "o200k")
        },
    }
}

/// Work whose outcome is for who asked.
fn a_text() -> Command {
    Command::Compress {
        spec: CompressSpec {
            documents: vec![DocumentSource::Bytes {
                name: "notes.txt".into(),
                bytes: "The pump ran at 17 bar and did not leak. ".repeat(20_000).into_bytes(),
            }],
            budget: BudgetSpec::Ratio(4.0),
            total: false,
            tokenizer: "o200k".into(),
            strategy: "automatic".into(),
            focus: None,
            shaping: Default::default(),
            cache: protocol::CacheSpec::Left,
            lossless: false,
            neural: Default::default(),
            source: Default::default(),
            into: None,
        },
    }
}

fn until_idle(engine: &Engine) {
    let began = Instant::now();
    while !engine.is_idle() {
        assert!(began.elapsed() < PATIENCE, "it goes on");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The title of the job that begins next.
fn begun(events: &Events) -> String {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Next::Event(Event::JobStarted(view)) = events.next(Duration::from_millis(50)) {
            return view.title;
        }
    }
    panic!("none is begun");
}

#[test]
fn what_waits_or_is_cut_is_put_off_and_taken_up_by_the_next_host_on_the_store() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    let (first, _said, events) = host(folder);
    let names = ["a", "b", "c", "d", "e", "f"];
    for command in names.map(|name| many(folder, name, 12)) {
        let reply = first.send(command).unwrap();
        assert!(matches!(reply, Reply::JobStarted { .. }));
    }
    assert!(matches!(first.send(a_text()), Ok(Reply::JobStarted { .. })));
    first.stop_all();
    // Asked twice, as by two doors of one host, nothing is put off twice.
    first.stop_all();
    until_idle(&first);
    let mut words = Vec::new();
    while let Next::Event(event) = events.next(Duration::ZERO) {
        if let Event::JobFinished { outcome: JobOutcome::Failed(why), .. } = event {
            assert_eq!(why.code, Code::Cancelled);
            words.push(why.to_string());
        }
    }
    let put_off = words.iter().filter(|words| words.contains("is taken up")).count();
    let called_off = words.iter().filter(|words| words.contains("ask for it again")).count();
    assert!(put_off >= names.len() - 2, "{words:?}");
    assert_eq!((put_off + called_off, called_off), (words.len(), 1), "{words:?}");
    drop((events, first));

    // A job that had just ended may have been put off all the same, which costs a look at its manifest.
    let (second, said, events) = host(folder);
    let first_word = said.recv_timeout(PATIENCE).unwrap();
    assert!(first_word.contains("pieces of work were put off"), "{first_word}");
    let title = begun(&events);
    assert!(title.ends_with(" (taken up again)"), "{title}");
    let began = Instant::now();
    let mut left = names.to_vec();
    while !left.is_empty() {
        assert!(began.elapsed() < PATIENCE, "not taken up: {left:?}");
        left.retain(|name| {
            let outputs = fs::read_dir(folder.join(format!("{name}-left"))).unwrap().flatten();
            outputs.filter(|file| file.path().extension().is_some_and(|e| e == "txt")).count() < 12
        });
        std::thread::sleep(Duration::from_millis(20));
    }
    until_idle(&second);
    while folder.join("store/parked.json").exists() {
        assert!(began.elapsed() < PATIENCE, "all of it was begun");
    }
    drop(second);

    let (third, said, _events) = host(folder);
    assert!(third.is_idle());
    assert!(said.try_recv().is_err(), "nothing is left");
}

#[test]
fn what_is_cut_again_is_put_off_again_under_its_own_name() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    let (first, _said, _events) = host(folder);
    first.send(many(folder, "a", 300)).unwrap();
    first.stop_all();
    until_idle(&first);
    let (second, _said, events) = host(folder);
    begun(&events);
    second.stop_all();
    until_idle(&second);
    let text = fs::read_to_string(folder.join("store/parked.json")).unwrap();
    assert_eq!(text.matches("compress_folder").count(), 1, "{text}");
    assert!(!text.contains("taken up again"), "{text}");
}

#[test]
fn a_file_that_cannot_be_read_is_set_aside_and_said_and_the_host_works() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    fs::create_dir_all(folder.join("store")).unwrap();
    fs::write(folder.join("store/parked.json"), "{\"version\":77}").unwrap();
    let (engine, said, _events) = host(folder);
    let word = said.recv_timeout(PATIENCE).unwrap();
    assert!(word.contains("set aside") && word.contains("parked-set-aside"), "{word}");
    assert!(!folder.join("store/parked.json").exists());
    assert!(engine.send(Command::Hello).is_ok());
}

#[cfg(unix)]
#[test]
fn what_is_never_put_off_is_not_begun_whatever_the_file_says() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    fs::create_dir_all(folder.join("store")).unwrap();
    let file = folder.join("store/parked.json");
    let entry = |title: &str, command: Command| serde_json::json!({"title": title, "runs": [], "command": command});
    let parked = [entry("a text", a_text()), entry("a folder", many(folder, "a", 2))];
    let bytes = serde_json::json!({"version": 1, "parked": parked}).to_string();
    fs::write(&file, bytes).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let (engine, said, events) = host(folder);
    let word = said.recv_timeout(PATIENCE).unwrap();
    assert!(word.contains("2 pieces of work were put off"), "{word}");
    let word = said.recv_timeout(PATIENCE).unwrap();
    assert!(word.contains("a text could not be taken up again"), "{word}");
    let title = begun(&events);
    assert!(title.contains(&folder.join("a").display().to_string()), "{title}");
    until_idle(&engine);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_outlives_the_host() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    fs::create_dir_all(folder.join("store")).unwrap();
    let file = folder.join("store/parked.json");
    // Nobody opens a socket as a file, whoever they are.
    let _socket = std::os::unix::net::UnixListener::bind(&file).unwrap();
    let engine = engine(folder);
    let error = engine.take_up(|text| panic!("{text}")).unwrap_err();
    assert!(error.to_string().contains("it stays as it is"), "{error}");
    engine.send(many(folder, "a", 12)).unwrap();
    engine.stop_all();
    until_idle(&engine);
    assert!(file.symlink_metadata().is_ok_and(|known| !known.is_file()), "nothing took its place");
}

#[test]
fn an_engine_that_nobody_takes_up_from_puts_nothing_off() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    let path = |name: &str| folder.join(name).display().to_string();
    let places = |name: &str| (name == "BENCHVISE_STORE").then(|| path("store"));
    let settings = Settings::resolve_what_can_be(None, &places, &[]);
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    engine.send(many(folder, "a", 12)).unwrap();
    engine.stop_all();
    until_idle(&engine);
    assert!(!folder.join("store/parked.json").exists());
}
