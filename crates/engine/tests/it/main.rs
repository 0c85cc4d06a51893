//! The engine from outside: settings, and everything a face can ask for.

mod boards;
mod desk;
mod documents;
mod settings;
