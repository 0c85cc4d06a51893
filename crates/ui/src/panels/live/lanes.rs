//! A frame's signals, sorted into lanes: what belongs together shares a plot.

use crate::words::capital;
use egui::Color32;
use protocol::{Lane, SignalFrame, SignalSource, Trace};

use crate::theme::Palette;

/// One signal in a lane.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// What a person reads.
    pub(super) title: String,
    /// What it is, exactly; empty for what a board declared.
    pub(super) meaning: &'static str,
    /// Its colour.
    pub(super) ink: Color32,
    /// What to draw.
    pub(super) signal: &'a SignalFrame,
}

/// One plot.
#[derive(Clone, Debug)]
pub(super) struct LaneView<'a> {
    /// Tells it from the others, between frames.
    pub(super) key: String,
    /// What a person reads.
    pub(super) title: String,
    /// Its signals, in the frame's order.
    pub(super) lines: Vec<Line<'a>>,
    /// How high it is, compared with the others.
    pub(super) weight: f32,
}

impl LaneView<'_> {
    /// The unit of its axis.
    pub(super) fn unit(&self) -> &str {
        self.lines.first().map_or("", |line| line.signal.unit.as_str())
    }

    /// Why there is nothing to draw, where there never will be.
    pub(super) fn absent(&self) -> Option<&str> {
        let all = self.lines.iter().all(|line| line.signal.absent.is_some());
        all.then(|| self.lines.iter().find_map(|line| line.signal.absent.as_deref()))?
    }

    /// What measured it, where that is not the board.
    pub(super) fn source(&self) -> Option<&SignalSource> {
        self.lines.iter().find_map(|line| line.signal.source.as_ref())
    }

    /// Smallest and largest of its signals over the whole run.
    pub(super) fn extent(&self) -> Option<[f64; 2]> {
        let extents = self.lines.iter().filter_map(|line| line.signal.extent);
        joined(extents.map(|extent| extent.map(f64::from)))
    }

    /// Smallest and largest of what the frame shows.
    pub(super) fn seen(&self) -> Option<[f64; 2]> {
        joined(self.lines.iter().filter_map(|line| seen(&line.signal.trace)))
    }
}

/// The smallest and largest value of a trace.
fn seen(trace: &Trace) -> Option<[f64; 2]> {
    match trace {
        Trace::Points(points) => {
            joined(points.iter().map(|point| [f64::from(point.value), f64::from(point.value)]))
        }
        Trace::Columns(columns) => joined(
            columns
                .iter()
                .filter(|column| column.samples > 0)
                .map(|column| [f64::from(column.min), f64::from(column.max)]),
        ),
    }
}

fn joined(all: impl Iterator<Item = [f64; 2]>) -> Option<[f64; 2]> {
    all.reduce(|[low, high], [min, max]| [low.min(min), high.max(max)])
}

/// What a person reads for a signal.
pub(super) fn title(name: &str) -> String {
    protocol::signal(name).map_or_else(|| name.replace('_', " "), |spec| spec.title.to_owned())
}

/// The colour of a signal; `own` counts the ones a board declared.
pub(super) fn ink(name: &str, own: usize, palette: &Palette) -> Color32 {
    let [embed, attention, feed_forward, classifier, sample] = palette.phases;
    let [heap, process, power, first, second, third] = palette.series;
    match name {
        "token_latency" => palette.accent,
        "embed" => embed,
        "attention" => attention,
        "feed_forward" => feed_forward,
        "classifier" => classifier,
        "sample" => sample,
        "heap_used" => heap,
        "process_memory" => process,
        "power" => power,
        _ => [first, second, third].get(own % 3).copied().unwrap_or(first),
    }
}

/// The lanes of a frame, in the table's order, then what a board declared.
pub(super) fn lanes<'a>(signals: &'a [SignalFrame], palette: &Palette) -> Vec<LaneView<'a>> {
    let mut lanes: Vec<LaneView<'a>> = Vec::new();
    let mut own = 0;
    for signal in signals {
        let spec = protocol::signal(&signal.name);
        let (key, name, weight) = match spec.map_or(Lane::Own, |spec| spec.lane) {
            Lane::Latency => ("latency".to_owned(), "Latency".to_owned(), 1.4),
            Lane::Phases => ("phases".to_owned(), "Phases".to_owned(), 1.2),
            Lane::Memory => ("memory".to_owned(), "Memory".to_owned(), 1.0),
            Lane::Power => ("power".to_owned(), "Power".to_owned(), 1.0),
            Lane::Own => (signal.name.clone(), capital(&title(&signal.name)), 1.0),
        };
        let line = Line {
            title: title(&signal.name),
            meaning: spec.map_or("", |spec| spec.meaning),
            ink: ink(&signal.name, own, palette),
            signal,
        };
        own += usize::from(spec.is_none());
        match lanes.iter_mut().find(|lane| lane.key == key) {
            Some(lane) => lane.lines.push(line),
            None => lanes.push(LaneView { key, title: name, lines: vec![line], weight }),
        }
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::LIGHT;

    fn signal(name: &str, absent: Option<&str>) -> SignalFrame {
        SignalFrame {
            name: name.into(),
            unit: "ms".into(),
            trace: Trace::Points(Vec::new()),
            extent: Some([1.0, 2.0]),
            absent: absent.map(str::to_owned),
            source: None,
        }
    }

    #[test]
    fn what_belongs_together_shares_a_lane_and_a_boards_own_have_one_each() {
        let names = ["token_latency", "embed", "sample", "die_temperature", "supply"];
        let signals = names.map(|name| signal(name, None));
        let lanes = lanes(&signals, &LIGHT);
        let titles: Vec<&str> = lanes.iter().map(|lane| lane.title.as_str()).collect();
        assert_eq!(titles, ["Latency", "Phases", "Die temperature", "Supply"]);
        assert_eq!(lanes[1].lines.len(), 2);
        assert_ne!(lanes[2].lines[0].ink, lanes[3].lines[0].ink);
    }

    #[test]
    fn a_lane_is_absent_only_where_all_its_signals_are() {
        let signals = [signal("heap_used", Some("no heap")), signal("process_memory", None)];
        assert_eq!(lanes(&signals, &LIGHT)[0].absent(), None);
        assert_eq!(lanes(&signals[..1], &LIGHT)[0].absent(), Some("no heap"));
    }
}
