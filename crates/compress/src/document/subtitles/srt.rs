//! SubRip and WebVTT: blocks of lines, each with its time on the first or after a number or a name. SubViewer's are
//! like them, but for how times are written ([`super::sbv`]).

use super::{Cue, Told, moment};

/// Whether a text is one of these: WebVTT says so, SubRip has a number and a time at the top.
pub(super) fn is(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).skip_while(|line| line.is_empty());
    let Some(first) = lines.next() else { return false };
    if first == "WEBVTT" || first.starts_with("WEBVTT ") || first.starts_with("WEBVTT\t") {
        return true;
    }
    let is_number = !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit());
    is_number && lines.next().is_some_and(|second| begins(second).is_some())
}

/// Whether it is WebVTT, of those that are one of these.
fn is_web(text: &str) -> bool {
    text.trim_start().starts_with("WEBVTT")
}

/// What is said.
pub(super) fn read(text: &str) -> Told {
    let is_web = is_web(text);
    let mut told = cues(text, is_web, begins, without_marks);
    told.is_rolling = is_web && is_rolling(&told.cues);
    told
}

/// The moment at which a cue begins, of the line that says so.
fn begins(line: &str) -> Option<u64> {
    let (from, to) = line.split_once("-->")?;
    moment(to.split_whitespace().next()?)?;
    moment(from.trim())
}

/// What is said in blocks, of which a line says by `begins` when they begin, and how many have none and are no notes
/// or styles.
pub(super) fn cues(
    text: &str,
    is_web: bool,
    begins: fn(&str) -> Option<u64>,
    clean: fn(&str) -> String,
) -> Told {
    let mut cues: Vec<Cue> = Vec::new();
    let mut timeless = 0;
    for (index, block) in blocks(text, is_web).enumerate() {
        let clean =
            |lines: &[&str]| -> Vec<String> { lines.iter().map(|line| clean(line)).collect() };
        // A cue's number or name may come before its time.
        let time = block.iter().enumerate().find_map(|(at, line)| Some((at, begins(line)?)));
        match (time, cues.last_mut()) {
            (Some((at, from)), _) => cues.push(Cue { from, said: clean(&block[at + 1..]) }),
            // The file's own line stands first.
            (None, _) if is_web => timeless += usize::from(index > 0 && !is_note(block[0])),
            // Somebody left a line empty within a cue.
            (None, Some(cue)) => cue.said.extend(clean(&block)),
            (None, None) => timeless += 1,
        }
    }
    Told { cues, timeless, ..Told::default() }
}

/// Of WebVTT: nothing that is said.
fn is_note(line: &str) -> bool {
    matches!(line.split_whitespace().next(), Some("NOTE" | "STYLE" | "REGION"))
}

/// Rolling captions say the last line again above the next one, every second time or always. Anywhere
/// else, who says a thing twice said it twice.
fn is_rolling(cues: &[Cue]) -> bool {
    let rolled = cues.windows(2).filter(|two| {
        let mut last = two[0].said.iter().rev().filter(|line| !line.is_empty());
        let mut said = two[1].said.iter().filter(|line| !line.is_empty());
        let first = said.next();
        first.is_some() && first == last.next() && said.next().is_some()
    });
    let rolled = rolled.count();
    rolled > 0 && rolled * 3 >= cues.len()
}

/// Lines up to the next empty one. In a caption of the web, a line of spaces is not empty.
fn blocks(text: &str, is_web: bool) -> impl Iterator<Item = Vec<&str>> {
    let is_end = move |line: &&str| if is_web { line.is_empty() } else { line.trim().is_empty() };
    let mut lines = text.lines();
    std::iter::from_fn(move || {
        let block: Vec<&str> = lines
            .by_ref()
            .skip_while(is_end)
            .take_while(|line| !is_end(line))
            .map(str::trim)
            .collect();
        (!block.is_empty()).then_some(block)
    })
}

/// Without `<i>`, `{\an8}` and their like; of `<v Ann>` the name stays.
fn without_marks(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    // A mark that begins after these has no end, and none is looked for.
    let (last_angle, last_brace) = (line.rfind('>'), line.rfind('}'));
    while let Some(at) = rest.find(['<', '{']) {
        let (before, mark) = rest.split_at(at);
        out.push_str(before);
        let (end, last, is_mark) = match mark.as_bytes() {
            [b'{', b'\\', ..] => ('}', last_brace, true),
            [b'<', next, ..] => ('>', last_angle, next.is_ascii_alphanumeric() || *next == b'/'),
            _ => ('>', last_angle, false),
        };
        let is_closed = is_mark && last.is_some_and(|last| line.len() - mark.len() < last);
        match is_closed.then(|| mark.find(end)).flatten() {
            Some(end) => {
                if let Some(name) = mark[..end].strip_prefix("<v ") {
                    out.push_str(name.trim());
                    out.push_str(": ");
                }
                rest = &mark[end + 1..];
            }
            None => {
                out.push_str(&mark[..1]);
                rest = &mark[1..];
            }
        }
    }
    out.push_str(rest);
    let known = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " ")];
    known.iter().fold(out, |text, (name, letter)| text.replace(name, letter))
}

#[cfg(test)]
mod tests {
    use super::super::{is_subtitles, read};
    use super::without_marks;

    #[test]
    fn what_is_said_stays_and_its_times_are_anchors() {
        let text = "1\r\n00:00:01,000 --> 00:00:03,500\r\n<i>The pump</i>\r\nis running.\r\n\r\n\
                    2\r\n00:01:03,000 --> 00:01:05,000\r\n{\\an8}For 3 < 4 days.\r\n";
        assert!(is_subtitles(text));
        let made = read(text, 1000).unwrap();
        assert_eq!(made.text, "The pump is running.\nFor 3 < 4 days.\n");
        let names: Vec<&str> = made.anchors.iter().map(|anchor| anchor.name.as_str()).collect();
        assert_eq!(names, ["00:00:01", "00:01:03"]);
        assert_eq!(made.left_out[0].count, 2);
    }

    #[test]
    fn web_captions_keep_names_and_say_nothing_twice() {
        let text = "WEBVTT - A talk\n\nSTYLE\n::cue {}\n\nNOTE no\n\nname\n00:01.000 --> 00:02.000 line:0\n\
                    <v Ann Lee>Good <c.x>morning</c>.</v>\n\n00:02.000 --> 00:03.000\n\
                    Ann Lee: Good morning.\nIt is &amp; was.\n";
        let made = read(text, 1000).unwrap();
        assert_eq!(made.text, "Ann Lee: Good morning.\nIt is & was.\n");
    }

    #[test]
    fn an_empty_line_within_a_cue_ends_nothing() {
        let text = "1\n00:00:01,000 --> 00:00:02,000\nIs it safe?\n\n- It is not.\n\n\
                    2\n00:00:03,000 --> 00:00:04,000\nNo.\n\n3\n00:00:04,000 --> 00:00:05,000\nNo.\n";
        assert_eq!(read(text, 1000).unwrap().text, "Is it safe? - It is not.\nNo.\nNo.\n");
        let web =
            "WEBVTT\n\n00:01.000 --> 00:02.000\n \nIs it safe?\n\n- It is not.\n\nREGION\nid:1\n";
        let made = read(web, 1000).unwrap();
        assert_eq!(made.text, "Is it safe?\n");
        let left: Vec<&str> = made.left_out.iter().map(|left| left.what.as_str()).collect();
        assert_eq!(left, ["times of subtitles", "passages without a time"]);
    }

    #[test]
    fn marks_without_an_end_are_words() {
        assert_eq!(without_marks("a<i>b</i> <c <d {\\x"), "ab <c <d {\\x");
        // By the square, this would not end today.
        let long = "<a".repeat(2_000_000);
        assert_eq!(without_marks(&long), long);
    }

    #[test]
    fn numbers_and_arrows_alone_are_no_subtitles() {
        for text in ["1\nfirst", "1\na --> b\n", "", "\n\n", "a --> b", "WEBVTTX", "3\n1:2 --> 3:4"]
        {
            assert!(!is_subtitles(text), "{text:?}");
        }
    }
}
