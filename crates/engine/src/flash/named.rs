//! The board that a person names to put an image onto.

use std::path::Path;

use board::{BoardError, EmulatedBoard, Port, PortState, real_path};

use crate::Engine;
use crate::boards::HOST;
use crate::error::EngineError;
use crate::find_board::find_listed;

/// A board, or a debug probe, by a person's words.
pub(super) struct Named {
    /// The words.
    pub(super) words: String,
    /// The port that is meant; `None` where the system lists none: a terminal, or a debug probe
    /// without a port.
    pub(super) port: Option<Port>,
}

impl Named {
    /// What `words` name.
    ///
    /// # Errors
    /// Where it takes no image, or somebody else uses it.
    pub(super) fn find(engine: &Engine, words: &str) -> Result<Named, EngineError> {
        let refuse = |words: String| Err(EngineError::BadRequest(words));
        if words == HOST {
            return refuse(
                "this computer is no board that takes an image; name one that does".into(),
            );
        }
        if let Some(board) = EmulatedBoard::of_kind(words) {
            return refuse(format!(
                "{} starts with what `make firmware` built each time; there is nothing to write to",
                board.name
            ));
        }
        let ports = board::list_ports();
        let port = find_listed(words, &ports, &engine.met())?.cloned();
        if let Some(Port { path, state: PortState::Busy { by }, .. }) = &port {
            let (by, path) = (by.to_string(), path.clone());
            return Err(BoardError::PortBusy { by, path }.into());
        }
        Ok(Named { words: words.to_owned(), port })
    }

    /// What to open.
    ///
    /// # Errors
    /// Where there is no such port.
    pub(super) fn path(&self) -> Result<&str, EngineError> {
        match &self.port {
            Some(port) => Ok(&port.path),
            None if Path::new(&self.words).exists() => Ok(&self.words),
            None => Err(self.unknown()),
        }
    }

    pub(super) fn unknown(&self) -> EngineError {
        let words = &self.words;
        EngineError::NotFound(format!(
            "no board is called {words}; `benchvise boards` lists those there are"
        ))
    }
}

/// The words by which a port is held.
pub(super) fn key(port: &Port) -> String {
    real_path(&port.path).display().to_string()
}
