//! An encoder that remembers: sentences of one document come again, for the next question on it, for
//! another budget, and when it is measured what was kept.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use crate::encoder::Encoder;
use crate::error::Error;
use crate::vectors::Vectors;

/// Numbers that are kept at most, 128 MiB of them; then everything is forgotten.
const MOST_NUMBERS: usize = 32 << 20;
/// Longer texts are seldom asked for again.
const LONGEST_BYTES: usize = 4096;

/// An encoder with the vectors of what it has lately encoded.
#[derive(Debug)]
pub struct Remembered {
    encoder: Encoder,
    known: Mutex<HashMap<String, Arc<[f32]>>>,
}

impl Remembered {
    /// Begins with nothing known.
    pub fn new(encoder: Encoder) -> Self {
        Self { encoder, known: Mutex::default() }
    }

    /// The encoder itself.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// As [`Encoder::encode`], each text once.
    ///
    /// # Errors
    /// As [`Encoder::encode`].
    pub fn encode(&self, texts: &[&str], stop: &AtomicBool) -> Result<Vectors, Error> {
        let dimension = self.encoder.dimension();
        let mut rows: HashMap<&str, Arc<[f32]>> = HashMap::new();
        let mut new: Vec<&str> = Vec::new();
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let mut asked = std::collections::HashSet::new();
            for &text in texts {
                match known.get(text) {
                    _ if !asked.insert(text) => {}
                    Some(row) => drop(rows.insert(text, row.clone())),
                    None => new.push(text),
                }
            }
        }
        let made = self.encoder.encode(&new, stop)?;
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if (known.len() + new.len()) * dimension > MOST_NUMBERS {
                known.clear();
            }
            for (text, row) in new.into_iter().zip(made.rows()) {
                let row: Arc<[f32]> = row.into();
                if text.len() <= LONGEST_BYTES && (known.len() + 1) * dimension <= MOST_NUMBERS {
                    known.insert(text.to_owned(), row.clone());
                }
                rows.insert(text, row);
            }
        }
        let mut values = Vec::with_capacity(texts.len() * dimension);
        for text in texts {
            values.extend_from_slice(&rows[text]);
        }
        Ok(Vectors { dimension, values })
    }
}
