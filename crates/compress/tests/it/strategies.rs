//! Each strategy does what it says.

use compress::{Budget, Request, Strategy};

use crate::invariants::{checked, mixed};

fn by(strategy: Strategy, text: &str, ratio: f64) -> String {
    checked(&Request { strategy, ..Request::new(text, Budget::Ratio(ratio)) }).text
}

#[test]
fn every_strategy_keeps_every_promise() {
    let text = format!("# Fisheries\n\n{}\n## More\n\n{}", mixed(), mixed());
    for (strategy, name) in Strategy::ALL {
        for ratio in [1.5, 4.0, 16.0] {
            assert!(!by(strategy, &text, ratio).is_empty(), "{name} {ratio}");
        }
        assert_eq!(Strategy::from_name(name), Some(strategy));
        assert_eq!(serde_json::to_value(strategy).expect("JSON"), name);
    }
}

#[test]
fn no_section_goes_unmentioned_from_above() {
    let mut text = String::new();
    for section in 0..8 {
        text.push_str(&format!("## Chapter {section}\n\n"));
        // The last chapters are poor in everything that is kept first.
        for line in 0..10 {
            text.push_str(&match section < 4 {
                true => format!(
                    "In {} Dr. Ingrid Solheim sold {} boats at Cape Wrath. ",
                    1900 + line,
                    line * 17
                ),
                false => {
                    "they had been rather quiet and walked slowly along some water there. ".into()
                }
            });
        }
        text.push_str("\n\n");
    }
    let quiet = |text: &str| {
        (4..8)
            .filter(|section| {
                let part = text.split(&format!("Chapter {section}")).nth(1).unwrap_or("");
                let part = part.split("## ").next().unwrap_or("");
                part.contains("quiet") || part.contains("walked") || part.contains("water")
            })
            .count()
    };
    assert_eq!(quiet(&by(Strategy::Hierarchical, &text, 8.0)), 4);
    assert!(quiet(&by(Strategy::Phrases, &text, 8.0)) < 4);
}

#[test]
fn one_of_each_cluster_comes_before_any_of_the_others() {
    let said = "all visitors must sign the large book at the northern gate before they enter";
    let mut text = String::new();
    for i in 0..12 {
        text.push_str(&format!("Warning: {said}. "));
        text.push_str(&format!(
            "Then somebody walked along river number {i} with {} geese. ",
            i * 3
        ));
    }
    let kept = by(Strategy::Clustering, &text, 3.0);
    assert_eq!(kept.matches("visitors").count(), 1, "{kept}");
    assert!(kept.matches("geese").count() >= 10, "{kept}");
}

#[test]
fn frequent_words_make_whole_sentences() {
    let mut text = String::new();
    for i in 0..20 {
        text.push_str("The turbine of the northern station was tested in the hall. ");
        text.push_str(&format!("Someone ate {i} unusual sandwiches yesterday. "));
    }
    let kept = by(Strategy::Frequency, &text, 20.0);
    assert!(
        kept.starts_with("The turbine of the northern station was tested in the hall."),
        "{kept}"
    );
}

#[test]
fn templates_are_shown_once_and_what_is_rare_is_kept() {
    let mut text = String::new();
    for i in 0..60 {
        text.push_str(&format!(
            "Ferry number {i} left the harbour at {}:30 with no delay. ",
            i % 24
        ));
        if i == 37 {
            text.push_str("A whale was seen near the lighthouse. ");
        }
    }
    let kept = by(Strategy::Template, &text, 16.0);
    assert!(kept.contains("A whale was seen near the lighthouse."), "{kept}");
    assert!(kept.contains("left the harbour"));
}

#[test]
fn the_ensemble_is_never_far_from_its_best_member() {
    let text = mixed();
    let numbers = |text: &str| (1950..1980).filter(|year| text.contains(&year.to_string())).count();
    let [phrases, ensemble] =
        [Strategy::Phrases, Strategy::Ensemble].map(|strategy| numbers(&by(strategy, &text, 4.0)));
    assert!(ensemble * 10 >= phrases * 8, "{ensemble} of {phrases}");
}

#[test]
fn the_slider_goes_from_phrases_to_whole_sentences() {
    let text = mixed();
    let at = |readable: f64| {
        checked(&Request { readable: Some(readable), ..Request::new(&text, Budget::Ratio(4.0)) })
    };
    let phrases = checked(&Request {
        strategy: Strategy::Automatic,
        ..Request::new(&text, Budget::Ratio(4.0))
    });
    assert_eq!(at(0.0).text, phrases.text);
    // Which sentences may differ from `sentences`: of those that nearly repeat each other one goes first.
    let whole = at(1.0).text;
    let ends = |line: &str| line.trim_end().ends_with(['.', '"', '”']);
    assert!(whole.lines().filter(|line| !line.is_empty()).all(ends), "{whole}");
    // The further it goes, the longer the stretches that are copied.
    let length = |readable: f64| {
        let done = at(readable);
        done.text.len() as f64 / done.spans.len() as f64
    };
    let lengths: Vec<f64> = [0.0, 0.25, 0.5, 0.75, 1.0].map(length).to_vec();
    assert!(lengths.windows(2).all(|pair| pair[1] >= pair[0] * 0.95), "{lengths:?}");
    assert!(lengths[4] > 2.0 * lengths[0], "{lengths:?}");
}
