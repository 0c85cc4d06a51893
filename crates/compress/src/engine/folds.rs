//! How many lines of a log each kept one stands for.

use std::ops::Range;

use super::blocks;
use super::lexicon::IdMap;
use super::records;
use super::sentences::lines;
use crate::compressed::Compressed;
use crate::request::Kind;

/// A kept line that stands for more of its template than are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Where the line ends in the output.
    pub at: usize,
    /// Lines of its template in the source, itself among them.
    pub lines: usize,
}

/// The folds of `made`, which was made of `text`, in order: in each log, of every template of which lines were left
/// out, the first that is kept.
pub fn folds(text: &str, made: &Compressed) -> Vec<Fold> {
    let mut folds = Vec::new();
    // Nothing that is left as it is stands for anything.
    if made.gaps.is_empty() {
        return folds;
    }
    for block in blocks::cut(text, made.kind).iter().filter(|block| block.kind == Kind::Log) {
        let at = block.range.start;
        let records: Vec<Range<usize>> = lines(&text[block.range.clone()])
            .map(|line| line.start + at..line.content_end + at)
            .filter(|line| !text[line.clone()].trim().is_empty())
            .collect();
        let templates = records::templates(text, &records);
        // Of each: how many there are, how many are kept, where the first kept one ends.
        let mut found: IdMap<(usize, usize, Option<usize>)> = IdMap::default();
        let mut spans = made.spans.iter().peekable();
        for (record, template) in records.iter().zip(templates) {
            let end = record.start + text[record.clone()].trim_end().len();
            while spans.next_if(|span| span.src.end < end).is_some() {}
            let kept = spans.peek().filter(|span| span.src.start <= record.start);
            let (all, left, first) = found.entry(template).or_default();
            *all += 1;
            if let Some(span) = kept {
                *left += 1;
                first.get_or_insert(span.out.start + end - span.src.start);
            }
        }
        let more = found.into_values().filter(|(all, left, _)| all > left);
        folds.extend(more.filter_map(|(lines, _, at)| Some(Fold { at: at?, lines })));
    }
    folds.sort_unstable_by_key(|fold| fold.at);
    folds
}

#[cfg(test)]
mod tests {
    use super::super::compress;
    use super::*;
    use crate::request::{Budget, Request};
    use crate::tokens::O200k;

    #[test]
    fn the_first_kept_line_of_a_template_says_how_many_there_were() {
        let mut text = String::new();
        for i in 10..60 {
            text += &format!("2024-01-02T10:00:{i}Z INFO usb 1-{i}: new device {i}\n");
        }
        text += "2024-01-02T10:01:00Z WARN brownout at 2.7 V\n";
        let made =
            compress(&Request::new(&text, Budget::Tokens(120)), &O200k::new().unwrap()).unwrap();
        let folds = folds(&text, &made);
        let [fold] = &folds[..] else { panic!("{folds:?}") };
        assert_eq!(fold.lines, 50);
        assert!(made.text[..fold.at].ends_with("new device 10"), "{}", made.text);
        assert_eq!(made.text[..fold.at].lines().count(), 1);
        let whole = Request::new(&text, Budget::Tokens(1 << 20));
        let whole = compress(&whole, &O200k::new().unwrap()).unwrap();
        assert!(super::folds(&text, &whole).is_empty());
    }
}
