//! Subtitles: what is said, a line for each cue; its moment is an anchor. Each style has a file of its own.

mod ass;
mod sbv;
mod srt;
mod ttml;

use std::collections::HashSet;

use super::Broken;
use super::draft::{Draft, Extracted};

/// Cues between two anchors are of one minute.
const ANCHOR_SECONDS: u64 = 60;

/// Whether a text is subtitles of any style.
pub(super) fn is_subtitles(text: &str) -> bool {
    srt::is(text) || sbv::is(text) || ass::is(text) || ttml::is(text)
}

/// `01:02:03,456`, `02:03.456`, in thousandths of a second.
fn moment(text: &str) -> Option<u64> {
    let (whole, fraction) = text.rsplit_once([',', '.'])?;
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let parts: Vec<&str> = whole.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let seconds = parts.iter().try_fold(0u64, |sum, part| {
        let part: u64 = part.parse().ok()?;
        sum.checked_mul(60)?.checked_add(part)
    })?;
    let thousandths: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    seconds.checked_mul(1000)?.checked_add(thousandths)
}

/// What is said at one time.
#[derive(Debug, PartialEq, Eq)]
struct Cue {
    /// When it begins, in thousandths of a second.
    from: u64,
    said: Vec<String>,
}

/// What a file of subtitles tells.
#[derive(Debug, Default)]
struct Told {
    cues: Vec<Cue>,
    /// Cues say again what the one before said.
    is_rolling: bool,
    /// What has no time.
    timeless: usize,
    /// What is shown several times at once, one over the other.
    layers: usize,
    notes: usize,
    drawings: usize,
}

impl Told {
    /// In the order in which it is said; what is shown several times at once is said once.
    fn in_order(mut self) -> Self {
        self.cues.sort_by_key(|cue| cue.from);
        let before = self.cues.len();
        let mut now = 0;
        let mut seen: HashSet<Vec<String>> = HashSet::new();
        self.cues.retain(|cue| {
            if cue.from != now {
                seen.clear();
                now = cue.from;
            }
            seen.insert(cue.said.clone())
        });
        self.layers = before - self.cues.len();
        self
    }
}

/// What is said.
pub(super) fn read(text: &str, limit: u64) -> Result<Extracted, Broken> {
    let told = if srt::is(text) {
        srt::read(text)
    } else if sbv::is(text) {
        sbv::read(text)
    } else if ass::is(text) {
        ass::read(text)
    } else {
        ttml::read(text)?
    };
    written(&told, limit)
}

fn written(told: &Told, limit: u64) -> Result<Extracted, Broken> {
    let mut draft = Draft::new(limit);
    let mut repeated = told.layers;
    let mut minute = None;
    let mut before: HashSet<&str> = HashSet::new();
    for Cue { from, said } in &told.cues {
        let fresh: Vec<&str> =
            said.iter().map(String::as_str).filter(|line| !before.contains(line)).collect();
        repeated += said.len() - fresh.len();
        if fresh.iter().any(|line| !line.trim().is_empty()) {
            let second = from / 1000;
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
        if told.is_rolling {
            before = said.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
        }
        draft.check()?;
    }
    draft.left_out("times of subtitles", told.cues.len() + told.layers);
    draft.left_out("repeated lines", repeated);
    draft.left_out("passages without a time", told.timeless);
    draft.left_out("notes", told.notes);
    draft.left_out("drawings", told.drawings);
    draft.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_to_the_thousandth() {
        for (text, expect) in [
            ("00:00:01,000", Some(1000)),
            ("02:03.4", Some(123_400)),
            ("1:00:00.05", Some(3_600_050)),
            ("00:00:01.123456", Some(1123)),
            ("00:01", None),
            ("1.5", None),
            ("99999999999999999999:00.0", None),
        ] {
            assert_eq!(moment(text), expect, "{text}");
        }
    }
}
