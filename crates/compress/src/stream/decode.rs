//! UTF-8 that arrives in pieces.

/// Turns bytes into text; a character may be divided between two pieces.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The beginning of a character whose end has not come yet.
    begun: Vec<u8>,
    started: bool,
    /// Bytes that are no UTF-8 so far.
    pub(super) undecodable: u64,
}

impl Decoder {
    /// Appends the text of `bytes` to `out`, U+FFFD for each run of bytes that is none.
    pub(super) fn push(&mut self, bytes: &[u8], out: &mut String) {
        let joined;
        let mut rest = if self.begun.is_empty() {
            bytes
        } else {
            joined = [&std::mem::take(&mut self.begun)[..], bytes].concat();
            &joined[..]
        };
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.text(text, out);
                    return;
                }
                Err(error) => {
                    let (sound, after) = rest.split_at(error.valid_up_to());
                    self.text(std::str::from_utf8(sound).unwrap_or_default(), out);
                    let Some(bad) = error.error_len() else {
                        self.begun = after.to_vec();
                        return;
                    };
                    self.undecodable += bad as u64;
                    out.push('\u{fffd}');
                    rest = &after[bad..];
                }
            }
        }
    }

    /// What is left of a character that was never finished.
    pub(super) fn end(&mut self, out: &mut String) {
        if !self.begun.is_empty() {
            self.undecodable += self.begun.len() as u64;
            out.push('\u{fffd}');
        }
    }

    fn text(&mut self, text: &str, out: &mut String) {
        let mut text = text;
        if !self.started && !text.is_empty() {
            self.started = true;
            text = text.strip_prefix('\u{feff}').unwrap_or(text);
        }
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], piece: usize) -> (String, u64) {
        let (mut decoder, mut out) = (Decoder::default(), String::new());
        for piece in bytes.chunks(piece) {
            decoder.push(piece, &mut out);
        }
        decoder.end(&mut out);
        (out, decoder.undecodable)
    }

    #[test]
    fn pieces_of_any_length_give_the_same_text() {
        let text = "\u{feff}a é 漢字 🎏 end";
        for piece in 1..8 {
            assert_eq!(decoded(text.as_bytes(), piece), (text[3..].to_owned(), 0));
        }
        let (text, bad) = decoded(b"a\xff\xfeb\xe6\xbc", 3);
        assert_eq!((text.as_str(), bad), ("a\u{fffd}\u{fffd}b\u{fffd}", 4));
    }
}
