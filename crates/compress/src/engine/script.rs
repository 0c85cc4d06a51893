//! Languages that are told by their script: Chinese, Japanese, Korean, Thai.

/// The two-letter code of a text in Han, kana, Hangul or Thai; `None` where these are not most of its
/// letters. A look at about `LOOKED_AT` characters, taken evenly.
pub(crate) fn language(text: &str) -> Option<&'static str> {
    const LOOKED_AT: usize = 4096;
    const WINDOW: usize = 256;
    // The first bytes of Thai, of Hangul and kana and of Han characters.
    if !text.bytes().any(|b| matches!(b, 0xE0 | 0xE1) || b >= 0xE3) {
        return None;
    }
    let (mut letters, mut thai, mut han, mut kana, mut hangul) =
        (0usize, 0usize, 0usize, 0usize, 0usize);
    let step = (text.len() / (4 * LOOKED_AT)).max(1) * WINDOW;
    let windows = (0..text.len()).step_by(step).map(|from| {
        let from = text.floor_char_boundary(from);
        &text[from..text.floor_char_boundary(from + WINDOW.min(text.len() - from))]
    });
    for c in windows.flat_map(str::chars) {
        letters += usize::from(c.is_alphabetic());
        match c {
            '\u{e01}'..='\u{e33}' | '\u{e40}'..='\u{e46}' => thai += 1,
            '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => kana += 1,
            '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' => {
                hangul += 1;
            }
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => {
                han += 1;
            }
            _ => {}
        }
    }
    // A character of these says as much as two or three letters of others.
    let most = |count: usize| count * 3 >= letters && count > 0;
    if most(hangul) && hangul > han {
        Some("ko")
    } else if most(kana + han) {
        Some(if kana * 10 >= kana + han { "ja" } else { "zh" })
    } else if most(thai) {
        Some("th")
    } else {
        None
    }
}

/// Whether a character is of a script without spaces whose words nobody can tell without a dictionary: Thai, Lao,
/// Burmese, Khmer.
pub(super) fn is_unbroken(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_told_by_its_script() {
        let check = |text: &str, expect| assert_eq!(language(text), expect, "{text}");
        check("The ferry leaves at noon.", None);
        check("Der Bürgermeister öffnet die Brücke.", None);
        check("研究人员没有发现任何新的物种。", Some("zh"));
        check("研究者は新しい種を見つけられなかった。", Some("ja"));
        check("연구자들은 새로운 종을 찾지 못했다.", Some("ko"));
        check("The word 東京 stands in an English sentence about a city.", None);
        check("Пароход отходит в полдень.", None);
        check("นักวิจัยไม่พบสายพันธุ์ใหม่ใด ๆ", Some("th"));
        check("शोधकर्ताओं को कोई नई प्रजाति नहीं मिली।", None);
        check("", None);
    }
}
