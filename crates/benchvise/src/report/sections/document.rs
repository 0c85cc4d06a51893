//! One compressed document: what went in, what is left, what was lost, where.

use protocol::{CompressedDocument, DroppedView};

use super::heat;
use crate::report::escape::escape;
use crate::report::figure::{NONE, count, quantity, share, significant};
use crate::report::parts::missing;

/// The article of one document.
pub(crate) fn article(source: &str, made: &CompressedDocument) -> String {
    let mut out = format!(
        "<article class=\"document\"><h3>{}</h3><p class=\"sub\">Read as {}; tokens counted by {}; took {}.</p>",
        escape(&made.name),
        escape(&made.kind),
        escape(&made.tokenizer),
        quantity(made.elapsed_ms, "ms"),
    );
    out += &refused(made);
    out += &figures(made);
    if source.is_empty() {
        out += &missing(
            "The source text is empty or was not kept, so what was dropped cannot be shown.",
        );
    } else {
        out += &texts(source, made);
    }
    out + "</article>\n"
}

/// Why the budget was not kept to.
pub(crate) fn refused(made: &CompressedDocument) -> String {
    made.refused.as_ref().map_or_else(String::new, |why| {
        format!("<p class=\"callout warn\"><b>The budget was not kept to.</b> {}</p>", escape(why))
    })
}

/// Tokens in, out, the ratio, and the losses.
pub(crate) fn figures(made: &CompressedDocument) -> String {
    let card = |what: &str, figure: String, small: &str| {
        format!("<div><dt>{what}</dt><dd><b>{figure}</b><small>{small}</small></dd></div>")
    };
    let left = match made.tokens_in {
        0 => "the document has no token".to_owned(),
        tokens => format!("{} of them left", share(made.tokens_out as f64 / tokens as f64)),
    };
    let ratio = made.ratio.filter(|ratio| ratio.is_finite());
    let whole = match made.tokens_lossless {
        Some(tokens) => format!("the whole document; {} without loss", count(tokens)),
        None => "the whole document".to_owned(),
    };
    format!(
        "<dl class=\"cards\">{}{}{}</dl>{}",
        card("tokens in", count(made.tokens_in), &whole),
        card("tokens out", count(made.tokens_out), &left),
        card(
            "ratio",
            ratio.map_or_else(|| NONE.to_owned(), |ratio| format!("{}&nbsp;×", significant(ratio))),
            if ratio.is_some() { "in over out" } else { "nothing is left" },
        ),
        losses(&made.dropped),
    )
}

/// The loss panel.
pub(crate) fn losses(dropped: &DroppedView) -> String {
    let losses = [
        (dropped.numbers, "numbers"),
        (dropped.entities, "names"),
        (dropped.negations, "negations"),
        (dropped.sections, "sections"),
    ];
    let items: Vec<String> = losses
        .iter()
        .map(|(lost, what)| {
            let class = if *lost == 0 { "none" } else { "some" };
            let small = if *lost == 0 { "none lost" } else { "lost" };
            format!("<div class=\"{class}\"><dt>{what}</dt><dd><b>{}</b><small>{small}</small></dd></div>", count(*lost))
        })
        .collect();
    format!(
        "<h4>What was lost</h4><dl class=\"cards losses\">{}</dl><p class=\"small\">Counted is what stands nowhere in the compressed text: distinct numbers and names, every negation, sections of which no word is left.</p>",
        items.concat()
    )
}

/// The source as a heat map, beside what is left of it.
pub(crate) fn texts(source: &str, made: &CompressedDocument) -> String {
    let left = match made.text.is_empty() {
        true => missing("Nothing is left."),
        false => format!("<pre class=\"text\" tabindex=\"0\">{}</pre>", heat::plain(&made.text)),
    };
    let Kept { strip, marked } = kept(source, made);
    format!(
        "{strip}<div class=\"pair texts\"><figure><h5>Source</h5>{marked}</figure>\
         <figure><h5>Compressed</h5>{left}<figcaption>{} bytes of {}.{}</figcaption></figure></div>",
        count(made.text.len() as i128),
        count(source.len() as i128),
        heat::rest(&made.text),
    )
}

/// The source alone, as a heat map.
pub(crate) fn source(source: &str, made: &CompressedDocument) -> String {
    let Kept { strip, marked } = kept(source, made);
    format!("{strip}<figure>{marked}</figure>")
}

/// What was kept of a source: the strip over the whole, and the text with it marked.
struct Kept {
    strip: String,
    marked: String,
}

fn kept(source: &str, made: &CompressedDocument) -> Kept {
    let kept = heat::kept(source, &made.spans);
    Kept {
        strip: format!(
            "<h4>What was kept</h4>{}<p class=\"ends\" aria-hidden=\"true\"><span>beginning</span><span>end of the document</span></p>",
            heat::strip(source.len(), &kept)
        ),
        marked: format!(
            "<pre class=\"text\" tabindex=\"0\">{}</pre><figcaption><span class=\"key\"><mark>kept</mark></span><span class=\"key dropped\">dropped</span>{}</figcaption>",
            heat::text(source, &kept),
            heat::rest(source)
        ),
    }
}
