//! The way of boards that show a drive while they wait for an image.

use board::flash::{
    BLOCK, Drive, FAMILIES, Family, FlashError, Image, ImageKind, Verified, Way, Ways, drives,
    to_uf2, write_to,
};
use board::{Port, PortState, real_path};
use protocol::{FlashSpec, FlashView, FlashWay};

use super::named::{Named, key};
use super::{Hold, Work, kind, stretch};
use crate::Engine;
use crate::error::EngineError;
use crate::jobs::Job;

/// Looks at everything.
pub(super) fn plan(
    engine: &Engine,
    spec: FlashSpec,
    named: Option<Named>,
    bytes: &[u8],
    user: &str,
) -> Result<Work, EngineError> {
    let mut families: Vec<&Family> =
        spec.family.iter().map(|name| family(name)).collect::<Result<_, _>>()?;
    let port = match &named {
        Some(named) => Some(waiting(named)?),
        None => None,
    };
    if let Some(of_board) = port.and_then(of_port).filter(|_| families.is_empty()) {
        families.extend(of_board);
    }
    let root = &engine.inner.root;
    let drive = match (&spec.drive, &spec.to) {
        (Some(folder), _) => Some(Drive::at(root, folder)?),
        (None, Some(_)) => None,
        (None, None) => Some(the_drive(drives(root), &families, port)?),
    };
    let of_drive = drive.as_ref().map(|drive| drive.info.families()).unwrap_or_default();
    if families.is_empty() {
        families.clone_from(&of_drive);
    }
    let usual = families.first().map(|family| family.flash[0]);
    let image = Image::read(bytes, spec.base, usual)?;
    let family = chosen(&families, &image)?;
    if !of_drive.is_empty() && !of_drive.contains(&family) {
        return Err(EngineError::BadRequest(format!(
            "the drive is of a board with {} and the image is to be for {}; name the right one",
            of_drive[0].title, family.title
        )));
    }
    let uf2 = to_uf2(&image, family, spec.flash_bytes)?;
    image.check_start(family)?;
    let view = FlashView {
        image: kind(&image),
        way: FlashWay::Drive,
        family: family.title.into(),
        bytes: image.len() as u64,
        blocks: Some((uf2.len() / BLOCK) as u64),
        stretches: image.segments.iter().map(|segment| stretch(None, segment)).collect(),
        flash_bytes: spec.flash_bytes,
        to: match (&drive, &spec.to) {
            (Some(drive), _) => drive.folder.display().to_string(),
            (None, Some(path)) => path.display().to_string(),
            (None, None) => String::new(),
        },
        board: drive.as_ref().and_then(|drive| drive.info.name().map(str::to_owned)),
        verified: None,
        restarted: None,
    };
    let hold = match &drive {
        Some(drive) if !spec.dry_run => {
            Some(Hold::take(engine, keys(drive, port, &board::list_unasked()), user)?)
        }
        _ => None,
    };
    Ok(Box::new(move |job| {
        let done = carry_out(job, &spec, &uf2, drive.as_ref(), view);
        // Whoever hears that it is over may use the board at once.
        drop(hold);
        done
    }))
}

fn carry_out(
    job: &Job,
    spec: &FlashSpec,
    uf2: &[u8],
    drive: Option<&Drive>,
    mut view: FlashView,
) -> Result<FlashView, EngineError> {
    if spec.dry_run {
        return Ok(view);
    }
    if let Some(path) = &spec.to {
        std::fs::write(path, uf2).map_err(|source| EngineError::Unwritable {
            path: path.display().to_string(),
            source,
        })?;
        return Ok(view);
    }
    let Some(drive) = drive else { return Ok(view) };
    let total = uf2.len() as u64;
    let verified = write_to(drive, uf2, &job.stop, &mut |done| {
        job.progress("writing", done, total);
    })?;
    view.restarted = Some(verified == Verified::Restarted);
    Ok(view)
}

fn family(name: &str) -> Result<&'static Family, EngineError> {
    Family::named(name).ok_or_else(|| {
        EngineError::BadRequest(format!(
            "no family of boards with a drive is called {name}; there are {}",
            Family::names()
        ))
    })
}

/// The board that is named, where it waits for an image as a drive.
fn waiting(named: &Named) -> Result<&Port, EngineError> {
    let refuse = |words: String| Err(EngineError::BadRequest(words));
    let port = named.port.as_ref().ok_or_else(|| named.unknown())?;
    let family = port.known().and_then(|row| row.family);
    match (family.and_then(Family::named), &port.state) {
        (Some(_), PortState::Bootloader { .. }) => Ok(port),
        (Some(family), _) => refuse(format!(
            "the board runs its firmware; {}, and try again: {}",
            family.remedy, port.path
        )),
        (None, _) => {
            let row = family.and_then(Ways::of_family);
            let ways = row.map(|row| row.ways).unwrap_or_default();
            refuse(match (ways.iter().find(|way| **way != Way::Drive), row) {
                (Some(way), _) => format!(
                    "this board shows no drive; leave --way out, or say --way {}: {}",
                    way.name(),
                    port.path
                ),
                (None, Some(row)) => row.instead.to_owned(),
                (None, None) => format!(
                    "nobody knows how this board takes an image; where it shows a drive, name it with --drive, else say --way: {}",
                    port.path
                ),
            })
        }
    }
}

/// The families that a board takes: those whose drives its own shows.
fn of_port(port: &Port) -> Option<Vec<&'static Family>> {
    let family = Family::named(port.known()?.family?)?;
    Some(FAMILIES.iter().filter(|other| other.board_ids == family.board_ids).collect())
}

/// The drive of the one board that waits and fits.
fn the_drive(
    mut found: Vec<Drive>,
    families: &[&'static Family],
    port: Option<&Port>,
) -> Result<Drive, EngineError> {
    // A board that nobody knows is only written to where its drive is named.
    found.retain(|drive| {
        let takes = drive.info.families();
        match families {
            [] => !takes.is_empty(),
            wanted => wanted.iter().any(|family| takes.contains(family)),
        }
    });
    // The drive of the very board that is named, where the system tells where both hang.
    let place = port.and_then(|port| port.usb.as_ref()?.place.as_ref());
    if let Some(place) = place {
        found.retain(|drive| drive.place.as_ref().is_none_or(|at| at == place));
        if let Some(at) = found.iter().position(|drive| drive.place.as_ref() == Some(place)) {
            return Ok(found.swap_remove(at));
        }
    }
    if found.len() > 1 {
        let all: Vec<String> = found.iter().map(Drive::to_string).collect();
        return Err(FlashError::SeveralDrives(all.join(", ")).into());
    }
    let Some(drive) = found.pop() else {
        return Err(no_drive(families, port).into());
    };
    Ok(drive)
}

fn no_drive(families: &[&'static Family], port: Option<&Port>) -> FlashError {
    if let Some(port) = port {
        return FlashError::NoDrive(format!(
            "the drive of {} is not mounted: open it in your file manager, and try again",
            port.path
        ));
    }
    let one = |family: &&Family| format!("{}: {}", family.title, family.remedy);
    let all: Vec<&Family> = FAMILIES.iter().collect();
    let meant = if families.is_empty() { &all } else { families };
    FlashError::NoDrive(meant.iter().map(one).collect::<Vec<_>>().join("; "))
}

/// The one family of several that the image is for.
fn chosen(families: &[&'static Family], image: &Image) -> Result<&'static Family, FlashError> {
    let of_image = match image.kind {
        ImageKind::Uf2 { family: Some(id) } => match families {
            [] => return Family::with_id(id).ok_or_else(|| FlashError::NoFamily(Family::names())),
            families => families.iter().find(|family| family.id == id),
        },
        ImageKind::Elf { core } => families.iter().find(|family| family.core == core),
        ImageKind::Uf2 { family: None } | ImageKind::Plain => None,
    };
    let first = of_image.or(families.first());
    first.copied().ok_or_else(|| FlashError::NoFamily(Family::names()))
}

/// Everything by which the board of a drive is reached.
fn keys(drive: &Drive, port: Option<&Port>, ports: &[Port]) -> Vec<String> {
    let mut keys = vec![real_path(&drive.folder.display().to_string()).display().to_string()];
    let at_place = |port: &&Port| {
        let place = port.usb.as_ref().and_then(|usb| usb.place.as_ref());
        place.is_some() && place == drive.place.as_ref()
    };
    keys.extend(port.into_iter().chain(ports.iter().filter(at_place)).map(key));
    keys
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use board::UsbIdentity;

    use super::*;

    /// A drive's folder, and the drive at a place.
    fn drive(folder: &Path, name: &str, board_id: &str, place: Option<&str>) -> Drive {
        let at = folder.join(name);
        std::fs::create_dir(&at).unwrap();
        std::fs::write(at.join("INFO_UF2.TXT"), format!("Board-ID: {board_id}")).unwrap();
        Drive { place: place.map(str::to_owned), ..Drive::at(folder, &at).unwrap() }
    }

    fn port(place: Option<&str>) -> Port {
        let usb = UsbIdentity {
            vid: 0x2e8a,
            pid: 0x0003,
            serial: None,
            product: None,
            place: place.map(str::to_owned),
            part: None,
        };
        let state = PortState::Bootloader { remedy: String::new() };
        Port { path: "usb:1-2".into(), state, usb: Some(usb) }
    }

    #[test]
    fn of_two_boards_of_a_family_the_named_one_is_written_to_or_it_is_asked_which() {
        let folder = tempfile::tempdir().unwrap();
        let pico = Family::named("rp2040").unwrap();
        let a = drive(folder.path(), "a", "RPI-RP2", Some("1-1"));
        let b = drive(folder.path(), "b", "RPI-RP2", Some("1-2"));
        let feather = drive(folder.path(), "f", "nRF52840-Feather", Some("1-3"));
        let unplaced = drive(folder.path(), "u", "RPI-RP2", None);
        let unknown = drive(folder.path(), "x", "Something", Some("1-4"));
        let find = |drives: &[&Drive], families: &[&'static Family], port: Option<&Port>| {
            let drives = drives.iter().map(|drive| (*drive).clone()).collect();
            let found = the_drive(drives, families, port);
            found.map(|drive| drive.folder).map_err(|error| error.to_string())
        };
        // Nobody says which: both are listed, with where they hang.
        let asked = find(&[&a, &b, &feather], &[pico], None).unwrap_err();
        assert!(asked.contains("(RPI-RP2, usb:1-1)"), "{asked}");
        assert!(asked.contains("(RPI-RP2, usb:1-2)") && asked.contains("--drive"), "{asked}");
        assert!(!asked.contains("Feather"), "{asked}");
        // The board says which.
        let named = port(Some("1-2"));
        assert_eq!(find(&[&a, &b], &[pico], Some(&named)).unwrap(), b.folder);
        assert_eq!(find(&[&unplaced, &b], &[pico], Some(&named)).unwrap(), b.folder);
        // Its own drive is not there: never another board's.
        let missing = find(&[&a], &[pico], Some(&named)).unwrap_err();
        assert!(missing.contains("the drive of usb:1-2 is not mounted"), "{missing}");
        // A system that does not tell where drives hang.
        assert_eq!(find(&[&unplaced], &[pico], Some(&named)).unwrap(), unplaced.folder);
        assert_eq!(find(&[&a], &[pico], Some(&port(None))).unwrap(), a.folder);
        // Without a family: the only board that is known.
        assert_eq!(find(&[&unknown, &feather], &[], None).unwrap(), feather.folder);
        let none = find(&[&unknown], &[], None).unwrap_err();
        assert!(none.contains("RP2040: hold BOOTSEL"), "{none}");
    }

    #[test]
    fn the_image_decides_between_the_cores_of_a_chip() {
        let [arm, riscv] = ["rp2350", "rp2350-riscv"].map(|name| Family::named(name).unwrap());
        let both = of_port(&Port {
            usb: port(None).usb.map(|usb| UsbIdentity { pid: 0x000f, ..usb }),
            ..port(None)
        });
        assert_eq!(both.unwrap(), [arm, riscv]);
        let image = |kind| Image { kind, segments: Vec::new() };
        let check = |kind, expect: &Family| {
            assert_eq!(chosen(&[arm, riscv], &image(kind)).unwrap(), expect, "{kind:?}");
        };
        check(ImageKind::Uf2 { family: Some(0xe48b_ff5a) }, riscv);
        check(ImageKind::Uf2 { family: Some(0xe48b_ff59) }, arm);
        check(ImageKind::Plain, arm);
        let riscv_elf = image(ImageKind::Uf2 { family: Some(0xe48b_ff5a) });
        assert_eq!(chosen(&[], &riscv_elf).unwrap(), riscv);
        assert!(chosen(&[], &image(ImageKind::Plain)).is_err());
    }

    #[test]
    fn a_board_is_held_by_its_drive_and_by_its_port() {
        let folder = tempfile::tempdir().unwrap();
        let drive = drive(folder.path(), "a", "RPI-RP2", Some("1-2"));
        let keys = keys(&drive, None, &[port(Some("1-2")), port(Some("1-3")), port(None)]);
        let real = std::fs::canonicalize(&drive.folder).unwrap();
        assert_eq!(keys, [real.display().to_string(), "usb:1-2".into()]);
    }
}
