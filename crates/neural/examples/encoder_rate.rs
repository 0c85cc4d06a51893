//! Sentences per second of our encoder against candle's own BERT, used as candle's example uses it, on
//! the same sentences in the same process.
//!
//! `cargo run --profile work -p neural --features peer --example encoder_rate -- FOLDER [FILE]`: the model's folder, and a
//! text whose lines are the sentences (made up where there is none). The example of candle puts all its
//! sentences into one batch, padded to the longest; beside that stands the usual way, batches of 32 in the
//! order of the input. The last line is our rate over the better of both.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use neural::{Choice, Encoder};
use tokenizers::{PaddingParams, Tokenizer, TruncationParams};

/// Each way is run as often; the best counts.
const ROUNDS: usize = 3;
/// Sentences for the one batch: its attention grows with its longest.
const IN_ONE: usize = 256;

type Trouble = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Trouble> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("name the model's folder")?;
    let folder = Path::new(&folder);
    let text = match args.next() {
        Some(file) => std::fs::read_to_string(file)?,
        None => made_up(),
    };
    let sentences: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let peer = Peer::load(folder)?;
    let ours = Encoder::load(folder, "ours", Choice::Cpu)?;
    let go = AtomicBool::new(false);

    let (our_rate, our_rows) = best(sentences.len(), || Ok(ours.encode(&sentences, &go)?.values))?;
    let batched = || {
        let mut rows = Vec::new();
        for batch in sentences.chunks(32) {
            rows.extend(peer.encode(batch)?);
        }
        Ok(rows)
    };
    let (batched_rate, peer_rows) = best(sentences.len(), batched)?;
    let few = &sentences[..sentences.len().min(IN_ONE)];
    let (one_rate, _) = best(few.len(), || peer.encode(few))?;

    let dimension = ours.dimension();
    let rows = our_rows.chunks(dimension).zip(peer_rows.chunks(dimension));
    let nearest = rows.map(|(a, b)| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>());
    println!("sentences               {}", sentences.len());
    println!("least cosine of both    {:.6}", nearest.fold(1.0, f32::min));
    println!("candle, one batch       {one_rate:.0} sentences/s ({} of them)", few.len());
    println!("candle, batches of 32   {batched_rate:.0} sentences/s");
    println!("ours                    {our_rate:.0} sentences/s");
    println!("ratio                   {:.2}", our_rate / one_rate.max(batched_rate));
    Ok(())
}

/// Sentences a second of the best round, and what it gave.
fn best(
    count: usize,
    mut encode: impl FnMut() -> Result<Vec<f32>, Trouble>,
) -> Result<(f64, Vec<f32>), Trouble> {
    let (mut rate, mut rows) = (0f64, Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        rows = encode()?;
        rate = rate.max(count as f64 / began.elapsed().as_secs_f64());
    }
    Ok((rate, rows))
}

/// The model as candle's crate of models has it.
struct Peer {
    model: BertModel,
    tokenizer: Tokenizer,
}

impl Peer {
    fn load(folder: &Path) -> Result<Self, Trouble> {
        let config: Config = serde_json::from_slice(&std::fs::read(folder.join("config.json"))?)?;
        let weights = std::fs::read(folder.join("model.safetensors"))?;
        let weights = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)?;
        let mut tokenizer = Tokenizer::from_file(folder.join("tokenizer.json"))?;
        tokenizer.with_padding(Some(PaddingParams::default()));
        let cut = TruncationParams { max_length: 256, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(cut))?;
        Ok(Self { model: BertModel::load(weights, &config)?, tokenizer })
    }

    fn encode(&self, sentences: &[&str]) -> Result<Vec<f32>, Trouble> {
        let tokens = self.tokenizer.encode_batch(sentences.to_vec(), true)?;
        let rows = |of: fn(&tokenizers::Encoding) -> &[u32]| -> Result<Tensor, candle_core::Error> {
            let rows: Result<Vec<_>, _> =
                tokens.iter().map(|tokens| Tensor::new(of(tokens), &Device::Cpu)).collect();
            Tensor::stack(&rows?, 0)
        };
        let (ids, mask) = (rows(|t| t.get_ids())?, rows(|t| t.get_attention_mask())?);
        let hidden = self.model.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
        let mask = mask.to_dtype(DType::F32)?.unsqueeze(2)?;
        let mean = hidden.broadcast_mul(&mask)?.sum(1)?.broadcast_div(&mask.sum(1)?)?;
        let unit = mean.broadcast_div(&mean.sqr()?.sum_keepdim(1)?.sqrt()?)?;
        Ok(unit.flatten_all()?.to_vec1()?)
    }
}

/// Sentences of 3 to 60 words.
fn made_up() -> String {
    let words =
        ["the", "pump", "of", "harbour", "office", "was", "measured", "in", "1987", "and", "never"];
    let mut text = String::new();
    for sentence in 0..2048usize {
        let length = 3 + (sentence * 7919) % 58;
        for at in 0..length {
            text += words[(sentence * 31 + at * at * 17) % words.len()];
            text.push(if at + 1 == length { '\n' } else { ' ' });
        }
    }
    text
}
