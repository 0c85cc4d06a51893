//! Passages that a person wants kept.

use std::ops::Range;

use compress::{Budget, Compressed, Pin, Request, Room, Strategy, TokenCounter};

use crate::invariants::{checked, counter, mixed};

fn pinned(text: &str, budget: Budget, pins: &[Pin]) -> Compressed {
    checked(&Request { pins, ..Request::new(text, budget) })
}

fn pin(src: Range<usize>, room: Room) -> Pin {
    Pin { src, room }
}

/// The longest gap of what is left at 8x.
fn gap_of(text: &str) -> Range<usize> {
    let plain = checked(&Request::new(text, Budget::Ratio(8.0)));
    let gaps = plain.gaps.into_iter().map(|gap| gap.src);
    gaps.max_by_key(|gap| gap.len()).expect("something is left out")
}

#[test]
fn a_restored_gap_stands_there_word_for_word_within_the_budget() {
    let text = mixed();
    let gap = gap_of(&text);
    let passage = text[gap.clone()].trim();
    let plain = checked(&Request::new(&text, Budget::Ratio(8.0)));
    assert!(!plain.text.contains(passage));
    let done = pinned(&text, Budget::Ratio(8.0), &[pin(gap, Room::Made)]);
    assert!(done.text.contains(passage), "{}", done.text);
    assert_eq!((done.budget, done.refused), (plain.budget, None));
    assert!(done.tokens_out <= plain.budget);
}

#[test]
fn the_budget_grows_by_what_is_kept_and_little_else_goes() {
    let text = mixed();
    let gap = gap_of(&text);
    let plain = checked(&Request::new(&text, Budget::Ratio(8.0)));
    let done = pinned(&text, Budget::Ratio(8.0), &[pin(gap.clone(), Room::Added)]);
    assert!(done.text.contains(text[gap.clone()].trim()));
    assert_eq!(done.budget, plain.budget + counter().count(&text[gap]));
    let kept = |made: &Compressed| made.spans.iter().map(|span| span.src.len()).sum::<usize>();
    assert!(kept(&done) >= kept(&plain), "{} {}", kept(&done), kept(&plain));
    let numbers = done.dropped.numbers.count;
    assert!(numbers <= plain.dropped.numbers.count, "{numbers}");
}

#[test]
fn pins_hold_in_every_strategy_and_every_kind() {
    let code = "fn open(valve: u32) -> bool {\n    registry(valve).open()\n}\n\n".repeat(40);
    let rows: String = (0..80).map(|i| format!("valve {i},{},1987\n", i * 3)).collect();
    let json =
        format!("[{}]", (0..90).map(|i| format!("\"part {i}\"")).collect::<Vec<_>>().join(","));
    for text in [mixed(), code, rows, json] {
        let from = text.len() / 2;
        let from = text[from..].find(|c: char| c.is_alphanumeric()).map_or(from, |at| from + at);
        let wanted = from..from + 6;
        for (strategy, name) in Strategy::ALL {
            let pins = [pin(wanted.clone(), Room::Made)];
            let done = checked(&Request {
                pins: &pins,
                strategy,
                ..Request::new(&text, Budget::Ratio(6.0))
            });
            let kept = |at: usize| done.spans.iter().any(|span| span.src.contains(&at));
            assert!(
                wanted.clone().all(kept),
                "{name}: {:?} in {}",
                &text[wanted.clone()],
                done.text
            );
        }
    }
}

#[test]
fn more_pinned_than_the_budget_holds_is_said() {
    let text = mixed();
    let done = pinned(&text, Budget::Tokens(20), &[pin(0..text.len() / 2, Room::Made)]);
    let reason = done.refused.expect("refused");
    assert!(reason.contains("without dropping protected items"), "{reason}");
    let whole = pinned(&text, Budget::Tokens(20), &[pin(0..text.len(), Room::Added)]);
    assert_eq!((whole.text.as_str(), whole.refused), (text.as_str(), None));
}

#[test]
fn pins_from_elsewhere_do_no_harm() {
    let text = format!("{} 漢字かな交じり文。 {}", mixed(), "é".repeat(50));
    let han = text.find('漢').expect("it is there");
    let length = text.len();
    for src in [
        han + 1..han + 2,
        length + 5..length + 9,
        usize::MAX - 1..usize::MAX,
        length - 1..length,
        7..7,
    ] {
        let done = pinned(&text, Budget::Ratio(8.0), &[pin(src.clone(), Room::Made)]);
        assert_eq!(done.refused, None, "{src:?}");
    }
    let done = pinned(&text, Budget::Ratio(8.0), &[pin(han + 1..han + 2, Room::Made)]);
    assert!(done.text.contains('漢'), "a character is kept whole");
}

#[test]
fn a_pin_over_the_end_of_a_section_holds_in_an_ensemble() {
    let text = "क\u{94d}ष👩\u{200d}👧_# not bかな\n\u{301}TheA…wordnot 👩\u{200d}👧\n)]?\r\n# ſ/[$\u{a0}=, {かな🇳🇴Ann: \
                /🇳🇴م\t/Ǆかな- …'LL\u{200d}\n|\t\r\n% 漢";
    let pins = [202..384, 65..163, 105..184, 144..207].map(|src| Pin { src, room: Room::Added });
    let strategy = Strategy::Ensemble;
    let request = Request { pins: &pins, strategy, ..Request::new(text, Budget::Tokens(256)) };
    let rules =
        compress::Rules::parse(&["heading:The=drop", "code=keep"], &[] as &[&str]).expect("rules");
    checked(&Request { rules: Some(&rules), ..request });
}
