//! Replicas of a model and one queue of batches for all of them: whoever is done takes the next.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

use crate::error::Error;

/// Runs `compute` on every batch, each on some replica, `threads` of them on one. Results come in the
/// batches' order. The first error, or `stop`, ends it before the next batch.
pub(crate) fn run<M: Sync, B: Sync, R: Send>(
    replicas: &[M],
    threads: usize,
    batches: &[B],
    stop: &AtomicBool,
    compute: impl Fn(&M, &B) -> Result<R, Error> + Sync,
) -> Result<Vec<R>, Error> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<R>>> = Mutex::new(batches.iter().map(|_| None).collect());
    let failure: Mutex<Option<Error>> = Mutex::new(None);
    let over = AtomicBool::new(false);
    let work = |replica: &M| {
        while !over.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(batch) = batches.get(at) else { return };
            let result = if stop.load(Ordering::Relaxed) {
                Err(Error::Cancelled)
            } else {
                compute(replica, batch)
            };
            match result {
                Ok(result) => {
                    results.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(result);
                }
                Err(error) => {
                    over.store(true, Ordering::Relaxed);
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            }
        }
    };
    let work = &work;
    let workers = replicas.iter().flat_map(|replica| (0..threads.max(1)).map(move |_| replica));
    let workers: Vec<&M> = workers.take(batches.len()).collect();
    match workers.as_slice() {
        [] => {}
        [only] => work(only),
        several => std::thread::scope(|scope| {
            for (index, replica) in several.iter().enumerate() {
                let started = Builder::new()
                    .name(format!("neural-{index}"))
                    .spawn_scoped(scope, move || work(replica));
                if let Err(error) = started {
                    over.store(true, Ordering::Relaxed);
                    let error = Error::Compute(format!("a thread could not be had, {error}"));
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            }
        }),
    }
    if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let done: Vec<R> = results.into_iter().flatten().collect();
    match done.len() == batches.len() {
        true => Ok(done),
        false => Err(Error::Compute("a batch was left undone".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_batch_is_done_once_and_results_keep_its_order() {
        let used = [AtomicUsize::new(0), AtomicUsize::new(0)];
        let batches: Vec<usize> = (0..100).collect();
        let stop = AtomicBool::new(false);
        let done = run(&used, 2, &batches, &stop, |replica, &batch| {
            replica.fetch_add(1, Ordering::Relaxed);
            Ok(batch * 2)
        });
        assert_eq!(done.unwrap(), (0..100).map(|n| n * 2).collect::<Vec<_>>());
        assert_eq!(used.iter().map(|n| n.load(Ordering::Relaxed)).sum::<usize>(), 100);
        let nothing: Vec<usize> = Vec::new();
        assert_eq!(run(&used, 2, &nothing, &stop, |_, _| Ok(0)).unwrap(), nothing);
    }

    #[test]
    fn a_failure_and_a_stop_end_it() {
        let batches: Vec<usize> = (0..100).collect();
        let stop = AtomicBool::new(false);
        let failing = |_: &(), &batch: &usize| match batch {
            7 => Err(Error::Compute("seven".into())),
            _ => Ok(()),
        };
        let said = run(&[()], 3, &batches, &stop, failing).unwrap_err();
        assert!(said.to_string().contains("seven"));
        stop.store(true, Ordering::Relaxed);
        assert!(matches!(run(&[()], 1, &batches, &stop, |_, _| Ok(())), Err(Error::Cancelled)));
    }
}
