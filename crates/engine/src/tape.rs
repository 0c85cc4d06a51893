//! What a recording hands over while it goes on: tokens and looks, to the store and to the signals
//! in memory, with their moments on the run's axis.
//!
//! The axis counts milliseconds of the board's clock from the first repetition's beginning on. Where
//! the board was away its clock began anew, and this computer's says how long that was. In the store, a series named like another one and `_time` holds the moments of its samples; the
//! tokens' moments are [`TOKEN_TIME`], and [`BEGAN`] and [`ENDED`] have one sample a repetition.

mod own;
mod series;
mod weigh;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use board::{BoardInfo, RunTotals, Vitals};
use protocol::RunId;
use store::{Batch, Chunk, NewSeries, Repetition, SampleEncoding, SeriesId, Store};

use crate::Engine;
use crate::error::EngineError;
use crate::model::RunModel;
use crate::own::{Declared, OwnSeries};
use crate::power::{Opened, Power, Tally, Way};
use crate::recording::{Role, first_index};
use crate::repetition::{TokenTicks, TokenTimes, ms, times};
use crate::signals::{HEAP, Heard, POWER, PROCESS, Place, RunSignals, why};
use crate::tape::series::{Beyond, Look, Series, signals};

/// How often tokens are handed to the store, which itself writes once a second.
const HAND_OVER_EVERY: Duration = Duration::from_millis(50);

/// Moments of the tokens.
pub(crate) const TOKEN_TIME: &str = "token_time";
/// When each repetition began.
pub(crate) const BEGAN: &str = "began";
/// When each repetition ended.
pub(crate) const ENDED: &str = "ended";
/// Which of a meter's samples have known moments; the moments are in its [`TIME_OF`] series.
pub(crate) const ANCHOR: &str = "meter_anchor";
/// When the board was away: two samples each time, from its last word to its next.
pub(crate) const AWAY: &str = "away";
/// What the series with another one's moments has behind its name.
pub(crate) const TIME_OF: &str = "_time";

/// One run's way into the store and into memory.
pub(crate) struct Tape {
    engine: Engine,
    store: Store,
    run: store::RunId,
    live: Arc<RunSignals>,
    place: Place,
    series: Series,
    timer_hz: u64,
    /// Tokens asked for in a repetition.
    planned: u32,
    /// The axis' zero, in the board's ticks; or those of the first word after it was away.
    zero: Option<u64>,
    /// The moment of those ticks on the axis.
    zero_ms: f64,
    /// The latest moment that the board told, and when it was heard.
    last_word: (f64, Instant),
    /// Since when the board is away.
    away_from_ms: Option<f64>,
    /// How often it was.
    absences: u64,
    repetition: u32,
    began: Option<u64>,
    role: Role,
    prompt_end: u32,
    last_ticks: u64,
    before: Option<TokenTicks>,
    /// The energy counter at the look before, in this repetition.
    energy: Option<(u64, u64)>,
    /// The meter beside the board; the board's own counter is not looked at then.
    power: Option<Power>,
    board: BoardInfo,
    /// The series that the board declares.
    own: Vec<OwnSeries>,
    /// Repetitions without energy, where the board measures it itself.
    own_tally: Tally,
    /// Marks of this repetition whose energy is not known yet: the moment of a token and of the one
    /// before it.
    unweighed: VecDeque<[f64; 2]>,
    waiting: Vec<TokenTimes>,
    chunks: Vec<Chunk>,
    handed_over: Instant,
}

impl Tape {
    /// Makes the run's series, and its signals in memory.
    pub(crate) fn begin(
        engine: &Engine,
        store: &Store,
        run: &store::RunId,
        (board, model): (&BoardInfo, &RunModel),
        planned: u32,
        (meter, own): (Option<Arc<Opened>>, &[Declared]),
    ) -> Result<Tape, EngineError> {
        let beyond = Beyond { meter: meter.as_deref(), own };
        let (series, own) = Series::make(store, run, &beyond)?;
        let place = Place::of(&board.chip_id);
        let signals = signals(place, model.words.clone(), &beyond);
        let live = Arc::new(RunSignals::new(RunId(run.to_string()), signals));
        engine.inner.signals.begin(&live);
        let power = match meter.zip(series.meter) {
            Some((meter, ids)) => {
                Some(Power::begin(engine, meter, Way::new(engine, store, run, &live, ids))?)
            }
            None => None,
        };
        let tape = Tape {
            engine: engine.clone(),
            store: store.clone(),
            run: run.clone(),
            live,
            place,
            series,
            timer_hz: board.timer_hz,
            planned,
            zero: None,
            zero_ms: 0.0,
            last_word: (0.0, Instant::now()),
            away_from_ms: None,
            absences: 0,
            repetition: 0,
            began: None,
            role: Role::WarmUp,
            prompt_end: 0,
            last_ticks: 0,
            before: None,
            energy: None,
            power,
            board: board.clone(),
            own,
            own_tally: Tally::default(),
            unweighed: VecDeque::new(),
            waiting: Vec::new(),
            chunks: Vec::new(),
            handed_over: Instant::now(),
        };
        tape.own_source().into_iter().for_each(|source| tape.tell(Heard::Source(source)));
        Ok(tape)
    }

    /// A repetition comes; it begins when the board says so.
    pub(crate) fn expect(&mut self, repetition: u32, role: Role, prompt_end: u32) {
        (self.repetition, self.role, self.prompt_end) = (repetition, role, prompt_end);
        (self.began, self.before, self.energy) = (None, None, None);
        self.unweighed.clear();
        self.own.iter_mut().for_each(OwnSeries::begin);
        self.handed_over = Instant::now();
    }

    /// The board began it. Where that word was lost, the first sign of life counts.
    pub(crate) fn began(&mut self, ticks: u64) {
        if self.began.is_some() {
            return;
        }
        self.back(ticks);
        if self.zero.is_none() {
            self.last_word.1 = Instant::now();
        }
        let zero = *self.zero.get_or_insert(ticks);
        self.began = Some(ticks);
        let at_ms = self.at_ms(ticks);
        if let Some(power) = &self.power {
            power.zero(zero);
            power.began(self.repetition, at_ms);
        }
        self.tell(Heard::Began {
            repetition: self.repetition,
            role: self.role,
            at_ms,
            prompt_end: self.prompt_end,
        });
        self.chunk(self.series.began, u64::from(self.repetition), vec![at_ms]);
    }

    /// The board went away and is there again: when it begins, its clock counts from another moment
    /// than before.
    ///
    /// # Errors
    /// Where the store cannot take a mark of it.
    pub(crate) fn resume(&mut self) -> Result<(), EngineError> {
        if self.zero.take().is_none() {
            // It had not begun, or not again.
            return Ok(());
        }
        if self.series.away.is_none() {
            let new = NewSeries {
                name: AWAY.into(),
                unit: "ms".into(),
                rate_hz: None,
                encoding: SampleEncoding::F64,
            };
            self.series.away = Some(self.store.add_series(&self.run, new)?);
        }
        self.away_from_ms = Some(self.last_word.0);
        self.last_ticks = 0;
        if let Some(power) = &self.power {
            power.away();
        }
        Ok(())
    }

    /// The first word of a board that was away.
    fn back(&mut self, ticks: u64) {
        let Some(from_ms) = self.away_from_ms.take() else { return };
        let (last_ms, heard) = self.last_word;
        let mut to_ms = last_ms + heard.elapsed().as_secs_f64() * 1e3;
        if let Some(power) = &self.power {
            to_ms = power.back(ticks, to_ms).max(from_ms);
        }
        (self.zero, self.zero_ms) = (Some(ticks), to_ms);
        self.tell(Heard::Away { from_ms, to_ms });
        if let Some(away) = self.series.away {
            self.chunk(away, self.absences * 2, vec![from_ms, to_ms]);
        }
        self.absences += 1;
        let looked = |look: &&Look| look.next > 0;
        let names: Vec<&str> = self.series.looks.iter().filter(looked).map(|l| l.name).collect();
        for name in names {
            self.look_at(name, from_ms, f64::NAN);
            self.look_at(name, to_ms, f64::NAN);
        }
        self.away_own(from_ms, to_ms);
    }

    /// A token was made. `began` is when the board said that it began.
    pub(crate) fn token(&mut self, token: TokenTicks, began: Option<u64>) {
        self.began(token.ticks);
        let mut times = times(&token, self.before.as_ref(), began, self.timer_hz);
        times.at_ms = self.at_ms(token.ticks);
        if self.metered() && times.latency_ms.is_finite() {
            self.unweighed.push_back([times.at_ms - times.latency_ms, times.at_ms]);
        }
        self.before = Some(token);
        self.tell(Heard::Token {
            index: times.index,
            id: times.id,
            at_ms: times.at_ms,
            latency_ms: times.latency_ms,
            phases_ms: times.phases_ms,
        });
        self.waiting.push(times);
    }

    /// The board said how it does.
    pub(crate) fn vitals(&mut self, ticks: u64, vitals: Vitals) {
        self.began(ticks);
        if let Some(bytes) = vitals.heap_used {
            self.look(HEAP, ticks, bytes as f64);
        }
        if self.metered() {
            return;
        }
        let Some(energy_uj) = vitals.energy_uj else {
            self.never(POWER);
            return;
        };
        // Microjoules a millisecond are milliwatts. What was used between two repetitions belongs
        // to neither.
        let power_mw = self.energy.and_then(|(then, then_uj)| {
            let passed = ticks.checked_sub(then).filter(|passed| *passed > 0)?;
            Some(energy_uj.checked_sub(then_uj)? as f64 / ms(passed, self.timer_hz))
        });
        self.look(POWER, ticks, power_mw.unwrap_or(f64::NAN));
        self.energy = Some((ticks, energy_uj));
    }

    /// This computer looked at the board's process, right after the board's last word.
    pub(crate) fn process_memory(&mut self, bytes: u64) {
        self.look(PROCESS, self.last_ticks, bytes as f64);
    }

    /// There will be no such signal in this run.
    pub(crate) fn never(&self, signal: &'static str) {
        self.tell(Heard::Never { signal, why: why(signal, self.place) });
    }

    /// The repetition is over.
    pub(crate) fn ended(&mut self, totals: Option<&RunTotals>) {
        if let Some(totals) = totals {
            self.began(totals.began);
            self.last_ticks = self.last_ticks.max(totals.ended);
            // A board that says nothing meanwhile says it now.
            if let Some(bytes) = totals.memory.heap_used {
                self.look(HEAP, self.last_ticks, bytes as f64);
            }
        }
        if self.began.is_none() {
            return;
        }
        let at_ms = self.at_ms(self.last_ticks);
        self.end_own(at_ms);
        self.chunk(self.series.ended, u64::from(self.repetition), vec![at_ms]);
        self.tell(Heard::Ended { at_ms });
    }

    /// Hands over what waits, if it is time.
    pub(crate) fn hand_over_in_time(&mut self) -> Result<(), EngineError> {
        if self.handed_over.elapsed() < HAND_OVER_EVERY {
            return Ok(());
        }
        self.weigh();
        self.hand_over(Vec::new())
    }

    /// The meter beside the board.
    pub(crate) fn power(&mut self) -> Option<&mut Power> {
        self.power.as_mut()
    }

    /// Lets go of the meter.
    pub(crate) fn take_power(&mut self) -> Option<Power> {
        self.power.take()
    }

    /// Hands over what waits, with `repetitions` behind it.
    pub(crate) fn hand_over(&mut self, repetitions: Vec<Repetition>) -> Result<(), EngineError> {
        self.handed_over = Instant::now();
        let waiting = std::mem::take(&mut self.waiting);
        let mut chunks = std::mem::take(&mut self.chunks);
        // One chunk a series and a stretch without holes.
        for stretch in waiting.chunk_by(|a, b| a.index + 1 == b.index) {
            let first = stretch.first().map_or(0, |token| u64::from(token.index));
            let first_index = first_index(self.repetition, self.planned) + first;
            chunks.extend(self.series.tokens.iter().enumerate().map(|(at, &series)| Chunk {
                series,
                repetition: self.repetition,
                first_index,
                values: stretch.iter().filter_map(|token| row(token).get(at).copied()).collect(),
            }));
        }
        if !chunks.is_empty() || !repetitions.is_empty() {
            self.store.record(&self.run, Batch { repetitions, chunks })?;
        }
        Ok(())
    }

    fn look(&mut self, name: &'static str, ticks: u64, value: f64) {
        let at_ms = self.at_ms(ticks);
        self.look_at(name, at_ms, value);
    }

    fn look_at(&mut self, name: &'static str, at_ms: f64, value: f64) {
        self.tell(Heard::Look { signal: name.into(), at_ms, value });
        let Some(look) = self.series.looks.iter_mut().find(|look| look.name == name) else {
            return;
        };
        let (values, moments, at) = (look.values, look.moments, look.next);
        look.next += 1;
        self.chunk(values, at, vec![value]);
        self.chunk(moments, at, vec![at_ms]);
    }

    fn chunk(&mut self, series: SeriesId, first_index: u64, values: Vec<f64>) {
        let repetition = self.repetition;
        self.chunks.push(Chunk { series, repetition, first_index, values });
    }

    /// The moment of a tick; nothing lies before the zero, whatever a board says.
    fn at_ms(&mut self, ticks: u64) -> f64 {
        self.last_ticks = self.last_ticks.max(ticks);
        let since = ticks.saturating_sub(self.zero.unwrap_or(ticks));
        let at_ms = self.zero_ms + ms(since, self.timer_hz);
        if at_ms > self.last_word.0 {
            self.last_word = (at_ms, Instant::now());
        }
        at_ms
    }

    fn tell(&self, heard: Heard) {
        self.live.tell(heard);
        self.engine.inner.views.nudge();
    }
}

impl Drop for Tape {
    /// However the recording ended, the signals are all that there will be.
    fn drop(&mut self) {
        self.tell(Heard::Over);
        self.engine.inner.signals.end(&self.live.run);
    }
}

/// A token's samples, in the order of [`Series::tokens`].
fn row(token: &TokenTimes) -> [f64; 8] {
    let [embed, attention, feed_forward, classifier, sample] = token.phases_ms;
    let id = token.id.map_or(f64::NAN, f64::from);
    [id, token.latency_ms, embed, attention, feed_forward, classifier, sample, token.at_ms]
}
