//! A window with one word in it, over the same toolkit with the same options as ours: what
//! `make bench` holds our window against.

#[path = "../src/window/frames.rs"]
mod frames;

use egui::{CentralPanel, Ui, Vec2};
use frames::Frames;

/// Our window's size at its first start, in points.
const SIZE: Vec2 = Vec2::new(1280.0, 820.0);

fn main() -> eframe::Result {
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Empty")
            .with_app_id("empty")
            .with_inner_size(SIZE)
            .with_drag_and_drop(true),
        renderer: eframe::Renderer::Glow,
        persist_window: false,
        ..eframe::NativeOptions::default()
    };
    let window = Box::new(Empty { frames: Frames::asked_for() });
    eframe::run_native("empty", options, Box::new(|_| Ok(window)))
}

struct Empty {
    frames: Option<Frames>,
}

impl eframe::App for Empty {
    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        if let Some(frames) = &mut self.frames {
            frames.count(ui.ctx());
        }
        CentralPanel::default().show(ui, |ui| ui.label("Empty"));
    }
}
