//! Replicas of a model on its devices, and one queue of batches for all of them: whoever is done takes the
//! next. Where a device's memory turns out to be too small, a batch is halved; where not even one text fits,
//! the processor takes over, and stays.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;

use crate::device::{Choice, Places};
use crate::error::Error;

/// A model on every device that was chosen.
pub(crate) struct Fleet<M> {
    choice: Choice,
    /// Threads that compute on a replica on the processor; a GPU has one.
    cores: usize,
    standing: Mutex<Standing<M>>,
    load: Box<Load<M>>,
}

/// A batch with its results.
type Done<T, R> = (Vec<T>, Vec<R>);
type Load<M> = dyn Fn(&Places) -> Result<Vec<M>, Error> + Send + Sync;

/// Where it computes now.
struct Standing<M> {
    replicas: Arc<Vec<M>>,
    on_cpu: bool,
    /// A device was there and failed; the processor is in its place.
    fell_back: bool,
    notice: Option<String>,
}

impl<M> Clone for Standing<M> {
    fn clone(&self) -> Self {
        Self {
            replicas: Arc::clone(&self.replicas),
            on_cpu: self.on_cpu,
            fell_back: self.fell_back,
            notice: self.notice.clone(),
        }
    }
}

impl<M> fmt::Debug for Fleet<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet").field("choice", &self.choice).finish_non_exhaustive()
    }
}

impl<M: Sync + Send> Fleet<M> {
    /// Loads on the devices that were chosen. Where loading fails on a GPU, the processor is taken, with a
    /// notice; what is wrong with the files is wrong on every device.
    pub(crate) fn load(
        choice: Choice,
        cores: usize,
        load: impl Fn(&Places) -> Result<Vec<M>, Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Self::load_on(Places::open(choice), choice, cores, load)
    }

    fn load_on(
        places: Places,
        choice: Choice,
        cores: usize,
        load: impl Fn(&Places) -> Result<Vec<M>, Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let standing = match load(&places) {
            Ok(replicas) => Standing {
                replicas: Arc::new(replicas),
                on_cpu: places.on_cpu(),
                fell_back: false,
                notice: places.notice,
            },
            Err(error) if error.of_the_device() && !places.on_cpu() => {
                on_processor(&load, choice, &error.to_string())?
            }
            Err(error) => return Err(error),
        };
        Ok(Self { choice, cores, standing: Mutex::new(standing), load: Box::new(load) })
    }

    /// What to tell the user about the device; it may change while it computes.
    pub(crate) fn notice(&self) -> Option<String> {
        self.now().notice
    }

    /// Whether the processor computes because a device failed: loaded anew, the device may do.
    pub(crate) fn fell_back(&self) -> bool {
        self.now().fell_back
    }

    /// Computes everything. `batches` makes the batches, for the processor or for GPUs; `compute` gives the
    /// same number of results for each thing in one, in their order. Gives the batches back, each with its
    /// results. The first error, or `stop`, ends it before the next batch.
    pub(crate) fn run<T: Sync, R: Send>(
        &self,
        batches: impl Fn(bool) -> Vec<Vec<T>>,
        stop: &AtomicBool,
        compute: impl Fn(&M, &[T]) -> Result<Vec<R>, Error> + Sync,
    ) -> Result<Vec<Done<T, R>>, Error> {
        let on = |standing: &Standing<M>| {
            let threads = if standing.on_cpu { self.cores } else { 1 };
            let batches = batches(standing.on_cpu);
            let rows = run(&standing.replicas, threads, &batches, stop, |replica, batch| {
                within_memory(batch, &|part| compute(replica, part))
            })?;
            Ok(batches.into_iter().zip(rows).collect())
        };
        let standing = self.now();
        match on(&standing) {
            Err(Error::DeviceMemory(why)) if !standing.on_cpu => {
                drop(standing);
                on(&self.fall_back(&why)?)
            }
            done => done,
        }
    }

    fn now(&self) -> Standing<M> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From here on the processor computes; the device's memory is given back.
    fn fall_back(&self, why: &str) -> Result<Standing<M>, Error> {
        // Held while it loads: two who fall at once load once.
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        if !standing.on_cpu {
            let why = Error::DeviceMemory(why.to_owned()).to_string();
            *standing = on_processor(&self.load, self.choice, &why)?;
        }
        Ok(standing.clone())
    }
}

fn on_processor<M>(
    load: &(impl Fn(&Places) -> Result<Vec<M>, Error> + ?Sized),
    choice: Choice,
    why: &str,
) -> Result<Standing<M>, Error> {
    let places = Places::instead(choice, why);
    let replicas = Arc::new(load(&places)?);
    Ok(Standing { replicas, on_cpu: true, fell_back: true, notice: places.notice })
}

/// Computes a batch; where the device has no memory for all of it, one half after the other.
fn within_memory<T, R>(
    batch: &[T],
    compute: &impl Fn(&[T]) -> Result<Vec<R>, Error>,
) -> Result<Vec<R>, Error> {
    match compute(batch) {
        Err(Error::DeviceMemory(_)) if batch.len() > 1 => {
            let (first, second) = batch.split_at(batch.len() / 2);
            let mut done = within_memory(first, compute)?;
            done.extend(within_memory(second, compute)?);
            Ok(done)
        }
        done => done,
    }
}

/// Runs `compute` on every batch, each on some replica, `threads` of them on one. Results come in the
/// batches' order. The first error, or `stop`, ends it before the next batch.
fn run<M: Sync, B: Sync, R: Send>(
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

    /// A device that has room for so many things at once, and says what it was given.
    struct Small {
        room: usize,
        given: Mutex<Vec<usize>>,
    }

    impl Small {
        fn double(&self, batch: &[usize]) -> Result<Vec<usize>, Error> {
            self.given.lock().unwrap().push(batch.len());
            match batch.len() > self.room {
                true => Err(Error::DeviceMemory("out of memory".into())),
                false => Ok(batch.iter().map(|n| n * 2).collect()),
            }
        }
    }

    fn doubled(fleet: &Fleet<Small>) -> Result<Vec<usize>, Error> {
        let stop = AtomicBool::new(false);
        let batches = |_| vec![(0..8).collect::<Vec<usize>>(), vec![8, 9]];
        let done = fleet.run(batches, &stop, |small, batch| small.double(batch))?;
        Ok(done.into_iter().flat_map(|(_, results)| results).collect())
    }

    /// A fleet on a device of its own with little room, or, where it is loaded there, on the processor.
    fn fleet(room: usize, choice: Choice) -> Fleet<Small> {
        let load = move |places: &Places| {
            let room = if places.notice.is_some() { usize::MAX } else { room };
            Ok(vec![Small { room, given: Mutex::default() }])
        };
        let fleet = Fleet::load_on(Places::open(Choice::Cpu), choice, 2, load).unwrap();
        fleet.standing.lock().unwrap().on_cpu = false;
        fleet
    }

    #[test]
    fn a_batch_that_does_not_fit_is_halved_until_it_does() {
        let fleet = fleet(3, Choice::Cuda(None));
        assert_eq!(doubled(&fleet).unwrap(), (0..10).map(|n| n * 2).collect::<Vec<_>>());
        assert_eq!((fleet.notice(), fleet.fell_back()), (None, false));
        let standing = fleet.now();
        let given = standing.replicas[0].given.lock().unwrap();
        assert_eq!(*given, [8, 4, 2, 2, 4, 2, 2, 2]);
    }

    #[test]
    fn where_not_even_one_fits_the_processor_takes_over_and_says_so() {
        let fleet = fleet(0, Choice::Cuda(None));
        for _ in 0..2 {
            assert_eq!(doubled(&fleet).unwrap(), (0..10).map(|n| n * 2).collect::<Vec<_>>());
        }
        let notice = fleet.notice().unwrap();
        assert!(fleet.fell_back());
        assert!(notice.contains("on the processor instead of cuda: "), "{notice}");
        assert!(notice.contains("out of memory"), "{notice}");
        let standing = fleet.now();
        let given = standing.replicas[0].given.lock().unwrap();
        assert_eq!(given.len(), 4, "the second time it begins there: {given:?}");
    }

    #[test]
    fn a_processor_without_room_is_an_error() {
        let fleet = fleet(0, Choice::Cpu);
        fleet.standing.lock().unwrap().on_cpu = true;
        assert!(matches!(doubled(&fleet), Err(Error::DeviceMemory(_))));
    }
}
