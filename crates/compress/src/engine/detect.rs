//! What a text is made of, by the look of its lines.

use super::genre;
use super::sentences::lines;
use crate::request::Kind;

/// How many lines are looked at, taken evenly over the text.
const SAMPLE: usize = 400;

/// What a text is: what somebody said it was, and of running text its trade.
pub(crate) fn asked(text: &str, said: Option<Kind>) -> Kind {
    match said.unwrap_or_else(|| by_lines(text)) {
        // A loader says this of all that had headings; a person who wants neither trade says prose.
        Kind::Markdown => genre::of(text).unwrap_or(Kind::Markdown),
        Kind::Prose if said.is_none() => genre::of(text).unwrap_or(Kind::Prose),
        kind => kind,
    }
}

/// The kind most of `text`'s lines speak for.
fn by_lines(text: &str) -> Kind {
    let head = text.trim_start();
    let total = text.bytes().filter(|&b| b == b'\n').count() + 1;
    let step = total.div_ceil(SAMPLE).max(1);
    let mut seen = Seen::default();
    for (index, line) in lines(text).enumerate() {
        if index % step == 0 {
            seen.add(&text[line.start..line.content_end]);
        }
    }
    let n = seen.filled.max(1);
    let most = |count: usize, percent: usize| count * 100 >= n * percent;
    let json_head = head.starts_with(['{', '[']);
    if json_head && (most(seen.json, 80) || ends_as_json(text)) {
        return Kind::Json;
    }
    if n >= 5 && most(seen.log, 60) {
        return Kind::Log;
    }
    if n >= 4 && seen.table_like() {
        return Kind::Table;
    }
    if n >= 5 && most(seen.speaker, 60) && seen.speaker >= 5 {
        return Kind::Dialogue;
    }
    if n >= 5 && most(seen.code, 50) && seen.fences == 0 {
        return Kind::Code;
    }
    if seen.headings >= 2
        || seen.fences >= 2
        || seen.rows >= 3
        || (seen.headings == 1 && seen.links > 0)
    {
        return Kind::Markdown;
    }
    Kind::Prose
}

/// Starts and ends like one JSON value; a whole parse would cost more than it tells.
fn ends_as_json(text: &str) -> bool {
    let text = text.trim();
    let probe = text.get(1..).unwrap_or("").trim_start();
    let inner = probe.starts_with(['"', '{', '[', ']', '}', '-', 't', 'f', 'n'])
        || probe.starts_with(|c: char| c.is_ascii_digit());
    inner
        && ((text.starts_with('{') && text.ends_with('}'))
            || (text.starts_with('[') && text.ends_with(']')))
}

#[derive(Default)]
struct Seen {
    filled: usize,
    log: usize,
    json: usize,
    code: usize,
    speaker: usize,
    headings: usize,
    fences: usize,
    rows: usize,
    links: usize,
    commas: Vec<usize>,
    tabs: Vec<usize>,
}

impl Seen {
    fn add(&mut self, line: &str) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            return;
        }
        self.filled += 1;
        self.log += usize::from(is_log(trimmed));
        self.json += usize::from(
            (trimmed.starts_with('{') && trimmed.ends_with('}'))
                || (trimmed.starts_with('[') && trimmed.ends_with(']')),
        );
        self.code += usize::from(is_code(line, trimmed));
        self.speaker += usize::from(is_turn(trimmed));
        let hashes = trimmed.bytes().take_while(|&b| b == b'#').count();
        self.headings +=
            usize::from((1..=6).contains(&hashes) && trimmed[hashes..].starts_with(' '));
        self.fences += usize::from(trimmed.starts_with("```") || trimmed.starts_with("~~~"));
        self.rows +=
            usize::from(trimmed.starts_with('|') && trimmed.ends_with('|') && trimmed.len() > 2);
        self.links += usize::from(memchr::memmem::find(trimmed.as_bytes(), b"](").is_some());
        let marks =
            |line: &str, is: fn(&u8) -> bool| line.as_bytes().iter().filter(|&b| is(b)).count();
        self.commas.push(marks(trimmed, |b| matches!(b, b',' | b';')));
        self.tabs.push(marks(line, |b| *b == b'\t'));
    }

    /// Nearly every line has the same number of separators, and that is not none.
    fn table_like(&self) -> bool {
        let even = |counts: &[usize], least: usize| {
            let mut sorted = counts.to_vec();
            sorted.sort_unstable();
            let middle = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
            let same = counts.iter().filter(|&&c| c == middle).count();
            middle >= least && same * 100 >= counts.len() * 85
        };
        even(&self.tabs, 1) || even(&self.commas, 2)
    }
}

/// A time or a level near the start of the line.
pub(crate) fn is_log(line: &str) -> bool {
    let mut end = line.len().min(48);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    let head = &line[..end];
    let bytes = head.as_bytes();
    if bytes.is_empty() {
        return false;
    }
    let clock = bytes.windows(5).any(|w| {
        w[0].is_ascii_digit()
            && w[1].is_ascii_digit()
            && w[2] == b':'
            && w[3].is_ascii_digit()
            && w[4].is_ascii_digit()
    });
    let stamped = bytes.first() == Some(&b'[')
        && bytes.get(1..6).is_some_and(|d| {
            d.iter().all(|&b| b.is_ascii_digit() || matches!(b, b' ' | b'.' | b'-'))
        });
    let level = ["INFO", "WARN", "ERROR", "DEBUG", "TRACE", "FATAL", "NOTICE"]
        .iter()
        .any(|level| head.contains(level));
    let dated = bytes.iter().take(10).filter(|b| b.is_ascii_digit()).count() >= 6
        || bytes.windows(10).any(is_date);
    let stamped = stamped || has_epoch(line);
    (clock && (dated || level || bytes[0].is_ascii_digit() || bytes[0] == b'[' || has_month(head)))
        || stamped
        || (level && dated)
}

/// "2005-06-14", "2005/06/14", "2005.06.14".
fn is_date(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => matches!(byte, b'-' | b'/' | b'.'),
        _ => byte.is_ascii_digit(),
    })
}

/// Whether one of the first fields is a moment in seconds or milliseconds since 1970, later than 2001.
fn has_epoch(line: &str) -> bool {
    line.split_ascii_whitespace().take(6).any(|field| {
        let field = field.trim_matches(|c| matches!(c, '[' | ']' | '(' | ')'));
        let whole = field.split_once('.').map_or(field, |(whole, _)| whole);
        matches!(whole.len(), 10 | 13)
            && whole.starts_with('1')
            && field.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    })
}

fn has_month(head: &str) -> bool {
    ["Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec "]
        .iter()
        .any(|month| head.starts_with(month))
}

pub(crate) fn is_code(line: &str, trimmed: &str) -> bool {
    const OPENERS: &[&str] = &[
        "fn ",
        "pub ",
        "use ",
        "let ",
        "def ",
        "class ",
        "import ",
        "from ",
        "#include",
        "#define",
        "const ",
        "static ",
        "struct ",
        "enum ",
        "impl ",
        "return ",
        "return;",
        "if (",
        "for (",
        "while (",
        "function ",
        "var ",
        "package ",
        "func ",
        "public ",
        "private ",
        "//",
        "/*",
        "*/",
        "@",
        "elif ",
        "else:",
        "try:",
        "except",
        "async ",
        "export ",
    ];
    trimmed.ends_with([';', '{', '}'])
        || trimmed.ends_with("):")
        || trimmed.ends_with("},")
        || OPENERS
            .iter()
            .any(|o| trimmed.starts_with(o) && !(o.ends_with(' ') && trimmed.ends_with('.')))
        || ((line.starts_with("    ") || line.starts_with('\t'))
            && trimmed.contains(['(', '=', '{']))
}

/// A line that nobody would write in prose.
pub(crate) fn is_strongly_code(trimmed: &str) -> bool {
    trimmed.ends_with(['{', '}'])
        || trimmed.ends_with(");")
        || trimmed.ends_with("):")
        || ["() ", "()", " = ", " == ", "::", "->", "=>", "+= "].iter().any(|m| trimmed.contains(m))
        || ["#include", "import ", "def ", "fn ", "pub ", "#define", "const ", "var "]
            .iter()
            .any(|m| trimmed.starts_with(m))
}

/// "Name: what was said".
fn is_turn(line: &str) -> bool {
    let Some((name, said)) = line.split_once(':') else {
        return false;
    };
    let words = name.split_whitespace().count();
    (1..=5).contains(&words)
        && name.len() <= 48
        && said.starts_with(' ')
        && name.starts_with(|c: char| c.is_uppercase() || !c.is_ascii())
        && !name.contains(['.', ',', '?', '!', '"', '='])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_lines() {
        let check = |text: &str, expect: Kind| assert_eq!(by_lines(text), expect, "{text}");
        check("Some words.\nAnd some more of them.\n", Kind::Prose);
        check("# A\n\ntext\n\n## B\n\ntext\n", Kind::Markdown);
        check(&"2024-01-02T10:11:12Z INFO started\n".repeat(6), Kind::Log);
        check(&"[1764000001.1] usb 1-2: new device\n".repeat(6), Kind::Log);
        check(
            &"api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO x\n".repeat(6),
            Kind::Log,
        );
        check(
            &"- 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.67 RAS x\n".repeat(6),
            Kind::Log,
        );
        check(
            &"134681 node-246 unix.hw state.lost 1077804742 1 Component gone\n".repeat(6),
            Kind::Log,
        );
        check(&"Jan  2 10:11:12 host sshd[1]: hello\n".repeat(6), Kind::Log);
        check("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", Kind::Table);
        check("{\"a\": [1, 2]}", Kind::Json);
        check("{\"a\":1}\n{\"a\":2}\n", Kind::Json);
        check(&"Ann Lee: Well, I think so.\nBob: No.\n".repeat(4), Kind::Dialogue);
        check("fn main() {\n    let x = 1;\n    go(x);\n}\nuse a::b;\n", Kind::Code);
    }
}
