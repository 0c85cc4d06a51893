//! The one `match` on [`Command`].

use std::sync::Arc;

use protocol::{Command, Event, Reply};

use crate::connection::Connection;
use crate::error::EngineError;
use crate::order::Order;
use crate::settings::Changed;
use crate::{
    Engine, as_one, boards, compare, compress, doctor, export, fetch, fidelity, fit, flash, folder,
    heat, jobs, listen, looks, models, port_rules, profile, runs, snapshot, store_care, tune,
};

/// Who sends a command.
#[derive(Clone, Copy)]
pub(crate) enum Asker<'a> {
    /// Somebody without a connection, who can have no views.
    Nobody,
    /// The same, with a name for others.
    Face(&'a str),
    /// A face.
    Connection(&'a Connection),
}

impl Asker<'_> {
    /// What others are told who want a board that is used for `work` meanwhile.
    pub(crate) fn at(self, work: &str) -> String {
        let face = match self {
            Asker::Nobody => None,
            Asker::Face(face) => Some(face),
            Asker::Connection(connection) => connection.face.as_deref(),
        };
        match face {
            Some(face) => format!("{work} ({face})"),
            None => work.to_owned(),
        }
    }
}

pub(crate) fn dispatch(
    engine: &Engine,
    asker: Asker<'_>,
    command: Command,
) -> Result<Reply, EngineError> {
    let known = engine.order.is_some() || !engine.inner.parking.is_open();
    let ordered =
        if known { None } else { Order::of(&command).map(|order| engine.ordered(Arc::new(order))) };
    let engine = ordered.as_ref().unwrap_or(engine);
    match command {
        Command::Hello => Ok(Reply::Hello {
            version: env!("CARGO_PKG_VERSION").into(),
            commit: engine.inner.commit.clone(),
            store: engine.settings().store_folder().display().to_string(),
        }),
        Command::Snapshot => Ok(Reply::Snapshot(Box::new(snapshot::snapshot(engine)))),
        Command::ListPorts => Ok(Reply::Ports(boards::list(engine))),
        Command::StartRun { spec } => {
            profile::start(engine, spec, asker).map(|run| Reply::RunStarted { run })
        }
        Command::StartInterleaved { specs } => {
            profile::start_interleaved(engine, specs, asker).map(|runs| Reply::RunsStarted { runs })
        }
        Command::StopRun { run } => match engine.going().runs.get(&run) {
            Some(run) => {
                run.stop();
                Ok(Reply::Done)
            }
            None => Err(EngineError::NotFound(format!("run {run} is not going on here"))),
        },
        Command::ListRuns { filter } => runs::list(engine, filter),
        Command::ShowRun { selector } => {
            runs::show(engine, &selector).map(|run| Reply::Run(Box::new(run)))
        }
        Command::NoteRun { selector, note } => runs::note(engine, &selector, note.as_deref()),
        Command::TagRun { selector, key, value } => {
            runs::tag(engine, &selector, &key, value.as_deref())
        }
        Command::DeleteRun { selector } => runs::delete(engine, &selector),
        Command::UndeleteRun { selector } => runs::undelete(engine, &selector),
        Command::ExportRuns { selector, format, path } => {
            export::export(engine, &selector, format, &path)
        }
        Command::ReadExport { selector, format } => export::read(engine, &selector, format),
        Command::ImportBundle { path } => export::import(engine, &path),
        Command::ReadBundle { bytes } => export::read_bundle(engine, &bytes),
        Command::Compare { base, candidate, min_effect, metrics } => {
            compare::compare(engine, &base, &candidate, min_effect, &metrics)
                .map(|comparison| Reply::Comparison(Box::new(comparison)))
        }
        Command::Compress { spec } => {
            compress::start(engine, spec).map(|job| Reply::JobStarted { job })
        }
        Command::CompressAsOne { spec } => {
            as_one::start(engine, spec).map(|job| Reply::JobStarted { job })
        }
        Command::CompressFolder { spec } => {
            folder::start(engine, spec).map(|job| Reply::JobStarted { job })
        }
        Command::ListCache => engine.inner.results.list().map(Reply::Cache),
        Command::PruneCache { spec } => engine.inner.results.prune(&spec).map(Reply::Cache),
        Command::Fit { spec } => {
            fit::start(engine, spec, asker).map(|job| Reply::JobStarted { job })
        }
        Command::MeasureFidelity { spec } => {
            fidelity::start(engine, spec).map(|job| Reply::JobStarted { job })
        }
        Command::Tune { spec } => tune::start(engine, spec).map(|job| Reply::JobStarted { job }),
        Command::MapHeat { spec } => heat::start(engine, spec).map(|job| Reply::JobStarted { job }),
        Command::Listen { spec } => listen::start(engine, spec, &asker.at("somebody who listens"))
            .map(|job| Reply::JobStarted { job }),
        Command::Flash { spec } => flash::start(engine, spec, &asker.at("somebody who flashes it"))
            .map(|job| Reply::JobStarted { job }),
        Command::TryPatterns { patterns, lines } => {
            listen::try_on(&patterns, lines).map(Reply::Lines)
        }
        Command::ListModels => Ok(Reply::Models(models::list(engine))),
        Command::ListNeural => {
            let view = engine.inner.shelf.view(&engine.settings().models_folder());
            Ok(Reply::Neural(view.map(Box::new)))
        }
        Command::FetchModel { name } => {
            fetch::start(engine, &name).map(|job| Reply::JobStarted { job })
        }
        Command::Cancel { job } => jobs::cancel(engine, job).map(|()| Reply::Done),
        Command::Diagnose => Ok(Reply::Findings(doctor::diagnose(engine))),
        Command::ShowPortRules => port_rules::show(&engine.inner.root).map(Reply::Rules),
        Command::WritePortRules => port_rules::write(&engine.inner.root).map(Reply::Rules),
        Command::CheckStore => store_care::check(engine),
        Command::BackUpStore { path } => store_care::back_up(engine, &path),
        Command::RestoreStore { path } => store_care::restore(engine, &path),
        Command::MeasureStore => store_care::usage(engine),
        Command::ListSettings => Ok(Reply::Settings(engine.settings().views())),
        Command::ChangeSetting { key, value } => change_setting(engine, &key, value.as_deref()),
        Command::ShowCurves { selector, points } => looks::curves(engine, &selector, points),
        Command::OpenView { view, spec } => looks::open(engine, asker, view, spec),
        Command::AckView { view, seq } => looks::acknowledge(engine, asker, view, seq),
        Command::CloseView { view } => looks::close(engine, asker, view),
        Command::MeasureBetween { run, from_ms, to_ms } => {
            looks::between(engine, &run, from_ms, to_ms)
        }
    }
}

fn change_setting(engine: &Engine, key: &str, value: Option<&str>) -> Result<Reply, EngineError> {
    let changed = engine.inner.settings.change(key, value)?;
    let views = engine.settings().views();
    if changed == Changed::Yes {
        engine.tell(Event::SettingsChanged(views.clone()));
    }
    Ok(Reply::Settings(views))
}
