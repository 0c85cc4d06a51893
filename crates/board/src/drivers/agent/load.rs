//! Sends a model in pieces, several on their way at once, again where one was lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use agent::ModelInfo;
use agent::wire::{Bits, ErrorCode, HostMessage};

use super::heard::Heard;
use super::window::{Answer, Window};
use crate::{AgentDriver, BoardError};

/// How often a piece is sent again before the board counts as silent.
const TRIES: u32 = 4;
/// What a board that says nothing after the last piece of a model is doing.
pub const CHECKING_THE_MODEL: &str = "it was checking the model";

impl AgentDriver {
    /// Loads a model file into the board and waits until it is checked. `progress` is told the
    /// bytes that have arrived. `Ok(None)` where `stop` was set meanwhile.
    pub fn load_model(
        &mut self,
        bytes: &[u8],
        bits: Bits,
        stop: &AtomicBool,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Option<ModelInfo>, BoardError> {
        let len = u32::try_from(bytes.len()).map_err(|_| BoardError::TooLarge("the model"))?;
        let crc = crc32fast::hash(bytes);
        let wanted = |m: &ModelInfo| m.crc == crc && m.bits == bits;
        if let Some(model) = self.info.model.filter(wanted) {
            return Ok(Some(model));
        }
        self.settle()?;
        self.info.model = None;
        self.pulse.other_model();
        self.line.say(&HostMessage::LoadModel { len, crc, bits })?;
        let mut begun = false;
        let mut window = Window::new(bytes.len(), self.info.receive_window);
        let mut tries = 0;
        let mut moved_at = Instant::now();
        let mut wait = self.patience.resend;
        loop {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            while begun && let Some(piece) = window.next() {
                let offset = piece.start as u32;
                let bytes = bytes.get(piece).unwrap_or_default();
                self.line.say(&HostMessage::ModelChunk { offset, bytes })?;
            }
            let until = moved_at + wait;
            match self.hear_while_loading(until, stop)? {
                Some(Heard::Ack(n)) => match window.answered(n as usize) {
                    Answer::Moved => {
                        (tries, moved_at, wait) = (0, Instant::now(), self.patience.resend);
                        progress(u64::from(n));
                    }
                    Answer::WentBack => moved_at = Instant::now(),
                    Answer::Stale if !begun => {
                        begun = true;
                        (tries, moved_at) = (0, Instant::now());
                    }
                    Answer::Stale => {}
                    Answer::Impossible => {
                        return Err(BoardError::Misbehaved {
                            detail: format!("it confirmed {n} bytes before they were sent"),
                        });
                    }
                },
                Some(Heard::ModelReady(info)) => {
                    self.info.model = Some(info);
                    return Ok(Some(info));
                }
                // The answer to the question below: either it is all there and only the word of
                // it was lost, or the end of the model was.
                Some(Heard::Hello(info)) => {
                    if let Some(model) = info.model.filter(wanted) {
                        self.info.model = Some(model);
                        return Ok(Some(model));
                    }
                    tries += 1;
                    window.go_back();
                    (moved_at, wait) = (Instant::now(), self.patience.resend);
                }
                // A piece came after the last one, because it was sent twice.
                Some(Heard::Error { code: ErrorCode::OutOfOrder, .. }) if window.complete() => {
                    self.line.say(&HostMessage::Hello { minor: agent::wire::MINOR })?;
                }
                Some(Heard::Error { code, detail }) => {
                    return Err(BoardError::Refused { code, detail });
                }
                Some(_) => {}
                None if !begun => {
                    tries += 1;
                    moved_at = Instant::now();
                    self.line.say(&HostMessage::LoadModel { len, crc, bits })?;
                }
                None if window.complete() => {
                    // It may be checking and quantising, and then it answers nothing; or it may
                    // wait for a piece that was lost. Hello is answered after the one and amid the
                    // other, and asking twice as late each time fills no small board's buffer.
                    if moved_at.elapsed() >= self.patience.model {
                        return Err(BoardError::AgentSilent {
                            doing: CHECKING_THE_MODEL,
                            secs: self.patience.model.as_secs_f32(),
                        });
                    }
                    wait = (wait * 2).min(self.patience.model);
                    self.line.say(&HostMessage::Hello { minor: agent::wire::MINOR })?;
                }
                None => {
                    tries += 1;
                    moved_at = Instant::now();
                    window.go_back();
                }
            }
            if tries >= TRIES {
                return Err(BoardError::AgentSilent {
                    doing: "a model was being loaded",
                    secs: self.patience.resend.as_secs_f32() * TRIES as f32,
                });
            }
        }
    }

    /// The next message but for log lines; `None` at `until`, or where `stop` was set.
    fn hear_while_loading(
        &mut self,
        until: Instant,
        stop: &AtomicBool,
    ) -> Result<Option<Heard>, BoardError> {
        while !stop.load(Ordering::Relaxed) {
            let left = until.saturating_duration_since(Instant::now());
            match self.line.hear(left.min(Duration::from_millis(200)))? {
                Some(Heard::Log { text, .. }) => tracing::info!(target: "board", "{text}"),
                Some(heard) => return Ok(Some(heard)),
                None if left.is_zero() => return Ok(None),
                None => {}
            }
        }
        Ok(None)
    }
}
