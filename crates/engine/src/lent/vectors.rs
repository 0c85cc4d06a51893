//! The encoder's vectors of what was kept, written into a file.

use compress::Compressed;

use super::Lent;
use crate::error::EngineError;

impl Lent {
    /// Writes the vectors of the kept stretches, where that was asked for.
    #[cfg(feature = "neural")]
    pub(crate) fn write_vectors(&self, made: &Compressed) -> Result<(), EngineError> {
        use std::fs::File;
        use std::io::BufWriter;
        use std::ops::Range;

        let (Some(path), Some(encoder)) = (&self.vectors, self.encoder()) else {
            return Ok(());
        };
        let texts: Vec<&str> = made.spans.iter().map(|span| &made.text[span.out.clone()]).collect();
        let values = encoder.encode(&texts).map_err(::compress::Error::Model)?;
        let dimension = values.len() / texts.len().max(1);
        let places: Vec<Range<u64>> =
            made.spans.iter().map(|span| span.src.start as u64..span.src.end as u64).collect();
        let unwritable =
            |source| EngineError::Unwritable { path: path.display().to_string(), source };
        let file = File::create(path).map_err(unwritable)?;
        let vectors = neural::Vectors { dimension, values };
        vectors.write(BufWriter::new(file), &places, &self.encoder_name).map_err(unwritable)
    }

    /// Nobody gets here with an encoder of a program's own.
    #[cfg(not(feature = "neural"))]
    pub(crate) fn write_vectors(&self, _: &Compressed) -> Result<(), EngineError> {
        debug_assert!(self.vectors.is_none(), "there is nobody to write vectors");
        Ok(())
    }
}
