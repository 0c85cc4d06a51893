//! What goes between the program and its worker: length and bytes, little-endian.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::document::Document;

/// A longer answer is none of ours: twice what a text may be, in JSON.
const LONGEST_ANSWER: u64 = 1 << 30;

/// A document to be read.
pub(super) struct Question {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) limit_bytes: u64,
    pub(super) memory_bytes: u64,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Read(Document),
    /// In the words of the error.
    Failed(String),
}

/// Sends a question without copying its bytes.
pub(super) fn ask(
    writer: &mut impl Write,
    name: &str,
    bytes: &[u8],
    limit_bytes: u64,
    memory_bytes: u64,
) -> io::Result<()> {
    for number in [limit_bytes, memory_bytes, name.len() as u64, bytes.len() as u64] {
        writer.write_all(&number.to_le_bytes())?;
    }
    writer.write_all(name.as_bytes())?;
    writer.write_all(bytes)?;
    writer.flush()
}

/// The next question; `None` at the end.
pub(super) fn question(reader: &mut impl Read) -> io::Result<Option<Question>> {
    let mut numbers = [0; 4];
    for (at, into) in numbers.iter_mut().enumerate() {
        match number(reader) {
            Ok(number) => *into = number,
            Err(error) if at == 0 && error.kind() == io::ErrorKind::UnexpectedEof => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
    }
    let [limit_bytes, memory_bytes, name, bytes] = numbers;
    let name = String::from_utf8(exactly(reader, name)?).map_err(io::Error::other)?;
    let bytes = exactly(reader, bytes)?;
    Ok(Some(Question { name, bytes, limit_bytes, memory_bytes }))
}

pub(super) fn answer(writer: &mut impl Write, answer: &Answer) -> io::Result<()> {
    let bytes = serde_json::to_vec(answer)?;
    writer.write_all(&(bytes.len() as u64).to_le_bytes())?;
    writer.write_all(&bytes)?;
    writer.flush()
}

/// The next answer, from a worker that a document may have taken over.
pub(super) fn answered(reader: &mut impl Read) -> io::Result<Answer> {
    let length = number(reader)?;
    if length > LONGEST_ANSWER {
        return Err(io::Error::other("an answer that is too long"));
    }
    Ok(serde_json::from_slice(&exactly(reader, length)?)?)
}

fn number(reader: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    reader.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// So many bytes, with no more memory than have come.
fn exactly(reader: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    match bytes.len() as u64 == length {
        true => Ok(bytes),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_and_answers_arrive_as_they_were_sent() {
        let mut bytes = Vec::new();
        ask(&mut bytes, "a ö.pdf", b"%PDF", 7, 9).expect("memory does not fail");
        let mut reader = &bytes[..];
        let asked = question(&mut reader).expect("sound").expect("one");
        assert_eq!((asked.name.as_str(), &asked.bytes[..]), ("a ö.pdf", &b"%PDF"[..]));
        assert_eq!((asked.limit_bytes, asked.memory_bytes), (7, 9));
        assert!(question(&mut reader).expect("the end").is_none());
        assert!(question(&mut &bytes[..bytes.len() - 1]).is_err(), "torn");
        let mut bytes = Vec::new();
        answer(&mut bytes, &Answer::Failed("no".into())).expect("memory does not fail");
        assert!(matches!(answered(&mut &bytes[..]), Ok(Answer::Failed(why)) if why == "no"));
        assert!(answered(&mut &[255; 20][..]).is_err());
    }

    #[test]
    fn any_bytes_are_a_question_or_an_answer_or_refused() {
        let time = std::time::Duration::from_millis(1000);
        bolero::check!().with_test_time(time).for_each(|bytes: &[u8]| {
            // As they come, and as what follows a length that is true.
            let mut framed = (bytes.len() as u64).to_le_bytes().to_vec();
            framed.extend_from_slice(bytes);
            for sent in [bytes, &framed] {
                answered(&mut &*sent).ok();
                let mut reader = sent;
                while let Ok(Some(asked)) = question(&mut reader) {
                    assert!(asked.name.len() + asked.bytes.len() <= sent.len());
                }
            }
            let mut asked = Vec::new();
            let name = String::from_utf8_lossy(bytes);
            ask(&mut asked, &name, bytes, 1, 2).expect("memory does not fail");
            let read = question(&mut &asked[..]).expect("sound").expect("one");
            assert_eq!((read.name.as_str(), &read.bytes[..]), (&*name, bytes));
            // Damage anywhere is another question, or none; never more than was sent.
            let at = bytes.iter().map(|b| usize::from(*b)).sum::<usize>() % asked.len();
            asked[at] ^= 0x55;
            if let Ok(Some(read)) = question(&mut &asked[..]) {
                assert!(read.name.len() + read.bytes.len() <= asked.len());
            }
        });
    }
}
