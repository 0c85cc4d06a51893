//! Boards that QEMU plays: where their firmware is, how they are listed, what is recorded of them.

use std::fs;
use std::path::{Path, PathBuf};

use board::{Bits, EMULATED, Emulated, EmulatedBoard, ICOUNT_SHIFT, Patience};
use protocol::{BoardView, PortView, PortViewKind, PortViewState};

use crate::Engine;
use crate::error::EngineError;
use crate::model::sha256_hex;
use crate::port_view;

/// Facts by their keys in a fingerprint.
pub(crate) type Circumstances = Vec<(&'static str, String)>;

/// The folder of the images: the setting's, else `firmware` beside the program or beside its folder,
/// which is where a build leaves them. It need not be there.
pub(crate) fn images(engine: &Engine) -> PathBuf {
    if let Some(folder) = engine.settings().firmware_folder() {
        return folder;
    }
    let beside = |folder: Option<&Path>| folder.map(|folder| folder.join("firmware"));
    let home = engine.inner.program.parent();
    match beside(home).filter(|folder| folder.is_dir()) {
        Some(folder) => folder,
        None => beside(home.and_then(Path::parent)).unwrap_or_default(),
    }
}

/// Those that can be started now, as ports.
pub(crate) fn ports(engine: &Engine) -> Vec<PortView> {
    let images = images(engine);
    let there = |board: &&EmulatedBoard| board.image(&images).is_some();
    EMULATED.iter().filter(there).filter(|board| board.emulator().is_some()).map(view).collect()
}

fn view(board: &EmulatedBoard) -> PortView {
    PortView {
        path: board.kind.into(),
        kind: PortViewKind::Board,
        state: PortViewState::Ready,
        board: Some(BoardView {
            name: board.name.into(),
            kind: board.kind.into(),
            identity: board.chip_id.into(),
            emulated: true,
        }),
        driver: Some(port_view::AGENT.into()),
        usb: None,
        hint: None,
    }
}

/// Starts one with `model` in its memory; says under which circumstances it runs.
pub(crate) fn start(
    engine: &Engine,
    board: &EmulatedBoard,
    model: Option<(&[u8], Bits)>,
) -> Result<(Emulated, Circumstances), EngineError> {
    let folder = images(engine);
    let emulated = Emulated::start(board, &folder, model, &engine.inner.patience)?;
    let mut circumstances = vec![
        ("emulator.program", board.program.to_owned()),
        ("emulator.machine", board.machine.to_owned()),
        ("emulator.icount_shift", ICOUNT_SHIFT.to_string()),
    ];
    circumstances.extend(board.emulator_version().map(|version| ("emulator.version", version)));
    // Ticks of two images cannot be compared, and this tells them apart.
    let image = board.image(&folder).and_then(|image| fs::read(image).ok());
    circumstances.extend(image.map(|image| ("firmware.sha256", sha256_hex(&image))));
    Ok((emulated, circumstances))
}

/// An emulator shares this computer with everything else, so more patience is due than to silicon.
pub(crate) fn patience(asked: Patience) -> Patience {
    let seconds = std::time::Duration::from_secs;
    Patience {
        hello: asked.hello.max(seconds(30)),
        silence: asked.silence.max(seconds(60)),
        resend: asked.resend.max(seconds(5)),
        model: asked.model.max(seconds(240)),
    }
}
