//! What a recording tells the signals in memory, in the order it happened.

use protocol::SignalSource;

use crate::recording::Role;
use crate::signals::Name;

/// One thing. Times are milliseconds on the run's axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heard {
    /// A repetition began.
    Began {
        repetition: u32,
        role: Role,
        at_ms: f64,
        /// The last token of the prompt, which the first one made is spelt after.
        prompt_end: u32,
    },
    /// A token of that repetition; phases are NaN where the board does not say.
    Token { index: u32, id: Option<u32>, at_ms: f64, latency_ms: f64, phases_ms: [f64; 5] },
    /// A look at one of the signals over time; NaN where nothing can be said of that moment.
    Look { signal: Name, at_ms: f64, value: f64 },
    /// The next samples of a signal at a rate; NaN where one was lost.
    Stretch { signal: Name, values: Vec<f32> },
    /// When one of a signal's samples was taken, counted from its first one in this run; of a meter's
    /// signals where none is named.
    Anchor { signal: Option<Name>, index: u64, at_ms: f64 },
    /// Where the power comes from.
    Source(SignalSource),
    /// There will be no such signal, and why.
    Never { signal: &'static str, why: &'static str },
    /// The repetition ended.
    Ended { at_ms: f64 },
    /// The board was away: its clock began anew behind it, and the axis went on by this computer's.
    Away { from_ms: f64, to_ms: f64 },
    /// The run is over.
    Over,
}
