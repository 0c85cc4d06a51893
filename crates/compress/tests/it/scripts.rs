//! Scripts, emoji, line endings and control characters.

use compress::{Budget, Request};
use unicode_segmentation::UnicodeSegmentation;

use crate::invariants::checked;

/// Compresses at several ratios; no span may begin or end inside a grapheme.
fn check(text: &str) {
    let boundaries: std::collections::HashSet<usize> =
        text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
    for ratio in [1.2, 2.0, 4.0, 10.0] {
        let done = checked(&Request::new(text, Budget::Ratio(ratio)));
        for span in &done.spans {
            for at in [span.src.start, span.src.end] {
                assert!(boundaries.contains(&at), "a grapheme of {text:.40?} is cut at {at}");
            }
        }
    }
}

#[test]
fn graphemes_stay_whole_in_every_script() {
    check(
        &"在二〇一九年，研究人员没有发现任何新的物种。他们在云南省的山区工作了三个月。".repeat(6),
    );
    check(
        &"東京都は2021年に新しい図書館を開いた。利用者は一日に三千人を超えないという。".repeat(6),
    );
    check(
        &"افتتحت المكتبة الجديدة في القاهرة عام ٢٠١٩ ولم يحضر الوزير. زارها أكثر من ألف شخص."
            .repeat(6),
    );
    check(&"הספרייה החדשה נפתחה בחיפה בשנת 1998. לא היו בה ספרים בשפות זרות.".repeat(6));
    check(&"ห้องสมุดแห่งใหม่เปิดให้บริการในกรุงเทพมหานครเมื่อปีที่แล้วและมีผู้ใช้จำนวนมาก ".repeat(6));
    check(&"नई पुस्तकालय दिल्ली में २०१९ में खुली। मंत्री वहाँ नहीं आए।".repeat(6));
    check(&"한국의 새로운 도서관은 2019년에 서울에서 문을 열었다. 장관은 오지 않았다.".repeat(6));
    check(
        &"Die Bibliothek wurde 1998 in Köln eröffnet, aber der Minister kam nicht zur Feier. "
            .repeat(6),
    );
}

#[test]
fn emoji_sequences_stay_whole() {
    check(&"The 👩‍👩‍👧‍👦 family 🇳🇴🇸🇪 flew 👍🏽👍🏿 to 🏴󠁧󠁢󠁳󠁣󠁴󠁿 and ate 1️⃣2️⃣ cakes ❤️‍🔥 there. ".repeat(8));
    check(&"👩‍🚀🧑🏿‍🌾👨‍👨‍👦".repeat(40));
    check(&"e\u{301}a\u{308}o\u{302} n\u{303}andu\u{301} ".repeat(30));
}

#[test]
fn every_kind_of_line_ending_and_zero_bytes_are_only_text() {
    check(
        &"First line here.\r\nSecond one there.\rThird of them.\n\u{85}Fourth\u{2028}Fifth\u{2029}"
            .repeat(8),
    );
    check(&"words\0between\0zero bytes and \u{feff} marks \u{200b} here. ".repeat(12));
}
