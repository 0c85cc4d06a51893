//! What a frame of Live costs the processor, with three dense signals of 1280 columns and a new
//! frame of the engine's every time: `frame_cost [FRAMES]`.
//!
//! Measured is the window's own share, [`Desk::logic`] and [`Desk::ui`]; turning shapes into
//! triangles is egui's and printed beside it.
#![expect(clippy::print_stdout, reason = "a command-line example")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Instant;

use egui::{Context, Event as Input, RawInput, Rect, Vec2, pos2};
use protocol::{
    Command, Event, GoingRun, LatencyPercentiles, PositionColumn, RepetitionMark, Reply, RunId,
    RunKind, RunStatus, RunSummary, SignalFrame, Snapshot, Trace, TraceColumn, ViewFrame, ViewId,
    ViewSpec,
};
use ui::asks::Go;
use ui::shell::Nowhere;
use ui::{Desk, Incoming, Link, RequestId};

const COLUMNS: usize = 1280;
/// Samples of a column where 100 kHz are seen for ten seconds.
const SAMPLES: u32 = 781;
/// The window's size at which the plots are 1280 points wide.
const WINDOW: Vec2 = Vec2::new(1770.0, 1000.0);

#[derive(Default)]
struct Wire {
    incoming: VecDeque<Incoming>,
    views: Vec<(ViewId, ViewSpec)>,
}

struct Scripted(Rc<RefCell<Wire>>);

impl Link for Scripted {
    fn send(&mut self, request: RequestId, command: Command) {
        let mut wire = self.0.borrow_mut();
        let reply = match command {
            Command::Snapshot => Reply::Snapshot(Box::new(snapshot())),
            Command::OpenView { view, spec } => {
                wire.views.retain(|(known, _)| *known != view);
                wire.views.push((view, spec));
                Reply::Done
            }
            _ => Reply::Done,
        };
        wire.incoming.push_back(Incoming::Reply { request, reply: Box::new(Ok(reply)) });
    }

    fn poll(&mut self) -> Option<Incoming> {
        self.0.borrow_mut().incoming.pop_front()
    }
}

fn run() -> RunId {
    RunId::from("measured")
}

fn summary() -> RunSummary {
    RunSummary {
        run: run(),
        kind: RunKind::Profile,
        status: RunStatus::Recording,
        reason: None,
        created_ms: 0,
        finished_ms: None,
        board: "Board".into(),
        board_identity: "machine-4f2a".into(),
        model: "Model".into(),
        bits: None,
        synthetic: true,
        emulated: false,
        note: None,
        tags: Default::default(),
        deleted_ms: None,
        headline: Default::default(),
    }
}

fn snapshot() -> Snapshot {
    Snapshot {
        version: String::new(),
        commit: None,
        store: String::new(),
        store_problem: None,
        settings_problems: Vec::new(),
        ports: Vec::new(),
        going: vec![GoingRun {
            summary: summary(),
            doing: "measuring".into(),
            repetitions_done: 1,
            repetitions: 12,
        }],
        jobs: Vec::new(),
        settings: Vec::new(),
        models: Vec::new(),
        document_sorts: Vec::new(),
        neural: None,
    }
}

/// A signal that never looks the same twice.
fn signal(name: &str, unit: &str, seq: u64) -> SignalFrame {
    let columns = (0..COLUMNS).map(|at| {
        let turn = (at as u64 + seq) as f32;
        let mean = 50.0 + 20.0 * (turn * 0.013).sin();
        let noise = 4.0 + ((turn * 12.9898).sin() * 43_758.547).fract().abs() * 6.0;
        let missing = u32::from(at % 200 == 0);
        TraceColumn { min: mean - noise, max: mean + noise, mean, samples: SAMPLES, missing }
    });
    SignalFrame {
        name: name.into(),
        unit: unit.into(),
        trace: Trace::Columns(columns.collect()),
        extent: Some([20.0, 80.0]),
        absent: None,
        source: None,
    }
}

fn frame(view: ViewId, seq: u64, spec: &ViewSpec) -> ViewFrame {
    let end_ms = 10_000.0 + seq as f64 * 16.0;
    let signals = match spec.signals.is_empty() {
        true => ["power", "supply_current", "core_current"].to_vec(),
        false => vec!["token_latency"],
    };
    let phases = [0.05, 2.2, 3.1, 1.1, 0.15];
    ViewFrame {
        view,
        seq,
        run: run(),
        recording: true,
        end_ms,
        from_ms: end_ms - 10_000.0,
        to_ms: end_ms,
        signals: signals.iter().map(|name| signal(name, "mW", seq)).collect(),
        repetitions: (0..12)
            .map(|index| RepetitionMark {
                index,
                warmup: index < 2,
                from_ms: f64::from(index) * 900.0,
                first_token_ms: None,
                to_ms: Some(f64::from(index) * 900.0 + 880.0),
            })
            .collect(),
        tokens: Vec::new(),
        token_count: 4096,
        latency: Some(LatencyPercentiles {
            n: 4000,
            p50_ms: 7.9,
            p90_ms: 8.6,
            p95_ms: 8.8,
            p99_ms: 12.4,
        }),
        positions: (0..256)
            .map(|position| PositionColumn { position, phases_ms: phases })
            .collect(),
        note: None,
    }
}

fn main() {
    let frames: usize = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(500);
    let ctx = Context::default();
    let wire = Rc::new(RefCell::new(Wire::default()));
    wire.borrow_mut().incoming.push_back(Incoming::Connected);
    let mut desk =
        Desk::new(&ctx, Box::new(Scripted(Rc::clone(&wire))), Box::new(Nowhere { now_ms: 42_000 }));
    desk.go(Go::Watch(run()));
    let (mut own, mut egui_own) = (Vec::new(), Vec::new());
    for at in 0..frames as u64 + 20 {
        let views = wire.borrow().views.clone();
        for (view, spec) in &views {
            let event = Event::ViewFrame(Box::new(frame(*view, at + 1, spec)));
            wire.borrow_mut().incoming.push_back(Incoming::Event(Box::new(event)));
        }
        let across = 300.0 + (at % 900) as f32;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), WINDOW)),
            time: Some(at as f64 / 60.0),
            events: vec![Input::PointerMoved(pos2(across, 400.0))],
            ..RawInput::default()
        };
        let mut spent_ms = 0.0;
        let output = ctx.run_ui(input, |ui| {
            let began = Instant::now();
            desk.logic(ui.ctx());
            desk.ui(ui);
            spent_ms += began.elapsed().as_secs_f64() * 1e3;
        });
        let began = Instant::now();
        let triangles = ctx.tessellate(output.shapes, output.pixels_per_point);
        let tessellated_ms = began.elapsed().as_secs_f64() * 1e3;
        assert!(!triangles.is_empty(), "something is drawn");
        // The first frames lay fonts out.
        if at >= 20 {
            own.push(spent_ms);
            egui_own.push(tessellated_ms);
        }
    }
    let drawn = wire.borrow().views.len();
    println!("{drawn} views, {COLUMNS} columns a signal, three signals, {frames} frames");
    println!("logic + ui   {}", percentiles(own));
    println!("tessellation {}", percentiles(egui_own));
}

fn percentiles(mut all: Vec<f64>) -> String {
    all.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (all.len().saturating_sub(1) as f64 * share).round() as usize;
        all.get(place).copied().unwrap_or(f64::NAN)
    };
    format!("median {:.2} ms, p95 {:.2} ms, most {:.2} ms", at(0.5), at(0.95), at(1.0))
}
