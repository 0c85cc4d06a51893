//! Arbitrary bytes into the decoder and the loop, arbitrary fields through the codec.

use std::time::Duration;

use agent::series::{Direction, Series, SeriesRole};
use agent::wire::{
    Bits, BoardHello, BoardMessage, Counts, Decoder, ErrorCode, HostMessage, Item, LogLevel,
    MAX_ENCODED, PhaseTicks, Sender, SeriesState, StopReason, Streams,
};
use agent::{Memory, ModelInfo, Vitals};
use bolero::{TypeGenerator, check};

use crate::fake::{Board, Host, Look, bare, play, ready, run, tokens};

const TIME: Duration = Duration::from_millis(1500);

/// All that a decoder makes of a stream: kinds of items with their bytes, and its counts.
fn decode<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<(u8, Vec<u8>)>, Counts) {
    let mut decoder = Decoder::new();
    let mut items = Vec::new();
    for piece in pieces {
        decoder.feed(piece, &mut |item| {
            items.push(match item {
                Item::Frame(frame) => (0, frame.body.to_vec()),
                Item::Text(text) => (1, text.to_vec()),
                Item::Noise(noise) => (2, noise.to_vec()),
            });
        });
    }
    (items, decoder.counts())
}

/// Bytes as a hostile line delivers them: stretched, mixed with good frames, some of them damaged.
fn stream(seed: &[u8]) -> Vec<u8> {
    let mut host = Host::new();
    let mut stream = Vec::new();
    for (at, &byte) in seed.iter().enumerate() {
        match byte % 16 {
            0..8 => stream.push(byte),
            8 => stream.extend([byte | 1; 1100]),
            9 => stream.extend(b"some readable line\r\n"),
            10 => stream.extend(b"x".repeat(900 + at)),
            11 => stream.push(0),
            12 => {
                let mut frame = host.frame(HostMessage::Ping { host_us: at as u64 });
                let place = at % frame.len();
                frame[place] ^= byte;
                stream.extend(frame);
            }
            13 => stream.extend(host.frame(HostMessage::ModelChunk { offset: 0, bytes: seed })),
            _ => stream.extend(host.frame(HostMessage::Ping { host_us: at as u64 })),
        }
    }
    stream
}

#[test]
fn how_reads_cut_a_stream_changes_nothing() {
    check!().with_test_time(TIME).with_max_len(200).with_type::<(Vec<u8>, Vec<u8>)>().for_each(
        |(seed, cuts)| {
            let seed = seed.get(..200).unwrap_or(seed);
            for stream in [seed.to_vec(), stream(seed)] {
                let whole = decode(std::iter::once(&stream[..]));
                assert_eq!(decode(stream.chunks(1)), whole);
                let (mut rest, mut pieces) = (&stream[..], Vec::new());
                for &cut in cuts.iter().cycle().take(stream.len()) {
                    let at = (usize::from(cut) * 5).clamp(1, rest.len().max(1)).min(rest.len());
                    let (piece, later) = rest.split_at(at);
                    pieces.push(piece);
                    rest = later;
                }
                pieces.push(rest);
                assert_eq!(decode(pieces.into_iter()), whole);
            }
        },
    );
}

#[test]
fn a_stream_comes_out_as_what_went_in_minus_its_zeros() {
    check!().with_test_time(TIME).with_max_len(200).for_each(|seed: &[u8]| {
        let mut stream = stream(seed);
        stream.push(0);
        let mut lost = 0;
        Decoder::new().feed(&stream, &mut |item| match item {
            Item::Text(bytes) | Item::Noise(bytes) => {
                assert!(!bytes.is_empty() && bytes.len() <= MAX_ENCODED);
                assert!(!bytes.contains(&0));
                lost += bytes.len();
            }
            Item::Frame(_) => {}
        });
        assert!(lost <= stream.len());
    });
}

#[test]
fn the_loop_outlives_any_bytes() {
    check!().with_test_time(TIME).with_max_len(300).for_each(|seed: &[u8]| {
        play(ready(), vec![Look::Bytes(seed.to_vec())]);
        play(bare(), vec![Look::Bytes(stream(seed))]);
    });
}

/// Frames whose checksum holds, with any type and body: what gets past the decoder.
#[test]
fn the_loop_outlives_any_sound_frames() {
    check!().with_test_time(TIME).with_max_len(300).with_type::<Vec<(u8, u8, Vec<u8>)>>().for_each(
        |frames| {
            let prompt = tokens(&[5]);
            let mut host = Host::new();
            let on = |series| HostMessage::Sample { series, on: Some(true), rate_hz: None };
            let mut script = vec![
                host.look(on(0)),
                host.look(on(1)),
                host.look(HostMessage::Prompt { offset: 0, tokens: &prompt }),
                host.look(run(3)),
            ];
            for (sequence, (odd, kind, body)) in frames.iter().enumerate() {
                let major = if *odd == 0 { 2 } else { 1 };
                let body = body.get(..1000).unwrap_or(body);
                let kind = kind % 12;
                script.push(Look::Bytes(crate::golden::frame(major, kind, sequence as u16, body)));
            }
            let mut whole = 0;
            let board = Board { series: true, ..ready() };
            Decoder::new().feed(&play(board, script), &mut |item| {
                let Item::Frame(frame) = item else { panic!("{item:?}") };
                assert!(frame.board().is_ok());
                whole += 1;
            });
            assert!(whole >= 2);
        },
    );
}

/// A host's message with owned fields.
#[derive(Clone, Debug, TypeGenerator)]
enum AnyHost {
    Hello(u8),
    Ping(u64),
    Load(u32, u32, bool),
    Chunk(u32, Vec<u8>),
    Prompt(u32, Vec<u8>),
    Run(u32, u64, u32, u32, Option<u32>, bool),
    Stop,
    Sample(u8, Option<bool>, Option<u32>),
}

fn bits(int8: bool) -> Bits {
    if int8 { Bits::Int8 } else { Bits::F32 }
}

impl AnyHost {
    fn message(&self) -> HostMessage<'_> {
        // A NaN equals nothing, not even itself.
        let float = |bits: u32| Some(f32::from_bits(bits)).filter(|x| !x.is_nan()).unwrap_or(0.5);
        match *self {
            AnyHost::Hello(minor) => HostMessage::Hello { minor },
            AnyHost::Ping(host_us) => HostMessage::Ping { host_us },
            AnyHost::Load(len, crc, int8) => HostMessage::LoadModel { len, crc, bits: bits(int8) },
            AnyHost::Chunk(offset, ref bytes) => HostMessage::ModelChunk { offset, bytes },
            AnyHost::Prompt(offset, ref tokens) => HostMessage::Prompt { offset, tokens },
            AnyHost::Run(count, seed, t, p, stop_token, quiet) => HostMessage::Run {
                count,
                seed,
                temperature: float(t),
                top_p: float(p),
                stop_token,
                streams: if quiet { Streams::Off } else { Streams::On },
            },
            AnyHost::Stop => HostMessage::Stop,
            AnyHost::Sample(series, on, rate_hz) => {
                HostMessage::Sample { series, on, rate_hz: rate_hz.map(float) }
            }
        }
    }
}

#[test]
fn any_host_message_comes_back_as_it_was() {
    check!().with_test_time(TIME).with_max_len(1500).with_type::<AnyHost>().for_each(|any| {
        let message = any.message();
        let mut frame = [0; MAX_ENCODED];
        let Ok(n) = Sender::new().host(&message, &mut frame) else {
            // Only what does not fit is refused.
            let (AnyHost::Chunk(_, long) | AnyHost::Prompt(_, long)) = any else {
                panic!("{any:?} does not fit")
            };
            assert!(long.len() > 1000);
            return;
        };
        let mut back = 0;
        Decoder::new().feed(&frame[..n], &mut |item| {
            let Item::Frame(frame) = item else { panic!("{item:?}") };
            assert_eq!(frame.host(), Ok(message));
            back += 1;
        });
        assert_eq!(back, 1);
    });
}

/// Numbers and words to fill a board's message with.
#[derive(Clone, Debug, TypeGenerator)]
struct Any {
    kind: u8,
    small: [u32; 10],
    large: [u64; 7],
    option: [Option<u64>; 4],
    flag: bool,
    which: u8,
    text: [String; 5],
}

impl Any {
    fn info(&self) -> ModelInfo {
        let [dim, hidden_dim, layers, heads, kv_heads, vocab, context, crc, ..] = self.small;
        ModelInfo {
            dim,
            hidden_dim,
            layers,
            heads,
            kv_heads,
            vocab,
            context,
            bits: bits(self.flag),
            crc,
            weight_bytes: self.large[0],
            kv_bytes: self.large[1],
        }
    }

    fn series(&self) -> SeriesState<'_> {
        let rate_hz = f32::from_bits(self.small[1]);
        let directions = [Direction::Lower, Direction::Higher, Direction::Neither];
        let series = Series {
            name: &self.text[0],
            unit: &self.text[1],
            direction: directions[usize::from(self.which % 3)],
            role: if self.flag { SeriesRole::Power } else { SeriesRole::Plain },
            // A NaN equals nothing, not even itself.
            rate_hz: Some(rate_hz).filter(|hz| !hz.is_nan() && self.option[0].is_some()),
        };
        SeriesState { series, on: self.flag, taken: self.large[0] }
    }

    fn phases(&self) -> PhaseTicks {
        let [embed, attention, feed_forward, classifier, sample, ..] = self.large;
        PhaseTicks { embed, attention, feed_forward, classifier, sample }
    }

    fn message(&self) -> BoardMessage<'_> {
        let [a, b, ..] = self.small;
        let [.., began, ended] = self.large;
        let text = |i: usize| -> &str { &self.text[i] };
        match self.kind % 14 {
            0 => BoardMessage::Hello(BoardHello {
                minor: self.which,
                board: text(0),
                chip_id: text(1),
                core: text(2),
                clock_hz: self.large[2],
                timer_hz: self.large[3],
                timer: text(3),
                ram_bytes: self.large[4],
                flash_bytes: self.large[5],
                agent: text(4),
                emulated: self.flag,
                receive_window: a,
                model: Some(self.info()).filter(|_| self.which.is_multiple_of(2)),
            }),
            1 => BoardMessage::Pong { host_us: began, ticks: ended },
            2 => BoardMessage::Ack { received: a },
            3 => BoardMessage::ModelReady(self.info()),
            4 => BoardMessage::Progress { position: a, ticks: began },
            5 => BoardMessage::Token { index: a, id: b, ticks: began, phases: self.phases() },
            6 => BoardMessage::Memory(Memory {
                heap_used: self.option[0],
                heap_peak: self.option[1],
                stack_peak: self.option[2],
                process: self.option[3],
            }),
            7 => BoardMessage::Done {
                reason: [
                    StopReason::Count,
                    StopReason::EndOfText,
                    StopReason::ContextFull,
                    StopReason::Stopped,
                ][usize::from(self.which % 4)],
                tokens: a,
                began,
                ended,
                energy_uj: self.option[0],
            },
            8 => BoardMessage::Log {
                level: [LogLevel::Debug, LogLevel::Info, LogLevel::Warn]
                    [usize::from(self.which % 3)],
                text: text(0),
            },
            9 => BoardMessage::Error {
                code: [
                    ErrorCode::OutOfOrder,
                    ErrorCode::NoMemory,
                    ErrorCode::BadModel,
                    ErrorCode::BadPrompt,
                    ErrorCode::BadMessage,
                ][usize::from(self.which % 5)],
                detail: text(0),
            },
            10 => BoardMessage::Vitals {
                ticks: began,
                vitals: Vitals { heap_used: self.option[0], energy_uj: self.option[1] },
            },
            11 => BoardMessage::Series {
                number: self.which,
                of: a as u8,
                series: Some(self.series()).filter(|_| self.which.is_multiple_of(2)),
            },
            12 => BoardMessage::Samples {
                series: self.which,
                index: began,
                ticks: ended,
                values: text(0).as_bytes(),
            },
            _ => BoardMessage::Started { ticks: began },
        }
    }
}

#[test]
fn any_board_message_comes_back_as_it_was() {
    check!().with_test_time(TIME).with_max_len(2000).with_type::<Any>().for_each(|any| {
        let message = any.message();
        let mut frame = [0; MAX_ENCODED];
        let Ok(n) = Sender::new().board(&message, &mut frame) else {
            assert!(any.text.iter().map(String::len).sum::<usize>() > 800, "{any:?}");
            return;
        };
        let mut back = 0;
        Decoder::new().feed(&frame[..n], &mut |item| {
            let Item::Frame(frame) = item else { panic!("{item:?}") };
            assert_eq!(frame.board(), Ok(message));
            // Read as the other side's, it is at most a word that side does not know.
            assert!(frame.host().is_err());
            back += 1;
        });
        assert_eq!(back, 1);
        any.phases().total();
    });
}
