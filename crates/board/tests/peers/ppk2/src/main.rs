//! Reads a PPK2 by the crate `ppk2`, which others wrote from the meter itself: what it makes of the one that
//! `benchvise meter-emulator` plays, as the meter that feeds a board and as the one that looks on.
//!
//! `ppk2-peer PORT ampere|source LOW_UA HIGH_UA` wants a square wave between the two and fails where it sees
//! anything else.

use std::error::Error;
use std::time::{Duration, Instant};

use ppk2::Ppk2;
use ppk2::measurement::MeasurementMatch;
use ppk2::types::{DevicePower, LogicPortPins, MeasurementMode, SourceVoltage};

/// What is read in each mode.
const SAMPLES: usize = 50_000;
/// Below the meter's own rate the crate hands out means of several samples.
const FULL: usize = 100_000;
/// What the steps of a range are allowed to make of a current.
const TOLERANCE: f64 = 0.02;
const LONGEST: Duration = Duration::from_secs(60);

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let mut next = || words.next().ok_or("usage: ppk2-peer PORT ampere|source LOW_UA HIGH_UA");
    let (port, mode) = (next()?, next()?.parse::<MeasurementMode>()?);
    let (low, high) = (next()?.parse::<f64>()?, next()?.parse::<f64>()?);
    let meter = Ppk2::new(port, mode)?;
    read(meter, mode, low, high)
}

fn read(mut meter: Ppk2, mode: MeasurementMode, low: f64, high: f64) -> Result<(), Box<dyn Error>> {
    meter.set_source_voltage(SourceVoltage::from_millivolts(3300))?;
    meter.set_device_power(DevicePower::Enabled)?;
    let (samples, stop) = meter.start_measurement_matching(LogicPortPins::default(), FULL)?;
    let (mut read, mut near_low, mut near_high, mut sum) = (0, 0, 0, 0.0);
    let began = Instant::now();
    while read < SAMPLES {
        if began.elapsed() > LONGEST {
            return Err(format!("{read} samples in {LONGEST:?}").into());
        }
        match samples.recv_timeout(LONGEST)? {
            MeasurementMatch::Match(sample) => {
                let micro_amps = f64::from(sample.micro_amps);
                let near = |level: f64| (micro_amps / level - 1.0).abs() < TOLERANCE;
                near_low += usize::from(near(low));
                near_high += usize::from(near(high));
                sum += micro_amps;
                read += 1;
            }
            MeasurementMatch::NoMatch => return Err("a sample did not match no condition".into()),
        }
    }
    let meter = stop()?;
    drop(meter);
    let mean = sum / read as f64;
    println!(
        "{mode:?}: {read} samples, mean {mean:.0} µA; {near_low} at {low} µA, {near_high} at {high} µA"
    );
    let share = |n: usize| n as f64 / read as f64;
    let middle = (low + high) / 2.0;
    let well = (0.45..0.55).contains(&share(near_low))
        && (0.45..0.55).contains(&share(near_high))
        && (mean / middle - 1.0).abs() < TOLERANCE;
    if well { Ok(()) } else { Err("this is not the wave that is played".into()) }
}
