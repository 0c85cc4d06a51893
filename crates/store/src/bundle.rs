//! Bundles: runs as one file, to move to another machine, samples included.
//!
//! A bundle is a zip file. `samples/<run>-<n>.bin` holds the encoded samples of a run's n-th
//! series, stored and not deflated: they hardly shrink, and what is stored cannot blow up.
//! `manifest.json` says everything else, with the SHA-256 and the length of each entry, and
//! `manifest.sha256` is the hash of that. The hashes find accidents and half-made edits; they are no
//! signature.

mod export;
mod import;
mod manifest;
mod validate;

pub use export::ExportReport;
pub use import::ImportReport;

/// The newest format that this program reads, and the one it writes.
pub(crate) const FORMAT: u32 = 1;

/// The names of the two entries that every bundle has.
pub(crate) const MANIFEST: &str = "manifest.json";
/// See [`MANIFEST`].
pub(crate) const MANIFEST_HASH: &str = "manifest.sha256";

/// A manifest unpacks to no more than this. An hour of ten signals needs less than 1 MiB.
pub(crate) const MAX_MANIFEST_BYTES: u64 = 64 << 20;

/// A hash as text: 64 lower-case hexadecimal digits.
pub(crate) fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
