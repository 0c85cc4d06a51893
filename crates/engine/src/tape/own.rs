//! The board's own series on the tape.

use std::collections::BTreeMap;

use protocol::{Fingerprint, SignalSource};

use super::Tape;
use crate::own::{Told, put_facts, put_power};
use crate::power::OwnMeter;
use crate::signals::Heard;

impl Tape {
    /// Samples of a series came, the first with this number in the repetition, taken at these ticks.
    pub(crate) fn samples(&mut self, series: u8, index: u64, ticks: u64, values: &[f32]) {
        // Where the word of the beginning was lost, the first sign of life counts.
        self.began(ticks);
        let at_ms = self.moment_ms(ticks);
        let Some(own) = self.own.iter_mut().find(|own| own.declared.board.number == series) else {
            return;
        };
        let told = own.samples(index, at_ms, values);
        self.take_in(told);
    }

    /// The board says how many samples of a series it took.
    pub(crate) fn sampled(&mut self, series: u8, taken: Option<u64>) {
        let found = self.own.iter_mut().find(|own| own.declared.board.number == series);
        found.into_iter().for_each(|own| own.taken(taken));
    }

    pub(super) fn end_own(&mut self, at_ms: f64) {
        let told: Vec<Told> = self.own.iter_mut().map(|own| own.end(at_ms)).collect();
        told.into_iter().for_each(|told| self.take_in(told));
    }

    pub(super) fn away_own(&mut self, from_ms: f64, to_ms: f64) {
        let told: Vec<Told> = self.own.iter_mut().map(|own| own.away(from_ms, to_ms)).collect();
        told.into_iter().for_each(|told| self.take_in(told));
    }

    /// The figures of the board's own series in this repetition, and their units.
    pub(crate) fn put_own(
        &self,
        values: &mut BTreeMap<String, f64>,
        units: &mut BTreeMap<String, String>,
    ) {
        for own in &self.own {
            let mut figures = BTreeMap::new();
            own.put_figures(&mut figures);
            let unit = &own.declared.board.unit;
            units.extend(figures.keys().map(|name| (name.clone(), unit.clone())));
            values.extend(figures);
        }
    }

    /// What there is to know of them, once the run is over.
    pub(crate) fn put_own_facts(&self, print: &mut Fingerprint) {
        put_facts(print, &self.own);
        if let Some(own) = self.own_power() {
            put_power(print, &self.board, own, &self.own_tally);
        }
    }

    /// Where the power comes from, where that is the board itself.
    pub(super) fn own_source(&self) -> Option<SignalSource> {
        let own = self.own_power()?;
        let by = OwnMeter {
            name: &own.declared.board.name,
            emulated: self.board.emulated,
            rate_hz: own.declared.board.rate_hz,
            timer_hz: self.timer_hz,
        };
        Some(by.source())
    }

    /// The moment of a tick that may lie before the run's zero: a sample that holds as it begins.
    fn moment_ms(&self, ticks: u64) -> f64 {
        let zero = self.zero.unwrap_or(ticks);
        match ticks.checked_sub(zero) {
            Some(since) => self.zero_ms + crate::repetition::ms(since, self.timer_hz),
            None => self.zero_ms - crate::repetition::ms(zero - ticks, self.timer_hz),
        }
    }

    fn take_in(&mut self, told: Told) {
        let Told { chunks, heard } = told;
        chunks.into_iter().for_each(|(series, at, values)| self.chunk(series, at, values));
        heard.into_iter().for_each(|heard: Heard| self.tell(heard));
    }
}
