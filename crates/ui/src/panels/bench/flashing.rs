//! Putting an image onto a board that waits for one: chosen, looked at, written, and what came of it.

use std::path::{Path, PathBuf};

use protocol::{Code, Command, Failure, FlashSpec, FlashStretch, FlashView, JobId, JobOutcome};

use crate::asks::Asks;
use crate::link::Incoming;
use crate::panels::errand::Errand;
use crate::shell::{Chosen, Dialog, DialogId, Many};

/// One board, one image.
#[derive(Debug, Default)]
pub(super) struct Flashing {
    /// The board's port, and what a person calls it.
    pub(super) board: Option<(String, String)>,
    pub(super) image: PathBuf,
    pub(super) stage: Stage,
    /// A path that is written where there is no dialog, and why there is none.
    pub(super) path: Option<(String, String)>,
    dialog: Option<DialogId>,
    work: Errand,
}

/// How far it is.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Stage {
    #[default]
    Nothing,
    /// It goes on; whether it is to be written, or only looked at.
    Going(Deed),
    /// What would be written.
    Looked(Box<FlashView>),
    /// What was written.
    Written(Box<FlashView>),
    Failed(Failure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Look,
    Write,
}

impl Flashing {
    /// A person wants to flash this board: which image?
    pub(super) fn choose(
        &mut self,
        port: &str,
        name: &str,
        no_dialogs: Option<&str>,
        asks: &mut Asks,
    ) {
        if self.is_going() {
            return;
        }
        *self = Flashing { board: Some((port.to_owned(), name.to_owned())), ..Flashing::default() };
        match no_dialogs {
            Some(why) => self.path = Some((String::new(), why.to_owned())),
            None => {
                let title = format!("The image for {name}");
                let endings = ["uf2", "elf", "bin"].map(str::to_owned).to_vec();
                let what = Dialog::Files { title, many: Many::One, endings };
                self.dialog = Some(asks.dialog(what));
            }
        }
    }

    /// Takes the answer of a dialog, where it is ours.
    pub(super) fn told(&mut self, dialog: DialogId, chosen: &Chosen, asks: &mut Asks) {
        if self.dialog != Some(dialog) {
            return;
        }
        self.dialog = None;
        match chosen {
            Chosen::Paths(paths) => {
                if let Some(path) = paths.first() {
                    self.look(path, asks);
                }
            }
            Chosen::Documents(_) | Chosen::Nothing => self.leave(),
            Chosen::Unavailable { why } => self.path = Some((String::new(), why.clone())),
        }
    }

    /// Sees what would be written, and writes nothing.
    pub(super) fn look(&mut self, image: &Path, asks: &mut Asks) {
        image.clone_into(&mut self.image);
        self.path = None;
        self.ask(Deed::Look, asks);
    }

    /// Writes what was looked at.
    pub(super) fn write(&mut self, asks: &mut Asks) {
        if matches!(self.stage, Stage::Looked(_)) {
            self.ask(Deed::Write, asks);
        }
    }

    fn ask(&mut self, deed: Deed, asks: &mut Asks) {
        let Some((board, _)) = &self.board else { return };
        let spec = FlashSpec {
            image: self.image.clone(),
            board: Some(board.clone()),
            dry_run: deed == Deed::Look,
            ..FlashSpec::default()
        };
        self.work.start(Command::Flash { spec }, asks);
        self.stage = Stage::Going(deed);
    }

    /// Stops what goes on. Its end still comes, and says how the board is.
    pub(super) fn cancel(&mut self, asks: &mut Asks) {
        if let Some(job) = self.job() {
            asks.send(Command::Cancel { job });
        }
    }

    /// The job, once the engine has given it a number.
    pub(super) fn job(&self) -> Option<JobId> {
        self.work.job()
    }

    /// Forgets it.
    pub(super) fn leave(&mut self) {
        if !self.is_going() {
            *self = Flashing::default();
        }
    }

    /// This board is the one.
    pub(super) fn is_of(&self, port: &str) -> bool {
        self.board.as_ref().is_some_and(|(of, _)| of == port)
    }

    pub(super) fn is_going(&self) -> bool {
        self.work.goes_on()
    }

    pub(super) fn hear(&mut self, incoming: &Incoming, asks: &mut Asks) {
        let Some(end) = self.work.hear(incoming, asks) else { return };
        let Stage::Going(deed) = self.stage else { return };
        self.stage = match (end, deed) {
            (Err(_), deed) if matches!(incoming, Incoming::Lost { .. }) => {
                // Half an image does no harm: the board waits for a whole one.
                let words = match deed {
                    Deed::Look => "The connection was lost while the image was looked at",
                    Deed::Write => "The connection was lost while the image was written",
                };
                let failure = Failure::new(Code::Internal, words);
                Stage::Failed(failure.with_hint("see whether the board waits still, and try again"))
            }
            (Ok(JobOutcome::Flashed(view)), Deed::Look) => Stage::Looked(view),
            (Ok(JobOutcome::Flashed(view)), Deed::Write) => Stage::Written(view),
            (Err(failure), _) => Stage::Failed(failure),
            (Ok(_), _) => Stage::Nothing,
        };
    }
}

/// What would be, or was, written.
pub(super) fn what(view: &FlashView) -> String {
    let stretch = |part: &FlashStretch| {
        let what = part.what.as_ref().map(|what| format!("{what} at ")).unwrap_or_default();
        format!("{what}{:#010x} to {:#010x}", part.from, part.to)
    };
    let stretches: Vec<String> = view.stretches.iter().map(stretch).collect();
    let blocks = view.blocks.map(|blocks| format!(" in {blocks} blocks")).unwrap_or_default();
    format!(
        "{} for {}: {}{blocks}, {}",
        view.image,
        view.family,
        protocol::numbers::bytes(view.bytes as f64),
        stretches.join(", "),
    )
}

/// Where to.
pub(super) fn place(view: &FlashView) -> String {
    let board = view.board.as_ref().map(|board| format!(" ({board})")).unwrap_or_default();
    format!("{}{board}", view.to)
}

/// How far what was written can be trusted.
pub(super) fn verified(view: &FlashView) -> &'static str {
    match (view.verified, view.restarted) {
        (Some(true), _) => "What is in its flash was compared with the image and is the same",
        (Some(false), _) => "What is in its flash is not the image; write it again",
        (None, Some(true)) => {
            "The board took all of it and restarted; what is in its flash cannot be read back over a drive"
        }
        (None, Some(false)) => {
            "Not verified: the drive did not leave; see whether the board starts"
        }
        (None, None) => "Nothing says whether the board took it; see whether it starts",
    }
}
