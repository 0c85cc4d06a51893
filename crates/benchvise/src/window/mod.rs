//! The native window: the desk of `ui` in a window of the system's, over the engine in this process.
//!
//! [`link`] is the way to the engine in this process and [`Remote`] to one elsewhere, [`shared`] either of them on a
//! store that another window may have open, [`shell`] the
//! dialogs, files and memory, [`frames`] what is measured of it, [`picture`] the same window where there is no display: drawn by the processor into
//! a picture.

mod frames;
mod handed;
mod icon;
mod link;
mod memory;
mod picture;
mod shared;
mod shell;

use std::path::{Path, PathBuf};

use egui::Vec2;
use protocol::{Code, Failure};
use ui::{Desk, Whose};

pub(crate) use picture::{Picture, pictures};

use crate::cli::out::Trouble;
use crate::remote::{Host, Remote};
use frames::Frames;
use memory::Memory;
use shared::Shared;
use shell::{Files, Native};

/// The window's size at its first start, and the least it can be made, in points.
const SIZE: Vec2 = Vec2::new(1280.0, 820.0);
const LEAST: Vec2 = Vec2::new(760.0, 520.0);

/// Whether there is a display to open a window on.
pub(crate) fn display() -> bool {
    if !cfg!(all(unix, not(target_os = "macos"))) {
        return true;
    }
    ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Whose engine a window works with.
pub(crate) enum Bench {
    /// This process's, or that of whoever has the store in this folder open already.
    Here(engine::Engine, PathBuf),
    /// A host's.
    There(Host),
}

/// Opens the window and stays until it is closed.
pub(crate) fn open(bench: Bench, memory: &Path) -> Result<(), Trouble> {
    if !display() {
        return Err(Failure::new(Code::BadRequest, "there is no display to open a window on")
            .with_hint("`benchvise help` lists what works without one, `benchvise tour` does the whole job")
            .into());
    }
    let memory = Memory::read(memory);
    let mut viewport = egui::ViewportBuilder::default()
        .with_title("Benchvise")
        .with_app_id("benchvise")
        .with_icon(icon::icon())
        .with_min_inner_size(LEAST)
        .with_inner_size(memory.size().unwrap_or(SIZE))
        .with_drag_and_drop(true);
    if let Some(place) = memory.place() {
        viewport = viewport.with_position(place);
    }
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        persist_window: false,
        ..eframe::NativeOptions::default()
    };
    let opened = eframe::run_native(
        "benchvise",
        options,
        Box::new(move |creation| {
            let context = creation.egui_ctx.clone();
            let wake = context.clone();
            let wake = move || wake.request_repaint();
            let files = match &bench {
                Bench::Here(..) => Files::Here,
                Bench::There(_) => Files::There,
            };
            let link: Box<dyn ui::Link> = match bench {
                Bench::Here(engine, store) => Box::new(Shared::begin(&engine, &store, wake)?),
                Bench::There(host) => Box::new(Remote::connect(host, wake)?),
            };
            let wake = context.clone();
            let shell = Native::new(memory.clone(), files, move || wake.request_repaint());
            let desk = Desk::new(&context, link, Box::new(shell));
            Ok(Box::new(Window { desk, memory, title: String::new(), frames: Frames::asked_for() }))
        }),
    );
    opened.map_err(|error| {
        Failure::new(Code::Internal, format!("the window could not be opened ({error})"))
            .with_hint("see `benchvise doctor` for what it finds about the display")
            .into()
    })
}

/// The desk in a window.
struct Window {
    desk: Desk,
    memory: Memory,
    /// As it was set last.
    title: String,
    frames: Option<Frames>,
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        self.desk.logic(ctx);
        let title = title(&self.desk.model().whose);
        if self.title != title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
        self.memory.note(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        if let Some(frames) = &mut self.frames {
            frames.count(ui.ctx());
        }
        self.desk.ui(ui);
    }

    fn on_exit(&mut self, _: Option<&eframe::glow::Context>) {
        self.desk.remember();
        self.memory.write();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

/// What stands on the window's frame.
fn title(whose: &Whose) -> String {
    match whose {
        Whose::Host(name) => format!("{name} · Benchvise"),
        Whose::Own | Whose::Beside(_) => "Benchvise".into(),
    }
}
