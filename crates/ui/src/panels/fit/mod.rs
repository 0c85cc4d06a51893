//! Fit.

use egui::Ui;

use crate::kit;
use crate::panel::{Panel, Scene};

/// The room.
#[derive(Debug, Default)]
pub struct Fit {}

impl Panel for Fit {
    fn ui(&mut self, ui: &mut Ui, _scene: &mut Scene<'_>) {
        kit::page(ui, "Fit", |_| {}, |_| {});
    }
}
