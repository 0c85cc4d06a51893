//! The vocabulary: which bytes each token stands for, read from llama2.c's `tokenizer.bin`.
//!
//! A piece of the form `<0x0A>` stands for one byte.

use alloc::vec::Vec;

use crate::foreign;
use crate::memory;
use crate::merges::Merges;
use crate::vocabulary_file::{TokenizerError, Vocabulary};

/// The token that begins a text.
pub const BOS: u32 = 1;

/// The token that ends a text.
pub const EOS: u32 = 2;

/// Stands for "no such token".
pub(crate) const NONE: u32 = u32::MAX;

/// A vocabulary with its byte-pair merges. Makes tokens of text and bytes of tokens.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    vocabulary: Vocabulary,
    /// Tokens in the order of their pieces, then of their number.
    sorted: Vec<u32>,
    /// The token of each ASCII character, for speed.
    ascii: [u32; 128],
    byte_tokens: [u32; 256],
    merges: Merges,
    unknown: u32,
}

impl Tokenizer {
    /// Reads the tokenizer of a model with `vocab` tokens.
    ///
    /// Allocates in proportion to `bytes`, never to what they claim.
    ///
    /// # Errors
    /// Says which token is cut short or damaged, or how the file does not match the vocabulary.
    pub fn parse(bytes: &[u8], vocab: u32) -> Result<Self, TokenizerError> {
        if vocab == 0 || vocab > 1 << 20 {
            return Err(TokenizerError::Vocabulary { vocab });
        }
        if let Some(format) = foreign::recognise(bytes) {
            return Err(TokenizerError::Foreign { format });
        }
        let vocabulary = Vocabulary::parse(bytes, vocab)?;
        Self::index(vocabulary).ok_or(TokenizerError::OutOfMemory)
    }

    /// `None` when the heap cannot hold the indices.
    fn index(vocabulary: Vocabulary) -> Option<Self> {
        let mut tokenizer = Self {
            sorted: sort(&vocabulary)?,
            vocabulary,
            ascii: [NONE; 128],
            byte_tokens: [NONE; 256],
            merges: Merges::default(),
            unknown: 0,
        };
        // Backwards, so that of two equal pieces the first keeps the byte.
        for token in (0..tokenizer.vocab()).rev() {
            if let Some(byte) = tokenizer.vocabulary.piece(token).and_then(byte_form) {
                tokenizer.byte_tokens[usize::from(byte)] = token;
            }
        }
        for character in 0..128_u8 {
            let token = tokenizer.find(&[character]).unwrap_or(NONE);
            tokenizer.ascii[usize::from(character)] = token;
        }
        tokenizer.unknown = tokenizer.find(b"<unk>").unwrap_or(0);
        tokenizer.merges = Merges::new(&tokenizer.vocabulary, |piece| tokenizer.find(piece))?;
        Some(tokenizer)
    }

    /// Number of tokens.
    pub fn vocab(&self) -> u32 {
        self.vocabulary.len()
    }

    /// The bytes that `token` stands for on its own; `None` outside the vocabulary.
    pub fn token_bytes(&self, token: u32) -> Option<&[u8]> {
        let piece = self.vocabulary.piece(token)?;
        Some(match byte_form(piece) {
            Some(byte) => BYTES.get(usize::from(byte)..=usize::from(byte)).unwrap_or(&[]),
            None => piece,
        })
    }

    /// The bytes that `token` adds to a text after `previous`; empty outside the vocabulary.
    ///
    /// After [`BOS`] a leading space is dropped: it is the one that encoding put in front. Bytes of
    /// one character may come from several tokens, so a caller that wants text joins them first.
    pub fn decode(&self, previous: u32, token: u32) -> &[u8] {
        let bytes = self.token_bytes(token).unwrap_or(&[]);
        match bytes {
            [b' ', rest @ ..] if previous == BOS => rest,
            _ => bytes,
        }
    }

    /// The first token whose piece is `bytes`.
    fn find(&self, bytes: &[u8]) -> Option<u32> {
        let piece = |token: u32| self.vocabulary.piece(token).unwrap_or(&[]);
        let at = self.sorted.partition_point(|token| piece(*token) < bytes);
        self.sorted.get(at).copied().filter(|token| piece(*token) == bytes)
    }

    /// The token whose piece is this character.
    pub(crate) fn character_token(&self, character: char) -> Option<u32> {
        match self.ascii.get(character as usize) {
            Some(token) => Some(*token).filter(|token| *token != NONE),
            None => self.find(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }

    /// Which tokens merge into which.
    pub(crate) fn merges(&self) -> &Merges {
        &self.merges
    }

    /// The token for one raw byte.
    pub(crate) fn byte_token(&self, byte: u8) -> Option<u32> {
        self.byte_tokens.get(usize::from(byte)).copied().filter(|token| *token != NONE)
    }

    /// The token for what cannot be expressed.
    pub(crate) fn unknown(&self) -> u32 {
        self.unknown
    }
}

fn sort(vocabulary: &Vocabulary) -> Option<Vec<u32>> {
    let piece = |token: u32| vocabulary.piece(token).unwrap_or(&[]);
    let mut sorted = memory::room(vocabulary.len() as usize)?;
    sorted.extend(0..vocabulary.len());
    sorted.sort_unstable_by(|a, b| piece(*a).cmp(piece(*b)).then(a.cmp(b)));
    Some(sorted)
}

/// Every byte, so that a byte token can be lent as a slice.
static BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut at = 0;
    while at < 256 {
        bytes[at] = at as u8;
        at += 1;
    }
    bytes
};

/// The byte of a piece such as `<0x0A>`.
fn byte_form(piece: &[u8]) -> Option<u8> {
    let [b'<', b'0', b'x', high, low, b'>'] = piece else { return None };
    let digit = |c: u8| char::from(c).to_digit(16);
    u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()
}
