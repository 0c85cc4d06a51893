//! Files that a face names for the store: what is wrong with one of them is for that face to put right.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use store::StoreError;

use crate::error::EngineError;

/// The path, where it names anything.
pub(crate) fn given(path: &Path) -> Result<&Path, EngineError> {
    match path.as_os_str().is_empty() {
        true => Err(EngineError::BadRequest("no file is named; give its path".into())),
        false => Ok(path),
    }
}

/// What the store says of the file that was named, or of what lies in it or is made beside it; what it says
/// of its own files stays its own.
pub(crate) fn of_named(error: StoreError, named: &Path) -> EngineError {
    let about = match &error {
        StoreError::ReadOnly { path }
        | StoreError::NoStore { path }
        | StoreError::Newer { path, .. }
        | StoreError::Older { path }
        | StoreError::Damaged { path, .. }
        | StoreError::Foreign { path }
        | StoreError::AppMissing { path }
        | StoreError::Io { path, .. } => path,
        _ => return error.into(),
    };
    let mut part: OsString = named.into();
    part.push(".part");
    if !about.starts_with(named) && *about != part {
        return error.into();
    }
    match error {
        // The store's own words are about the store.
        StoreError::ReadOnly { path } => EngineError::Unwritable {
            path: path.display().to_string(),
            source: io::ErrorKind::PermissionDenied.into(),
        },
        error => EngineError::NamedFile(error),
    }
}

#[cfg(test)]
mod tests {
    use protocol::Code;

    use super::*;
    use crate::failure::failure;

    #[test]
    fn trouble_with_what_was_named_is_not_the_stores_own() {
        let io = |path: &str| StoreError::Io {
            doing: "open the bundle",
            detail: "no such file".into(),
            path: path.into(),
        };
        let check = |error, named: &str, expect| {
            assert_eq!(failure(of_named(error, Path::new(named))).code, expect, "{named}");
        };
        check(io("/x/a.bundle"), "/x/a.bundle", Code::BadInput);
        check(io("/x/a.bundle.part"), "/x/a.bundle", Code::BadInput);
        check(io("/x/copy/app.sqlite"), "/x/copy", Code::BadInput);
        check(io("/store/app.sqlite"), "/x/copy", Code::Store);
        check(StoreError::ReadOnly { path: "/x/copy".into() }, "/x/copy", Code::BadInput);
        check(StoreError::ReadOnly { path: "/store".into() }, "/x/copy", Code::Store);
        check(StoreError::DiskFull { path: "/x/copy".into() }, "/x/copy", Code::Store);
        assert_eq!(failure(given(Path::new("")).unwrap_err()).code, Code::BadRequest);
    }
}
