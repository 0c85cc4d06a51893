//! Two programs on one port: the system gives every byte to one of them, and to which is chance. We
//! open a port for us alone, but one that had it open before, or that may do everything, reads on.

use board::{BoardError, holder_of};

use crate::error::EngineError;
use crate::find_board::Place;

/// What went wrong with a board, and who else has its port open, where that may be why.
pub(crate) fn explained(place: &Place, error: EngineError) -> EngineError {
    let (Place::Port { path, .. }, EngineError::Board(trouble)) = (place, &error) else {
        return error;
    };
    if !may_be_theft(trouble) {
        return error;
    }
    match holder_of(path) {
        Some(by) => {
            let sentence = trouble.to_string();
            let what = sentence.split("; ").next().unwrap_or(&sentence).to_owned();
            EngineError::PortShared { trouble: what, by: by.to_string() }
        }
        None => error,
    }
}

/// Whether a board that says all it should looks like this to somebody who hears half of it.
fn may_be_theft(trouble: &BoardError) -> bool {
    matches!(
        trouble,
        BoardError::AgentSilent { .. }
            | BoardError::NoAgent { .. }
            | BoardError::OtherFirmware { .. }
            | BoardError::Garbage { .. }
            | BoardError::Misbehaved { .. }
            | BoardError::NoMonitor { .. }
            | BoardError::PatternUnmet { .. }
    )
}
