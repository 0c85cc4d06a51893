//! Every byte is shown once and in order, whatever the offsets say.

use super::*;

/// A made-up number after another; good enough to shuffle offsets, the same every time.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % (most + 1)
    }

    fn range(&mut self, most: u64) -> [u64; 2] {
        [self.up_to(most), self.up_to(most)]
    }
}

const TEXTS: [&str; 6] = [
    "",
    "The seal failed twice … and was replaced.\nPressure: 3.8 bar.\n\n",
    "مرحبا بالعالم، هذه تجربة قصيرة.",
    "漢字仮名交じり文は、単語の間に空白がありません。",
    "👩‍🔧 fixed the 🚰 in 12 min 🎉",
    " … ",
];

fn covered(flow: &Flow, length: usize) {
    assert_eq!(flow.text.len(), length);
    let mut at = 0;
    for bit in &flow.bits {
        assert_eq!(bit.at.start, at, "bits follow one another");
        assert!(flow.text.get(bit.at.clone()).is_some_and(|text| !text.is_empty()), "{bit:?}");
        at = bit.at.end;
    }
    assert_eq!(at, length);
}

#[test]
fn whatever_the_offsets_every_byte_is_shown_once_and_in_order() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..3000 {
        let source: Arc<str> = TEXTS[round % TEXTS.len()].into();
        let text = TEXTS[(round / TEXTS.len()) % TEXTS.len()];
        let most = source.len().max(text.len()) as u64 + 9;
        let spans: Vec<SpanView> = (0..dice.up_to(5))
            .map(|_| SpanView { out: dice.range(most), src: dice.range(most) })
            .collect();
        let gaps: Vec<GapView> = (0..dice.up_to(5))
            .map(|_| {
                let at = if dice.up_to(20) == 0 { u64::MAX } else { dice.up_to(most) };
                GapView { at, src: dice.range(most), units: dice.up_to(3) }
            })
            .collect();
        let heat: Vec<HeatSpan> = (0..dice.up_to(5))
            .map(|_| HeatSpan { src: dice.range(most), survived: dice.up_to(9) as u32 })
            .collect();
        let flow = source_flow(&source, &spans, &gaps, &heat);
        covered(&flow, source.len());
        for bit in &flow.bits {
            assert_eq!(bit.at, bit.from);
        }
        let opened: BTreeSet<usize> = (0..5).filter(|_| dice.up_to(1) == 0).collect();
        let flow = result_flow(text, Some(&source), &spans, &gaps, "prose", &opened);
        covered(&flow, flow.text.len());
        let mut at = 0;
        for bit in &flow.bits {
            let shown = &flow.text[bit.at.clone()];
            match bit.part {
                Part::Opened(_) => assert_eq!(shown, &source[bit.from.clone()]),
                Part::Restore(..) | Part::Space => assert!(bit.from.is_empty(), "{bit:?}"),
                Part::Chip(_) => {
                    assert!(bit.from.start == at, "{bit:?} after {at}");
                    assert!(["", "…"].contains(&&text[bit.from.clone()]));
                    at = bit.from.end;
                }
                _ => {
                    assert!(bit.from.start == at, "{bit:?} after {at}");
                    assert_eq!(shown, &text[bit.from.clone()]);
                    at = bit.from.end;
                }
            }
        }
        assert_eq!(at, text.len(), "all that is left is shown");
        let chips = flow.bits.iter().filter(|bit| matches!(bit.part, Part::Chip(_))).count();
        assert_eq!(chips, gaps.iter().filter(|gap| gap.units > 0).count());
    }
}

fn check(text: &str, at: u64, opened: bool, expect: &str) {
    let gaps = [GapView { at, src: [4, 8], units: 2 }];
    let opened = if opened { BTreeSet::from([0]) } else { BTreeSet::new() };
    let end = text.len() as u64;
    let rest = if text.ends_with("three") { end - 5 } else { end };
    let spans = [
        SpanView { out: [0, at], src: [0, at] },
        SpanView { out: [rest, end], src: [8, 8 + end - rest] },
    ];
    let flow = result_flow(text, Some("one two three"), &spans, &gaps, "prose", &opened);
    assert_eq!(flow.text.replace('\u{a0}', "_"), expect);
}

#[test]
fn the_marker_of_a_gap_becomes_its_chip() {
    check("one … three", 3, false, "one __…_2_words_ three");
    check(
        "one … three",
        3,
        true,
        "one __…_2_words_two  __Keep_in_this_budget_ __Keep,_budget_grows_  three",
    );
    check("one\nthree", 3, false, "one__…_\nthree");
    check("one", 3, false, "one__…_");
}

#[test]
fn units_are_counted_in_the_texts_own_way() {
    assert_eq!(missing(1, "prose"), "1 word");
    assert_eq!(missing(3, "log"), "3 lines");
    assert_eq!(missing(2, "json"), "2 records");
}

#[test]
fn kept_and_dropped_find_each_other() {
    let source: Arc<str> = "one two three".into();
    let spans = [SpanView { out: [0, 3], src: [0, 3] }, SpanView { out: [6, 11], src: [8, 13] }];
    let gaps = [GapView { at: 3, src: [3, 8], units: 1 }];
    let left = source_flow(&source, &spans, &gaps, &[]);
    let right = result_flow("one … three", None, &spans, &gaps, "prose", &BTreeSet::new());
    for link in [Link::Span(0), Link::Span(1), Link::Gap(0)] {
        assert!(left.find(link).is_some() && right.find(link).is_some(), "{link:?}");
    }
    assert_eq!(left.find(Link::Span(1)), Some(8));
    assert_eq!(left.bit_at(8), 2);
    assert_eq!(right.find(Link::Span(7)), None);
}
