//! Signs that make another statement of the same words.

/// Signs that say something a word does not, each with the place among the words where it stands: "< 5" is not "> 5",
/// "-12" not "12", and what is asked not what is said.
pub(crate) fn telling_signs(text: &str) -> impl Iterator<Item = u64> {
    // Most sentences have none, but for the dot at their end.
    let tells = |b: u8| b >= 0x80 || b"<>=+%$?~".contains(&b);
    let may_tell =
        |at: &[u8]| tells(at[0]) || (matches!(at[0], b'-' | b'.') && at[1].is_ascii_digit());
    let bytes = text.as_bytes();
    let plain = !bytes.windows(2).any(may_tell) && !bytes.last().is_some_and(|b| tells(*b));
    let text = if plain { "" } else { text };
    let mut words = 0u64;
    let mut inside = false;
    text.char_indices().filter_map(move |(at, c)| {
        let word = c.is_alphanumeric();
        words += u64::from(word && !inside);
        inside = word;
        let tells = match c {
            '<' | '>' | '≤' | '≥' | '=' | '≠' | '≈' | '±' | '+' | '−' | '%' | '‰' | '°' | '$'
            | '€' | '£' | '¥' | '?' | '¬' | '~' => true,
            // The same in scripts of wide letters, and Arabic's question mark.
            '＜' | '＞' | '＝' | '％' | '＋' | '？' | '؟' => true,
            // A dash between words says nothing, one before a number turns it round; ".5" is not "5".
            '-' | '.' => {
                let before = text[..at].chars().next_back();
                text[at + 1..].starts_with(|c: char| c.is_ascii_digit())
                    && before.is_none_or(|c| !c.is_alphanumeric())
            }
            _ => false,
        };
        tells.then(|| (words << 32) | u64::from(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_tells_in_every_script_and_a_mark_between_words_does_not() {
        let signs = |text: &str| telling_signs(text).count();
        for (text, expect) in [
            ("It is 5, and it was so.", 0),
            ("A well-known dash - and a stop.", 0),
            ("It is -5 and .5 < 7?", 4),
            ("今日は晴れですか？", 1),
            ("温度＜５％", 2),
            ("هل وصل القطار؟", 1),
        ] {
            assert_eq!(signs(text), expect, "{text}");
        }
        assert!(telling_signs("a < b c").ne(telling_signs("a b < c")), "each with its place");
    }
}
