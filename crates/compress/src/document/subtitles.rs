//! Subtitles, SubRip and WebVTT: what is said, a line for each cue; its moment is an anchor.

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

/// What is said.
pub(super) fn read(text: &str, limit: u64) -> Result<Extracted, Broken> {
    let mut draft = Draft::new(limit);
    let (mut times, mut repeated) = (0, 0);
    let mut minute = None;
    let mut before: Vec<String> = Vec::new();
    for block in blocks(text) {
        // A cue's number or name may come before its time; notes and styles have none.
        let Some(at) = block.iter().position(|line| seconds(line).is_some()) else { continue };
        times += 1;
        let now = seconds(block[at]).unwrap_or_default();
        let said: Vec<String> = block[at + 1..].iter().map(|line| without_marks(line)).collect();
        // Rolling captions say a line again below the next one.
        let fresh: Vec<&String> = said.iter().filter(|line| !before.contains(line)).collect();
        repeated += said.len() - fresh.len();
        if fresh.iter().any(|line| !line.trim().is_empty()) {
            if minute != Some(now / ANCHOR_SECONDS) {
                minute = Some(now / ANCHOR_SECONDS);
                draft.anchor(format!("{:02}:{:02}:{:02}", now / 3600, now / 60 % 60, now % 60));
            }
            draft.line();
            for line in fresh {
                draft.words(line);
                draft.words(" ");
            }
        }
        before = said;
        draft.check()?;
    }
    draft.left_out("times of subtitles", times);
    draft.left_out("repeated lines", repeated);
    draft.done()
}

/// Lines up to the next empty one.
fn blocks(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let mut lines = text.lines().map(str::trim);
    std::iter::from_fn(move || {
        let block: Vec<&str> = lines
            .by_ref()
            .skip_while(|line| line.is_empty())
            .take_while(|line| !line.is_empty())
            .collect();
        (!block.is_empty()).then_some(block)
    })
}

/// Without `<i>`, `{\an8}` and their like; of `<v Ann>` the name stays.
fn without_marks(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, mark) = rest.split_at(at);
        out.push_str(before);
        let (end, is_mark) = match mark.as_bytes() {
            [b'{', b'\\', ..] => ('}', true),
            [b'<', next, ..] => ('>', next.is_ascii_alphanumeric() || *next == b'/'),
            _ => ('>', false),
        };
        match mark.find(end).filter(|_| is_mark) {
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
    fn numbers_and_arrows_alone_are_no_subtitles() {
        for text in ["1\nfirst", "1\na --> b\n", "", "\n\n", "a --> b", "WEBVTTX", "3\n1:2 --> 3:4"]
        {
            assert!(!is_subtitles(text), "{text:?}");
        }
    }
}
