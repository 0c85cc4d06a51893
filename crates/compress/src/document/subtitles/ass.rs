//! SubStation Alpha (`.ass`, `.ssa`): a line for each cue, of fields whose order the file says. Who speaks stays
//! where it is named; `{\i1}` and its like, drawings and notes go.

use super::{Cue, Told, moment};

/// The fields of a cue where the file does not say them.
const FIELDS: &str = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text";

/// Whether a text begins with the section that all of these begin with.
pub(super) fn is(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(';'));
    first.is_some_and(|first| first.eq_ignore_ascii_case("[Script Info]"))
}

/// What is said.
pub(super) fn read(text: &str) -> Told {
    let mut told = Told::default();
    let mut is_events = false;
    let mut fields = Fields::of(FIELDS);
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') && line.ends_with(']') {
            is_events = line.eq_ignore_ascii_case("[Events]");
            continue;
        }
        let Some((what, value)) = line.split_once(':').filter(|_| is_events) else { continue };
        match what.trim() {
            "Format" => fields = Fields::of(value),
            "Comment" => told.notes += 1,
            "Dialogue" => match fields.cue(value) {
                None => told.timeless += 1,
                Some((cue, has_drawing)) => {
                    told.drawings += usize::from(has_drawing);
                    told.cues.push(cue);
                }
            },
            _ => {}
        }
    }
    told.in_order()
}

/// Where the fields of a cue stand, of so many; what is said is the last.
struct Fields {
    count: usize,
    start: Option<usize>,
    name: Option<usize>,
    style: Option<usize>,
}

impl Fields {
    fn of(names: &str) -> Self {
        let names: Vec<&str> = names.split(',').map(str::trim).collect();
        let place = |wanted: &[&str]| {
            names.iter().position(|name| wanted.iter().any(|one| name.eq_ignore_ascii_case(one)))
        };
        Self {
            count: names.len(),
            start: place(&["Start"]),
            name: place(&["Name", "Actor"]),
            style: place(&["Style"]),
        }
    }

    /// A cue, and whether something is drawn in it; `None` where it has no time.
    fn cue(&self, value: &str) -> Option<(Cue, bool)> {
        let values: Vec<&str> = value.splitn(self.count, ',').collect();
        let at = |place: Option<usize>| place.and_then(|place| values.get(place)).map(|v| v.trim());
        let from = moment(at(self.start)?)?;
        let (text, has_drawing) = plain(values.get(self.count.checked_sub(1)?)?);
        let mut said: Vec<String> = text.split('\n').map(|line| line.trim().to_owned()).collect();
        // Some programs have the style for a name.
        let name = at(self.name).filter(|name| !name.is_empty() && Some(*name) != at(self.style));
        if let Some(name) = name
            && let Some(first) = said.iter_mut().find(|line| !line.is_empty())
        {
            *first = format!("{name}: {first}");
        }
        Some((Cue { from, said }, has_drawing))
    }
}

/// What is shown as letters, and whether there is a drawing beside.
fn plain(text: &str) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let (mut draws, mut has_drawing) = (false, false);
    let mut rest = text;
    // A brace after the last one that closes opens nothing.
    let last = text.rfind('}');
    while let Some(at) = rest.find(['{', '\\']) {
        let (before, mark) = rest.split_at(at);
        if !draws {
            out.push_str(before);
        }
        let is_closed = last.is_some_and(|last| text.len() - mark.len() < last);
        let end = if mark.starts_with('{') && is_closed { mark.find('}') } else { None };
        let (sign, length) = match (end, mark.as_bytes()) {
            (Some(end), _) => {
                draws = drawing(&mark[..end]).unwrap_or(draws);
                has_drawing |= draws;
                ("", end + 1)
            }
            (None, [b'\\', b'N', ..]) => ("\n", 2),
            (None, [b'\\', b'n' | b'h', ..]) => (" ", 2),
            _ => (&mark[..1], 1),
        };
        if !draws {
            out.push_str(sign);
        }
        rest = &mark[length..];
    }
    if !draws {
        out.push_str(rest);
    }
    (out, has_drawing)
}

/// What overrides say last of drawing: `\p1` begins it and `\p0` ends it.
fn drawing(overrides: &str) -> Option<bool> {
    let scales =
        overrides.split("\\p").skip(1).filter_map(|after| after.chars().next()?.to_digit(10));
    scales.last().map(|scale| scale > 0)
}

#[cfg(test)]
mod tests {
    use super::super::{is_subtitles, read};
    use super::plain;

    const HEAD: &str = "\u{feff}; made by hand\n[Script Info]\nTitle: A talk\n\n[V4+ Styles]\nFormat: Name, Fontname\n\
                        Style: Default,Arial\n\n[Events]\n";

    #[test]
    fn what_is_said_stays_in_its_order_and_once() {
        let text = format!(
            "{}Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n\
             Dialogue: 0,0:01:03.00,0:01:05.00,Default,Ann Lee,0,0,0,,Yes, it {{\\i1}}is{{\\i0}}.\r\n\
             Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,check this\r\n\
             Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{{\\an8\\pos(1,2)}}The pump\\Nis\\hrunning.\r\n\
             Dialogue: 1,0:00:01.00,0:00:03.00,Default,Default,0,0,0,,The pump\\Nis running.\r\n\
             Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,{{\\p1}}m 0 0 l 9 9{{\\p0}}\r\n\
             Dialogue: 0,soon,later,Default,,0,0,0,,no\r\n",
            HEAD.trim_start_matches('\u{feff}'),
        );
        assert!(is_subtitles(&text));
        let made = read(&text, 1000).unwrap();
        assert_eq!(made.text, "The pump is running.\nAnn Lee: Yes, it is.\n");
        let names: Vec<&str> = made.anchors.iter().map(|anchor| anchor.name.as_str()).collect();
        assert_eq!(names, ["00:00:01", "00:01:03"]);
        let left: Vec<(&str, usize)> =
            made.left_out.iter().map(|left| (left.what.as_str(), left.count)).collect();
        let expect = [
            ("times of subtitles", 4),
            ("repeated lines", 1),
            ("passages without a time", 1),
            ("notes", 1),
            ("drawings", 1),
        ];
        assert_eq!(left, expect);
    }

    #[test]
    fn older_files_say_their_own_fields() {
        let text = "[Script Info]\n[Events]\nFormat: Marked, Start, End, Style, Actor, Text\n\
                    Dialogue: Marked=0,0:00:01.00,0:00:02.00,*Default,Bob,One, two.\n";
        assert_eq!(read(text, 1000).unwrap().text, "Bob: One, two.\n");
    }

    #[test]
    fn overrides_go_and_braces_without_an_end_are_words() {
        for (text, expect) in [
            ("a{\\b1}b{note}c", "abc"),
            ("a {b", "a {b"),
            ("a} {b} {c", "a}  {c"),
            ("{\\pos(3,4)}a", "a"),
            ("{\\p2}m 1 2\\N", ""),
            ("a\\Nb\\nc\\hd\\e", "a\nb c d\\e"),
        ] {
            assert_eq!(plain(text).0, expect, "{text}");
        }
        // By the square, this would not end today.
        let long = "{a".repeat(2_000_000);
        assert_eq!(plain(&long).0, long);
    }

    #[test]
    fn settings_of_another_program_are_none() {
        for text in ["[Script]\na=b\n", "Script Info", "[Events]\nDialogue: 0\n", "; [Script Info]"]
        {
            assert!(!is_subtitles(text), "{text:?}");
        }
    }
}
