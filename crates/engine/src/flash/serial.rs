//! The way of Espressif's chips: over the serial port, to the bootloader in their ROM.

use board::flash::{
    AtSerial, EspBoard, EspChip, EspImage, EspKind, FlashError, Part, Way, write_by_serial,
};
use board::{Port, PortKind, PortState, Role, list_ports, real_path};
use protocol::{FlashSpec, FlashView, FlashWay};

use super::named::{Named, key};
use super::{Hold, Work, esp, stretch};
use crate::Engine;
use crate::error::EngineError;

/// What nearly every bridge takes.
const BAUD: u32 = 460_800;
/// Espressif, whose chips' own USB looks at no baud rate.
const ESPRESSIF: u16 = 0x303a;

/// Looks at everything that can be seen without the board.
pub(super) fn plan(
    engine: &Engine,
    spec: &FlashSpec,
    named: Option<Named>,
    bytes: Vec<u8>,
    user: &str,
) -> Result<Work, EngineError> {
    if spec.drive.is_some() || spec.to.is_some() {
        return Err(EngineError::BadRequest(
            "--drive and --to are for boards with a drive; leave them out on the serial way".into(),
        ));
    }
    let wanted = wanted(spec, named.as_ref())?;
    let image = EspImage::read(bytes, spec.base, wanted)?;
    let chip = wanted.or(image.chip);
    if !Way::Serial.is_built() {
        let port = named.as_ref().and_then(|named| named.path().ok()).unwrap_or("PORT");
        return Err(Way::Serial.missing(vendor(spec, &image, chip, port)).into());
    }
    if spec.dry_run {
        let chip = chip.ok_or_else(|| FlashError::NoChip(EspChip::names()))?;
        let board = EspBoard { chip, flash: spec.flash_bytes, crystal_mhz: None };
        let parts = image.parts(&board)?;
        let to = match &named {
            Some(named) => named.path()?.to_owned(),
            None => the_port(&list_ports())
                .map_or_else(|_| "the port of the board".into(), |port| port.path),
        };
        let view = view(&image, &board, &parts, to);
        return Ok(Box::new(move |_| Ok(view)));
    }
    let port = match &named {
        Some(named) => named.port.clone(),
        None => Some(the_port(&list_ports())?),
    };
    let path = match (&port, &named) {
        (Some(port), _) => port.path.clone(),
        (None, Some(named)) => named.path()?.to_owned(),
        (None, None) => return Err(none_attached()),
    };
    if let Some(why) = port.as_ref().and_then(unsuited) {
        return Err(why);
    }
    let usb = port.as_ref().and_then(|port| port.usb.as_ref()).map(|usb| (usb.vid, usb.pid));
    let of_its_own = usb.is_some_and(|(vid, _)| vid == ESPRESSIF);
    let at = AtSerial {
        baud: spec.baud.unwrap_or(if of_its_own { board::BAUD } else { BAUD }),
        path: path.clone(),
        usb,
        reset: !spec.no_reset,
        chip: wanted,
        flash: spec.flash_bytes,
    };
    let held = port.as_ref().map_or_else(|| real_path(&path).display().to_string(), key);
    let hold = Hold::take(engine, vec![held], user)?;
    Ok(Box::new(move |job| {
        let written = write_by_serial(&image, &at, &job.stop, &mut |what, done, total| {
            job.progress(what, done, total);
        });
        // Whoever hears that it is over may use the board at once.
        drop(hold);
        let written = written?;
        let mut view = view(&image, &written.board, &written.parts, path);
        (view.verified, view.restarted) = (Some(true), Some(written.restarted));
        Ok(view)
    }))
}

/// The chip that a person says it is.
fn wanted(
    spec: &FlashSpec,
    named: Option<&Named>,
) -> Result<Option<&'static EspChip>, EngineError> {
    if let Some(chip) = esp(spec) {
        return Ok(Some(chip));
    }
    match spec.chip.as_ref().or(spec.family.as_ref()) {
        Some(name) => {
            let near = format!("there are {}", EspChip::names());
            Err(FlashError::NoSuchChip { name: name.clone(), near }.into())
        }
        // A chip with USB of its own that says which it is.
        None => {
            let family = named.and_then(|named| named.port.as_ref()?.known()?.family);
            Ok(family.filter(|family| *family != "esp32").and_then(EspChip::named))
        }
    }
}

/// The vendor's own command for the same.
fn vendor(spec: &FlashSpec, image: &EspImage, chip: Option<&EspChip>, port: &str) -> String {
    let chip = chip.map(|chip| format!(" --chip {}", chip.name)).unwrap_or_default();
    let file = spec.image.display();
    match image.kind {
        EspKind::Elf => format!("espflash flash{chip} --port {port} {file}"),
        EspKind::App | EspKind::Whole => {
            format!("espflash write-bin{chip} --port {port} {:#x} {file}", image.at())
        }
    }
}

fn view(image: &EspImage, board: &EspBoard, parts: &[Part], to: String) -> FlashView {
    FlashView {
        image: match image.kind {
            EspKind::Elf => "ELF",
            EspKind::App => "app image",
            EspKind::Whole => "image of the whole flash",
        }
        .into(),
        way: FlashWay::Serial,
        family: board.chip.title.into(),
        bytes: parts.iter().map(|part| part.segment.bytes.len() as u64).sum(),
        blocks: None,
        stretches: parts.iter().map(|part| stretch(Some(part.what), &part.segment)).collect(),
        flash_bytes: board.flash,
        to,
        board: None,
        verified: None,
        restarted: None,
    }
}

/// The port of the one board with a chip of Espressif's, else of the one bridge.
fn the_port(ports: &[Port]) -> Result<Port, EngineError> {
    let of = |fits: &dyn Fn(&Port) -> bool| -> Vec<&Port> {
        ports.iter().filter(|port| port.kind() == PortKind::Board && fits(port)).collect()
    };
    let own = of(&|port| port.usb.as_ref().is_some_and(|usb| usb.vid == ESPRESSIF));
    let bridges = of(&|port| port.known().is_some_and(|row| row.role == Role::Bridge));
    let found = if own.is_empty() { bridges } else { own };
    match found.as_slice() {
        [] => Err(none_attached()),
        [port] => Ok((*port).clone()),
        several => {
            let names = several.iter().map(|port| match port.name() {
                Some(name) => format!("{} ({name})", port.path),
                None => port.path.clone(),
            });
            let names = names.collect::<Vec<_>>().join(", ");
            Err(EngineError::BadRequest(format!(
                "several boards may be meant: {names}; name one of them with --board"
            )))
        }
    }
}

fn none_attached() -> EngineError {
    EngineError::BadRequest(
        "no board with a chip of Espressif's is attached, nor a serial bridge; plug it in, or name its port with --board".into(),
    )
}

/// Why a port is not one to speak to a chip of Espressif's through.
fn unsuited(port: &Port) -> Option<EngineError> {
    let row = port.known()?;
    let other = row.family.is_some_and(|family| !family.starts_with("esp32"));
    let role = matches!(row.role, Role::Meter | Role::Probe | Role::Other);
    let waits = matches!(port.state, PortState::Bootloader { .. }) && port.path.starts_with("usb:");
    (other || role || waits).then(|| {
        EngineError::BadRequest(format!(
            "{} is no board with a chip of Espressif's on a serial port; name one that is: {}",
            row.name, port.path
        ))
    })
}
