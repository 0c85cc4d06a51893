//! Meters over real pseudo-terminals: the drivers against meters that programs play.
//!
//! Other people's programs accept the played PPK2 too. The crate `ppk2` 0.1.3 (MIT) would be a
//! test-only dependency, but it takes `serialport` with its default features, which bring
//! `libudev-sys`: that wants the headers of libudev to build, and `deny.toml` bans it for that. So it
//! was tried by hand, in a project of its own; `docs/meters.md` says how, and what came out.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use board::meter::emulator::{Emulation, Faults, play};
use board::meter::{
    Edge, Meter, MeterModel, MeterSetup, Readings, Slope, Supply, open_meter, open_meter_over,
};
use board::{BoardError, Pty, Serial, Transport};

const FED: MeterSetup =
    MeterSetup { millivolts: Some(3300), supply: Supply::Meter, watched: 0, rate_hz: None };

/// A meter that a thread plays, and the path of its port.
fn played(model: MeterModel, wave: &str, faults: Faults) -> (String, JoinHandle<()>) {
    let (end, path) = Pty::pair().unwrap();
    let emulation = Emulation { model, wave: wave.parse().unwrap(), faults, gate: None };
    let thread = std::thread::Builder::new().name("test-meter".into());
    let thread = thread.spawn(move || play(Box::new(end), &emulation).unwrap()).unwrap();
    (path, thread)
}

/// Reads until there are so many samples; all of them in one.
fn take(meter: &mut dyn Meter, samples: usize) -> Readings {
    let mut readings = Readings::default();
    let until = Instant::now() + Duration::from_secs(20);
    while readings.amps.len() < samples {
        assert!(Instant::now() < until, "{} of {samples} came", readings.amps.len());
        meter.read(&mut readings, Duration::from_millis(100)).unwrap();
    }
    readings
}

/// Mean, smallest and largest of the finite ones of the first `samples`, in mA or mW.
fn figures(values: &[f32], samples: usize) -> [f64; 3] {
    let values: Vec<f64> =
        values[..samples].iter().filter(|v| v.is_finite()).map(|v| f64::from(*v) * 1e3).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let fold = |with: fn(f64, f64) -> f64| values.iter().copied().reduce(with).unwrap();
    [mean, fold(f64::min), fold(f64::max)].map(|figure| (figure * 10.0).round() / 10.0)
}

#[test]
fn a_ppk2_at_20_and_40_ma_reads_30() {
    let (path, thread) = played(MeterModel::Ppk2, "square:20mA:40mA:100Hz", Faults::default());
    let mut meter = open_meter(&path, None, &FED).unwrap();
    let info = meter.info();
    assert!(info.emulated && info.name == "emulated PPK2", "{info:?}");
    meter.start().unwrap();
    let readings = take(&mut *meter, 50_000);
    assert_eq!((readings.lost, readings.noise), (0, 0));
    assert_eq!(figures(&readings.amps, 50_000), [30.0, 20.0, 40.0]);
    let [mean, low, high] = figures(&readings.watts, 50_000);
    // A step of the converter is 0.15 mW here.
    assert!((mean - 99.0).abs() < 0.2 && (low - 66.0).abs() < 0.2 && (high - 132.0).abs() < 0.2);
    // Again, from 0.
    meter.stop().unwrap();
    meter.start().unwrap();
    assert_eq!(figures(&take(&mut *meter, 1000).amps, 1000), [30.0, 20.0, 40.0]);
    drop(meter);
    thread.join().unwrap();
}

#[test]
fn every_range_of_a_ppk2_reads_what_flows() {
    for (wave, microamps) in
        [("40uA", 40.0), ("300uA", 300.0), ("4mA", 4e3), ("50mA", 5e4), ("400mA", 4e5)]
    {
        let (path, thread) =
            played(MeterModel::Ppk2, &format!("constant:{wave}"), Faults::default());
        let mut meter = open_meter(&path, None, &FED).unwrap();
        meter.start().unwrap();
        let read = f64::from(take(&mut *meter, 100).amps[99]) * 1e6;
        assert!((read / microamps - 1.0).abs() < 0.01, "{read} of {microamps}");
        drop(meter);
        thread.join().unwrap();
    }
}

#[test]
fn what_a_ppk2_loses_doubles_or_garbles_is_counted_and_time_stays_right() {
    let faults = Faults { lose_every: 1000, ..Faults::default() };
    let (path, thread) = played(MeterModel::Ppk2, "square:20mA:40mA:100Hz", faults);
    let mut meter = open_meter(&path, None, &FED).unwrap();
    meter.start().unwrap();
    let readings = take(&mut *meter, 50_000);
    assert!((40..=60).contains(&readings.lost), "{} lost", readings.lost);
    let missing = readings.amps.iter().filter(|amps| amps.is_nan()).count();
    assert_eq!(missing as u64, readings.lost);
    assert_eq!(figures(&readings.amps, 50_000), [30.0, 20.0, 40.0]);
    drop(meter);
    thread.join().unwrap();

    let faults = Faults { noise_every: 500, double_every: 700, ..Faults::default() };
    let (path, thread) = played(MeterModel::Ppk2, "square:20mA:40mA:100Hz", faults);
    let mut meter = open_meter(&path, None, &FED).unwrap();
    meter.start().unwrap();
    let readings = take(&mut *meter, 20_000);
    assert!(readings.noise > 20, "{} bytes of noise", readings.noise);
    assert_eq!(readings.lost, 0, "nothing was lost");
    drop(meter);
    thread.join().unwrap();
}

#[test]
fn an_lpm01a_reads_the_same_as_text_and_in_two_bytes() {
    for (rate_hz, samples) in [(1000, 500), (10_000, 5000), (100_000, 20_000)] {
        let (path, thread) =
            played(MeterModel::Lpm01a, "square:20mA:40mA:100Hz", Faults::default());
        let setup = MeterSetup { rate_hz: Some(rate_hz), ..FED };
        let mut meter = open_meter(&path, Some(MeterModel::Lpm01a), &setup).unwrap();
        assert!(meter.info().emulated);
        meter.start().unwrap();
        let readings = take(&mut *meter, samples);
        assert_eq!(figures(&readings.amps, samples), [30.0, 20.0, 40.0], "{rate_hz}");
        assert_eq!(readings.watts.len(), readings.amps.len());
        // Again, from 0, and the board is fed again.
        meter.stop().unwrap();
        meter.start().unwrap();
        let again = take(&mut *meter, samples / 10);
        assert!(again.amps[..samples / 10].iter().all(|amps| *amps > 0.019), "{rate_hz}");
        drop(meter);
        thread.join().unwrap();
    }
}

#[test]
fn printed_lines_are_a_meter_too() {
    // It is never spoken to, and so never learns that nobody listens any more: not joined.
    let (path, _thread) = played(MeterModel::Lines, "square:20mA:40mA:10Hz", Faults::default());
    let setup = MeterSetup::default();
    let mut meter = open_meter(&path, Some(MeterModel::Lines), &setup).unwrap();
    assert!(meter.info().emulated && meter.info().rate_hz.is_none());
    meter.start().unwrap();
    let readings = take(&mut *meter, 50);
    let [_, low, high] = figures(&readings.amps, 50);
    assert_eq!([low, high], [20.0, 40.0]);
    assert_eq!(figures(&readings.watts, 50)[2], 132.0);
}

#[test]
fn a_meter_that_is_pulled_out_is_gone_and_what_came_before_is_kept() {
    for model in [MeterModel::Ppk2, MeterModel::Lpm01a] {
        let after = Some(Duration::from_millis(300));
        let faults = Faults { unplug_after: after, ..Faults::default() };
        let (path, thread) = played(model, "constant:10mA", faults);
        let mut meter = open_meter(&path, Some(model), &FED).unwrap();
        meter.start().unwrap();
        let mut readings = Readings::default();
        let until = Instant::now() + Duration::from_secs(10);
        let error = loop {
            assert!(Instant::now() < until);
            if let Err(error) = meter.read(&mut readings, Duration::from_millis(50)) {
                break error;
            }
        };
        assert!(matches!(error, BoardError::Unplugged { .. }), "{error}");
        assert!(readings.amps.len() > 100 && readings.watts.len() == readings.amps.len());
        drop(meter);
        thread.join().unwrap();
    }
}

/// A port at whose other end something is written once, and then nothing.
fn says(words: &'static [u8]) -> String {
    let (mut end, path) = Pty::pair().unwrap();
    let thread = std::thread::Builder::new().name("test-port".into());
    let talk = move || {
        end.write(words).unwrap();
        let mut buffer = [0; 64];
        while end.read(&mut buffer, Duration::from_millis(100)).is_ok() {}
    };
    thread.spawn(talk).unwrap();
    path
}

#[track_caller]
fn refused(path: &str, model: MeterModel, setup: &MeterSetup, words: &[&str]) {
    let Err(error) = open_meter(path, Some(model), setup) else { panic!("it was opened") };
    let text = error.to_string();
    words.iter().for_each(|word| assert!(text.contains(word), "{word:?} is not in: {text}"));
}

#[test]
fn what_is_no_meter_is_told_from_what_is_silent() {
    refused(&says(b""), MeterModel::Ppk2, &FED, &["says nothing", "Nordic PPK2"]);
    refused(&says(b""), MeterModel::Lpm01a, &FED, &["says nothing", "LPM01A"]);
    refused(
        &says(b"ets Jun  8 2016 00:22:57\r\n"),
        MeterModel::Lines,
        &MeterSetup::default(),
        &["is no line reader"],
    );
    let (path, _thread) = played(MeterModel::Lines, "constant:1mA", Faults::default());
    refused(&path, MeterModel::Ppk2, &FED, &["is no Nordic PPK2"]);
    let (path, _thread) = played(MeterModel::Lines, "constant:1mA", Faults::default());
    refused(&path, MeterModel::Lpm01a, &FED, &["is no ST X-NUCLEO-LPM01A"]);
    refused("/dev/no-such-port", MeterModel::Ppk2, &FED, &["there is no port"]);
}

#[test]
fn a_meter_is_not_set_up_by_guessing() {
    let (path, _thread) = played(MeterModel::Ppk2, "constant:1mA", Faults::default());
    let unsaid = MeterSetup { millivolts: None, ..FED };
    refused(&path, MeterModel::Ppk2, &unsaid, &["nobody said with how much"]);
    let elsewhere = MeterSetup::default();
    refused(&path, MeterModel::Ppk2, &elsewhere, &["nobody said at which voltage"]);
    let high = MeterSetup { millivolts: Some(12_000), ..FED };
    refused(&path, MeterModel::Ppk2, &high, &["800 to 5000 mV"]);
    let (path, _thread) = played(MeterModel::Lpm01a, "constant:1mA", Faults::default());
    refused(&path, MeterModel::Lpm01a, &high, &["1800 to 3300 mV"]);
    let odd = MeterSetup { rate_hz: Some(1234), ..FED };
    refused(&path, MeterModel::Lpm01a, &odd, &["1234 samples"]);
}

#[test]
fn edges_of_a_watched_input_are_told() {
    /// A PPK2 whose D0 is high for every second hundred samples.
    struct Wired {
        asked: Vec<u8>,
        said: Vec<u8>,
    }
    impl Transport for Wired {
        fn read(&mut self, into: &mut [u8], _: Duration) -> Result<usize, BoardError> {
            let n = self.said.len().min(into.len());
            into[..n].copy_from_slice(&self.said[..n]);
            self.said.drain(..n);
            Ok(n)
        }
        fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
            self.asked.extend_from_slice(bytes);
            match bytes {
                [0x19] => self.said.extend(b"O0: 0\nO1: 0\nO2: 0\nO3: 0\nO4: 0\nEND\n"),
                [0x06] => self.said.extend((0..1000_u32).flat_map(|nth| {
                    (500 | 3 << 14 | (nth % 64) << 18 | (nth / 100 % 2) << 24).to_le_bytes()
                })),
                _ => {}
            }
            Ok(())
        }
    }
    let wired = Wired { asked: Vec::new(), said: Vec::new() };
    let setup = MeterSetup { watched: 1, ..FED };
    let mut meter = open_meter_over(Box::new(wired), MeterModel::Ppk2, &setup).unwrap();
    assert!(!meter.info().emulated);
    meter.start().unwrap();
    let readings = take(&mut *meter, 900);
    let edge = |index, slope| Edge { index, pin: 0, slope };
    assert_eq!(readings.edges[..2], [edge(100, Slope::Rising), edge(200, Slope::Falling)]);
}

#[test]
fn a_serial_port_of_a_played_meter_can_be_opened_at_its_own_speed() {
    let (_end, path) = Pty::pair().unwrap();
    Serial::open(&path, 3_686_400).map(drop).unwrap();
}
