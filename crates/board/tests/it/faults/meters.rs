//! Power meters that programs play, each at the end of a line that does something wrong. Whatever happens,
//! reading ends in time, and every sample that is known to be missing is a hole.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use board::meter::emulator::{Emulation, Faults, play};
use board::meter::{Meter, MeterModel, MeterSetup, Readings, Supply, open_meter};
use board::{BoardError, Pty, Transport};

use super::cells;
use super::line::{Fault, Faulty, Unit};
use super::players::Shared;
use crate::drivers;

/// How long a meter is read at most.
const READS: Duration = Duration::from_secs(3);

/// What came of reading a meter.
#[derive(Debug)]
struct Taken {
    /// Why it ended; `None` where all that was wanted came, or the time was over.
    error: Option<BoardError>,
    /// Samples, holes included.
    samples: usize,
    /// Holes.
    missing: u64,
    /// Samples that the driver says were lost.
    lost: u64,
    /// Bytes that were no sample.
    noise: u64,
    /// As many as were wanted.
    enough: bool,
}

/// A pipe whose end is pulled when the test says so: a meter that nobody speaks to is not told.
struct Until<T>(T, Arc<AtomicBool>);

impl<T: Transport> Transport for Until<T> {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        match self.1.load(Ordering::Relaxed) {
            true => Err(BoardError::Gone { how: "the test is over".into() }),
            false => self.0.read(into, timeout),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        self.0.write(bytes)
    }
}

/// Samples that are wanted of a meter: some tenths of a second of them.
fn wanted(model: MeterModel) -> usize {
    match model {
        MeterModel::Ppk2 => 30_000,
        MeterModel::Lpm01a => 300,
        MeterModel::Lines => 30,
    }
}

/// Feeds the board, where it can.
pub(crate) fn setup(model: MeterModel) -> MeterSetup {
    match model {
        MeterModel::Lines => MeterSetup::default(),
        _ => {
            MeterSetup { millivolts: Some(3300), supply: Supply::Meter, watched: 0, rate_hz: None }
        }
    }
}

fn emulation(model: MeterModel) -> Emulation {
    let (wave, faults) = ("constant:10mA".parse().unwrap(), Faults::default());
    Emulation { model, wave, faults, gate: None }
}

/// A sound meter that is played until that is true, and the path of its port.
pub(crate) fn played_until_over(model: MeterModel) -> (String, Arc<AtomicBool>, JoinHandle<()>) {
    let (pty, path) = Pty::pair().unwrap();
    let over = Arc::<AtomicBool>::default();
    let end = Until(pty, Arc::clone(&over));
    let played = drivers::play(move || play(Box::new(end), &emulation(model)).unwrap());
    (path, over, played)
}

/// Opens a meter behind that fault, starts it, reads it, stops it.
fn taken(model: MeterModel, fault: Fault) -> Result<Taken, &'static str> {
    if fault == Fault::ClockWrap {
        return Err(match model {
            MeterModel::Ppk2 => "its counter goes round with every 64th sample anyway",
            _ => "its samples say no time",
        });
    }
    let (pty, path) = Pty::pair().unwrap();
    let shared = Shared::new(Box::new(pty));
    let (begun, over) = (Arc::default(), Arc::<AtomicBool>::default());
    let unit = if model == MeterModel::Lines { Unit::Line } else { Unit::Packet };
    let line = Faulty::new(Box::new(shared.clone()), fault, unit).counting_from(&begun);
    let line = Until(line, Arc::clone(&over));
    let again = Until(shared, Arc::clone(&over));
    let emulation = emulation(model);
    let played = drivers::play(move || {
        play(Box::new(line), &emulation).unwrap();
        // What it said last is read before its terminal hangs up.
        std::thread::sleep(Duration::from_millis(100));
        if fault == Fault::BrownOut {
            play(Box::new(again), &emulation).unwrap();
        }
    });
    let mut readings = Readings::default();
    let read = open_meter(&path, Some(model), &setup(model)).and_then(|mut meter| {
        begun.store(true, Ordering::Relaxed);
        meter.start()?;
        let read = take(&mut *meter, fault, wanted(model), &mut readings);
        // One that is gone cannot be stopped.
        read.and(meter.stop())
    });
    over.store(true, Ordering::Relaxed);
    played.join().unwrap();
    assert_eq!(readings.watts.len(), readings.amps.len(), "{model:?}, {fault:?}");
    Ok(Taken {
        error: read.err(),
        samples: readings.amps.len(),
        missing: readings.amps.iter().filter(|amps| amps.is_nan()).count() as u64,
        lost: readings.lost,
        noise: readings.noise,
        enough: readings.amps.len() >= wanted(model),
    })
}

fn take(
    meter: &mut dyn Meter,
    fault: Fault,
    wanted: usize,
    into: &mut Readings,
) -> Result<(), BoardError> {
    let until = Instant::now() + READS;
    while into.amps.len() < wanted && Instant::now() < until {
        if fault == Fault::SlowHost {
            std::thread::sleep(Duration::from_millis(5));
        }
        meter.read(into, Duration::from_millis(50))?;
    }
    Ok(())
}

/// What holds for every meter and every fault.
#[track_caller]
fn check(model: MeterModel, fault: Fault, taken: &Taken) {
    let Taken { error, missing, lost, noise, enough, .. } = taken;
    assert_eq!(lost, missing, "{fault:?}: {taken:?}");
    if let Some(error) = error {
        // Somebody can read it, and do something.
        assert!(error.to_string().len() > 20, "{fault:?}: {error}");
    }
    match fault {
        Fault::None | Fault::SlowBoard | Fault::SlowHost => {
            assert!(error.is_none() && *enough, "{fault:?}: {taken:?}");
            assert_eq!((*lost, *noise), (0, 0), "{fault:?}: {taken:?}");
        }
        Fault::Unplug => {
            assert!(matches!(error, Some(BoardError::Unplugged { .. })), "{taken:?}");
            // What came before is kept.
            assert!(taken.samples > 0 && !enough, "{taken:?}");
        }
        Fault::WrongBaud => {
            let named = matches!(
                error,
                Some(BoardError::MeterSilent { .. } | BoardError::NotThisMeter { .. })
            );
            assert!(named && taken.samples == 0, "{taken:?}");
        }
        // One that restarts waits to be told to sample; who only prints goes on by itself.
        Fault::BrownOut => {
            assert!(error.is_none() && taken.samples > 0, "{taken:?}");
            assert_eq!(*enough, model == MeterModel::Lines, "{taken:?}");
        }
        _ => {
            let named = error.as_ref().is_none_or(|error| {
                matches!(
                    error,
                    BoardError::MeterSilent { .. }
                        | BoardError::NotThisMeter { .. }
                        | BoardError::MeterFailed { .. }
                        | BoardError::MeterSetup { .. }
                )
            });
            assert!(named, "{fault:?}: {taken:?}");
        }
    }
}

#[test]
fn a_ppk2() {
    cells(
        |fault| taken(MeterModel::Ppk2, fault),
        |fault, taken| {
            check(MeterModel::Ppk2, fault, taken);
            // Its samples are numbered: what somebody else took is missing, what came twice is not. Of
            // pieces that are too short to be in step a few cannot be told from lost ones.
            let few = taken.samples as u64 / 10;
            match fault {
                Fault::Stolen | Fault::Halves => assert!(taken.lost > 0, "{fault:?}: {taken:?}"),
                Fault::Doubled => assert!(taken.lost < few && taken.noise > 0, "{taken:?}"),
                _ => {}
            }
        },
    );
}

#[test]
fn an_lpm01a() {
    let model = MeterModel::Lpm01a;
    cells(move |fault| taken(model, fault), |fault, taken| check(model, fault, taken));
}

#[test]
fn a_line_reader() {
    let model = MeterModel::Lines;
    cells(move |fault| taken(model, fault), |fault, taken| check(model, fault, taken));
}
