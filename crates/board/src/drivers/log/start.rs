//! What is typed to begin a repetition.

/// The bytes of a text in which `\n`, `\r`, `\t` and `\\` stand for what they usually do.
///
/// # Errors
/// Names what cannot be read.
pub fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let meant = match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('\\') => '\\',
                Some(other) => {
                    return Err(format!("\\{other} means nothing; write \\n, \\r, \\t or \\\\"));
                }
                None => return Err("it ends with a lone \\; write \\\\".into()),
            },
            letter => letter,
        };
        bytes.extend_from_slice(meant.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes_are_what_they_usually_are() {
        assert_eq!(unescape(r"run\r\n\\ä").unwrap(), "run\r\n\\ä".as_bytes());
        assert!(unescape(r"\x").unwrap_err().contains(r"\x"));
        assert!(unescape("a\\").is_err());
    }
}
