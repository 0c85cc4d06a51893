//! The thread `meter-…`: reads the meter and hands what it brings to every recording that it is for.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use board::BoardError;
use board::meter::{Meter, Readings};
use protocol::{Event, Severity};

use super::opened::Opened;
use crate::error::EngineError;

/// How long the thread waits for samples at once.
const WAIT: Duration = Duration::from_millis(50);
/// How often samples are handed to the store.
const HAND_OVER_EVERY: Duration = Duration::from_millis(50);

/// Why there are no more samples.
enum End {
    Meter(BoardError),
    Store(EngineError),
}

/// Until the runs are over, or the meter is.
pub(super) fn listen(opened: &Opened, mut meter: Box<dyn Meter>) {
    match sample(opened, meter.as_mut()) {
        Ok(()) => {
            if let Err(error) = meter.stop() {
                tracing::debug!(%error, "a meter could not be stopped");
            }
        }
        Err(end) => {
            let (why, notice) = end.words();
            for part in opened.parts().iter_mut() {
                part.end(&why);
            }
            opened.engine.tell(notice);
            // What feeds the board or samples still is told to stop when it is let go of.
        }
    }
    opened.over.store(true, Ordering::Relaxed);
}

fn sample(opened: &Opened, meter: &mut dyn Meter) -> Result<(), End> {
    meter.start().map_err(End::Meter)?;
    let mut readings = Readings::default();
    let mut handed_over = Instant::now();
    while !opened.stop.load(Ordering::Relaxed) {
        let result = meter.read(&mut readings, WAIT);
        let milli = |values: &[f32]| values.iter().map(|value| value * 1e3).collect::<Vec<f32>>();
        let (mw, ma) = (milli(&readings.watts), milli(&readings.amps));
        let due = handed_over.elapsed() > HAND_OVER_EVERY;
        for part in opened.parts().iter_mut() {
            part.take(&readings, &mw, &ma);
            if due {
                part.hand_over().map_err(End::Store)?;
            }
        }
        if due {
            handed_over = Instant::now();
        }
        readings.clear();
        result.map_err(End::Meter)?;
    }
    Ok(())
}

impl End {
    /// Why in short, and the same for who looks, with what to do.
    fn words(self) -> (String, Event) {
        let (what, why, hint) = match self {
            End::Store(error) => (
                "the meter's samples could not be stored",
                error.to_string(),
                "see why in `benchvise doctor`",
            ),
            End::Meter(error) => {
                let hint = match &error {
                    BoardError::Unplugged { .. } | BoardError::Gone { .. } => {
                        "plug the meter in again for the next one"
                    }
                    // It is there.
                    _ => "look at the meter's own display, and at what the board draws",
                };
                // The board's sentence ends with advice about the board.
                let sentence = error.to_string();
                let why = sentence.split("; ").next().unwrap_or(&sentence);
                let why = why
                    .replace("the board was unplugged", "it was unplugged")
                    .replace("the board is gone", "it is gone");
                ("the power meter stopped before the run did", why, hint)
            }
        };
        let notice = Event::Notice {
            severity: Severity::Warning,
            text: format!("{what}: {why}"),
            hint: Some(format!("the run goes on without energy; {hint}")),
        };
        (why, notice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(end: End, text: &str, hint: &str) {
        let (_, Event::Notice { text: said, hint: Some(told), .. }) = end.words() else {
            panic!("no notice");
        };
        assert_eq!((said.as_str(), told.as_str()), (text, hint));
    }

    #[test]
    fn a_meter_that_is_there_is_not_to_be_plugged_in() {
        let unplugged = BoardError::Unplugged { how: "no such device".into() };
        check(
            End::Meter(unplugged),
            "the power meter stopped before the run did: it was unplugged (no such device)",
            "the run goes on without energy; plug the meter in again for the next one",
        );
        let meter = "ST X-NUCLEO-LPM01A";
        check(
            End::Meter(BoardError::MeterFailed { meter, why: "overcurrent".into() }),
            "the power meter stopped before the run did: the ST X-NUCLEO-LPM01A ended sampling (overcurrent)",
            "the run goes on without energy; look at the meter's own display, and at what the board draws",
        );
    }
}
