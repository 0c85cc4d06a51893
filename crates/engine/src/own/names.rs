//! What a board's series may be called.

use board::{BoardInfo, DeclaredSeries, SeriesRole};
use protocol::{METRICS, SIGNALS};

use crate::recording::SERIES;
use crate::signals::{ANCHOR_OF, CURRENT, POWER, TOKEN_ENERGY};
use crate::tape::{ANCHOR, AWAY, BEGAN, ENDED, TIME_OF, TOKEN_TIME};

/// The figures of a repetition that are made of each series, behind its name.
const FIGURES: [&str; 3] = ["_mean", "_min", "_max"];

/// A series that a run has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Declared {
    pub(crate) board: DeclaredSeries,
    /// What it is called in the store and in a view, in which unit, and what a value is multiplied with.
    pub(crate) signal: String,
    pub(crate) unit: String,
    pub(crate) scale: f64,
}

impl Declared {
    /// It is the run's power.
    pub(crate) fn is_power(&self) -> bool {
        self.signal == POWER
    }
}

/// The names of the figures of a series: mean, least, most.
pub(crate) fn figures(series: &str) -> [String; 3] {
    FIGURES.map(|figure| format!("{series}{figure}"))
}

/// The series that a run on this board has, and what is wrong with the others. Beside a meter the board's own
/// power is one series among others.
pub(crate) fn known(board: &BoardInfo, metered: bool) -> (Vec<Declared>, Vec<String>) {
    let (mut known, mut complaints): (Vec<Declared>, Vec<String>) = (Vec::new(), Vec::new());
    for series in &board.series {
        let name = &series.name;
        if taken(name) {
            complaints.push(format!(
                "the board calls a series {name}, which is a name of this program's; it is left out: call it otherwise"
            ));
            continue;
        }
        let near =
            |other: &&DeclaredSeries| helper_of(name, &other.name) || helper_of(&other.name, name);
        if let Some(other) = board.series.iter().take_while(|other| *other != series).find(near) {
            complaints.push(format!(
                "the board's series {name} and {} cannot be told apart in the store; {name} is left out: call it otherwise",
                other.name
            ));
            continue;
        }
        let power = series.milliwatts().filter(|_| series.role == SeriesRole::Power && !metered);
        known.push(Declared {
            board: series.clone(),
            signal: if power.is_some() { POWER.to_owned() } else { name.clone() },
            unit: if power.is_some() { "mW".to_owned() } else { series.unit.clone() },
            scale: power.unwrap_or(1.0),
        });
    }
    (known, complaints)
}

/// Whether it is, or becomes by what is put behind it, a name of ours.
fn taken(name: &str) -> bool {
    [TOKEN_TIME, BEGAN, ENDED, ANCHOR, AWAY, CURRENT, TOKEN_ENERGY].contains(&name)
        || SERIES.iter().any(|(known, ..)| *known == name || helper_of(name, known))
        || SIGNALS.iter().any(|signal| signal.name == name || helper_of(name, signal.name))
        || figures(name).iter().any(|figure| METRICS.iter().any(|metric| metric.name == figure))
        || METRICS.iter().any(|metric| metric.name == name)
}

/// Whether it is the name of what is stored beside the other one.
fn helper_of(name: &str, other: &str) -> bool {
    let behind = name.strip_prefix(other).unwrap_or_default();
    [TIME_OF, ANCHOR_OF].contains(&behind) || behind == format!("{ANCHOR_OF}{TIME_OF}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use board::Direction;

    fn board(names: &[&str]) -> BoardInfo {
        let series = |(number, name): (u8, &&str)| DeclaredSeries {
            number,
            name: (*name).to_owned(),
            unit: "W".into(),
            direction: Direction::Lower,
            role: if *name == "supply" { SeriesRole::Power } else { SeriesRole::Plain },
            rate_hz: None,
        };
        BoardInfo { series: (0..).zip(names).map(series).collect(), ..BoardInfo::unknown() }
    }

    fn names(names: &[&str], metered: bool) -> Vec<String> {
        let (known, complaints) = known(&board(names), metered);
        assert_eq!(known.len() + complaints.len(), names.len());
        known.into_iter().map(|declared| declared.signal).collect()
    }

    #[test]
    fn a_name_of_ours_is_not_a_boards_to_give() {
        for ours in ["power", "token_latency", "heap_used", "token_time", "current", "away"] {
            assert!(names(&[ours], false).is_empty(), "{ours}");
        }
        assert!(names(&["power_anchor", "heap_used_time", "tokens"], false).is_empty());
        assert_eq!(names(&["cpu_time", "cpu", "rail", "rail_anchor"], false), ["cpu_time", "rail"]);
    }

    #[test]
    fn its_own_power_is_the_runs_unless_a_meter_is_there() {
        assert_eq!(names(&["supply", "rail"], false), ["power", "rail"]);
        assert_eq!(names(&["supply", "rail"], true), ["supply", "rail"]);
        let (known, _) = known(&board(&["supply"]), false);
        assert_eq!((known[0].unit.as_str(), known[0].scale), ("mW", 1e3));
    }
}
