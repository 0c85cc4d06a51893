//! Why a signal is not there.

/// Names of the signals over time.
pub(crate) const HEAP: &str = "heap_used";
/// See [`HEAP`].
pub(crate) const PROCESS: &str = "process_memory";
/// See [`HEAP`].
pub(crate) const POWER: &str = "power";

/// What a meter measures besides, and what was integrated from it for each token.
pub(crate) const CURRENT: &str = "current";
/// See [`CURRENT`].
pub(crate) const TOKEN_ENERGY: &str = "token_energy";

/// What a run is measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// This computer, as a process.
    Host,
    /// Something on a port.
    Board,
}

impl Place {
    /// By a board's identity: this program gives the host board's.
    pub(crate) fn of(chip_id: &str) -> Place {
        if chip_id.starts_with("host-") { Place::Host } else { Place::Board }
    }
}

/// Why a run that is over, or a board that would have said it by now, has no such signal.
pub(crate) fn why(signal: &str, place: Place) -> &'static str {
    match (signal, place) {
        (HEAP, _) => "the board does not say how much heap it uses",
        (PROCESS, Place::Host) => "this computer does not tell how much memory the process takes",
        (PROCESS, Place::Board) => "the board is no process of this computer",
        (POWER, Place::Host) => "this computer offers no energy counter that may be read",
        (POWER, Place::Board) => "the board offers no energy counter",
        // The signals of each token.
        _ => "the board told none of it",
    }
}
