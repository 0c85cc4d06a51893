//! The secret that opens a server.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use subtle::ConstantTimeEq;

/// Bytes of chance in a token.
const BYTES: usize = 32;
/// What is read of a token's file, at most.
const LONGEST: u64 = 4096;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file cannot be read or made.
    #[error("the token's file cannot be used ({source}): {path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others can read it.
    #[error("others can read the token's file; make it yours alone (chmod 600): {0}")]
    Open(PathBuf),
    /// What stands in it is no token.
    #[error(
        "a token is 64 letters of 0-9 and a-f in one line, and this is not; delete the file to have a new one: {0}"
    )]
    Bad(PathBuf),
    /// The system gives no chance.
    #[error("the system gives no random numbers ({0})")]
    NoChance(String),
}

/// 64 hexadecimal letters. It is never printed by a log: its `Debug` says nothing of it.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A new one, by chance.
    ///
    /// # Errors
    /// [`TokenError::NoChance`].
    pub fn new() -> Result<Token, TokenError> {
        let mut bytes = [0_u8; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| TokenError::NoChance(error.to_string()))?;
        Ok(Token(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// The token in a file, which is made with a new one where there is none. The file is its user's
    /// alone (mode 0600); one that others can read is refused.
    ///
    /// # Errors
    /// Every [`TokenError`].
    pub fn in_file(path: &Path) -> Result<Token, TokenError> {
        match Token::read(path) {
            Err(TokenError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Token::new()?.write_new(path)
            }
            read => read,
        }
    }

    /// The token in a file that must be there.
    ///
    /// # Errors
    /// Every [`TokenError`] but [`TokenError::NoChance`].
    pub fn read(path: &Path) -> Result<Token, TokenError> {
        let trouble = |source| TokenError::File { path: path.to_owned(), source };
        let file = fs::File::open(path).map_err(trouble)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            if file.metadata().map_err(trouble)?.permissions().mode() & 0o077 != 0 {
                return Err(TokenError::Open(path.to_owned()));
            }
        }
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).map_err(trouble)?;
        Token::of_text(text.trim()).ok_or_else(|| TokenError::Bad(path.to_owned()))
    }

    /// The token that a text is; `None` where it is none.
    pub fn of_text(text: &str) -> Option<Token> {
        let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 2 * BYTES && text.bytes().all(hex)).then(|| Token(text.to_owned()))
    }

    /// Writes it to a file that is not there yet; where another program was quicker, its token counts.
    fn write_new(self, path: &Path) -> Result<Token, TokenError> {
        let trouble = |source| TokenError::File { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(trouble)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(mut file) => {
                writeln!(file, "{}", self.0).and_then(|()| file.sync_all()).map_err(trouble)?;
                Ok(self)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Token::read(path),
            Err(error) => Err(trouble(error)),
        }
    }

    /// Whether `given` is this token, in a time that says nothing of how much of it is right.
    pub(crate) fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// The secret, to be shown to its user or sent to a server.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_one_token_that_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/token");
        let first = Token::in_file(&path).unwrap();
        assert!(Token::in_file(&path).unwrap().is(first.reveal()));
        assert!(!Token::new().unwrap().is(first.reveal()));
        assert!(!first.is(""));
        assert!(!first.is(&first.reveal()[1..]));
        assert_eq!(format!("{first:?}"), "Token(…)");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_or_that_holds_something_else_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        Token::in_file(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Token::in_file(&path), Err(TokenError::Open(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "not a token\n").unwrap();
        assert!(matches!(Token::in_file(&path), Err(TokenError::Bad(_))));
    }
}
