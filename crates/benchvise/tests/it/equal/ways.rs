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
use std::path::PathBuf;
use std::process::{Child, Stdio};

use engine::settings::Settings;
use engine::{Engine, Options};
use protocol::Command;
use protocol::socket::{Ask, REVISION, Said};
use server::Token;
use ui::{Incoming, Link, RequestId, Talk};

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

impl InThisProcess {
    pub(super) fn new(bench: &Bench) -> InThisProcess {
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
        let engine = Engine::start(options).unwrap();
        InThisProcess { link: InProcess::connect(&engine, || {}).unwrap(), board }
    }
}

impl Way for InThisProcess {
    fn link(&mut self) -> &mut dyn Link {
        &mut self.link
    }

    fn board(&self) -> i32 {
        let name = self.board.to_str().unwrap().as_bytes();
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

/// A shell's way to the page in it: the words of the socket through a channel, played by handing them over.
/// The shell's own channel is tested where the shell is.
pub(super) struct ByWords {
    far: InThisProcess,
    near: Talk,
}

impl ByWords {
    pub(super) fn new(bench: &Bench) -> ByWords {
        ByWords { far: InThisProcess::new(bench), near: Talk::default() }
    }
}

impl Link for ByWords {
    fn send(&mut self, request: RequestId, command: Command) {
        if let Some(text) = self.near.ask(request, command) {
            let Ask { request, command } = Ask::of_text(&text).unwrap();
            self.far.link.send(RequestId(request), command);
        }
    }

    fn poll(&mut self) -> Option<Incoming> {
        if let Some(incoming) = self.far.link.poll() {
            let said = match incoming {
                Incoming::Connected => {
                    Said::Welcome { revision: REVISION, version: "1".into(), host: "here".into() }
                }
                Incoming::Reply { request, reply } => {
                    Said::Reply { request: request.0, result: reply }
                }
                Incoming::Event(event) => Said::Event(event),
                Incoming::Lost { why } => panic!("{why}"),
            };
            self.near.hear(&said.to_message().unwrap());
        }
        self.near.poll()
    }
}

impl Way for ByWords {
    fn link(&mut self) -> &mut dyn Link {
        self
    }

    fn board(&self) -> i32 {
        self.far.board()
    }
}
