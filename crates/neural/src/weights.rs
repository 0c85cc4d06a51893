//! A `safetensors` file: its header is checked whole before a byte of weights is read, and tensors are
//! read one by one, so that no more memory is taken than the model needs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;

/// The longest header that is read, in bytes; that of a model with thousands of tensors has a few hundred kB.
const LONGEST_HEADER_BYTES: u64 = 16 << 20;

/// A tensor as the header describes it.
#[derive(Debug, Clone)]
struct Entry {
    dtype: DType,
    shape: Vec<usize>,
    /// Where it begins in the file, in bytes.
    at: u64,
    bytes: u64,
}

/// An open file of weights.
#[derive(Debug)]
pub(crate) struct Weights {
    file: File,
    path: PathBuf,
    entries: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Described {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

impl Weights {
    /// Opens the file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::unreadable(source, path);
        let damaged = |reason: String| Error::damaged(reason, path);
        let mut file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        let mut head = [0u8; 8];
        if length < 8 {
            return Err(damaged(format!("it has {length} bytes")));
        }
        file.read_exact(&mut head).map_err(unreadable)?;
        let header_bytes = u64::from_le_bytes(head);
        if header_bytes > LONGEST_HEADER_BYTES || header_bytes > length - 8 {
            return Err(damaged(format!("its header would have {header_bytes} bytes")));
        }
        let mut header = vec![0u8; header_bytes as usize];
        file.read_exact(&mut header).map_err(unreadable)?;
        let described: BTreeMap<String, Value> = serde_json::from_slice(&header)
            .map_err(|e| damaged(format!("its header cannot be read, {e}")))?;
        let begin = 8 + header_bytes;
        let room = length - begin;
        let (mut entries, mut end) = (BTreeMap::new(), 0);
        for (name, value) in described {
            if name == "__metadata__" {
                continue;
            }
            let one: Described = serde_json::from_value(value)
                .map_err(|e| damaged(format!("its header is wrong about {name}, {e}")))?;
            let [from, to] = one.data_offsets;
            end = end.max(to);
            // Types that no model here uses, such as the integers of position ids, are passed over.
            let Some(dtype) = dtype(&one.dtype) else { continue };
            let elements = one.shape.iter().try_fold(1u64, |all, &n| all.checked_mul(n as u64));
            let bytes = elements.and_then(|n| n.checked_mul(dtype.size_in_bytes() as u64));
            if from > to || bytes != Some(to - from) {
                return Err(damaged(format!("the header is wrong about the size of {name}")));
            }
            let entry = Entry { dtype, shape: one.shape, at: begin + from, bytes: to - from };
            entries.insert(name, entry);
        }
        if end != room {
            let reason = format!("the header describes {end} bytes of weights and it has {room}");
            return Err(damaged(reason));
        }
        Ok(Self { file, path: path.to_path_buf(), entries })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Checks that a tensor is there in this shape. Gives its number of elements and its bytes in the file.
    pub(crate) fn expect(&self, name: &str, shape: &[usize]) -> Result<(u64, u64), Error> {
        let entry = self.entry(name)?;
        if entry.shape != shape {
            let (found, path) = (&entry.shape, &self.path);
            let reason = format!("{name} is {found:?} and config.json makes it {shape:?}");
            return Err(Error::mismatched(reason, path));
        }
        Ok((shape.iter().map(|&n| n as u64).product(), entry.bytes))
    }

    /// Reads one tensor as `dtype` onto `device`.
    pub(crate) fn read(
        &mut self,
        name: &str,
        dtype: DType,
        device: &Device,
    ) -> Result<Tensor, Error> {
        let entry = self.entry(name)?.clone();
        let mut bytes = vec![0u8; entry.bytes as usize];
        self.file
            .seek(SeekFrom::Start(entry.at))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|source| Error::unreadable(source, &self.path))?;
        let tensor = Tensor::from_raw_buffer(&bytes, entry.dtype, &entry.shape, &Device::Cpu)?;
        Ok(tensor.to_dtype(dtype)?.to_device(device)?)
    }

    fn entry(&self, name: &str) -> Result<&Entry, Error> {
        // The first BERTs were published with their older names.
        let older = || {
            let older =
                name.strip_suffix("LayerNorm.weight").map(|stem| format!("{stem}LayerNorm.gamma"));
            older
                .or_else(|| Some(format!("{}LayerNorm.beta", name.strip_suffix("LayerNorm.bias")?)))
        };
        let found = self.entries.get(name).or_else(|| self.entries.get(&older()?));
        found.ok_or_else(|| {
            Error::mismatched(format!("there is no {name} among the weights"), &self.path)
        })
    }
}

fn dtype(name: &str) -> Option<DType> {
    Some(match name {
        "F32" => DType::F32,
        "F16" => DType::F16,
        "BF16" => DType::BF16,
        "F64" => DType::F64,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: usize) -> tempfile::NamedTempFile {
        let made = tempfile::NamedTempFile::new().unwrap();
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(vec![0u8; data]);
        std::fs::write(made.path(), bytes).unwrap();
        made
    }

    #[track_caller]
    fn refused(header: &str, data: usize, why: &str) {
        let made = file(header, data);
        let said = Weights::open(made.path()).unwrap_err().to_string();
        assert!(said.contains(why), "{said}");
    }

    const ONE: &str = r#"{"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}"#;

    #[test]
    fn a_whole_file_is_read_and_a_shape_is_held_against_it() {
        let made = file(ONE, 24);
        let mut weights = Weights::open(made.path()).unwrap();
        assert_eq!(weights.expect("w", &[2, 3]).unwrap(), (6, 24));
        let said = weights.expect("w", &[3, 2]).unwrap_err().to_string();
        assert!(said.contains("[2, 3] and config.json makes it [3, 2]"), "{said}");
        assert!(weights.expect("v", &[1]).is_err());
        let read = weights.read("w", DType::F32, &Device::Cpu).unwrap();
        assert_eq!(read.dims(), [2, 3]);
    }

    #[test]
    fn a_damaged_file_is_refused_before_weights_are_read() {
        refused(ONE, 20, "describes 24 bytes of weights and it has 20");
        refused(ONE, 28, "describes 24 bytes of weights and it has 28");
        refused(&ONE.replace("[2,3]", "[2,4]"), 24, "wrong about the size of w");
        refused(&ONE.replace("[0,24]", "[24,0]"), 24, "wrong about the size of w");
        let huge = ONE.replace("[2,3]", "[4294967296,4294967296]");
        refused(&huge, 24, "wrong about the size of w");
        refused("{", 0, "header cannot be read");
        refused(r#"{"w":{"dtype":"F32"}}"#, 0, "wrong about w");
        let made = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(made.path(), u64::MAX.to_le_bytes()).unwrap();
        let said = Weights::open(made.path()).unwrap_err().to_string();
        assert!(said.contains("header would have 18446744073709551615 bytes"), "{said}");
        std::fs::write(made.path(), "short").unwrap();
        let said = Weights::open(made.path()).unwrap_err().to_string();
        assert!(said.contains("it has 5 bytes"), "{said}");
    }
}
