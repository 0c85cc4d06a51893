//! The real window under a virtual display, used from outside by the doors a person has: what a
//! screen reader sees, keys, a mouse, a file that is dropped. `../window/scenario.py` is the story.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tinyllm::Config;

use crate::support::{Bench, PROGRAM, end_group, prose, small_config};

/// Longest that the whole story may take.
const LONGEST: Duration = Duration::from_secs(300);
/// Tokens the model of this test looks back on: a short document and an answer fit.
const WINDOW: u32 = 512;

/// A process and all that it started; ended with it.
pub(crate) struct Group(Child);

impl Group {
    fn start(command: &mut Command) -> Group {
        Group(command.process_group(0).stdin(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        end_group(self.0.id());
        self.0.wait().ok();
    }
}

/// What the session's bus starts when somebody wants to read the screen.
const READER: &str = "/usr/share/dbus-1/services/org.a11y.Bus.service";

/// What is missing here, if anything is.
fn missing() -> Option<String> {
    for program in ["Xvfb", "dbus-run-session", "xdotool"] {
        let path = std::env::var_os("PATH").unwrap_or_default();
        if !std::env::split_paths(&path).any(|folder| folder.join(program).exists()) {
            return Some(program.to_owned());
        }
    }
    if !Path::new(READER).exists() {
        return Some(READER.to_owned());
    }
    let python = Command::new("/usr/bin/python3").args(["-c", "import pyatspi, Xlib"]).output();
    match python {
        Ok(said) if said.status.success() => None,
        _ => Some("/usr/bin/python3 with pyatspi and Xlib".to_owned()),
    }
}

/// A virtual display, and its name.
pub(crate) fn display(log: &Path) -> (Group, String) {
    let log = File::create(log).unwrap();
    let mut server = Group::start(
        Command::new("Xvfb")
            .args(
                "-displayfd 1 -screen 0 1400x900x24 +extension GLX -nolisten tcp -noreset"
                    .split(' '),
            )
            .stdout(Stdio::piped())
            .stderr(log),
    );
    let mut number = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
    assert!(!number.trim().is_empty(), "the virtual display says nothing");
    (server, format!(":{}", number.trim()))
}

/// Where the pictures stay.
fn pictures() -> PathBuf {
    // PROGRAM is TARGET/PROFILE/benchvise.
    let folder = Path::new(PROGRAM).ancestors().nth(2).unwrap().join("pictures");
    fs::create_dir_all(&folder).unwrap();
    // What an earlier story showed, or how it failed, is not this one's.
    for entry in fs::read_dir(&folder).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("real-") {
            fs::remove_file(entry.path()).ok();
        }
    }
    folder
}

/// A bench whose settings name a model.
fn bench() -> Bench {
    let bench = Bench::new();
    let config = Config { context: WINDOW, ..small_config() };
    let model = bench.file("small.bin", tinyllm::synthetic::checkpoint(&config, 7));
    let tokenizer = bench.file("tokens.bin", tinyllm::synthetic::tokenizer(config.vocab, 7));
    let settings = format!("model = {model:?}\nmodel_tokenizer = {tokenizer:?}\n");
    bench.file("settings.toml", settings);
    bench.file("pump.txt", prose(6));
    bench
}

#[test]
fn a_person_works_in_the_real_window() {
    if let Some(missing) = missing() {
        println!("skipped: there is no {missing}");
        return;
    }
    let bench = bench();
    let (_server, display) = display(&bench.path("display.log"));
    let running = bench.path("run");
    fs::DirBuilder::new().mode(0o700).create(&running).unwrap();
    fs::set_permissions(&running, fs::Permissions::from_mode(0o700)).unwrap();
    let said = bench.path("scenario.log");
    let pictures = pictures();
    let log = File::create(&said).unwrap();
    let mut command = Command::new("dbus-run-session");
    for (name, value) in bench.command::<&str>([]).get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut story = Group::start(
        command
            .args(["--", "/usr/bin/python3", "-u"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/scenario.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("DISPLAY", display)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("HOME", bench.path("."))
            .env("XDG_RUNTIME_DIR", &running)
            .env("XDG_CONFIG_HOME", bench.path("config"))
            .env("XDG_DATA_HOME", bench.path("data"))
            .env("XDG_CACHE_HOME", bench.path("cache"))
            .env("SCENARIO_PROGRAM", PROGRAM)
            .env("SCENARIO_FOLDER", bench.path("."))
            .env("SCENARIO_PICTURES", &pictures)
            .stdout(log.try_clone().unwrap())
            .stderr(log),
    );
    let began = Instant::now();
    let ended = loop {
        match story.0.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if began.elapsed() > LONGEST => break None,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    let said = String::from_utf8_lossy(&fs::read(said).unwrap()).into_owned();
    println!("{said}");
    let ended = ended.unwrap_or_else(|| panic!("it took longer than {LONGEST:?}"));
    assert!(ended.success(), "{ended}; pictures are in {}", pictures.display());
    drop(story);
    bench.check_store();
}
