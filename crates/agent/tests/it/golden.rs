//! The wire, byte for byte: `tests/golden/*.txt` against the encoder and the decoder.

use std::path::PathBuf;

use agent::series::{Direction, Series, SeriesRole};
use agent::wire::{
    Bits, BoardHello, BoardMessage, Decoder, ErrorCode, HostMessage, Item, LogLevel, MAX_ENCODED,
    PhaseTicks, Sender, SeriesState, StopReason, Streams,
};
use agent::{Memory, ModelInfo, Vitals};

/// A whole frame from its parts, written here a second time and the slow way, so that the tests
/// do not ask the encoder about itself.
pub(crate) fn frame(major: u8, kind: u8, sequence: u16, body: &[u8]) -> Vec<u8> {
    let [low, high] = sequence.to_le_bytes();
    let mut plain = vec![major, kind, low, high];
    plain.extend(body);
    plain.extend(crc(&plain).to_le_bytes());
    let mut frame = vec![0];
    let mut block = Vec::new();
    let mut open = true;
    for byte in plain {
        if byte != 0 {
            block.push(byte);
            open = true;
        }
        if byte == 0 || block.len() == 254 {
            frame.push(block.len() as u8 + 1);
            frame.append(&mut block);
            open = byte == 0;
        }
    }
    if open {
        frame.push(block.len() as u8 + 1);
        frame.append(&mut block);
    }
    frame.push(0);
    frame
}

/// CRC-32/ISO-HDLC, a bit at a time.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = !0u32;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[test]
fn the_checksum_has_the_published_check_value() {
    assert_eq!(crc(b"123456789"), 0xcbf4_3926);
}

enum Either {
    Host(HostMessage<'static>),
    Board(BoardMessage<'static>),
}

const INFO: ModelInfo = ModelInfo {
    dim: 64,
    hidden_dim: 172,
    layers: 5,
    heads: 8,
    kv_heads: 4,
    vocab: 512,
    context: 512,
    bits: Bits::Int8,
    crc: 0x89ab_cdef,
    weight_bytes: 260_032,
    kv_bytes: 655_360,
};

const SUPPLY: SeriesState<'static> = SeriesState {
    series: Series {
        name: "supply_power",
        unit: "mW",
        direction: Direction::Lower,
        role: SeriesRole::Power,
        rate_hz: Some(1000.0),
    },
    on: true,
    taken: 4321,
};

/// Every message once, under the name of its file.
fn messages() -> Vec<(&'static str, Either)> {
    use BoardMessage as B;
    use HostMessage as H;
    let hello = BoardHello {
        minor: 0,
        board: "Bench M3",
        chip_id: "4d33-0001",
        core: "Cortex-M3",
        clock_hz: 25_000_000,
        timer_hz: 1_000_000,
        timer: "peripheral",
        ram_bytes: 4_194_304,
        flash_bytes: 0,
        agent: "0.1.0",
        emulated: true,
        receive_window: 4096,
        model: None,
    };
    let phases =
        PhaseTicks { embed: 12, attention: 3456, feed_forward: 7890, classifier: 1234, sample: 56 };
    let memory = Memory {
        heap_used: Some(301_056),
        heap_peak: Some(311_296),
        stack_peak: Some(2048),
        process: None,
    };
    let run = |streams| H::Run {
        count: 256,
        seed: 42,
        temperature: 0.75,
        top_p: 0.9,
        stop_token: Some(1),
        streams,
    };
    vec![
        ("01-hello", Either::Host(H::Hello { minor: 0 })),
        ("02-ping", Either::Host(H::Ping { host_us: 1_000_000 })),
        (
            "03-load-model",
            Either::Host(H::LoadModel { len: 1_056_796, crc: 0x89ab_cdef, bits: Bits::Int8 }),
        ),
        (
            "04-model-chunk",
            Either::Host(H::ModelChunk { offset: 512, bytes: &[0, 1, 2, 0, 0, 0xff, 0x80, 7] }),
        ),
        ("05-prompt", Either::Host(H::Prompt { offset: 0, tokens: &[1, 0, 0, 0, 0x93, 1, 0, 0] })),
        ("06-run", Either::Host(run(Streams::On))),
        ("07-stop", Either::Host(H::Stop)),
        ("08-run-quiet", Either::Host(run(Streams::Off))),
        ("09-sample", Either::Host(H::Sample { series: 2, on: Some(true), rate_hz: Some(1000.0) })),
        ("09-sample-ask", Either::Host(H::Sample { series: 0, on: None, rate_hz: None })),
        ("81-hello", Either::Board(B::Hello(hello))),
        ("81-hello-with-model", Either::Board(B::Hello(BoardHello { model: Some(INFO), ..hello }))),
        ("82-pong", Either::Board(B::Pong { host_us: 1_000_000, ticks: 123_456_789_012 })),
        ("83-ack", Either::Board(B::Ack { received: 768 })),
        ("84-model-ready", Either::Board(B::ModelReady(INFO))),
        ("85-progress", Either::Board(B::Progress { position: 17, ticks: 5_000_000 })),
        ("86-token", Either::Board(B::Token { index: 0, id: 403, ticks: 5_012_648, phases })),
        ("87-memory", Either::Board(B::Memory(memory))),
        (
            "88-done",
            Either::Board(B::Done {
                reason: StopReason::Count,
                tokens: 256,
                began: 4_000_000,
                ended: 8_250_000,
                energy_uj: None,
            }),
        ),
        ("89-log", Either::Board(B::Log { level: LogLevel::Warn, text: "running at 3.1 V" })),
        (
            "8a-error",
            Either::Board(B::Error {
                code: ErrorCode::OutOfOrder,
                detail: "no model is loaded; send LoadModel first",
            }),
        ),
        ("8b-started", Either::Board(B::Started { ticks: 4_000_000 })),
        (
            "8c-vitals",
            Either::Board(B::Vitals {
                ticks: 4_100_000,
                vitals: Vitals { heap_used: Some(301_056), energy_uj: Some(70_000) },
            }),
        ),
        ("8d-series", Either::Board(B::Series { number: 2, of: 3, series: Some(SUPPLY) })),
        ("8d-series-none", Either::Board(B::Series { number: 3, of: 3, series: None })),
        (
            "8e-samples",
            Either::Board(B::Samples {
                series: 2,
                index: 640,
                ticks: 4_640_000,
                // 98.5, 101.25, 0.0
                values: &[0, 0, 0xc5, 0x42, 0, 0x80, 0xca, 0x42, 0, 0, 0, 0],
            }),
        ),
    ]
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The bytes on the lines `part: …` of a golden file, joined.
fn golden(name: &str, part: &str) -> Vec<u8> {
    let path = folder().join(format!("{name}.txt"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
    text.lines()
        .filter_map(|line| line.strip_prefix(part)?.strip_prefix(':'))
        .flat_map(str::split_whitespace)
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect()
}

#[test]
fn every_message_is_written_and_read_exactly_as_its_file_says() {
    for (name, message) in messages() {
        let mut into = [0; MAX_ENCODED];
        let n = match &message {
            Either::Host(message) => Sender::new().host(message, &mut into),
            Either::Board(message) => Sender::new().board(message, &mut into),
        }
        .unwrap();
        let bytes = golden(name, "frame");
        assert_eq!(into[..n], bytes, "{name} is written differently");
        let mut frames = 0;
        Decoder::new().feed(&bytes, &mut |item| {
            let Item::Frame(frame) = item else { panic!("{name}: {item:?}") };
            match &message {
                Either::Host(message) => assert_eq!(frame.host().as_ref(), Ok(message), "{name}"),
                Either::Board(message) => {
                    assert_eq!(frame.board().as_ref(), Ok(message), "{name}");
                }
            }
            let parts = [golden(name, "header"), golden(name, "body"), golden(name, "crc")];
            let [header, body, sum] = &parts;
            assert_eq!(frame.body, body, "{name}, field by field");
            assert_eq!(header, &[1, frame.kind, 0, 0], "{name}");
            assert_eq!(sum, &crc(&[&header[..], body].concat()).to_le_bytes(), "{name}");
            assert_eq!(name.get(..2), Some(format!("{:02x}", frame.kind).as_str()));
            assert_eq!(self::frame(1, frame.kind, 0, frame.body), bytes, "{name}, the slow way");
            frames += 1;
        });
        assert_eq!(frames, 1, "{name}");
    }
}

#[test]
fn there_is_no_golden_file_without_a_message() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut names: Vec<String> = messages().iter().map(|(name, _)| format!("{name}.txt")).collect();
    names.sort();
    assert_eq!(files, names);
}
