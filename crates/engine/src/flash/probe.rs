//! The way by a debug probe.

use board::flash::{
    Family, FlashError, FoundProbe, Image, ProbeChip, Way, Ways, list_probes, write_by_probe,
};
use board::{Port, Role, list_unasked};
use protocol::{FlashSpec, FlashView, FlashWay};

use super::named::{Named, key};
use super::{Hold, Work, kind, stretch};
use crate::Engine;
use crate::error::EngineError;

/// Where the flash of most chips with a Cortex-M begins.
const USUAL_BASE: u32 = 0x0800_0000;

/// Looks at everything that can be seen without the chip.
pub(super) fn plan(
    engine: &Engine,
    spec: &FlashSpec,
    named: Option<Named>,
    bytes: &[u8],
    user: &str,
) -> Result<Work, EngineError> {
    if spec.drive.is_some() || spec.to.is_some() {
        return Err(EngineError::BadRequest(
            "--drive and --to are for boards with a drive; leave them out with a probe".into(),
        ));
    }
    let name = chip(spec, named.as_ref());
    let family = spec.family.as_deref().and_then(Family::named);
    let usual = family.map_or(USUAL_BASE, |family| family.flash[0]);
    let image = Image::read(bytes, spec.base, Some(usual))?;
    if !Way::Probe.is_built() {
        let chip = name.as_deref().unwrap_or("CHIP");
        let command = format!("probe-rs download --chip {chip} {}", spec.image.display());
        return Err(Way::Probe.missing(command).into());
    }
    let name = name.ok_or_else(|| FlashError::NoChip("STM32F446RETx or nRF52840_xxAA".into()))?;
    let chip = ProbeChip::named(&name)?;
    chip.check(&image, spec.flash_bytes)?;
    let probes = list_probes();
    let found = the_probe(probes, named.as_ref());
    let mut view = FlashView {
        image: kind(&image),
        way: FlashWay::Probe,
        family: chip.name().into(),
        bytes: image.len() as u64,
        blocks: None,
        stretches: image.segments.iter().map(|segment| stretch(None, segment)).collect(),
        flash_bytes: Some(spec.flash_bytes.unwrap_or(chip.flash())),
        to: match &found {
            Ok(probe) => probe.identity(),
            Err(_) => "the debug probe".into(),
        },
        board: found.as_ref().ok().map(|probe| probe.name.clone()),
        verified: None,
        restarted: None,
    };
    if spec.dry_run {
        return Ok(Box::new(move |_| Ok(view)));
    }
    let probe = found?;
    let hold = Hold::take(engine, keys(&probe, named.as_ref(), &list_unasked()), user)?;
    Ok(Box::new(move |job| {
        let written = write_by_probe(&probe, &chip, &image, &job.stop, &mut |what, done, total| {
            job.progress(what, done, total);
        });
        // Whoever hears that it is over may use the board at once.
        drop(hold);
        written?;
        (view.verified, view.restarted) = (Some(true), Some(true));
        Ok(view)
    }))
}

/// What debug probes call the chip: by a person, else by what the board or its family is.
fn chip(spec: &FlashSpec, named: Option<&Named>) -> Option<String> {
    if let Some(chip) = &spec.chip {
        return Some(chip.clone());
    }
    let of_board = || named.and_then(|named| named.port.as_ref()?.known()?.family);
    let family = spec.family.as_deref().or_else(of_board)?;
    Ways::of_family(family)?.chip.map(str::to_owned)
}

/// The probe that is named, else the only one.
fn the_probe(probes: Vec<FoundProbe>, named: Option<&Named>) -> Result<FoundProbe, EngineError> {
    if let Some(named) = named
        && let Some(asked) = asked(named)
    {
        let fits = |probe: &&FoundProbe| probe.is(&asked);
        return match probes.iter().filter(fits).collect::<Vec<_>>().as_slice() {
            [] if named.port.is_none() => Err(named.unknown()),
            [] => Err(FlashError::NoProbe(format!(" that is {asked}")).into()),
            // Several are the interfaces of one probe.
            [probe, ..] => Ok((*probe).clone()),
        };
    }
    match probes.as_slice() {
        [] => Err(FlashError::NoProbe(String::new()).into()),
        [probe] => Ok(probe.clone()),
        several => {
            let one = |probe: &FoundProbe| format!("{} ({})", probe.identity(), probe.name);
            let all = several.iter().map(one).collect::<Vec<_>>().join(", ");
            Err(FlashError::SeveralProbes(all).into())
        }
    }
}

/// What names a probe in a person's words; `None` where they name the board that is behind it.
fn asked(named: &Named) -> Option<String> {
    let Some(port) = &named.port else { return Some(named.words.clone()) };
    if port.known().map(|row| row.role) != Some(Role::Probe) {
        return None;
    }
    let usb = port.usb.as_ref()?;
    let serial = usb.serial.as_ref().map(|serial| format!(":{serial}")).unwrap_or_default();
    Some(format!("{:04x}:{:04x}{serial}", usb.vid, usb.pid))
}

/// Everything by which the board is reached: the probe, its serial port, and the board's own.
fn keys(probe: &FoundProbe, named: Option<&Named>, ports: &[Port]) -> Vec<String> {
    let of_probe = |port: &&Port| {
        let usb = port.usb.as_ref();
        usb.is_some_and(|usb| {
            (usb.vid, usb.pid, &usb.serial) == (probe.vid, probe.pid, &probe.serial)
        })
    };
    let own = named.and_then(|named| named.port.as_ref());
    let mut keys = vec![format!("probe {}", probe.identity())];
    keys.extend(ports.iter().filter(of_probe).chain(own).map(key));
    keys
}

#[cfg(test)]
mod tests {
    use board::{PortState, UsbIdentity};

    use super::*;

    fn probe(serial: &str) -> FoundProbe {
        FoundProbe {
            name: "STLink V2-1".into(),
            vid: 0x0483,
            pid: 0x374b,
            serial: Some(serial.into()),
        }
    }

    fn named(words: &str, usb: Option<(u16, u16, &str)>) -> Named {
        let usb = usb.map(|(vid, pid, serial)| UsbIdentity {
            vid,
            pid,
            serial: Some(serial.into()),
            product: None,
            place: None,
            part: None,
        });
        let path = "/x/tty".to_owned();
        let port = usb.map(|usb| Port { path, state: PortState::Free, usb: Some(usb) });
        Named { words: words.into(), port }
    }

    #[test]
    fn a_probe_is_named_by_its_port_or_its_serial_number_or_is_the_only_one() {
        let both = || vec![probe("A1"), probe("B2")];
        let find = |probes: Vec<FoundProbe>, named: Option<&Named>| {
            let found = the_probe(probes, named).map_err(|error| error.to_string());
            found.map(|probe| probe.serial.unwrap())
        };
        assert_eq!(find(vec![probe("A1")], None).unwrap(), "A1");
        let several = find(both(), None).unwrap_err();
        assert!(several.contains("0483:374b:A1 (STLink V2-1)"), "{several}");
        assert!(find(vec![], None).unwrap_err().contains("no debug probe is attached"));
        let port = named("/x/tty", Some((0x0483, 0x374b, "B2")));
        assert_eq!(find(both(), Some(&port)).unwrap(), "B2");
        assert!(find(vec![probe("A1")], Some(&port)).unwrap_err().contains("0483:374b:B2"));
        assert_eq!(find(both(), Some(&named("b2", None))).unwrap(), "B2");
        let unknown = find(both(), Some(&named("C3", None))).unwrap_err();
        assert!(unknown.contains("no board is called C3"), "{unknown}");
        // A board with USB of its own, beside the only probe.
        let pico = named("pico", Some((0x2e8a, 0x000a, "E6")));
        assert_eq!(find(vec![probe("A1")], Some(&pico)).unwrap(), "A1");
        assert_eq!(chip(&FlashSpec::default(), Some(&pico)).as_deref(), Some("RP2040"));
    }

    #[test]
    fn a_probe_is_held_with_the_port_that_it_shows() {
        let port = named("/x/tty", Some((0x0483, 0x374b, "A1"))).port.unwrap();
        let held = keys(&probe("A1"), None, std::slice::from_ref(&port));
        assert_eq!(held, ["probe 0483:374b:A1", "/x/tty"]);
        assert_eq!(keys(&probe("B2"), None, &[port]), ["probe 0483:374b:B2"]);
    }
}
