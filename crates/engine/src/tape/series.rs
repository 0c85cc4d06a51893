//! The series of a run in the store, and the signals that they are in memory.

use std::sync::Arc;

use protocol::MeterSeries;
use store::{NewSeries, SampleEncoding, SeriesId, Store};

use super::{ANCHOR, BEGAN, ENDED, TIME_OF, TOKEN_TIME};
use crate::error::EngineError;
use crate::own::{Declared, Ids, OwnSeries};
use crate::power::{MeterSeriesIds, Opened};
use crate::recording::SERIES;
use crate::signals::{ANCHOR_OF, CURRENT, HEAP, Own, POWER, PROCESS, Place, Signals, TOKEN_ENERGY};

/// The signals over time, with the unit and encoding of their series.
const LOOKS: [(&str, &str, SampleEncoding); 3] = [
    (HEAP, "B", SampleEncoding::F64),
    (PROCESS, "B", SampleEncoding::F64),
    (POWER, "mW", SampleEncoding::F32),
];

/// The run's series in the store.
pub(super) struct Series {
    /// In the order of [`SERIES`], then [`TOKEN_TIME`].
    pub(super) tokens: Vec<SeriesId>,
    pub(super) began: SeriesId,
    pub(super) ended: SeriesId,
    pub(super) looks: Vec<Look>,
    /// Made when the board is away for the first time.
    pub(super) away: Option<SeriesId>,
    pub(super) meter: Option<MeterSeriesIds>,
}

/// One signal over time in the store.
pub(super) struct Look {
    pub(super) name: &'static str,
    pub(super) values: SeriesId,
    pub(super) moments: SeriesId,
    pub(super) next: u64,
}

/// What a run has beyond what every run has.
pub(super) struct Beyond<'a> {
    pub(super) meter: Option<&'a Opened>,
    /// The board's own series.
    pub(super) own: &'a [Declared],
}

impl Beyond<'_> {
    /// Something measures the power: a meter, or the board by itself.
    fn metered(&self) -> bool {
        self.meter.is_some() || self.own.iter().any(Declared::is_power)
    }
}

fn new(name: &str, unit: &str, encoding: SampleEncoding) -> NewSeries {
    NewSeries { name: name.into(), unit: unit.into(), rate_hz: None, encoding }
}

impl Series {
    /// Makes them all.
    pub(super) fn make(
        store: &Store,
        run: &store::RunId,
        beyond: &Beyond<'_>,
    ) -> Result<(Series, Vec<OwnSeries>), EngineError> {
        let mut all: Vec<NewSeries> =
            SERIES.iter().map(|(name, unit, encoding)| new(name, unit, *encoding)).collect();
        for name in [TOKEN_TIME, BEGAN, ENDED] {
            all.push(new(name, "ms", SampleEncoding::F64));
        }
        let mut looks = LOOKS.to_vec();
        if beyond.metered() {
            // What measures the power has its series.
            looks.retain(|(name, ..)| *name != POWER);
            looks.push((TOKEN_ENERGY, "mJ", SampleEncoding::F32));
        }
        for (name, unit, encoding) in looks.iter().copied() {
            all.push(new(name, unit, encoding));
            all.push(new(&format!("{name}{TIME_OF}"), "ms", SampleEncoding::F64));
        }
        let metered = all.len();
        beyond.meter.into_iter().for_each(|meter| of_meter(meter, &mut all));
        let owned = all.len();
        beyond.own.iter().for_each(|declared| of_board(declared, &mut all));
        let ids = store.add_all_series(run, all)?;
        let (before, own) = ids.split_at_checked(owned).unwrap_or_default();
        let (usual, meter) = before.split_at_checked(metered).unwrap_or_default();
        let (tokens, rest) = usual.split_at_checked(SERIES.len() + 1).unwrap_or_default();
        let [began, ended, pairs @ ..] = rest else {
            return Err(EngineError::Panicked("the store made too few series".into()));
        };
        let looks = looks.iter().zip(pairs.as_chunks().0).map(|((name, ..), [values, moments])| {
            Look { name, values: *values, moments: *moments, next: 0 }
        });
        let looks = looks.collect();
        let meter = match *meter {
            [power, moments, ref more @ ..] => Some(MeterSeriesIds {
                power,
                moments,
                anchors: more.first().copied(),
                current: more.get(1).copied(),
            }),
            _ => None,
        };
        let mut own = own.iter().copied();
        let mut lanes = Vec::new();
        for declared in beyond.own {
            let (Some(values), Some(moments)) = (own.next(), own.next()) else { break };
            let anchors = declared.board.rate_hz.and_then(|_| own.next());
            lanes.push(OwnSeries::new(declared.clone(), Ids { values, moments, anchors }));
        }
        let (tokens, began, ended) = (tokens.to_vec(), *began, *ended);
        Ok((Series { tokens, began, ended, looks, away: None, meter }, lanes))
    }
}

fn of_meter(meter: &Opened, all: &mut Vec<NewSeries>) {
    let single = SampleEncoding::F32;
    let rate_hz = meter.info.rate_hz;
    all.push(NewSeries { rate_hz, ..new(POWER, "mW", single) });
    let of = if rate_hz.is_some() { ANCHOR } else { POWER };
    all.push(new(&format!("{of}{TIME_OF}"), "ms", SampleEncoding::F64));
    if rate_hz.is_some() {
        all.push(new(ANCHOR, "", SampleEncoding::F64));
    }
    if meter.spec.series == MeterSeries::PowerAndCurrent && rate_hz.is_some() {
        all.push(NewSeries { rate_hz, ..new(CURRENT, "mA", single) });
    }
}

/// Values, moments, and with a rate which samples the moments are of.
fn of_board(declared: &Declared, all: &mut Vec<NewSeries>) {
    let Declared { board, signal, unit, .. } = declared;
    all.push(NewSeries { rate_hz: board.rate_hz, ..new(signal, unit, SampleEncoding::F32) });
    let exact = SampleEncoding::F64;
    match board.rate_hz {
        None => all.push(new(&format!("{signal}{TIME_OF}"), "ms", exact)),
        Some(_) => {
            all.push(new(&format!("{signal}{ANCHOR_OF}{TIME_OF}"), "ms", exact));
            all.push(new(&format!("{signal}{ANCHOR_OF}"), "", exact));
        }
    }
}

/// The signals of a run.
pub(super) fn signals(
    place: Place,
    words: Option<Arc<tinyllm::Tokenizer>>,
    beyond: &Beyond<'_>,
) -> Signals {
    let mut own = Vec::new();
    if beyond.metered() {
        own.push((TOKEN_ENERGY.to_owned(), "mJ".to_owned(), Own::Times));
    }
    let rate_hz = beyond.meter.and_then(|meter| meter.info.rate_hz);
    let current = beyond.meter.is_some_and(|m| m.spec.series == MeterSeries::PowerAndCurrent);
    if let Some(rate_hz) = rate_hz.filter(|_| current) {
        own.push((CURRENT.to_owned(), "mA".to_owned(), Own::Regular { rate_hz }));
    }
    for declared in beyond.own.iter().filter(|declared| !declared.is_power()) {
        let lie = match declared.board.rate_hz {
            Some(rate_hz) => Own::Anchored { rate_hz },
            None => Own::Times,
        };
        own.push((declared.signal.clone(), declared.unit.clone(), lie));
    }
    // As they come back from the store.
    own.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    let mut signals = Signals::with(place, words, own);
    if let Some(rate_hz) = rate_hz {
        signals.meter(rate_hz);
    }
    let power = beyond.own.iter().find(|declared| declared.is_power());
    if let Some(rate_hz) = power.and_then(|power| power.board.rate_hz) {
        signals.anchored(POWER, rate_hz);
    }
    signals
}
