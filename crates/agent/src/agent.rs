//! The loop: listen, answer, and while a run goes on, listen between tokens.

use crate::model::{Model, Refusal};
use crate::platform::{Platform, Port, PortGone};
use crate::run::{Plan, Run, Step};
use crate::sampling::{AT_ONCE, EVERY, Sampling};
use crate::series::{Batch, Here, MAX_SERIES, Moment};
use crate::wire::{
    Bits, BoardHello, BoardMessage, Decoder, ErrorCode, Frame, FrameError, HostMessage, Item,
    MAX_ENCODED, MINOR, Sender, StopReason, Streams,
};

/// Why the loop returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The host hung up.
    PortGone,
}

/// A prompt that changed under a run would be read half old, half new.
const RUNNING: Refusal =
    Refusal { code: ErrorCode::OutOfOrder, detail: "a run is going on; send Stop first" };

/// A model on its way in.
struct Load {
    len: u32,
    crc: u32,
    received: u32,
    sum: crc32fast::Hasher,
}

/// The board's loop. `PROMPT` is the longest prompt it holds, in tokens.
pub struct Agent<P, F, M, const PROMPT: usize = 1024> {
    out: Out<P>,
    platform: F,
    model: M,
    load: Option<Load>,
    prompt: [u32; PROMPT],
    prompt_len: usize,
    run: Option<Run>,
    said_ticks: u64,
    looked_ticks: u64,
    sampling: Sampling,
}

/// The way out: numbers, frames and sends.
struct Out<P> {
    port: P,
    sender: Sender,
    frame: [u8; MAX_ENCODED],
}

impl<P: Port> Out<P> {
    fn say(&mut self, message: &BoardMessage<'_>) -> Result<(), PortGone> {
        // A message of ours that does not fit a frame would be our own bug; the host times out.
        let n = self.sender.board(message, &mut self.frame).unwrap_or(0);
        self.port.send(self.frame.get(..n).unwrap_or_default())
    }

    /// Two messages in one send: the second costs no more than its bytes.
    fn say_both(
        &mut self,
        first: &BoardMessage<'_>,
        second: Option<BoardMessage<'_>>,
    ) -> Result<(), PortGone> {
        let mut n = self.sender.board(first, &mut self.frame).unwrap_or(0);
        if let (Some(second), Some(rest)) = (second, self.frame.get_mut(n..)) {
            n += self.sender.board(&second, rest).unwrap_or(0);
        }
        self.port.send(self.frame.get(..n).unwrap_or_default())
    }

    fn refuse(&mut self, refusal: Refusal) -> Result<(), PortGone> {
        self.say(&BoardMessage::Error { code: refusal.code, detail: refusal.detail })
    }
}

impl<P: Port, F: Platform, M: Model, const PROMPT: usize> Agent<P, F, M, PROMPT> {
    /// A loop over these three; nothing is read or sent yet.
    pub fn new(port: P, platform: F, model: M) -> Self {
        Agent {
            out: Out { port, sender: Sender::new(), frame: [0; MAX_ENCODED] },
            platform,
            model,
            load: None,
            prompt: [0; PROMPT],
            prompt_len: 0,
            run: None,
            said_ticks: 0,
            looked_ticks: 0,
            sampling: Sampling::new(),
        }
    }

    /// Serves the host until it hangs up. Silent until spoken to, so that nobody's banner is lost.
    pub fn serve(&mut self) -> Ended {
        let mut decoder = Decoder::new();
        let mut bytes = [0; 512];
        loop {
            let arrived = match self.run {
                Some(_) => self.out.port.poll(&mut bytes),
                None => self.out.port.wait(&mut bytes),
            };
            let heard = arrived.and_then(|n| {
                let mut result = Ok(());
                decoder.feed(bytes.get(..n).unwrap_or_default(), &mut |item| {
                    if let (Item::Frame(frame), Ok(())) = (item, result) {
                        result = self.hear(&frame);
                    }
                });
                result
            });
            if heard.and_then(|()| self.advance()).is_err() {
                return Ended::PortGone;
            }
        }
    }

    fn hear(&mut self, frame: &Frame<'_>) -> Result<(), PortGone> {
        match frame.host() {
            Ok(message) => self.answer(message),
            // Another major: say who we are, in our own version, so that the host can name both.
            Err(FrameError::OtherMajor(_)) => self.hello(),
            Err(FrameError::UnknownKind(_)) => Ok(()),
            Err(FrameError::BadBody(_)) => self.out.refuse(Refusal {
                code: ErrorCode::BadMessage,
                detail: "a message of a known type could not be read; is the other side newer?",
            }),
        }
    }

    fn answer(&mut self, message: HostMessage<'_>) -> Result<(), PortGone> {
        match message {
            HostMessage::Hello { .. } => self.hello(),
            HostMessage::Ping { host_us } => {
                let ticks = self.platform.ticks();
                self.out.say(&BoardMessage::Pong { host_us, ticks })
            }
            HostMessage::LoadModel { len, crc, bits } => self.load(len, crc, bits),
            HostMessage::ModelChunk { offset, bytes } => self.chunk(offset, bytes),
            HostMessage::Prompt { offset, tokens } => self.prompt(offset, tokens),
            HostMessage::Run { count, seed, temperature, top_p, stop_token, streams } => {
                self.start(Plan { count, seed, temperature, top_p, stop_token, streams })
            }
            HostMessage::Stop => match self.run.take() {
                Some(run) => self.done(&run, StopReason::Stopped),
                None => Ok(()),
            },
            HostMessage::Sample { series, on, rate_hz } => {
                self.out.say(&self.sampling.answer(&mut self.platform, series, on, rate_hz))
            }
        }
    }

    fn hello(&mut self) -> Result<(), PortGone> {
        let model = self.model.info();
        let id = self.platform.identity();
        self.out.say(&BoardMessage::Hello(BoardHello {
            minor: MINOR,
            board: id.board,
            chip_id: id.chip_id,
            core: id.core,
            clock_hz: id.clock_hz,
            timer_hz: id.timer_hz,
            timer: id.timer.name(),
            ram_bytes: id.ram_bytes,
            flash_bytes: id.flash_bytes,
            agent: env!("CARGO_PKG_VERSION"),
            emulated: id.emulated,
            receive_window: id.receive_window,
            model,
        }))
    }

    fn load(&mut self, len: u32, crc: u32, bits: Bits) -> Result<(), PortGone> {
        if let Some(run) = self.run.take() {
            self.done(&run, StopReason::Stopped)?;
        }
        self.load = None;
        if len == 0 {
            return self.out.refuse(Refusal {
                code: ErrorCode::BadModel,
                detail: "the model is empty; choose a model file",
            });
        }
        // In 8 bits a weight takes a byte where the file has four.
        let least = match bits {
            Bits::F32 => u64::from(len),
            Bits::Int8 => u64::from(len) / 4,
        };
        if least > self.platform.identity().ram_bytes {
            return self.out.refuse(Refusal {
                code: ErrorCode::NoMemory,
                detail: "the model is larger than this board's memory; choose a smaller one",
            });
        }
        match self.model.begin(len, bits) {
            Err(refusal) => self.out.refuse(refusal),
            Ok(()) => {
                self.load = Some(Load { len, crc, received: 0, sum: crc32fast::Hasher::new() });
                self.out.say(&BoardMessage::Ack { received: 0 })
            }
        }
    }

    fn chunk(&mut self, offset: u32, bytes: &[u8]) -> Result<(), PortGone> {
        let Some(load) = &mut self.load else {
            return self.out.refuse(Refusal {
                code: ErrorCode::OutOfOrder,
                detail: "a piece of a model came without LoadModel",
            });
        };
        let end = load.received.saturating_add(bytes.len() as u32);
        if offset != load.received || end > load.len {
            // A hole, or a piece sent twice: saying what is here makes the host go on from there.
            let received = load.received;
            return self.out.say(&BoardMessage::Ack { received });
        }
        if let Err(refusal) = self.model.write(bytes) {
            self.load = None;
            return self.out.refuse(refusal);
        }
        load.sum.update(bytes);
        load.received = end;
        if end < load.len {
            return self.out.say(&BoardMessage::Ack { received: end });
        }
        let crc = load.crc;
        let sum = load.sum.clone().finalize();
        self.load = None;
        if sum != crc {
            return self.out.refuse(Refusal {
                code: ErrorCode::BadModel,
                detail: "the model arrived damaged; send it again",
            });
        }
        match self.model.finish(crc) {
            Err(refusal) => self.out.refuse(refusal),
            Ok(info) => {
                let memory = self.platform.memory();
                self.out.say(&BoardMessage::Memory(memory))?;
                self.out.say(&BoardMessage::ModelReady(info))
            }
        }
    }

    fn prompt(&mut self, offset: u32, tokens: &[u8]) -> Result<(), PortGone> {
        if self.run.is_some() {
            return self.out.refuse(RUNNING);
        }
        if !tokens.len().is_multiple_of(4) {
            return self.out.refuse(Refusal {
                code: ErrorCode::BadMessage,
                detail: "a piece of a prompt ends within a token; each is four bytes",
            });
        }
        if offset == 0 {
            self.prompt_len = 0;
        }
        if offset as usize == self.prompt_len {
            let end = self.prompt_len + tokens.len() / 4;
            let Some(space) = self.prompt.get_mut(self.prompt_len..end) else {
                // Nothing stays of it: a later Run must not read half a prompt.
                self.prompt_len = 0;
                return self.out.refuse(Refusal {
                    code: ErrorCode::BadPrompt,
                    detail: "the prompt is longer than this board holds; shorten it",
                });
            };
            for (slot, &token) in space.iter_mut().zip(tokens.as_chunks().0) {
                *slot = u32::from_le_bytes(token);
            }
            self.prompt_len = end;
        }
        self.out.say(&BoardMessage::Ack { received: self.prompt_len as u32 })
    }

    fn start(&mut self, plan: Plan) -> Result<(), PortGone> {
        if self.run.is_some() {
            return self.out.refuse(RUNNING);
        }
        let prompt = self.prompt.get(..self.prompt_len).unwrap_or_default();
        match Run::begin(plan, prompt, &mut self.model, &mut self.platform) {
            Ok(run) => {
                let (ticks, streams) = (run.began, run.streams());
                self.said_ticks = ticks;
                self.run = Some(run);
                self.sampling.begin(ticks);
                let vitals = if streams == Streams::On { self.look() } else { None };
                self.out.say_both(&BoardMessage::Started { ticks }, vitals)?;
                match streams {
                    Streams::On => self.sample(Moment::Began, ticks, 0),
                    Streams::Off => Ok(()),
                }
            }
            Err(refusal) => self.out.refuse(refusal),
        }
    }

    /// The vitals, where ten a second leave room for one at `ticks`.
    fn look_at(&mut self, ticks: u64) -> Option<BoardMessage<'static>> {
        let often = self.platform.identity().timer_hz / 10;
        if ticks.saturating_sub(self.looked_ticks) < often {
            return None;
        }
        self.look()
    }

    fn look(&mut self) -> Option<BoardMessage<'static>> {
        let vitals = self.platform.vitals()?;
        // After the look: an energy counter is read at the moment that is said.
        let ticks = self.platform.ticks();
        self.looked_ticks = ticks;
        Some(BoardMessage::Vitals { ticks, vitals })
    }

    /// Says what waits of the board's own series, where a hundred times a second leave room for it.
    fn sample_at(&mut self, ticks: u64, position: u32) -> Result<(), PortGone> {
        let often = self.platform.identity().timer_hz / EVERY;
        if ticks.saturating_sub(self.sampling.asked_ticks) < often {
            return Ok(());
        }
        self.sample(Moment::Going, ticks, position)
    }

    fn sample(&mut self, moment: Moment, ticks: u64, position: u32) -> Result<(), PortGone> {
        self.sampling.asked_ticks = ticks;
        let Some(model) = self.model.info() else { return Ok(()) };
        let here = Here { moment, ticks, position, model: &model };
        for number in 0..MAX_SERIES {
            // Only what is declared can be on.
            if !self.sampling.is_on(number) {
                continue;
            }
            for _ in 0..AT_ONCE {
                let mut batch = Batch::new();
                self.platform.samples(number, &here, &mut batch);
                let (values, ticks, missed) = batch.parts();
                let Some(taken) = self.sampling.taken.get_mut(usize::from(number)) else { break };
                let index = taken.saturating_add(missed);
                *taken = index.saturating_add((values.len() / 4) as u64);
                if values.is_empty() {
                    break;
                }
                self.out.say(&BoardMessage::Samples { series: number, index, ticks, values })?;
                if !batch.is_full() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Takes the run one token further, if there is one.
    fn advance(&mut self) -> Result<(), PortGone> {
        let Some(run) = &mut self.run else { return Ok(()) };
        let prompt = self.prompt.get(..self.prompt_len).unwrap_or_default();
        let streams = run.streams();
        match run.step(prompt, &mut self.model, &mut self.platform) {
            Ok(Step::Read { position, ticks }) => {
                // Five times a second is often enough to tell reading from hanging.
                let often = self.platform.identity().timer_hz / 5;
                let vitals = match streams {
                    Streams::On => self.look_at(ticks),
                    Streams::Off => None,
                };
                if ticks.saturating_sub(self.said_ticks) >= often {
                    self.said_ticks = ticks;
                    self.out.say_both(&BoardMessage::Progress { position, ticks }, vitals)?;
                } else if let Some(vitals) = vitals {
                    self.out.say(&vitals)?;
                }
                match streams {
                    Streams::On => self.sample_at(ticks, position),
                    Streams::Off => Ok(()),
                }
            }
            Ok(Step::Made { ticks, position, .. }) if streams == Streams::Off => {
                // Often enough for a host that asks after a second of silence.
                let often = self.platform.identity().timer_hz / 2;
                if ticks.saturating_sub(self.said_ticks) < often {
                    return Ok(());
                }
                self.said_ticks = ticks;
                self.out.say(&BoardMessage::Progress { position, ticks })
            }
            Ok(Step::Made { index, id, position, ticks, phases }) => {
                self.said_ticks = ticks;
                let vitals = self.look_at(ticks);
                self.out.say_both(&BoardMessage::Token { index, id, ticks, phases }, vitals)?;
                self.sample_at(ticks, position)
            }
            Ok(Step::Over(reason)) => match self.run.take() {
                Some(run) => self.done(&run, reason),
                None => Ok(()),
            },
            Err(refusal) => {
                self.run = None;
                self.out.refuse(refusal)
            }
        }
    }

    fn done(&mut self, run: &Run, reason: StopReason) -> Result<(), PortGone> {
        let ended = self.platform.ticks();
        let energy_uj = match (run.energy_began, self.platform.energy_uj()) {
            (Some(began), Some(ended)) => ended.checked_sub(began),
            _ => None,
        };
        if run.streams() == Streams::On {
            self.sample(Moment::Ended, ended, run.position())?;
        }
        let memory = self.platform.memory();
        self.out.say(&BoardMessage::Memory(memory))?;
        self.out.say(&BoardMessage::Done {
            reason,
            tokens: run.made,
            began: run.began,
            ended,
            energy_uj,
        })
    }
}
