//! Subtitles, SubRip and WebVTT: what is said, a line for each cue; its moment is an anchor.

use std::collections::HashSet;

use super::Broken;
use super::draft::{Draft, Extracted};

/// Cues between two anchors are of one minute.
const ANCHOR_SECONDS: u64 = 60;

/// Whether a text is subtitles: WebVTT says so, SubRip has a number and a time at the top.
pub(super) fn is_subtitles(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).skip_while(|line| line.is_empty());
    let Some(first) = lines.next() else { return false };
    if first == "WEBVTT" || first.starts_with("WEBVTT ") || first.starts_with("WEBVTT\t") {
        return true;
    }
    let is_number = !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit());
    is_number && lines.next().is_some_and(|second| seconds(second).is_some())
}

/// The second at which a cue begins, of the line that says so.
fn seconds(line: &str) -> Option<u64> {
    let (from, to) = line.split_once("-->")?;
    moment(to.split_whitespace().next()?)?;
    moment(from.trim())
}

/// `01:02:03,456`, `02:03.456`
fn moment(text: &str) -> Option<u64> {
    let (whole, thousandths) = text.rsplit_once([',', '.'])?;
    if thousandths.is_empty() || !thousandths.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let parts: Vec<&str> = whole.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    parts.iter().try_fold(0u64, |sum, part| {
        let part: u64 = part.parse().ok()?;
        sum.checked_mul(60)?.checked_add(part)
    })
}

/// What is said at one time.
struct Cue {
    second: u64,
    said: Vec<String>,
}

/// What is said.
pub(super) fn read(text: &str, limit: u64) -> Result<Extracted, Broken> {
    let mut draft = Draft::new(limit);
    let is_web = text.trim_start().starts_with("WEBVTT");
    let (cues, timeless) = cues(text, is_web);
    let is_rolling = is_web && is_rolling(&cues);
    let mut repeated = 0;
    let mut minute = None;
    let mut before: HashSet<&str> = HashSet::new();
    for Cue { second, said } in &cues {
        let fresh: Vec<&str> =
            said.iter().map(String::as_str).filter(|line| !before.contains(line)).collect();
        repeated += said.len() - fresh.len();
        if fresh.iter().any(|line| !line.trim().is_empty()) {
            if minute != Some(second / ANCHOR_SECONDS) {
                minute = Some(second / ANCHOR_SECONDS);
                let (hours, minutes) = (second / 3600, second / 60 % 60);
                draft.anchor(format!("{hours:02}:{minutes:02}:{:02}", second % 60));
            }
            draft.line();
            for line in fresh {
                draft.words(line);
                draft.words(" ");
            }
        }
        if is_rolling {
            before = said.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
        }
        draft.check()?;
    }
    draft.left_out("times of subtitles", cues.len());
    draft.left_out("repeated lines", repeated);
    draft.left_out("passages without a time", timeless);
    draft.done()
}

/// What is said, and how many passages have no time and are no notes or styles.
fn cues(text: &str, is_web: bool) -> (Vec<Cue>, usize) {
    let mut cues: Vec<Cue> = Vec::new();
    let mut timeless = 0;
    for (index, block) in blocks(text, is_web).enumerate() {
        let clean = |lines: &[&str]| -> Vec<String> {
            lines.iter().map(|line| without_marks(line)).collect()
        };
        // A cue's number or name may come before its time.
        let time = block.iter().enumerate().find_map(|(at, line)| Some((at, seconds(line)?)));
        match (time, cues.last_mut()) {
            (Some((at, second)), _) => cues.push(Cue { second, said: clean(&block[at + 1..]) }),
            // The file's own line stands first.
            (None, _) if is_web => timeless += usize::from(index > 0 && !is_note(block[0])),
            // Somebody left a line empty within a cue.
            (None, Some(cue)) => cue.said.extend(clean(&block)),
            (None, None) => timeless += 1,
        }
    }
    (cues, timeless)
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
    use super::*;

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
