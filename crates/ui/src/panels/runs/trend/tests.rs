use super::*;

fn run(at: i64, board: &str, model: &str, value: Option<f64>) -> RunSummary {
    RunSummary {
        run: RunId(format!("r{at}")),
        kind: RunKind::Profile,
        status: RunStatus::Complete,
        reason: None,
        created_ms: at * 1000,
        finished_ms: None,
        board: board.into(),
        board_identity: "machine-4f2a".into(),
        model: model.into(),
        bits: Some(Bits::F32),
        synthetic: false,
        emulated: false,
        note: None,
        tags: BTreeMap::new(),
        deleted_ms: None,
        headline: value.map(|value| ("ttft_ms".to_owned(), value)).into_iter().collect(),
    }
}

/// `title: x=value …` of each series; a hollow mark stands in brackets.
fn told(runs: &[RunSummary], across: Across) -> Vec<String> {
    let trend = trend(runs.iter(), "ttft_ms", across);
    let tell = |series: &Series| {
        let marks: Vec<String> = series
            .marks
            .iter()
            .map(|mark| match mark.solid {
                Solid::Whole => format!("{}={}", mark.x, mark.value),
                Solid::Hollow => format!("({}={})", mark.x, mark.value),
            })
            .collect();
        format!("{}: {}", series.title, marks.join(" "))
    };
    trend.series.iter().map(tell).collect()
}

#[test]
fn runs_come_oldest_first_by_time_or_in_order() {
    let runs = [run(9, "a", "m", Some(3.0)), run(4, "a", "m", Some(2.0))];
    assert_eq!(told(&runs, Across::Time), ["a · m f32: 4000=2 9000=3"]);
    assert_eq!(told(&runs, Across::Order), ["a · m f32: 1=2 2=3"]);
}

#[test]
fn boards_models_precisions_and_kinds_are_never_pooled() {
    let mut runs: Vec<RunSummary> = (0..7).map(|at| run(at, "a", "m", Some(1.0))).collect();
    runs[1].board = "b".into();
    runs[2].model = "n".into();
    runs[3].bits = Some(Bits::Int8);
    runs[4].kind = RunKind::FitCompressed;
    runs[5].synthetic = true;
    let told = told(&runs, Across::Order);
    assert_eq!(told.len(), 6, "{told:?}");
    assert!(told.iter().any(|series| series.starts_with("a · m int8")));
    assert!(told.iter().any(|series| series.starts_with("a · m f32 · compressed")));
    // The one with two runs stands first.
    assert!(told[0].contains(' ') && told[0].matches('=').count() == 2, "{told:?}");
}

#[test]
fn a_run_that_did_not_complete_is_hollow_and_no_line_leads_to_it() {
    let mut runs: Vec<RunSummary> = (0..3).map(|at| run(at, "a", "m", Some(1.0))).collect();
    runs[1].status = RunStatus::Lost;
    runs.reverse();
    assert_eq!(told(&runs, Across::Order), ["a · m f32: 1=1 (2=1) 3=1"]);
    let trend = trend(runs.iter(), "ttft_ms", Across::Order);
    assert_eq!(trend.series[0].line().map(|mark| mark.x).collect::<Vec<_>>(), [1.0, 3.0]);
}

#[test]
fn what_was_not_measured_is_counted_and_not_drawn() {
    let runs = [run(3, "a", "m", None), run(2, "a", "m", Some(f64::NAN))];
    let trend = trend(runs.iter(), "ttft_ms", Across::Time);
    assert_eq!((trend.series.len(), trend.without), (0, 2));
    assert_eq!(trend.extent(), None);
}

#[test]
fn the_pointer_finds_the_nearest_mark_and_none_far_away() {
    let runs = [run(2, "a", "m", Some(20.0)), run(1, "b", "m", Some(10.0))];
    let trend = trend(runs.iter(), "ttft_ms", Across::Order);
    assert_eq!(trend.extent(), Some([[1.0, 2.0], [10.0, 20.0]]));
    let x = Scale::new(0.0, 10.0, 0.0, 100.0);
    let y = Scale::new(0.0, 100.0, 100.0, 0.0);
    let found = |at: Pos2| trend.nearest(at, x, y, 8.0).map(|(_, mark)| mark.run.to_string());
    assert_eq!(found(egui::pos2(21.0, 82.0)).as_deref(), Some("r2"));
    assert_eq!(found(egui::pos2(11.0, 89.0)).as_deref(), Some("r1"));
    assert_eq!(found(egui::pos2(60.0, 10.0)), None);
}
