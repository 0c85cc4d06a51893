//! `benchvise meter-emulator`: a power meter without hardware, for tests and for looking around.

use board::meter::emulator::{Emulation, play};

use super::args::MeterEmulatorArgs;
use super::out::{self, Answer, Trouble};

/// Says the path of the port in one line, then plays until whoever opened it hangs up.
#[cfg(unix)]
pub(crate) fn emulate(args: &MeterEmulatorArgs) -> Result<Answer, Trouble> {
    let (end, path) = board::Pty::pair()?;
    out::text(&format!("{path}\n"))?;
    let (model, wave, gate) = (args.model, args.wave, args.gate.clone());
    let emulation = Emulation { model, wave, faults: args.faults(), gate };
    play(Box::new(end), &emulation)?;
    Ok(Answer::Done)
}

/// There is no port to offer.
#[cfg(not(unix))]
pub(crate) fn emulate(args: &MeterEmulatorArgs) -> Result<Answer, Trouble> {
    let _ = (args, play, Emulation::clone);
    out::text("")?;
    Err(Trouble::usage("an emulated meter wants a pseudo-terminal, which this system has none of"))
}
