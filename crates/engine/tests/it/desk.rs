//! What a window begins with, and what it hears while it stays.

#![allow(clippy::unwrap_used, reason = "a test that cannot prepare has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use engine::settings::Settings;
use engine::{Engine, Events, Next, Options};
use protocol::{
    Code, Command, Event, Failure, JobId, JobKind, JobOutcome, ModelOrigin, ModelView, Reply,
    RunId, SettingOrigin, SettingView, Snapshot,
};
use store::{NewRun, OpenMode, RunKind, Store};
use tempfile::TempDir;

/// Longest that a test waits for something another thread does.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Desk {
    pub(crate) folder: TempDir,
    pub(crate) engine: Engine,
    pub(crate) events: Events,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk::with("", &|_| None)
    }

    /// An engine with these lines in its settings file, under these variables. What the file says
    /// about folders comes after its own three.
    pub(crate) fn with(settings: &str, env: &dyn Fn(&str) -> Option<String>) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("settings.toml"), settings).unwrap();
        Desk::start(folder, env)
    }

    fn start(folder: TempDir, env: &dyn Fn(&str) -> Option<String>) -> Desk {
        let path = |name: &str| folder.path().join(name).display().to_string();
        let places = |name: &str| match name {
            "BENCHVISE_STORE" => Some(path("store")),
            "BENCHVISE_MODELS" => Some(path("models")),
            "BENCHVISE_CACHE" => Some(path("cache")),
            name => env(name),
        };
        let file = folder.path().join("settings.toml");
        let settings = Settings::resolve_what_can_be(Some(&file), &places, &[]);
        let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
        let events = engine.subscribe();
        Desk { folder, engine, events }
    }

    /// The same desk with an engine that knows of nothing yet.
    pub(crate) fn again(self) -> Desk {
        Desk::start(self.folder, &|_| None)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        match self.engine.send(Command::Snapshot).unwrap() {
            Reply::Snapshot(snapshot) => *snapshot,
            other => panic!("no snapshot: {other:?}"),
        }
    }

    pub(crate) fn change(&self, key: &str, value: Option<&str>) -> Result<SettingView, Failure> {
        let value = value.map(str::to_owned);
        match self.engine.send(Command::ChangeSetting { key: key.into(), value })? {
            Reply::Settings(views) => Ok(views.into_iter().find(|view| view.key == key).unwrap()),
            other => panic!("no settings: {other:?}"),
        }
    }

    fn models(&self) -> Vec<ModelView> {
        match self.engine.send(Command::ListModels).unwrap() {
            Reply::Models(models) => models,
            other => panic!("no models: {other:?}"),
        }
    }

    /// Begins the job and waits for its end; also what was told on the way.
    pub(crate) fn job(&self, command: Command) -> (JobOutcome, Vec<Event>) {
        let Reply::JobStarted { job } = self.engine.send(command).unwrap() else {
            panic!("no job");
        };
        self.end_of(job)
    }

    pub(crate) fn end_of(&self, job: JobId) -> (JobOutcome, Vec<Event>) {
        let mut told = Vec::new();
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            match self.events.next(Duration::from_millis(50)) {
                Next::Event(Event::JobFinished { job: of, outcome }) if of == job => {
                    return (outcome, told);
                }
                Next::Event(event) => told.push(event),
                Next::Quiet | Next::Behind(_) => {}
            }
        }
        panic!("the job did not end: {told:?}");
    }

    /// Everything told so far.
    fn told(&self) -> Vec<Event> {
        let next = || match self.events.next(Duration::ZERO) {
            Next::Event(event) => Some(event),
            Next::Quiet | Next::Behind(_) => None,
        };
        std::iter::from_fn(next).collect()
    }
}

/// A run in the store of `folder`, that used these files.
fn recorded(folder: &Path, files: Option<(&Path, &Path)>) -> RunId {
    let store = Store::open(&folder.join("store"), OpenMode::ReadWrite).unwrap();
    let model = match files {
        Some((model, tokenizer)) => serde_json::json!({
            "files": { "model": model, "tokenizer": tokenizer }
        }),
        None => serde_json::json!({ "synthetic": { "seed": 1 } }),
    };
    let spec = serde_json::json!({
        "board": "host", "model": model, "bits": "f32", "prompt": "", "tokens": 1,
        "repetitions": 1, "warmup": 0, "seed": 1, "temperature": 0.0, "top_p": 1.0, "tags": {},
    });
    let run = store
        .begin_run(NewRun {
            kind: RunKind::Profile,
            board_identity: "b".into(),
            board_name: "B".into(),
            model_name: "m".into(),
            spec_json: spec.to_string(),
            fingerprint_json: "{}".into(),
            synthetic: files.is_none(),
            emulated: false,
            note: None,
            linked: None,
            tags: Default::default(),
        })
        .unwrap();
    store.finish_run(&run, store::RunStatus::Complete, None, None, &[]).unwrap();
    RunId(run.to_string())
}

fn small_model(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let config = tinyllm::synthetic::default_config();
    let files = (folder.join(format!("{name}.bin")), folder.join(format!("{name}-tokens.bin")));
    fs::write(&files.0, tinyllm::synthetic::checkpoint(&config, 1)).unwrap();
    fs::write(&files.1, tinyllm::synthetic::tokenizer(config.vocab, 1)).unwrap();
    files
}

#[test]
fn a_snapshot_holds_what_a_window_begins_with() {
    let desk = Desk::new();
    let seen = desk.snapshot();
    assert_eq!(seen.store_problem, None);
    assert_eq!(seen.ports[0].path, "host");
    assert!(seen.going.is_empty() && seen.jobs.is_empty() && seen.settings_problems.is_empty());
    assert_eq!(seen.settings.len(), engine::settings::TABLE.len());
    assert_eq!(seen.models.len(), engine::KNOWN_MODELS.len());
    assert!(seen.models.iter().all(|model| model.origin == ModelOrigin::Fetchable));
    assert_eq!(desk.told(), [], "nothing has happened");
}

#[test]
fn a_snapshot_comes_where_there_is_no_place_for_a_store() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("store"), "a file in its place").unwrap();
    let desk = Desk::start(folder, &|_| None);
    let problem = desk.snapshot().store_problem.unwrap();
    assert!(problem.contains("; "), "what to do is said: {problem}");
    assert!(problem.ends_with(&desk.path("store").display().to_string()), "{problem}");
}

#[test]
fn a_snapshot_comes_where_settings_are_bad_and_says_which() {
    let desk = Desk::with("theme = 'dark'\nmin_effect = 5\nstroe = 1\n", &|name| {
        (name == "BENCHVISE_TEXT_SIZE").then(|| "huge".into())
    });
    let seen = desk.snapshot();
    assert_eq!(seen.settings_problems.len(), 3, "{:?}", seen.settings_problems);
    assert!(seen.settings_problems[0].ends_with("settings.toml:2:14"));
    assert!(seen.settings_problems[1].ends_with("environment variable BENCHVISE_TEXT_SIZE"));
    assert!(seen.settings_problems[2].contains("did you mean store"));
    let value =
        |key: &str| seen.settings.iter().find(|view| view.key == key).unwrap().value.clone();
    assert_eq!(
        (value("theme"), value("min_effect"), value("text_size")),
        ("dark".into(), "5%".into(), "100%".into())
    );
    // Setting it right is heard of, and makes the next snapshot quiet about it.
    desk.change("min_effect", Some("3%")).unwrap();
    assert_eq!(desk.snapshot().settings_problems.len(), 1, "a variable is read at the start only");
}

#[test]
fn models_are_those_named_used_and_known_each_once() {
    let folder = tempfile::tempdir().unwrap();
    let chosen = small_model(folder.path(), "chosen");
    let used = small_model(folder.path(), "used");
    let gone = small_model(folder.path(), "gone");
    let odd = (folder.path().join("odd.bin"), used.1.clone());
    fs::write(&odd.0, "GGUF and so on").unwrap();
    for (model, tokenizer) in [&gone, &used, &chosen, &odd, &used] {
        recorded(folder.path(), Some((model, tokenizer)));
    }
    recorded(folder.path(), Some((Path::new("relative.bin"), Path::new("relative-tokens.bin"))));
    recorded(folder.path(), None);
    fs::remove_file(&gone.0).unwrap();
    let settings = "model = 'chosen.bin'\nmodel_tokenizer = 'chosen-tokens.bin'\n";
    fs::write(folder.path().join("settings.toml"), settings).unwrap();
    let desk = Desk::start(folder, &|_| None);
    let models = desk.models();
    let seen: Vec<_> = models.iter().map(|model| (model.name.as_str(), model.origin)).collect();
    assert_eq!(
        seen,
        [
            ("chosen", ModelOrigin::Setting),
            ("stories260K", ModelOrigin::Fetchable),
            ("used", ModelOrigin::Used),
            ("odd", ModelOrigin::Used),
        ]
    );
    let window = tinyllm::synthetic::default_config().context;
    assert_eq!((models[0].context_tokens, &models[0].problem), (Some(window), &None));
    assert_eq!(models[1].bytes, Some(1_056_540));
    assert_eq!(
        (models[2].context_tokens, models[2].tokenizer.clone()),
        (Some(window), Some(used.1))
    );
    assert!(models[3].problem.as_ref().unwrap().contains("GGUF"), "{:?}", models[3]);
    assert_eq!(models[3].bytes, Some(14));
}

#[test]
fn half_a_model_in_the_settings_is_listed_with_its_problem() {
    let folder = tempfile::tempdir().unwrap();
    small_model(folder.path(), "half");
    fs::write(folder.path().join("settings.toml"), "model = 'half.bin'").unwrap();
    let desk = Desk::start(folder, &|_| None);
    let problem = desk.models()[0].problem.clone().unwrap();
    assert!(problem.contains("set model_tokenizer too"), "{problem}");
}

#[test]
fn what_changes_about_a_run_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let run = recorded(folder.path(), None);
    let desk = Desk::start(folder, &|_| None);
    let selector = || run.0.clone();
    let tag = |key: &str, value: Option<&str>| Command::TagRun {
        selector: selector(),
        key: key.into(),
        value: value.map(Into::into),
    };
    for command in [
        Command::NoteRun { selector: selector(), note: Some("n".into()) },
        tag("place", Some("bench 2")),
        tag("place", None),
        Command::DeleteRun { selector: selector() },
        Command::UndeleteRun { selector: selector() },
    ] {
        desk.engine.send(command.clone()).unwrap();
        assert_eq!(desk.told(), [Event::RunChanged { run: run.clone() }], "{command:?}");
    }
    let bundle = desk.path("run.bundle");
    let format = protocol::ExportFormat::Bundle;
    let export = Command::ExportRuns { selector: selector(), format, path: bundle.clone() };
    desk.engine.send(export).unwrap();
    let there = Desk::new();
    there.engine.send(Command::ImportBundle { path: bundle.clone() }).unwrap();
    assert_eq!(there.told(), [Event::RunChanged { run: run.clone() }]);
    there.engine.send(Command::ImportBundle { path: bundle }).unwrap();
    assert_eq!(there.told(), [], "it was here already");
}

#[test]
fn a_label_that_no_selector_could_say_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let run = recorded(folder.path(), None);
    let desk = Desk::start(folder, &|_| None);
    for (key, value) in [("", "x"), ("a b", "x"), ("a=b", "x"), ("a,b", "x"), ("a", "x,y")] {
        let (key, value) = (key.to_owned(), Some(value.to_owned()));
        let command = Command::TagRun { selector: run.0.clone(), key, value };
        assert_eq!(desk.engine.send(command).unwrap_err().code, Code::BadRequest);
    }
    assert_eq!(desk.told(), []);
}

#[test]
fn a_job_is_told_and_remembered_from_its_beginning() {
    let desk = Desk::new();
    fs::write(desk.path("notes.md"), "The pump runs at 4 bar. It does not leak. ".repeat(9))
        .unwrap();
    let (outcome, told) = desk.job(Command::Compress { spec: crate::documents::spec(&desk, 4.0) });
    assert!(matches!(outcome, JobOutcome::Compressed(results) if results[0].result.is_ok()));
    let Some(Event::JobStarted(job)) = told.first() else { panic!("{told:?}") };
    assert_eq!((job.kind, job.title.as_str(), job.done), (JobKind::Compress, "notes.md", 0));
    assert!(job.began_ms > 1_600_000_000_000);
    let progressed = |event: &Event| matches!(event, Event::JobProgressed { doing, done: 0, total: 1, .. } if doing == "compressing notes.md");
    assert!(told.iter().any(progressed), "{told:?}");
    assert!(desk.snapshot().jobs.is_empty(), "it is over");
}

#[test]
fn a_change_is_written_told_and_holds_at_once() {
    let desk = Desk::with("# mine\ntheme = 'light' # bright\n\n[later]\nkey = 1\n", &|_| None);
    let view = desk.change("theme", Some("dark")).unwrap();
    let file = desk.path("settings.toml");
    let path = file.display().to_string();
    assert_eq!(
        (view.value.as_str(), &view.origin),
        ("dark", &SettingOrigin::File { path, line: 2 })
    );
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, "# mine\ntheme = \"dark\" # bright\n\n[later]\nkey = 1\n");
    let told = desk.told();
    let [Event::SettingsChanged(views)] = told.as_slice() else { panic!("{told:?}") };
    assert!(views.contains(&view));
    desk.change("theme", Some("dark")).unwrap();
    assert_eq!(desk.told(), [], "nothing changed");
    let view = desk.change("theme", None).unwrap();
    assert_eq!((view.value.as_str(), view.origin), ("system", SettingOrigin::Default));
    assert_eq!(fs::read_to_string(&file).unwrap(), "# mine\n\n[later]\nkey = 1\n");
    // A comparison takes it at once: this one fails for want of runs, not for its threshold.
    desk.change("min_effect", Some("100%")).unwrap();
    let compare = Command::Compare {
        base: "latest".into(),
        candidate: "latest".into(),
        min_effect: None,
        metrics: Vec::new(),
    };
    let said = desk.engine.send(compare).unwrap_err();
    assert!(said.message.contains("smallest effect"), "{said}");
}

#[test]
fn folders_change_with_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("settings.toml"), "").unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let file = folder.path().join("settings.toml");
    fs::write(&file, format!("store = '{}'\nmodels = '{}'\n", path("one"), path("m"))).unwrap();
    let settings = Settings::resolve(Some(&file), &|_| None, &[]).unwrap();
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    let change = |key: &str, value: &str| {
        let value = Some(value.to_owned());
        let command = Command::ChangeSetting { key: key.into(), value };
        let Reply::Settings(views) = engine.send(command).unwrap() else { panic!("no settings") };
        views.into_iter().find(|view| view.key == key).unwrap()
    };
    let store = || match engine.send(Command::Hello).unwrap() {
        Reply::Hello { store, .. } => store,
        other => panic!("{other:?}"),
    };
    for name in ["two", "three"] {
        let view = change("store", &path(name));
        assert!(view.after_restart);
        assert_eq!(view.value, path(name), "what will hold is shown");
        assert_eq!(store(), path("one"), "what holds is used");
    }
    assert!(!change("min_effect", "1%").after_restart);
}

#[test]
fn what_wins_over_the_file_goes_on_to_win() {
    let desk = Desk::with("", &|name| (name == "BENCHVISE_THEME").then(|| "light".into()));
    let view = desk.change("theme", Some("dark")).unwrap();
    let variable = "BENCHVISE_THEME".to_owned();
    assert_eq!(
        (view.value.as_str(), view.origin),
        ("light", SettingOrigin::Environment { variable })
    );
    assert_eq!(fs::read_to_string(desk.path("settings.toml")).unwrap(), "theme = \"dark\"\n");
    assert_eq!(desk.told(), [], "nothing is other than it was");
}

#[test]
fn a_change_that_makes_no_sense_touches_nothing() {
    let text = "theme = 'light'\n";
    let desk = Desk::with(text, &|_| None);
    for (key, value, words) in [
        ("stroe", "x", "did you mean store"),
        ("theme", "pink", "system, light or dark"),
        ("min_effect", "5", "a percentage"),
        ("text_size", "10%", "\"75%\" to \"200%\""),
        ("tokenizer", "gpt-9", "o200k"),
        ("store", "", "a path"),
    ] {
        let said = desk.change(key, Some(value)).unwrap_err();
        assert_eq!(said.code, Code::BadRequest, "{said}");
        assert!(said.to_string().contains(words), "{words:?} is not in: {said}");
        assert!(!said.to_string().ends_with(": "), "{said}");
    }
    assert_eq!(fs::read_to_string(desk.path("settings.toml")).unwrap(), text);
    assert_eq!(desk.told(), []);
}

#[test]
fn a_file_that_is_not_toml_is_left_as_it_is() {
    for (text, place) in [("theme = 'light'\nstore '/a'\n", ":2:7"), ("[store]\na = 1\n", ":1:")] {
        let desk = Desk::with(text, &|_| None);
        let said = desk.change("store", Some("/s")).unwrap_err().to_string();
        assert!(said.contains(&format!("settings.toml{place}")), "{said}");
        assert_eq!(fs::read_to_string(desk.path("settings.toml")).unwrap(), text);
    }
}

#[test]
fn a_missing_file_is_made_with_its_folders() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a/b/settings.toml");
    let settings = Settings::resolve(Some(&file), &|_| None, &[]).unwrap();
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    let command = |value: Option<&str>| Command::ChangeSetting {
        key: "reduced_motion".into(),
        value: value.map(Into::into),
    };
    engine.send(command(None)).unwrap();
    assert!(!file.exists(), "there was nothing to take out");
    engine.send(command(Some("on"))).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "reduced_motion = \"on\"\n");
    let nowhere = Engine::start(Options::default()).unwrap();
    assert_eq!(nowhere.send(command(Some("on"))).unwrap_err().code, Code::BadRequest);
}

/// Whatever the file holds: no panic, and no key but the changed one is lost or another.
#[test]
fn a_change_of_any_file_loses_no_key() {
    let desk = Desk::new();
    let path = desk.path("settings.toml");
    let checked = |text: &str| {
        for (key, value) in [("theme", Some("dark")), ("theme", None), ("model", Some("/m\"'.bin"))]
        {
            fs::write(&path, text).unwrap();
            let changed = desk.change(key, value);
            let after = fs::read_to_string(&path).unwrap();
            if changed.is_err() {
                assert_eq!(after, text, "a refused change touches nothing");
                continue;
            }
            // A number may be too large for this reader and still be TOML.
            let Ok(mut before) = text.parse::<toml::Table>() else { continue };
            let mut found = after.parse::<toml::Table>().unwrap();
            before.remove(key);
            let now = found.remove(key);
            assert_eq!(now.as_ref().and_then(|now| now.as_str()), value, "{text:?}");
            // A NaN is not itself; its text is.
            assert_eq!(found.to_string(), before.to_string(), "{text:?}");
        }
    };
    for seed in [
        "theme = 'light'\n[a.b]\nc = [1, {d = 2}]\n",
        "\u{feff}# x\r\ntheme=\"\"\"\r\n\"\"\"#y\r\nb=nan\r\n",
        "a.b = 1\ntheme.c = 2\n",
        "[[theme]]\n[[theme]]\n",
        "# only this",
        "'theme' = 1979-05-27T07:32:00Z\nmodel = inf",
    ] {
        checked(seed);
    }
    let pieces = [
        "theme", " = ", "'x'", "\n", "[a]\n", "# c\n", "\r\n", "model", "b", ".", "\"", "1", "[",
        "]", "{", "}", ",", "\u{feff}", "'''", "ü",
    ];
    bolero::check!().with_test_time(Duration::from_secs(2)).with_type::<Vec<u8>>().for_each(
        |choices: &Vec<u8>| {
            let text: String =
                choices.iter().map(|&choice| pieces[choice as usize % pieces.len()]).collect();
            checked(&text);
        },
    );
    bolero::check!()
        .with_test_time(Duration::from_secs(1))
        .with_type::<String>()
        .for_each(|text: &String| checked(text));
}
