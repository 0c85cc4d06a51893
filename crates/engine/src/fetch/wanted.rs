//! A file that is to be fetched, and what its bytes are held against.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::Watch;
use super::error::FetchError;
use super::known::FileSpec;

/// Bytes that are hashed between two looks at the stop flag.
const HASH_BYTES: usize = 256 << 10;

/// One file on the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Its name below the model's folder; with a folder before it where it is in one.
    pub(super) file: String,
    /// Its path on the hub, below the base address.
    pub(super) url_path: String,
    /// Its size in bytes.
    pub(super) bytes: u64,
    pub(super) sum: Sum,
}

/// A checksum, in small hex letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    /// Of the bytes: what is written down here, and what the hub says of large files.
    Sha256(String),
    /// SHA-1 as git names a file: what the hub says of small ones.
    Git(String),
    /// The hub says none; the size alone is compared.
    None,
}

impl Sum {
    /// What it is called.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Sum::Sha256(_) => "SHA-256",
            Sum::Git(_) => "SHA-1 in git",
            Sum::None => "size",
        }
    }

    /// Whether the rest of a file, which is `bytes` long, has it.
    pub(super) fn fits(
        &self,
        file: &mut File,
        bytes: u64,
        path: &Path,
        watch: &Watch<'_>,
    ) -> Result<bool, FetchError> {
        match self {
            Sum::Sha256(sum) => Ok(hashed(Sha256::new(), file, path, watch)? == *sum),
            Sum::Git(sum) => {
                let git = Sha1::new().chain_update(format!("blob {bytes}\0"));
                Ok(hashed(git, file, path, watch)? == *sum)
            }
            Sum::None => Ok(true),
        }
    }
}

impl From<&FileSpec> for Wanted {
    fn from(spec: &FileSpec) -> Wanted {
        Wanted {
            file: spec.file.to_owned(),
            url_path: spec.url_path.to_owned(),
            bytes: spec.bytes,
            sum: Sum::Sha256(spec.sha256.to_owned()),
        }
    }
}

/// The digest of the rest of a file, in small hex letters.
fn hashed<D: Digest>(
    mut digest: D,
    file: &mut File,
    path: &Path,
    watch: &Watch<'_>,
) -> Result<String, FetchError> {
    let mut piece = vec![0; HASH_BYTES];
    loop {
        watch.check()?;
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => digest.update(piece.get(..n).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(FetchError::written(error, path, 0)),
        }
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
