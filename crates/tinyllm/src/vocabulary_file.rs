//! llama2.c's `tokenizer.bin`: pieces and scores.
//!
//! The file is the longest piece's length (`u32`), then per token a score (`f32`), a length
//! (`i32`) and that many bytes; all little-endian.

use alloc::vec::Vec;
use core::fmt;

use crate::memory;

/// No real piece is nearly as long, and the time to index one grows with its square.
const LONGEST_PIECE: u32 = 1 << 8;

/// Every token's piece and score.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    /// All pieces, one after the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<u32>,
    scores: Vec<f32>,
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

impl Vocabulary {
    pub(crate) fn parse(bytes: &[u8], vocab: u32) -> Result<Self, TokenizerError> {
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
        Ok(Self { text, ends, scores })
    }

    /// Number of tokens.
    pub(crate) fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// The piece as it stands in the file.
    pub(crate) fn piece(&self, token: u32) -> Option<&[u8]> {
        let at = token as usize;
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.text.get(start.unwrap_or(0) as usize..end as usize)
    }

    /// The score, by which merges are ordered.
    pub(crate) fn score(&self, token: u32) -> Option<f32> {
        self.scores.get(token as usize).copied()
    }
}
