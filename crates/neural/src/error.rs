//! What can go wrong with a model, named by what failed for the user.

use std::io;
use std::path::{Path, PathBuf};

/// Errors of finding, loading and running a model. Messages are "what happened; what to do".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Neither a folder nor a name that is known here.
    #[error(
        "there is no such model on this computer ({looked}); name its folder, or one that is in the model hub's cache: {name}"
    )]
    NoSuchModel {
        /// What was asked for.
        name: String,
        /// Where it was looked for.
        looked: String,
    },
    /// A folder without one of a model's files.
    #[error("the model's folder has no {file}; put {file} there, from where the model is: {}", folder.display())]
    Missing {
        /// The file's name.
        file: &'static str,
        /// The folder.
        folder: PathBuf,
    },
    /// The system does not let the file be read.
    #[error("a model's file could not be read ({source}); check the disk and the rights: {}", path.display())]
    Unreadable {
        /// What the system said.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file is cut short or is something else.
    #[error("the model's file is damaged ({reason}); get it again: {}", path.display())]
    Damaged {
        /// What is wrong with it.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// A model that is whole, and not one that is understood here.
    #[error("the model is none that can be used here ({reason}); choose another: {}", path.display())]
    Unsupported {
        /// What was found.
        reason: String,
        /// The file that says so.
        path: PathBuf,
    },
    /// The parts of a model do not belong together.
    #[error("the model's files do not belong together ({reason}); take all of them from one place: {}", path.display())]
    Mismatched {
        /// What does not fit what.
        reason: String,
        /// The folder or file.
        path: PathBuf,
    },
    /// More memory than is free.
    #[error(
        "the model needs {} of memory and {} are free; close other programs or choose a smaller model: {}",
        size(*needed), size(*free), path.display()
    )]
    Memory {
        /// Bytes it would take.
        needed: u64,
        /// Bytes that are free.
        free: u64,
        /// The model.
        path: PathBuf,
    },
    /// A name of a device that is none.
    #[error("there is no device {0:?}; it is auto, cpu, cuda, cuda:0, cuda:1 … or metal")]
    NoSuchDevice(String),
    /// The computation itself failed.
    #[error("the model's computation failed ({0}); try the device cpu")]
    Compute(String),
    /// What is computed does not fit into the memory of the device, text by text.
    #[error(
        "the device's memory is too small for what is computed ({0}); close what else uses it, choose a smaller model, or the device cpu"
    )]
    DeviceMemory(String),
    /// The answer holds what is no number.
    #[error("the model answers with what is no number; its weights are damaged, get them again: {}", .0.display())]
    NotANumber(PathBuf),
    /// Whoever asked no longer wants it.
    #[error("cancelled")]
    Cancelled,
}

impl Error {
    pub(crate) fn unreadable(source: io::Error, path: &Path) -> Self {
        Self::Unreadable { source, path: path.to_path_buf() }
    }

    pub(crate) fn damaged(reason: impl Into<String>, path: &Path) -> Self {
        Self::Damaged { reason: reason.into(), path: path.to_path_buf() }
    }

    pub(crate) fn unsupported(reason: impl Into<String>, path: &Path) -> Self {
        Self::Unsupported { reason: reason.into(), path: path.to_path_buf() }
    }

    pub(crate) fn mismatched(reason: impl Into<String>, path: &Path) -> Self {
        Self::Mismatched { reason: reason.into(), path: path.to_path_buf() }
    }
}

impl Error {
    /// Whether another device may do better; what is wrong with the files is wrong on every one.
    pub(crate) fn of_the_device(&self) -> bool {
        matches!(self, Self::Compute(_) | Self::DeviceMemory(_) | Self::Memory { .. })
    }

    /// Of what a device's library says.
    fn computing(text: &str) -> Self {
        // After the first line come addresses of code, which help nobody who reads this.
        let line = text.lines().next().unwrap_or_default().replace(';', ",");
        let lower = line.to_ascii_lowercase();
        // CUDA's driver (CUDA_ERROR_OUT_OF_MEMORY, "out of memory"), its libraries (…_STATUS_ALLOC_FAILED).
        let full = ["out of memory", "out_of_memory", "alloc_failed", "outofmemory"];
        match full.iter().any(|words| lower.contains(words)) {
            true => Self::DeviceMemory(line),
            false => Self::Compute(line),
        }
    }
}

impl From<candle_core::Error> for Error {
    fn from(error: candle_core::Error) -> Self {
        Self::computing(&error.to_string())
    }
}

/// Bytes as a person reads them.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{bytes} bytes"),
        1_048_576..1_073_741_824 => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
        _ => format!("{:.1} GiB", bytes as f64 / 1_073_741_824.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_without_memory_is_told_from_one_that_fails() {
        let full = [
            "DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")\n   0: somewhere",
            "CublasError(CUBLAS_STATUS_ALLOC_FAILED)",
            "Metal error: kIOGPUCommandBufferCallbackErrorOutOfMemory",
        ];
        for text in full {
            let error = Error::computing(text);
            assert!(matches!(error, Error::DeviceMemory(_)), "{error}");
            assert!(!error.to_string().contains("somewhere"));
        }
        let failed = Error::computing("shape mismatch in matmul, lhs: [1, 2], rhs: [3, 4]");
        assert!(matches!(failed, Error::Compute(_)), "{failed}");
        assert!(failed.of_the_device() && !Error::Cancelled.of_the_device());
    }
}
