//! The vocabulary: which bytes each token stands for, read from llama2.c's `tokenizer.bin`.
//!
//! The file is the longest piece's length (`u32`), then per token a score (`f32`), a length
//! (`i32`) and that many bytes; all little-endian. A piece of the form `<0x0A>` stands for one byte.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

use crate::foreign;
use crate::memory;

/// The token that begins a text.
pub const BOS: u32 = 1;

/// The token that ends a text.
pub const EOS: u32 = 2;

/// No real piece is longer; a larger number in the file is damage.
const LONGEST_PIECE: u32 = 1 << 16;

/// Stands for "no such token".
pub(crate) const NONE: u32 = u32::MAX;

/// A vocabulary with its byte-pair merges. Makes tokens of text and bytes of tokens.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    /// All pieces, one after the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<u32>,
    scores: Vec<f32>,
    /// Tokens in the order of their pieces, then of their number.
    sorted: Vec<u32>,
    byte_tokens: [u32; 256],
    /// Bit (a << 8 | b) is set when some piece contains byte a directly before byte b.
    joints: Vec<u64>,
    unknown: u32,
}

/// Why a file is not a usable tokenizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenizerError {
    /// The vocabulary has no tokens or more than a million.
    Vocabulary {
        /// Tokens asked for.
        vocab: u32,
    },
    /// The file is of another known format.
    Foreign {
        /// That format's name.
        format: &'static str,
    },
    /// The file ends early.
    Truncated {
        /// The token whose entry is cut.
        token: u32,
        /// Tokens the model has.
        vocab: u32,
        /// Bytes that are there.
        found_bytes: u64,
    },
    /// The file goes on after the last token.
    TrailingBytes {
        /// Tokens the model has.
        vocab: u32,
        /// Bytes that were needed.
        expected_bytes: u64,
        /// Bytes that are there.
        found_bytes: u64,
    },
    /// The header's longest piece is 0 or absurdly long.
    LongestPiece {
        /// The header's value.
        bytes: u32,
    },
    /// A piece is empty, or longer than the header allows.
    PieceLength {
        /// The token.
        token: u32,
        /// Its length.
        bytes: i32,
        /// The longest that the header allows.
        longest: u32,
    },
    /// A score is not a finite number.
    Score {
        /// The token.
        token: u32,
    },
    /// The heap cannot hold the vocabulary.
    OutOfMemory,
}

impl fmt::Display for TokenizerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vocabulary { vocab } => {
                write!(f, "a vocabulary of {vocab} tokens is not supported; use 1 to 1048576")
            }
            Self::Foreign { format } => write!(
                f,
                "this is a {format} file, not a llama2.c tokenizer; export it with llama2.c's \
                 tokenizer.py"
            ),
            Self::Truncated { token, vocab, found_bytes } => write!(
                f,
                "the tokenizer file ends after {found_bytes} bytes, at token {token} of {vocab}; \
                 copy it again or use the one that belongs to this model"
            ),
            Self::TrailingBytes { vocab, expected_bytes, found_bytes } => write!(
                f,
                "the tokenizer file has {found_bytes} bytes, but the model's {vocab} tokens end \
                 at {expected_bytes}; use the one that belongs to this model"
            ),
            Self::LongestPiece { bytes } => write!(
                f,
                "the tokenizer's longest piece would be {bytes} bytes, so the file is damaged or \
                 not a llama2.c tokenizer"
            ),
            Self::PieceLength { token, bytes, longest } => write!(
                f,
                "token {token} of the tokenizer has a length of {bytes} where 1 to {longest} is \
                 possible, so the file is damaged; copy it again"
            ),
            Self::Score { token } => write!(
                f,
                "the score of token {token} of the tokenizer is not a finite number, so the file \
                 is damaged; copy it again"
            ),
            Self::OutOfMemory => {
                write!(f, "the tokenizer does not fit in memory; choose a smaller vocabulary")
            }
        }
    }
}

impl core::error::Error for TokenizerError {}

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
        let (text, ends, scores) = parse_pieces(bytes, vocab)?;
        Self::index(text, ends, scores).ok_or(TokenizerError::OutOfMemory)
    }

    fn index(text: Vec<u8>, ends: Vec<u32>, scores: Vec<f32>) -> Option<Self> {
        let mut sorted = memory::room(ends.len())?;
        let mut joints = memory::filled((1 << 16) / 64, 0_u64)?;
        let mut byte_tokens = [NONE; 256];
        let mut tokenizer = Self {
            text,
            ends,
            scores,
            sorted: Vec::new(),
            byte_tokens,
            joints: Vec::new(),
            unknown: 0,
        };
        let piece = |token: u32| tokenizer.piece(token).unwrap_or(&[]);
        sorted.extend(0..tokenizer.vocab());
        sorted.sort_unstable_by(|a, b| piece(*a).cmp(piece(*b)).then(a.cmp(b)));
        // Backwards, so that of two equal pieces the first keeps the byte.
        for token in (0..tokenizer.vocab()).rev() {
            for pair in piece(token).windows(2) {
                if let [a, b] = pair {
                    let bit = usize::from(*a) << 8 | usize::from(*b);
                    joints[bit / 64] |= 1 << (bit % 64);
                }
            }
            if let Some(byte) = byte_form(piece(token)) {
                byte_tokens[usize::from(byte)] = token;
            }
        }
        tokenizer.sorted = sorted;
        tokenizer.joints = joints;
        tokenizer.byte_tokens = byte_tokens;
        tokenizer.unknown = tokenizer.find(b"<unk>", &[]).unwrap_or(0);
        Some(tokenizer)
    }

    /// Number of tokens.
    pub fn vocab(&self) -> u32 {
        self.ends.len() as u32
    }

    /// The bytes that `token` stands for on its own; `None` outside the vocabulary.
    pub fn token_bytes(&self, token: u32) -> Option<&[u8]> {
        let piece = self.piece(token)?;
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

    /// The piece as it stands in the file.
    pub(crate) fn piece(&self, token: u32) -> Option<&[u8]> {
        let at = token as usize;
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.text.get(start.unwrap_or(0) as usize..end as usize)
    }

    /// The first token whose piece is `left` followed by `right`.
    pub(crate) fn find(&self, left: &[u8], right: &[u8]) -> Option<u32> {
        let order = |token: u32| -> Ordering {
            let piece = self.piece(token).unwrap_or(&[]);
            match piece.split_at_checked(left.len()) {
                Some((head, tail)) => head.cmp(left).then_with(|| tail.cmp(right)),
                // Shorter than `left`: smaller if it is a prefix, else decided by a difference.
                None => piece.cmp(left),
            }
        };
        let at = self.sorted.partition_point(|token| order(*token) == Ordering::Less);
        self.sorted.get(at).copied().filter(|token| order(*token) == Ordering::Equal)
    }

    /// The token that `left` and `right` merge into, and its score.
    pub(crate) fn merge(&self, left: u32, right: u32) -> Option<(u32, f32)> {
        let (left, right) = (self.piece(left)?, self.piece(right)?);
        let merged = self.find(left, right)?;
        // llama2.c looks for a best score above -1e10; adding 0 turns -0 into 0.
        let score = self.scores.get(merged as usize)? + 0.0;
        (score > -1e10).then_some((merged, score))
    }

    /// Whether any piece could span the border between these two; exact, so text can be cut there
    /// when not.
    pub(crate) fn can_join(&self, left: u32, right: u32) -> bool {
        let last = self.piece(left).and_then(<[u8]>::last);
        let first = self.piece(right).and_then(<[u8]>::first);
        let (Some(last), Some(first)) = (last, first) else { return false };
        let bit = usize::from(*last) << 8 | usize::from(*first);
        self.joints.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
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

type Pieces = (Vec<u8>, Vec<u32>, Vec<f32>);

fn parse_pieces(bytes: &[u8], vocab: u32) -> Result<Pieces, TokenizerError> {
    const OUT_OF_MEMORY: TokenizerError = TokenizerError::OutOfMemory;
    let found_bytes = bytes.len() as u64;
    let truncated = |token| TokenizerError::Truncated { token, vocab, found_bytes };
    let (longest, mut rest) = bytes.split_first_chunk::<4>().ok_or(truncated(0))?;
    let longest = u32::from_le_bytes(*longest);
    if longest == 0 || longest > LONGEST_PIECE {
        return Err(TokenizerError::LongestPiece { bytes: longest });
    }
    // An entry takes at least nine bytes, so the file bounds what is reserved.
    let room = (vocab as usize).min(rest.len() / 9);
    let mut text = memory::room(rest.len().saturating_sub(8 * room)).ok_or(OUT_OF_MEMORY)?;
    let mut ends = memory::room(room).ok_or(OUT_OF_MEMORY)?;
    let mut scores = memory::room(room).ok_or(OUT_OF_MEMORY)?;
    for token in 0..vocab {
        let (score, after) = rest.split_first_chunk::<4>().ok_or(truncated(token))?;
        let (length, after) = after.split_first_chunk::<4>().ok_or(truncated(token))?;
        let score = f32::from_le_bytes(*score);
        if !score.is_finite() {
            return Err(TokenizerError::Score { token });
        }
        let bytes = i32::from_le_bytes(*length);
        let length = u32::try_from(bytes).ok().filter(|length| (1..=longest).contains(length));
        let length = length.ok_or(TokenizerError::PieceLength { token, bytes, longest })?;
        let (piece, after) = after.split_at_checked(length as usize).ok_or(truncated(token))?;
        text.extend_from_slice(piece);
        ends.push(text.len() as u32);
        scores.push(score);
        rest = after;
    }
    if !rest.is_empty() {
        let expected_bytes = found_bytes - rest.len() as u64;
        return Err(TokenizerError::TrailingBytes { vocab, expected_bytes, found_bytes });
    }
    Ok((text, ends, scores))
}
