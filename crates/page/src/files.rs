//! Files that a page hands over or keeps: how large they may be, and their names.

use std::path::Path;

use protocol::socket::MOST_HANDED;
use protocol::{Code, Failure};

/// Bytes of files that fit into one message.
pub const MOST_BYTES: u64 = MOST_HANDED;

/// Refuses files that together are more than a host takes in one message.
///
/// # Errors
/// [`Code::BadInput`], with what to do instead.
pub fn fit(names: &[String], bytes: u64) -> Result<(), Failure> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    let what = match names {
        [one] => format!("{one} is too large for a page"),
        many => format!("these {} files are too large for a page", many.len()),
    };
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let sizes = format!("{:.0} MiB, and at most {:.0} are taken", mib(bytes), mib(MOST_BYTES));
    Err(Failure::new(Code::BadInput, format!("{what}: {sizes}"))
        .with_hint("put them onto the host and give their path there"))
}

/// The name that a download is kept under.
pub fn download_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "benchvise.txt".into())
}

/// What a file field shows first: `.md,.txt`. Empty shows all.
pub fn accepted(endings: &[String]) -> String {
    let dotted: Vec<String> = endings.iter().map(|ending| format!(".{ending}")).collect();
    dotted.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_for_a_message_is_refused() {
        assert_eq!(fit(&["a".into()], MOST_BYTES), Ok(()));
        let failure = fit(&["book.pdf".into()], 60 << 20).unwrap_err();
        assert_eq!(
            failure.message,
            "book.pdf is too large for a page: 60 MiB, and at most 48 are taken"
        );
        let failure = fit(&["a".into(), "b".into()], u64::MAX).unwrap_err();
        assert!(failure.message.starts_with("these 2 files"), "{failure}");
    }

    #[test]
    fn names_are_those_of_files() {
        assert_eq!(download_name(Path::new("notes.compressed.md")), "notes.compressed.md");
        assert_eq!(download_name(Path::new("/tmp/a/b.txt")), "b.txt");
        assert_eq!(download_name(Path::new("")), "benchvise.txt");
        assert_eq!(accepted(&["md".into(), "txt".into()]), ".md,.txt");
        assert_eq!(accepted(&[]), "");
    }
}
