//! Timed Text (`.ttml`, `.dfxp`): XML, a paragraph for each cue. When it begins counts from when what is around it
//! does.

use super::super::Broken;
use super::super::office::xml::{Seen, walk};
use super::{Cue, Told};

const WHAT: &str = "a file of subtitles";
/// Elements in which nothing is said.
const SILENT: [&str; 4] = ["head", "metadata", "styling", "layout"];

/// Whether a text is XML whose outermost element is `tt`.
pub(super) fn is(text: &str) -> bool {
    let mut rest = text.trim_start();
    for (open, close) in [("<?", "?>"), ("<!--", "-->"), ("<!DOCTYPE", ">"), ("<!--", "-->")] {
        while let Some(after) = rest.strip_prefix(open) {
            let Some((_, after)) = after.split_once(close) else { return false };
            rest = after.trim_start();
        }
    }
    let Some(element) = rest.strip_prefix('<') else { return false };
    let end = element.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(0);
    let name = &element[..end];
    name.rsplit(':').next() == Some("tt")
}

/// What is said.
pub(super) fn read(text: &str) -> Result<Told, Broken> {
    let mut told = Told::default();
    let mut rates = Rates { frames: 30.0, ticks: 1.0 };
    // When each element that is open begins.
    let mut open: Vec<u64> = Vec::new();
    let mut silent = 0usize;
    let mut cue: Option<Cue> = None;
    let mut is_timed = false;
    walk(WHAT, text, |seen| {
        match seen {
            Seen::Open(element) => {
                if element.name == "tt" {
                    rates.told(element.get("frameRate"), element.get("tickRate"));
                }
                let own = element.get("begin").and_then(|begin| rates.moment(&begin));
                let around = open.last().copied().unwrap_or(0);
                let from = around.saturating_add(own.unwrap_or(0));
                open.push(from);
                silent += usize::from(SILENT.contains(&element.name));
                match (element.name, &mut cue) {
                    ("p", _) => {
                        told.cues.extend(cue.take());
                        // A paragraph has the time of what is around it where it has none.
                        is_timed = own.is_some() || around > 0;
                        cue = Some(Cue { from, said: vec![String::new()] });
                    }
                    ("br", Some(cue)) => cue.said.push(String::new()),
                    (_, Some(cue)) if !is_timed && own.is_some() => {
                        (cue.from, is_timed) = (from, true);
                    }
                    _ => {}
                }
            }
            Seen::Close(name) => {
                open.pop();
                silent = silent.saturating_sub(usize::from(SILENT.contains(&name)));
                if name == "p" {
                    told.cues.extend(cue.take());
                }
            }
            Seen::Text(words) => {
                let line = cue.as_mut().filter(|_| silent == 0).and_then(|cue| cue.said.last_mut());
                line.into_iter().for_each(|line| line.push_str(words));
            }
        }
        Ok(())
    })?;
    told.cues.extend(cue);
    Ok(told.in_order())
}

/// How many frames and ticks a second has.
struct Rates {
    frames: f64,
    ticks: f64,
}

impl Rates {
    /// As the file says. Ticks are frames where it says nothing else.
    fn told(&mut self, frames: Option<String>, ticks: Option<String>) {
        let rate = |told: Option<String>| told.and_then(|told| number(&told)).filter(|&n| n > 0.0);
        let frames = rate(frames);
        self.ticks = rate(ticks).or(frames).unwrap_or(self.ticks);
        self.frames = frames.unwrap_or(self.frames);
    }

    /// `00:01:02.5`, `00:01:02:12`, `62.5s`, `100t`, in thousandths of a second.
    fn moment(&self, text: &str) -> Option<u64> {
        let text = text.trim();
        let parts: Vec<&str> = text.split(':').collect();
        let seconds = match parts[..] {
            [hours, minutes, seconds] => clock(hours, minutes, seconds)?,
            [hours, minutes, seconds, frames] => {
                clock(hours, minutes, seconds)? + number(frames)? / self.frames
            }
            [_] => {
                let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
                let count = number(&text[..text.len() - unit.len()])?;
                match unit {
                    "h" => count * 3600.0,
                    "m" => count * 60.0,
                    "s" => count,
                    "ms" => count / 1000.0,
                    "f" => count / self.frames,
                    "t" => count / self.ticks,
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some((seconds * 1000.0).round() as u64)
    }
}

fn clock(hours: &str, minutes: &str, seconds: &str) -> Option<f64> {
    Some(number(hours)? * 3600.0 + number(minutes)? * 60.0 + number(seconds)?)
}

/// A number without a sign.
fn number(text: &str) -> Option<f64> {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.').then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::super::{is_subtitles, read};
    use super::*;

    #[test]
    fn what_is_said_stays_and_its_times_are_anchors() {
        let text = "<?xml version=\"1.0\"?>\n<!-- made -->\n<tt:tt xmlns:tt='http://www.w3.org/ns/ttml' \
                    xmlns:ttp='p' ttp:tickRate='10000000'><tt:head><tt:metadata><tt:title>A talk</tt:title></tt:metadata>\
                    </tt:head><tt:body><tt:div begin='60s'><tt:p begin='00:00:03.000' end='00:00:05'>For 3 &lt; 4\n   \
                    <tt:span tts:fontStyle='italic'>days</tt:span>.</tt:p></tt:div><tt:div>\
                    <tt:p begin='10000000t'>The pump<tt:br/>is<tt:metadata>no</tt:metadata> running.</tt:p>\
                    <tt:p><tt:span begin='00:00:02:15'>It is.</tt:span></tt:p></tt:div></tt:body></tt:tt>";
        assert!(is_subtitles(text));
        let made = read(text, 1000).unwrap();
        assert_eq!(made.text, "The pump is running.\nIt is.\nFor 3 < 4 days.\n");
        let names: Vec<&str> = made.anchors.iter().map(|anchor| anchor.name.as_str()).collect();
        assert_eq!(names, ["00:00:01", "00:01:03"]);
        assert_eq!(made.left_out[0].count, 3);
    }

    #[test]
    fn moments_in_every_unit() {
        let rates = Rates { frames: 25.0, ticks: 1000.0 };
        for (text, expect) in [
            ("01:02:03.5", Some(3_723_500)),
            ("00:00:01:05", Some(1200)),
            ("1.5h", Some(5_400_000)),
            ("2m", Some(120_000)),
            ("250ms", Some(250)),
            ("50f", Some(2000)),
            ("1500t", Some(1500)),
            ("12", None),
            ("-3s", None),
            ("infs", None),
            ("1:2", None),
            ("a:b:c", None),
            ("", None),
        ] {
            assert_eq!(rates.moment(text), expect, "{text}");
        }
        assert_eq!(rates.moment(&format!("{}h", "9".repeat(400))), Some(u64::MAX));
    }

    #[test]
    fn other_xml_is_none_and_damaged_files_say_so() {
        for text in
            ["<ttx>", "<t", "<?xml", "<!-- <tt> -->", "<html><tt>x</tt></html>", "tt", "<tt"]
        {
            assert!(!is_subtitles(text), "{text:?}");
        }
        assert!(
            is_subtitles("<tt>") && is_subtitles("<?xml?><!DOCTYPE tt><!-- a --><tt lang='en'>")
        );
        let broken = "<tt><body><p begin='1s'>said</div></tt>";
        assert!(matches!(read(broken, 1000), Err(Broken::Damaged(..))));
    }
}
