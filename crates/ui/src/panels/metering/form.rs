//! What was written of a meter, whether that can be used, and what it asks for.

use std::collections::BTreeMap;

use protocol::{Feeds, METERS, MeterKind, MeterSeries, MeterSpec, MeterSupply, PortView};
use serde::{Deserialize, Serialize};

use super::found::found;

/// Which meter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Which {
    /// Power is not measured.
    #[default]
    None,
    /// One that is attached, by its key.
    Found(String),
    /// One behind a port that a person names.
    Named,
}

/// What a person wrote, as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::panels) struct Form {
    pub(super) which: Which,
    pub(super) port: String,
    /// The name of one of [`METERS`] that is behind that port.
    pub(super) behind: String,
    pub(super) volts: String,
    pub(super) feeds: bool,
    pub(super) trigger: Option<u8>,
    pub(super) rate: String,
    pub(super) idle: String,
    pub(super) current: bool,
    /// The rarer fields are open.
    pub(super) more: bool,
}

impl Default for Form {
    fn default() -> Form {
        Form {
            which: Which::None,
            port: String::new(),
            behind: "ppk2".into(),
            // A voltage is never guessed.
            volts: String::new(),
            feeds: false,
            trigger: None,
            rate: "1000".into(),
            idle: "2".into(),
            current: false,
            more: false,
        }
    }
}

/// A part of it that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::panels) enum Field {
    Which,
    Port,
    Volts,
    Rate,
    Idle,
}

impl Field {
    /// It stands under "More of the meter".
    pub(in crate::panels) fn is_rare(self) -> bool {
        matches!(self, Field::Rate | Field::Idle)
    }
}

/// What is wrong, by field, first field first.
pub(in crate::panels) type Wrongs = BTreeMap<Field, String>;

impl Form {
    /// What the chosen meter is; `None` where none is chosen, or it is gone.
    pub(super) fn kind(&self, ports: &[PortView]) -> Option<&'static MeterKind> {
        match &self.which {
            Which::None => None,
            Which::Found(key) => {
                found(ports).into_iter().find(|one| one.key() == *key).map(|one| one.kind)
            }
            Which::Named => METERS.iter().find(|kind| kind.name == self.behind),
        }
    }

    /// The meter that it asks for, or everything that is wrong with it.
    ///
    /// # Errors
    /// What is wrong, by field.
    pub(in crate::panels) fn spec(&self, ports: &[PortView]) -> Result<Option<MeterSpec>, Wrongs> {
        let mut wrongs = Wrongs::new();
        let attached = found(ports);
        let (port, kind) = match &self.which {
            Which::None => return Ok(None),
            Which::Found(key) => {
                let Some(one) = attached.iter().find(|one| one.key() == *key) else {
                    let wrong =
                        "This meter is not attached any more; plug it in, or choose another";
                    return Err(Wrongs::from([(Field::Which, wrong.into())]));
                };
                if let Some(problem) = one.problem() {
                    wrongs.insert(Field::Which, problem);
                }
                let alone = attached.iter().filter(|other| other.kind == one.kind).count() == 1;
                // By its name it is found on whichever of its ports answers.
                let port = if alone { one.kind.name } else { &one.port.path };
                (port.to_owned(), one.kind)
            }
            Which::Named => {
                let port = self.port.trim();
                if port.is_empty() {
                    wrongs
                        .insert(Field::Port, "Name the meter's port, such as /dev/ttyACM1".into());
                }
                let kind = METERS.iter().find(|kind| kind.name == self.behind);
                (port.to_owned(), kind.unwrap_or(&METERS[0]))
            }
        };
        let mut keep = |field, wrong: String| drop(wrongs.insert(field, wrong));
        let millivolts = millivolts(&self.volts, kind).map_err(|w| keep(Field::Volts, w)).ok();
        let rate_hz = match kind.most_hz {
            Some(most) => rate(&self.rate, most).map_err(|w| keep(Field::Rate, w)).ok(),
            None => None,
        };
        let idle_s = idle(&self.idle).map_err(|w| keep(Field::Idle, w)).unwrap_or_default();
        if !wrongs.is_empty() {
            return Err(wrongs);
        }
        let feeds = match kind.feeds {
            Feeds::Never => false,
            Feeds::IfTold => self.feeds,
            Feeds::Always => true,
        };
        Ok(Some(MeterSpec {
            port,
            model: Some(kind.name.to_owned()),
            millivolts: millivolts.flatten(),
            supply: if feeds { MeterSupply::Meter } else { MeterSupply::Elsewhere },
            trigger_pin: self.trigger.filter(|pin| kind.inputs.contains(pin)),
            rate_hz,
            idle_s,
            series: match self.current {
                true => MeterSeries::PowerAndCurrent,
                false => MeterSeries::Power,
            },
        }))
    }
}

/// `3.3`, `3,3 V`, `3300 mV`.
fn millivolts(text: &str, kind: &MeterKind) -> Result<Option<u32>, String> {
    let text = text.trim();
    let [least, most] = match (kind.millivolts, text.is_empty()) {
        (None, true) => return Ok(None),
        (Some(_), true) => return Err("Name the board's supply in volts, such as 3.3".into()),
        (range, false) => range.unwrap_or([1, 60_000]),
    };
    let (number, scale) = match (text.strip_suffix("mV"), text.strip_suffix('V')) {
        (Some(number), _) => (number, 1.0),
        (None, Some(number)) => (number, 1e3),
        (None, None) => (text, 1e3),
    };
    let found = number.trim().replace(',', ".").parse::<f64>().ok().map(|value| value * scale);
    let Some(millivolts) = found.filter(|found| found.is_finite()) else {
        return Err("Write volts, such as 3.3".into());
    };
    let range = f64::from(least)..=f64::from(most);
    match range.contains(&millivolts.round()) {
        true => Ok(Some(millivolts.round() as u32)),
        false => {
            let [least, most] = [least, most].map(|mv| f64::from(mv) / 1e3);
            Err(format!("This meter works with {least} to {most} V"))
        }
    }
}

fn rate(text: &str, most: u32) -> Result<u32, String> {
    let digits = |rate: u32| rate.to_string().trim_end_matches('0').to_owned();
    let found = text.trim().parse::<u32>().ok();
    // As its commands have it: 1, 2 or 5 times a power of ten.
    found
        .filter(|rate| (1..=most).contains(rate) && ["1", "2", "5"].contains(&&*digits(*rate)))
        .ok_or_else(|| format!("Samples a second: 1, 2 or 5 times a power of ten, up to {most}"))
}

fn idle(text: &str) -> Result<f32, String> {
    let found = text.trim().replace(',', ".").parse::<f32>().ok();
    found
        .filter(|secs| (0.0..=600.0).contains(secs))
        .ok_or_else(|| "Measure the idle board for 0 to 600 seconds; 2 are usual".into())
}

#[cfg(test)]
mod tests {
    use protocol::{PortViewKind, PortViewState, UsbView};

    use super::*;

    fn meter(path: &str, driver: &str, serial: Option<&str>) -> PortView {
        PortView {
            path: path.into(),
            kind: PortViewKind::Meter,
            state: PortViewState::Free,
            board: None,
            driver: Some(driver.into()),
            usb: Some(UsbView {
                vid: "1915".into(),
                pid: "c00a".into(),
                serial: serial.map(str::to_owned),
                product: None,
                name: None,
            }),
            hint: None,
        }
    }

    fn chosen(key: &str) -> Form {
        Form { which: Which::Found(key.into()), volts: "3.3".into(), ..Form::default() }
    }

    #[track_caller]
    fn wrong(form: &Form, ports: &[PortView], field: Field, words: &str) {
        let wrongs = form.spec(ports).expect_err("it is wrong");
        assert_eq!(wrongs, Wrongs::from([(field, words.to_owned())]));
    }

    #[test]
    fn without_a_meter_nothing_is_asked_for_and_nothing_is_wrong() {
        let form = Form { volts: "x".into(), idle: "x".into(), ..Form::default() };
        assert_eq!(form.spec(&[]), Ok(None));
    }

    #[test]
    fn a_meter_with_two_ports_is_one_and_is_named_by_what_it_is_while_it_is_alone() {
        let [a, b] = ["/a", "/b"].map(|path| meter(path, "ppk2", Some("7")));
        let asked = |ports: &[PortView]| chosen("ppk2 7").spec(ports).unwrap().unwrap().port;
        assert_eq!(asked(&[a.clone(), b.clone()]), "ppk2");
        assert_eq!(asked(&[a, b, meter("/c", "ppk2", Some("9"))]), "/a");
    }

    #[test]
    fn a_meter_that_is_gone_in_use_or_closed_says_so() {
        let gone = "This meter is not attached any more; plug it in, or choose another";
        wrong(&chosen("ppk2 7"), &[], Field::Which, gone);
        let mut busy = meter("/b", "ppk2", Some("7"));
        busy.state = PortViewState::Busy;
        busy.hint = Some("nrfconnect (4711) is using it, so close that first".into());
        let ports = [meter("/a", "ppk2", Some("7")), busy];
        let words = "This meter is in use: nrfconnect (4711) is using it, so close that first";
        wrong(&chosen("ppk2 7"), &ports, Field::Which, words);
    }

    #[test]
    fn each_kind_gets_what_it_can_do_and_nothing_else() {
        let lpm = [meter("/l", "lpm01a", None)];
        let form = Form { trigger: Some(3), feeds: false, ..chosen("lpm01a /l") };
        let spec = form.spec(&lpm).unwrap().unwrap();
        assert_eq!((spec.port.as_str(), spec.supply), ("lpm01a", MeterSupply::Meter));
        assert_eq!((spec.trigger_pin, spec.rate_hz), (None, Some(1000)));
        let named = |behind: &str| Form {
            which: Which::Named,
            port: " /p ".into(),
            behind: behind.into(),
            feeds: true,
            trigger: Some(3),
            volts: "3,3 V".into(),
            ..Form::default()
        };
        let spec = named("ppk2").spec(&[]).unwrap().unwrap();
        assert_eq!((spec.port.as_str(), spec.supply), ("/p", MeterSupply::Meter));
        assert_eq!((spec.trigger_pin, spec.rate_hz, spec.millivolts), (Some(3), None, Some(3300)));
        let spec = named("lines").spec(&[]).unwrap().unwrap();
        assert_eq!((spec.supply, spec.trigger_pin), (MeterSupply::Elsewhere, None));
    }

    #[test]
    fn each_wrong_field_says_what_to_write() {
        let ports = [meter("/l", "lpm01a", None)];
        let with = |change: fn(&mut Form)| {
            let mut form = chosen("lpm01a /l");
            change(&mut form);
            form
        };
        let check = |change, field, words| wrong(&with(change), &ports, field, words);
        let name = "Name the board's supply in volts, such as 3.3";
        check(|f| f.volts.clear(), Field::Volts, name);
        check(|f| f.volts = "much".into(), Field::Volts, "Write volts, such as 3.3");
        let range = "This meter works with 1.8 to 3.3 V";
        check(|f| f.volts = "3300".into(), Field::Volts, range);
        check(|f| f.volts = "900 mV".into(), Field::Volts, range);
        let rates = "Samples a second: 1, 2 or 5 times a power of ten, up to 100000";
        check(|f| f.rate = "3000".into(), Field::Rate, rates);
        check(|f| f.rate = "200000".into(), Field::Rate, rates);
        check(
            |f| f.idle = "-1".into(),
            Field::Idle,
            "Measure the idle board for 0 to 600 seconds; 2 are usual",
        );
        let port = Form { which: Which::Named, volts: "3.3".into(), ..Form::default() };
        wrong(&port, &[], Field::Port, "Name the meter's port, such as /dev/ttyACM1");
        let lines =
            Form { behind: "lines".into(), port: "/p".into(), volts: String::new(), ..port };
        assert_eq!(lines.spec(&[]).unwrap().unwrap().millivolts, None);
    }
}
