//! What goes between the program and its worker: length and bytes, little-endian.

use std::io::{self, BufWriter, Read, Write};

use serde::{Deserialize, Serialize};

use crate::document::Document;

/// A longer answer is none of ours: twice what a text may be, in JSON.
const LONGEST_ANSWER: u64 = 1 << 30;
/// Most documents of one question.
pub(super) const MOST: usize = 1024;

/// What is asked about documents, before they follow.
#[derive(Clone, Copy)]
pub(super) struct Head<'a> {
    /// What is to be done with each, in words of whoever asks; of none, its text is wanted.
    pub(super) task: &'a [u8],
    /// The most bytes that a document may unpack to.
    pub(super) limit_bytes: u64,
    /// Address space.
    pub(super) memory_bytes: u64,
    /// Of the processor, in all the worker's life.
    pub(super) cpu_seconds: u64,
}

/// Documents to be read, or to have something done with them.
pub(super) struct Question {
    pub(super) task: Vec<u8>,
    pub(super) limit_bytes: u64,
    pub(super) memory_bytes: u64,
    pub(super) cpu_seconds: u64,
    /// Names and bytes; each gets an answer of its own.
    pub(super) documents: Vec<(String, Vec<u8>)>,
}

/// What came of a document that was to be read.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Read(Document),
    /// In the words of the error.
    Failed(String),
}

/// Sends a question without copying its bytes.
pub(super) fn ask(
    writer: &mut impl Write,
    head: Head<'_>,
    documents: &[(&str, &[u8])],
) -> io::Result<()> {
    // So that a few small documents are one message.
    let mut writer = BufWriter::with_capacity(1 << 16, writer);
    let Head { task, limit_bytes, memory_bytes, cpu_seconds } = head;
    let (length, count) = (task.len() as u64, documents.len() as u64);
    for number in [limit_bytes, memory_bytes, cpu_seconds, length, count] {
        writer.write_all(&number.to_le_bytes())?;
    }
    writer.write_all(task)?;
    for (name, bytes) in documents {
        writer.write_all(&(name.len() as u64).to_le_bytes())?;
        writer.write_all(&(bytes.len() as u64).to_le_bytes())?;
        writer.write_all(name.as_bytes())?;
        writer.write_all(bytes)?;
    }
    writer.flush()
}

/// The next question; `None` at the end.
pub(super) fn question(reader: &mut impl Read) -> io::Result<Option<Question>> {
    let mut numbers = [0; 5];
    for (at, into) in numbers.iter_mut().enumerate() {
        match number(reader) {
            Ok(number) => *into = number,
            Err(error) if at == 0 && error.kind() == io::ErrorKind::UnexpectedEof => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
    }
    let [limit_bytes, memory_bytes, cpu_seconds, task, count] = numbers;
    if count > MOST as u64 {
        return Err(io::Error::other("a question about too many documents"));
    }
    let task = exactly(reader, task)?;
    let mut documents = Vec::new();
    for _ in 0..count {
        let (name, bytes) = (number(reader)?, number(reader)?);
        let name = String::from_utf8(exactly(reader, name)?).map_err(io::Error::other)?;
        documents.push((name, exactly(reader, bytes)?));
    }
    Ok(Some(Question { task, limit_bytes, memory_bytes, cpu_seconds, documents }))
}

/// Sends an answer; it may wait for the next one on this side.
pub(super) fn answer(writer: &mut impl Write, answer: &[u8]) -> io::Result<()> {
    writer.write_all(&(answer.len() as u64).to_le_bytes())?;
    writer.write_all(answer)
}

/// The next answer, from a worker that a document may have taken over.
pub(super) fn answered(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let length = number(reader)?;
    if length > LONGEST_ANSWER {
        return Err(io::Error::other("an answer that is too long"));
    }
    exactly(reader, length)
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

    const HEAD: Head<'_> = Head { task: b"{}", limit_bytes: 7, memory_bytes: 9, cpu_seconds: 11 };

    #[test]
    fn questions_and_answers_arrive_as_they_were_sent() {
        let mut bytes = Vec::new();
        let documents: [(&str, &[u8]); 3] = [("a ö.pdf", b"%PDF"), ("", b""), ("b", b"text")];
        ask(&mut bytes, HEAD, &documents).expect("memory does not fail");
        let mut reader = &bytes[..];
        let asked = question(&mut reader).expect("sound").expect("one");
        let came = asked.documents.iter().map(|(name, bytes)| (name.as_str(), &bytes[..]));
        assert_eq!(came.collect::<Vec<_>>(), documents);
        assert_eq!((&asked.task[..], asked.limit_bytes), (&b"{}"[..], 7));
        assert_eq!((asked.memory_bytes, asked.cpu_seconds), (9, 11));
        assert!(question(&mut reader).expect("the end").is_none());
        assert!(question(&mut &bytes[..bytes.len() - 1]).is_err(), "torn");
        let mut bytes = Vec::new();
        answer(&mut bytes, b"no").expect("memory does not fail");
        answer(&mut bytes, b"").expect("memory does not fail");
        let mut reader = &bytes[..];
        assert_eq!(answered(&mut reader).expect("the first"), b"no");
        assert_eq!(answered(&mut reader).expect("the second"), b"");
        assert!(answered(&mut reader).is_err(), "there is no third");
        assert!(answered(&mut &[255; 20][..]).is_err());
    }

    #[test]
    fn any_bytes_are_a_question_or_an_answer_or_refused() {
        let time = std::time::Duration::from_millis(1000);
        let size = |asked: &Question| {
            let documents = asked.documents.iter().map(|(name, bytes)| name.len() + bytes.len());
            asked.task.len() + documents.sum::<usize>()
        };
        bolero::check!().with_test_time(time).for_each(|bytes: &[u8]| {
            // As they come, and as what follows a length that is true.
            let mut framed = (bytes.len() as u64).to_le_bytes().to_vec();
            framed.extend_from_slice(bytes);
            for sent in [bytes, &framed] {
                answered(&mut &*sent).ok();
                let mut reader = sent;
                while let Ok(Some(asked)) = question(&mut reader) {
                    assert!(size(&asked) <= sent.len());
                }
            }
            let mut asked = Vec::new();
            let name = String::from_utf8_lossy(bytes);
            ask(&mut asked, HEAD, &[(&name, bytes), ("b", b"")]).expect("memory does not fail");
            let read = question(&mut &asked[..]).expect("sound").expect("one");
            let (first, of) = &read.documents[0];
            assert_eq!((first.as_str(), &of[..]), (&*name, bytes));
            // Damage anywhere is another question, or none; never more than was sent.
            let at = bytes.iter().map(|b| usize::from(*b)).sum::<usize>() % asked.len();
            asked[at] ^= 0x55;
            if let Ok(Some(read)) = question(&mut &asked[..]) {
                assert!(size(&read) <= asked.len());
            }
        });
    }
}
