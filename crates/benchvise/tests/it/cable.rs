//! A real agent at one end of a cable that can be pulled, breaks when it is told to, or lets nothing
//! through for a while.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::FromRawFd;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use agent::wire::{BoardMessage, Decoder, Item};

use crate::support::{PROGRAM, wait_until};

/// An agent of its own at one end of a cable. Unplugged when dropped.
pub(crate) struct Agent {
    agent: Child,
    cable: Option<Cable>,
    /// The terminal at the host's end.
    pub(crate) path: String,
    /// The terminal at the board's.
    port: String,
    seen: Arc<Seen>,
}

/// Two pseudo-terminals with a thread between them. Pulled when dropped.
struct Cable(Arc<AtomicBool>, Option<JoinHandle<()>>);

/// What a cable saw of the board's words, and when it breaks.
#[derive(Default)]
struct Seen {
    tokens: AtomicU32,
    first: OnceLock<Instant>,
    broken: AtomicBool,
    /// It does not break with its last token: it lets nothing through from then on, until it is mended.
    swallows: bool,
    mended: AtomicBool,
}

impl Agent {
    /// With a cable that holds.
    pub(crate) fn start() -> Agent {
        Agent::behind(u32::MAX)
    }

    /// With a cable that breaks with this token of the board's.
    pub(crate) fn behind(last: u32) -> Agent {
        Agent::seen_by(Seen::default(), last)
    }

    /// With a cable that lets nothing through from this token of the board's on.
    pub(crate) fn swallowed_behind(last: u32) -> Agent {
        Agent::seen_by(Seen { swallows: true, ..Seen::default() }, last)
    }

    fn seen_by(seen: Seen, last: u32) -> Agent {
        let (host, path) = end();
        let (board, port) = end();
        let seen = Arc::new(seen);
        let cable = Some(Cable::between(host, board, Arc::clone(&seen), last));
        Agent { agent: serve(&port), cable, path, port, seen }
    }

    /// Waits until its cable has broken.
    pub(crate) fn broken(&self) {
        wait_until("the end of a cable", || self.seen.broken.load(Ordering::Relaxed));
    }

    /// Waits until a token of it has passed; when the first one did.
    pub(crate) fn first_token(&self) -> Instant {
        wait_until("a token", || self.seen.first.get().is_some());
        *self.seen.first.get().unwrap()
    }

    /// Tokens that have passed.
    pub(crate) fn tokens(&self) -> u32 {
        self.seen.tokens.load(Ordering::Relaxed)
    }

    /// Lets everything through again.
    pub(crate) fn mended(&self) {
        self.seen.mended.store(true, Ordering::Relaxed);
    }

    /// The board stands still, and says nothing.
    pub(crate) fn stop(&self) {
        crate::support::signal(self.agent.id() as i32, libc::SIGSTOP);
    }

    /// It goes on where it was.
    pub(crate) fn go_on(&self) {
        crate::support::signal(self.agent.id() as i32, libc::SIGCONT);
    }

    /// The board begins anew behind a cable that holds: without its model, with its clock at 0.
    pub(crate) fn restart(&mut self) {
        self.agent.kill().unwrap();
        self.agent.wait().unwrap();
        self.agent = serve(&self.port);
    }
}

fn serve(port: &str) -> Child {
    let mut agent = Command::new(PROGRAM);
    agent.args(["board-agent", "--port", port]);
    // A test that fails must not leave its output open to it.
    agent.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    agent.spawn().unwrap()
}

impl Seen {
    /// Counts tokens; how many of the bytes pass, which is all of them before the last one.
    fn look(&self, decoder: &mut Decoder, bytes: &[u8], last: u32) -> usize {
        for (at, byte) in bytes.iter().enumerate() {
            decoder.feed(&[*byte], &mut |item| {
                let Item::Frame(frame) = item else { return };
                if let Ok(BoardMessage::Token { .. }) = frame.board() {
                    self.first.get_or_init(Instant::now);
                    self.tokens.fetch_add(1, Ordering::Relaxed);
                }
            });
            let mended = self.mended.load(Ordering::Relaxed);
            if !mended && self.tokens.load(Ordering::Relaxed) >= last {
                return at + 1;
            }
        }
        bytes.len()
    }
}

impl Drop for Agent {
    /// Pulls the cable, and ends the agent.
    fn drop(&mut self) {
        self.cable = None;
        self.agent.kill().ok();
        self.agent.wait().ok();
    }
}

impl Cable {
    fn between(mut host: File, mut board: File, seen: Arc<Seen>, last: u32) -> Cable {
        let pulled = Arc::new(AtomicBool::new(false));
        let pull = Arc::clone(&pulled);
        let mut decoder = Decoder::new();
        let carry = move || {
            while !pull.load(Ordering::Relaxed) {
                let behind = seen.tokens.load(Ordering::Relaxed) >= last;
                if behind && seen.swallows && !seen.mended.load(Ordering::Relaxed) {
                    let mut nothing = [0; 4096];
                    // A terminal that nobody has open, or with nothing in it, fails to read.
                    for end in [&mut host, &mut board] {
                        let _swallowed = end.read(&mut nothing).unwrap_or(0);
                    }
                    std::thread::sleep(Duration::from_millis(1));
                    continue;
                }
                let there = pass(&mut host, &mut board, <[u8]>::len);
                let look = |bytes: &[u8]| seen.look(&mut decoder, bytes, last);
                let back = match pass(&mut board, &mut host, look) {
                    Some(back) => back,
                    None if seen.swallows => continue,
                    None => break,
                };
                if there.unwrap_or(0) + back == 0 {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            // What was said last is still heard: a terminal that hangs up drops what waits in it.
            std::thread::sleep(Duration::from_millis(100));
            drop((host, board));
            seen.broken.store(true, Ordering::Relaxed);
        };
        let thread = std::thread::Builder::new().name("cable".into());
        Cable(pulled, Some(thread.spawn(carry).unwrap()))
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
        self.1.take().unwrap().join().unwrap();
    }
}

/// One end of a pseudo-terminal, which does not wait, and the path of the other, which nobody has
/// open. No process started meanwhile inherits it: one that did would keep the cable plugged in.
#[expect(unsafe_code, reason = "there is no safe posix_openpt")]
pub(crate) fn end() -> (File, String) {
    let flags = libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC | libc::O_NONBLOCK;
    let mut name = [0; 64];
    // SAFETY: the calls get the descriptor just opened, which belongs to nobody else, and a buffer
    // with its length.
    let file = unsafe {
        let end = libc::posix_openpt(flags);
        assert!(end >= 0 && libc::grantpt(end) == 0 && libc::unlockpt(end) == 0);
        assert_eq!(libc::ptsname_r(end, name.as_mut_ptr().cast(), name.len()), 0);
        File::from_raw_fd(end)
    };
    let path: Vec<u8> = name.into_iter().take_while(|&byte: &u8| byte != 0).collect();
    (file, String::from_utf8(path).unwrap())
}

/// Carries what is there; how much that was, and no more than `holds` says. A terminal
/// that nobody has open yet fails to read.
fn pass(from: &mut File, to: &mut File, holds: impl FnOnce(&[u8]) -> usize) -> Option<usize> {
    let mut bytes = [0; 4096];
    let Ok(count) = from.read(&mut bytes) else { return Some(0) };
    let passing = holds(&bytes[..count]);
    let mut rest = &bytes[..passing];
    while !rest.is_empty() {
        match to.write(rest) {
            Ok(sent) => rest = &rest[sent..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(_) => break,
        }
    }
    (passing == count).then_some(count)
}
