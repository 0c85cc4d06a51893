//! WhatsApp's text: `31.12.23, 21:15 - Ann: words` or `[31/12/2023, 9:15:02 PM] Ann: words`, in the
//! order of day, month and year that the phone uses.

use super::Conversation;

/// Messages a text has to have near its beginning.
const LEAST: usize = 3;
/// Lines that are looked at for them.
const LOOKED_AT: usize = 30;

pub(super) fn read(text: &str) -> Option<Conversation> {
    let mut first = text.lines().filter(|line| !line.trim().is_empty()).take(LOOKED_AT).peekable();
    first.peek().copied().and_then(stamped)?;
    if first.filter_map(stamped).count() < LEAST {
        return None;
    }
    if !is_mostly_said(text) {
        return None;
    }
    let mut made = Conversation::default();
    let mut open: Option<(&str, String)> = None;
    for line in text.lines() {
        let Some((date, rest)) = stamped(line) else {
            // A message goes on in the next line.
            if let Some((_, said)) = &mut open {
                said.push('\n');
                said.push_str(line);
            }
            continue;
        };
        if let Some((who, said)) = open.take() {
            made.turn(who, &said);
        }
        made.times += 1;
        made.day(date);
        match turn(rest) {
            Some((who, said)) => open = Some((who, said.to_owned())),
            None => made.silent += 1,
        }
    }
    if let Some((who, said)) = open {
        made.turn(who, &said);
    }
    (made.turns() > 0).then_some(made)
}

/// Who said what.
fn turn(rest: &str) -> Option<(&str, &str)> {
    rest.split_once(": ").filter(|(who, _)| who.len() <= 80)
}

/// Of five messages, four are somebody's; a log has fewer. The first tells of encryption and does not
/// count.
fn is_mostly_said(text: &str) -> bool {
    let (mut all, mut said) = (0, 0);
    for (_, rest) in text.lines().filter_map(stamped).skip(1) {
        all += 1;
        said += usize::from(turn(rest).is_some());
    }
    said * 5 >= all * 4
}

/// The date of a message's first line, and what comes after its time.
fn stamped(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches(['\u{200e}', '\u{200f}', '\u{feff}', ' ']);
    // Android writes no seconds, and Apple always a comma: logs look much like either otherwise.
    let (stamp, rest, most) = match line.strip_prefix('[') {
        Some(line) => {
            let (stamp, rest) = line.split_once("] ")?;
            (stamp, rest, 6)
        }
        None => {
            let (stamp, rest) = line.split_once(" - ")?;
            (stamp, rest, 4)
        }
    };
    let (date, time) = match (most, stamp.split_once(", ")) {
        (6, apart) => apart?,
        (_, apart) => apart.or_else(|| stamp.split_once([',', ' ']))?,
    };
    let numbers = date.split(['/', '.', '-']).filter(|part| !part.is_empty());
    let is_date = numbers.clone().count() == 3
        && numbers.clone().all(|part| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()));
    let digits = time.chars().filter(char::is_ascii_digit).count();
    let is_time = (3..=most).contains(&digits)
        && time.contains([':', '.'])
        && time.len() <= 20
        && time.chars().all(|c| !c.is_ascii_alphabetic() || "apmAPM".contains(c));
    (is_date && is_time).then_some((date, rest))
}
