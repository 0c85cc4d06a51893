//! What was not the same on both sides, in words, with the parts that changed standing out.

use egui::text::LayoutJob;
use egui::{Color32, FontId, Grid, Label, RichText, TextFormat, Ui};
use protocol::Difference;

use crate::kit;
use crate::theme::{Palette, text};

/// Facts by key, as the engine records them.
const NAMES: &[(&str, &str)] = &[
    ("program.version", "Benchvise, version"),
    ("program.commit", "Benchvise, commit"),
    ("program.profile", "Benchvise, how it was built"),
    ("agent.version", "Program on the board"),
    ("board.name", "Board"),
    ("board.identity", "Board, serial identity"),
    ("board.core", "Processor of the board"),
    ("board.clock_hz", "Clock of the board, Hz"),
    ("board.timer", "Timer of the board"),
    ("board.timer_hz", "Timer of the board, Hz"),
    ("board.emulated", "Board is emulated"),
    ("emulator.program", "Emulator"),
    ("emulator.version", "Emulator, version"),
    ("emulator.machine", "Emulator, machine"),
    ("emulator.icount_shift", "Emulator, 2^n ns an instruction"),
    ("firmware.sha256", "Firmware, its file"),
    ("model.name", "Model"),
    ("model.sha256", "Model, its file"),
    ("model.synthetic", "Model is synthetic"),
    ("model.bits", "Precision, bits"),
    ("tokenizer.sha256", "Tokenizer, its file"),
    ("prompt.sha256", "Prompt"),
    ("run.streams", "Tokens sent while running"),
    ("host.cpu", "Processor of this computer"),
    ("host.cores", "Cores of this computer"),
    ("host.governor", "Frequency governor"),
    ("host.power", "Power source"),
    ("host.temperature_c", "Temperature before, °C"),
    ("host.load_before", "Load before"),
    ("host.load_after", "Load after"),
    ("host.os", "Operating system"),
    ("host.kernel", "Kernel"),
    ("wire.round_trip_us", "Round trip to the board, µs"),
    ("wire.lost_frames", "Messages lost on the wire"),
    ("asked.tokens", "Tokens asked for"),
    ("asked.repetitions", "Repetitions asked for"),
    ("asked.warmup", "Warm-ups asked for"),
    ("asked.seed", "Seed"),
    ("asked.temperature", "Sampling temperature"),
    ("asked.top_p", "Sampling nucleus, top p"),
];

/// What a person calls a fact; a key that nobody knows is its own name.
pub(super) fn name(key: &str) -> String {
    // Earlier records have no group before the dot.
    let whole = NAMES.iter().find(|(known, _)| *known == key);
    let last = || NAMES.iter().find(|(known, _)| known.split('.').nth(1) == Some(key));
    if let Some((_, name)) = whole.or_else(last) {
        return (*name).to_owned();
    }
    let words = key.replace(['.', '_'], " ");
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// A long fingerprint of a file says little beyond its beginning.
fn shortened(key: &str, value: &str) -> String {
    let hash = value.len() > 16 && value.chars().all(|digit| digit.is_ascii_hexdigit());
    match hash && (key.contains("sha256") || key.contains("commit")) {
        true => value.chars().take(12).collect::<String>() + "…",
        false => value.to_owned(),
    }
}

/// A text taken apart: what it begins with on both sides, what is its own, what both end with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts<'a> {
    before: &'a str,
    own: &'a str,
    after: &'a str,
}

/// Takes two texts apart at words, so that no number is cut through.
fn parts<'a>(a: &'a str, b: &'a str) -> (Parts<'a>, Parts<'a>) {
    let (words_a, words_b) = (words(a), words(b));
    let same = words_a.iter().zip(&words_b).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) =
        (words_a.get(same..).unwrap_or_default(), words_b.get(same..).unwrap_or_default());
    let tail = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(a, b)| a == b).count();
    let before: usize = words_a.iter().take(same).map(|word| word.len()).sum();
    let after: usize = rest_a.iter().rev().take(tail).map(|word| word.len()).sum();
    let cut = |text: &'a str| {
        let end = text.len().saturating_sub(after).max(before);
        Parts {
            before: text.get(..before).unwrap_or_default(),
            own: text.get(before..end).unwrap_or_default(),
            after: text.get(end..).unwrap_or_default(),
        }
    };
    (cut(a), cut(b))
}

/// Letters and digits that stand together, and everything else one by one.
fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut inside = false;
    for (at, letter) in text.char_indices() {
        let now = letter.is_alphanumeric();
        if at > from && !(inside && now) {
            found.extend(text.get(from..at));
            from = at;
        }
        inside = now;
    }
    found.extend(text.get(from..).filter(|rest| !rest.is_empty()));
    found
}

/// Draws the list.
pub(super) fn differences_ui(ui: &mut Ui, differences: &[Difference]) {
    if differences.is_empty() {
        kit::soft(ui, "Nothing that was recorded differed");
        return;
    }
    let palette = Palette::here(ui);
    let width = ui.available_width();
    let first = (width * 0.26).clamp(150.0, 260.0);
    let other = ((width - first) / 2.0 - 24.0).max(80.0);
    Grid::new("differences").num_columns(3).spacing([16.0, 2.0]).show(ui, |ui| {
        let head = |ui: &mut Ui, width: f32, words: &str| {
            ui.set_min_width(width);
            ui.label(RichText::new(words).font(text::small()).color(palette.soft));
        };
        ui.scope(|ui| head(ui, first, "Fact"));
        ui.scope(|ui| head(ui, other, "Base"));
        ui.scope(|ui| head(ui, other, "Candidate"));
        ui.end_row();
        for difference in differences {
            let fact = RichText::new(name(&difference.key)).color(palette.soft);
            ui.scope(|ui| {
                ui.set_max_width(first);
                ui.add(Label::new(fact).truncate());
            });
            let short = |value: &Option<String>| {
                value.as_deref().map(|value| shortened(&difference.key, value))
            };
            let (base, candidate) = (short(&difference.base), short(&difference.candidate));
            let (a, b) = parts(base.as_deref().unwrap_or(""), candidate.as_deref().unwrap_or(""));
            for (shown, whole, parts) in
                [(&base, &difference.base, a), (&candidate, &difference.candidate, b)]
            {
                ui.scope(|ui| {
                    ui.set_max_width(other);
                    match (shown, whole) {
                        (Some(_), Some(whole)) => {
                            ui.add(Label::new(job(palette, &parts)).truncate())
                                .on_hover_text(whole.as_str());
                        }
                        _ => {
                            ui.label(RichText::new("not recorded").color(palette.faint));
                        }
                    }
                });
            }
            ui.end_row();
        }
    });
}

fn job(palette: &Palette, parts: &Parts<'_>) -> LayoutJob {
    let mut job = LayoutJob::default();
    let mut add = |words: &str, font: FontId, color: Color32| {
        if !words.is_empty() {
            job.append(words, 0.0, TextFormat::simple(font, color));
        }
    };
    add(parts.before, FontId::proportional(13.0), palette.faint);
    add(parts.own, text::strong(), palette.ink);
    add(parts.after, FontId::proportional(13.0), palette.faint);
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, own: [&str; 2]) {
        let (left, right) = parts(a, b);
        assert_eq!([left.own, right.own], own);
        assert_eq!(format!("{}{}{}", left.before, left.own, left.after), a);
        assert_eq!(format!("{}{}{}", right.before, right.own, right.after), b);
    }

    #[test]
    fn what_changed_is_cut_out_at_words() {
        check("6.1.0-25-amd64", "6.1.0-26-amd64", ["25", "26"]);
        check("performance", "powersave", ["performance", "powersave"]);
        check("a, b", "a, b, c", ["", ", c"]);
        check("1", "11", ["1", "11"]);
        check("é b", "é c", ["b", "c"]);
        check("x x", "x", [" x", ""]);
        check("same", "same", ["", ""]);
        check("", "new", ["", "new"]);
    }

    #[test]
    fn keys_are_said_in_words() {
        for (key, expect) in [
            ("host.governor", "Frequency governor"),
            ("governor", "Frequency governor"),
            ("load_before", "Load before"),
            ("asked.top_p", "Sampling nucleus, top p"),
            ("board.new_fact", "Board new fact"),
        ] {
            assert_eq!(name(key), expect);
        }
    }

    #[test]
    fn hashes_are_shortened_and_nothing_else_is() {
        let hash = "b0a507e7ad0f6266b0a507e7ad0f6266";
        assert_eq!(shortened("model.sha256", hash), "b0a507e7ad0f…");
        assert_eq!(shortened("board.identity", hash), hash);
        assert_eq!(shortened("model.sha256", "b0a5"), "b0a5");
    }
}
