//! How a bench host bears load: `tools/bench_host.sh` starts one and this beside it.
//!
//! `load URL TOKENFILE PID` prints a row a figure: NAME, FIGURE, GOAL, NOTE, with tabs between; the note says whether
//! the goal is met. The host is to have a store of its own: jobs and a run are begun on it.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the numbers are what this program is for"
)]

mod client;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

use client::{Client, Face};
use protocol::socket::Said;
use protocol::{
    Bits, BudgetSpec, CacheSpec, Command, CompressSpec, DocumentSource, DriverSpec, Event, JobId,
    JobOutcome, ModelChoice, NeuralSpec, Reply, RunSpec, Shaping, SourceText, ViewFrame, ViewId,
    ViewSpec, ViewWindow,
};

/// Threads that send documents by HTTP.
const SENDERS: u32 = 16;
/// Between two looks at its health, so that they are spread over the load.
const BETWEEN_CHECKS: Duration = Duration::from_millis(6);
const QUEUED: usize = 500;
const HEALTH_CHECKS: usize = 1000;
const A_SECOND: u32 = 200;
const SOCKETS: usize = 1000;
const WATCHED: Duration = Duration::from_secs(10);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, token_file, pid] = &args[..] else { panic!("load URL TOKENFILE PID") };
    let client = Client::new(url, token_file);
    cached(&client);
    cached_by_http(&client);
    frames(&client);
    sockets(&client, pid);
    health(&client);
}

/// What a figure is to be.
#[derive(Clone, Copy)]
enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

fn row(name: &str, figure: f64, goal: Goal, note: &str) {
    let (met, bound) = match goal {
        Goal::AtMost(most) => (figure <= most, most),
        Goal::AtLeast(least) => (figure >= least, least),
    };
    let met = if met { "met" } else { "not met" };
    println!("host: {name}\t{figure:.1}\t{bound}\t{met}: {note}");
}

fn latencies(name: &str, mut took: Vec<f64>, share: f64, most: f64, note: &str) {
    took.sort_by(f64::total_cmp);
    let note = format!(
        "p50 {:.1} ms, most {:.1} ms of {}{note}",
        percentile(&took, 0.5),
        percentile(&took, 1.0),
        took.len()
    );
    row(name, percentile(&took, share), Goal::AtMost(most), &note);
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len()) - 1]
}

fn compress(text: &str, cache: CacheSpec) -> Command {
    let bytes = text.as_bytes().to_vec();
    Command::Compress {
        spec: CompressSpec {
            documents: vec![DocumentSource::Bytes { name: "notes.txt".into(), bytes }],
            budget: BudgetSpec::Ratio(4.0),
            total: false,
            tokenizer: "o200k".into(),
            strategy: "automatic".into(),
            focus: None,
            shaping: Shaping::default(),
            source: SourceText::Left,
            into: None,
            cache,
            lossless: false,
            neural: NeuralSpec::default(),
        },
    }
}

fn text(sentences: usize) -> String {
    let line =
        |n: usize| format!("Pump {n} ran at {} bar and did not leak before noon. ", n * 7 % 40 + 2);
    (0..sentences).map(line).collect()
}

/// From when a command was due to when what it made was heard, at a rate that does not wait for it.
fn cached(client: &Client) {
    let mut face = client.face();
    let command = compress(&text(200), CacheSpec::Used);
    face.ask(command.clone());
    face.until(|said| finished(said).map(drop));
    let total = (A_SECOND as usize) * WATCHED.as_secs() as usize;
    let (began, pause) = (Instant::now(), Duration::from_secs(1) / A_SECOND);
    let (mut asked, mut due_of, mut job_of, mut ended) =
        (0, BTreeMap::new(), BTreeMap::new(), BTreeMap::<JobId, Instant>::new());
    let mut took = Vec::new();
    let mut refused = 0;
    while took.len() + refused < total {
        let due = began + pause * asked as u32;
        if asked < total && Instant::now() >= due {
            due_of.insert(face.ask(command.clone()), due);
            asked += 1;
            continue;
        }
        let left = if asked < total { due - Instant::now() } else { Duration::from_millis(50) };
        match face.within(left) {
            Some(Said::Reply { request, result }) => match *result {
                Ok(Reply::JobStarted { job }) => drop(job_of.insert(job, due_of[&request])),
                _ => refused += 1,
            },
            Some(said) => drop(finished(said).map(|job| ended.insert(job, Instant::now()))),
            None => {}
        }
        let known: Vec<JobId> =
            ended.keys().filter(|job| job_of.contains_key(job)).copied().collect();
        for job in known {
            took.push((ended[&job] - job_of[&job]).as_secs_f64() * 1e3);
            ended.remove(&job);
        }
    }
    let note = format!(" at {A_SECOND} a second, from due to heard, {refused} refused");
    latencies("cached compression by a socket, p95 in ms", took, 0.95, 100.0, &note);
}

/// The same by requests, each over a connection of its own.
fn cached_by_http(client: &Client) {
    let document = text(200);
    assert_eq!(client.compress(&document).unwrap(), 200);
    let total = A_SECOND * WATCHED.as_secs() as u32;
    let (began, pause) = (Instant::now(), Duration::from_secs(1) / A_SECOND);
    let (mut took, mut refused) = (Vec::new(), 0);
    std::thread::scope(|scope| {
        let send = |sender: u32| {
            let (client, document) = (&client, &document);
            let thread = std::thread::Builder::new().name(format!("sender-{sender}"));
            let work = move || {
                let (mut took, mut refused) = (Vec::new(), 0);
                for turn in (sender..total).step_by(SENDERS as usize) {
                    let due = began + pause * turn;
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    match client.compress(document).unwrap() {
                        200 => took.push(due.elapsed().as_secs_f64() * 1e3),
                        _ => refused += 1,
                    }
                }
                (took, refused)
            };
            thread.spawn_scoped(scope, work).unwrap()
        };
        let senders: Vec<_> = (0..SENDERS).map(send).collect();
        for sender in senders {
            let (more, others) = sender.join().unwrap();
            took.extend(more);
            refused += others;
        }
    });
    let note = format!(" at {A_SECOND} a second, from due to answered, {refused} refused");
    latencies("cached compression by HTTP, p95 in ms", took, 0.95, 100.0, &note);
}

/// The job that ended well.
fn finished(said: Said) -> Option<JobId> {
    match said {
        Said::Event(event) => match *event {
            Event::JobFinished { job, outcome: JobOutcome::Compressed(_) } => Some(job),
            _ => None,
        },
        _ => None,
    }
}

/// Frames of a run that is recorded, each acknowledged when it is there; and then none is.
fn frames(client: &Client) {
    let mut face = client.face();
    let spec = RunSpec {
        board: "host".into(),
        model: ModelChoice::Synthetic { seed: 1 },
        driver: DriverSpec::Agent,
        bits: Bits::F32,
        prompt: "Once upon a time".into(),
        tokens: 128,
        repetitions: 1_000_000,
        warmup: 0,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        stream: true,
        tags: BTreeMap::new(),
        meter: None,
    };
    let Ok(Reply::RunStarted { run }) = face.reply(Command::StartRun { spec }) else {
        panic!("the run did not begin")
    };
    let view = ViewId(1);
    let window = ViewWindow::Last { span_ms: 5000.0 };
    let spec = ViewSpec { run: run.clone(), signals: Vec::new(), window, width_px: 1200 };
    // Its first frame may be there before the answer, and no second one comes until it is acknowledged.
    face.ask(Command::OpenView { view, spec });
    let frame = |said| match said {
        Said::Event(event) => match *event {
            Event::ViewFrame(frame) => Some(*frame),
            _ => None,
        },
        _ => None,
    };
    let acknowledge = |face: &mut Face, frame: &ViewFrame| {
        face.ask(Command::AckView { view, seq: frame.seq });
    };
    // So that the window is full.
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(5) {
        let next = face.until(frame);
        acknowledge(&mut face, &next);
    }
    let (began, mut count, mut gaps) = (Instant::now(), 0_u32, Vec::new());
    let mut last = Instant::now();
    while began.elapsed() < WATCHED {
        let next = face.until(frame);
        gaps.push(last.elapsed().as_secs_f64() * 1e3);
        last = Instant::now();
        count += 1;
        acknowledge(&mut face, &next);
    }
    gaps.sort_by(f64::total_cmp);
    // A face that takes none: what is on its way comes, and no more.
    let (began, mut unasked) = (Instant::now(), 0);
    while began.elapsed() < Duration::from_secs(2) {
        unasked += u32::from(face.within(Duration::from_millis(100)).and_then(frame).is_some());
    }
    face.reply(Command::StopRun { run }).unwrap();
    let note = format!("p95 {:.1} ms apart", percentile(&gaps, 0.95));
    let a_second = f64::from(count) / WATCHED.as_secs_f64();
    // Thirty are asked for: the last of ten seconds may come a moment after them.
    row("frames of a view a second while a run is recorded", a_second, Goal::AtLeast(29.5), &note);
    let note = "in 2 s, one that was on its way";
    row("frames while none is taken", f64::from(unasked), Goal::AtMost(1.0), note);
}

/// What connected faces cost that listen and say nothing.
fn sockets(client: &Client, pid: &str) {
    let before = resident_mb(pid);
    let mut faces = Vec::new();
    for _ in 0..SOCKETS {
        faces.push(client.face());
    }
    let open = resident_mb(pid);
    // Something that all of them are told of.
    let mut face = client.face();
    for n in 0..50 {
        face.ask(compress(&text(20 + n), CacheSpec::Left));
        face.until(|said| finished(said).map(drop));
    }
    let told = resident_mb(pid);
    let heard: usize = faces
        .iter_mut()
        .map(|face| {
            std::iter::from_fn(|| face.within(Duration::from_millis(20)))
                .filter_map(finished)
                .count()
        })
        .sum();
    let mut last = faces.pop().unwrap();
    last.reply(Command::Hello).unwrap();
    drop(faces);
    let note = format!(
        "{before:.0} MB before, {open:.0} MB with {SOCKETS} open, {told:.0} MB after 50 jobs were told to each; \
         {heard} of {} heard",
        50 * SOCKETS
    );
    let name = "MB more for 1,000 open sockets that are told of 50 jobs";
    row(name, told - before, Goal::AtMost(256.0), &note);
}

/// Resident memory of a process.
fn resident_mb(pid: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1.024e-3
}

/// Asks for its health while jobs wait, each time over a connection of its own.
fn health(client: &Client) {
    let long = compress(&text(20_000), CacheSpec::Left);
    let mut face = client.face();
    for _ in 0..QUEUED {
        match face.reply(long.clone()) {
            Ok(Reply::JobStarted { .. }) => {}
            other => panic!("not begun: {other:?}"),
        }
    }
    let took: Vec<f64> = (0..HEALTH_CHECKS)
        .map(|_| {
            std::thread::sleep(BETWEEN_CHECKS);
            let began = Instant::now();
            assert!(client.healthz().is_ok_and(|status| status == 200));
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    let Ok(Reply::Snapshot(snapshot)) = face.reply(Command::Snapshot) else {
        panic!("no snapshot")
    };
    let note = format!("; {} of {QUEUED} jobs still waited", snapshot.jobs.len());
    latencies("/healthz while 500 slow jobs are queued, p99 in ms", took, 0.99, 50.0, &note);
}

/// Whether nothing came in time, which is no trouble.
fn is_late(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
