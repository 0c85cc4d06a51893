//! The series that a board declares: asked for when it is met, checked, and counted in each run. Whatever is
//! wrong with one is said and costs that series or those samples, never the run.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use agent::series::{MAX_SERIES, SeriesRole};
use agent::wire::{HostMessage, MAX_SAMPLES, SERIES_MINOR, SeriesState};

use super::heard::Heard;
use crate::drivers::DeclaredSeries;
use crate::plain::plain;
use crate::{AgentDriver, BoardError, RunEvent};

/// Letters of a name, and of a unit.
const NAME_LIMIT: usize = 32;
const UNIT_LIMIT: usize = 12;
/// The highest rate that is believed, in samples a second.
const MAX_RATE_HZ: f32 = 1e6;
/// How often a board is asked for a series before it counts as one that does not answer.
const ASKS: u32 = 3;

/// A series as a board said it, not checked yet.
#[derive(Clone, Debug)]
pub(crate) struct Stated {
    series: DeclaredSeries,
    rate_hz: Option<f32>,
    taken: u64,
}

impl Stated {
    pub(crate) fn of(number: u8, state: &SeriesState<'_>) -> Stated {
        let SeriesState { series, taken, .. } = state;
        let declared = DeclaredSeries {
            number,
            name: series.name.to_owned(),
            unit: series.unit.to_owned(),
            direction: series.direction,
            role: series.role,
            rate_hz: series.rate_hz.map(f64::from),
        };
        Stated { series: declared, rate_hz: series.rate_hz, taken: *taken }
    }

    /// What is wrong with it; `None` where it can be had.
    fn wrong(&self, others: &[DeclaredSeries]) -> Option<String> {
        let DeclaredSeries { number, name, unit, .. } = &self.series;
        let shown = plain(name);
        let letters = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        let named = letters && name.starts_with(|first: char| first.is_ascii_lowercase());
        if !named || name.len() > NAME_LIMIT {
            return Some(format!(
                "series {number} is called “{shown}”; a name is 1 to {NAME_LIMIT} of a to z, 0 to 9 and _, a letter first"
            ));
        }
        if others.iter().any(|other| other.name == *name) {
            return Some(format!("two series are called {name}; give the second one another name"));
        }
        if plain(unit) != *unit || unit.chars().count() > UNIT_LIMIT {
            return Some(format!(
                "the unit of the series {name} is no unit; use at most {UNIT_LIMIT} characters such as mW or °C"
            ));
        }
        let rate = self.rate_hz.unwrap_or(1.0);
        if !(rate.is_finite() && rate > 0.0 && rate <= MAX_RATE_HZ) {
            return Some(format!(
                "the series {name} says it has {rate} samples a second; give 1 to {MAX_RATE_HZ}, or no rate"
            ));
        }
        None
    }
}

/// Why a series is not taken for the board's power; `None` where it may be.
fn no_power(series: &DeclaredSeries, others: &[DeclaredSeries]) -> Option<String> {
    let name = &series.name;
    if series.milliwatts().is_none() {
        let unit = &series.unit;
        return Some(format!(
            "the power {name} is in “{unit}”; use W, mW or uW to have its energy"
        ));
    }
    let first = others.iter().find(|other| other.role == SeriesRole::Power)?;
    Some(format!(
        "both {} and {name} say they are the power of the whole board; the first one is taken for it",
        first.name
    ))
}

impl AgentDriver {
    /// Asks which series there are, and switches all of them on at the board's own rates: an earlier host may
    /// have left them otherwise.
    pub(crate) fn meet_series(&mut self) -> Result<(), BoardError> {
        if self.info.wire_minor < SERIES_MINOR {
            return Ok(());
        }
        let (mut series, mut complaints): (Vec<DeclaredSeries>, Vec<String>) = Default::default();
        let mut number = 0;
        loop {
            let Some((of, stated)) = self.ask_series(number, Some(true), Some(0.0))? else {
                complaints.push("the board does not say which series of its own it has".into());
                break;
            };
            match stated.map(|stated| (stated.wrong(&series), stated.series)) {
                Some((None, mut found)) => {
                    if found.role == SeriesRole::Power
                        && let Some(why) = no_power(&found, &series)
                    {
                        found.role = SeriesRole::Plain;
                        complaints.push(why);
                    }
                    series.push(found);
                }
                Some((Some(why), _)) => complaints.push(why),
                None => {}
            }
            number += 1;
            if of > MAX_SERIES && number == MAX_SERIES {
                complaints.push(format!(
                    "the board declares {of} series; only the first {MAX_SERIES} are taken"
                ));
            }
            if number >= of.min(MAX_SERIES) {
                break;
            }
        }
        (self.info.series, self.info.complaints) = (series, complaints);
        Ok(())
    }

    /// Sets a series before it asks how it stands, and how many there are; `None` where no answer came.
    pub(crate) fn ask_series(
        &mut self,
        series: u8,
        on: Option<bool>,
        rate_hz: Option<f32>,
    ) -> Result<Option<(u8, Option<Stated>)>, BoardError> {
        for _ in 0..ASKS {
            self.line.say(&HostMessage::Sample { series, on, rate_hz })?;
            let again = Instant::now() + self.patience.resend;
            let left = || again.saturating_duration_since(Instant::now());
            while let Some(heard) = self.line.hear(left())? {
                match heard {
                    Heard::Series { number, of, stated } if number == series => {
                        return Ok(Some((of, stated.map(|stated| *stated))));
                    }
                    Heard::Log { text, .. } => tracing::info!(target: "board", "{text}"),
                    _ => {}
                }
                if left() == Duration::ZERO {
                    break;
                }
            }
        }
        Ok(None)
    }

    /// A run is over: tells how many samples of each series were taken in it, as the board counts. A board
    /// that goes away now has done its run.
    pub(crate) fn account_series(&mut self, account: &Account, on_event: &mut dyn FnMut(RunEvent)) {
        // One that was silent once is asked nothing more: each question takes seconds.
        let mut answers = true;
        for known in &account.series {
            let number = known.number;
            let answer = if answers { self.ask_series(number, None, None) } else { Ok(None) };
            answers = matches!(answer, Ok(Some(_)));
            let stated = match answer {
                Ok(answer) => answer.and_then(|(_, stated)| stated),
                Err(error) => {
                    tracing::debug!(%error, "a board was not heard after its run");
                    None
                }
            };
            if let Some(Stated { series: now, .. }) = &stated
                && (&now.name, &now.unit) != (&known.name, &known.unit)
            {
                let (name, unit) = (&known.name, &known.unit);
                on_event(RunEvent::Complaint(format!(
                    "the series {name} in “{unit}” is now {} in “{}”; a board keeps what it declared",
                    plain(&now.name),
                    plain(&now.unit),
                )));
            }
            let taken = stated.map(|stated| stated.taken);
            on_event(RunEvent::Sampled { series: number, taken });
        }
    }
}

/// What a board may do wrong with its samples; each is said once a run and series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wrong {
    Undeclared,
    Values,
    WentBack,
    ClockBack,
}

/// What was heard of the board's series in one run.
pub(crate) struct Account {
    series: Vec<DeclaredSeries>,
    /// Of each: the sample that should come next, and when the newest batch began.
    next: Vec<(u64, u64)>,
    said: BTreeSet<(u8, Wrong)>,
}

impl Account {
    pub(crate) fn new(series: &[DeclaredSeries]) -> Account {
        Account { series: series.to_vec(), next: vec![(0, 0); series.len()], said: BTreeSet::new() }
    }

    /// A batch came; gives what it is, or what is wrong with it where that was not said before.
    pub(crate) fn hear(
        &mut self,
        number: u8,
        index: u64,
        ticks: u64,
        values: &[u8],
    ) -> Option<RunEvent> {
        match self.take(number, index, ticks, values) {
            Ok(event) => Some(event),
            Err((wrong, words)) => {
                self.said.insert((number, wrong)).then_some(RunEvent::Complaint(words))
            }
        }
    }

    fn take(
        &mut self,
        number: u8,
        index: u64,
        ticks: u64,
        values: &[u8],
    ) -> Result<RunEvent, (Wrong, String)> {
        let found = self.series.iter().zip(&mut self.next);
        let mut found = found.filter(|(series, _)| series.number == number);
        let Some((series, (next, began))) = found.next() else {
            let words = format!(
                "the board sent samples of a series {number} that it did not declare as it should; they are left out"
            );
            return Err((Wrong::Undeclared, words));
        };
        let name = &series.name;
        let (each, rest) = values.as_chunks::<4>();
        let end = index.checked_add(each.len() as u64);
        let most = if series.rate_hz.is_some() { MAX_SAMPLES } else { 1 };
        let Some(end) = end.filter(|_| rest.is_empty() && (1..=most).contains(&each.len())) else {
            let words = format!(
                "a message of the series {name} holds {} bytes where 1 to {most} values of four were due; it is left out",
                values.len()
            );
            return Err((Wrong::Values, words));
        };
        if index < *next {
            let words = format!(
                "sample {index} of the series {name} came where {next} was due; what came again is left out"
            );
            return Err((Wrong::WentBack, words));
        }
        if ticks < *began {
            let words =
                format!("the clock of the series {name} went back; those samples are left out");
            return Err((Wrong::ClockBack, words));
        }
        (*next, *began) = (end, ticks);
        let values = each.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        Ok(RunEvent::Samples { series: number, index, ticks, values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use agent::series::{Direction, Series};

    fn stated(name: &str, unit: &str, rate_hz: Option<f32>) -> Stated {
        let (direction, role) = (Direction::Lower, SeriesRole::Plain);
        let series = Series { name, unit, direction, role, rate_hz };
        Stated::of(3, &SeriesState { series, on: true, taken: 0 })
    }

    #[track_caller]
    fn check(name: &str, unit: &str, rate_hz: Option<f32>, words: &str) {
        let other = stated("other", "", None).series;
        let wrong = stated(name, unit, rate_hz).wrong(&[other]).unwrap_or_default();
        assert!(wrong.contains(words) && wrong.is_empty() == words.is_empty(), "{wrong}");
    }

    #[test]
    fn a_series_that_cannot_be_had_is_refused_with_the_reason() {
        check("die_temperature", "°C", Some(10.0), "");
        check("x", "", None, "");
        check("", "V", None, "a name is 1 to 32");
        check("Die", "V", None, "“Die”");
        check("_die", "V", None, "a letter first");
        check("a\u{1b}[2J", "V", None, "“a [2J”");
        check(&"x".repeat(33), "V", None, "a name is");
        check("other", "V", None, "two series are called other");
        check("die", "a\nb", None, "no unit");
        check("die", &"V".repeat(13), None, "no unit");
        for rate in [0.0, -1.0, f32::NAN, f32::INFINITY, 1.1e6] {
            check("die", "V", Some(rate), "samples a second");
        }
    }

    #[test]
    fn one_series_in_watts_is_the_power_of_the_board() {
        let power = |name: &str, unit: &str| DeclaredSeries {
            role: SeriesRole::Power,
            ..stated(name, unit, None).series
        };
        assert_eq!(no_power(&power("p", "mW"), &[]), None);
        assert!(no_power(&power("p", "mA"), &[]).unwrap().contains("“mA”"));
        assert!(no_power(&power("q", "W"), &[power("p", "mW")]).unwrap().contains("both p and q"));
    }

    /// What comes of batches of a series at a rate, number 3, and of one without, number 4.
    fn hear(account: &mut Account, number: u8, index: u64, ticks: u64, values: &[u8]) -> String {
        match account.hear(number, index, ticks, values) {
            Some(RunEvent::Samples { values, .. }) => format!("{}", values.len()),
            Some(RunEvent::Complaint(words)) => words,
            None => String::new(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn batches_that_cannot_be_are_left_out_and_said_once() {
        let regular = stated("regular", "V", Some(9.0)).series;
        let own = DeclaredSeries { number: 4, ..stated("own", "V", None).series };
        let mut account = Account::new(&[regular, own]);
        let mut hear = |number, index, ticks, len| {
            hear(&mut account, number, index, ticks, vec![0; len].as_slice())
        };
        assert_eq!(hear(3, 0, 10, 8), "2");
        assert_eq!(hear(3, 5, 20, 4), "1", "a hole is no fault");
        assert!(hear(3, 5, 20, 4).contains("5 of the series regular came where 6 was due"));
        assert_eq!(hear(3, 0, 10, 8), "", "it was said");
        assert!(hear(3, 7, 19, 4).contains("went back"));
        assert!(hear(3, 7, 30, 0).contains("0 bytes"));
        assert_eq!(hear(3, 7, 30, 5), "");
        assert_eq!(hear(3, u64::MAX, 30, 8), "");
        assert_eq!(hear(3, 7, 30, 4 * MAX_SAMPLES), format!("{MAX_SAMPLES}"));
        assert!(hear(4, 0, 0, 8).contains("1 to 1 values"));
        assert_eq!(hear(4, 0, 0, 4), "1");
        assert!(hear(9, 0, 0, 4).contains("series 9"));
    }
}
