//! What a person has set: how far, by whose count, how, and what about.

use protocol::{
    AsOneSpec, BudgetSpec, CitationStyle, Citations, CompressSpec, DocumentSource, HeatSpec,
    NeuralSpec, NeuralView, Shaping, SourceText,
};
use serde::{Deserialize, Serialize};

use super::presets::{self, HEAT_RATIOS};

/// By what the budget is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Bound {
    /// So many times fewer tokens.
    #[default]
    Ratio,
    /// So many tokens.
    Tokens,
}

/// Strategies: name, title, what it does.
pub(super) const STRATEGIES: [(&str, &str, &str); 10] = [
    (
        "automatic",
        "Automatic",
        "Block by block by what it is: phrases in prose, lines in logs and tables",
    ),
    ("phrases", "Phrases", "The most facts for a budget, in telegram style"),
    ("sentences", "Whole sentences", "Fewer facts, but a text that reads on"),
    ("lines", "Whole lines", "Nothing is cut inside a line"),
    (
        "incremental",
        "Block by block",
        "Blocks of some 8 kB by themselves: a text that is edited costs the blocks of the edit",
    ),
    (
        "hierarchical",
        "From above",
        "Sections, paragraphs and sentences share the budget; no part goes unmentioned",
    ),
    ("clustering", "One of each theme", "Of sentences about the same, the likeliest comes first"),
    ("frequency", "By frequent words", "Whole sentences of the words that come most often"),
    ("template", "By template", "Rare sentences and lines, and an example of the frequent"),
    (
        "ensemble",
        "Best of several",
        "Several strategies try each section; the one that keeps most of it is taken",
    ),
];

/// What a document can be taken for: name, title.
pub(super) const KINDS: [(&str, &str); 9] = [
    ("prose", "Running text"),
    ("markdown", "Markdown"),
    ("scientific", "A paper"),
    ("legal", "A contract or a law"),
    ("dialogue", "Dialogue"),
    ("code", "Source code"),
    ("json", "JSON"),
    ("table", "A table"),
    ("log", "A log"),
];

/// The controls. The focus belongs to a document and is not remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    pub(super) bound: Bound,
    pub(super) ratio: f64,
    pub(super) tokens: String,
    /// `None` is the setting's.
    pub(super) tokenizer: Option<String>,
    pub(super) strategy: String,
    /// From 0, the most facts, to 1, whole sentences; `None` is as the text wants it.
    pub(super) wanted_readable: Option<f64>,
    /// One budget for all documents together.
    pub(super) total: bool,
    /// Where marks stand in a text of several documents.
    pub(super) cite: Citations,
    /// What they look like.
    pub(super) marks: CitationStyle,
    /// All documents become one text. It belongs to documents and is not remembered.
    #[serde(skip)]
    pub(super) together: bool,
    /// A sentence encoder, by name or path.
    pub(super) encoder: Option<String>,
    /// What says what words are worth, likewise.
    pub(super) scorer: Option<String>,
    /// Where models compute; `None` is chosen by itself.
    pub(super) device: Option<String>,
    #[serde(skip)]
    pub(super) focus: String,
    /// What stays and goes, a rule a line.
    #[serde(skip)]
    pub(super) rules: String,
    /// What the documents are; `None` is found out. It belongs to documents and is not remembered.
    #[serde(skip)]
    pub(super) kind: Option<String>,
    /// Their language, likewise.
    #[serde(skip)]
    pub(super) language: Option<String>,
}

impl Default for Form {
    fn default() -> Form {
        Form {
            bound: Bound::Ratio,
            ratio: 4.0,
            tokens: "2048".into(),
            tokenizer: None,
            strategy: "automatic".into(),
            wanted_readable: None,
            total: false,
            cite: Citations::Passages,
            marks: CitationStyle::Plain,
            together: false,
            encoder: None,
            scorer: None,
            device: None,
            focus: String::new(),
            rules: String::new(),
            kind: None,
            language: None,
        }
    }
}

impl Form {
    /// What was remembered, made whole where it is not.
    pub(super) fn recalled(memory: &str) -> Form {
        let mut form: Form = serde_json::from_str(memory).unwrap_or_default();
        form.ratio = presets::ratio_of(presets::step_of(form.ratio));
        let readable = form.wanted_readable.filter(|readable| readable.is_finite());
        form.wanted_readable = readable.map(|readable| readable.clamp(0.0, 1.0));
        if !STRATEGIES.iter().any(|(name, ..)| *name == form.strategy) {
            form.strategy = "automatic".into();
        }
        form
    }

    /// How much may remain, or why that cannot be said.
    pub(super) fn budget(&self) -> Result<BudgetSpec, &'static str> {
        match self.bound {
            Bound::Ratio => Ok(BudgetSpec::Ratio(self.ratio)),
            Bound::Tokens => presets::tokens(&self.tokens)
                .map(BudgetSpec::Tokens)
                .ok_or("Write a whole number of tokens, such as 2048"),
        }
    }

    /// A share of one budget each, where that can be.
    pub(super) fn shared(&self, documents: usize) -> bool {
        self.total && self.bound == Bound::Tokens && documents > 1
    }

    /// Who counts; `setting` where nobody was chosen.
    pub(super) fn tokenizer<'a>(&'a self, setting: &'a str) -> &'a str {
        match &self.tokenizer {
            Some(chosen) => chosen,
            None if setting.is_empty() => "o200k",
            None => setting,
        }
    }

    /// Whether running text is cut into phrases, which can be made larger.
    pub(super) fn by_phrase(&self) -> bool {
        !matches!(self.strategy.as_str(), "sentences" | "lines" | "frequency" | "template")
    }

    /// Whether a text of this kind may be kept in whole clauses where nobody says how readable.
    pub(super) fn by_text(&self) -> bool {
        matches!(self.strategy.as_str(), "automatic" | "incremental")
    }

    /// How readable, and what stays and goes: lines such as `code=keep`, and `keep` before a pattern.
    pub(super) fn shaping(&self) -> Shaping {
        let lines = || self.rules.lines().map(str::trim).filter(|line| !line.is_empty());
        let pattern = |line: &'_ str| line.strip_prefix("keep ").map(str::trim).map(str::to_owned);
        Shaping {
            readable: self.wanted_readable.filter(|_| self.by_phrase()),
            rules: lines().filter(|line| pattern(line).is_none()).map(str::to_owned).collect(),
            keep: lines().filter_map(pattern).collect(),
            kind: self.kind.clone(),
            language: self.language.clone(),
            ..Shaping::default()
        }
    }

    pub(super) fn focus(&self) -> Option<String> {
        let focus = self.focus.trim();
        (!focus.is_empty()).then(|| focus.to_owned())
    }

    /// The command's words. `several` where they are, or may turn out to be, more than one.
    pub(super) fn spec(
        &self,
        documents: Vec<DocumentSource>,
        several: bool,
        source: SourceText,
        setting: &str,
    ) -> Result<CompressSpec, &'static str> {
        Ok(CompressSpec {
            budget: self.budget()?,
            total: self.shared(if several { 2 } else { 1 }),
            tokenizer: self.tokenizer(setting).to_owned(),
            strategy: self.strategy.clone(),
            focus: self.focus(),
            shaping: self.shaping(),
            source,
            into: None,
            cache: Default::default(),
            // Who looks at a document looks at its numbers.
            lossless: source == SourceText::Returned,
            documents,
            neural: NeuralSpec::default(),
        })
    }

    /// The words for one text of all documents.
    pub(super) fn as_one(
        &self,
        documents: Vec<DocumentSource>,
        setting: &str,
    ) -> Result<AsOneSpec, &'static str> {
        Ok(AsOneSpec {
            documents,
            names: Vec::new(),
            budget: self.budget()?,
            tokenizer: self.tokenizer(setting).to_owned(),
            strategy: self.strategy.clone(),
            focus: self.focus(),
            citations: self.cite,
            style: self.marks,
        })
    }

    /// Models that read text: those that were chosen, where they are among the `known` or have a path.
    pub(super) fn neural(&self, known: Option<&NeuralView>) -> NeuralSpec {
        let Some(known) = known else { return NeuralSpec::default() };
        let (encoder, scorer) = (self.encoder.as_ref(), self.scorer.as_ref());
        let device = self.device.as_ref();
        let spec = NeuralSpec {
            encoder: encoder.filter(|name| is_here(name, &known.encoders)).cloned(),
            scorer: scorer.filter(|name| is_here(name, &known.scorers)).cloned(),
            ..NeuralSpec::default()
        };
        // Without a model nothing computes anywhere.
        let device = device.filter(|name| known.devices.iter().any(|one| one.name == **name));
        NeuralSpec { device: device.filter(|_| !spec.is_empty()).cloned(), ..spec }
    }

    /// The words for a map of what survives; the budget does not matter to it.
    pub(super) fn heat(&self, document: DocumentSource, setting: &str) -> HeatSpec {
        HeatSpec {
            document,
            tokenizer: self.tokenizer(setting).to_owned(),
            strategy: self.strategy.clone(),
            focus: self.focus(),
            shaping: self.shaping(),
            neural: NeuralSpec::default(),
            ratios: HEAT_RATIOS.to_vec(),
        }
    }
}

/// Whether a model can be asked for: it is known, or a path that is looked at when it is used.
pub(super) fn is_here(name: &str, known: &[String]) -> bool {
    known.iter().any(|known| known == name) || is_path(name)
}

/// A path that was chosen, or typed, so that it is known as one.
pub(super) fn as_path(path: &str) -> String {
    if is_path(path) { path.to_owned() } else { format!("./{path}") }
}

fn is_path(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with(['/', '\\', '.']) || drive
}

/// What to call a tokenizer: a file by its name.
pub(super) fn tokenizer_name(tokenizer: &str) -> &str {
    let last = tokenizer.rsplit(['/', '\\']).next().unwrap_or(tokenizer);
    if last.is_empty() { tokenizer } else { last }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_a_ratio_or_a_number_of_tokens() {
        let form = Form::default();
        assert_eq!(form.budget(), Ok(BudgetSpec::Ratio(4.0)));
        let form = Form { bound: Bound::Tokens, tokens: "8 192".into(), ..form };
        assert_eq!(form.budget(), Ok(BudgetSpec::Tokens(8192)));
        let form = Form { tokens: "few".into(), ..form };
        assert!(form.budget().is_err());
    }

    #[test]
    fn what_is_remembered_is_made_whole() {
        let form =
            Form { focus: "the pump".into(), tokenizer: Some("cl100k".into()), ..Form::default() };
        let memory = serde_json::to_string(&form).unwrap();
        assert_eq!(Form::recalled(&memory), Form { focus: String::new(), ..form });
        assert_eq!(Form::recalled("{"), Form::default());
        let odd = Form::recalled(r#"{"ratio": 7e9, "strategy": "magic"}"#);
        assert_eq!((odd.ratio, odd.strategy.as_str()), (32.0, "automatic"));
        assert_eq!(Form::recalled(r#"{"wanted_readable": 7}"#).wanted_readable, Some(1.0));
    }

    #[test]
    fn rules_are_lines_and_readable_is_for_phrases() {
        let rules = "code=keep\n\n keep pump \\d+ \nheading:References=drop".into();
        let form = Form { wanted_readable: Some(0.5), rules, ..Form::default() };
        let shaping = form.shaping();
        assert_eq!(shaping.rules, ["code=keep", "heading:References=drop"]);
        assert_eq!(shaping.keep, ["pump \\d+"]);
        assert_eq!(shaping.readable, Some(0.5));
        let whole = Form { strategy: "sentences".into(), ..form };
        assert_eq!(whole.shaping().readable, None);
        assert_eq!(Form::default().shaping(), Shaping::default());
    }

    #[test]
    fn one_budget_is_shared_only_among_several_and_in_tokens() {
        let form = Form { total: true, ..Form::default() };
        assert!(!form.shared(5));
        let form = Form { bound: Bound::Tokens, ..form };
        assert!(form.shared(5) && !form.shared(1));
    }

    #[test]
    fn the_setting_counts_where_nobody_was_chosen() {
        let form = Form::default();
        assert_eq!(form.tokenizer("cl100k"), "cl100k");
        assert_eq!(form.tokenizer(""), "o200k");
        let chosen = Form { tokenizer: Some("a.json".into()), ..form };
        assert_eq!(chosen.tokenizer("cl100k"), "a.json");
    }

    #[test]
    fn models_are_asked_for_where_they_are_known_or_have_a_path() {
        let known = NeuralView {
            encoders: vec!["mini".into()],
            scorers: vec!["org/judge".into()],
            devices: vec![protocol::DeviceView { name: "cpu".into(), title: "Processor".into() }],
            ..NeuralView::default()
        };
        let some = |word: &str| Some(word.to_owned());
        let form = Form {
            encoder: some("mini"),
            scorer: some("org/judge"),
            device: some("cpu"),
            ..Form::default()
        };
        let spec = form.neural(Some(&known));
        assert_eq!((spec.encoder, spec.scorer), (some("mini"), some("org/judge")));
        assert_eq!(spec.device, some("cpu"));
        assert_eq!(form.neural(None), NeuralSpec::default());
        // Those of another computer are not asked for; a path is, and says itself where it leads nowhere.
        let other = Form { encoder: some("org/mini"), scorer: some("/m/tiny.gguf"), ..form };
        let spec = other.neural(Some(&known));
        assert_eq!((spec.encoder, spec.scorer), (None, some("/m/tiny.gguf")));
        assert_eq!(as_path("/m/tiny.gguf"), "/m/tiny.gguf");
        assert_eq!(as_path("m/tiny.gguf"), "./m/tiny.gguf");
        let none = Form { scorer: None, device: some("cuda:7"), ..other };
        assert_eq!(none.neural(Some(&known)), NeuralSpec::default());
    }

    #[test]
    fn a_tokenizers_file_is_called_by_its_name() {
        for (path, expect) in [
            ("o200k", "o200k"),
            ("/data/ada/tok512.bin", "tok512.bin"),
            ("C:\\t\\a.json", "a.json"),
        ] {
            assert_eq!(tokenizer_name(path), expect);
        }
    }
}
