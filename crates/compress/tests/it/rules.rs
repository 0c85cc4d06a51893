//! What has to stay and what has to go.

use compress::{Budget, Compressed, Request, Rules, Strategy};

use crate::invariants::checked;

/// Notes with code, a table and sections.
fn notes() -> String {
    let mut text = String::from("# Pump notes\n\n");
    for (number, section) in ["Results", "Methods", "References"].into_iter().enumerate() {
        text.push_str(&format!("## {section}\n\n"));
        for line in 0..12 {
            text.push_str(&format!(
                "The pump of section {number} was measured at {} bar in the year {} by Dr. Amara Okafor, \
                 and nobody was there to see it. It is not known whether that was wise.\n\n",
                line * 7 + number,
                1950 + line * 3,
            ));
        }
        if section == "Results" {
            text.push_str("### Table of weights\n\n| part | kg |\n|---|---|\n");
            for row in 0..24 {
                text.push_str(&format!("| valve {row} | {} |\n", row * 3));
            }
            text.push_str("\n```rust\nfn open_valve(number: u32) -> bool {\n\n    registry(number).open()\n}\n```\n\n");
        }
    }
    text
}

#[track_caller]
fn ruled(text: &str, ratio: f64, rules: &[&str], keep: &[&str]) -> Compressed {
    let rules = Rules::parse(rules, keep).expect("rules");
    checked(&Request { rules: Some(&rules), ..Request::new(text, Budget::Ratio(ratio)) })
}

const CODE: &str =
    "```rust\nfn open_valve(number: u32) -> bool {\n\n    registry(number).open()\n}\n```";

#[test]
fn what_is_kept_stays_word_for_word_and_what_is_dropped_is_gone() {
    let text = notes();
    let done = ruled(&text, 6.0, &["code=keep", "heading:References=drop"], &[]);
    assert_eq!(done.refused, None);
    assert!(done.text.contains(CODE), "{}", done.text);
    assert!(!done.text.contains("section 2") && !done.text.contains("References"), "{}", done.text);
    assert!(done.text.contains("section 0") && done.text.contains("section 1"));
    let plain = ruled(&text, 6.0, &[], &[]);
    assert!(!plain.text.contains(CODE) && plain.text.contains("References"), "{}", plain.text);
}

#[test]
fn rules_drop_even_where_everything_fits() {
    let text = notes();
    let done = ruled(&text, 1.0, &["table=drop"], &[]);
    assert!(!done.text.contains("valve 7") && done.text.contains("open_valve"));
    assert_eq!(done.refused, None);
    let all = ruled("Some words here, and some more.", 1.0, &["prose=drop"], &[]);
    assert_eq!(all.text, "");
    assert!(all.refused.expect("refused").contains("drop less"));
}

#[test]
fn a_section_and_a_kind_have_rates_of_their_own() {
    let text = notes();
    let rows = |text: &str| text.lines().filter(|line| line.starts_with("| valve")).count();
    assert_eq!(rows(&text), 24);
    let half = ruled(&text, 8.0, &["table=2x"], &[]);
    assert!((10..=13).contains(&rows(&half.text)), "{}", half.text);
    assert!(half.text.contains("| part | kg |\n|---|---|"), "the header stays with its rows");
    let many = ruled(&text, 2.0, &["table=12x"], &[]);
    assert!((1..=3).contains(&rows(&many.text)), "{}", many.text);
    let years = |text: &str, section: u32| {
        text.split("##")
            .filter(|part| part.contains(["Results", "Methods", "References"][section as usize]))
            .map(|part| (1950..1990).filter(|year| part.contains(&year.to_string())).count())
            .sum::<usize>()
    };
    let methods = ruled(&text, 8.0, &["heading:methods=1.5x"], &[]);
    let plain = ruled(&text, 8.0, &[], &[]);
    assert!(methods.text.matches("section 1").count() > plain.text.matches("section 1").count());
    assert!(years(&text, 1) > 0);
}

#[test]
fn more_protected_than_the_budget_holds_is_said_and_not_dropped() {
    let text = notes();
    let done = ruled(&text, 16.0, &["heading:Results=keep"], &[]);
    let reason = done.refused.expect("refused");
    assert!(
        reason.contains("cannot reach 16x without dropping protected items; reached "),
        "{reason}"
    );
    assert!(done.text.contains(CODE) && done.text.contains("| valve 23 | 69 |"));
    assert!(!done.text.contains("section 1"));
    let rules = Rules::parse(&["code=keep"], &[] as &[&str]).expect("rules");
    let done = checked(&Request { rules: Some(&rules), ..Request::new(&text, Budget::Tokens(9)) });
    let reason = done.refused.expect("refused");
    assert!(reason.contains("cannot keep to 9 tokens"), "{reason}");
    assert_eq!(done.text, CODE);
}

#[test]
fn what_a_pattern_matches_stays_whole() {
    let text = notes();
    let done =
        ruled(&text, 12.0, &["prose=drop"], &[r"not known whether that was wise", r"valve 1\d"]);
    assert_eq!(done.text.matches("not known whether that was wise").count(), 36, "{}", done.text);
    for row in 10..20 {
        assert!(done.text.contains(&format!("| valve {row} |")), "{row}: {}", done.text);
    }
    let json = serde_json::to_string(&(0..50).map(|i| format!("part {i}")).collect::<Vec<_>>())
        .expect("JSON");
    let done = ruled(&json, 10.0, &[], &["part 33"]);
    let kept: Vec<String> = serde_json::from_str(&done.text).expect("JSON");
    assert!(kept.contains(&"part 33".to_owned()), "{kept:?}");
}

#[test]
fn rules_hold_in_every_strategy() {
    let text = notes();
    let rules =
        Rules::parse(&["code=keep", "table=drop"], &["Amara Okafor, and nobody"]).expect("rules");
    for (strategy, name) in Strategy::ALL {
        let done = checked(&Request {
            rules: Some(&rules),
            strategy,
            ..Request::new(&text, Budget::Ratio(3.0))
        });
        assert!(done.text.contains(CODE), "{name}: {}", done.text);
        assert!(!done.text.contains("| valve"), "{name}");
        assert_eq!(done.text.matches("Amara Okafor, and nobody").count(), 36, "{name}");
    }
}
