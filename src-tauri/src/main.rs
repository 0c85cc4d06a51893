//! The window as a program of the desktop's: the page of `crates/page` in the system's own web view, over the
//! engine in this process. What is not the web view's is `crates/shell`.
//!
//! [`say`] is the one command, [`dialog`] what a person chooses. [`menu`] and what is dropped or given go to the page
//! as words; [`theme`] dresses the frame.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod dialog;
mod menu;
mod say;
mod theme;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use protocol::desktop::Told;
use shell::{Desk, News, given_files, graphics, remark};
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_notification::NotificationExt;

/// The window's label, its size at the first start and the least it can be made, in points.
const MAIN: &str = "main";
const SIZE: (f64, f64) = (1280.0, 820.0);
const LEAST: (f64, f64) = (760.0, 520.0);

fn main() -> ExitCode {
    for name in graphics::wanted(tauri::webview_version().ok().as_deref()) {
        #[allow(
            unsafe_code,
            reason = "no other thread is there yet that could read the environment"
        )]
        // SAFETY: this is the first thing that the program does.
        unsafe {
            std::env::set_var(name, "1");
        }
    }
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
            let handle = app.handle().clone();
            let desk =
                Desk::start(option_env!("BENCHVISE_COMMIT"), move |news| hear(&handle, news))?;
            theme::wear(app.handle(), desk.settings());
            app.manage(desk);
            app.set_menu(menu::menu(app.handle())?)?;
            let given: Vec<String> = std::env::args().collect();
            tell(app.handle(), given_files(&given, &std::env::current_dir().unwrap_or_default()));
            WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
                .title("Benchvise")
                .inner_size(SIZE.0, SIZE.1)
                .min_inner_size(LEAST.0, LEAST.1)
                .build()?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match opened {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(opened_by_system)).unwrap_or(2)),
        Err(error) => {
            remark(format_args!("the window could not be opened: {error}"));
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

/// What the engine did that concerns the window's frame.
fn hear(app: &AppHandle, news: News) {
    match news {
        News::Settings(settings) => theme::wear(app, &settings),
        News::Ended(words) => {
            let window = app.get_webview_window(MAIN);
            if !window.is_some_and(|window| window.is_focused().unwrap_or(false)) {
                // A desktop without notifications shows none.
                drop(app.notification().builder().title("A run has ended").body(words).show());
            }
        }
    }
}

/// Brings the window to the front.
fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // A window manager may refuse, and then the window is where it is.
        drop(window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()));
    }
}
