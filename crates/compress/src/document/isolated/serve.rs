//! The worker's side.

use std::io::{self, BufReader, Read, Write};

use super::frame::{self, Answer};
use crate::document::from_bytes_within;

/// CPU seconds that a worker may take in all its life, so that one whose owner is gone ends: it is
/// replaced after 120 s, and a document may take as long again.
const CPU_SECONDS: u64 = 600;

/// Reads documents from `reader` and writes their texts to `writer`, until there are no more.
///
/// # Errors
/// Where the other side breaks off in the middle of a document.
pub fn serve(reader: impl Read, mut writer: impl Write) -> io::Result<()> {
    let mut reader = BufReader::new(reader);
    let mut limited = false;
    while let Some(asked) = frame::question(&mut reader)? {
        if !limited {
            limit(asked.memory_bytes)?;
            limited = true;
        }
        let read = from_bytes_within(&asked.name, &asked.bytes, asked.limit_bytes);
        let answer = match read {
            Ok(document) => Answer::Read(document),
            Err(error) => Answer::Failed(error.to_string()),
        };
        frame::answer(&mut writer, &answer)?;
    }
    Ok(())
}

#[cfg(unix)]
fn limit(memory_bytes: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let lower = |resource: Resource, wanted: u64| {
        let limit = getrlimit(resource);
        let most = limit.maximum.unwrap_or(u64::MAX);
        let wanted = wanted.min(most);
        setrlimit(resource, Rlimit { current: Some(wanted), maximum: Some(wanted) })
    };
    lower(Resource::As, memory_bytes)?;
    lower(Resource::Cpu, CPU_SECONDS)?;
    // A worker that dies of a document leaves no image of it behind.
    lower(Resource::Core, 0)?;
    Ok(())
}

#[cfg(not(unix))]
fn limit(_: u64) -> io::Result<()> {
    let _ = CPU_SECONDS;
    Ok(())
}
