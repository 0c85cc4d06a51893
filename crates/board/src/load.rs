//! Sends a model in pieces, several on their way at once, again where one was lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use agent::ModelInfo;
use agent::wire::{Bits, HostMessage, MODEL_CHUNK};

use crate::heard::Heard;
use crate::{AgentDriver, BoardError};

/// How often a piece is sent again before the board counts as silent.
const TRIES: u32 = 4;

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
        if let Some(model) = self.info.model.filter(|m| m.crc == crc && m.bits == bits) {
            return Ok(Some(model));
        }
        self.line.say(&HostMessage::LoadModel { len, crc, bits })?;
        let window = (self.info.receive_window as usize).max(MODEL_CHUNK);
        let (mut sent, mut received, mut tries) = (0usize, None, 0);
        loop {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            while let Some(received) = received
                && sent < bytes.len()
                && sent - received + MODEL_CHUNK <= window.max(MODEL_CHUNK)
            {
                let piece = bytes.get(sent..).unwrap_or_default();
                let piece = piece.get(..MODEL_CHUNK).unwrap_or(piece);
                let offset = sent as u32;
                self.line.say(&HostMessage::ModelChunk { offset, bytes: piece })?;
                sent += piece.len();
            }
            let waited = if received == Some(bytes.len()) || sent == bytes.len() {
                self.patience.model
            } else {
                self.patience.resend
            };
            match self.hear_while_loading(waited, stop)? {
                Some(Heard::Ack(n)) => {
                    let n = n as usize;
                    if n > sent {
                        return Err(BoardError::Misbehaved {
                            detail: format!("it confirmed {n} bytes of which {sent} were sent"),
                        });
                    }
                    if received != Some(n) {
                        tries = 0;
                    } else {
                        // The same place twice: a piece was lost after it.
                        tries += 1;
                        sent = n;
                    }
                    received = Some(n);
                    progress(n as u64);
                }
                Some(Heard::ModelReady(info)) => {
                    self.info.model = Some(info);
                    return Ok(Some(info));
                }
                Some(_) => {}
                None => {
                    tries += 1;
                    match received {
                        Some(received) => sent = received,
                        None => self.line.say(&HostMessage::LoadModel { len, crc, bits })?,
                    }
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

    /// The next message that concerns loading; refusals become errors.
    fn hear_while_loading(
        &mut self,
        timeout: std::time::Duration,
        stop: &AtomicBool,
    ) -> Result<Option<Heard>, BoardError> {
        let until = Instant::now() + timeout;
        while !stop.load(Ordering::Relaxed) {
            let left = until.saturating_duration_since(Instant::now());
            let slice = left.min(std::time::Duration::from_millis(200));
            match self.line.hear(slice)? {
                Some(Heard::Error { code, detail }) => {
                    return Err(BoardError::Refused { code, detail });
                }
                Some(Heard::Log { text, .. }) => tracing::info!(target: "board", "{text}"),
                Some(heard) => return Ok(Some(heard)),
                None if left.is_zero() => return Ok(None),
                None => {}
            }
        }
        Ok(None)
    }
}
