//! Whose engine a call works with: this process's, or a host's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use engine::{Engine, Events, Next};
use protocol::{Code, Command, DocumentSource, Failure, Reply};

use super::out::Trouble;
use super::start::Context;
use crate::remote::Away;

/// Whose engine a call works with.
pub(crate) enum Bench {
    /// This process's.
    Here(Engine),
    /// A host's.
    There(Box<Away>),
}

/// Everything that happens from some moment on.
pub(crate) enum Listener<'a> {
    Here(Events),
    There(&'a Away),
}

impl Listener<'_> {
    /// What happens next; waits for at most `timeout`.
    ///
    /// # Errors
    /// The host was gone for too long.
    pub(crate) fn next(&self, timeout: Duration) -> Result<Next, Failure> {
        match self {
            Listener::Here(events) => Ok(events.next(timeout)),
            Listener::There(away) => away.next(timeout),
        }
    }
}

impl Context {
    /// Sends a command.
    pub(crate) fn send(&self, command: Command) -> Result<Reply, Trouble> {
        Ok(match &self.bench {
            Bench::Here(engine) => engine.send(command)?,
            Bench::There(away) => away.send(command)?,
        })
    }

    /// Listens from now on.
    pub(crate) fn listen(&self) -> Result<Listener<'_>, Trouble> {
        match &self.bench {
            Bench::Here(engine) => Ok(Listener::Here(engine.subscribe())),
            Bench::There(away) => {
                away.listen()?;
                Ok(Listener::There(away))
            }
        }
    }

    /// The engine of this process, for what works on this computer alone; `what` begins a sentence.
    pub(crate) fn here(&self, what: &str) -> Result<&Engine, Trouble> {
        match &self.bench {
            Bench::Here(engine) => Ok(engine),
            Bench::There(away) => Err(here_alone(what, &away.host().address())),
        }
    }

    /// The host that is worked with, where it is not this process.
    pub(crate) fn away(&self) -> Option<&Away> {
        match &self.bench {
            Bench::Here(_) => None,
            Bench::There(away) => Some(away.as_ref()),
        }
    }

    /// The tokenizer that was asked for, else the setting's of whoever counts.
    pub(crate) fn tokenizer(&self, asked: Option<&String>) -> Result<String, Trouble> {
        if let Some(asked) = asked {
            return Ok(asked.clone());
        }
        if self.away().is_none() {
            return Ok(self.settings.tokenizer().to_owned());
        }
        let Reply::Settings(settings) = self.send(Command::ListSettings)? else {
            return Err(Trouble::unexpected());
        };
        let setting = settings.into_iter().find(|setting| setting.key == "tokenizer");
        setting.map(|setting| setting.value).ok_or_else(Trouble::unexpected)
    }

    /// A file that the engine opens itself, from the root: it means the same wherever it is looked at
    /// from. A host's files are named as they are there.
    pub(crate) fn rooted(&self, file: &Path) -> Result<PathBuf, Trouble> {
        if self.away().is_none() {
            return Ok(std::path::absolute(file).unwrap_or_else(|_| file.to_owned()));
        }
        match file.has_root() {
            true => Ok(file.to_owned()),
            false => Err(Failure::new(
                Code::BadRequest,
                format!("with --remote this is a file of the host's: {}", file.display()),
            )
            .with_hint("name it from the root, as it is there")
            .into()),
        }
    }

    /// A document as the engine can have it: a file is opened by an engine of this computer, and handed
    /// over to a host.
    pub(crate) fn document(&self, path: &Path) -> Result<DocumentSource, Failure> {
        if self.away().is_none() {
            return Ok(DocumentSource::File(path.to_owned()));
        }
        let name = path
            .file_name()
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let limit = compress::document::DEFAULT_LIMIT_BYTES;
        match compress::document::bytes_of(path, &name, limit) {
            Ok(bytes) => Ok(DocumentSource::Bytes { name, bytes }),
            Err(error) => {
                // The library's sentence holds the remedy after its semicolon.
                let said = error.to_string();
                let (message, hint) = said.split_once("; ").unzip();
                let failure = Failure::new(Code::BadInput, message.unwrap_or(&said));
                Err(Failure { hint: hint.map(str::to_owned), ..failure })
            }
        }
    }
}

/// A refusal of what cannot be done with a host; `what` begins a sentence.
pub(crate) fn here_alone(what: &str, address: &str) -> Trouble {
    let said = format!("{what} works on this computer alone, and not with the host at {address}");
    Failure::new(Code::BadRequest, said)
        .with_hint("leave --remote out and BENCHVISE_REMOTE unset, or call it on the host itself")
        .into()
}
