//! `benchvise window`, and `benchvise` alone

use engine::settings::Settings;
use protocol::{Command, DocumentSource, Reply, RunId};
use ui::asks::{Go, Handed, Place};

use super::bench::Bench;
use super::out::{Answer, Trouble};
use super::start::Context;
use super::window_args::{ThemeArg, WindowArgs};
use crate::window::{self, Picture};

/// Opens the window, or makes a picture of it.
pub(crate) fn window(context: &Context, args: WindowArgs) -> Result<Answer, Trouble> {
    let Some(file) = &args.picture else {
        let engine = match &context.bench {
            Bench::Here(engine) => {
                window::Bench::Here(engine.clone(), context.settings.store_folder())
            }
            Bench::There(away) => window::Bench::There(away.host().clone().for_a_window()),
        };
        window::open(engine, &Settings::window_file())?;
        return Ok(Answer::Done);
    };
    let engine = context.here("a picture of the window")?;
    let theme = match args.theme {
        ThemeArg::Light => egui::Theme::Light,
        ThemeArg::Dark => egui::Theme::Dark,
    };
    let [width, height] = args.size;
    let size = egui::Vec2::new(width as f32, height as f32);
    let wanted = Picture { file: file.clone(), theme, size, go: go(context, &args)? };
    window::pictures(engine, &[wanted])?;
    Ok(Answer::Done)
}

/// Where a picture is made, and of what.
fn go(context: &Context, args: &WindowArgs) -> Result<Go, Trouble> {
    let handed = args.document.as_ref().map(|path| Handed {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        source: DocumentSource::File(path.clone()),
    });
    match (args.room, args.run.as_slice(), handed) {
        (Place::Live, [run], None) => Ok(Go::Watch(id(context, run)?)),
        (Place::Runs, [run], None) => Ok(Go::Show(id(context, run)?)),
        (Place::Compare, [base, candidate], None) => {
            Ok(Go::Compare { base: id(context, base)?.0, candidate: id(context, candidate)?.0 })
        }
        (Place::Compress, [], Some(document)) => Ok(Go::Compress(vec![document])),
        (Place::Fit, [], Some(document)) => Ok(Go::Fit(document)),
        (place, [], None) => Ok(Go::To(place)),
        _ => Err(Trouble::usage(
            "that room does not show that; a run goes with live or runs, two with compare, a document \
             with compress or fit",
        )),
    }
}

/// The one run that a selector means.
fn id(context: &Context, selector: &str) -> Result<RunId, Trouble> {
    match context.send(Command::ShowRun { selector: selector.to_owned() })? {
        Reply::Run(run) => Ok(run.summary.run),
        _ => Err(Trouble::unexpected()),
    }
}
