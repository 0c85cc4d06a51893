//! What is left of a document at each ratio: what to ask for, and what to draw of the answer.

use protocol::{
    CompressedDocument, DocumentSource, FidelityMethod, FidelityRow, FidelitySpec, FidelityView,
    NeuralSpec, Shaping, ShareLeft,
};

use super::presets::{HEAT_RATIOS, times};

/// What the document's own row is called when it is asked for.
const OWN: &str = "this";
/// Ratios that differ by less are one.
const SAME: f64 = 0.01;

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Thing {
    #[default]
    Numbers,
    Names,
    Sections,
    Phrases,
}

impl Thing {
    /// All of them, with the word of a choice.
    pub(super) const ALL: [(Thing, &'static str); 4] = [
        (Thing::Numbers, "Numbers"),
        (Thing::Names, "Names"),
        (Thing::Sections, "Sections"),
        (Thing::Phrases, "Phrases"),
    ];

    /// What counts as left, in the middle of a sentence.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Thing::Numbers => "distinct numbers that are left",
            Thing::Names => "distinct names that are left",
            Thing::Sections => "sections of which at least a word is left",
            Thing::Phrases => "phrases of two to four words, taken at random, left word for word",
        }
    }

    fn of(self, row: &FidelityRow) -> Option<ShareLeft> {
        match self {
            Thing::Numbers => row.numbers,
            Thing::Names => row.names,
            Thing::Sections => row.sections,
            Thing::Phrases => row.phrases,
        }
    }
}

/// Who made what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Maker {
    /// The controls as they stood.
    Own,
    /// Sentences drawn by lot.
    Random,
    /// The document's beginning.
    Lead,
}

impl Maker {
    /// All of them, those that know nothing last.
    pub(super) const ALL: [Maker; 3] = [Maker::Own, Maker::Random, Maker::Lead];

    fn method(self) -> &'static str {
        match self {
            Maker::Own => OWN,
            Maker::Random => "random",
            Maker::Lead => "lead",
        }
    }

    /// As a legend says it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Maker::Own => "As set here",
            Maker::Random => "Sentences by lot",
            Maker::Lead => "The beginning alone",
        }
    }
}

/// One measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// The ratio that was asked for.
    pub(super) asked: f64,
    /// The ratio that was reached.
    pub(super) ratio: f64,
    pub(super) left: ShareLeft,
}

/// What was measured of one document.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Curve {
    rows: Vec<FidelityRow>,
    /// The ratio that the document is compressed to, as it was asked for; `None` where it fits as it is.
    own: Option<f64>,
}

impl Curve {
    pub(super) fn new(view: FidelityView, own: Option<f64>) -> Curve {
        Curve { rows: view.rows, own: own.map(|own| nearest(own).unwrap_or(own)) }
    }

    /// What there is in the document to be counted.
    pub(super) fn things(&self) -> Vec<(Thing, &'static str)> {
        let has = |thing: Thing| self.rows.iter().any(|row| thing.of(row).is_some());
        Thing::ALL.into_iter().filter(|(thing, _)| has(*thing)).collect()
    }

    /// By ascending ratio.
    pub(super) fn points(&self, maker: Maker, thing: Thing) -> Vec<Point> {
        let mine = self.rows.iter().filter(|row| row.method == maker.method());
        let mut points: Vec<Point> = mine
            .filter_map(|row| {
                let ratio = row.ratio.unwrap_or(row.asked);
                Some(Point { asked: row.asked, ratio, left: thing.of(row)? })
            })
            .collect();
        points.sort_by(|a, b| a.ratio.total_cmp(&b.ratio));
        points
    }

    /// This compression's own.
    pub(super) fn own(&self, thing: Thing) -> Option<Point> {
        let own = self.own?;
        self.points(Maker::Own, thing).into_iter().find(|point| point.asked == own)
    }

    /// The ratios that were asked for, ascending.
    pub(super) fn ratios(&self) -> Vec<f64> {
        let mine = self.rows.iter().filter(|row| row.method == OWN);
        mine.map(|row| row.asked).collect()
    }
}

/// The ratio of the curve that is this one.
fn nearest(ratio: f64) -> Option<f64> {
    HEAT_RATIOS.into_iter().find(|known| (known - ratio).abs() / known < SAME)
}

/// The ratio that a document of so many tokens is asked to be compressed to.
pub(super) fn own_ratio(document: &CompressedDocument, budget: Option<f64>) -> Option<f64> {
    let reached = || {
        let (before, after) = (document.tokens_in as f64, document.tokens_out as f64);
        (after > 0.0).then(|| before / after)
    };
    // A little less, so that the tokens it stands for are not rounded down by one.
    budget.or_else(reached).map(|ratio| ratio * (1.0 - 1e-9)).filter(|ratio| *ratio > 1.001)
}

/// The words of the command.
pub(super) struct Asked<'a> {
    pub(super) document: DocumentSource,
    pub(super) tokenizer: &'a str,
    pub(super) strategy: &'a str,
    pub(super) focus: Option<String>,
    pub(super) shaping: Shaping,
    pub(super) neural: NeuralSpec,
    pub(super) own: Option<f64>,
}

pub(super) fn spec(asked: Asked<'_>) -> FidelitySpec {
    let mut ratios = HEAT_RATIOS.to_vec();
    ratios.extend(asked.own.filter(|own| nearest(*own).is_none()));
    ratios.sort_by(f64::total_cmp);
    FidelitySpec {
        documents: vec![asked.document],
        questions: None,
        tokenizer: asked.tokenizer.to_owned(),
        ratios,
        neural: asked.neural,
        methods: vec![FidelityMethod {
            name: OWN.into(),
            strategy: asked.strategy.to_owned(),
            focus: asked.focus,
            shaping: asked.shaping,
            without: None,
        }],
        loss: None,
    }
}

/// A share with its interval: `88 % (82–93)`.
pub(super) fn share(left: ShareLeft) -> String {
    let percent = |share: f64| format!("{:.0}", 100.0 * share);
    match percent(left.lo) == percent(left.hi) {
        true => format!("{} %", percent(left.share)),
        false => format!("{} % ({}–{})", percent(left.share), percent(left.lo), percent(left.hi)),
    }
}

/// What this compression leaves, in a sentence.
pub(super) fn said(point: &Point, thing: Thing) -> String {
    format!(
        "At {}, {} of {} {}",
        times(point.ratio),
        share(point.left),
        point.left.of,
        thing.meaning()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(share: f64) -> Option<ShareLeft> {
        Some(ShareLeft { of: 40, share, lo: share - 0.05, hi: share + 0.05 })
    }

    fn row(method: &str, asked: f64, share: f64) -> FidelityRow {
        FidelityRow {
            method: method.into(),
            asked,
            ratio: Some(asked * 1.01),
            numbers: left(share),
            names: None,
            sections: None,
            phrases: left(share / 2.0),
            answers: None,
        }
    }

    fn view() -> FidelityView {
        FidelityView {
            documents: 1,
            tokens: 400,
            tokens_lossless: None,
            tokenizer: "o200k".into(),
            rows: vec![
                row("this", 2.0, 0.9),
                row("this", 4.0, 0.7),
                row("this", 5.0, 0.6),
                row("random", 2.0, 0.5),
                row("lead", 2.0, 0.4),
            ],
            advice: Vec::new(),
        }
    }

    #[test]
    fn a_curve_has_what_is_there_and_its_own_point() {
        let curve = Curve::new(view(), Some(5.0));
        let things: Vec<&str> = curve.things().into_iter().map(|(_, word)| word).collect();
        assert_eq!(things, ["Numbers", "Phrases"]);
        assert_eq!(curve.points(Maker::Own, Thing::Numbers).len(), 3);
        assert_eq!(curve.points(Maker::Lead, Thing::Numbers).len(), 1);
        let own = curve.own(Thing::Numbers).expect("it was measured");
        assert_eq!(
            said(&own, Thing::Numbers),
            "At 5×, 60 % (55–65) of 40 distinct numbers that are left"
        );
        assert_eq!(curve.own(Thing::Names), None);
        assert_eq!(Curve::new(view(), None).own(Thing::Numbers), None);
        // What the slider says is what the curve was asked for.
        assert_eq!(
            Curve::new(view(), Some(3.9999)).own(Thing::Numbers).map(|own| own.asked),
            Some(4.0)
        );
    }

    #[test]
    fn the_own_ratio_is_asked_for_once() {
        let ask = |own: Option<f64>| {
            spec(Asked {
                document: DocumentSource::File("a".into()),
                tokenizer: "o200k",
                strategy: "automatic",
                focus: None,
                shaping: Shaping::default(),
                neural: NeuralSpec::default(),
                own,
            })
            .ratios
        };
        assert_eq!(ask(None), HEAT_RATIOS);
        assert_eq!(ask(Some(4.0)), HEAT_RATIOS);
        let with = ask(Some(5.0));
        assert_eq!(with.len(), HEAT_RATIOS.len() + 1);
        assert!(with.is_sorted());
    }

    #[test]
    fn an_interval_of_nothing_is_not_said() {
        assert_eq!(share(ShareLeft { of: 3, share: 1.0, lo: 1.0, hi: 1.0 }), "100 %");
        assert_eq!(share(ShareLeft { of: 3, share: 0.5, lo: 0.0, hi: 1.0 }), "50 % (0–100)");
    }
}
