//! Lines of text from a transport, bounded in length and time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::{BoardError, Transport};

/// Longest line that is kept, in bytes; what is longer is cut there.
const LINE_LIMIT: usize = 4096;
/// How often a waiting reader looks at the clock.
const SLICE: Duration = Duration::from_millis(50);

/// A transport whose other end says lines, ended by a carriage return, a line feed or both.
pub(crate) struct TextLines {
    transport: Box<dyn Transport>,
    waiting: VecDeque<String>,
    begun: Vec<u8>,
    read: Vec<u8>,
    heard: u64,
}

impl TextLines {
    pub(crate) fn new(transport: Box<dyn Transport>) -> Self {
        TextLines {
            transport,
            waiting: VecDeque::new(),
            begun: Vec::new(),
            read: vec![0; 16 << 10],
            heard: 0,
        }
    }

    /// Sends these bytes.
    pub(crate) fn say(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        self.transport.write(bytes)
    }

    /// Bytes that came so far.
    pub(crate) fn heard(&self) -> u64 {
        self.heard
    }

    /// The next line that is not empty; `None` where none is whole within `timeout`.
    pub(crate) fn line(&mut self, timeout: Duration) -> Result<Option<String>, BoardError> {
        let until = Instant::now() + timeout;
        loop {
            if let Some(line) = self.waiting.pop_front() {
                return Ok(Some(line));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.pull(left.min(SLICE))?;
        }
    }

    /// Waits until nothing came for `quiet`, for at most `limit`; gives the lines that did, newest
    /// last, at most `kept` of them. A line that was never ended is forgotten.
    pub(crate) fn drain(
        &mut self,
        quiet: Duration,
        limit: Duration,
        kept: usize,
    ) -> Result<Vec<String>, BoardError> {
        let until = Instant::now() + limit;
        let mut lines = VecDeque::new();
        let mut heard_at = Instant::now();
        while heard_at.elapsed() < quiet && Instant::now() < until {
            if self.pull(SLICE.min(quiet))? {
                heard_at = Instant::now();
            }
            lines.extend(self.waiting.drain(..));
            while lines.len() > kept {
                lines.pop_front();
            }
        }
        self.begun.clear();
        Ok(lines.into())
    }

    /// Takes in what is there; whether there was anything.
    fn pull(&mut self, timeout: Duration) -> Result<bool, BoardError> {
        let n = self.transport.read(&mut self.read, timeout)?;
        self.heard += n as u64;
        for &byte in self.read.get(..n).unwrap_or_default() {
            match byte {
                b'\r' | b'\n' => {
                    let line = std::mem::take(&mut self.begun);
                    let line = readable(&line);
                    if !line.is_empty() {
                        self.waiting.push_back(line);
                    }
                }
                _ if self.begun.len() < LINE_LIMIT => self.begun.push(byte),
                _ => {}
            }
        }
        Ok(n > 0)
    }
}

/// As text, without what would move a terminal's cursor: colours are for people.
fn readable(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            // A control sequence ends with a letter.
            '\u{1b}' if letters.next_if_eq(&'[').is_some() => {
                while letters.next().is_some_and(|c| !('@'..='~').contains(&c)) {}
            }
            '\t' => plain.push(' '),
            c if c.is_control() => {}
            c => plain.push(c),
        }
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says its pieces, one a read.
    struct Pieces(VecDeque<Vec<u8>>);

    impl Transport for Pieces {
        fn read(&mut self, into: &mut [u8], _: Duration) -> Result<usize, BoardError> {
            let Some(piece) = self.0.pop_front() else {
                return Err(BoardError::Gone { how: "over".into() });
            };
            into[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }

        fn write(&mut self, _: &[u8]) -> Result<(), BoardError> {
            Ok(())
        }
    }

    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let pieces = pieces.iter().map(|piece| piece.to_vec()).collect();
        let mut text = TextLines::new(Box::new(Pieces(pieces)));
        let mut lines = Vec::new();
        while let Ok(Some(line)) = text.line(Duration::from_secs(5)) {
            lines.push(line);
        }
        lines
    }

    #[test]
    fn lines_are_whole_however_they_come_and_whatever_ends_them() {
        assert_eq!(lines(&[b"a", b"b\r\nc\n\n\rd\r", b" e ", b"\nlost"]), ["ab", "c", "d", "e"]);
        assert_eq!(lines(&[b"\xff\xfe ok\n"]), ["\u{fffd}\u{fffd} ok"]);
        assert_eq!(lines(&[b"\x1b[0;32mI (5) ok:\x1b[0m 3\t4\x07\n"]), ["I (5) ok: 3 4"]);
        let long = [b'x'; 9000];
        assert_eq!(lines(&[&long, b"\nnext\n"])[0].len(), LINE_LIMIT);
    }

    /// Bytes of any kind, and among them what lines end with and what moves a cursor.
    fn said(pieces: &[(u8, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (kind, some) in pieces {
            match kind % 8 {
                0 => bytes.extend(b"\r\n"),
                1 => bytes.extend(b"\x1b[0;32m"),
                2 => bytes.extend(b"\x1b["),
                3 => bytes.extend(b"\xc2\x9b\xe2\x82"),
                4 => bytes.extend(some.iter().cycle().take(some.len() * 700)),
                _ => bytes.extend(some),
            }
        }
        bytes
    }

    #[test]
    fn whatever_comes_is_lines_for_people_however_it_is_cut() {
        let time = Duration::from_millis(700);
        bolero::check!().with_test_time(time).with_type::<(u16, Vec<(u8, Vec<u8>)>)>().for_each(
            |(cut, pieces)| {
                let bytes = said(pieces);
                let whole: Vec<&[u8]> = bytes.chunks(16 << 10).collect();
                let cut: Vec<&[u8]> = bytes.chunks(usize::from(*cut).clamp(1, 4096)).collect();
                let lines_of_it = lines(&whole);
                assert_eq!(lines_of_it, lines(&cut));
                let ends = bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
                assert!(lines_of_it.len() <= ends, "a line that was never ended is none");
                for line in lines_of_it {
                    assert!(!line.is_empty() && line.trim() == line, "{line:?}");
                    // What is no text becomes a sign of three bytes.
                    assert!(line.len() <= 3 * LINE_LIMIT && !line.contains(char::is_control));
                    assert_eq!(readable(line.as_bytes()), line, "nothing is left to take away");
                }
            },
        );
    }
}
