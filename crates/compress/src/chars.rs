//! Unicode general categories as one byte per code point.
//!
//! The table is built once from `regex-syntax`, the same data the reference tokenizers' patterns are
//! compiled from, so that "letter" and "space" mean the same thing here and there.

use std::sync::OnceLock;

use regex_syntax::hir::{Class, HirKind};

/// Upper- and titlecase letters (`Lu`, `Lt`).
pub(crate) const UPPER: u8 = 1;
/// Lowercase letters (`Ll`).
pub(crate) const LOWER: u8 = 2;
/// Letters without case and modifiers (`Lo`, `Lm`).
pub(crate) const OTHER_LETTER: u8 = 4;
/// Combining marks (`M`).
pub(crate) const MARK: u8 = 8;
/// Numbers (`N`).
pub(crate) const NUMBER: u8 = 16;
/// White space (`\s`).
pub(crate) const SPACE: u8 = 32;
/// Other symbols and modifier symbols (`So`, `Sk`): emoji live here.
pub(crate) const SYMBOL: u8 = 64;
/// Han, kana, Thai, Lao, Khmer, Myanmar: scripts written without spaces between words.
pub(crate) const UNSPACED: u8 = 128;

/// Any letter.
pub(crate) const LETTER: u8 = UPPER | LOWER | OTHER_LETTER;

const CODE_POINTS: usize = 0x11_0000;

fn table() -> &'static [u8] {
    static TABLE: OnceLock<Vec<u8>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = vec![0u8; CODE_POINTS];
        let classes = [
            (r"[\p{Lu}\p{Lt}]", UPPER),
            (r"\p{Ll}", LOWER),
            (r"[\p{Lm}\p{Lo}]", OTHER_LETTER),
            (r"\p{M}", MARK),
            (r"\p{N}", NUMBER),
            (r"\s", SPACE),
            (r"[\p{So}\p{Sk}]", SYMBOL),
            (r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々]", UNSPACED),
        ];
        for (pattern, flag) in classes {
            let Ok(hir) = regex_syntax::parse(pattern) else {
                continue;
            };
            if let HirKind::Class(Class::Unicode(class)) = hir.kind() {
                for range in class.ranges() {
                    for cell in &mut table[range.start() as usize..=range.end() as usize] {
                        *cell |= flag;
                    }
                }
            }
        }
        table
    })
}

/// The category table, fetched once per text and not once per character.
#[derive(Clone, Copy)]
pub(crate) struct Categories(&'static [u8]);

impl Categories {
    pub(crate) fn get() -> Self {
        Self(table())
    }

    /// The category flags of one character; 0 for punctuation, controls and the unassigned.
    #[inline(always)]
    pub(crate) fn of(self, c: char) -> u8 {
        self.0[c as usize]
    }

    /// The character that starts at byte `at` and its category; `None` at the end.
    #[inline(always)]
    pub(crate) fn at(self, text: &str, at: usize) -> Option<(char, u8)> {
        let byte = *text.as_bytes().get(at)?;
        let c = if byte < 0x80 { byte as char } else { text[at..].chars().next()? };
        Some((c, self.of(c)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_match_the_unicode_names() {
        let check = |c: char, expect: u8| assert_eq!(Categories::get().of(c), expect, "{c:?}");
        check('A', UPPER);
        check('ß', LOWER);
        check('ا', OTHER_LETTER);
        check('\u{301}', MARK);
        check('٣', NUMBER);
        check('\u{a0}', SPACE);
        check('漢', OTHER_LETTER | UNSPACED);
        check('😀', SYMBOL);
        check('.', 0);
        check('\0', 0);
    }
}
