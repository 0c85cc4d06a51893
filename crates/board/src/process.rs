//! A process that plays a board, and does not outlive its owner.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use crate::BoardError;

/// A child, ended when dropped.
pub(crate) struct Process {
    child: Child,
    /// Dropped after the child: the thread that started it waits for that.
    _keeper: Option<SyncSender<()>>,
}

impl Process {
    /// Starts a program that ends by itself when its port hangs up.
    pub(crate) fn start(mut command: Command) -> Result<Self, BoardError> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let child = child.map_err(|source| spawn_failed(source, &command))?;
        Ok(Process { child, _keeper: None })
    }

    /// Starts a program that would go on without us. On Linux the kernel ends it should we be
    /// killed; elsewhere only a proper end of ours does. What it says when it fails is kept.
    pub(crate) fn start_bound(mut command: Command) -> Result<Self, BoardError> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        #[cfg(target_os = "linux")]
        die_with_us(&mut command);
        // The kernel takes the end of the thread that started it for ours, so that thread stays.
        let (keeper, kept) = sync_channel::<()>(0);
        let (hand_over, started) = sync_channel(1);
        let keep = move || {
            let child = command.spawn().map_err(|source| spawn_failed(source, &command));
            if hand_over.send(child).is_ok() {
                // Ends with an error, when the owner is gone: that is what it waits for.
                kept.recv().ok();
            }
        };
        thread::Builder::new().name("board-process".into()).spawn(keep)?;
        let child = started.recv().map_err(|_| std::io::Error::other("its thread ended"))??;
        Ok(Process { child, _keeper: Some(keeper) })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has, with its last words where they were kept.
    pub(crate) fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        let mut said = Vec::new();
        if let Some(stderr) = self.child.stderr.take() {
            // Nobody writes to it any more, so this ends; a failed read only means no words.
            stderr.take(4096).read_to_end(&mut said).ok();
        }
        let said = String::from_utf8_lossy(&said);
        // Warnings come first and are not why it ended.
        let mut lines = said.lines().filter(|line| !line.contains("warning: "));
        Some(match lines.rfind(|line| !line.trim().is_empty()) {
            Some(words) => format!("{status}, saying {words:?}"),
            None => status.to_string(),
        })
    }
}

fn spawn_failed(source: std::io::Error, command: &Command) -> BoardError {
    let path = command.get_program().to_string_lossy().into_owned();
    BoardError::SpawnFailed { source, path }
}

#[cfg(target_os = "linux")]
fn die_with_us(command: &mut Command) {
    use std::os::unix::process::CommandExt;

    use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};

    let parent = getpid();
    let bind = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // Had we ended before that, nobody would tell it.
        match getppid() == Some(parent) {
            true => Ok(()),
            false => Err(std::io::Error::other("the program ended meanwhile")),
        }
    };
    #[expect(unsafe_code, reason = "runs between fork and exec, and makes two system calls there")]
    // SAFETY: the closure allocates nothing and takes no lock where it succeeds; where it fails,
    // the parent is gone and nobody waits for the child.
    unsafe {
        command.pre_exec(bind);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It holds nothing that needs saving; a hung one would not listen to anything gentler.
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait().map(|_| ())) {
            tracing::debug!(%error, "the board's process could not be ended");
        }
    }
}
