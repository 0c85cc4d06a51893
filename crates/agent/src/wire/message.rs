//! The messages, their type numbers and their bodies. Append fields never; add messages.

use serde::{Deserialize, Serialize};

use super::FrameError;
use crate::series::Series;

/// Ticks spent in each phase of one step, on the board's own timer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseTicks {
    /// Looking up the token's embedding.
    pub embed: u64,
    /// Attention of all layers.
    pub attention: u64,
    /// Feed-forward of all layers.
    pub feed_forward: u64,
    /// Final norm and logits.
    pub classifier: u64,
    /// Choosing the next token.
    pub sample: u64,
}

impl PhaseTicks {
    /// Sum of all phases, in ticks; stops at the largest number, since a board may send anything.
    pub fn total(&self) -> u64 {
        [self.attention, self.feed_forward, self.classifier, self.sample]
            .into_iter()
            .fold(self.embed, u64::saturating_add)
    }
}

/// Precision of the weights on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bits {
    /// 32-bit floats.
    F32,
    /// 8-bit integers with a scale per group, quantised while loading.
    Int8,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopReason {
    /// All tokens asked for were made.
    Count,
    /// The model emitted one of the stop tokens.
    EndOfText,
    /// The context window is full.
    ContextFull,
    /// The host said `Stop`.
    Stopped,
}

/// Whether a board tells of a run while it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Streams {
    /// Each token as it is made, and vitals between them.
    #[default]
    On,
    /// The totals at the end, and now and then that it goes on: a run that costs nothing to watch,
    /// to hold against one that is watched. Since minor [`super::QUIET_MINOR`].
    Off,
}

/// What a board could not do. A host behaves differently on each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorCode {
    /// A message came at the wrong time, such as `Run` without a model.
    OutOfOrder,
    /// The model does not fit the board's memory.
    NoMemory,
    /// The model's bytes are not a model, or their checksum is wrong.
    BadModel,
    /// The prompt is longer than the context, empty, or holds a token the model has not.
    BadPrompt,
    /// A frame of the known protocol could not be read.
    BadMessage,
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogLevel {
    /// For someone who looks for a fault.
    Debug,
    /// For everybody.
    Info,
    /// Something is wrong and the board goes on.
    Warn,
}

/// What a host says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HostMessage<'a> {
    /// Who are you? Answered by [`BoardMessage::Hello`].
    Hello {
        /// The host's protocol minor version.
        minor: u8,
    },
    /// What time is it? Answered by [`BoardMessage::Pong`].
    Ping {
        /// The host's clock, microseconds; comes back as it is.
        host_us: u64,
    },
    /// A model follows in chunks. Answered by `Ack { received: 0 }` or an error.
    LoadModel {
        /// Bytes to come.
        len: u32,
        /// CRC-32/ISO-HDLC of all of them.
        crc: u32,
        /// Precision to hold the weights in.
        bits: Bits,
    },
    /// The next bytes of the model. Answered by `Ack` with the bytes received so far.
    ModelChunk {
        /// Place of the first byte.
        offset: u32,
        /// At most [`super::MODEL_CHUNK`] bytes.
        bytes: &'a [u8],
    },
    /// The next tokens of the prompt, kept for the next `Run`. Offset 0 begins a new prompt.
    /// Answered by `Ack` with the tokens received so far.
    Prompt {
        /// Place of the first token.
        offset: u32,
        /// Tokens as LE u32, at most [`super::PROMPT_CHUNK`] of them.
        tokens: &'a [u8],
    },
    /// Run the model over the prompt. Answered by `Started`, tokens where they are streamed,
    /// `Memory` and `Done`.
    Run {
        /// Tokens to make.
        count: u32,
        /// Seed of the sampler.
        seed: u64,
        /// 0 is greedy.
        temperature: f32,
        /// Nucleus of the sampler; 1 is off.
        top_p: f32,
        /// A token that ends the text, if any should.
        stop_token: Option<u32>,
        /// Which of the two messages it is: the body is the same.
        streams: Streams,
    },
    /// End the run now. Answered by `Done`, or by nothing where nothing ran.
    Stop,
    /// Which series has this number, and how does it stand? Switches it or sets its rate before the
    /// answer, which is [`BoardMessage::Series`]. Since minor [`super::SERIES_MINOR`].
    Sample {
        /// Its number.
        series: u8,
        /// Whether its samples are sent; `None` leaves that.
        on: Option<bool>,
        /// Samples a second, 0 for the board's own rate; `None` leaves that.
        rate_hz: Option<f32>,
    },
}

/// A series that a board declares, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesState<'a> {
    /// What it is.
    #[serde(borrow)]
    pub series: Series<'a>,
    /// Its samples are sent in runs that stream.
    pub on: bool,
    /// Samples that were taken in the run that goes on, or in the last one; those that the board lost itself
    /// count.
    pub taken: u64,
}

/// What a board says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardHello<'a> {
    /// Protocol minor version.
    pub minor: u8,
    /// Name a person would say, such as "This computer".
    pub board: &'a str,
    /// Identity that stays when the cable moves.
    pub chip_id: &'a str,
    /// Processor core.
    pub core: &'a str,
    /// Core clock in Hz; 0 where it is not known.
    pub clock_hz: u64,
    /// Rate of the ticks in every message, in Hz.
    pub timer_hz: u64,
    /// What counts the ticks.
    pub timer: &'a str,
    /// Memory a model may use, in bytes.
    pub ram_bytes: u64,
    /// Flash, in bytes; 0 where there is none.
    pub flash_bytes: u64,
    /// Version of the agent.
    pub agent: &'a str,
    /// The core is emulated: nothing it yields is a hardware figure.
    pub emulated: bool,
    /// `ModelChunk` bytes the board takes before it must have said `Ack`.
    pub receive_window: u32,
    /// The model on board, if there is one.
    pub model: Option<crate::ModelInfo>,
}

/// What a board says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BoardMessage<'a> {
    /// Who it is.
    Hello(BoardHello<'a>),
    /// Answer to `Ping`.
    Pong {
        /// The host's own clock, as it was sent, microseconds.
        host_us: u64,
        /// The board's clock, ticks.
        ticks: u64,
    },
    /// Bytes of a model, or tokens of a prompt, received so far without a hole.
    Ack {
        /// Bytes or tokens.
        received: u32,
    },
    /// The model is loaded and checked.
    ModelReady(crate::ModelInfo),
    /// The run has begun.
    Started {
        /// The board's clock, ticks; the zero of the run's times.
        ticks: u64,
    },
    /// The prompt is being read; sent now and then so that silence means trouble.
    Progress {
        /// Prompt tokens read.
        position: u32,
        /// The board's clock, ticks.
        ticks: u64,
    },
    /// A token was made.
    Token {
        /// 0 for the first token made.
        index: u32,
        /// The token.
        id: u32,
        /// The board's clock when it was known, ticks.
        ticks: u64,
        /// Where the time since the last token went; for index 0, since the run began.
        phases: PhaseTicks,
    },
    /// Memory, after a run or a load.
    Memory(crate::Memory),
    /// The run is over.
    Done {
        /// Why.
        reason: StopReason,
        /// Tokens made.
        tokens: u32,
        /// The board's clock when the run began, ticks.
        began: u64,
        /// The board's clock when it ended, ticks.
        ended: u64,
        /// Energy of the whole run in microjoules, where the board can measure it.
        energy_uj: Option<u64>,
    },
    /// A line for people.
    Log {
        /// How much it matters.
        level: LogLevel,
        /// The line.
        text: &'a str,
    },
    /// It could not be done.
    Error {
        /// What kind of thing failed.
        code: ErrorCode,
        /// A sentence for people.
        detail: &'a str,
    },
    /// How the board does while it runs; sent now and then by a board that can tell cheaply.
    Vitals {
        /// The board's clock when it looked, ticks.
        ticks: u64,
        /// What it saw.
        vitals: crate::Vitals,
    },
    /// Answer to `Sample`.
    Series {
        /// The number that was asked for.
        number: u8,
        /// Series that this board declares; their numbers are smaller.
        of: u8,
        /// The one of that number, if there is one.
        series: Option<SeriesState<'a>>,
    },
    /// Samples of a series of the board's own, in a run.
    Samples {
        /// Its number.
        series: u8,
        /// Place of the first one, counted from the run's beginning; what was lost counts.
        index: u64,
        /// When the first one was taken, ticks.
        ticks: u64,
        /// Values as LE f32, at most [`super::MAX_SAMPLES`] of them; one where the series has no rate.
        values: &'a [u8],
    },
}

#[derive(Serialize, Deserialize)]
struct LoadModel {
    len: u32,
    crc: u32,
    bits: Bits,
}

#[derive(Serialize, Deserialize)]
struct Piece<'a> {
    offset: u32,
    bytes: &'a [u8],
}

#[derive(Serialize, Deserialize)]
struct Run {
    count: u32,
    seed: u64,
    temperature: f32,
    top_p: f32,
    stop_token: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Pong {
    host_us: u64,
    ticks: u64,
}

#[derive(Serialize, Deserialize)]
struct Progress {
    position: u32,
    ticks: u64,
}

#[derive(Serialize, Deserialize)]
struct Token {
    index: u32,
    id: u32,
    ticks: u64,
    phases: PhaseTicks,
}

#[derive(Serialize, Deserialize)]
struct Done {
    reason: StopReason,
    tokens: u32,
    began: u64,
    ended: u64,
    energy_uj: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Log<'a> {
    level: LogLevel,
    text: &'a str,
}

#[derive(Serialize, Deserialize)]
struct Fault<'a> {
    code: ErrorCode,
    detail: &'a str,
}

#[derive(Serialize, Deserialize)]
struct Vitals {
    ticks: u64,
    vitals: crate::Vitals,
}

#[derive(Serialize, Deserialize)]
struct Sample {
    series: u8,
    on: Option<bool>,
    rate_hz: Option<f32>,
}

#[derive(Serialize, Deserialize)]
struct Declared<'a> {
    number: u8,
    of: u8,
    #[serde(borrow)]
    series: Option<SeriesState<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Samples<'a> {
    series: u8,
    index: u64,
    ticks: u64,
    values: &'a [u8],
}

type Encoded = Result<usize, postcard::Error>;

fn put<T: Serialize>(body: &T, into: &mut [u8]) -> Encoded {
    postcard::to_slice(body, into).map(|used| used.len())
}

/// Writes the body into `into`; returns the type number and the body's length.
pub(crate) fn encode_host(
    message: &HostMessage<'_>,
    into: &mut [u8],
) -> Result<(u8, usize), postcard::Error> {
    Ok(match *message {
        HostMessage::Hello { minor } => (0x01, put(&minor, into)?),
        HostMessage::Ping { host_us } => (0x02, put(&host_us, into)?),
        HostMessage::LoadModel { len, crc, bits } => {
            (0x03, put(&LoadModel { len, crc, bits }, into)?)
        }
        HostMessage::ModelChunk { offset, bytes } => (0x04, put(&Piece { offset, bytes }, into)?),
        HostMessage::Prompt { offset, tokens } => {
            (0x05, put(&Piece { offset, bytes: tokens }, into)?)
        }
        HostMessage::Run { count, seed, temperature, top_p, stop_token, streams } => {
            let kind = match streams {
                Streams::On => 0x06,
                Streams::Off => 0x08,
            };
            (kind, put(&Run { count, seed, temperature, top_p, stop_token }, into)?)
        }
        HostMessage::Stop => (0x07, 0),
        HostMessage::Sample { series, on, rate_hz } => {
            (0x09, put(&Sample { series, on, rate_hz }, into)?)
        }
    })
}

/// Writes the body into `into`; returns the type number and the body's length.
pub(crate) fn encode_board(
    message: &BoardMessage<'_>,
    into: &mut [u8],
) -> Result<(u8, usize), postcard::Error> {
    Ok(match *message {
        BoardMessage::Hello(hello) => (0x81, put(&hello, into)?),
        BoardMessage::Pong { host_us, ticks } => (0x82, put(&Pong { host_us, ticks }, into)?),
        BoardMessage::Ack { received } => (0x83, put(&received, into)?),
        BoardMessage::ModelReady(info) => (0x84, put(&info, into)?),
        BoardMessage::Progress { position, ticks } => {
            (0x85, put(&Progress { position, ticks }, into)?)
        }
        BoardMessage::Token { index, id, ticks, phases } => {
            (0x86, put(&Token { index, id, ticks, phases }, into)?)
        }
        BoardMessage::Memory(memory) => (0x87, put(&memory, into)?),
        BoardMessage::Done { reason, tokens, began, ended, energy_uj } => {
            (0x88, put(&Done { reason, tokens, began, ended, energy_uj }, into)?)
        }
        BoardMessage::Started { ticks } => (0x8b, put(&ticks, into)?),
        BoardMessage::Log { level, text } => (0x89, put(&Log { level, text }, into)?),
        BoardMessage::Error { code, detail } => (0x8a, put(&Fault { code, detail }, into)?),
        BoardMessage::Vitals { ticks, vitals } => (0x8c, put(&Vitals { ticks, vitals }, into)?),
        BoardMessage::Series { number, of, series } => {
            (0x8d, put(&Declared { number, of, series }, into)?)
        }
        BoardMessage::Samples { series, index, ticks, values } => {
            (0x8e, put(&Samples { series, index, ticks, values }, into)?)
        }
    })
}

fn get<'a, T: Deserialize<'a>>(kind: u8, body: &'a [u8]) -> Result<T, FrameError> {
    postcard::from_bytes(body).map_err(|_| FrameError::BadBody(kind))
}

pub(crate) fn decode_host(kind: u8, body: &[u8]) -> Result<HostMessage<'_>, FrameError> {
    Ok(match kind {
        0x01 => HostMessage::Hello { minor: get(kind, body)? },
        0x02 => HostMessage::Ping { host_us: get(kind, body)? },
        0x03 => {
            let LoadModel { len, crc, bits } = get(kind, body)?;
            HostMessage::LoadModel { len, crc, bits }
        }
        0x04 => {
            let Piece { offset, bytes } = get(kind, body)?;
            HostMessage::ModelChunk { offset, bytes }
        }
        0x05 => {
            let Piece { offset, bytes: tokens } = get(kind, body)?;
            HostMessage::Prompt { offset, tokens }
        }
        0x06 | 0x08 => {
            let Run { count, seed, temperature, top_p, stop_token } = get(kind, body)?;
            let streams = if kind == 0x06 { Streams::On } else { Streams::Off };
            HostMessage::Run { count, seed, temperature, top_p, stop_token, streams }
        }
        0x07 => HostMessage::Stop,
        0x09 => {
            let Sample { series, on, rate_hz } = get(kind, body)?;
            HostMessage::Sample { series, on, rate_hz }
        }
        _ => return Err(FrameError::UnknownKind(kind)),
    })
}

pub(crate) fn decode_board(kind: u8, body: &[u8]) -> Result<BoardMessage<'_>, FrameError> {
    Ok(match kind {
        0x81 => BoardMessage::Hello(get(kind, body)?),
        0x82 => {
            let Pong { host_us, ticks } = get(kind, body)?;
            BoardMessage::Pong { host_us, ticks }
        }
        0x83 => BoardMessage::Ack { received: get(kind, body)? },
        0x84 => BoardMessage::ModelReady(get(kind, body)?),
        0x85 => {
            let Progress { position, ticks } = get(kind, body)?;
            BoardMessage::Progress { position, ticks }
        }
        0x86 => {
            let Token { index, id, ticks, phases } = get(kind, body)?;
            BoardMessage::Token { index, id, ticks, phases }
        }
        0x87 => BoardMessage::Memory(get(kind, body)?),
        0x88 => {
            let Done { reason, tokens, began, ended, energy_uj } = get(kind, body)?;
            BoardMessage::Done { reason, tokens, began, ended, energy_uj }
        }
        0x89 => {
            let Log { level, text } = get(kind, body)?;
            BoardMessage::Log { level, text }
        }
        0x8b => BoardMessage::Started { ticks: get(kind, body)? },
        0x8a => {
            let Fault { code, detail } = get(kind, body)?;
            BoardMessage::Error { code, detail }
        }
        0x8c => {
            let Vitals { ticks, vitals } = get(kind, body)?;
            BoardMessage::Vitals { ticks, vitals }
        }
        0x8d => {
            let Declared { number, of, series } = get(kind, body)?;
            BoardMessage::Series { number, of, series }
        }
        0x8e => {
            let Samples { series, index, ticks, values } = get(kind, body)?;
            BoardMessage::Samples { series, index, ticks, values }
        }
        _ => return Err(FrameError::UnknownKind(kind)),
    })
}
