//! One run on the board: send the prompt, say go, pass on what it says, stop it when asked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use agent::Memory;
use agent::wire::{ErrorCode, HostMessage, PROMPT_CHUNK, QUIET_MINOR, Streams};

use super::heard::Heard;
use super::series::Account;
use crate::{AgentDriver, BoardError, RunEvent, RunRequest, RunTotals};

impl AgentDriver {
    /// Runs to the end, or until `stop` is set; tells `on_event` everything as it happens.
    pub fn run(
        &mut self,
        request: &RunRequest,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Result<RunTotals, BoardError> {
        let quiet = request.streams == Streams::Off;
        if quiet && self.info.wire_minor < QUIET_MINOR {
            return Err(BoardError::StreamsOnly);
        }
        self.settle()?;
        self.send_prompt(&request.prompt)?;
        self.line.say(&HostMessage::Run {
            count: request.count,
            seed: request.seed,
            temperature: request.temperature,
            top_p: request.top_p,
            stop_token: request.stop_token,
            streams: request.streams,
        })?;
        // Without streams, a sign of life counts the tokens that were made too.
        let made = if quiet { request.count as usize } else { 0 };
        let most = request.prompt.len().saturating_add(made);
        let mut memory = Memory::default();
        let mut account = Account::new(if quiet { &[] } else { &self.info.series });
        let mut expected = 0;
        let mut read = 0;
        let mut stopping: Option<Instant> = None;
        let mut said_stop = Instant::now();
        let mut heard_at = Instant::now();
        self.pulse.begin();
        loop {
            if let Some(since) = stopping {
                // However busy it sounds: it was told to stop.
                self.give_up_after(self.patience.silence, since, "it was told to stop")?;
            }
            if stop.load(Ordering::Relaxed)
                && (stopping.is_none() || said_stop.elapsed() > self.patience.resend)
            {
                said_stop = Instant::now();
                stopping = stopping.or(Some(said_stop));
                self.line.say(&HostMessage::Stop)?;
            }
            // What is known of its pace says for how long a silence is one.
            let limit = self.pulse.limit(self.patience.silence);
            let Some(heard) = self.line.hear(Duration::from_millis(50))? else {
                self.give_up_after(limit, heard_at, "it was running")?;
                let now_us = self.now_us();
                let long = [self.patience.resend.min(limit / 4), limit / 2];
                self.pulse.silent(&mut self.line, heard_at, long, now_us)?;
                continue;
            };
            // Talk that is no part of a run is no sign of its life.
            if let Heard::Log { .. }
            | Heard::Ack(_)
            | Heard::Pong { .. }
            | Heard::Hello(_)
            | Heard::ModelReady(_)
            | Heard::Series { .. }
            | Heard::Samples { .. }
            | Heard::Vitals { .. } = heard
            {
                self.give_up_after(limit, heard_at, "it was running")?;
            } else {
                if let Heard::Progress { .. } | Heard::Token { .. } = heard {
                    self.pulse.took(heard_at.elapsed());
                }
                heard_at = Instant::now();
            }
            if let Heard::Started { ticks }
            | Heard::Progress { ticks, .. }
            | Heard::Token { ticks, .. } = heard
            {
                self.pulse.told(ticks);
            }
            match heard {
                Heard::Started { ticks } => on_event(RunEvent::Started { ticks }),
                Heard::Pong { host_us, ticks } => self.pulse.answered(host_us, ticks)?,
                Heard::Progress { position, ticks } => {
                    if position < read || position as usize > most {
                        return Err(BoardError::Misbehaved {
                            detail: format!(
                                "it had read {read} tokens of {most} and then {position}"
                            ),
                        });
                    }
                    read = position;
                    if position as usize <= request.prompt.len() {
                        on_event(RunEvent::Progress { position, ticks });
                    }
                }
                Heard::Token { index, id, ticks, phases } => {
                    if quiet {
                        return Err(BoardError::Misbehaved {
                            detail: "it told of a token in a run without streams".into(),
                        });
                    }
                    // A hole is a lost frame and shows by its index; going back is a lie.
                    if index < expected || index >= request.count {
                        return Err(BoardError::Misbehaved {
                            detail: format!(
                                "token {index} came where {expected} of {} was due",
                                request.count
                            ),
                        });
                    }
                    expected = index + 1;
                    on_event(RunEvent::Token { index, id: Some(id), ticks, phases: Some(phases) });
                }
                Heard::Memory(reading) => memory = reading,
                Heard::Done { reason, tokens, began, ended, energy_uj } => {
                    if ended < began && self.pulse.went_back() {
                        return Err(BoardError::Restarted);
                    }
                    if ended < began {
                        return Err(BoardError::Misbehaved {
                            detail: "its run ended before it began".into(),
                        });
                    }
                    if tokens > request.count || tokens < expected {
                        return Err(BoardError::Misbehaved {
                            detail: format!(
                                "it says it made {tokens} tokens, {expected} were heard and {} due",
                                request.count
                            ),
                        });
                    }
                    self.account_series(&account, on_event);
                    return Ok(RunTotals {
                        reason,
                        tokens: Some(tokens),
                        inferences: None,
                        began,
                        ended,
                        energy_uj,
                        memory,
                    });
                }
                Heard::Vitals { ticks, vitals } => on_event(RunEvent::Vitals { ticks, vitals }),
                Heard::Samples { series, index, ticks, values } => {
                    account
                        .hear(series, index, ticks, &values)
                        .into_iter()
                        .for_each(&mut *on_event);
                }
                Heard::Log { text, .. } => {
                    on_event(RunEvent::Log(text));
                }
                Heard::Error { code, detail } => return Err(self.refused(code, detail)),
                Heard::Hello(info) => self.pulse.greeted(info.model, self.info.model)?,
                _ => {}
            }
        }
    }

    /// The board said no. One that lost its model because it restarted between our question and its
    /// answer says so too.
    fn refused(&mut self, code: ErrorCode, detail: String) -> BoardError {
        if code == ErrorCode::OutOfOrder
            && let Err(restarted @ BoardError::Restarted) = self.settle()
        {
            return restarted;
        }
        BoardError::Refused { code, detail }
    }

    fn send_prompt(&mut self, prompt: &[u32]) -> Result<(), BoardError> {
        if prompt.is_empty() {
            // Nothing to send, and yet the board must not run the prompt before.
            return self.send_prompt_piece(0, &[], 0);
        }
        let mut sent = 0;
        for piece in prompt.chunks(PROMPT_CHUNK) {
            let bytes: Vec<u8> = piece.iter().flat_map(|token| token.to_le_bytes()).collect();
            let end = sent + piece.len() as u32;
            self.send_prompt_piece(sent, &bytes, end)?;
            sent = end;
        }
        Ok(())
    }

    /// Sends a piece until the board has the prompt up to `end`. Sending one twice does no harm.
    fn send_prompt_piece(
        &mut self,
        offset: u32,
        tokens: &[u8],
        end: u32,
    ) -> Result<(), BoardError> {
        let asked = Instant::now();
        loop {
            self.line.say(&HostMessage::Prompt { offset, tokens })?;
            let again = Instant::now() + self.patience.resend;
            while let Some(heard) =
                self.line.hear(again.saturating_duration_since(Instant::now()))?
            {
                match heard {
                    Heard::Ack(received) if received == end => return Ok(()),
                    Heard::Error { code, detail } => {
                        return Err(BoardError::Refused { code, detail });
                    }
                    _ => {}
                }
            }
            self.give_up_after(self.patience.silence, asked, "the prompt was being sent")?;
        }
    }

    fn give_up_after(
        &self,
        limit: Duration,
        since: Instant,
        doing: &'static str,
    ) -> Result<(), BoardError> {
        if since.elapsed() < limit {
            return Ok(());
        }
        Err(BoardError::AgentSilent { doing, secs: limit.as_secs_f32() })
    }
}
