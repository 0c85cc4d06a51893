//! The flags of a power meter.

use std::path::PathBuf;
use std::time::Duration;

use board::meter::emulator::Faults;
use board::meter::{METERS, MeterModel, Wave};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use protocol::{MeterSeries, MeterSpec, MeterSupply};

/// A meter beside the board.
#[derive(Args, Debug)]
pub(crate) struct MeterArgs {
    /// Measure power beside the board: ppk2 or lpm01a where one is plugged in, or a meter's port
    #[arg(long, value_name = "PORT|ppk2")]
    pub(crate) meter: Option<String>,
    /// What is behind that port, where USB does not say it [default: ppk2]
    #[arg(long, value_name = "MODEL", value_parser = models(), requires = "meter")]
    pub(crate) meter_model: Option<MeterModel>,
    /// The board's supply, such as 3300mV or 3.3V
    #[arg(long, value_name = "VOLTAGE", value_parser = millivolts, requires = "meter")]
    pub(crate) meter_voltage: Option<u32>,
    /// The meter feeds the board with that voltage; without this it only looks
    #[arg(long, requires = "meter_voltage")]
    pub(crate) meter_feeds: bool,
    /// The meter's input that the board raises while a repetition runs
    #[arg(long, value_name = "D0…D7", value_parser = pin, requires = "meter")]
    pub(crate) meter_trigger: Option<u8>,
    /// Samples a second, where the meter can choose
    #[arg(long, value_name = "HZ", requires = "meter")]
    pub(crate) meter_rate: Option<u32>,
    /// How long the idle board is measured first, in seconds; 0 leaves it out
    #[arg(long, default_value_t = 2.0, value_name = "SECONDS", requires = "meter")]
    pub(crate) meter_idle: f32,
    /// What to keep of its samples
    #[arg(long, value_enum, default_value_t = SeriesArg::Power, requires = "meter")]
    pub(crate) meter_series: SeriesArg,
}

/// What to keep.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SeriesArg {
    Power,
    /// Power and current.
    Both,
}

impl MeterArgs {
    /// What the flags ask for.
    pub(crate) fn spec(self) -> Option<MeterSpec> {
        Some(MeterSpec {
            port: self.meter?,
            model: self.meter_model.map(|model| model.row().name.to_owned()),
            millivolts: self.meter_voltage,
            supply: if self.meter_feeds { MeterSupply::Meter } else { MeterSupply::Elsewhere },
            trigger_pin: self.meter_trigger,
            rate_hz: self.meter_rate,
            idle_s: self.meter_idle,
            series: match self.meter_series {
                SeriesArg::Power => MeterSeries::Power,
                SeriesArg::Both => MeterSeries::PowerAndCurrent,
            },
        })
    }
}

/// Plays a meter.
#[derive(Args, Debug)]
pub(crate) struct MeterEmulatorArgs {
    /// Which meter
    #[arg(value_parser = models())]
    pub(crate) model: MeterModel,
    /// What it measures, such as square:20mA:40mA:100Hz
    #[arg(long, default_value = "square:20mA:40mA:100Hz", value_parser = str::parse::<Wave>)]
    pub(crate) wave: Wave,
    /// Lose every so many-th sample
    #[arg(long, default_value_t = 0, value_name = "N")]
    lose_every: u64,
    /// Say every so many-th sample twice
    #[arg(long, default_value_t = 0, value_name = "N")]
    double_every: u64,
    /// Put a byte of nothing behind every so many-th sample
    #[arg(long, default_value_t = 0, value_name = "N")]
    noise_every: u64,
    /// Be pulled out so many seconds after sampling began
    #[arg(long, value_name = "SECONDS")]
    unplug_after: Option<f64>,
    /// Of a PPK2: D0 is high while there is such a file
    #[arg(long, value_name = "FILE")]
    pub(crate) gate: Option<PathBuf>,
}

impl MeterEmulatorArgs {
    /// What goes wrong.
    pub(crate) fn faults(&self) -> Faults {
        Faults {
            lose_every: self.lose_every,
            noise_every: self.noise_every,
            double_every: self.double_every,
            unplug_after: self.unplug_after.and_then(|s| Duration::try_from_secs_f64(s).ok()),
        }
    }
}

fn models() -> impl TypedValueParser<Value = MeterModel> {
    let names = PossibleValuesParser::new(METERS.map(|row| row.name));
    names.map(|name| MeterModel::named(&name).unwrap_or(MeterModel::Ppk2))
}

/// `3300mV`, `3.3V`.
fn millivolts(text: &str) -> Result<u32, String> {
    let found = match text.strip_suffix("mV") {
        Some(number) => number.trim().parse::<f64>().ok(),
        None => text.strip_suffix('V').and_then(|n| n.trim().parse::<f64>().ok()).map(|v| v * 1e3),
    };
    match found {
        Some(mv) if (1.0..=60_000.0).contains(&mv) => Ok(mv.round() as u32),
        _ => Err("a voltage such as 3300mV or 3.3V".into()),
    }
}

/// `D3`.
fn pin(text: &str) -> Result<u8, String> {
    let digit = text.strip_prefix(['D', 'd']).unwrap_or(text);
    digit.parse().ok().filter(|pin| *pin < 8).ok_or_else(|| "an input from D0 to D7".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voltages_have_a_unit_and_inputs_a_letter() {
        assert_eq!((millivolts("3300mV"), millivolts("3.3V")), (Ok(3300), Ok(3300)));
        for wrong in ["3300", "V", "-3V", "1e9V", "nanV", "3,3V"] {
            assert!(millivolts(wrong).is_err(), "{wrong}");
        }
        assert_eq!((pin("D0"), pin("d7"), pin("3")), (Ok(0), Ok(7), Ok(3)));
        assert!(pin("D8").is_err() && pin("").is_err());
    }
}
