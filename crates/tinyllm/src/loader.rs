//! A model on its way in, piece by piece: every weight goes to its place at once, so that the heap
//! holds the model and never its file.

use core::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError, Floats, HEADER_BYTES, Tensor};
use crate::config::{Bits, Config};
use crate::model::{LoadError, Model};
use crate::quantised::GROUP;

/// Bytes of a file's beginning that tell what it is.
const BEGINNING: usize = 64;

/// Why a model that arrived in pieces cannot be used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LoaderError {
    /// The bytes are no model.
    Checkpoint(CheckpointError),
    /// The heap cannot hold it.
    Memory(LoadError),
}

impl fmt::Display for LoaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(error) => error.fmt(f),
            Self::Memory(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for LoaderError {}

impl From<CheckpointError> for LoaderError {
    fn from(error: CheckpointError) -> Self {
        Self::Checkpoint(error)
    }
}

impl From<LoadError> for LoaderError {
    fn from(error: LoadError) -> Self {
        Self::Memory(error)
    }
}

/// Takes a llama2.c checkpoint in pieces of any size.
#[derive(Debug)]
pub struct Loader {
    file_bytes: u64,
    received: u64,
    bits: Bits,
    beginning: [u8; BEGINNING],
    filling: Option<Filling>,
}

impl Loader {
    /// For a file of so many bytes. Nothing is allocated yet.
    pub fn new(file_bytes: u64, bits: Bits) -> Self {
        Self { file_bytes, received: 0, bits, beginning: [0; BEGINNING], filling: None }
    }

    /// Takes the next bytes. The heap the model needs is taken with those that complete its header.
    ///
    /// # Errors
    /// As [`Checkpoint::parse`] and [`Model::load`], as soon as it is known. After an error nothing
    /// more may be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), LoaderError> {
        let found_bytes = self.received + bytes.len() as u64;
        if found_bytes > self.file_bytes {
            let expected_bytes = self.file_bytes;
            return Err(CheckpointError::TrailingBytes { expected_bytes, found_bytes }.into());
        }
        let wanted = self.file_bytes.min(BEGINNING as u64) as usize;
        let had = self.received.min(wanted as u64) as usize;
        self.received = found_bytes;
        if self.filling.is_none() {
            let (head, rest) = bytes.split_at(bytes.len().min(wanted - had));
            if let Some(place) = self.beginning.get_mut(had..had + head.len()) {
                place.copy_from_slice(head);
            }
            if had + head.len() < wanted {
                return Ok(());
            }
            let beginning = self.beginning.get(..wanted).unwrap_or_default();
            let config = Checkpoint::header(beginning, self.file_bytes)?;
            let mut filling = Filling::new(config, self.bits)?;
            filling.feed(beginning.get(HEADER_BYTES..).unwrap_or_default())?;
            filling.feed(rest)?;
            self.filling = Some(filling);
            return Ok(());
        }
        match &mut self.filling {
            Some(filling) => Ok(filling.feed(bytes)?),
            None => Ok(()),
        }
    }

    /// The model, all of which has arrived.
    ///
    /// # Errors
    /// Where it has not.
    pub fn finish(self) -> Result<Model, LoaderError> {
        match self.filling {
            Some(filling) if self.received == self.file_bytes => Ok(filling.model),
            _ => Err(CheckpointError::Truncated {
                expected_bytes: self.file_bytes,
                found_bytes: self.received,
            }
            .into()),
        }
    }
}

/// A model with room for its weights, and where the next one goes.
#[derive(Debug)]
pub(crate) struct Filling {
    model: Model,
    /// Which of [`Tensor::ORDER`].
    tensor: usize,
    layer: usize,
    row: usize,
    column: usize,
    /// Weights of all tensors so far.
    count: u64,
    /// A weight of which only a part has come.
    cut: [u8; 4],
    cut_len: usize,
    /// Neighbours in a row that are put into place together: those that share a scale.
    group: [f32; GROUP],
    group_len: usize,
}

impl Filling {
    pub(crate) fn new(config: Config, bits: Bits) -> Result<Self, LoadError> {
        let mut filling = Self {
            model: Model::room(config, bits)?,
            tensor: 0,
            layer: 0,
            row: 0,
            column: 0,
            count: 0,
            cut: [0; 4],
            cut_len: 0,
            group: [0.0; GROUP],
            group_len: 0,
        };
        filling.skip_empty();
        Ok(filling)
    }

    pub(crate) fn into_model(self) -> Model {
        self.model
    }

    /// The next bytes of the weights; more than there are is ignored.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) -> Result<(), CheckpointError> {
        if self.cut_len > 0 {
            let (head, rest) = bytes.split_at(bytes.len().min(4 - self.cut_len));
            for byte in head {
                if let Some(place) = self.cut.get_mut(self.cut_len) {
                    *place = *byte;
                }
                self.cut_len += 1;
            }
            bytes = rest;
            if self.cut_len < 4 {
                return Ok(());
            }
            self.cut_len = 0;
            self.put(f32::from_le_bytes(self.cut))?;
        }
        let whole = bytes.len() / 4 * 4;
        let (floats, rest) = bytes.split_at(whole);
        for weight in Floats::new(floats).iter() {
            self.put(weight)?;
        }
        for (place, byte) in self.cut.iter_mut().zip(rest) {
            *place = *byte;
        }
        self.cut_len = rest.len();
        Ok(())
    }

    #[inline]
    fn put(&mut self, weight: f32) -> Result<(), CheckpointError> {
        let Some(&tensor) = Tensor::ORDER.get(self.tensor) else { return Ok(()) };
        // The rotary tables are skipped by every reader, so their content does not matter.
        if tensor != Tensor::Rotary && !weight.is_finite() {
            let (index, tensor) = (self.count, tensor.name());
            return Err(CheckpointError::NonFinite { index, tensor });
        }
        self.count += 1;
        if let Some(place) = self.group.get_mut(self.group_len) {
            *place = weight;
        }
        self.group_len += 1;
        let columns = tensor.columns(self.model.config());
        if self.group_len < GROUP && self.column + self.group_len < columns {
            return Ok(());
        }
        let group = self.group.get(..self.group_len).unwrap_or_default();
        self.model.put(tensor, self.layer, self.row, self.column, group);
        self.column += self.group_len;
        self.group_len = 0;
        if self.column == columns {
            (self.row, self.column) = (self.row + 1, 0);
            let (floats, layers) = tensor.shape(self.model.config());
            if self.row * columns == floats {
                (self.layer, self.row) = (self.layer + 1, 0);
                if self.layer == layers {
                    (self.tensor, self.layer) = (self.tensor + 1, 0);
                    self.skip_empty();
                }
            }
        }
        Ok(())
    }

    /// Tensors that this model does not have.
    fn skip_empty(&mut self) {
        while let Some(tensor) = Tensor::ORDER.get(self.tensor)
            && tensor.shape(self.model.config()).0 == 0
        {
            self.tensor += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use super::*;
    use crate::synthetic;

    fn config(shared_classifier: bool) -> Config {
        Config {
            dim: 24,
            hidden_dim: 70,
            layers: 2,
            heads: 4,
            kv_heads: 2,
            vocab: 33,
            context: 12,
            shared_classifier,
        }
    }

    fn in_pieces(file: &[u8], sizes: &[usize], bits: Bits) -> Result<Model, LoaderError> {
        let mut loader = Loader::new(file.len() as u64, bits);
        let (mut rest, mut sizes) = (file, sizes.iter().cycle());
        while !rest.is_empty() {
            let size = sizes.next().copied().unwrap_or(1).clamp(1, rest.len());
            let (piece, later) = rest.split_at(size);
            loader.write(piece)?;
            rest = later;
        }
        loader.finish()
    }

    #[test]
    fn pieces_of_any_size_are_the_whole() {
        bolero::check!().with_iterations(100).with_type::<(bool, bool, Vec<u8>)>().for_each(
            |(shared, quantised, sizes)| {
                let file = synthetic::checkpoint(&config(*shared), 3);
                let bits = if *quantised { Bits::Int8 } else { Bits::F32 };
                let whole = Model::load(&Checkpoint::parse(&file).unwrap(), bits).unwrap();
                let sizes: Vec<usize> = sizes.iter().map(|size| usize::from(*size)).collect();
                let pieces = in_pieces(&file, &sizes, bits).unwrap();
                assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
                assert_eq!(pieces.heap_bytes(), config(*shared).weight_bytes(bits).unwrap());
            },
        );
    }

    #[test]
    fn what_is_no_model_is_refused_as_when_it_is_whole() {
        let good = synthetic::checkpoint(&config(true), 3);
        let check = |file: &[u8]| {
            let whole = Checkpoint::parse(file).map(drop).unwrap_err();
            for sizes in [&[256][..], &[1], &[7, 3]] {
                let pieces = in_pieces(file, sizes, Bits::Int8).map(drop).unwrap_err();
                assert_eq!(pieces, LoaderError::Checkpoint(whole));
            }
        };
        check(&good[..good.len() - 4]);
        check(&good[..20]);
        let mut longer = good.clone();
        longer.extend([0; 4]);
        check(&longer);
        for at in [HEADER_BYTES, 2000, good.len() - 4 * 80] {
            let mut damaged = good.clone();
            damaged[at / 4 * 4 + 3] = 0x7f;
            damaged[at / 4 * 4 + 2] = 0xc0;
            check(&damaged);
        }
        let mut loader = Loader::new(good.len() as u64, Bits::F32);
        loader.write(&good[..100]).unwrap();
        assert!(matches!(
            loader.finish(),
            Err(LoaderError::Checkpoint(CheckpointError::Truncated { found_bytes: 100, .. }))
        ));
        let mut loader = Loader::new(10, Bits::F32);
        assert!(loader.write(&good[..11]).is_err());
    }
}
