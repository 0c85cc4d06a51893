//! The window as a program of the desktop's: the page of `crates/page` in the system's own web view, over the
//! engine in this process.
//!
//! [`say`] is the one command, [`line`] the one channel. [`menu`] and what is dropped or given go to the page as
//! words; [`news`] tells who looks elsewhere that a long run ended. [`theme`] dresses the frame. [`graphics`] decides which of Linux' graphics
//! variables are set, [`load`] measures the channel where the environment asks for it.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod desk;
mod graphics;
mod line;
mod load;
mod menu;
mod news;
mod say;
mod theme;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use protocol::desktop::Told;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent};

use desk::Desk;

/// The window's label, its size at the first start and the least it can be made, in points.
const MAIN: &str = "main";
const SIZE: (f64, f64) = (1280.0, 820.0);
const LEAST: (f64, f64) = (760.0, 520.0);

fn main() -> ExitCode {
    graphics::prepare();
    let opened = tauri::Builder::default()
        // First: a second start hands over what it was given and ends before anything else begins.
        .plugin(tauri_plugin_single_instance::init(|app, given, folder| {
            tell(app, given_files(&given, Path::new(&folder)));
            show(app);
        }))
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![say::say])
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .on_window_event(|window, event| {
            if let WindowEvent::DragDrop(tauri::DragDropEvent::Drop { paths, .. }) = event {
                tell(window.app_handle(), paths.clone());
            }
        })
        .setup(|app| {
            app.manage(Desk::start()?);
            theme::wear(app.handle(), &app.state::<Desk>().settings);
            app.set_menu(menu::menu(app.handle())?)?;
            let given: Vec<String> = std::env::args().collect();
            tell(app.handle(), given_files(&given, &std::env::current_dir().unwrap_or_default()));
            WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
                .title("Benchvise")
                .inner_size(SIZE.0, SIZE.1)
                .min_inner_size(LEAST.0, LEAST.1)
                .build()?;
            news::listen(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match opened {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(opened_by_system)).unwrap_or(2)),
        Err(error) => {
            desk::remark(format_args!("the window could not be opened: {error}"));
            ExitCode::from(2)
        }
    }
}

/// What a system gives a program that runs already: macOS does so by an event.
fn opened_by_system(app: &AppHandle, event: tauri::RunEvent) {
    #[cfg(target_os = "macos")]
    if let tauri::RunEvent::Opened { urls } = &event {
        tell(app, urls.iter().filter_map(|url| url.to_file_path().ok()).collect());
    }
    if let tauri::RunEvent::Exit = event {
        app.state::<Desk>().end();
    }
}

/// Tells the page of files, where there are any.
fn tell(app: &AppHandle, files: Vec<PathBuf>) {
    if !files.is_empty() {
        app.state::<Desk>().tell(Told::Dropped(files));
    }
}

/// Brings the window to the front.
fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // A window manager may refuse, and then the window is where it is.
        drop(window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()));
    }
}

/// The files among what a program was started with, in the folder it was started in.
fn given_files(given: &[String], folder: &Path) -> Vec<PathBuf> {
    let files = given.iter().skip(1).filter(|one| !one.starts_with('-'));
    files.map(|one| folder.join(one)).filter(|path| path.exists()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_from_the_folder_of_the_start_and_nothing_else_is_taken_for_one() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let given =
            ["program", "--flag", "Cargo.toml", "absent.txt", "../README.md"].map(String::from);
        assert_eq!(
            given_files(&given, folder),
            [folder.join("Cargo.toml"), folder.join("../README.md")]
        );
        assert!(given_files(&[], folder).is_empty());
    }
}
