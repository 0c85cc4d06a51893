//! Runs.

use egui::Ui;

use crate::kit;
use crate::panel::{Panel, Scene};

/// The room.
#[derive(Debug, Default)]
pub struct Runs {}

impl Panel for Runs {
    fn ui(&mut self, ui: &mut Ui, _scene: &mut Scene<'_>) {
        kit::page(ui, "Runs", |_| {}, |_| {});
    }
}
