//! What a board said, owned, so that it outlives the read it came in.

use agent::wire::{
    BoardMessage, ErrorCode, Frame, FrameError, Item, LogLevel, PhaseTicks, StopReason,
};
use agent::{Memory, ModelInfo, Vitals};

use super::series::Stated;
use crate::BoardInfo;

/// One thing that arrived.
#[derive(Clone, Debug)]
pub(crate) enum Heard {
    Hello(Box<BoardInfo>),
    Pong {
        host_us: u64,
        ticks: u64,
    },
    Ack(u32),
    ModelReady(ModelInfo),
    Started {
        ticks: u64,
    },
    Progress {
        position: u32,
        ticks: u64,
    },
    Token {
        index: u32,
        id: u32,
        ticks: u64,
        phases: PhaseTicks,
    },
    Memory(Memory),
    Done {
        reason: StopReason,
        tokens: u32,
        began: u64,
        ended: u64,
        energy_uj: Option<u64>,
    },
    Log {
        level: LogLevel,
        text: String,
    },
    Error {
        code: ErrorCode,
        detail: String,
    },
    Vitals {
        ticks: u64,
        vitals: Vitals,
    },
    Series {
        number: u8,
        of: u8,
        stated: Option<Box<Stated>>,
    },
    Samples {
        series: u8,
        index: u64,
        ticks: u64,
        values: Vec<u8>,
    },
    OtherMajor(u8),
    /// A known message that could not be read.
    BadBody(u8),
    /// A message this version does not know.
    Unknown,
    Noise(usize),
}

impl Heard {
    pub(crate) fn of(item: Item<'_>) -> Heard {
        match item {
            Item::Frame(frame) => Heard::of_frame(&frame),
            Item::Text(text) => Heard::Log {
                level: LogLevel::Info,
                text: String::from_utf8_lossy(text).trim_end().to_owned(),
            },
            Item::Noise(bytes) => Heard::Noise(bytes.len()),
        }
    }

    fn of_frame(frame: &Frame<'_>) -> Heard {
        match frame.board() {
            Err(FrameError::OtherMajor(major)) => Heard::OtherMajor(major),
            Err(FrameError::BadBody(kind)) => Heard::BadBody(kind),
            Err(FrameError::UnknownKind(_)) => Heard::Unknown,
            Ok(message) => match message {
                BoardMessage::Hello(hello) => Heard::Hello(Box::new(BoardInfo::from(hello))),
                BoardMessage::Pong { host_us, ticks } => Heard::Pong { host_us, ticks },
                BoardMessage::Ack { received } => Heard::Ack(received),
                BoardMessage::ModelReady(info) => Heard::ModelReady(info),
                BoardMessage::Started { ticks } => Heard::Started { ticks },
                BoardMessage::Progress { position, ticks } => Heard::Progress { position, ticks },
                BoardMessage::Token { index, id, ticks, phases } => {
                    Heard::Token { index, id, ticks, phases }
                }
                BoardMessage::Memory(memory) => Heard::Memory(memory),
                BoardMessage::Done { reason, tokens, began, ended, energy_uj } => {
                    Heard::Done { reason, tokens, began, ended, energy_uj }
                }
                BoardMessage::Log { level, text } => Heard::Log { level, text: text.to_owned() },
                BoardMessage::Error { code, detail } => {
                    Heard::Error { code, detail: detail.to_owned() }
                }
                BoardMessage::Vitals { ticks, vitals } => Heard::Vitals { ticks, vitals },
                BoardMessage::Series { number, of, series } => {
                    let stated = series.map(|state| Box::new(Stated::of(number, &state)));
                    Heard::Series { number, of, stated }
                }
                BoardMessage::Samples { series, index, ticks, values } => {
                    Heard::Samples { series, index, ticks, values: values.to_vec() }
                }
            },
        }
    }
}
