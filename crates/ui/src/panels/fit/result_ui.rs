//! What came out: full and compressed side by side, how both fill the window, what is left.

use egui::{Label, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};
use protocol::{DocumentSource, FitSide, FitView, Interval};

use super::bars::{self, Painted, Value};
use super::saved::{self, Sure};
use super::window::{self, Wanted};
use crate::asks::{Go, Handed};
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::panel::Scene;
use crate::plot::Notation;
use crate::theme::{Palette, space, text};
use crate::toast::Toast;
use crate::words::capital;

/// As wide as this, in points, two comparisons stand side by side.
const BESIDE: f32 = 620.0;

/// One quantity of both sides.
struct Pair<'a> {
    name: &'a str,
    unit: &'a str,
    full: Option<Interval>,
    compressed: Option<Interval>,
    saved: Option<saved::Words>,
    /// Why nothing can be said to be saved, where that is so.
    nothing: &'a str,
    /// Why a side has no value: full, compressed.
    absent: [&'a str; 2],
}

/// Draws a result.
pub(super) fn result_ui(
    ui: &mut Ui,
    view: &FitView,
    wanted: Option<Wanted>,
    scene: &mut Scene<'_>,
) {
    let beside = |ui: &mut Ui| {
        let palette = Palette::here(ui);
        let words = format!("{}  ·  {}", view.model, view.board);
        ui.add(Label::new(RichText::new(words).color(palette.soft)).truncate());
        kit::labels(ui, view.synthetic, view.emulated);
    };
    kit::titled(ui, "What compressing saved", beside, |ui| {
        ui.add_space(space::HAIR);
        let pairs = pairs(view);
        let columns = if ui.available_width() >= BESIDE { 2 } else { 1 };
        for line in pairs.chunks(columns) {
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing.x = space::PAGE;
                ui.columns(columns, |columns| {
                    for (ui, pair) in columns.iter_mut().zip(line) {
                        pair_ui(ui, pair);
                    }
                });
            });
        }
        if let Some(meter) = &view.meter {
            kit::soft(ui, &format!("Energy by {meter}"));
        }
        ways_ui(ui, view, scene);
    });
    ui.add_space(space::HAIR);
    kit::titled(ui, "The model's window", legend_ui, |ui| window_ui(ui, view, wanted));
    ui.add_space(space::HAIR);
    if !view.notes.is_empty() {
        kit::titled(
            ui,
            "Good to know",
            |_| {},
            |ui| {
                for note in &view.notes {
                    kit::soft(ui, &capital(note));
                }
            },
        );
    }
    ui.add_space(space::HAIR);
    text_ui(ui, view, scene);
}

fn pairs(view: &FitView) -> Vec<Pair<'_>> {
    let FitView { full, compressed, saved, .. } = view;
    let tokens = |side: &FitSide| Some(Interval { value: side.tokens as f64, ci95: None });
    let time = absent(view, "not measured");
    let energy = absent(
        view,
        match &view.meter {
            Some(_) => "not measured: samples were lost, or the idle board was not measured",
            None => "not measured: no counter or meter on this board",
        },
    );
    let nothing = match (full.fits, compressed.fits) {
        (true, true) => "it was not measured on both sides",
        _ => "only one side was run, and nothing is extrapolated",
    };
    let saved = saved.as_ref();
    let measured = |saved: Option<Interval>, full: Option<Interval>, unit: &str| {
        Some(saved::measured(saved?, full?.value, unit))
    };
    let mut pairs = vec![
        Pair {
            name: "Tokens",
            unit: "",
            full: tokens(full),
            compressed: tokens(compressed),
            saved: Some(saved::counted(full.tokens, compressed.tokens)),
            nothing: "",
            absent: ["", ""],
        },
        Pair {
            name: "Time to first token",
            unit: "ms",
            full: full.ttft_ms,
            compressed: compressed.ttft_ms,
            saved: measured(saved.and_then(|saved| saved.ttft_ms), full.ttft_ms, "ms"),
            nothing,
            absent: time,
        },
        Pair {
            name: "Total time",
            unit: "s",
            full: full.total_s,
            compressed: compressed.total_s,
            saved: measured(saved.and_then(|saved| saved.total_s), full.total_s, "s"),
            nothing,
            absent: time,
        },
        Pair {
            name: "Energy",
            unit: "mJ",
            full: full.energy_mj,
            compressed: compressed.energy_mj,
            saved: measured(saved.and_then(|saved| saved.energy_mj), full.energy_mj, "mJ"),
            nothing,
            absent: energy,
        },
    ];
    // Only a meter tells the idle board from the working one.
    if view.meter.is_some() {
        let gain = saved.and_then(|saved| saved.net_energy_mj);
        pairs.push(Pair {
            name: "Energy above idle",
            unit: "mJ",
            full: full.net_energy_mj,
            compressed: compressed.net_energy_mj,
            saved: measured(gain, full.net_energy_mj, "mJ"),
            nothing,
            absent: energy,
        });
    }
    pairs
}

/// Why a side has no value: it was not run, or `otherwise`.
fn absent<'a>(view: &FitView, otherwise: &'a str) -> [&'a str; 2] {
    [&view.full, &view.compressed].map(|side| match (side.fits, &side.run) {
        (false, _) => "not run: it does not fit the window",
        (true, None) => "not run",
        (true, Some(_)) => otherwise,
    })
}

/// A result in sentences, for who does not see it.
pub(super) fn aloud(view: &FitView) -> Vec<String> {
    let pairs = pairs(view);
    let told = pairs.iter().map(|pair| {
        let words = pair.saved.as_ref().map_or("nothing to compare", |saved| saved.words.as_str());
        pair.said(words)
    });
    let made = [(view.synthetic, "SYNTHETIC"), (view.emulated, "EMULATED")];
    let made = made.into_iter().filter(|(is, _)| *is).map(|(_, word)| word.to_owned());
    told.chain(made).chain(view.notes.iter().map(|note| capital(note))).collect()
}

impl Pair<'_> {
    fn values(&self) -> Vec<f64> {
        [self.full, self.compressed].iter().flatten().map(|interval| interval.value).collect()
    }

    /// How its numbers are written, and both of them.
    fn numbers(&self) -> (Notation, String, String) {
        let notation = Notation::of(&self.values(), self.unit);
        let number = |interval: Option<Interval>| match interval {
            Some(interval) => notation.number(interval.value),
            None => "—".into(),
        };
        let (full, compressed) = (number(self.full), number(self.compressed));
        (notation, full, compressed)
    }

    /// All of it in a sentence that ends with what was saved.
    fn said(&self, saved: &str) -> String {
        let (notation, full, compressed) = self.numbers();
        let unit = if self.unit.is_empty() { "tokens" } else { &notation.unit };
        format!("{}: {full} to {compressed} {unit}, {saved}", self.name)
    }
}

fn pair_ui(ui: &mut Ui, pair: &Pair<'_>) {
    let palette = Palette::here(ui);
    let values = pair.values();
    let (notation, full, compressed) = pair.numbers();
    let shown = ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        kit::caption(ui, pair.name);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.set_min_height(28.0);
            let nothing = values.is_empty();
            let soft = RichText::new(&full).font(text::figure()).color(palette.soft);
            if nothing {
                ui.label(soft);
                return;
            }
            ui.label(soft);
            ui.label(RichText::new("→").font(text::figure()).color(palette.faint));
            ui.label(RichText::new(&compressed).font(text::figure()));
            let unit = if pair.unit.is_empty() { "tokens" } else { &notation.unit };
            ui.label(RichText::new(unit).color(palette.soft));
        });
        let (words, under, ink) = match &pair.saved {
            Some(saved) => {
                let ink = match saved.sure {
                    Sure::Saved => palette.good,
                    Sure::Lost => palette.bad,
                    Sure::Perhaps => palette.open,
                };
                (saved.words.as_str(), saved.under.as_str(), ink)
            }
            None => ("nothing to compare", pair.nothing, palette.faint),
        };
        ui.label(RichText::new(words).font(text::strong()).color(ink));
        ui.label(RichText::new(under).font(text::small()).color(palette.faint));
        ui.add_space(space::HAIR);
        let size = vec2(ui.available_width(), 2.0 * bars::BAR);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let [absent_full, absent_compressed] = pair.absent;
        let painted = [
            Painted {
                name: "Full",
                value: pair.full.map(Value::from),
                absent: absent_full,
                color: palette.faint,
            },
            Painted {
                name: "Compressed",
                value: pair.compressed.map(Value::from),
                absent: absent_compressed,
                color: palette.fill,
            },
        ];
        bars::paint(ui.painter(), palette, rect, &painted, &notation);
        ui.add_space(space::SMALL);
        words.to_owned()
    });
    let said = shown.inner;
    shown.response.widget_info(|| WidgetInfo::labeled(Role::Label, true, pair.said(&said)));
}

/// Ways on from here: both runs, and their comparison.
fn ways_ui(ui: &mut Ui, view: &FitView, scene: &mut Scene<'_>) {
    ui.horizontal_wrapped(|ui| {
        let (full, compressed) = (&view.full.run, &view.compressed.run);
        if let (Some(full), Some(compressed)) = (full, compressed)
            && kit::button(ui, Weight::Plain, Some(Icon::Compare), "Compare both runs").clicked()
        {
            scene.asks.go(Go::Compare { base: full.0.clone(), candidate: compressed.0.clone() });
        }
        for (word, run) in [("Watch the full run", full), ("Watch the compressed run", compressed)]
        {
            if let Some(run) = run
                && kit::button(ui, Weight::Quiet, Some(Icon::Pulse), word).clicked()
            {
                scene.asks.go(Go::Watch(run.clone()));
            }
        }
    });
}

fn legend_ui(ui: &mut Ui) {
    let palette = Palette::here(ui);
    ui.spacing_mut().item_spacing.x = 6.0;
    for (word, color) in
        ["Document", "Question", "Answer"].into_iter().zip(window::colors(palette)).rev()
    {
        ui.label(RichText::new(word).font(text::small()).color(palette.soft));
        let (rect, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
        ui.painter().rect_filled(rect, 2.0, color);
        ui.add_space(space::SMALL);
    }
}

fn window_ui(ui: &mut Ui, view: &FitView, wanted: Option<Wanted>) {
    let palette = Palette::here(ui);
    let both = window::fillings(view, wanted);
    for (at, (name, side)) in
        [("Full", &view.full), ("Compressed", &view.compressed)].into_iter().enumerate()
    {
        let Some(&filling) = both.get(at) else { continue };
        let total = filling.total();
        let words = match side.fits {
            true => format!("{total} of {} tokens", view.window_tokens),
            false if at == 0 => {
                format!(
                    "{total} of {} tokens; only the compressed side was run",
                    view.window_tokens
                )
            }
            false => format!("{total} of {} tokens; it was not run", view.window_tokens),
        };
        ui.horizontal(|ui| {
            ui.label(RichText::new(name).font(text::strong()));
            let ink = if side.fits { palette.soft } else { palette.bad };
            ui.label(RichText::new(&words).color(ink));
        });
        let size = vec2(ui.available_width(), 18.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let scale = window::scale(view, &both, [rect.left(), rect.right()]);
        window::paint(ui.painter(), palette, rect, view, filling, &scale);
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Label, true, format!("{name} in the window: {words}"))
        });
        let parts = match filling.answer {
            Some(answer) => format!(
                "document {}, question {}, answer {answer} tokens",
                filling.document, filling.question
            ),
            None => format!("prompt {} tokens; the answer is not known", filling.document),
        };
        response.on_hover_text(parts);
        if at == 1 {
            let (foot, _) =
                ui.allocate_exact_size(vec2(ui.available_width(), 14.0), Sense::hover());
            window::foot(ui.painter(), palette, foot.top(), view, &scale);
        }
    }
}

fn text_ui(ui: &mut Ui, view: &FitView, scene: &mut Scene<'_>) {
    let compression = &view.compression;
    let (mut copy, mut open) = (false, false);
    let beside = |ui: &mut Ui| {
        copy = kit::button(ui, Weight::Plain, Some(Icon::Copy), "Copy").clicked();
        open = kit::button(ui, Weight::Quiet, Some(Icon::Compress), "Open in Compress").clicked();
    };
    kit::titled(ui, "What is left of the document", beside, |ui| {
        let ratio = compression.ratio.map(|ratio| format!(", {ratio:.1} to 1"));
        kit::soft(
            ui,
            &format!(
                "{}: {} of {} tokens{}",
                compression.name,
                compression.tokens_out,
                compression.tokens_in,
                ratio.unwrap_or_default()
            ),
        );
        if let Some(refused) = &compression.refused {
            kit::notice(ui, crate::toast::Tone::Warning, refused, None);
        }
        let scroll = ScrollArea::vertical().id_salt("left").max_height(260.0);
        scroll.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(Label::new(&compression.text).wrap().selectable(true));
        });
    });
    if copy {
        scene.asks.copy(compression.text.clone());
        scene.asks.toast(Toast::done("What is left of the document is on the clipboard"));
    }
    if open {
        let name = compression.name.clone();
        let bytes = compression.text.clone().into_bytes();
        let source = DocumentSource::Bytes { name: name.clone(), bytes };
        scene.asks.go(Go::Compress(vec![Handed { name, source }]));
    }
}
