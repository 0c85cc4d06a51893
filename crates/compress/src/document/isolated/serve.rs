//! The worker's side.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::time::{Duration, Instant};

use super::frame::{self, Answer};
use crate::document::from_bytes_within;

/// How long answers wait for others to go with them.
const TOGETHER: Duration = Duration::from_millis(5);
/// Before a larger document what was answered goes out: should it be the worker's end, that is known.
const LARGE_BYTES: usize = 1 << 16;

/// Answers what is asked on `reader` to `writer`, until there is no more: reads documents, and has `work` done
/// with those that come with a task, of which it gets the task, the document's name and its bytes.
///
/// # Errors
/// Where the other side breaks off in the middle of a document.
pub fn serve(
    reader: impl Read,
    writer: impl Write,
    mut work: impl FnMut(&[u8], &str, Vec<u8>) -> Vec<u8>,
) -> io::Result<()> {
    watch_owner()?;
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let mut writer = BufWriter::with_capacity(1 << 16, writer);
    while let Some(asked) = frame::question(&mut reader)? {
        limit(asked.memory_bytes, asked.cpu_seconds)?;
        let mut sent = Instant::now();
        for (name, bytes) in asked.documents {
            if bytes.len() > LARGE_BYTES || sent.elapsed() > TOGETHER {
                writer.flush()?;
                sent = Instant::now();
            }
            let answer = match asked.task.is_empty() {
                true => read(&name, &bytes, asked.limit_bytes)?,
                false => work(&asked.task, &name, bytes),
            };
            frame::answer(&mut writer, &answer)?;
        }
        writer.flush()?;
    }
    Ok(())
}

fn read(name: &str, bytes: &[u8], limit_bytes: u64) -> io::Result<Vec<u8>> {
    let answer = match from_bytes_within(name, bytes, limit_bytes) {
        Ok(document) => Answer::Read(document),
        Err(error) => Answer::Failed(error.to_string()),
    };
    Ok(serde_json::to_vec(&answer)?)
}

/// Ends this process when the one that started it is gone, in the middle of a document too.
#[cfg(unix)]
fn watch_owner() -> io::Result<()> {
    use std::os::unix::process::parent_id;

    let owner = parent_id();
    let watch = move || {
        while parent_id() == owner {
            std::thread::sleep(Duration::from_secs(2));
        }
        std::process::exit(1);
    };
    std::thread::Builder::new().name("owner".into()).stack_size(1 << 16).spawn(watch).map(drop)
}

#[cfg(not(unix))]
fn watch_owner() -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn limit(memory_bytes: u64, cpu_seconds: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    // What was allowed at first stays allowed: another document may need more.
    let lower = |resource: Resource, wanted: u64| {
        let maximum = getrlimit(resource).maximum;
        let wanted = wanted.min(maximum.unwrap_or(u64::MAX));
        setrlimit(resource, Rlimit { current: Some(wanted), maximum })
    };
    lower(Resource::As, memory_bytes)?;
    lower(Resource::Cpu, cpu_seconds)?;
    // A worker that dies of a document leaves no image of it behind.
    lower(Resource::Core, 0)?;
    Ok(())
}

#[cfg(not(unix))]
fn limit(_: u64, _: u64) -> io::Result<()> {
    Ok(())
}
