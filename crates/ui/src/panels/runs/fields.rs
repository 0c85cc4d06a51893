//! The history where the picture cannot be seen: which run is shown, and how and where runs are written or read.

use protocol::moment::moment;
use protocol::{ExportFormat, RunId};

use super::change::Form;
use super::{Runs, words};
use crate::aloud::{Field, Press};
use crate::asks::Place;
use crate::model::Model;
use crate::panel::Scene;

/// Formats by what stands for them, and what they are called.
const FORMATS: [(ExportFormat, &str, &str); 3] = [
    (ExportFormat::Bundle, "bundle", "Bundle, everything, for another Benchvise"),
    (ExportFormat::Csv, "csv", "CSV, a row per token"),
    (ExportFormat::Json, "json", "JSON, everything, for another program"),
];

impl Runs {
    /// What can be written and chosen.
    pub(super) fn spoken_fields(&self, model: &Model) -> Vec<Field> {
        let chosen = self.chosen.only().map_or("", |run| run.0.as_str());
        let none = match self.chosen.len() {
            0 => "None".to_owned(),
            count => words::runs_words(count as u64),
        };
        let newest = model
            .recent
            .iter()
            .map(|run| (run.run.0.clone(), words::said(run, &moment(run.created_ms))));
        let listed = [(String::new(), none)].into_iter().chain(newest);
        let mut fields = vec![Field::choice("run", "Run that is shown", chosen, listed)];
        if self.change.form == Form::Export {
            let format = FORMATS.iter().find(|(format, ..)| *format == self.change.format);
            let format = format.map_or("", |(_, value, _)| value);
            let formats = FORMATS.map(|(_, value, name)| (value, name));
            fields.push(Field::choice("format", "Export as", format, formats));
        }
        if let Some((name, path)) = self.files.asks_path() {
            fields.push(Field::line("path", name, path));
        }
        fields
    }

    /// What can be done beside the actions: what the export form has as a button.
    pub(super) fn spoken_deeds(&self) -> Vec<(String, Press)> {
        let write =
            Press::Write { place: Place::Runs, field: "export".into(), value: String::new() };
        let open = self.change.form == Form::Export && self.chosen.len() > 0;
        let runs = words::runs_words(self.chosen.len() as u64);
        if open { vec![(format!("Export {runs} now"), write)] } else { Vec::new() }
    }

    /// Something was written or chosen.
    pub(super) fn spoken_write(&mut self, field: &str, value: &str, scene: &mut Scene<'_>) {
        match field {
            "run" if value.is_empty() => self.chosen.clear(),
            "run" => self.show(RunId(value.to_owned())),
            "format" => {
                if let Some((format, ..)) = FORMATS.iter().find(|(_, known, _)| *known == value) {
                    self.change.format = *format;
                }
            }
            "export" => {
                self.change.form = Form::None;
                self.files.export(self.chosen.runs(), self.change.format, scene);
            }
            "path" => self.files.path_typed(value, scene.asks),
            _ => {}
        }
    }
}
