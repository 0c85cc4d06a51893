//! How fast frames are decoded, against the checksum alone over the same decoded bytes, in one
//! run: the two share the machine's mood, so their ratio says more than either rate.
//!
//! `cargo run --release -p agent --example decode_rate --features std`

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement at a terminal")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use agent::wire::{
    BoardMessage, Decoder, HostMessage, Item, MAX_ENCODED, MODEL_CHUNK, PhaseTicks, Sender,
};

/// Bytes of one read of a host.
const READ: usize = 64 << 10;
const FRAMES: u32 = 20_000;

fn main() {
    let noise = noise(1 << 20);
    let weights: Vec<u8> = noise
        .chunks_exact(4)
        .flat_map(|b| {
            // Weights as they are in a checkpoint: f32 of ordinary size.
            let x = f32::from(i16::from_le_bytes([b[0], b[1]])) / 32768.0 + f32::from(b[2]) / 1e6;
            x.to_le_bytes()
        })
        .collect();
    println!("{:38} {:>10} {:>10} {:>7}", "stream", "decode", "crc alone", "ratio");
    report("full frames, random bytes", &chunks(&noise, 1010));
    report("full frames, f32 weights", &chunks(&weights, 1010));
    report("full frames, all zeros", &chunks(&[0; 1 << 20], 1010));
    report("full frames, no zeros", &chunks(&[7; 1 << 20], 1010));
    report("model chunks of 256, f32 weights", &chunks(&weights, MODEL_CHUNK));
    report("tokens", &tokens());
}

/// A stream of frames, and their decoded bytes one after the other with the length of each.
struct Stream {
    bytes: Vec<u8>,
    plain: Vec<u8>,
    lengths: Vec<usize>,
}

fn stream(mut frame: impl FnMut(&mut Sender, u32, &mut [u8]) -> usize) -> Stream {
    let mut sender = Sender::new();
    let (mut bytes, mut into) = (Vec::new(), [0; MAX_ENCODED]);
    for i in 0..FRAMES {
        let n = frame(&mut sender, i, &mut into);
        bytes.extend_from_slice(&into[..n]);
    }
    let (mut plain, mut lengths) = (Vec::new(), Vec::new());
    Decoder::new().feed(&bytes, &mut |item| {
        let Item::Frame(frame) = item else { return };
        plain.extend_from_slice(&[frame.major, frame.kind]);
        plain.extend_from_slice(&frame.sequence.to_le_bytes());
        plain.extend_from_slice(frame.body);
        lengths.push(frame.body.len() + 4);
    });
    assert_eq!(lengths.len(), FRAMES as usize);
    Stream { bytes, plain, lengths }
}

fn chunks(from: &[u8], len: usize) -> Stream {
    stream(|sender, i, into| {
        let at = i as usize * len % (from.len() - len);
        let bytes = &from[at..at + len];
        sender.host(&HostMessage::ModelChunk { offset: 7, bytes }, into).unwrap()
    })
}

fn tokens() -> Stream {
    stream(|sender, index, into| {
        let step = u64::from(index);
        let phases = PhaseTicks {
            embed: 12,
            attention: 3400 + step % 100,
            feed_forward: 7800 + step % 90,
            classifier: 1200 + step % 20,
            sample: 50,
        };
        let token = BoardMessage::Token {
            index,
            id: index * 7 % 512,
            ticks: 5_000_000 + step * 12_500,
            phases,
        };
        sender.board(&token, into).unwrap()
    })
}

fn report(name: &str, stream: &Stream) {
    let decode = || {
        let mut decoder = Decoder::new();
        let mut seen = 0;
        for read in stream.bytes.chunks(READ) {
            decoder.feed(read, &mut |item| {
                if let Item::Frame(frame) = item {
                    seen += black_box(frame.body).len() + 4;
                }
            });
        }
        assert_eq!(seen, stream.plain.len());
    };
    let checksum = || {
        let mut rest = &stream.plain[..];
        for &len in &stream.lengths {
            let (frame, later) = rest.split_at(len);
            black_box(crc32fast::hash(frame));
            rest = later;
        }
    };
    // Alternating, and the best of each: what disturbs one disturbs the other.
    let (mut best_decode, mut best_crc) = (Duration::MAX, Duration::MAX);
    for _ in 0..40 {
        best_decode = best_decode.min(time(decode));
        best_crc = best_crc.min(time(checksum));
    }
    let rate = |time: Duration| stream.plain.len() as f64 / time.as_secs_f64() / 1e6;
    println!(
        "{name:38} {:>6.0} MB/s {:>6.0} MB/s {:>6.2}",
        rate(best_decode),
        rate(best_crc),
        best_crc.as_secs_f64() / best_decode.as_secs_f64()
    );
}

fn time(work: impl Fn()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

/// Bytes of a xorshift generator.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    })
    .flatten()
    .take(len)
    .collect()
}
