//! Documents of this computer for a host elsewhere: read here, and handed over as bytes.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::socket::MOST_HANDED;
use protocol::{Code, DocumentSource, Failure};

/// Why the engine's own files are typed.
pub(super) const NOT_SHOWN: &str = "the host's files are not shown from here";

/// The documents at these paths, as bytes.
///
/// # Errors
/// One cannot be read or is a folder, or together they are more than a host takes at once.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<DocumentSource>, Failure> {
    let mut left = MOST_HANDED;
    paths.iter().map(|path| document(path, &mut left)).collect()
}

/// A document; `left` is how many bytes may still be handed over.
fn document(path: &Path, left: &mut u64) -> Result<DocumentSource, Failure> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| {
        Failure::new(Code::BadInput, format!("the document could not be read ({error}): {shown}"))
    };
    let about = fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return Err(Failure::new(Code::BadInput, format!("a folder is not handed over: {shown}"))
            .with_hint("put it onto the host and give its path there"));
    }
    let too_much = || {
        let most = MOST_HANDED >> 20;
        let said = format!("more than the {most} MiB that are handed over at once: {shown}");
        Failure::new(Code::BadInput, said).with_hint("put it onto the host and give its path there")
    };
    *left = left.checked_sub(about.len()).ok_or_else(too_much)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(DocumentSource::Bytes { name, bytes: fs::read(path).map_err(unreadable)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_as_far_as_a_host_takes_them() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: u64| {
            let path = folder.path().join(name);
            let file = fs::File::create(&path).unwrap();
            // Of nothing but zeros, which take no room.
            file.set_len(bytes).unwrap();
            path
        };
        let small = put("notes.txt", 3);
        let read_one = read(std::slice::from_ref(&small)).unwrap();
        let [DocumentSource::Bytes { name, bytes }] = &read_one[..] else { panic!("{read_one:?}") };
        assert_eq!((name.as_str(), bytes.len()), ("notes.txt", 3));
        let refused = |paths: &[PathBuf], word: &str| {
            let failure = read(paths).unwrap_err();
            assert!(failure.message.contains(word), "{failure}");
        };
        refused(&[small, put("large.pdf", MOST_HANDED)], "more than the 4");
        refused(&[folder.path().to_owned()], "a folder");
        refused(&[folder.path().join("nowhere")], "could not be read");
    }
}
