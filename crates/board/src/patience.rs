//! How long to wait for a board.

use std::time::Duration;

/// Time limits of a conversation. Tests use shorter ones.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the first Hello; boards that reset on opening take a while.
    pub hello: Duration,
    /// For any sign of life while something is going on.
    pub silence: Duration,
    /// For an acknowledgement before the piece is sent again.
    pub resend: Duration,
    /// For a model to be checked and quantised after its last byte.
    pub model: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            hello: Duration::from_secs(4),
            silence: Duration::from_secs(10),
            resend: Duration::from_secs(1),
            model: Duration::from_secs(120),
        }
    }
}
