//! Listens to lines; there is nothing to say to them.

use std::time::{Duration, Instant};

use super::PowerLines;
use crate::meter::paced::Paced;
use crate::meter::readings::Readings;
use crate::meter::{Meter, MeterInfo, MeterModel, MeterSetup, Supply};
use crate::{BoardError, Transport};

/// How long the first sample may take: boards that reset on opening take a while.
const FIRST: Duration = Duration::from_secs(4);

/// The driver.
pub(crate) struct PowerLineMeter {
    paced: Paced,
    info: MeterInfo,
    lines: PowerLines,
}

impl PowerLineMeter {
    /// Waits for the first sample.
    pub(crate) fn open(
        transport: Box<dyn Transport>,
        setup: &MeterSetup,
    ) -> Result<PowerLineMeter, BoardError> {
        let model = MeterModel::Lines;
        let refused =
            |what: &str| BoardError::MeterSetup { meter: model.title(), what: what.into() };
        if setup.supply == Supply::Meter {
            return Err(refused(
                "it only reads what is printed and feeds nothing; feed the board otherwise",
            ));
        }
        let volts = setup.millivolts.map(|millivolts| f64::from(millivolts) / 1e3);
        let (mut paced, mut lines) = (Paced::new(transport), PowerLines::new(volts));
        let (mut heard, mut readings) = (0, Readings::default());
        let until = Instant::now() + FIRST;
        while readings.watts.is_empty() {
            if Instant::now() > until {
                let meter = model.title();
                return Err(match heard {
                    0 => BoardError::MeterSilent { meter, secs: FIRST.as_secs_f32() },
                    bytes => BoardError::NotThisMeter { meter, bytes },
                });
            }
            let bytes = paced.once(Duration::from_millis(50))?;
            heard += bytes.len();
            lines.feed(bytes, &mut readings);
        }
        if readings.watts.iter().all(|watts| watts.is_nan()) {
            return Err(refused("its lines tell amperes and no volts; name the board's supply"));
        }
        let emulated = lines.emulated();
        let name = if emulated { "emulated line reader" } else { model.title() };
        let supply = Supply::Elsewhere;
        let info = MeterInfo { model, name: name.into(), rate_hz: None, emulated, supply, volts };
        Ok(PowerLineMeter { paced, info, lines })
    }
}

impl Meter for PowerLineMeter {
    fn info(&self) -> &MeterInfo {
        &self.info
    }

    fn start(&mut self) -> Result<(), BoardError> {
        // What was printed meanwhile is old.
        self.paced.once(Duration::ZERO)?;
        Ok(())
    }

    fn read(&mut self, into: &mut Readings, timeout: Duration) -> Result<(), BoardError> {
        let PowerLineMeter { paced, lines, .. } = self;
        let gone = paced.gather(0.0, timeout, &mut |bytes| lines.feed(bytes, into));
        into.received = paced.received();
        gone
    }

    fn stop(&mut self) -> Result<(), BoardError> {
        Ok(())
    }
}
