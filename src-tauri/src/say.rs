//! The one command: what the page says.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{fs, thread};

use protocol::desktop::{Choice, Told, Word};
use protocol::{Code, Failure};
use tauri::ipc::JavaScriptChannelId;
use tauri::{AppHandle, Manager, State, Webview};
use tauri_plugin_dialog::{DialogExt, FilePath};

use crate::desk::{self, Desk, Open};
use crate::line::Line;
use crate::load;

/// More endings than these say less than nothing.
const FEW: usize = 4;

#[tauri::command]
pub(crate) fn say(
    webview: Webview,
    desk: State<'_, Desk>,
    word: Word,
    line: Option<JavaScriptChannelId>,
) -> Result<(), String> {
    match word {
        Word::Open => {
            let channel = line.ok_or("no channel came with this")?.channel_on(webview);
            let line = Line::open(&desk.engine, channel).map_err(|error| error.to_string())?;
            desk.opened(line);
        }
        Word::Ask { asks, heard } => desk.with(|line| {
            line.heard(heard);
            asks.iter().for_each(|text| line.ask(text));
        }),
        Word::Painted => note("first paint"),
        Word::Ready => {
            note("ready");
            desk.with(|line| load::begin(line.wire()));
        }
        Word::Choose { dialog, choice, title } => {
            choose(webview.app_handle(), title, choice, move |desk, paths| {
                desk.tell(Told::Chosen { dialog, paths });
            });
        }
        Word::Write { path, text } => write(webview.app_handle().clone(), path, text),
    }
    Ok(())
}

/// Says when something happened, where the environment asks for it as it does of the native window.
fn note(what: &str) {
    if std::env::var_os("BENCHVISE_FRAMES").is_some() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        desk::remark(format_args!("{what} at {:.3} ms", now.as_secs_f64() * 1e3));
    }
}

/// Lets a person choose; `then` gets the paths, none where they changed their mind.
pub(crate) fn choose(
    app: &AppHandle,
    title: String,
    choice: Choice,
    then: impl FnOnce(&Desk, Vec<PathBuf>) + Send + 'static,
) {
    let mut dialog = app.dialog().file().set_title(title);
    if let Some(window) = app.get_webview_window(crate::MAIN) {
        dialog = dialog.set_parent(&window);
    }
    let written = matches!(choice, Choice::WriteFolder | Choice::WritePlace { .. });
    let app = app.clone();
    let chosen = move |files: Vec<FilePath>| {
        let paths: Vec<PathBuf> =
            files.into_iter().filter_map(|file| file.into_path().ok()).collect();
        let desk = app.state::<Desk>();
        if written {
            desk.open().writable.extend(paths.iter().cloned());
        }
        then(&desk, paths);
    };
    let one = |file: Option<FilePath>| file.into_iter().collect::<Vec<_>>();
    match choice {
        Choice::Files { several, endings } => {
            if !endings.is_empty() {
                let name = match endings.len() {
                    0..=FEW => endings.join(", "),
                    _ => "known documents".to_owned(),
                };
                let endings: Vec<&str> = endings.iter().map(String::as_str).collect();
                dialog = dialog.add_filter(name, &endings).add_filter("all files", &["*"]);
            }
            match several {
                true => dialog.pick_files(move |files| chosen(files.unwrap_or_default())),
                false => dialog.pick_file(move |file| chosen(one(file))),
            }
        }
        Choice::Folder | Choice::WriteFolder => dialog.pick_folder(move |file| chosen(one(file))),
        Choice::Place { name } | Choice::WritePlace { name } => {
            dialog.set_file_name(name).save_file(move |file| chosen(one(file)));
        }
    }
}

/// Whether a dialog gave this place: the file itself, or the folder right above it.
fn may_write(open: &Open, path: &Path) -> bool {
    let plain = path.components().all(|part| !matches!(part, std::path::Component::ParentDir));
    let inside = |folder: &Path| open.writable.contains(folder);
    plain && (inside(path) || path.parent().is_some_and(inside))
}

fn unwritten(path: &Path, why: &str) -> Failure {
    let message = format!("the file could not be written ({why}): {}", path.display());
    Failure::new(Code::BadInput, message).with_hint("choose another place")
}

/// Writes a text, on a thread of its own, where a dialog gave the place.
fn write(app: AppHandle, path: PathBuf, text: String) {
    let desk = app.state::<Desk>();
    if !may_write(&desk.open(), &path) {
        let failure = Some(unwritten(&path, "no dialog gave this place"));
        desk.tell(Told::Saved { path, failure });
        return;
    }
    let (handle, place) = (app.clone(), path.clone());
    let spawned = thread::Builder::new().name("save".to_owned()).spawn(move || {
        let failed = fs::write(&path, text).err();
        let failure = failed.map(|error| unwritten(&path, &error.to_string()));
        handle.state::<Desk>().tell(Told::Saved { path, failure });
    });
    if spawned.is_err() {
        let failure = Some(unwritten(&place, "no thread could be had"));
        desk.tell(Told::Saved { path: place, failure });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_dialog_gave_is_written() {
        let mut open = Open::default();
        open.writable.extend(["/d/out".into(), "/d/one.md".into()]);
        for path in ["/d/one.md", "/d/out/two.md"] {
            assert!(may_write(&open, Path::new(path)), "{path}");
        }
        for path in ["/d/two.md", "/d/out/deep/x", "/d/out/../x", "one.md", ""] {
            assert!(!may_write(&open, Path::new(path)), "{path}");
        }
    }
}
