//! Energy of tokens and repetitions, by a meter beside the board or by the board's own.

use std::collections::BTreeMap;

use board::RunTotals;

use super::Tape;
use crate::own::OwnSeries;
use crate::power::{Power, SETTLED_MS, Tally};
use crate::repetition::{energy_each, ms};
use crate::signals::{Missing, TOKEN_ENERGY, energy_mj};

impl Tape {
    /// Something measures the power all the time, so that the board's counter is not looked at.
    pub(super) fn metered(&self) -> bool {
        self.power.is_some() || self.own_power().is_some()
    }

    /// The board's own power.
    pub(super) fn own_power(&self) -> Option<&OwnSeries> {
        self.own.iter().find(|own| own.declared.is_power())
    }

    /// How far the power is known, and lies where it will stay.
    fn settled_ms(&self) -> Option<f64> {
        match &self.power {
            Some(power) => power.reached_ms().map(|reached_ms| reached_ms - SETTLED_MS),
            None => self.own_power().and_then(OwnSeries::reached_ms),
        }
    }

    /// Energy of the tokens that the power has reached.
    pub(super) fn weigh(&mut self) {
        if let Some(settled_ms) = self.settled_ms() {
            self.weigh_until(settled_ms);
        }
    }

    fn weigh_until(&mut self, until_ms: f64) {
        while let Some([from_ms, to_ms]) = self.unweighed.pop_front_if(|[_, to]| *to < until_ms) {
            let energy = self.live.look(|signals| energy_mj(signals, from_ms, to_ms));
            self.look_at(TOKEN_ENERGY, to_ms, energy.unwrap_or(f64::NAN));
        }
    }

    /// Puts the energy of the repetition that ended into its values: gross, and net of the idle board.
    /// Where it is not known it is absent, and counted with its reason.
    pub(crate) fn weigh_repetition(
        &mut self,
        totals: &RunTotals,
        values: &mut BTreeMap<String, f64>,
    ) {
        if !self.metered() {
            return;
        }
        let at = |ticks: u64| {
            self.zero_ms + ms(ticks.saturating_sub(self.zero.unwrap_or(ticks)), self.timer_hz)
        };
        let (from_ms, to_ms) = (at(totals.began), at(totals.ended));
        match &self.power {
            Some(power) => {
                power.wait_for(to_ms);
                self.weigh();
            }
            // Its samples all came before the board's last word.
            None => self.weigh_until(f64::INFINITY),
        }
        let idle_mw = self.power.as_ref().and_then(Power::idle_mw);
        // A counter of the processor is not mixed with a meter of the whole.
        values.retain(|name, _| !name.starts_with("energy_mj"));
        let gross_mj = match self.live.look(|signals| energy_mj(signals, from_ms, to_ms)) {
            Ok(gross_mj) => gross_mj,
            Err(why) => return self.tally(why),
        };
        let net_mj = idle_mw.map(|mw| gross_mj - mw * (to_ms - from_ms) / 1e3);
        let mut put = |name: &str, value: f64| {
            if value.is_finite() {
                values.insert(name.to_owned(), value);
            }
        };
        for (name, mj) in [("energy_mj", Some(gross_mj)), ("net_energy_mj", net_mj)] {
            let Some(mj) = mj else { continue };
            put(name, mj);
            energy_each(name, Some(mj), totals).for_each(|(name, mj)| put(&name, mj));
        }
    }

    fn tally(&mut self, why: Missing) {
        let tally: &mut Tally = match &mut self.power {
            Some(power) => power.tally(),
            None => &mut self.own_tally,
        };
        tally.without(why);
    }
}
