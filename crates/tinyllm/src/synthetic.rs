//! Models and tokenizers made from a seed, for where there is no real file.
//!
//! The files are valid and the work to run them is that of a real model of the same shape, but the
//! weights are random: the text means nothing. Whoever shows a result of one must say so. The same
//! seed gives the same bytes on every platform.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use crate::config::Config;
use crate::memory;
use crate::words::WORDS;

/// Tokens before the first letter: `<unk>`, `<s>`, `</s>` and one per byte.
const SPECIAL: usize = 3 + 256;

/// The shape of the well-known 260 000-parameter story model: a vocabulary and a context of 512.
pub fn default_config() -> Config {
    Config {
        dim: 64,
        hidden_dim: 172,
        layers: 5,
        heads: 8,
        kv_heads: 4,
        vocab: 512,
        context: 512,
        shared_classifier: true,
    }
}

/// A model file of [`Config::checkpoint_bytes`] bytes with small random weights.
///
/// Activations and logits stay in the range of a trained model's. Control and byte tokens get
/// small logits, so that greedy text consists of letters and words and does not end early. When
/// `config` is impossible or the heap too small the file is only a header, which
/// [`Checkpoint::parse`](crate::Checkpoint::parse) refuses and explains.
pub fn checkpoint(config: &Config, seed: u64) -> Vec<u8> {
    let length = config.check().ok().and_then(|()| config.checkpoint_bytes());
    let length = length.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
    let mut file = memory::room(length).unwrap_or_default();
    let whole = file.capacity() > 0;
    let vocab = config.vocab as i32;
    let vocab = if config.shared_classifier { vocab } else { vocab.wrapping_neg() };
    let Config { dim, hidden_dim, layers, heads, kv_heads, context, .. } = *config;
    for value in [dim, hidden_dim, layers, heads, kv_heads] {
        file.extend_from_slice(&value.to_le_bytes());
    }
    file.extend_from_slice(&vocab.to_le_bytes());
    file.extend_from_slice(&context.to_le_bytes());
    if whole {
        Weights { file: &mut file, random: Random(seed) }.write(config);
    }
    file
}

struct Weights<'f> {
    file: &'f mut Vec<u8>,
    random: Random,
}

impl Weights<'_> {
    fn write(&mut self, config: &Config) {
        let [dim, hidden, layers, kv_dim] =
            [config.dim, config.hidden_dim, config.layers, config.kv_dim()].map(|n| n as usize);
        // Each layer adds two branches to the stream; together they should not outgrow it.
        let branch = 1.0 / libm::sqrtf(2.0 * layers as f32);
        self.table(config);
        self.ones(layers * dim);
        self.matrix(layers * dim, dim, 1.0);
        self.matrix(layers * kv_dim, dim, 1.0);
        self.matrix(layers * kv_dim, dim, 1.0);
        self.matrix(layers * dim, dim, branch);
        self.ones(layers * dim);
        self.matrix(layers * hidden, dim, 1.0);
        self.matrix(layers * dim, hidden, branch);
        self.matrix(layers * hidden, dim, 1.0);
        self.ones(dim);
        // The two rotary tables that no reader uses.
        self.zeros(config.context as usize * config.head_size() as usize);
        if !config.shared_classifier {
            self.table(config);
        }
    }

    /// One row per token, scaled so that logits have a standard deviation of about 2.
    fn table(&mut self, config: &Config) {
        let dim = config.dim as usize;
        let rows = config.vocab as usize;
        let quiet = if rows > SPECIAL { SPECIAL } else { 0 };
        self.matrix(quiet, dim, 0.125);
        self.matrix(rows - quiet, dim, 2.0);
    }

    /// Uniform weights whose product with a unit-sized input has a standard deviation of `gain`.
    fn matrix(&mut self, rows: usize, columns: usize, gain: f32) {
        let bound = gain * libm::sqrtf(3.0 / columns as f32);
        for _ in 0..rows * columns {
            let weight = bound * self.random.signed();
            self.file.extend_from_slice(&weight.to_le_bytes());
        }
    }

    fn ones(&mut self, count: usize) {
        for _ in 0..count {
            self.file.extend_from_slice(&1.0_f32.to_le_bytes());
        }
    }

    fn zeros(&mut self, count: usize) {
        self.file.resize(self.file.len() + count * 4, 0);
    }
}

/// A tokenizer file for `vocab` tokens.
///
/// In this order, as far as `vocab` reaches: `<unk>`, `<s>`, `</s>`, the 256 bytes, printable
/// ASCII, common English fragments and words, and then made-up words from `seed`. From 512 tokens
/// on, English takes clearly fewer tokens than bytes.
pub fn tokenizer(vocab: u32, seed: u64) -> Vec<u8> {
    // Beyond this the loader refuses, so there is no point in making pieces.
    let vocab = vocab.min((1 << 20) + 1) as usize;
    let mut pieces: Vec<Vec<u8>> = [&b"<unk>"[..], b"\n<s>\n", b"\n</s>\n"].map(Vec::from).into();
    pieces.extend((0..=255_u8).map(|byte| format!("<0x{byte:02X}>").into_bytes()));
    pieces.extend((b' '..=b'~').map(|letter| [letter].to_vec()));
    pieces.extend(WORDS.iter().map(|word| word.as_bytes().to_vec()));
    invent(&mut pieces, vocab, seed);
    pieces.truncate(vocab);

    let longest = pieces.iter().map(Vec::len).max().unwrap_or(1) as u32;
    let mut file = longest.to_le_bytes().to_vec();
    for (token, piece) in pieces.iter().enumerate() {
        // Earlier pieces merge first, as in a trained vocabulary.
        let score = if token < SPECIAL { 0.0 } else { -((token - SPECIAL) as f32) };
        file.extend_from_slice(&score.to_le_bytes());
        file.extend_from_slice(&(piece.len() as u32).to_le_bytes());
        file.extend_from_slice(piece);
    }
    file
}

/// Adds words made of two pieces until there are `vocab`.
fn invent(pieces: &mut Vec<Vec<u8>>, vocab: usize, seed: u64) {
    const LONGEST: usize = 12;
    let mut known: BTreeSet<Vec<u8>> = pieces.iter().cloned().collect();
    let mut random = Random(seed);
    while pieces.len() < vocab {
        let (left, right) = (random.pick(&pieces[SPECIAL..]), random.pick(&pieces[SPECIAL..]));
        // A space only in front, so that words stay apart; letters only, as words have them.
        let word = [left.as_slice(), right.as_slice()].concat();
        let letters = word.strip_prefix(b" ").unwrap_or(&word);
        if letters.len() >= 2
            && word.len() <= LONGEST
            && letters.iter().all(u8::is_ascii_alphabetic)
            && known.insert(word.clone())
        {
            pieces.push(word);
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): integers only, so the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// Uniform in -1..1, exact in 24 bits.
    fn signed(&mut self) -> f32 {
        (self.next() >> 40) as f32 / 8_388_608.0 - 1.0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[(self.next() % from.len() as u64) as usize]
    }
}
