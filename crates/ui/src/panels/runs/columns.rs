//! Which columns there is room for, and how wide they are.

/// A column of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// How long ago it began.
    When,
    /// How long ago it was deleted, in the bin.
    Deleted,
    /// The board.
    Board,
    /// The model and its precision.
    Model,
    /// How far it got.
    State,
    /// When it goes for good, in the bin.
    Gone,
    /// A headline metric.
    Metric(&'static str),
    /// Labels of the user's, and whether there is a note.
    Tags,
}

/// Points between two columns.
pub(super) const APART: f32 = 12.0;

impl Column {
    /// Its heading.
    pub(super) fn title(self) -> &'static str {
        match self {
            Column::When => "When",
            Column::Deleted => "Deleted",
            Column::Board => "Board",
            Column::Model => "Model",
            Column::State => "State",
            Column::Gone => "Gone",
            Column::Metric("tokens_per_s") => "Rate",
            Column::Metric("ttft_ms") => "TTFT",
            Column::Metric("inter_token_p50_ms") => "p50",
            Column::Metric("heap_peak_bytes") => "Heap peak",
            Column::Metric("energy_mj") => "Energy",
            Column::Metric(name) => name,
            Column::Tags => "Tags",
        }
    }

    /// What it is, exactly.
    pub(super) fn meaning(self) -> String {
        match self {
            Column::When => "When the run began".into(),
            Column::Deleted => "When the run was deleted".into(),
            Column::Board => "What ran the model".into(),
            Column::Model => "The model and the precision of its weights".into(),
            Column::State => "How far the run got".into(),
            Column::Gone => "When a deleted run goes for good".into(),
            Column::Metric(name) => protocol::metric(name).map_or_else(String::new, |metric| {
                format!("{}: {}; median over repetitions", metric.title, metric.meaning)
            }),
            Column::Tags => "Your labels, and whether there is a note".into(),
        }
    }

    fn least(self) -> f32 {
        match self {
            Column::When | Column::Deleted => 72.0,
            Column::Board => 104.0,
            Column::Tags => 92.0,
            Column::Model => 124.0,
            Column::State => 68.0,
            Column::Gone => 88.0,
            Column::Metric("tokens_per_s") => 82.0,
            Column::Metric("inter_token_p50_ms" | "ttft_ms") => 62.0,
            Column::Metric(_) => 70.0,
        }
    }

    /// How much of what is left over it takes.
    fn share(self) -> f32 {
        match self {
            Column::Board | Column::Model => 3.0,
            Column::Tags => 4.0,
            Column::When | Column::Deleted | Column::Metric(_) => 1.0,
            Column::State | Column::Gone => 0.5,
        }
    }
}

/// From what nobody does without to what can be read beside the list.
const BY_WEIGHT: [Column; 6] = [
    Column::Metric("tokens_per_s"),
    Column::Metric("ttft_ms"),
    Column::Tags,
    Column::Metric("inter_token_p50_ms"),
    Column::Metric("heap_peak_bytes"),
    Column::Metric("energy_mj"),
];

const IN_ORDER: [Column; 6] = [
    Column::Metric("tokens_per_s"),
    Column::Metric("ttft_ms"),
    Column::Metric("inter_token_p50_ms"),
    Column::Metric("heap_peak_bytes"),
    Column::Metric("energy_mj"),
    Column::Tags,
];

/// Which list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// What was recorded.
    Runs,
    /// What was deleted.
    Bin,
}

/// The columns that fit into so many points, each with its width; together they fill them.
pub(super) fn columns(width: f32, of: Of) -> Vec<(Column, f32)> {
    let [when, state] = match of {
        Of::Runs => [Column::When, Column::State],
        Of::Bin => [Column::Deleted, Column::Gone],
    };
    let mut used = vec![when, Column::Board, Column::Model, state];
    let takes = |columns: &[Column]| -> f32 {
        columns.iter().map(|column| column.least() + APART).sum::<f32>() - APART
    };
    for column in BY_WEIGHT {
        if takes(&used) + APART + column.least() > width {
            break;
        }
        used.push(column);
    }
    let rest = IN_ORDER.into_iter().filter(|column| used.contains(column));
    let mut ordered: Vec<Column> = used.iter().copied().take(4).collect();
    ordered.extend(rest);
    let over = (width - takes(&ordered)).max(0.0);
    let shares: f32 = ordered.iter().map(|column| column.share()).sum();
    ordered
        .into_iter()
        .map(|column| (column, (column.least() + over * column.share() / shares).floor()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(width: f32, of: Of, expect: &str) {
        let columns = columns(width, of);
        let titles: Vec<&str> = columns.iter().map(|(column, _)| column.title()).collect();
        assert_eq!(titles.join(" "), expect);
        let taken: f32 = columns.iter().map(|(_, width)| width + APART).sum::<f32>() - APART;
        assert!(taken <= width.max(taken) && (taken - width).abs() < 12.0 || width < 420.0);
    }

    #[test]
    fn columns_come_by_weight_and_stand_in_order() {
        check(200.0, Of::Runs, "When Board Model State");
        check(520.0, Of::Runs, "When Board Model State Rate");
        check(700.0, Of::Runs, "When Board Model State Rate TTFT Tags");
        check(780.0, Of::Runs, "When Board Model State Rate TTFT p50 Tags");
        check(1200.0, Of::Runs, "When Board Model State Rate TTFT p50 Heap peak Energy Tags");
        check(560.0, Of::Bin, "Deleted Board Model Gone Rate");
    }
}
