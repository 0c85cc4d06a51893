//! What is kept of the board's own series with the circumstances of a run.

use board::BoardInfo;
use protocol::{Direction, Fingerprint};

use super::lane::OwnSeries;
use super::names::{Declared, figures};
use crate::power::{self, Tally};

fn key(name: &str, what: &str) -> String {
    format!("series.{name}.{what}")
}

fn word(direction: board::Direction) -> &'static str {
    match direction {
        board::Direction::Lower => "lower is better",
        board::Direction::Higher => "higher is better",
        board::Direction::Neither => "neither",
    }
}

/// What a run has, known as it begins.
pub(crate) fn put_declared(print: &mut Fingerprint, series: &[Declared]) {
    for Declared { board, .. } in series {
        print.insert(key(&board.name, "direction"), word(board.direction).into());
        print.insert(key(&board.name, "unit"), board.unit.clone());
        if let Some(rate_hz) = board.rate_hz {
            print.insert(key(&board.name, "rate_hz"), rate_hz.to_string());
        }
    }
}

/// How much came of each, known as the run ends.
pub(crate) fn put_facts(print: &mut Fingerprint, own: &[OwnSeries]) {
    for one in own {
        let name = &one.declared.board.name;
        print.insert(key(name, "samples"), one.kept.to_string());
        print.insert(key(name, "lost_samples"), one.lost.to_string());
        if one.unaccounted > 0 {
            print.insert(key(name, "unaccounted_repetitions"), one.unaccounted.to_string());
        }
    }
}

/// The board's own power, in the words that a meter's has.
pub(crate) fn put_power(
    print: &mut Fingerprint,
    board: &BoardInfo,
    own: &OwnSeries,
    tally: &Tally,
) {
    let by = power::OwnMeter {
        name: &own.declared.board.name,
        emulated: board.emulated,
        rate_hz: own.declared.board.rate_hz,
        timer_hz: board.timer_hz,
    };
    power::put_own(print, &by, [own.kept, own.lost], tally);
}

/// Which way of a figure is better, and in which unit it is, where it is one of a series that the board declared.
pub(crate) fn direction_of(print: &Fingerprint, figure: &str) -> Option<(Direction, String)> {
    let (name, _) = figure.rsplit_once('_')?;
    if !figures(name).iter().any(|known| known == figure) {
        return None;
    }
    let direction = match print.get(&key(name, "direction"))?.as_str() {
        "lower is better" => Direction::LowerIsBetter,
        "higher is better" => Direction::HigherIsBetter,
        _ => Direction::Neither,
    };
    Some((direction, print.get(&key(name, "unit")).cloned().unwrap_or_default()))
}
