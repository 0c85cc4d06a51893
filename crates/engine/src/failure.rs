//! The only mapping from errors to what a face shows.

use board::BoardError;
use board::flash::FlashError;
use protocol::{Code, Failure};
use store::StoreError;

use crate::error::EngineError;
use crate::settings::{Place, SettingsError};

/// Code, sentence and hint. Messages are written as "what happened; what to do".
pub(crate) fn failure(error: EngineError) -> Failure {
    let code = code(&error);
    let text = error.to_string();
    let detail = match &error {
        EngineError::Panicked(_) => Some("please report this, with the log".to_owned()),
        _ => None,
    };
    // The library's sentence already holds the remedy after its semicolon; a face may set it apart.
    let (message, hint) = match text.split_once("; ") {
        Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
        None => (text, None),
    };
    Failure { code, message, hint, detail }
}

/// The disk has no room: whoever named the file can do nothing about it.
fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

fn code(error: &EngineError) -> Code {
    match error {
        EngineError::Board(BoardError::TooLarge(_)) => Code::BadRequest,
        EngineError::Flash(FlashError::Stopped(_)) => Code::Cancelled,
        EngineError::Flash(
            FlashError::Unwritable { .. }
            | FlashError::DriveInUse(_)
            | FlashError::NoBootloader(_)
            | FlashError::Locked(_)
            | FlashError::NoDebug(_)
            | FlashError::ProbeDenied(_)
            | FlashError::BrokeOff { .. }
            | FlashError::Differs { .. }
            | FlashError::NotRestarted(_)
            | FlashError::Port(_),
        ) => Code::Board,
        EngineError::Flash(
            FlashError::NoDrive(_)
            | FlashError::SeveralDrives(_)
            | FlashError::NotADrive(_)
            | FlashError::NoFamily(_)
            | FlashError::NoBase(_)
            | FlashError::BadBase(_)
            | FlashError::NotBuilt { .. }
            | FlashError::NoChip(_)
            | FlashError::NoSuchChip { .. }
            | FlashError::NoProbe(_)
            | FlashError::SeveralProbes(_),
        ) => Code::BadRequest,
        EngineError::Flash(_) => Code::BadInput,
        EngineError::Board(_)
        | EngineError::BoardInUse { .. }
        | EngineError::PortShared { .. }
        | EngineError::StayedAway(_)
        | EngineError::OtherBoard { .. } => Code::Board,
        EngineError::Store(
            StoreError::NoSuchRun { .. }
            | StoreError::Ambiguous { .. }
            | StoreError::BadSelector { .. },
        ) => Code::NotFound,
        EngineError::Settings(
            SettingsError::UnknownKey { place: Place::Asked, .. }
            | SettingsError::BadValue { place: Place::Asked, .. }
            | SettingsError::NoFile,
        ) => Code::BadRequest,
        EngineError::Settings(_) => Code::BadInput,
        EngineError::Store(
            StoreError::BundleDamaged { .. }
            | StoreError::BundleTooLarge { .. }
            | StoreError::BundleConflict { .. },
        ) => Code::BadInput,
        EngineError::Store(StoreError::Refused(_) | StoreError::Exists { .. }) => Code::BadRequest,
        EngineError::Store(_) => Code::Store,
        #[cfg(feature = "neural")]
        EngineError::Neural(neural::Error::NoSuchModel { .. }) => Code::NotFound,
        #[cfg(feature = "neural")]
        EngineError::Neural(neural::Error::NoSuchDevice(_)) => Code::BadRequest,
        #[cfg(feature = "neural")]
        EngineError::Neural(neural::Error::Cancelled) => Code::Cancelled,
        #[cfg(feature = "neural")]
        EngineError::Neural(_) => Code::BadInput,
        EngineError::NotFound(_) => Code::NotFound,
        EngineError::Unwritable { source, .. } if is_full(source) => Code::Internal,
        EngineError::Compress(_)
        | EngineError::NamedFile(_)
        | EngineError::BadModel { .. }
        | EngineError::BadTokenizer { .. }
        | EngineError::Unreadable { .. }
        | EngineError::Unwritable { .. } => Code::BadInput,
        EngineError::PromptTooLong { .. } | EngineError::BadRequest(_) => Code::BadRequest,
        EngineError::Busy => Code::Busy,
        EngineError::Cancelled
        | EngineError::PutOff
        | EngineError::HostEnds
        | EngineError::HostEnded => Code::Cancelled,
        EngineError::Io(..)
        | EngineError::Fetch(_)
        | EngineError::SiblingFailed(_)
        | EngineError::Panicked(_) => Code::Internal,
    }
}
