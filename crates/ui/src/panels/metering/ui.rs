//! Draws the part of a form that says which meter.

use egui::{Label, Response, RichText, Ui};
use protocol::{Feeds, METERS, MeterKind, PortView};

use super::form::{Field, Form, Which, Wrongs};
use super::found::{Found, found};
use crate::kit;
use crate::theme::{Palette, space, text};

/// Below this width the fields stand one under the other, in points.
const TWO_COLUMNS: f32 = 260.0;

/// What is said of the fields.
#[derive(Clone, Copy, Debug)]
pub(in crate::panels) struct Said<'a> {
    pub(in crate::panels) wrongs: &'a Wrongs,
    /// Something was started with them as they are: an empty field is wrong too.
    pub(in crate::panels) tried: bool,
    /// The field that should get the cursor.
    pub(in crate::panels) look_at: Option<Field>,
}

impl Form {
    /// Draws it. Gives the field that got the cursor because it should.
    pub(in crate::panels) fn ui(
        &mut self,
        ui: &mut Ui,
        ports: &[PortView],
        said: Said<'_>,
    ) -> Option<Field> {
        let mut drawn = Drawn { said, settled: None };
        let attached = found(ports);
        kit::caption(ui, "Power meter");
        self.which_ui(ui, &attached);
        self.words_ui(ui);
        drawn.wrong_ui(ui, Field::Which, None);
        if self.which == Which::Named {
            ui.add_space(space::HAIR);
            self.named_ui(ui, &mut drawn);
        }
        if let Some(kind) = self.kind(ports) {
            ui.add_space(space::HAIR);
            self.supply_ui(ui, kind, &mut drawn);
            kit::disclosure(ui, "More of the meter", &mut self.more);
            if self.more {
                self.more_ui(ui, kind, &mut drawn);
            }
        }
        drawn.settled
    }

    /// Opens what hides a field that is wrong.
    pub(in crate::panels) fn reveal(&mut self, field: Field) {
        self.more |= field.is_rare();
    }

    fn which_ui(&mut self, ui: &mut Ui, attached: &[Found<'_>]) {
        let shown = match &self.which {
            Which::None if attached.is_empty() => "None is attached".to_owned(),
            Which::None => "None".to_owned(),
            Which::Named => "Another…".to_owned(),
            Which::Found(key) => match attached.iter().find(|one| one.key() == *key) {
                Some(one) => one.title(),
                None => "A meter that is not attached".to_owned(),
            },
        };
        let width = ui.available_width();
        let combo = kit::combo(ui, "Power meter", width, &shown, |ui| {
            ui.selectable_value(&mut self.which, Which::None, "None")
                .on_hover_text("Power is not measured");
            for one in attached {
                let row =
                    ui.selectable_value(&mut self.which, Which::Found(one.key()), one.title());
                row.on_hover_text(one.kind.suits);
            }
            ui.selectable_value(&mut self.which, Which::Named, "Another…")
                .on_hover_text("A meter behind a port that you name");
        });
        if attached.is_empty() {
            combo.on_hover_text("Plug one in and it appears here, or name its port");
        }
    }

    /// What there is to know before anything is wrong.
    fn words_ui(&self, ui: &mut Ui) {
        if self.which == Which::Named
            && let Some(kind) = METERS.iter().find(|kind| kind.name == self.behind)
        {
            kit::small(ui, kind.suits);
        }
    }

    fn named_ui(&mut self, ui: &mut Ui, drawn: &mut Drawn<'_>) {
        ui.horizontal_wrapped(|ui| {
            for kind in &METERS {
                let chosen = self.behind == kind.name;
                let row = kit::segment(ui, chosen, kind.title).on_hover_text(kind.suits);
                if row.clicked() {
                    kind.name.clone_into(&mut self.behind);
                }
            }
        });
        let port = kit::field(ui, "Port of the meter", &mut self.port, "/dev/ttyACM1");
        drawn.settle(ui, Field::Port, &port, &self.port);
    }

    fn supply_ui(&mut self, ui: &mut Ui, kind: &MeterKind, drawn: &mut Drawn<'_>) {
        let name = match kind.millivolts {
            Some(_) => "Supply of the board, V",
            None => "Supply of the board, V (empty: it is printed)",
        };
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width().min(220.0));
            let volts = kit::field(ui, name, &mut self.volts, "3.3");
            drawn.settle(ui, Field::Volts, &volts, &self.volts);
        });
        let feeding = "This meter feeds the board with that voltage: let nothing else feed it";
        match kind.feeds {
            Feeds::Never => {}
            Feeds::IfTold => {
                let why = "Otherwise something else feeds it, and the meter only looks";
                ui.checkbox(&mut self.feeds, "The meter feeds the board").on_hover_text(why);
                if self.feeds {
                    kit::small(ui, "Let nothing else feed it, its USB included");
                }
            }
            Feeds::Always => kit::small(ui, feeding),
        }
    }

    fn more_ui(&mut self, ui: &mut Ui, kind: &MeterKind, drawn: &mut Drawn<'_>) {
        let columns = if ui.available_width() < TWO_COLUMNS { 1 } else { 2 };
        let rate = kind.most_hz.is_some();
        let mut fields = vec![Field::Idle];
        fields.extend(rate.then_some(Field::Rate));
        for line in fields.chunks(columns) {
            ui.columns(columns, |columns| {
                for (ui, field) in columns.iter_mut().zip(line) {
                    ui.vertical(|ui| {
                        let (name, value) = match field {
                            Field::Rate => ("Samples a second", &mut self.rate),
                            _ => ("Idle board first, s (0: not)", &mut self.idle),
                        };
                        let response = kit::field(ui, name, value, "");
                        drawn.settle(ui, *field, &response, value);
                    });
                }
            });
        }
        if !kind.inputs.is_empty() {
            kit::caption(ui, "Input that the board raises while it runs");
            let pin = |pin: u8| format!("D{pin}");
            let shown = self.trigger.filter(|input| kind.inputs.contains(input));
            let shown = shown.map_or_else(|| "None is wired".to_owned(), pin);
            kit::combo(ui, "Input that the board raises", 140.0, &shown, |ui| {
                ui.selectable_value(&mut self.trigger, None, "None is wired");
                for input in kind.inputs {
                    ui.selectable_value(&mut self.trigger, Some(*input), pin(*input));
                }
            });
        }
        ui.checkbox(&mut self.current, "Keep the current too");
    }
}

/// What has been drawn so far.
struct Drawn<'a> {
    said: Said<'a>,
    settled: Option<Field>,
}

impl Drawn<'_> {
    /// The first wrong field of something that was tried gets the cursor; what is wrong stands under
    /// it.
    fn settle(&mut self, ui: &mut Ui, field: Field, response: &Response, value: &str) {
        if self.said.look_at == Some(field) && self.said.wrongs.contains_key(&field) {
            response.request_focus();
            response.scroll_to_me(None);
            self.settled = Some(field);
        }
        self.wrong_ui(ui, field, Some((response, value)));
    }

    fn wrong_ui(&mut self, ui: &mut Ui, field: Field, of: Option<(&Response, &str)>) {
        let Some(wrong) = self.said.wrongs.get(&field) else { return };
        // A field that is empty because nobody came to it yet is not wrong yet.
        let waits = of.is_some_and(|(_, value)| value.trim().is_empty());
        let left = of.is_none_or(|(response, _)| !response.has_focus());
        if self.said.tried || (left && !waits) {
            let palette = Palette::here(ui);
            let words = RichText::new(wrong).font(text::small()).color(palette.bad);
            ui.add(Label::new(words).wrap());
        }
    }
}
