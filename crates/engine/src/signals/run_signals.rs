//! All signals of one run, with its repetitions and tokens.

use std::collections::VecDeque;
use std::sync::Arc;

use analysis::between;
use protocol::{RepetitionMark, SIGNALS, Sampling, SignalSource, TokenMark};
use tinyllm::Tokenizer;

use crate::recording::Role;
use crate::signals::Name;
use crate::signals::absent::{CURRENT, POWER, Place, TOKEN_ENERGY, why};
use crate::signals::anchors::Anchors;
use crate::signals::axis::Axis;
use crate::signals::heard::Heard;
use crate::signals::latency::EXACT;
use crate::signals::places::Places;
use crate::signals::signal::{Signal, single};

/// Memory that one run's exact samples and moments may take, in bytes. What is older stays in the
/// pyramids, which take a hundredth of it.
pub(crate) const BUDGET_BYTES: usize = 64 << 20;
/// A token: its moment, six samples, who it is.
const TOKEN_BYTES: usize = 8 + 6 * 4 + 8;
/// A sample of another signal, and its moment where that is not known from its place.
const SAMPLE_BYTES: usize = 4;
const MOMENT_BYTES: usize = 8;
/// Lost tokens that are drawn one by one; a longer hole is drawn as so many.
const HOLE: u32 = 1024;
/// Why a run with a meter has no power.
const METER_SILENT: &str = "the meter brought no sample while the run went on";
/// The signals that share the tokens' axis, phases in their order.
const PER_TOKEN: [&str; 6] =
    ["token_latency", "embed", "attention", "feed_forward", "classifier", "sample"];

/// A run's signals.
pub(crate) struct Signals {
    place: Place,
    vocabulary: Option<Arc<Tokenizer>>,
    tokens: Axis,
    /// Of the newest tokens, as many as the axis keeps.
    made: VecDeque<Made>,
    made_kept: usize,
    /// Samples without a moment of their own that fit a signal's share of the memory.
    samples_kept: usize,
    repetitions: Vec<Repetition>,
    signals: Vec<Signal>,
    places: Places,
    end_ms: f64,
    pub(crate) recording: bool,
    /// What to know about the time axis.
    pub(crate) note: Option<String>,
    /// What measured the power, where that is not the board.
    source: Option<SignalSource>,
    /// How often the board was away, and for how long.
    away: (u32, f64),
}

/// A token on the axis.
#[derive(Clone, Copy)]
enum Made {
    Token { id: Option<u32>, index: u32 },
    Lost,
}

struct Repetition {
    mark: RepetitionMark,
    /// Its first token's place on the axis.
    first: u64,
    prompt_end: u32,
    /// Index of the token that should come next.
    next: u32,
}

impl Signals {
    /// No sample yet, of the signals that every run has.
    pub(crate) fn new(place: Place, vocabulary: Option<Arc<Tokenizer>>) -> Signals {
        Signals::with(place, vocabulary, Vec::new())
    }

    /// The same with signals that the board declared itself: name, unit, and an axis without
    /// samples.
    pub(crate) fn with(
        place: Place,
        vocabulary: Option<Arc<Tokenizer>>,
        own: Vec<(String, String, Own)>,
    ) -> Signals {
        let tokens_kept = BUDGET_BYTES / 2 / TOKEN_BYTES;
        let others = SIGNALS.len() - PER_TOKEN.len() + own.len();
        let each_bytes = BUDGET_BYTES / 2 / others;
        let kept = each_bytes / (SAMPLE_BYTES + MOMENT_BYTES);
        let mut signals: Vec<Signal> = SIGNALS
            .iter()
            .map(|spec| {
                let (axis, kept) = match spec.sampling {
                    Sampling::PerToken => (None, tokens_kept),
                    Sampling::OverTime => (Some(Axis::times(kept)), kept),
                };
                Signal::new(spec.name, spec.unit, spec.sampling, axis, kept)
            })
            .collect();
        signals.extend(own.into_iter().map(|(name, unit, own)| {
            let (axis, kept) = match own {
                Own::Regular { rate_hz } => {
                    let axis = Axis::Regular { start_ms: 0.0, rate_hz, len: 0 };
                    (axis, each_bytes / SAMPLE_BYTES)
                }
                Own::Anchored { rate_hz } => {
                    (Axis::Anchored(Anchors::new(rate_hz)), each_bytes / SAMPLE_BYTES)
                }
                Own::Times => (Axis::times(kept), kept),
            };
            Signal::new(&name, &unit, Sampling::OverTime, Some(axis), kept)
        }));
        Signals {
            place,
            vocabulary,
            tokens: Axis::times(tokens_kept),
            made: VecDeque::new(),
            made_kept: tokens_kept,
            samples_kept: each_bytes / SAMPLE_BYTES,
            repetitions: Vec::new(),
            signals,
            places: Places::default(),
            end_ms: 0.0,
            recording: true,
            note: None,
            source: None,
            away: (0, 0.0),
        }
    }

    /// Takes in what happened.
    pub(crate) fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Began { repetition, role, at_ms, prompt_end } => {
                self.begin(repetition, role, at_ms, prompt_end);
            }
            Heard::Token { index, id, at_ms, latency_ms, phases_ms } => {
                self.token(index, id, at_ms, latency_ms, phases_ms);
            }
            Heard::Look { signal, at_ms, value } => self.sample(&signal, at_ms, value),
            Heard::Stretch { signal, values } => self.stretch(&signal, &values),
            Heard::Anchor { signal, index, at_ms } => self.anchor(signal, index, at_ms),
            Heard::Source(source) => self.source = Some(source),
            Heard::Never { signal, why } => {
                let found = self.signals.iter_mut().find(|known| known.name == signal);
                if let Some(signal) = found.filter(|signal| signal.extent.is_none()) {
                    signal.absent = Some(why.into());
                }
            }
            Heard::Ended { at_ms } => {
                let at_ms = self.reach(at_ms);
                if let Some(last) = self.repetitions.last_mut() {
                    last.mark.to_ms = Some(at_ms.max(last.mark.from_ms));
                }
            }
            Heard::Away { from_ms, to_ms } => self.away(from_ms, to_ms),
            Heard::Over => self.close(),
        }
    }

    fn begin(&mut self, index: u32, role: Role, at_ms: f64, prompt_end: u32) {
        self.end_repetition();
        let from_ms = self.reach(at_ms).max(self.repetitions.last().map_or(0.0, Repetition::end));
        let warmup = role == Role::WarmUp;
        let mark = RepetitionMark { index, warmup, from_ms, first_token_ms: None, to_ms: None };
        let first = self.tokens.len();
        self.repetitions.push(Repetition { mark, first, prompt_end, next: 0 });
    }

    /// A repetition without an end ended with its last token.
    fn end_repetition(&mut self) {
        let last_ms = self.tokens.end_ms();
        let end = self.tokens.len();
        if let Some(last) = self.repetitions.last_mut()
            && last.mark.to_ms.is_none()
        {
            let token = last_ms.filter(|_| end > last.first);
            last.mark.to_ms = Some(token.unwrap_or(last.mark.from_ms).max(last.mark.from_ms));
        }
    }

    fn token(
        &mut self,
        index: u32,
        id: Option<u32>,
        at_ms: f64,
        latency_ms: f64,
        phases_ms: [f64; 5],
    ) {
        let Some(repetition) = self.repetitions.last_mut() else { return };
        let lost = index.saturating_sub(repetition.next).min(HOLE);
        repetition.next = index.saturating_add(1);
        if index == 0 {
            repetition.mark.first_token_ms = Some(at_ms);
        }
        let role = if repetition.mark.warmup { Role::WarmUp } else { Role::Measured };
        // Lost ones lie evenly between their neighbours.
        let since = match self.tokens.end_ms() {
            Some(before) if self.tokens.len() > repetition.first => before,
            _ => repetition.mark.from_ms,
        };
        for nth in 1..=lost {
            let part = f64::from(nth) / f64::from(lost + 1);
            self.put(Made::Lost, since + (at_ms - since) * part, [f64::NAN; 6]);
        }
        let [embed, attention, feed_forward, classifier, sample] = phases_ms;
        let row = [latency_ms, embed, attention, feed_forward, classifier, sample];
        self.put(Made::Token { id, index }, at_ms, row);
        self.places.add(role, index, phases_ms);
    }

    fn put(&mut self, made: Made, at_ms: f64, row: [f64; 6]) {
        let at_ms = self.tokens.push(at_ms);
        self.reach(at_ms);
        if self.made.len() == self.made_kept {
            self.made.pop_front();
        }
        self.made.push_back(made);
        let shared = self.signals.iter_mut().filter(|signal| signal.axis.is_none());
        for (signal, value) in shared.zip(row) {
            signal.push(&[single(value)]);
        }
    }

    /// Nothing is known of the board in between: the tokens have a hole there and no line across.
    fn away(&mut self, from_ms: f64, to_ms: f64) {
        self.end_repetition();
        for at_ms in [from_ms, to_ms] {
            if self.tokens.len() > 0 {
                self.put(Made::Lost, at_ms, [f64::NAN; 6]);
            }
        }
        self.away = (self.away.0 + 1, self.away.1 + (to_ms - from_ms).max(0.0));
        let (times, seconds) = (self.away.0, self.away.1 / 1e3);
        let once = format!("the board was away once, for {seconds:.1} s");
        let often = format!("the board was away {times} times, for {seconds:.1} s in all");
        self.note = Some(format!(
            "{}; its clock began anew, and the time axis goes on by this computer's clock there",
            if times == 1 { once } else { often }
        ));
    }

    /// One sample of a signal with moments of its own.
    pub(crate) fn sample(&mut self, name: &str, at_ms: f64, value: f64) {
        let Some(signal) = self.signals.iter_mut().find(|signal| signal.name == name) else {
            return;
        };
        let Some(axis) = &mut signal.axis else { return };
        let at_ms = axis.push(at_ms);
        signal.push(&[single(value)]);
        signal.absent = None;
        self.reach(at_ms);
    }

    /// The next samples of a signal on a regular axis.
    pub(crate) fn stretch(&mut self, name: &str, values: &[f32]) {
        let Some(signal) = self.signals.iter_mut().find(|signal| signal.name == name) else {
            return;
        };
        let Some(axis @ (Axis::Regular { .. } | Axis::Anchored(_))) = &mut signal.axis else {
            return;
        };
        signal.absent = None;
        axis.extend(values.len() as u64);
        let end_ms = axis.end_ms();
        signal.push(values);
        self.reach(end_ms.unwrap_or(0.0));
    }

    /// Power, and current where there is one, come from a meter with a clock of its own.
    pub(crate) fn meter(&mut self, rate_hz: f64) {
        [POWER, CURRENT].into_iter().for_each(|name| self.anchored(name, rate_hz));
    }

    /// A signal comes at a rate, by a clock of its own.
    pub(crate) fn anchored(&mut self, name: &str, rate_hz: f64) {
        for signal in self.signals.iter_mut().filter(|signal| signal.name == name) {
            signal.axis = Some(Axis::Anchored(Anchors::new(rate_hz)));
            signal.keep(self.samples_kept);
        }
    }

    fn anchor(&mut self, of: Option<Name>, index: u64, at_ms: f64) {
        let named = |signal: &Signal| match &of {
            Some(name) => signal.name == *name,
            None => [POWER, CURRENT].contains(&&*signal.name),
        };
        for signal in self.signals.iter_mut().filter(|signal| named(signal)) {
            if let Some(Axis::Anchored(anchors)) = &mut signal.axis {
                anchors.push(index, at_ms);
            }
        }
    }

    /// What measured a signal, where that is not the board.
    pub(crate) fn source_of(&self, signal: &Signal) -> Option<SignalSource> {
        let metered = [POWER, CURRENT, TOKEN_ENERGY].contains(&&*signal.name);
        self.source.clone().filter(|_| metered)
    }

    fn close(&mut self) {
        self.end_repetition();
        self.recording = false;
        for signal in &mut self.signals {
            if signal.extent.is_none() && signal.absent.is_none() {
                let metered = self.source.is_some() && signal.name == POWER;
                let why = if metered { METER_SILENT } else { why(&signal.name, self.place) };
                signal.absent = Some(why.into());
            }
        }
    }

    /// No signal of this run has anything to draw.
    pub(crate) fn give_up(&mut self, why: &str) {
        self.recording = false;
        for signal in &mut self.signals {
            signal.absent = Some(why.into());
        }
    }

    /// The run reaches to this moment at least.
    fn reach(&mut self, at_ms: f64) -> f64 {
        let at_ms = if at_ms.is_finite() { at_ms.max(0.0) } else { self.end_ms };
        self.end_ms = self.end_ms.max(at_ms);
        at_ms
    }

    /// Where the newest sample lies.
    pub(crate) fn end_ms(&self) -> f64 {
        self.end_ms
    }

    /// All signals, in the table's order, then the board's own.
    pub(crate) fn all(&self) -> &[Signal] {
        &self.signals
    }

    /// The axis of a signal of this run.
    pub(crate) fn axis<'a>(&'a self, signal: &'a Signal) -> &'a Axis {
        signal.axis.as_ref().unwrap_or(&self.tokens)
    }

    /// The tokens' axis.
    pub(crate) fn token_axis(&self) -> &Axis {
        &self.tokens
    }

    /// Phases over the place in the text.
    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// Tokens among those of an index range that were not lost.
    pub(crate) fn count(&self, from: u64, to: u64) -> u64 {
        // Every token has its phases, also the one after a hole, which has no latency; but some
        // boards tell no phases.
        let counted = ["embed", "token_latency"].map(|name| {
            let signal = self.signals.iter().find(|signal| signal.name == name);
            signal.map_or(0, |s| between(&s.pyramid, &s.ring, from..to).stretch.count)
        });
        counted.into_iter().max().unwrap_or(0)
    }

    /// The repetitions that touch a stretch of time; of more than `at_most`, evenly chosen ones.
    pub(crate) fn marks(&self, from_ms: f64, to_ms: f64, at_most: usize) -> Vec<RepetitionMark> {
        let over = |r: &Repetition| r.mark.to_ms.is_some_and(|to| to < from_ms);
        let from = self.repetitions.partition_point(over);
        let to = self.repetitions.partition_point(|r| r.mark.from_ms <= to_ms).max(from);
        let step = (to - from).div_ceil(at_most.max(1)).max(1);
        let touching = self.repetitions.get(from..to).unwrap_or_default();
        touching.iter().step_by(step).map(|repetition| repetition.mark).collect()
    }

    /// The tokens of an index range, as far as they are still known.
    pub(crate) fn token_marks(&self, from: u64, to: u64) -> Vec<TokenMark> {
        let latency = self.signals.first();
        let mut marks = Vec::new();
        for place in from..to {
            let Some(Made::Token { id, index }) = self.made(place) else { continue };
            let Some(repetition) = self.repetition_of(place) else { continue };
            let before = match place.checked_sub(1).and_then(|before| self.made(before)) {
                _ if index == 0 => repetition.prompt_end,
                Some(Made::Token { id: Some(id), .. }) => id,
                _ => u32::MAX,
            };
            marks.push(TokenMark {
                at_ms: self.tokens.at_ms(place),
                repetition: repetition.mark.index,
                index,
                text: self.vocabulary.as_ref().zip(id).map(|(words, id)| {
                    String::from_utf8_lossy(words.decode(before, id)).into_owned()
                }),
                latency_ms: latency.and_then(|signal| signal.value(place)).map(f64::from),
            });
        }
        marks
    }

    /// Latencies of an index range that are still known one by one, first tokens left out; of more
    /// than [`EXACT`], evenly chosen ones.
    pub(crate) fn latencies(&self, from: u64, to: u64) -> Vec<f64> {
        let Some(latency) = self.signals.first() else { return Vec::new() };
        let from = from.max(latency.ring.first());
        let step = to.saturating_sub(from).div_ceil(EXACT).max(1);
        let begun = self.repetitions.partition_point(|repetition| repetition.first < from);
        let mut firsts = self.repetitions.iter().skip(begun).map(|r| r.first).peekable();
        let (old, new) = latency.ring.slices(from..to);
        let mut found = Vec::with_capacity(((old.len() + new.len()) as u64 / step) as usize + 1);
        let all = (from..).zip(old.iter().chain(new)).step_by(step as usize);
        for (place, ms) in all.filter(|(_, ms)| ms.is_finite()) {
            while firsts.next_if(|first| *first < place).is_some() {}
            let first = firsts.peek() == Some(&place)
                && matches!(self.made(place), Some(Made::Token { index: 0, .. }));
            if !first {
                found.push(f64::from(*ms));
            }
        }
        found
    }

    fn made(&self, place: u64) -> Option<Made> {
        let first = self.tokens.len() - self.made.len() as u64;
        self.made.get(usize::try_from(place.checked_sub(first)?).ok()?).copied()
    }

    fn repetition_of(&self, place: u64) -> Option<&Repetition> {
        let after = self.repetitions.partition_point(|repetition| repetition.first <= place);
        self.repetitions.get(after.checked_sub(1)?)
    }
}

impl Repetition {
    fn end(&self) -> f64 {
        self.mark.to_ms.unwrap_or(self.mark.from_ms)
    }
}

/// How the samples of a signal lie that the board declared itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Own {
    /// At a fixed rate from the run's beginning on.
    Regular { rate_hz: f64 },
    /// At a rate, with known moments of some.
    Anchored { rate_hz: f64 },
    /// With moments of their own.
    Times,
}
