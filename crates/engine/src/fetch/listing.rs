//! What the hub says of a repository: its revision, and its files with their sizes and checksums.
//!
//! The hub answers `api/models/PUBLISHER/NAME/revision/main?blobs=true` with JSON: `sha` is the revision,
//! `siblings` are the files. A large one has a SHA-256 under `lfs`, a small one the SHA-1 that git knows it by.
//! All of it is untrusted: what is no revision, no size or no checksum is left out.

use std::path::Path;

use serde::Deserialize;

use super::error::FetchError;
use super::hub::Hub;
use super::wanted::{Sum, Wanted};
use super::{Watch, is_name, page};
use crate::lent::is_gguf;

/// The largest listing that is read, in bytes; a repository of a thousand files has about 200 kB.
const LIMIT_BYTES: usize = 8 << 20;
/// Where the hub says no revision.
const USUAL_REVISION: &str = "main";

/// A repository's files at one revision.
#[derive(Debug)]
pub(super) struct Listing {
    repository: String,
    revision: String,
    siblings: Vec<Sibling>,
}

#[derive(Debug, Deserialize)]
struct Said {
    sha: Option<String>,
    #[serde(default)]
    siblings: Vec<Sibling>,
}

#[derive(Debug, Deserialize)]
struct Sibling {
    rfilename: String,
    size: Option<u64>,
    #[serde(rename = "blobId")]
    blob: Option<String>,
    lfs: Option<Lfs>,
}

#[derive(Debug, Deserialize)]
struct Lfs {
    sha256: Option<String>,
    size: Option<u64>,
}

/// Asks the hub about `publisher/name`. `unreachable` makes the error where nobody was reached.
pub(super) fn ask(
    repository: &str,
    hub: &Hub,
    watch: &mut Watch<'_>,
    unreachable: &dyn Fn(&str) -> FetchError,
) -> Result<Listing, FetchError> {
    let url = format!("api/models/{repository}/revision/{USUAL_REVISION}?blobs=true");
    let url = hub.url(&url);
    watch.tell("asking the hub", 0);
    let said = page::read(&url, LIMIT_BYTES, hub, watch, unreachable)?;
    let absent = |status| FetchError::NoSuchModel { status, url: hub.url(repository) };
    let said = said.map_err(absent)?;
    let said: Said = serde_json::from_slice(&said).map_err(|error| {
        unreachable(&format!("the hub's list of its files cannot be read, {error}"))
    })?;
    let revision = said.sha.filter(|sha| is_hex(sha, 40) || is_hex(sha, 64));
    let revision = revision.unwrap_or_else(|| USUAL_REVISION.to_owned());
    Ok(Listing { repository: repository.to_owned(), revision, siblings: said.siblings })
}

impl Listing {
    /// A file of this name; `None` where there is none, or nobody knows how long it is.
    pub(super) fn file(&self, name: &str) -> Option<Wanted> {
        let found = self.siblings.iter().find(|sibling| sibling.rfilename == name)?;
        let large = found.lfs.as_ref();
        let bytes = large.and_then(|lfs| lfs.size).or(found.size)?;
        let sum = match (large.map(|lfs| lfs.sha256.as_deref()), found.blob.as_deref()) {
            (Some(Some(sum)), _) if is_hex(sum, 64) => Sum::Sha256(sum.to_owned()),
            // What git knows of a large file is a note about it.
            (Some(_), _) => Sum::None,
            (None, Some(sum)) if is_hex(sum, 40) => Sum::Git(sum.to_owned()),
            (None, _) => Sum::None,
        };
        let Listing { repository, revision, .. } = self;
        let url_path = format!("{repository}/resolve/{revision}/{name}");
        Some(Wanted { file: name.to_owned(), url_path, bytes, sum })
    }

    /// The first of its language models, by name.
    pub(super) fn language_model(&self) -> Option<&str> {
        let names = self.siblings.iter().map(|sibling| sibling.rfilename.as_str());
        names.filter(|name| is_gguf(Path::new(name)) && is_name(name)).min()
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(json: &str) -> Listing {
        let said: Said = serde_json::from_str(json).unwrap();
        Listing { repository: "a/b".into(), revision: "main".into(), siblings: said.siblings }
    }

    #[track_caller]
    fn check(sibling: &str, expect: Option<(u64, Sum)>) {
        let listing = listing(&format!(r#"{{"siblings": [{sibling}]}}"#));
        let found = listing.file("f").map(|wanted| (wanted.bytes, wanted.sum));
        assert_eq!(found, expect, "{sibling}");
    }

    #[test]
    fn a_large_file_has_a_sha256_and_a_small_one_what_git_says() {
        let (long, short) = ("0f".repeat(32), "a9".repeat(20));
        let large = format!(
            r#"{{"rfilename": "f", "size": 5, "blobId": "{short}", "lfs": {{"sha256": "{long}", "size": 7}}}}"#
        );
        check(&large, Some((7, Sum::Sha256(long.clone()))));
        let small = format!(r#"{{"rfilename": "f", "size": 5, "blobId": "{short}"}}"#);
        check(&small, Some((5, Sum::Git(short.clone()))));
        // A pointer's SHA-1 says nothing of what it points to.
        let odd = format!(r#"{{"rfilename": "f", "size": 5, "blobId": "{short}", "lfs": {{}}}}"#);
        check(&odd, Some((5, Sum::None)));
        check(r#"{"rfilename": "f", "size": 5, "blobId": "../../etc"}"#, Some((5, Sum::None)));
        check(r#"{"rfilename": "f"}"#, None);
        check(r#"{"rfilename": "g", "size": 5}"#, None);
    }

    #[test]
    fn any_listing_is_read_or_refused() {
        bolero::check!()
            .with_test_time(std::time::Duration::from_millis(500))
            .with_type::<String>()
            .for_each(|text: &String| {
                if let Ok(said) = serde_json::from_str::<Said>(text) {
                    let siblings = said.siblings;
                    let listing =
                        Listing { repository: String::new(), revision: String::new(), siblings };
                    listing.file("config.json");
                    listing.language_model();
                }
            });
    }
}
