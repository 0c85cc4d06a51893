//! One program under test, in folders of its own: nothing here touches the user's.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use protocol::{Bits, DriverSpec, ModelChoice, RunSpec};
use serde_json::Value;
use tempfile::TempDir;
use tinyllm::Config;

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_benchvise");
/// Longest that a test waits for something another process does.
const PATIENCE: Duration = Duration::from_secs(60);

/// A bench: a store, settings, a log and a small model.
pub(crate) struct Bench {
    folder: TempDir,
    /// What else the program finds in its environment.
    environment: Vec<(&'static str, PathBuf)>,
}

/// What a call said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        let bench = Bench { folder: tempfile::tempdir().unwrap(), environment: Vec::new() };
        fs::write(bench.path("settings.toml"), "").unwrap();
        bench
    }

    /// The same, with more in the program's environment.
    #[cfg(target_os = "linux")]
    pub(crate) fn within(environment: impl IntoIterator<Item = (&'static str, PathBuf)>) -> Bench {
        Bench { environment: environment.into_iter().collect(), ..Bench::new() }
    }

    /// A place in the bench's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path("store")
    }

    /// Writes a file and returns its path as text.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// A model of one small layer and a context of 96, written to files once.
    pub(crate) fn model(&self) -> [String; 4] {
        let (model, tokenizer) = (self.path("small.bin"), self.path("small-tokens.bin"));
        if !tokenizer.exists() {
            let config = small_config();
            fs::write(&model, tinyllm::synthetic::checkpoint(&config, 7)).unwrap();
            fs::write(&tokenizer, tinyllm::synthetic::tokenizer(config.vocab, 7)).unwrap();
        }
        let text = |path: PathBuf| path.display().to_string();
        ["--model".into(), text(model), "--tokenizer".into(), text(tokenizer)]
    }

    /// The program with these arguments, ready to start.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(PROGRAM);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BENCHVISE_") {
                command.env_remove(name);
            }
        }
        command
            .env("BENCHVISE_CONFIG", self.path("settings.toml"))
            .env("BENCHVISE_STORE", self.store())
            .env("BENCHVISE_LOG", self.path("log"))
            .env("BENCHVISE_MODELS", self.path("models"))
            .env("BENCHVISE_CACHE", self.path("cache"))
            .env("XDG_STATE_HOME", self.path("state"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            // A test that wants a window gives it a display of its own.
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .current_dir(self.folder.path())
            .args(args)
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        finish(self.command(args))
    }

    /// The same with something on standard input.
    pub(crate) fn run_with_input(&self, args: &[&str], input: &[u8]) -> Said {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // The program may end without having read all.
        let writing = std::thread::Builder::new().name("input".into());
        let writing = writing.spawn(move || drop(stdin.write_all(&input))).unwrap();
        let said = Said::of(child.wait_with_output().unwrap());
        writing.join().unwrap();
        said
    }

    /// Runs with `--json`, which must succeed with one document of the schema.
    pub(crate) fn json(&self, schema: &str, args: &[&str]) -> Value {
        let mut all = args.to_vec();
        all.push("--json");
        self.run(&all).ok().document(schema)
    }

    /// A short profile with the small model; returns its JSON.
    pub(crate) fn profile(&self, more: &[&str]) -> Value {
        let model = self.model();
        let mut args = vec!["profile", "--tokens", "12", "--repeat", "2", "--warmup", "0"];
        args.extend(model.iter().map(String::as_str));
        // The later flag wins for those given twice.
        for pair in more.chunks(2) {
            if let Some(at) = args.iter().position(|arg| *arg == pair[0] && *arg != "--tag") {
                args[at + 1] = pair[1];
            } else {
                args.extend(pair);
            }
        }
        self.json("profile", &args)
    }

    /// Its run id.
    pub(crate) fn profiled(&self, more: &[&str]) -> String {
        text(&self.profile(more)["run"])
    }

    /// Starts a profile that goes on for minutes, and waits until tokens of it are on the disk.
    pub(crate) fn endless(&self, args: &[&str]) -> (Child, String) {
        let known: Vec<String> = self.runs().iter().map(|run| text(&run["run"])).collect();
        let mut all = vec!["profile", "--tokens", "90", "--repeat", "1000000"];
        let model = self.model();
        all.extend(model.iter().map(String::as_str));
        all.extend(args);
        let mut command = self.command(all);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        let mut id = String::new();
        wait_until("a run with tokens", || {
            for run in self.runs() {
                let run = text(&run["run"]);
                if !known.contains(&run) {
                    id = run;
                }
            }
            !id.is_empty() && self.tokens(&id) > 0
        });
        (child, id)
    }

    /// Every run, newest first.
    pub(crate) fn runs(&self) -> Vec<Value> {
        let mut document = self.json("runs", &["runs", "--limit", "1000"]);
        std::mem::take(document["runs"].as_array_mut().unwrap())
    }

    /// A run in full.
    pub(crate) fn show(&self, run: &str) -> Value {
        self.json("run", &["show", run])["run"].take()
    }

    /// How many tokens of a run are on the disk.
    pub(crate) fn tokens(&self, run: &str) -> usize {
        let run = self.show(run);
        let repetitions = run["repetitions"].as_array().unwrap();
        repetitions.iter().map(|one| one["tokens"].as_array().unwrap().len()).sum()
    }

    /// `store check` must find nothing.
    pub(crate) fn check_store(&self) {
        let report = self.json("store", &["store", "check"]);
        assert_eq!(report["sound"], true, "{report}");
    }
}

impl Said {
    pub(crate) fn of(output: Output) -> Said {
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        for word in ["panicked", "RUST_BACKTRACE", "\u{1b}["] {
            assert!(!err.contains(word) && !out.contains(word), "{word:?} in: {out}\n{err}");
        }
        let code = output.status.code().unwrap_or(-1);
        Said { code, out, err }
    }

    /// It worked.
    #[track_caller]
    pub(crate) fn ok(self) -> Said {
        self.code(0)
    }

    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Said {
        assert_eq!(self.code, code, "\nout: {}\nerr: {}", self.out, self.err);
        self
    }

    /// It failed with one sentence that holds all these words, and said nothing else.
    #[track_caller]
    pub(crate) fn refused(self, words: &[&str]) -> Said {
        let said = self.code(2);
        let complaints = said.err.lines().filter(|line| line.starts_with("benchvise: ")).count();
        assert_eq!(complaints, 1, "one sentence: {}", said.err);
        for word in words {
            assert!(said.err.contains(word), "{word:?} is not in: {}", said.err);
        }
        assert_eq!(said.out, "", "an error says nothing on standard output");
        said
    }

    /// The one JSON document on standard output.
    #[track_caller]
    pub(crate) fn document(&self, schema: &str) -> Value {
        let document: Value = serde_json::from_str(&self.out).unwrap_or_else(|error| {
            panic!("{error}: {}", self.out);
        });
        assert_eq!(document["schema"], format!("benchvise.{schema}/1"));
        document
    }
}

/// Runs a command to its end.
pub(crate) fn finish(mut command: Command) -> Said {
    Said::of(command.output().unwrap())
}

/// The small model's shape.
pub(crate) fn small_config() -> Config {
    Config {
        dim: 32,
        hidden_dim: 48,
        layers: 1,
        heads: 4,
        kv_heads: 2,
        vocab: 320,
        context: 96,
        shared_classifier: true,
    }
}

/// A JSON string.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

/// Asks again and again.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut there: impl FnMut() -> bool) {
    let began = Instant::now();
    while !there() {
        assert!(began.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(30));
    }
}

/// The repository's models, where this checkout has them.
pub(crate) fn stories() -> Option<[PathBuf; 3]> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/models");
    let files = ["stories260K.bin", "tok512.bin", "stories260K.greedy64.txt"];
    let files = files.map(|name| folder.join(name));
    if files.iter().all(|file| file.exists()) {
        return Some(files);
    }
    println!("skipped: there is no {}", folder.display());
    None
}

/// Plain prose with numbers, names and negations, of so many sentences.
pub(crate) fn prose(sentences: usize) -> String {
    (0..sentences)
        .map(|n| {
            format!(
                "Pump {n} in Hall B runs at {} bar. Ms Okafor says that it does not leak.\n",
                n % 17 + 2
            )
        })
        .collect()
}

/// A run on this computer, with one repetition to warm up.
pub(crate) fn run_spec(model: ModelChoice, tokens: u32, repetitions: u32) -> RunSpec {
    RunSpec {
        board: "host".into(),
        model,
        driver: DriverSpec::Agent,
        bits: Bits::F32,
        prompt: String::new(),
        tokens,
        repetitions,
        warmup: 1,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        stream: true,
        tags: Default::default(),
        meter: None,
    }
}

/// The board's process that a recording program has started.
#[cfg(target_os = "linux")]
pub(crate) fn board_of(program: &Child) -> i32 {
    let parent = program.id().to_string();
    let mut found = None;
    wait_until("the board's process", || {
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            // pid (name) state ppid …
            let after = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
            if after.split(' ').nth(1) == Some(parent.as_str()) {
                found = stat.split(' ').next().and_then(|pid| pid.parse().ok());
            }
        }
        found.is_some()
    });
    found.unwrap()
}

/// Sends a signal.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "there is no safe kill")]
pub(crate) fn signal(process: i32, signal: i32) {
    // SAFETY: `kill` takes two numbers and touches no memory of ours.
    assert_eq!(unsafe { libc::kill(process, signal) }, 0);
}

/// Ends a process that may be gone already.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "there is no safe kill")]
pub(crate) fn end_if_alive(process: i32) {
    // SAFETY: `kill` takes two numbers and touches no memory of ours.
    unsafe { libc::kill(process, libc::SIGKILL) };
}

/// Ends a process group that may be gone already.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "there is no safe kill")]
pub(crate) fn end_group(leader: u32) {
    let group = i32::try_from(leader).unwrap();
    // SAFETY: `kill` takes two numbers and touches no memory of ours.
    unsafe { libc::kill(-group, libc::SIGKILL) };
}

/// Waits for a child's end and takes what it said.
pub(crate) fn ended(child: Child) -> Said {
    Said::of(child.wait_with_output().unwrap())
}

/// For tests whose boards are children of this very process, one at a time: some of them look for their own
/// board among the children, or count what is open.
pub(crate) fn alone() -> std::sync::MutexGuard<'static, ()> {
    static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
