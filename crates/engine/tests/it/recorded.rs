//! A run from its start to its end.

use std::path::{Path, PathBuf};
use std::time::Duration;

use engine::settings::Settings;
use engine::{Engine, Next, Options};
use protocol::{Command, Event, Reply, RunDetail, RunSpec, RunStatus};

/// Records a whole run, in a store of its own; `program` plays the board `host`.
pub(crate) fn recorded(program: Option<PathBuf>, spec: RunSpec) -> RunDetail {
    let folder = tempfile::tempdir().unwrap();
    whole(&engine(folder.path(), program), spec)
}

/// An engine with its store in that folder; `program` plays the board `host`.
pub(crate) fn engine(folder: &Path, program: Option<PathBuf>) -> Engine {
    let store = folder.join("store").display().to_string();
    let settings = Settings::resolve(None, &|_| None, &[("store", store)]).unwrap();
    Engine::start(Options { program, settings, ..Options::default() }).unwrap()
}

/// Records a whole run, the only one that goes on.
pub(crate) fn whole(engine: &Engine, spec: RunSpec) -> RunDetail {
    let events = engine.subscribe();
    let Reply::RunStarted { run } = engine.send(Command::StartRun { spec }).unwrap() else {
        panic!("it did not start");
    };
    loop {
        match events.next(Duration::from_secs(30)) {
            Next::Event(Event::RunFinished { status, failure, .. }) => {
                assert_eq!((status, failure), (RunStatus::Complete, None));
                break;
            }
            Next::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
    match engine.send(Command::ShowRun { selector: run.0 }).unwrap() {
        Reply::Run(run) => *run,
        other => panic!("{other:?}"),
    }
}
