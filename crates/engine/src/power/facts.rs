//! What is to be known of a run's meter: kept with the circumstances, shown beside the power.

use board::meter::{MeterInfo, Supply};
use protocol::{Fingerprint, MeterSpec, SignalSource};

use super::idle::Idle;
use super::shared::State;
use super::tally::Tally;
use super::timing::{Method, Timing};

const NAME: &str = "meter.name";
const EMULATED: &str = "meter.emulated";
const ALIGNED: &str = "meter.aligned_by";
const UNCERTAINTY: &str = "meter.uncertainty_ms";
const IDLE: &str = "meter.idle_mw";

/// Puts everything into the circumstances.
pub(super) fn put(
    print: &mut Fingerprint,
    info: &MeterInfo,
    spec: &MeterSpec,
    state: &State,
    idle: Option<Idle>,
    tally: &Tally,
) {
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            print.insert(key.to_owned(), value);
        }
    };
    put(NAME, Some(info.name.clone()));
    put("meter.port", Some(spec.port.clone()));
    put(EMULATED, Some(info.emulated.to_string()));
    put("meter.rate_hz", info.rate_hz.map(|hz| hz.to_string()));
    put("meter.millivolts", info.volts.map(|volts| format!("{:.0}", volts * 1e3)));
    let supply = match info.supply {
        Supply::Elsewhere => "elsewhere",
        Supply::Meter => "the meter",
    };
    put("meter.supply", Some(supply.into()));
    put(ALIGNED, Some(words(state.timing.method())));
    let unseen = spec.trigger_pin.filter(|_| !matches!(state.timing.method(), Method::Trigger(_)));
    put(
        "meter.trigger",
        unseen.map(|pin| format!("no edge of D{pin} came near the beginning of a repetition")),
    );
    put(UNCERTAINTY, state.timing.uncertainty_ms().map(|ms| format!("{ms:.3}")));
    put(IDLE, idle.map(|idle| format!("{:.3}", idle.mw)));
    put("meter.idle_s", idle.map(|idle| idle.secs.to_string()));
    put("meter.samples", Some(state.samples.to_string()));
    put("meter.lost_samples", info.model.row().numbered.then(|| state.lost.to_string()));
    put("meter.noise_bytes", Some(state.noise.to_string()));
    put("meter.ended", state.ended.clone());
    put("meter.without_energy", tally.words());
}

/// A meter that is part of the board.
pub(crate) struct OwnMeter<'a> {
    /// What the board calls its power.
    pub(crate) name: &'a str,
    pub(crate) emulated: bool,
    pub(crate) rate_hz: Option<f64>,
    pub(crate) timer_hz: u64,
}

/// What measures by the very clock that the run is told in.
const OWN_CLOCK: &str = "the board's own clock";

impl OwnMeter<'_> {
    fn title(&self) -> String {
        format!("the board's own, {}", self.name)
    }

    /// A sample, or a tick.
    fn uncertainty_ms(&self) -> f64 {
        1e3 / self.rate_hz.unwrap_or(self.timer_hz as f64)
    }

    /// In short, while the run goes on.
    pub(crate) fn source(&self) -> SignalSource {
        let uncertainty = format!("{:.3}", self.uncertainty_ms());
        SignalSource {
            name: self.title(),
            emulated: self.emulated,
            aligned: aligned(OWN_CLOCK, Some(&uncertainty), None),
        }
    }
}

/// Puts what there is to know of the board's own meter into the circumstances.
pub(crate) fn put_own(
    print: &mut Fingerprint,
    by: &OwnMeter<'_>,
    [kept, lost]: [u64; 2],
    tally: &Tally,
) {
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            print.insert(key.to_owned(), value);
        }
    };
    put(NAME, Some(by.title()));
    put(EMULATED, Some(by.emulated.to_string()));
    put("meter.rate_hz", by.rate_hz.map(|hz| hz.to_string()));
    put(ALIGNED, Some(OWN_CLOCK.into()));
    put(UNCERTAINTY, Some(format!("{:.3}", by.uncertainty_ms())));
    put("meter.samples", Some(kept.to_string()));
    put("meter.lost_samples", Some(lost.to_string()));
    put("meter.without_energy", tally.words());
}

/// The same in short, while the run goes on.
pub(super) fn source(info: &MeterInfo, timing: &Timing, idle: Option<Idle>) -> SignalSource {
    let uncertainty = timing.uncertainty_ms().map(|ms| format!("{ms:.3}"));
    let idle = idle.map(|idle| format!("{:.3}", idle.mw));
    SignalSource {
        name: info.name.clone(),
        emulated: info.emulated,
        aligned: aligned(&words(timing.method()), uncertainty.as_deref(), idle.as_deref()),
    }
}

/// And of a stored run.
pub(crate) fn source_of(print: &Fingerprint) -> Option<SignalSource> {
    let value = |key: &str| print.get(key).map(String::as_str);
    Some(SignalSource {
        name: value(NAME)?.to_owned(),
        emulated: value(EMULATED) == Some("true"),
        aligned: aligned(value(ALIGNED)?, value(UNCERTAINTY), value(IDLE)),
    })
}

fn words(method: Method) -> String {
    match method {
        Method::Trigger(pin) => format!("edges of D{pin}"),
        Method::Pings => "pings".into(),
        Method::FirstWord => "the moment of the board's first word".into(),
    }
}

fn aligned(method: &str, uncertainty_ms: Option<&str>, idle_mw: Option<&str>) -> String {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
    let within = match number(uncertainty_ms) {
        Some(ms) => format!(", ± {}", protocol::numbers::with_unit(ms, "ms")),
        None => ", by how much is unknown".into(),
    };
    let idle = match number(idle_mw) {
        Some(mw) => format!("; idle {}", protocol::numbers::with_unit(mw, "mW")),
        None => String::new(),
    };
    format!("placed by {method}{within}{idle}")
}
