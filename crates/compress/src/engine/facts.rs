//! What a text holds that can be counted: numbers, names, sections, sentences.

use std::collections::HashSet;
use std::ops::Range;

use super::blocks::{self, Block};
use super::sentences::{self, Role, Sentence};
use super::words::{self, Class};
use super::{detect, script};
use crate::fidelity::numbers_in;
use crate::request::{Kind, Strategy};

/// What a text holds.
pub(crate) struct Facts {
    /// Distinct numbers, in order.
    pub(crate) numbers: Vec<String>,
    /// Distinct names, in lower case and in order.
    pub(crate) names: Vec<String>,
    /// From each heading to the next.
    pub(crate) sections: Vec<Range<usize>>,
    /// Sentences and lines.
    pub(crate) sentences: Vec<Range<usize>>,
    /// Whether it is written without spaces between words.
    pub(crate) unspaced: bool,
}

fn read(text: &str, kind: Option<Kind>) -> Vec<Sentence> {
    let kind = detect::asked(text, kind);
    let blocks = blocks::cut(text, kind);
    match blocks.iter().any(Block::by_record) {
        true => sentences::split_blocks(text, &blocks, Strategy::Automatic),
        false => sentences::split(text, kind, Strategy::Automatic),
    }
}

/// The sentences of a text; of what is no running text, its lines.
pub(crate) fn sentence_ranges(text: &str, kind: Option<Kind>) -> Vec<Range<usize>> {
    read(text, kind).iter().map(|s| s.start as usize..s.end as usize).collect()
}

/// Reads all of it out of `text`.
pub(crate) fn facts(text: &str, kind: Option<Kind>) -> Facts {
    let read = read(text, kind);
    let words = words::read(text, &read, None);
    let mut seen = HashSet::new();
    let names = (words.words.iter().filter(|word| word.class == Class::Entity))
        .map(|word| text[word.start as usize..word.end as usize].to_lowercase())
        .map(|name| name.trim_end_matches("'s").trim_end_matches("’s").to_owned())
        .filter(|name| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')))
        .filter(|name| seen.insert(name.clone()))
        .collect();
    let mut numbers_seen = HashSet::new();
    let numbers =
        numbers_in(text).filter(|number| numbers_seen.insert(*number)).map(str::to_owned).collect();
    let heads = read.iter().filter(|s| s.role == Role::Heading).map(|s| s.start as usize);
    let bounds: Vec<usize> = heads.chain([text.len()]).collect();
    Facts {
        numbers,
        names,
        sections: bounds.windows(2).map(|pair| pair[0]..pair[1]).collect(),
        sentences: read.iter().map(|s| s.start as usize..s.end as usize).collect(),
        unspaced: matches!(script::language(text), Some("zh" | "ja")),
    }
}
