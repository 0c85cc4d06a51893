//! The ways to an engine, as the program has them: its own source, over engines of this test.

#[allow(dead_code, reason = "the window counts what it has not been answered")]
#[path = "../../../src/window/link.rs"]
mod link;
#[allow(
    dead_code,
    unused_imports,
    reason = "the command line's part is tested through the program"
)]
#[path = "../../../src/remote/mod.rs"]
mod remote;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use engine::settings::Settings;
use engine::{Engine, Options};
use protocol::Command;
use protocol::desktop::{AHEAD, Word};
use protocol::socket::Message;
use server::Token;
use shell::{Line, Parcel, Seat};
use ui::{Back, Came, Channel, Incoming, Link, RequestId};

use crate::support::{Bench, PROGRAM, board_of, wait_until};
use link::InProcess;
use remote::{Host, Remote};

/// A way to an engine of its own. Whoever makes another implements this.
pub(super) trait Way {
    /// The window's end of it.
    fn link(&mut self) -> &mut dyn Link;

    /// The process of this computer's board; waits until there is one.
    fn board(&self) -> i32;
}

/// The native window's way: the engine is in the same process.
pub(super) struct InThisProcess {
    link: InProcess,
    /// The name by which boards of this engine are started, which is nobody else's.
    board: PathBuf,
}

/// An engine as the program would start it, and the name by which its boards are started.
fn engine(bench: &Bench) -> (Engine, PathBuf) {
    let board = bench.path("board");
    symlink(PROGRAM, &board).unwrap();
    // As the program would find them.
    let command = bench.command::<&str>([]);
    let variables: Vec<_> = command.get_envs().collect();
    let variable = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name)?;
        Some(found.1?.to_str().unwrap().to_owned())
    };
    let file = bench.path("settings.toml");
    let settings = Settings::resolve(Some(&file), &variable, &[]).unwrap();
    let options = Options { program: Some(board.clone()), settings, ..Options::default() };
    (Engine::start(options).unwrap(), board)
}

/// The process that was started by this name; waits until there is one.
fn started_as(board: &Path) -> i32 {
    let name = board.to_str().unwrap().as_bytes();
    let mut found = None;
    wait_until("the board's process", || {
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            if line.split(|byte| *byte == 0).next() == Some(name) {
                found = entry.file_name().to_str().and_then(|pid| pid.parse().ok());
            }
        }
        found.is_some()
    });
    found.unwrap()
}

impl InThisProcess {
    pub(super) fn new(bench: &Bench) -> InThisProcess {
        let (engine, board) = engine(bench);
        InThisProcess { link: InProcess::connect(&engine, || {}).unwrap(), board }
    }
}

impl Way for InThisProcess {
    fn link(&mut self) -> &mut dyn Link {
        &mut self.link
    }

    fn board(&self) -> i32 {
        started_as(&self.board)
    }
}

/// A window's way to a host elsewhere: a real `benchvise serve`.
pub(super) struct OverASocket {
    link: Remote,
    host: Child,
}

impl OverASocket {
    pub(super) fn new(bench: &Bench) -> OverASocket {
        let token = bench.path("token");
        let mut command = bench.command(["serve", "--listen", "127.0.0.1:0", "--token-file"]);
        let mut host = command.arg(&token).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(host.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("serving at ").unwrap_or_else(|| panic!("{line:?}"));
        let at = Host::at(url, Token::read(&token).unwrap()).unwrap().for_a_window();
        OverASocket { link: Remote::connect(at, || {}).unwrap(), host }
    }
}

impl Way for OverASocket {
    fn link(&mut self) -> &mut dyn Link {
        &mut self.link
    }

    fn board(&self) -> i32 {
        board_of(&self.host)
    }
}

impl Drop for OverASocket {
    fn drop(&mut self) {
        self.host.kill().ok();
        self.host.wait().ok();
    }
}

/// How long a page leaves what it heard uncounted.
const COUNTS_EVERY: Duration = Duration::from_millis(100);

/// A desktop program's way to the page in it: its own line, with a queue for the channel, and the page's own
/// reading of what comes over it.
pub(super) struct OverAChannel {
    line: Line,
    page: Channel,
    came: Receiver<Parcel>,
    /// Since when something is to be counted back.
    uncounted: Option<Instant>,
    board: PathBuf,
}

impl OverAChannel {
    pub(super) fn new(bench: &Bench) -> OverAChannel {
        let (engine, board) = engine(bench);
        let seat = Seat::take(&engine, &bench.store());
        // As many as are ever on their way: it never waits, and whether there is room the line decides.
        let (put, came) = sync_channel(AHEAD as usize);
        let line = Line::open(&seat, Box::new(move |parcel| put.try_send(parcel).is_ok()), |_| {});
        let (line, page) = (line.unwrap(), Channel::default());
        OverAChannel { line, page, came, uncounted: None, board }
    }

    fn say(&mut self) {
        self.uncounted = None;
        if let Some(Word::Ask { asks, heard }) = self.page.say() {
            self.line.hear(&asks, heard);
        }
    }
}

impl Link for OverAChannel {
    fn send(&mut self, request: RequestId, command: Command) {
        if self.page.ask(request, command) {
            self.say();
        }
    }

    fn poll(&mut self) -> Option<Incoming> {
        if let Ok(parcel) = self.came.try_recv() {
            let back = self.page.hear(match parcel {
                Parcel::Json(text) => Came::of_json(&text),
                Parcel::Bytes(bytes) => Came::Message(Message::Binary(bytes)),
            });
            self.uncounted.get_or_insert_with(Instant::now);
            if back == Back::Now {
                self.say();
            }
        }
        if self.uncounted.is_some_and(|since| since.elapsed() > COUNTS_EVERY) {
            self.say();
        }
        self.page.poll()
    }
}

impl Way for OverAChannel {
    fn link(&mut self) -> &mut dyn Link {
        self
    }

    fn board(&self) -> i32 {
        started_as(&self.board)
    }
}
