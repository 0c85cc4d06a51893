//! Vectors of texts, and a file of them.

use std::io::{self, Write};
use std::ops::Range;

use serde_json::json;

/// One vector per text, in the texts' order, each of length 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vectors {
    /// Numbers of one vector.
    pub dimension: usize,
    /// All vectors, one after the other.
    pub values: Vec<f32>,
}

impl Vectors {
    /// The vectors, one by one.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, f32> {
        self.values.chunks_exact(self.dimension.max(1))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Writes a `safetensors` file: `vectors` (F32, `[n, dimension]`) and `src` (U64, `[n, 2]`), where in
    /// its source each text stands, in bytes, half-open. The header says whose vectors they are and that
    /// no language model reads them: they are for search and comparison, and are counted as no tokens.
    ///
    /// # Errors
    /// What the writer says; [`io::ErrorKind::InvalidInput`] where there is not one place for each vector.
    pub fn write(&self, mut to: impl Write, places: &[Range<u64>], model: &str) -> io::Result<()> {
        if places.len() != self.len() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("there are {} places for {} vectors", places.len(), self.len()),
            ));
        }
        let (count, places_bytes) = (places.len(), places.len() * 16);
        let vectors_bytes = self.values.len() * 4;
        let header = json!({
            "__metadata__": {
                "schema": "benchvise.vectors/1",
                "model": model,
                "note": "Sentence embeddings for search and comparison. No language model reads them: \
                         they stand for no tokens and cannot be put into a prompt.",
            },
            "src": { "dtype": "U64", "shape": [count, 2], "data_offsets": [0, places_bytes] },
            "vectors": {
                "dtype": "F32",
                "shape": [count, self.dimension],
                "data_offsets": [places_bytes, places_bytes + vectors_bytes],
            },
        });
        let mut header = header.to_string();
        // Readers map the numbers behind the header, which must begin at a multiple of 8.
        while !header.len().is_multiple_of(8) {
            header.push(' ');
        }
        to.write_all(&(header.len() as u64).to_le_bytes())?;
        to.write_all(header.as_bytes())?;
        for place in places {
            to.write_all(&place.start.to_le_bytes())?;
            to.write_all(&place.end.to_le_bytes())?;
        }
        for value in &self.values {
            to.write_all(&value.to_le_bytes())?;
        }
        to.flush()
    }
}
