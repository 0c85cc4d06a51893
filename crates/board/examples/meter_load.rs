//! What a PPK2 at its full rate costs this computer, and whether a sample is lost:
//! `cargo run --profile work -p board --example meter_load -- 60` for sixty seconds. It fails where one is lost.
//!
//! The meter is played by another process, whose cost is not counted. Linux alone says what a process
//! took.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use board::Pty;
use board::meter::emulator::{Emulation, Faults, play};
use board::meter::{MeterModel, MeterSetup, Readings, open_meter};

fn main() -> Result<(), Box<dyn Error>> {
    let asked = std::env::args().nth(1).unwrap_or_else(|| "60".into());
    if asked == "play" {
        let (end, path) = Pty::pair()?;
        writeln!(std::io::stdout(), "{path}")?;
        let wave = "square:20mA:40mA:100Hz".parse()?;
        let (model, faults, gate) = (MeterModel::Ppk2, Faults::default(), None);
        play(Box::new(end), &Emulation { model, wave, faults, gate })?;
        return Ok(());
    }
    let seconds = Duration::from_secs_f64(asked.parse()?);
    let me = std::env::current_exe()?;
    let mut meter = Command::new(me).arg("play").stdout(Stdio::piped()).spawn()?;
    let mut path = String::new();
    if let Some(out) = meter.stdout.take() {
        BufReader::new(out).read_line(&mut path)?;
    }
    let setup = MeterSetup { millivolts: Some(3300), ..MeterSetup::default() };
    let mut reading = open_meter(path.trim(), None, &setup)?;
    reading.start()?;
    let mut readings = Readings::default();
    let (mut samples, mut lost, mut noise, mut sum) = (0_u64, 0, 0, 0.0);
    let (began, took) = (Instant::now(), took_s());
    while began.elapsed() < seconds {
        reading.read(&mut readings, Duration::from_millis(100))?;
        samples += readings.amps.len() as u64;
        lost += readings.lost;
        noise += readings.noise;
        sum += readings
            .amps
            .iter()
            .filter(|amps| amps.is_finite())
            .map(|a| f64::from(*a))
            .sum::<f64>();
        readings.clear();
    }
    let (passed_s, took_s) = (began.elapsed().as_secs_f64(), took_s() - took);
    drop(reading);
    meter.wait()?;
    writeln!(
        std::io::stdout(),
        "{samples} samples in {passed_s:.1} s ({:.0} a second), {lost} lost, {noise} bytes of noise, mean {:.3} mA, \
         {:.1} % of a core",
        samples as f64 / passed_s,
        sum / (samples - lost) as f64 * 1e3,
        100.0 * took_s / passed_s,
    )?;
    if lost == 0 { Ok(()) } else { Err("samples were lost".into()) }
}

/// Seconds that this thread has run; NaN where the system does not say.
fn took_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ran_ns = stat.split(' ').next().and_then(|ns| ns.parse::<f64>().ok());
    ran_ns.map_or(f64::NAN, |ns| ns / 1e9)
}
