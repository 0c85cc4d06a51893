//! Words on their way to the page.

use protocol::{Bits, RunSummary};

/// With its first letter large.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The model with its precision, where that is known: `stories260K int8`.
pub(crate) fn model_words(run: &RunSummary) -> String {
    match run.bits {
        Some(bits) => format!("{} {}", run.model, bits_word(bits)),
        None => run.model.clone(),
    }
}

/// The board's name, without what the label EMULATED beside it says already.
pub(crate) fn board_words(run: &RunSummary) -> &str {
    if run.emulated { without_emulated(&run.board) } else { &run.board }
}

/// The name of an emulated board, where a label says that it is one.
pub(crate) fn without_emulated(name: &str) -> &str {
    let short = || name.strip_prefix("Emulated ")?.strip_suffix(" (QEMU)");
    short().unwrap_or(name)
}

/// `f32` or `int8`.
pub(crate) fn bits_word(bits: Bits) -> &'static str {
    match bits {
        Bits::F32 => "f32",
        Bits::Int8 => "int8",
    }
}
