//! Stages that a measurement leaves out: each is really left out, and costs nothing where it is not.

use std::ops::Range;

use compress::tokens::O200k;
use compress::{Budget, Encoder, Kind, Request, Stage, WordScorer, compress};

const NOTES: &str = "# The harbour\n\nThe pump was not built by Ann of Köln in 1987, as the office said. \
    It cost $4,000 and 12 % more. Nobody came.\n\n## The quay\n\nAll visitors must sign the book at the gate before \
    they may enter the yard with Bob. It rained on the old boats. All visitors must sign the book at the gate \
    before they may enter the yard with keys. The harbour office never opened again after the storm.\n\n";

/// Words are worth the more the longer they are.
#[derive(Debug)]
struct Long;

impl WordScorer for Long {
    fn score(&self, _: &str, words: &[Range<usize>]) -> Result<Vec<f32>, String> {
        Ok(words.iter().map(|word| word.len() as f32).collect())
    }
}

impl Encoder for Long {
    fn encode(&self, texts: &[&str]) -> Result<Vec<f32>, String> {
        let vector = |text: &&str| if text.contains("boats") { [1.0, 0.0] } else { [0.6, 0.8] };
        Ok(texts.iter().flat_map(vector).collect())
    }
}

/// Leaving `stage` out changes what is left at one of these budgets.
#[track_caller]
fn check(stage: Stage, request: Request<'_>) {
    let counter = O200k::new().expect("the vocabulary is embedded");
    let left = |ratio: f64, without: Option<Stage>| {
        let request = Request { budget: Budget::Ratio(ratio), without, ..request };
        compress(&request, &counter).expect("it works").text
    };
    let ratios = [1.1, 1.5, 2.0, 3.0, 4.0];
    let changed = ratios.iter().filter(|&&ratio| left(ratio, None) != left(ratio, Some(stage)));
    assert!(changed.count() > 0, "{stage:?} changes nothing");
}

#[test]
fn every_stage_is_left_out_where_that_is_asked() {
    let notes = format!("{NOTES}{NOTES}");
    let request =
        |text| Request { kind: Some(Kind::Markdown), ..Request::new(text, Budget::Ratio(2.0)) };
    for stage in [
        Stage::Words,
        Stage::Sentences,
        Stage::Position,
        Stage::Links,
        Stage::Lossless,
        Stage::Guard,
        Stage::Packing,
        Stage::Repeats,
    ] {
        check(stage, request(&notes));
    }
    let paid = |n: usize| format!("In {} Ann Berg paid {n} francs to Bob Olsen. ", 1900 + n);
    let uneven = format!(
        "{}\n\nThe old boats lay on the shore for a while. Somebody had left a lantern behind the shed.\n",
        (1..12).map(paid).collect::<String>()
    );
    check(Stage::Sharing, request(&uneven));
    let long = Long;
    check(Stage::Focus, Request { focus: Some("boats in the rain"), ..request(&notes) });
    check(Stage::Encoder, Request { scorer: Some(&long), ..request(&notes) });
    let asked = Request { focus: Some("old boats"), encoder: Some(&long), ..request(&notes) };
    check(Stage::Encoder, asked);
    let mixed = format!("{NOTES}\n{}", "2024-01-02T10:11:12Z INFO lease 7 renewed\n".repeat(9));
    check(Stage::Blocks, request(&mixed));
    let code = "fn a(x: u32) -> u32 {\n    let y = x + 1;\n    if y > 2 {\n        go(y);\n    }\n    y\n}\n".repeat(4);
    let syntax = compress::Syntax::of_file("a.rs");
    check(Stage::Syntax, Request { kind: Some(Kind::Code), syntax, ..request(&code) });
}

#[test]
fn without_the_lossless_stage_json_keeps_its_white_space_and_logs_their_repeats() {
    let counter = O200k::new().expect("the vocabulary is embedded");
    let json = "[\n  {\"a\": 1},\n  {\"a\": 2},\n  {\"a\": 3},\n  {\"a\": 4}\n]";
    let without =
        Request { without: Some(Stage::Lossless), ..Request::new(json, Budget::Ratio(2.0)) };
    let left = compress(&without, &counter).expect("it works").text;
    assert!(left.starts_with("[\n") && left.contains("\"a\": "), "{left}");
    let mut log = String::new();
    for n in 10..60 {
        log += &format!("2024-01-02T10:00:{n}Z INFO lease of eth0 renewed\n");
    }
    log += "2024-01-02T10:01:00Z INFO brownout of the second rail\n";
    let request = Request { kind: Some(Kind::Log), ..Request::new(&log, Budget::Ratio(16.0)) };
    assert!(compress(&request, &counter).expect("it works").text.contains("eth0"));
}

#[test]
fn without_the_focus_it_is_as_if_there_were_none() {
    let counter = O200k::new().expect("the vocabulary is embedded");
    let plain = Request::new(NOTES, Budget::Ratio(3.0));
    let asked = Request { focus: Some("boats"), without: Some(Stage::Focus), ..plain };
    let (plain, asked) = (
        compress(&plain, &counter).expect("it works"),
        compress(&asked, &counter).expect("it works"),
    );
    assert_eq!(plain, asked);
}

#[test]
fn without_guards_a_number_is_kept_without_its_sign() {
    let counter = O200k::new().expect("the vocabulary is embedded");
    let text = "The old harbour office on the quay paid $4,000 to the men of the north, said the clerk who was asked.";
    let request = Request::new(text, Budget::Tokens(6));
    let guarded = compress(&request, &counter).expect("it works").text;
    let without = Request { without: Some(Stage::Guard), ..request };
    let plain = compress(&without, &counter).expect("it works").text;
    assert!(guarded.contains("$4,000"), "{guarded}");
    assert!(plain.contains("4,000") && !plain.contains("$4,000"), "{plain}");
}
