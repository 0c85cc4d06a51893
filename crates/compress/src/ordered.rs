//! Pieces that come one after the other, are worked on by several threads, and go on in their order.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use crate::error::Error;

/// Most threads that work at a time.
const MOST_THREADS: usize = 256;
/// Pieces a worker between reading and going on, so that what piles up behind a slow one is bounded.
const IN_FLIGHT: usize = 4;

/// What goes on.
pub(crate) enum Next<T> {
    /// The next piece.
    Piece(T),
    /// Nothing, for now: all that was read up to here has gone on.
    Pause,
}

/// Reads on one thread, works on `threads` (0 means 1), and hands on here. `read` gives each piece to what it
/// is called with, and ends where that says no: nobody wants more. What is read is what comes back.
///
/// Threads are called `name` and what they do, which has to be short. What `work` may trip over it catches itself
/// ([`surviving`]): a panic in it is the end of all.
///
/// # Errors
/// What `hand_on` fails at, else what `read` does; [`Error::Worker`] when a thread does not start, or dies.
pub(crate) fn run<I: Send, O: Send, R: Send>(
    name: &str,
    threads: usize,
    read: impl FnOnce(&mut dyn FnMut(I) -> bool) -> Result<R, Error> + Send,
    work: impl Fn(I) -> O + Sync,
    mut hand_on: impl FnMut(Next<O>) -> Result<(), Error>,
) -> Result<R, Error> {
    let threads = threads.clamp(1, MOST_THREADS);
    let (piece_sender, pieces) = sync_channel::<(u64, I)>(threads);
    let pieces = Arc::new(Mutex::new(pieces));
    let (made_sender, made) = sync_channel::<(u64, O)>(threads);
    let (permit_sender, permits) = sync_channel::<()>(threads * IN_FLIGHT);
    for _ in 0..threads * IN_FLIGHT {
        permit_sender.send(()).map_err(|error| Error::Worker(error.to_string()))?;
    }
    let work = &work;
    std::thread::scope(|scope| {
        let failed = |error: std::io::Error| Error::Worker(error.to_string());
        let reading = std::thread::Builder::new()
            .name(format!("{name}-reader"))
            .spawn_scoped(scope, move || {
                let mut number = 0;
                read(&mut |piece| {
                    let sent = permits.recv().is_ok() && piece_sender.send((number, piece)).is_ok();
                    number += 1;
                    sent
                })
            })
            .map_err(failed)?;
        for index in 0..threads {
            let (pieces, made) = (Arc::clone(&pieces), made_sender.clone());
            std::thread::Builder::new()
                .name(format!("{name}-{index}"))
                .spawn_scoped(scope, move || work_on(&pieces, &made, work))
                .map_err(failed)?;
        }
        // The workers hold the only ends left, so that either side's end is seen by the other.
        drop(made_sender);
        drop(pieces);
        let handed = hand_all_on(&made, &permit_sender, &mut hand_on);
        drop(made);
        drop(permit_sender);
        let died = || Err(Error::Worker("the reading thread died".into()));
        let read = reading.join().unwrap_or_else(|_| died());
        handed?;
        read
    })
}

/// What `work` gives; where it panics, what was said of that. Pieces do not suffer from one another.
///
/// # Errors
/// Why it panicked.
pub(crate) fn surviving<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        said.or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".into())
    })
}

fn work_on<I, O>(
    pieces: &Mutex<Receiver<(u64, I)>>,
    made: &SyncSender<(u64, O)>,
    work: &impl Fn(I) -> O,
) {
    loop {
        let next = match pieces.lock() {
            Ok(pieces) => pieces.recv(),
            Err(_) => return,
        };
        let Ok((number, piece)) = next else {
            return;
        };
        if made.send((number, work(piece))).is_err() {
            return;
        }
    }
}

fn hand_all_on<O>(
    made: &Receiver<(u64, O)>,
    permits: &SyncSender<()>,
    hand_on: &mut impl FnMut(Next<O>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    while let Ok((number, piece)) = made.recv() {
        waiting.insert(number, piece);
        while let Some(piece) = waiting.remove(&next) {
            next += 1;
            hand_on(Next::Piece(piece))?;
            // The reader may be gone already.
            permits.try_send(()).ok();
        }
        if waiting.is_empty() {
            hand_on(Next::Pause)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn pieces_go_on_in_order_and_few_are_in_flight() {
        let (read, gone) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut out = Vec::new();
        let told = run(
            "t",
            3,
            |give| {
                for n in 0..500usize {
                    let ahead = read.fetch_add(1, Ordering::SeqCst) - gone.load(Ordering::SeqCst);
                    assert!(ahead <= 3 * IN_FLIGHT + 1, "{ahead}");
                    assert!(give(n));
                }
                Ok("all")
            },
            |n| {
                if n % 7 == 0 {
                    std::thread::yield_now();
                }
                n * 2
            },
            |next| {
                if let Next::Piece(piece) = next {
                    gone.fetch_add(1, Ordering::SeqCst);
                    out.push(piece);
                }
                Ok(())
            },
        );
        assert_eq!(told.expect("nothing fails"), "all");
        assert_eq!(out, (0..500).map(|n| n * 2).collect::<Vec<_>>());
    }

    #[test]
    fn who_cannot_hand_on_ends_the_reading() {
        let endless = |give: &mut dyn FnMut(usize) -> bool| {
            while give(1) {}
            Ok(())
        };
        let full = |_: Next<usize>| Err(Error::Worker("the pipe is closed".into()));
        let error = run("t", 2, endless, |n| n, full).expect_err("it fails").to_string();
        assert!(error.contains("the pipe is closed"), "{error}");
        let broken = |give: &mut dyn FnMut(usize) -> bool| {
            give(1);
            Err::<(), _>(Error::Worker("the file ends".into()))
        };
        let error = run("t", 2, broken, |n| n, |_| Ok(())).expect_err("it fails").to_string();
        assert!(error.contains("the file ends"), "{error}");
    }
}
