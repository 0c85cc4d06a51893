//! The units of code that was parsed: what they are worth, and what comes with what.
//!
//! A statement brings the heads that it is inside of, and with them their brackets, so that brackets stay balanced
//! wherever they were. A head without anything of its bodies goes without their brackets too: that is a skeleton.

use std::ops::Range;

use super::blocks::Block;
use super::marks::Mark;
use super::prior;
use super::source::Source;
use super::syntax::{self, Part, Piece, Role};
use super::units::Unit;
use crate::request::{Kind, Request};

/// The units that are the pieces of one block.
pub(crate) struct Nest {
    pub(crate) units: Range<usize>,
    pieces: Vec<Piece>,
}

impl Nest {
    /// Adds to `keep` what comes with what is kept.
    pub(crate) fn close(&self, units: &[Unit], keep: &mut [bool]) {
        let (units, keep) = (&units[self.units.clone()], &mut keep[self.units.clone()]);
        if !keep.contains(&true) {
            return;
        }
        let mut filled = vec![false; keep.len()];
        for (at, piece) in self.pieces.iter().enumerate().rev() {
            if !keep[at] {
                continue;
            }
            let head = match piece.part {
                Part::Chosen { inside: Some(head) } | Part::Frame { of: head, .. } => head as usize,
                Part::Chosen { inside: None } => continue,
            };
            filled[head] = true;
            keep[head] |= units[head].mark != Mark::Drop;
        }
        for (at, piece) in self.pieces.iter().enumerate() {
            if let Part::Frame { of, tight } = piece.part {
                let head = of as usize;
                keep[at] |= keep[head] && (tight || filled[head]);
            }
        }
    }

    /// Whether a unit frames others and is never chosen by itself.
    pub(crate) fn frames(&self, unit: usize) -> bool {
        let piece = unit.checked_sub(self.units.start).and_then(|at| self.pieces.get(at));
        piece.is_some_and(|piece| matches!(piece.part, Part::Frame { .. }))
    }
}

impl Source<'_> {
    /// Puts the pieces of parsed blocks in the place of their lines, and says which those are.
    pub(crate) fn nested(&self, units: &mut Vec<Unit>) -> Vec<(usize, usize, Vec<Piece>)> {
        let mut nests = Vec::new();
        let mut reader = self.ruler.reader();
        let (mut taken, mut at) = (Vec::new(), 0);
        for (group, pieces) in &self.pieces {
            let block = &self.blocks[*group];
            let from =
                units.partition_point(|u| (u.start as usize) < block.range.start) + block.head;
            let to = units.partition_point(|u| (u.start as usize) < block.range.end);
            let to = to.saturating_sub(block.tail);
            let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { continue };
            let Some(lines) = units.get(from..to).filter(|lines| !lines.is_empty()) else {
                continue;
            };
            let mark = self.mark(lines[0].sentence as usize);
            if lines[0].group as usize != group + 1 || mark == Mark::Keep {
                continue;
            }
            let mut made = Vec::with_capacity(pieces.len());
            let mut pinned = lines.iter().filter(|line| line.mark == Mark::Keep).peekable();
            for piece in pieces {
                let (start, end) = (piece.start as u32, piece.end as u32);
                while pinned.next_if(|line| line.end <= start).is_some() {}
                let held = pinned.peek().is_some_and(|line| line.start < end);
                let sentence =
                    self.sentences.partition_point(|s| s.start <= start.max(lines[0].start));
                let words = &self.words.words;
                made.push(Unit {
                    start,
                    end,
                    sentence: sentence.saturating_sub(1) as u32,
                    first_word: words.partition_point(|w| w.start < start) as u32,
                    end_word: words.partition_point(|w| w.start < end) as u32,
                    cost: reader.tokens(start, end),
                    mark: if held { Mark::Keep } else { mark },
                    ..lines[0]
                });
            }
            share_frames(&mut made, pieces);
            taken.extend_from_slice(&units[at..from]);
            taken.extend(made);
            at = to;
            nests.push((first.start, last.end, pieces.clone()));
        }
        if !nests.is_empty() {
            taken.extend_from_slice(&units[at..]);
            *units = taken;
        }
        nests
    }

    /// Where the pieces are among all units.
    pub(crate) fn nests(units: &[Unit], found: Vec<(usize, usize, Vec<Piece>)>) -> Vec<Nest> {
        let nest = |(from, to, pieces): (usize, usize, Vec<Piece>)| {
            let from = units.partition_point(|u| (u.start as usize) < from);
            Nest { units: from..units.partition_point(|u| (u.start as usize) < to), pieces }
        };
        found.into_iter().map(nest).collect()
    }

    /// A score for each piece of a block, higher first: what is declared before what is done, the outside before
    /// the inside, and of statements those whose words say most.
    pub(crate) fn nest_scores(&self, nest: &Nest, units: &[Unit]) -> Vec<f32> {
        let mut held: Vec<f32> = units.iter().map(|unit| self.held(unit)).collect();
        prior::standardise(&mut held);
        let mut scores: Vec<f32> = Vec::with_capacity(units.len());
        for (at, (piece, held)) in nest.pieces.iter().zip(&held).enumerate() {
            let deep = f32::from(piece.depth);
            let begins = at == 0 || nest.pieces[at - 1].role != Role::Comment;
            let text = self.request.text.get(piece.start..piece.end).unwrap_or("").trim_start();
            scores.push(match piece.role {
                Role::Signature => 8.0 - 0.5 * deep,
                Role::Member => 4.0 - 0.5 * deep,
                // The first line of what is said about something.
                Role::Comment if begins => 2.5 - 0.5 * deep,
                Role::Import => 1.5,
                Role::Comment | Role::Attribute => 1.0 - 0.25 * deep,
                Role::Statement => {
                    let ends = ["return", "throw", "raise", "yield", "panic"];
                    let ends = ends.iter().any(|word| text.starts_with(word));
                    0.6 * held.clamp(-2.0, 2.0) - 0.5 * deep + if ends { 0.5 } else { 0.0 }
                }
            });
        }
        if let Some(focus) = &self.focus {
            for (score, unit) in scores.iter_mut().zip(units) {
                let lines = self.sentences[unit.sentence as usize..].iter();
                let count = lines.take_while(|line| line.start < unit.end).count();
                let from = unit.sentence as usize;
                let most = focus.get(from..from + count).unwrap_or(&[]).iter().copied();
                *score += 40.0 * most.fold(0.0, f32::max);
            }
        }
        // What is inside comes with its head, so that the head is worth as much.
        for (at, piece) in nest.pieces.iter().enumerate().rev() {
            if let Part::Chosen { inside: Some(head) } = piece.part {
                scores[head as usize] = scores[head as usize].max(scores[at]);
            }
        }
        scores
    }
}

/// Adds what frames cost to what brings them.
fn share_frames(units: &mut [Unit], pieces: &[Piece]) {
    let mut members = vec![0u32; pieces.len()];
    let mut costs = vec![0f32; pieces.len()];
    for (piece, unit) in pieces.iter().zip(units.iter()) {
        match piece.part {
            Part::Chosen { inside: Some(head) } => members[head as usize] += 1,
            Part::Frame { of, tight: false } => costs[of as usize] += unit.cost,
            _ => {}
        }
    }
    for at in 0..pieces.len() {
        match pieces[at].part {
            Part::Chosen { inside: Some(head) } => {
                units[at].cost += costs[head as usize] / members[head as usize].max(1) as f32;
            }
            Part::Frame { of, tight: true } => units[of as usize].cost += units[at].cost,
            _ => {}
        }
    }
}

/// The parsed blocks of a text, by their numbers.
pub(crate) fn parsed(
    request: &Request<'_>,
    blocks: &[Block],
    whole: bool,
) -> Vec<(usize, Vec<Piece>)> {
    let code = |(_, block): &(usize, &Block)| block.kind == Kind::Code;
    blocks
        .iter()
        .enumerate()
        .filter(code)
        .filter_map(|(at, block)| Some((at, syntax::pieces(request, block, whole)?)))
        .collect()
}
