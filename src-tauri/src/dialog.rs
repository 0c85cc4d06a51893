//! What a person chooses, in the system's own dialogs.

use std::path::PathBuf;

use protocol::desktop::Choice;
use shell::Desk;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, FilePath};

/// More endings than these say less than nothing.
const FEW: usize = 4;

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
            desk.allow(&paths);
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
