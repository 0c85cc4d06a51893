//! What a document is like, a line for each thing.

use protocol::ContentView;
use protocol::numbers::short;

pub(crate) fn table(name: &str, content: &ContentView) -> String {
    let absent = || "–".to_owned();
    let lines = [
        ("kind", content.kinds()),
        ("language", content.language_name().map_or_else(absent, str::to_owned)),
        ("words", format!("{} in {} sentences or lines", content.words, content.sentences)),
        ("words a sentence", content.words_per_sentence.map_or_else(absent, short)),
        (
            "distinct words",
            match content.type_token {
                Some(share) => format!("{:.0} of 100", 100.0 * share),
                None => "– (fewer than 100 words)".into(),
            },
        ),
        (
            "repetition",
            format!("{:.1} % nearly repeats something earlier", 100.0 * content.repetition),
        ),
        (
            "terms",
            match content.terms.is_empty() {
                true => absent(),
                false => content.terms.join(", "),
            },
        ),
    ];
    let rows = lines.map(|(what, how)| format!("  {what:<17} {how}\n"));
    format!("{name}\n{}", rows.concat())
}
