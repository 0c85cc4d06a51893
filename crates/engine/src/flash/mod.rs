//! Puts an image onto a board: finds the board and the way, checks, holds the board, writes.

mod drive;
mod hold;
mod named;
mod probe;
mod serial;

use board::flash::{EspChip, EspImage, Image, ImageKind, Segment, Way, Ways};
use protocol::{FlashSpec, FlashStretch, FlashView, FlashWay, JobId, JobKind, JobOutcome};

use crate::Engine;
use crate::error::EngineError;
use crate::jobs::{self, Job};
use crate::model::read;
use hold::Hold;
use named::Named;

/// Largest image that is read, in bytes.
const LIMIT_BYTES: u64 = 64 << 20;

/// What is left to do once everything was looked at.
type Work = Box<dyn FnOnce(&Job) -> Result<FlashView, EngineError> + Send>;

/// Begins the job, of which others are told as `user`; everything that can be is checked before.
pub(crate) fn start(engine: &Engine, spec: FlashSpec, user: &str) -> Result<JobId, EngineError> {
    if let Some(to) = &spec.to
        && std::fs::canonicalize(to).is_ok_and(|to| Some(to) == spec.image.canonicalize().ok())
    {
        return Err(EngineError::BadRequest(
            "the image would be written over itself; name another file".into(),
        ));
    }
    let bytes = read(&spec.image, LIMIT_BYTES)?;
    let named = spec.board.as_deref().map(|board| Named::find(engine, board)).transpose()?;
    let title = spec.image.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let work: Work = match way(&spec, named.as_ref(), &bytes)? {
        Way::Drive => drive::plan(engine, spec, named, &bytes, user)?,
        Way::Serial => serial::plan(engine, &spec, named, bytes, user)?,
        Way::Probe => probe::plan(engine, &spec, named, &bytes, user)?,
    };
    jobs::begin(engine, JobKind::Flash, title, move |job| {
        work(job).map(|view| JobOutcome::Flashed(Box::new(view)))
    })
}

/// The way: what a person says, else what the board takes, else what the image is for.
fn way(spec: &FlashSpec, named: Option<&Named>, bytes: &[u8]) -> Result<Way, EngineError> {
    match spec.way {
        Some(FlashWay::Drive) => return Ok(Way::Drive),
        Some(FlashWay::Serial) => return Ok(Way::Serial),
        Some(FlashWay::Probe) => return Ok(Way::Probe),
        None => {}
    }
    if spec.drive.is_some() || spec.to.is_some() && spec.chip.is_none() && esp(spec).is_none() {
        return Ok(Way::Drive);
    }
    if esp(spec).is_some() {
        return Ok(Way::Serial);
    }
    if let Some(known) = named.and_then(|named| named.port.as_ref()?.known())
        && let Some(family) = known.family
        && let Some(Ways { ways: [], instead, .. }) = Ways::of_family(family)
    {
        return Err(EngineError::BadRequest((*instead).into()));
    }
    let of_board = named.and_then(|named| Ways::usual(named.port.as_ref()?.known()?));
    let of_family = || match spec.family.as_deref().map(Ways::of_family) {
        Some(Some(Ways { ways: [], instead, .. })) => {
            Err(EngineError::BadRequest((*instead).into()))
        }
        Some(Some(row)) => Ok(row.ways.first().copied()),
        Some(None) | None => Ok(None),
    };
    Ok(match of_board {
        Some(way) => way,
        None => match of_family()? {
            Some(way) => way,
            None if spec.chip.is_some() => Way::Probe,
            None if EspImage::is_likely(bytes) => Way::Serial,
            None => Way::Drive,
        },
    })
}

/// The chip of Espressif's that a person names.
fn esp(spec: &FlashSpec) -> Option<&'static EspChip> {
    spec.chip.as_deref().or(spec.family.as_deref()).and_then(EspChip::named)
}

/// What an image was read from, for a face.
fn kind(image: &Image) -> String {
    match image.kind {
        ImageKind::Uf2 { .. } => "UF2",
        ImageKind::Elf { .. } => "ELF",
        ImageKind::Plain => "plain bytes",
    }
    .into()
}

/// Where segments go, for a face.
fn stretch(what: Option<&str>, segment: &Segment) -> FlashStretch {
    let last = segment.address + (segment.bytes.len() as u64).saturating_sub(1);
    FlashStretch { from: segment.address as u32, to: last as u32, what: what.map(str::to_owned) }
}
