//! Speaks to an LPM01A. It feeds the board itself, at a voltage that a person has to name.

use std::time::{Duration, Instant};

use super::{LpmAscii, LpmBinary, LpmWord};
use crate::meter::paced::Paced;
use crate::meter::readings::{Edge, Readings, Slope};
use crate::meter::{Meter, MeterInfo, MeterModel, MeterSetup, Supply};
use crate::{BoardError, Transport};

/// What it can feed a board with, in millivolts.
const MILLIVOLTS: std::ops::RangeInclusive<u32> = 1800..=3300;
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_millis(1500);
/// Fastest rate that its text keeps up with, in samples a second.
const TEXT_RATE: u32 = 10_000;
/// Its rates, and how it wants them named.
const RATES: [(u32, &str); 16] = [
    (1, "1"),
    (2, "2"),
    (5, "5"),
    (10, "10"),
    (20, "20"),
    (50, "50"),
    (100, "100"),
    (200, "200"),
    (500, "500"),
    (1000, "1k"),
    (2000, "2k"),
    (5000, "5k"),
    (10_000, "10k"),
    (20_000, "20k"),
    (50_000, "50k"),
    (100_000, "100k"),
];
/// Its trigger input.
const D7: u8 = 7;

enum Format {
    Text(LpmAscii),
    Binary(LpmBinary),
}

/// The driver.
pub(crate) struct Lpm01a {
    paced: Paced,
    info: MeterInfo,
    format: Format,
    watched: bool,
    rate_name: &'static str,
    millivolts: u32,
    /// It is ours and feeds the board; or may, where an answer was lost. To be ended when it is let go
    /// of.
    held: bool,
}

impl Lpm01a {
    /// Takes control of the meter and sets it up; the board is fed from here on. A meter that refuses
    /// half of it is given back as it was: it feeds nothing, and its buttons work.
    pub(crate) fn open(
        transport: Box<dyn Transport>,
        setup: &MeterSetup,
    ) -> Result<Lpm01a, BoardError> {
        let model = MeterModel::Lpm01a;
        let refused = |what: String| BoardError::MeterSetup { meter: model.title(), what };
        let millivolts = match setup.millivolts {
            Some(millivolts) if MILLIVOLTS.contains(&millivolts) => millivolts,
            Some(other) => {
                return Err(refused(format!(
                    "it feeds a board with 1800 to 3300 mV, not {other} mV; name what the board wants"
                )));
            }
            None => {
                return Err(refused(
                    "it feeds the board, and nobody said with how much; name the voltage the board wants".into(),
                ));
            }
        };
        let wanted = setup.rate_hz.unwrap_or(1000);
        let Some((rate, rate_name)) = RATES.iter().find(|(rate, _)| *rate == wanted) else {
            return Err(refused(format!(
                "it cannot take {wanted} samples a second; it can take 1, 2 or 5 times a power of ten up to 100000"
            )));
        };
        let info = MeterInfo {
            model,
            name: model.title().into(),
            rate_hz: Some(f64::from(*rate)),
            emulated: false,
            supply: Supply::Meter,
            volts: Some(f64::from(millivolts) / 1e3),
        };
        let watched = setup.watched >> D7 & 1 == 1;
        let paced = Paced::new(transport);
        let format = match *rate <= TEXT_RATE {
            true => Format::Text(LpmAscii::default()),
            false => Format::Binary(LpmBinary::default()),
        };
        let rate_name = *rate_name;
        let mut meter = Lpm01a { paced, info, format, watched, rate_name, millivolts, held: false };
        // A run that an earlier host left going is ended; it may have nothing to end.
        meter.say("stop")?;
        meter.paced.drain()?;
        meter.take_control()?;
        meter.info.emulated = meter.ask_version()?;
        if meter.info.emulated {
            meter.info.name = format!("emulated {}", model.title());
        }
        meter.set_up()?;
        Ok(meter)
    }

    /// ST gives its USB id to every board whose firmware speaks USB: what does not answer as this
    /// meter does is asked nothing more.
    fn take_control(&mut self) -> Result<(), BoardError> {
        match self.answer("htc")? {
            (Some(Ok(())), _) => {
                self.held = true;
                Ok(())
            }
            (Some(Err(why)), _) => Err(self.refused("htc", &why)),
            (None, 0) => Err(self.silent()),
            (None, bytes) => {
                Err(BoardError::NotThisMeter { meter: self.info.model.title(), bytes })
            }
        }
    }

    /// Everything from the reset of its supply to the feeding of the board.
    fn set_up(&mut self) -> Result<(), BoardError> {
        self.ask("pwr off")?;
        self.ask("acqtime inf")?;
        self.ask("trigsrc sw")?;
        if self.watched {
            self.ask("eventsrc d7 ris")?;
        }
        self.ask("output current")?;
        let text = matches!(self.format, Format::Text(_));
        self.ask(if text { "format ascii_dec" } else { "format bin_hexa" })?;
        self.ask(&format!("freq {}", self.rate_name))?;
        self.ask(&format!("volt {}m", self.millivolts))?;
        self.ask("pwr on nostatus")
    }

    fn say(&mut self, command: &str) -> Result<(), BoardError> {
        self.paced.write(format!("{command}\r\n").as_bytes())
    }

    /// Asks and waits for the `ack` that belongs to it. Those of questions before are passed over.
    fn ask(&mut self, command: &str) -> Result<(), BoardError> {
        match self.answer(command)?.0 {
            Some(Ok(())) => Ok(()),
            Some(Err(why)) => Err(self.refused(command, &why)),
            None => Err(self.silent()),
        }
    }

    /// Says it; what is answered to it, if anything is, and how many bytes came meanwhile.
    fn answer(&mut self, command: &str) -> Result<(Option<Result<(), String>>, usize), BoardError> {
        self.say(command)?;
        let verb = command.split(' ').next();
        let mut answer = None;
        let bytes = self.hear(|word| match word {
            LpmWord::Ack(words) if words.split(' ').next() == verb => answer = Some(Ok(())),
            LpmWord::Error(why) => answer = Some(Err(why)),
            _ => {}
        })?;
        Ok((answer, bytes))
    }

    fn refused(&self, command: &str, why: &str) -> BoardError {
        BoardError::MeterSetup {
            meter: self.info.model.title(),
            what: format!("it does not want to `{command}`: {why}"),
        }
    }

    /// Whether a program plays it.
    fn ask_version(&mut self) -> Result<bool, BoardError> {
        self.say("version")?;
        let mut emulated = None;
        self.hear(|word| match word {
            LpmWord::Ack(words) | LpmWord::Text(words) if words.starts_with("version") => {
                emulated = Some(words.contains("emulated"));
            }
            LpmWord::Error(_) => emulated = Some(false),
            _ => {}
        })?;
        // A firmware that does not know the word is a real one.
        Ok(emulated.unwrap_or(false))
    }

    /// Tells what is said until there was something, and then what is on its way still. Gives how many
    /// bytes came.
    fn hear(&mut self, mut tell: impl FnMut(LpmWord)) -> Result<usize, BoardError> {
        let until = Instant::now() + ANSWER;
        let (mut ascii, mut none) = (LpmAscii::default(), Readings::default());
        let (mut heard, mut came) = (false, 0);
        loop {
            let wait = if heard { Duration::from_millis(5) } else { Duration::from_millis(50) };
            let bytes = self.paced.once(wait)?;
            let nothing = bytes.is_empty();
            came += bytes.len();
            ascii.feed(bytes, &mut none, &mut |word| {
                heard |= matches!(word, LpmWord::Ack(_) | LpmWord::Error(_));
                tell(word);
            });
            // What never stops talking does not get longer either.
            if nothing && heard || Instant::now() > until {
                return Ok(came);
            }
        }
    }

    fn silent(&self) -> BoardError {
        BoardError::MeterSilent { meter: self.info.model.title(), secs: ANSWER.as_secs_f32() }
    }
}

impl Meter for Lpm01a {
    fn info(&self) -> &MeterInfo {
        &self.info
    }

    fn start(&mut self) -> Result<(), BoardError> {
        // After a stop it is its own again, and feeds nothing.
        if !self.held {
            self.take_control()?;
            self.set_up()?;
        }
        self.format = match self.format {
            Format::Text(_) => Format::Text(LpmAscii::default()),
            Format::Binary(_) => Format::Binary(LpmBinary::default()),
        };
        self.say("start")
    }

    fn read(&mut self, into: &mut Readings, timeout: Duration) -> Result<(), BoardError> {
        let Lpm01a { paced, format, watched, info, .. } = self;
        let mut failed = None;
        let mut marks = Vec::new();
        let mut word = |word| match word {
            LpmWord::Event { rising, index } if *watched => marks.push((rising, index)),
            LpmWord::Error(why) => failed = Some(why),
            LpmWord::End => failed = Some("it did not say why".into()),
            _ => {}
        };
        let bytes_per_sample = if matches!(format, Format::Text(_)) { 9.0 } else { 2.0 };
        let rate_hz = info.rate_hz.unwrap_or(1.0);
        let gone = paced.gather(rate_hz * bytes_per_sample, timeout, &mut |bytes| match format {
            Format::Text(ascii) => ascii.feed(bytes, into, &mut word),
            Format::Binary(binary) => binary.feed(bytes, into, &mut word),
        });
        into.edges.extend(marks.into_iter().map(|(rising, index)| {
            let slope = if rising { Slope::Rising } else { Slope::Falling };
            Edge { index, pin: D7, slope }
        }));
        into.received = paced.received();
        into.fill_watts(info.volts.unwrap_or(f64::NAN) as f32);
        gone?;
        match failed {
            Some(why) => Err(BoardError::MeterFailed { meter: info.model.title(), why }),
            None => Ok(()),
        }
    }

    fn stop(&mut self) -> Result<(), BoardError> {
        self.held = false;
        self.say("stop")?;
        self.paced.drain()?;
        self.say("pwr off")?;
        self.say("hrc")?;
        // Its answers are none to what is asked next.
        self.paced.drain()
    }
}

impl Drop for Lpm01a {
    fn drop(&mut self) {
        if self.held
            && let Err(error) = self.stop()
        {
            tracing::debug!(%error, "a meter could not be stopped");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Says yes to everything but one thing, and gives up once it samples.
    struct Agreeing {
        told: Arc<Mutex<Vec<String>>>,
        answers: Vec<u8>,
        refuses: &'static str,
    }

    impl Transport for Agreeing {
        fn read(&mut self, into: &mut [u8], _: Duration) -> Result<usize, BoardError> {
            let n = self.answers.len().min(into.len());
            into[..n].copy_from_slice(&self.answers[..n]);
            self.answers.drain(..n);
            Ok(n)
        }

        fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
            let command = String::from_utf8_lossy(bytes).trim().to_owned();
            let answer = match !self.refuses.is_empty() && command.starts_with(self.refuses) {
                true => "error not now".to_owned(),
                false => format!("ack {command}"),
            };
            self.answers.extend(format!("{answer}\r\n").into_bytes());
            if command == "start" {
                self.answers.extend(b"error overcurrent\r\n");
            }
            self.told.lock().unwrap().push(command);
            Ok(())
        }
    }

    type Told = Arc<Mutex<Vec<String>>>;

    fn open(refuses: &'static str) -> (Result<Lpm01a, BoardError>, Told) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let transport = Agreeing { told: Arc::clone(&told), answers: Vec::new(), refuses };
        let setup = MeterSetup { millivolts: Some(3300), ..MeterSetup::default() };
        (Lpm01a::open(Box::new(transport), &setup), told)
    }

    fn opened() -> (Lpm01a, Told) {
        let (meter, told) = open("");
        (meter.unwrap(), told)
    }

    #[track_caller]
    fn let_go_of_after(command: &str, told: &Mutex<Vec<String>>) {
        let told = told.lock().unwrap();
        let place = |command: &str| told.iter().rposition(|told| told == command);
        assert!(place(command).is_some() && place(command) < place("pwr off"), "{told:?}");
        assert_eq!(told.last().map(String::as_str), Some("hrc"));
    }

    #[test]
    fn a_meter_that_is_let_go_of_before_it_samples_feeds_no_longer() {
        let (meter, told) = opened();
        drop(meter);
        let_go_of_after("pwr on nostatus", &told);
    }

    #[test]
    fn a_meter_that_samples_again_after_a_stop_is_stopped_again() {
        let (mut meter, told) = opened();
        meter.start().unwrap();
        meter.stop().unwrap();
        meter.start().unwrap();
        drop(meter);
        let_go_of_after("start", &told);
    }

    #[test]
    fn a_meter_that_is_started_again_feeds_the_board_again() {
        let (mut meter, told) = opened();
        meter.start().unwrap();
        meter.stop().unwrap();
        told.lock().unwrap().clear();
        meter.start().unwrap();
        let again = told.lock().unwrap().clone();
        let place = |command: &str| again.iter().position(|told| told == command);
        let order = ["htc", "volt 3300m", "pwr on nostatus", "start"].map(place);
        assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{again:?}");
    }

    #[test]
    fn a_meter_that_refuses_half_of_it_is_given_back_and_feeds_nothing() {
        for refuses in ["acqtime", "format", "volt", "pwr on"] {
            let (meter, told) = open(refuses);
            let Err(error) = meter else { panic!("it agrees to {refuses}") };
            assert!(error.to_string().contains(refuses), "{error}");
            let told = told.lock().unwrap();
            let [.., off, last] = &told[..] else { panic!("{told:?}") };
            assert_eq!((off.as_str(), last.as_str()), ("pwr off", "hrc"), "{refuses}");
        }
        let (meter, told) = open("htc");
        assert!(meter.is_err());
        assert_eq!(told.lock().unwrap().as_slice(), ["stop", "htc"], "it was never taken");
    }

    #[test]
    fn a_board_with_sts_id_that_is_no_meter_is_asked_nothing_more() {
        /// A program that greets whoever types something.
        struct Console(Told, Vec<u8>);
        impl Transport for Console {
            fn read(&mut self, into: &mut [u8], _: Duration) -> Result<usize, BoardError> {
                let n = self.1.len().min(into.len());
                into[..n].copy_from_slice(&self.1[..n]);
                self.1.drain(..n);
                Ok(n)
            }
            fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
                self.0.lock().unwrap().push(String::from_utf8_lossy(bytes).trim().to_owned());
                self.1.extend(b"unknown command\r\n$ ");
                Ok(())
            }
        }
        let told = Told::default();
        let console = Console(Arc::clone(&told), Vec::new());
        let setup = MeterSetup { millivolts: Some(3300), ..MeterSetup::default() };
        let Err(error) = Lpm01a::open(Box::new(console), &setup) else { panic!("it is no meter") };
        assert!(matches!(error, BoardError::NotThisMeter { .. }), "{error}");
        assert_eq!(told.lock().unwrap().as_slice(), ["stop", "htc"]);
    }

    #[test]
    fn a_meter_that_gives_up_is_told_from_one_that_is_gone() {
        let (mut meter, _) = opened();
        meter.start().unwrap();
        let Err(error) = meter.read(&mut Readings::default(), Duration::ZERO) else {
            panic!("it goes on sampling");
        };
        let BoardError::MeterFailed { why, .. } = &error else { panic!("{error}") };
        assert_eq!(why, "overcurrent");
    }
}
