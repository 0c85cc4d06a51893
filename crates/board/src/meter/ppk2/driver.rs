//! Speaks to a PPK2.

use std::time::{Duration, Instant};

use super::{Ppk2Metadata, Ppk2MetadataReader, Ppk2Samples, RATE_HZ, opcode};
use crate::meter::paced::Paced;
use crate::meter::readings::Readings;
use crate::meter::{Meter, MeterInfo, MeterModel, MeterSetup, Supply};
use crate::{BoardError, Transport};

/// What it can feed a board with, in millivolts.
const MILLIVOLTS: std::ops::RangeInclusive<u32> = 800..=5000;
/// How long it may take to say who it is, and how often it is asked.
const ANSWER: Duration = Duration::from_millis(600);
const ASKED: u32 = 3;
/// Bytes a second while it samples.
const BYTES_PER_S: f64 = RATE_HZ * 4.0;

/// The driver.
pub(crate) struct Ppk2 {
    paced: Paced,
    info: MeterInfo,
    metadata: Ppk2Metadata,
    samples: Ppk2Samples,
    volts: f64,
    watched: u8,
    sampling: bool,
}

impl Ppk2 {
    /// Asks who it is and sets it up. Where it shall feed the board, it does from here on.
    pub(crate) fn open(
        transport: Box<dyn Transport>,
        setup: &MeterSetup,
    ) -> Result<Ppk2, BoardError> {
        let model = MeterModel::Ppk2;
        let refused = |what: String| BoardError::MeterSetup { meter: model.title(), what };
        let Some(millivolts) = setup.millivolts else {
            return Err(refused(match setup.supply {
                Supply::Elsewhere => "it measures current alone, and nobody said at which voltage; name the board's supply".into(),
                Supply::Meter => "it shall feed the board, and nobody said with how much; name the voltage the board wants".into(),
            }));
        };
        if !MILLIVOLTS.contains(&millivolts) {
            return Err(refused(format!(
                "it works with 800 to 5000 mV, not {millivolts} mV; name what the board wants"
            )));
        }
        let mut paced = Paced::new(transport);
        let metadata = who(&mut paced)?;
        let volts = f64::from(millivolts) / 1e3;
        let name = if metadata.emulated { "emulated PPK2" } else { model.title() };
        let info = MeterInfo {
            model,
            name: name.into(),
            rate_hz: Some(RATE_HZ),
            emulated: metadata.emulated,
            supply: setup.supply,
            volts: Some(volts),
        };
        let [_, _, upper, lower] = millivolts.to_be_bytes();
        match setup.supply {
            Supply::Elsewhere => paced.write(&[opcode::MODE, opcode::AMPERE])?,
            Supply::Meter => {
                paced.write(&[opcode::MODE, opcode::SOURCE])?;
                paced.write(&[opcode::MILLIVOLTS, upper, lower])?;
                paced.write(&[opcode::FEED, 1])?;
            }
        }
        let watched = setup.watched;
        let samples = Ppk2Samples::new(&metadata, volts, watched);
        Ok(Ppk2 { paced, info, metadata, samples, volts, watched, sampling: false })
    }
}

/// Its metadata; sampling that an earlier host left going is ended first.
fn who(paced: &mut Paced) -> Result<Ppk2Metadata, BoardError> {
    let mut heard = 0;
    for _ in 0..ASKED {
        paced.write(&[opcode::STOP])?;
        paced.drain()?;
        paced.write(&[opcode::METADATA])?;
        let mut reader = Ppk2MetadataReader::default();
        let until = Instant::now() + ANSWER;
        while Instant::now() < until {
            let bytes = paced.once(Duration::from_millis(50))?;
            heard += bytes.len();
            if let Some(metadata) = reader.feed(bytes) {
                return Ok(metadata);
            }
        }
    }
    let meter = MeterModel::Ppk2.title();
    Err(match heard {
        0 => BoardError::MeterSilent { meter, secs: (ANSWER * ASKED).as_secs_f32() },
        bytes => BoardError::NotThisMeter { meter, bytes },
    })
}

impl Meter for Ppk2 {
    fn info(&self) -> &MeterInfo {
        &self.info
    }

    fn start(&mut self) -> Result<(), BoardError> {
        self.samples = Ppk2Samples::new(&self.metadata, self.volts, self.watched);
        self.sampling = true;
        self.paced.write(&[opcode::START])
    }

    fn read(&mut self, into: &mut Readings, timeout: Duration) -> Result<(), BoardError> {
        let Ppk2 { paced, samples, .. } = self;
        let gone = paced.gather(BYTES_PER_S, timeout, &mut |bytes| samples.feed(bytes, into));
        into.received = paced.received();
        into.fill_watts(self.volts as f32);
        gone
    }

    fn stop(&mut self) -> Result<(), BoardError> {
        self.sampling = false;
        self.paced.write(&[opcode::STOP])?;
        if self.info.supply == Supply::Meter {
            self.paced.write(&[opcode::FEED, 0])?;
        }
        self.paced.drain()
    }
}

impl Drop for Ppk2 {
    fn drop(&mut self) {
        // Also where it was never started: it may feed the board.
        let feeds = self.info.supply == Supply::Meter;
        if (self.sampling || feeds)
            && let Err(error) = self.stop()
        {
            tracing::debug!(%error, "a meter could not be stopped");
        }
    }
}
