//! A document, what is left of it, how far each part survives, and what that saves on a board.

use protocol::{
    CompressedDocument, DroppedView, FitSide, FitView, GapView, HeatSpan, HeatView, Interval,
    SavedView, SpanView,
};

/// The document itself.
pub(crate) const TEXT: &str = "# Field notes, pump station 4\n\nThe pump was repaired by Maria \
Chen on 12 March after the seal had failed twice in one week. Pressure before the repair was 2.1 \
bar, which is not within the limit of 3.5 bar.\n\nIt rained all morning and the road was muddy, so \
we arrived later than we had hoped and had to leave the van at the gate.\n\nAfter the repair the \
pressure rose to 3.8 bar within 40 minutes. The new seal must not be exposed to temperatures above \
85 °C.\n";

/// What is left: stretches of the source between these words.
pub(crate) fn compressed() -> CompressedDocument {
    let kept = [
        "# Field notes, pump station 4",
        "pump was repaired by Maria Chen on 12 March",
        "Pressure before the repair was 2.1 bar, which is not within the limit of 3.5 bar.",
        "After the repair the pressure rose to 3.8 bar",
        "must not be exposed to temperatures above 85 °C.",
    ];
    let (mut text, mut spans, mut gaps) = (String::new(), Vec::new(), Vec::new());
    let mut at = 0;
    for part in kept {
        let from = TEXT.find(part).expect("the part is in the text");
        if from > at {
            let units = TEXT[at..from].split_whitespace().count() as u64;
            gaps.push(GapView { at: text.len() as u64, src: [at as u64, from as u64], units });
            text.push_str(if units > 2 { " … " } else { "\n" });
        }
        let out = text.len() as u64;
        text.push_str(part);
        let src = [from as u64, (from + part.len()) as u64];
        spans.push(SpanView { out: [out, text.len() as u64], src });
        at = from + part.len();
    }
    gaps.push(GapView {
        at: text.len() as u64,
        src: [at as u64, TEXT.len() as u64],
        units: TEXT[at..].split_whitespace().count() as u64,
    });
    CompressedDocument {
        name: "field-notes.md".into(),
        source_sha256: "5f2c9a".repeat(10) + "0000",
        tokenizer: "o200k".into(),
        tokens_in: 128,
        tokens_out: 61,
        ratio: Some(128.0 / 61.0),
        kind: "markdown".into(),
        content: Some(content()),
        refused: None,
        dropped: DroppedView {
            numbers: 1,
            entities: 0,
            negations: 0,
            sections: 0,
            first_numbers: vec!["40 minutes".into()],
            ..DroppedView::default()
        },
        text,
        spans,
        gaps,
        elapsed_ms: 1.8,
        work: protocol::Work::Done,
        extraction: protocol::Extraction::default(),
        source: Some(TEXT.into()),
        retention: None,
    }
}

fn content() -> protocol::ContentView {
    protocol::ContentView {
        kind: "markdown".into(),
        blocks: vec![protocol::BlockShare { kind: "markdown".into(), share: 1.0 }],
        language: Some("en".into()),
        words: 96,
        sentences: 7,
        words_per_sentence: Some(15.2),
        type_token: None,
        repetition: 0.0,
        terms: vec!["pump".into(), "pressure".into()],
    }
}

/// How far each stretch survives.
pub(crate) fn heat() -> HeatView {
    let made = compressed();
    let mut spans = Vec::new();
    let mut at = 0;
    for (place, span) in made.spans.iter().enumerate() {
        if span.src[0] > at {
            spans.push(HeatSpan { src: [at, span.src[0]], survived: (place % 2) as u32 });
        }
        spans.push(HeatSpan { src: span.src, survived: 2 + (place % 4) as u32 });
        at = span.src[1];
    }
    spans.push(HeatSpan { src: [at, TEXT.len() as u64], survived: 0 });
    let ratios = vec![1.5, 2.0, 4.0, 8.0, 16.0];
    HeatView { source_sha256: made.source_sha256, ratios, spans }
}

/// What compressing it saves.
pub(crate) fn fit() -> FitView {
    let interval = |value: f64| Some(Interval { value, ci95: Some([value * 0.97, value * 1.02]) });
    let side = |tokens: u64, run: &str, scale: f64| FitSide {
        tokens,
        fits: true,
        run: Some(run.into()),
        ttft_ms: interval(430.0 * scale),
        total_s: interval(0.62 * scale),
        energy_mj: None,
        net_energy_mj: None,
    };
    FitView {
        fit: "01k9fit".into(),
        board: "This computer".into(),
        model: "stories260K".into(),
        synthetic: false,
        emulated: false,
        meter: None,
        window_tokens: 512,
        document_budget: 440,
        budget: 140,
        full: side(318, "01k9run7", 1.0),
        compressed: side(151, "01k9run8", 0.46),
        saved: Some(SavedView {
            tokens: 167,
            ttft_ms: interval(232.0),
            total_s: interval(0.33),
            energy_mj: None,
            net_energy_mj: None,
        }),
        compression: compressed(),
        notes: vec![
            "energy was not measured: this computer offers no counter that may be read".into(),
        ],
    }
}
