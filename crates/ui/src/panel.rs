//! What a room of the window is: it hears everything that comes in, draws from the model, and asks.

use crate::action::Action;
use crate::aloud::{Field, Press};
use crate::asks::{Asks, Go};
use crate::link::Incoming;
use crate::model::Model;
use crate::shell::{Surroundings, Told};

/// What a panel works with.
pub struct Scene<'a> {
    /// What is known of the engine.
    pub model: &'a Model,
    /// Where wishes go.
    pub asks: &'a mut Asks,
    /// What can and cannot be done around the window.
    pub surroundings: &'a Surroundings,
    /// The time of day, ms UTC.
    pub now_ms: i64,
    /// Nothing slides or fades: a person asked for it.
    pub still: bool,
}

/// A room.
pub trait Panel {
    /// Something came from the engine; the model has taken it in already.
    fn hear(&mut self, incoming: &Incoming, scene: &mut Scene<'_>) {
        let _ = (incoming, scene);
    }

    /// The shell has something to say: a dialog ended, a file was written.
    fn told(&mut self, told: &Told, scene: &mut Scene<'_>) {
        let _ = (told, scene);
    }

    /// Files were dropped on the window; paths where the shell knows them, else names and bytes.
    /// Whether this room took them: where the room that is open does not, Compress is asked.
    fn dropped(&mut self, files: &[protocol::DocumentSource], scene: &mut Scene<'_>) -> bool {
        let _ = (files, scene);
        false
    }

    /// Somebody comes in with something.
    fn enter(&mut self, go: &Go, scene: &mut Scene<'_>) {
        let _ = (go, scene);
    }

    /// Another room is entered: let go of what costs something, such as open views.
    fn leave(&mut self, scene: &mut Scene<'_>) {
        let _ = scene;
    }

    /// Does an action of the table. Whether it was one of this room's.
    fn act(&mut self, action: Action, scene: &mut Scene<'_>) -> bool {
        let _ = (action, scene);
        false
    }

    /// Draws.
    fn ui(&mut self, ui: &mut egui::Ui, scene: &mut Scene<'_>);

    /// What it shows, a sentence each, where the picture cannot be seen; without what changes with
    /// every token.
    fn aloud(&self, model: &Model) -> Vec<String> {
        let _ = model;
        Vec::new()
    }

    /// What can be done in it beside its actions of the table, where the picture cannot be seen.
    fn deeds(&self, model: &Model) -> Vec<(String, Press)> {
        let _ = model;
        Vec::new()
    }

    /// What can be written and chosen in it, where the picture cannot be seen.
    fn fields(&self, model: &Model) -> Vec<Field> {
        let _ = model;
        Vec::new()
    }

    /// Something was written into one of [`Panel::fields`], or chosen in it, as a whole.
    fn write(&mut self, field: &str, value: &str, scene: &mut Scene<'_>) {
        let _ = (field, value, scene);
    }

    /// What should be remembered between starts, as JSON; asked for now and then.
    fn memory(&self) -> Option<String> {
        None
    }

    /// What was remembered.
    fn recall(&mut self, memory: &str) {
        let _ = memory;
    }
}
