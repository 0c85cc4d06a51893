//! A line that does something wrong, at the board's end of a pipe.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use agent::wire::{BoardMessage, Decoder, Item};
use board::{BoardError, Transport};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// The cable is pulled in the middle of a run.
    Unplug,
    /// Bytes of no meaning before every piece.
    Garbage,
    /// Every fifth piece of a run is cut in half.
    Halves,
    /// Every piece comes twice.
    Doubled,
    /// What the host says comes twice.
    DoubledAsks,
    /// Both ends speak at another rate: no byte is what it was.
    WrongBaud,
    /// The board reads a few bytes at a time, and slowly.
    SlowBoard,
    /// So does the host.
    SlowHost,
    /// The board's clock has 32 bits and begins anew in the run.
    ClockWrap,
    /// The board restarts in the run, and says what a board says then.
    BrownOut,
    /// Somebody else reads the port too, and every third piece is theirs.
    Stolen,
}

pub(crate) const FAULTS: [Fault; 12] = [
    Fault::None,
    Fault::Unplug,
    Fault::Garbage,
    Fault::Halves,
    Fault::Doubled,
    Fault::DoubledAsks,
    Fault::WrongBaud,
    Fault::SlowBoard,
    Fault::SlowHost,
    Fault::ClockWrap,
    Fault::BrownOut,
    Fault::Stolen,
];

/// What a piece is: something between two ends of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A zero at either end.
    Frame,
    /// A line feed behind.
    Line,
    /// [`PACKET`] bytes, whatever they are.
    Packet,
}

/// What a full-speed USB device says at once, in bytes.
const PACKET: usize = 64;

/// Frame of a token or of samples that the cable is pulled with, or the board restarts with; lines likewise.
pub(crate) const BREAK: u32 = 12;

/// The board's end.
pub(crate) struct Faulty {
    pipe: Box<dyn Transport>,
    fault: Fault,
    unit: Unit,
    decoder: Decoder,
    /// Lines count from the first window on.
    late: bool,
    /// Lines and packets count from when this is true.
    begun: Option<Arc<AtomicBool>>,
    running: bool,
    /// Frames of tokens, or lines of a run, that the board has sent.
    pub(crate) sent: Arc<AtomicU32>,
    /// Frames of tokens and of samples, which the fault counts by.
    frames: u32,
    /// Samples that the board has sent.
    pub(crate) samples: Arc<AtomicU64>,
}

impl Faulty {
    pub(crate) fn new(pipe: Box<dyn Transport>, fault: Fault, unit: Unit) -> Faulty {
        let (sent, samples) = (Arc::default(), Arc::default());
        let (decoder, late, begun) = (Decoder::new(), false, None);
        let (running, frames) = (false, 0);
        Faulty { pipe, fault, unit, decoder, late, begun, running, sent, frames, samples }
    }

    /// The same for a benchmark, whose runs begin with a window.
    pub(crate) fn with_the_window(self) -> Faulty {
        Faulty { late: true, ..self }
    }

    /// The same for somebody whose host says when it begins.
    pub(crate) fn counting_from(self, begun: &Arc<AtomicBool>) -> Faulty {
        Faulty { begun: Some(Arc::clone(begun)), ..self }
    }

    /// Counts a piece that belongs to a run; its number.
    fn number(&mut self, piece: &[u8]) -> Option<u32> {
        let mut counts = false;
        match self.unit {
            Unit::Frame => {
                let mut samples = 0;
                self.decoder.feed(piece, &mut |item| {
                    let Item::Frame(frame) = item else { return };
                    match frame.board() {
                        Ok(BoardMessage::Token { .. }) => counts = true,
                        Ok(BoardMessage::Samples { values, .. }) => samples = values.len() / 4,
                        _ => {}
                    }
                });
                if samples > 0 {
                    self.samples.fetch_add(samples as u64, Ordering::Relaxed);
                    self.frames += 1;
                    return Some(self.frames);
                }
                if counts {
                    self.frames += 1;
                    self.sent.fetch_add(1, Ordering::Relaxed);
                    return Some(self.frames);
                }
            }
            // What comes before a run is not counted.
            Unit::Line | Unit::Packet => {
                self.running |= match &self.begun {
                    Some(begun) => begun.load(Ordering::Relaxed),
                    None => !self.late || piece.starts_with(b"m-infer-start"),
                };
                counts = self.running;
            }
        }
        counts.then(|| self.sent.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn piece(&mut self, piece: &[u8]) -> Result<(), BoardError> {
        let number = self.number(piece);
        let gone = || Err(BoardError::Gone { how: "pulled".into() });
        match (self.fault, number) {
            (Fault::Unplug | Fault::BrownOut, Some(n)) if n > BREAK => return gone(),
            (Fault::Garbage, _) => {
                let noise: &[u8] = match self.unit {
                    Unit::Frame => b"\x00\x17\xfe\x93\x01\xc4garb\x07\x00",
                    Unit::Line | Unit::Packet => b"\xfe\x93\x01\xc4 garb \x07\r\n",
                };
                self.pipe.write(noise)?;
            }
            (Fault::Halves, Some(n)) if n % 5 == 0 => {
                return self.pipe.write(&piece[..piece.len() / 2]);
            }
            (Fault::Doubled, _) => self.pipe.write(piece)?,
            (Fault::WrongBaud, _) => {
                let other: Vec<u8> = piece.iter().map(|byte| mangled(*byte)).collect();
                return self.pipe.write(&other);
            }
            (Fault::Stolen, Some(n)) if n % 3 == 0 => return Ok(()),
            _ => {}
        }
        self.pipe.write(piece)
    }
}

/// A byte as another rate hears it.
fn mangled(byte: u8) -> u8 {
    byte.rotate_left(3) ^ 0xb5
}

impl Transport for Faulty {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        match self.fault {
            Fault::SlowBoard => {
                std::thread::sleep(Duration::from_millis(1));
                let few = into.len().min(64);
                self.pipe.read(&mut into[..few], timeout)
            }
            Fault::WrongBaud => {
                let n = self.pipe.read(into, timeout)?;
                into[..n].iter_mut().for_each(|byte| *byte = mangled(*byte));
                Ok(n)
            }
            Fault::DoubledAsks => {
                let half = into.len() / 2;
                let n = self.pipe.read(&mut into[..half], timeout)?;
                into.copy_within(..n, n);
                Ok(2 * n)
            }
            _ => self.pipe.read(into, timeout),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        match self.unit {
            // A write of the agent's may hold two frames, each with a zero on both sides.
            Unit::Frame => {
                let mut rest = bytes;
                while let Some(end) = rest.iter().skip(1).position(|byte| *byte == 0) {
                    let (frame, more) = rest.split_at(end + 2);
                    self.piece(frame)?;
                    rest = more;
                }
                assert!(rest.is_empty(), "no frame: {rest:?}");
                Ok(())
            }
            Unit::Line => {
                bytes.split_inclusive(|byte| *byte == b'\n').try_for_each(|line| self.piece(line))
            }
            Unit::Packet => bytes.chunks(PACKET).try_for_each(|packet| self.piece(packet)),
        }
    }
}
