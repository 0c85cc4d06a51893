//! SubViewer: blocks of lines, each behind `0:00:01.000,0:00:03.500`. `[br]` is a line end.

use super::{Told, moment, srt};

/// Whether a text begins with such a time and something that is said.
pub(super) fn is(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).skip_while(|line| line.is_empty());
    let is_time = lines.next().is_some_and(|first| begins(first).is_some());
    is_time && lines.next().is_some_and(|said| !said.is_empty() && begins(said).is_none())
}

/// What is said.
pub(super) fn read(text: &str) -> Told {
    srt::cues(text, false, begins, |line| line.replace("[br]", " "))
}

/// The moment at which a cue begins, of the line that says so.
fn begins(line: &str) -> Option<u64> {
    let (from, to) = line.split_once(',')?;
    let (from, to) = (moment(from)?, moment(to)?);
    (from <= to).then_some(from)
}

#[cfg(test)]
mod tests {
    use super::super::{is_subtitles, read};

    #[test]
    fn what_is_said_stays_and_its_times_are_anchors() {
        let text = "0:00:01.000,0:00:03.500\r\nThe pump[br]is\r\nrunning.\r\n\r\n\
                    0:01:03.000,0:01:05.000\r\nFor 3 < 4 days.\r\n";
        assert!(is_subtitles(text));
        let made = read(text, 1000).unwrap();
        assert_eq!(made.text, "The pump is running.\nFor 3 < 4 days.\n");
        let names: Vec<&str> = made.anchors.iter().map(|anchor| anchor.name.as_str()).collect();
        assert_eq!(names, ["00:00:01", "00:01:03"]);
    }

    #[test]
    fn a_table_of_times_is_none() {
        for text in [
            "0:00:01.000,0:00:03.500\n0:00:02.000,0:00:04.500\n",
            "0:00:01.000,0:00:03.500\n",
            "0:00:09.000,0:00:03.500\nsaid\n",
            "0:00:01.000,0:00:03.500,said\n",
        ] {
            assert!(!is_subtitles(text), "{text:?}");
        }
    }
}
