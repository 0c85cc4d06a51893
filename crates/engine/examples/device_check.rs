//! A sentence encoder on a GPU against the processor: how near the vectors are, whether the same stretches of
//! text are kept, and how many tokens a second for batches of several sizes.
//!
//! `cargo run --release -p engine --features cuda --example device_check -- MODEL_FOLDER DOCUMENT...` (or
//! `metal`). Goals: a cosine of at least 0.999 to the processor's F32, and the same stretches of each document
//! at 4× for a question. Where there is no GPU it says so and ends with 3: nothing is measured then.

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use compress::{Budget, Request};
use neural::{Choice, Encoder};

/// Tokens of a batch that are tried.
const BATCHES: [usize; 6] = [512, 1024, 4096, 16384, 65536, 262_144];
/// Each is measured as often; the best counts.
const ROUNDS: usize = 3;
/// What every document is asked.
const QUESTION: &str = "What is measured, and in which unit?";
/// The goal for the least cosine.
const ALIKE: f32 = 0.999;

type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// A model as the compressor takes it.
#[derive(Debug)]
struct Lent(Encoder);

impl compress::Encoder for Lent {
    fn encode(&self, texts: &[&str]) -> Result<Vec<f32>, String> {
        let go = AtomicBool::new(false);
        let vectors = self.0.encode(texts, &go).map_err(|error| error.to_string())?;
        Ok(vectors.values)
    }
}

fn main() -> Result<ExitCode, Trouble> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("name the model's folder, then documents")?;
    let folder = Path::new(&folder);
    let documents: Vec<String> =
        args.map(std::fs::read_to_string).collect::<Result<_, std::io::Error>>()?;
    if documents.is_empty() {
        return Err("name at least one document".into());
    }
    let gpu = Encoder::load(folder, "gpu", Choice::Auto)?;
    if let Some(notice) = gpu.notice() {
        println!("nothing was measured: {notice}");
        return Ok(ExitCode::from(3));
    }
    if !cfg!(any(feature = "cuda", feature = "metal")) {
        println!("nothing was measured: this was built for no GPU (--features cuda or metal)");
        return Ok(ExitCode::from(3));
    }
    let cpu = Encoder::load(folder, "cpu", Choice::Cpu)?;
    let sentences: Vec<&str> = documents
        .iter()
        .flat_map(|text| text.split(['.', '\n']))
        .map(str::trim)
        .filter(|sentence| sentence.len() > 20)
        .collect();
    let go = AtomicBool::new(false);
    let (one, other) = (cpu.encode(&sentences, &go)?, gpu.encode(&sentences, &go)?);
    let dimension = cpu.dimension();
    let pairs = one.values.chunks(dimension).zip(other.values.chunks(dimension));
    let cosines = pairs.map(|(a, b)| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>());
    let least = cosines.fold(1.0, f32::min);
    println!("sentences        {}", sentences.len());
    println!("least cosine     {least:.6} (goal {ALIKE})");
    let (cpu, gpu) = (Lent(cpu), Lent(gpu));
    let mut same = 0;
    for text in &documents {
        same += usize::from(spans(text, &cpu)? == spans(text, &gpu)?);
    }
    println!("same stretches   {same} of {} documents at 4x", documents.len());
    println!("batch, tokens    sentences/s on the GPU");
    for tokens in BATCHES {
        let mut rate = 0f64;
        for _ in 0..ROUNDS {
            let began = Instant::now();
            gpu.0.encode_by(&sentences, tokens, &go)?;
            rate = rate.max(sentences.len() as f64 / began.elapsed().as_secs_f64());
        }
        println!("{tokens:>13}    {rate:.0}");
    }
    let met = least >= ALIKE && same == documents.len() && gpu.0.notice().is_none();
    Ok(if met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is kept of a text.
fn spans(text: &str, encoder: &Lent) -> Result<Vec<Range<usize>>, Trouble> {
    let counter = compress::tokens::by_name("o200k")?;
    let request = Request {
        focus: Some(QUESTION),
        encoder: Some(encoder),
        ..Request::new(text, Budget::Ratio(4.0))
    };
    let made = compress::compress(&request, &*counter)?;
    Ok(made.spans.into_iter().map(|span| span.src).collect())
}
