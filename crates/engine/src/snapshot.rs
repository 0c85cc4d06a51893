//! Everything at once, for a face that comes or comes back. It always comes: what cannot be had is
//! said in it.

use protocol::Snapshot;
use store::OpenMode;

use crate::failure::failure;
use crate::{Engine, boards, documents, models, ports};

pub(crate) fn snapshot(engine: &Engine) -> Snapshot {
    // Whoever asks for this stays, and wants to hear when a board is plugged in.
    let found = board::list_ports();
    ports::watch(engine, &found);
    let settings = engine.settings();
    let (runs, jobs) = {
        let going = engine.going();
        (
            going.runs.values().map(|run| run.seen.clone()).collect(),
            going.jobs.values().map(|job| job.seen.clone()).collect(),
        )
    };
    Snapshot {
        version: env!("CARGO_PKG_VERSION").into(),
        commit: engine.inner.commit.clone(),
        store: settings.store_folder().display().to_string(),
        store_problem: store_problem(engine),
        ports: boards::views(engine, found),
        going: runs,
        jobs,
        settings_problems: settings.warnings().to_vec(),
        settings: settings.views(),
        models: models::list(engine),
        document_sorts: documents::sorts(),
        neural: engine.inner.shelf.view(&settings.models_folder()),
    }
}

/// Why nothing can be recorded, with what to do.
fn store_problem(engine: &Engine) -> Option<String> {
    let problem = match engine.store() {
        Ok(store) if store.mode() == OpenMode::ReadWrite => return None,
        Ok(store) => store::StoreError::ReadOnly { path: store.folder().to_path_buf() }.into(),
        Err(error) => error,
    };
    Some(failure(problem).to_string())
}
