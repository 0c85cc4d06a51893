//! Puts an image onto a board: finds the board, the drive and the family, checks, writes.

use std::path::Path;

use board::flash::{
    BLOCK, Drive, Family, FlashError, Image, ImageKind, Verified, drives, other_tool, to_uf2,
    write_to,
};
use board::{EmulatedBoard, Port, PortState};
use protocol::{FlashSpec, FlashView, JobId, JobKind, JobOutcome};

use crate::Engine;
use crate::boards::HOST;
use crate::error::EngineError;
use crate::find_board::{Place, find_listed};
use crate::jobs::{self, Job};
use crate::model::read;

/// Largest image that is read, in bytes.
const LIMIT_BYTES: u64 = 64 << 20;

/// Everything that was found out before a byte is written.
struct Plan {
    uf2: Vec<u8>,
    drive: Option<Drive>,
    view: FlashView,
}

/// Begins the job; everything is checked at once.
pub(crate) fn start(engine: &Engine, spec: FlashSpec) -> Result<JobId, EngineError> {
    let plan = plan(engine, &spec)?;
    let title = spec.image.file_name().unwrap_or_default().to_string_lossy().into_owned();
    jobs::begin(engine, JobKind::Flash, title, move |job| {
        carry_out(job, &spec, plan).map(|view| JobOutcome::Flashed(Box::new(view)))
    })
}

fn carry_out(job: &Job, spec: &FlashSpec, plan: Plan) -> Result<FlashView, EngineError> {
    let Plan { uf2, drive, mut view } = plan;
    if spec.dry_run {
        return Ok(view);
    }
    if let Some(path) = &spec.to {
        std::fs::write(path, &uf2).map_err(|source| EngineError::Unwritable {
            path: path.display().to_string(),
            source,
        })?;
        return Ok(view);
    }
    let Some(drive) = drive else { return Ok(view) };
    let total = uf2.len() as u64;
    let verified = write_to(&drive, &uf2, &job.stop, &mut |done| {
        job.progress("writing", done, total);
    });
    match verified {
        Ok(verified) => view.restarted = Some(verified == Verified::Restarted),
        Err(FlashError::Stopped) => return Err(EngineError::Cancelled),
        Err(error) => return Err(error.into()),
    }
    Ok(view)
}

fn plan(engine: &Engine, spec: &FlashSpec) -> Result<Plan, EngineError> {
    if let Some(to) = &spec.to
        && std::fs::canonicalize(to).is_ok_and(|to| Some(to) == spec.image.canonicalize().ok())
    {
        return Err(EngineError::BadRequest(
            "the image would be written over itself; name another file".into(),
        ));
    }
    let bytes = read(&spec.image, LIMIT_BYTES)?;
    let mut family = spec.family.as_deref().map(named).transpose()?;
    if let Some(wanted) = &spec.board {
        let of_board = board(engine, wanted)?;
        family = family.or(of_board);
    }
    let drive = match (&spec.drive, &spec.to) {
        (Some(folder), _) => Some(Drive::at(folder)?),
        (None, Some(_)) => None,
        (None, None) => Some(the_drive(&engine.inner.root, family)?),
    };
    family = family.or_else(|| drive.as_ref()?.info.family());
    let image = Image::read(&bytes, spec.base, family)?;
    if let ImageKind::Uf2 { family: Some(id) } = image.kind {
        family = family.or_else(|| Family::with_id(id));
    }
    let family = family.ok_or_else(|| FlashError::NoFamily(Family::names()))?;
    if let Some(of_drive) = drive.as_ref().and_then(|drive| drive.info.family())
        && of_drive != family
    {
        return Err(EngineError::BadRequest(format!(
            "the drive is of a board with {} and the image is to be for {}; name the right one",
            of_drive.title, family.title
        )));
    }
    let uf2 = to_uf2(&image, family)?;
    let end = |address: u64, len: usize| (address + len as u64 - 1) as u32;
    let stretches = image.segments.iter();
    let stretches = stretches.map(|s| [s.address as u32, end(s.address, s.bytes.len())]);
    let shown = match (&drive, &spec.to) {
        (Some(drive), _) => drive.folder.display().to_string(),
        (None, Some(path)) => path.display().to_string(),
        (None, None) => String::new(),
    };
    let view = FlashView {
        image: match image.kind {
            ImageKind::Uf2 { .. } => "UF2",
            ImageKind::Elf { .. } => "ELF",
            ImageKind::Plain => "plain bytes",
        }
        .into(),
        family: family.title.into(),
        bytes: image.len() as u64,
        blocks: (uf2.len() / BLOCK) as u64,
        stretches: stretches.collect(),
        to: shown,
        board: drive.as_ref().and_then(|d| d.info.model.clone().or(d.info.board_id.clone())),
        restarted: None,
    };
    Ok(Plan { uf2, drive, view })
}

fn named(name: &str) -> Result<&'static Family, EngineError> {
    Family::named(name).ok_or_else(|| {
        let other = other_tool(&name.to_ascii_lowercase()).map(str::to_owned);
        EngineError::BadRequest(
            other.unwrap_or_else(|| {
                format!("there is no family {name}; there are {}", Family::names())
            }),
        )
    })
}

/// The family of the board that is named; refuses one that cannot take an image, or not now.
fn board(engine: &Engine, wanted: &str) -> Result<Option<&'static Family>, EngineError> {
    let refuse = |words: String| Err(EngineError::BadRequest(words));
    if wanted == HOST {
        return refuse("this computer is no board that takes an image; name one that does".into());
    }
    if let Some(board) = EmulatedBoard::of_kind(wanted) {
        return refuse(format!(
            "{} starts with what `make firmware` built each time; there is nothing to write to",
            board.name
        ));
    }
    let ports = board::list_ports();
    let Some(port) = find_listed(wanted, &ports, &engine.met())? else {
        return Err(EngineError::NotFound(format!(
            "no board is called {wanted}; `benchvise boards` lists those there are"
        )));
    };
    in_use(engine, port)?;
    let family = port.known().and_then(|row| row.family);
    match (family.and_then(Family::named), &port.state) {
        (Some(family), PortState::Bootloader { .. }) => Ok(Some(family)),
        (Some(family), _) => refuse(format!(
            "the board runs its firmware; {}, and try again: {}",
            family.remedy, port.path
        )),
        (None, _) => {
            let other = family.and_then(other_tool);
            refuse(other.map_or_else(
                || format!("nobody knows how this board takes an image; where it shows a drive, name it with --drive: {}", port.path),
                str::to_owned,
            ))
        }
    }
}

/// A board that a run of ours uses.
fn in_use(engine: &Engine, port: &Port) -> Result<(), EngineError> {
    let place = Place::Port { path: port.path.clone(), known: None, usb_identity: None };
    match engine.going().boards.get(&place.key()) {
        Some(user) => Err(EngineError::BoardInUse { board: port.path.clone(), user: user.clone() }),
        None => Ok(()),
    }
}

/// The drive of the one board that waits and fits.
fn the_drive(root: &Path, family: Option<&'static Family>) -> Result<Drive, FlashError> {
    let mut found = drives(&root.join("proc/mounts"));
    found.retain(|drive| match (family, drive.info.family()) {
        (Some(wanted), Some(has)) => wanted == has,
        (None, Some(_)) => true,
        // A board that nobody knows is only written to where it is named.
        (_, None) => false,
    });
    let names = || {
        let name = |drive: &Drive| drive.folder.display().to_string();
        found.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    if found.len() > 1 {
        return Err(FlashError::SeveralDrives(names()));
    }
    found.pop().ok_or_else(|| {
        let one = |family: &Family| format!("{}: {}", family.title, family.remedy);
        let all = || board::flash::FAMILIES.iter().map(one).collect::<Vec<_>>().join("; ");
        FlashError::NoDrive(family.map_or_else(all, one))
    })
}
