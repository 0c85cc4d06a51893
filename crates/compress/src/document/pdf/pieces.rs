//! From letters to pieces of a line: what stands close together on one baseline.

use super::super::draft::is_power;

/// A letter, or several that were printed as one.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    /// Where it begins, in points from the left.
    pub(super) x: f32,
    /// Its baseline, in points from the top.
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) size: f32,
    pub(super) text: String,
}

/// A stretch of a line without a wide gap in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) x0: f32,
    pub(super) x1: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) text: String,
}

/// A gap of so much of the letters' size is a space: TeX prints none, and sets words closer than others.
const SPACE: f32 = 0.15;
/// A gap of so much ends a piece.
const WIDE: f32 = 1.15;
/// Letters so much higher or lower are still on the line: powers, indices.
const OFF_LINE: f32 = 0.4;

struct Open<'a> {
    letters: Vec<&'a Letter>,
    y: f32,
    size: f32,
    end: f32,
}

/// Joins letters, which come in the order they were drawn in.
pub(super) fn pieces(letters: &[Letter]) -> Vec<Piece> {
    let mut made = Vec::new();
    let mut open: Option<Open<'_>> = None;
    for letter in letters {
        let space = letter.text.trim().is_empty();
        let joins = open.as_ref().is_some_and(|open| {
            let gap = letter.x - open.end;
            let size = open.size.max(letter.size);
            (letter.y - open.y).abs() <= OFF_LINE * size
                && gap < WIDE * size
                && gap > -0.6 * size
                && (letter.size <= open.size * 1.6 || space)
        });
        match &mut open {
            Some(open) if joins => {
                if !space {
                    open.end = letter.x + letter.width;
                }
                // The line is where its largest letters are.
                if letter.size > open.size * 1.05 && !space {
                    (open.y, open.size) = (letter.y, letter.size);
                }
                open.letters.push(letter);
            }
            _ => {
                made.extend(open.take().and_then(piece));
                if !space {
                    let (y, size, end) = (letter.y, letter.size, letter.x + letter.width);
                    open = Some(Open { letters: vec![letter], y, size, end });
                }
            }
        }
    }
    made.extend(open.and_then(piece));
    made
}

fn piece(open: Open<'_>) -> Option<Piece> {
    let first = open.letters.first()?;
    let (x0, x1) = (first.x, open.end.max(first.x));
    let mut letters = open.letters;
    if runs_left(&letters) {
        turn(&mut letters);
    }
    let mut text = String::new();
    let mut before: Option<&Letter> = None;
    for letter in letters {
        if let Some(before) = before {
            let distance = (letter.x - before.x).abs();
            // Bold is at times made by printing twice.
            if letter.text == before.text && distance < 0.12 * letter.size && letter.text != " " {
                continue;
            }
            let (left, right) =
                if letter.x >= before.x { (before, letter) } else { (letter, before) };
            let gap = right.x - (left.x + left.width);
            let size = letter.size.min(before.size);
            if gap > SPACE * size && !text.ends_with(' ') && !letter.text.starts_with(' ') {
                text.push(' ');
            }
            let raised = open.y - letter.y > 0.2 * open.size && letter.size < 0.85 * open.size;
            let was_raised = open.y - before.y > 0.2 * open.size && before.size < 0.85 * open.size;
            if raised
                && !was_raised
                && is_power(&letter.text)
                && text.ends_with(char::is_alphanumeric)
            {
                text.push('^');
            }
        }
        push(&mut text, &letter.text);
        before = Some(letter);
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(Piece { x0, x1, y: open.y, size: open.size, text })
}

/// Letters printed as one are set apart.
fn push(text: &mut String, letters: &str) {
    for letter in letters.chars() {
        match letter {
            'ﬀ' => text.push_str("ff"),
            'ﬁ' => text.push_str("fi"),
            'ﬂ' => text.push_str("fl"),
            'ﬃ' => text.push_str("ffi"),
            'ﬄ' => text.push_str("ffl"),
            'ﬅ' | 'ﬆ' => text.push_str("st"),
            '\u{a0}' => text.push(' '),
            letter => text.push(letter),
        }
    }
}

fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}

/// Whether these are letters of a script that runs to the left, printed from the left.
fn runs_left(letters: &[&Letter]) -> bool {
    let all = || letters.iter().flat_map(|letter| letter.text.chars());
    let left = all().filter(|&letter| is_right_to_left(letter)).count();
    let printed_along = letters.first().zip(letters.last()).is_some_and(|(a, b)| a.x < b.x);
    left > 0 && left * 2 > all().filter(|letter| letter.is_alphabetic()).count() && printed_along
}

/// Puts letters in the order they are read; numbers and foreign words keep theirs.
fn turn(letters: &mut [&Letter]) {
    letters.reverse();
    let foreign = |letter: &&Letter| {
        letter.text.chars().any(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | ':'))
    };
    let mut at = 0;
    while at < letters.len() {
        let run = letters[at..].iter().take_while(|letter| foreign(letter)).count();
        letters[at..at + run].reverse();
        at += run.max(1);
    }
}
