//! A document, what is left of it, how far each part survives, and what that saves on a board.

use protocol::{
    CompressedDocument, DroppedView, Failure, FidelityRow, FidelityView, FitSide, FitView,
    FolderView, GapView, HeatSpan, HeatView, Interval, SavedView, ShareLeft, SpanView,
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
        tokens_lossless: Some(126),
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
        folds: Vec::new(),
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

/// What is left of it at each ratio; `own` is the ratio that it is compressed to.
pub(crate) fn fidelity(own: Option<f64>) -> FidelityView {
    let mut ratios = vec![1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0];
    ratios.extend(own.filter(|own| !ratios.contains(own)));
    ratios.sort_by(f64::total_cmp);
    let left = |of: u64, share: f64| {
        let share = share.clamp(0.0, 1.0);
        let half = 0.9 / (of as f64).sqrt() * (share * (1.0 - share)).sqrt() + 0.01;
        Some(ShareLeft { of, share, lo: (share - half).max(0.0), hi: (share + half).min(1.0) })
    };
    let method = |name: &str, loss: f64| {
        let row = |asked: &f64| FidelityRow {
            method: name.into(),
            asked: *asked,
            ratio: Some(asked * 1.004),
            numbers: left(38, 1.0 - loss * asked.log2() / 4.0),
            names: left(61, 1.0 - loss * asked.log2() / 3.6),
            sections: left(6, 1.0 - loss * asked.log2() / 9.0),
            phrases: left(120, 1.0 / asked * (1.2 - loss / 3.0)),
            answers: None,
        };
        ratios.iter().map(row).collect::<Vec<_>>()
    };
    FidelityView {
        documents: 1,
        tokens: 1204,
        tokens_lossless: None,
        tokenizer: "o200k".into(),
        rows: [method("this", 0.55), method("random", 1.25), method("lead", 1.4)].concat(),
        advice: Vec::new(),
    }
}

/// A folder that went into another.
pub(crate) fn folder() -> FolderView {
    let failed = |name: &str, why: &str| {
        (name.to_owned(), Failure::new(protocol::Code::BadInput, why.to_owned()))
    };
    FolderView {
        documents: 12_480,
        done: 9_310,
        same: 120,
        kept: 3_168,
        failed: 2,
        refused: 4,
        bytes_in: 48_300_000,
        bytes_out: 12_020_000,
        tokens_in: 11_900_000,
        tokens_lossless: None,
        tokens_out: 2_970_000,
        first_failures: vec![
            failed("2019/scan.pdf", "the document holds pictures and no text"),
            failed("2021/backup.zip", "the document is a zip archive, unpack it"),
        ],
        elapsed_ms: 184_000.0,
    }
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
