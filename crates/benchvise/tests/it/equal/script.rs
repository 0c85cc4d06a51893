//! The scenario: a run is started on this computer and watched, its board's process is killed, a document is
//! compressed and tried, runs are compared, a setting is changed and changed back.

use protocol::{
    Bits, BudgetSpec, CacheSpec, Command, CompressSpec, DocumentSource, Event, FitSpec, JobOutcome,
    ModelChoice, NeuralSpec, Reply, RunDetail, RunFilter, RunId, RunStatus, Shaping, SourceText,
    ViewId, ViewSpec, ViewWindow,
};

use super::face::Face;
use crate::support::{Bench, prose, run_spec, signal};

const KILL: i32 = 9;
/// More than anybody waits for: such a run ends otherwise.
const ENDLESS: u32 = 1_000_000;

/// The scenario on its way.
pub(super) struct Script<'a, 'w> {
    face: &'a mut Face<'w>,
    model: ModelChoice,
}

impl<'a, 'w> Script<'a, 'w> {
    pub(super) fn new(bench: &Bench, face: &'a mut Face<'w>) -> Script<'a, 'w> {
        let [_, model, _, tokenizer] = bench.model();
        let model = ModelChoice::Files { model: model.into(), tokenizer: tokenizer.into() };
        Script { face, model }
    }

    pub(super) fn tell(mut self) {
        self.a_face_comes();
        self.a_run_is_watched_and_its_board_killed();
        let base = self.a_run_to_its_end();
        let candidate = self.a_run_to_its_end();
        self.a_document_is_compressed();
        self.a_document_is_tried();
        self.runs_are_compared(base, candidate);
        self.a_setting_is_changed_and_changed_back();
        self.what_cannot_be_is_refused();
    }

    fn ask(&mut self, command: Command) -> Reply {
        self.face.ask(command).unwrap_or_else(|failure| panic!("{failure}"))
    }

    fn a_face_comes(&mut self) {
        self.ask(Command::Hello);
        // From here on it is told of ports too.
        self.ask(Command::Snapshot);
        self.ask(Command::ListSettings);
        self.ask(Command::ListRuns { filter: RunFilter { limit: 10, ..RunFilter::default() } });
    }

    fn start(&mut self, repetitions: u32) -> RunId {
        let spec = run_spec(self.model.clone(), 12, repetitions);
        match self.ask(Command::StartRun { spec }) {
            Reply::RunStarted { run } => run,
            other => panic!("no run: {other:?}"),
        }
    }

    fn look(&mut self, view: u64, run: &RunId, window: ViewWindow) -> ViewId {
        let view = ViewId(view);
        let spec = ViewSpec { run: run.clone(), signals: Vec::new(), window, width_px: 600 };
        self.ask(Command::OpenView { view, spec });
        view
    }

    fn detail(&mut self, run: &RunId) -> RunDetail {
        match self.face.ask_aside(Command::ShowRun { selector: run.0.clone() }) {
            Ok(Reply::Run(detail)) => *detail,
            other => panic!("no run: {other:?}"),
        }
    }

    fn a_run_is_watched_and_its_board_killed(&mut self) {
        let now = self.face.now();
        let run = self.start(ENDLESS);
        let view = self.look(1, &run, ViewWindow::Last { span_ms: 2000.0 });
        self.face.until_frame(view, |frame| frame.recording && frame.token_count > 20);
        self.face.hold(view);
        let third = |event: &Event| matches!(event, Event::RunProgressed { repetitions_done, .. } if *repetitions_done > 2);
        self.face.until(now, "the third repetition", third);
        signal(self.face.board(), KILL);
        self.face.until(now, "the end of the run", |event| finished(event, &run));
        self.face.until_frame(view, |frame| !frame.recording);
        self.ask(Command::CloseView { view });
        let mut detail = self.detail(&run);
        assert_eq!(detail.summary.status, RunStatus::Aborted);
        assert!(!detail.repetitions.is_empty(), "what was recorded is kept");
        // How far it got is chance, and so is what it had said of itself by then.
        detail.fingerprint.clear();
        detail.repetitions.clear();
        detail.metrics.iter_mut().for_each(|metric| metric.n = 0);
        self.face.note("ShowRun", Ok(Reply::Run(Box::new(detail))));
    }

    fn a_run_to_its_end(&mut self) -> RunId {
        let now = self.face.now();
        let run = self.start(3);
        self.face.until(now, "the end of the run", |event| finished(event, &run));
        self.ask(Command::ShowRun { selector: run.0.clone() });
        run
    }

    fn a_document_is_compressed(&mut self) {
        let spec = CompressSpec {
            documents: vec![document()],
            budget: BudgetSpec::Ratio(4.0),
            total: false,
            tokenizer: "o200k".into(),
            strategy: "automatic".into(),
            focus: None,
            shaping: Shaping::default(),
            source: SourceText::Returned,
            into: None,
            cache: CacheSpec::default(),
            lossless: false,
            neural: NeuralSpec::default(),
        };
        let outcome = self.job(Command::Compress { spec });
        let JobOutcome::Compressed(documents) = outcome else { panic!("{outcome:?}") };
        let made = documents[0].result.as_ref().unwrap();
        assert!(0 < made.tokens_out && made.tokens_out <= made.tokens_in / 4 + 1, "{made:?}");
    }

    fn a_document_is_tried(&mut self) {
        let text = "the pump does not leak at 4 bar. it is fine.";
        let spec = FitSpec {
            document: DocumentSource::Bytes { name: "n.txt".into(), bytes: text.into() },
            board: "host".into(),
            model: self.model.clone(),
            bits: Bits::F32,
            tokens: 6,
            reserve: 0,
            prompt: String::new(),
            focus: None,
            budget: Some(10),
            repetitions: 2,
            seed: 1,
            meter: None,
        };
        let outcome = self.job(Command::Fit { spec });
        let JobOutcome::Fitted(view) = outcome else { panic!("{outcome:?}") };
        assert!(view.full.fits && view.compressed.fits && view.saved.is_some(), "{view:?}");
        let [full, compressed] = [&view.full.run, &view.compressed.run].map(Option::clone);
        // The end of the job is the end of both.
        let (base, candidate) = (full.unwrap().0, compressed.unwrap().0);
        self.ask(compare(base, candidate));
    }

    /// A job to its end.
    fn job(&mut self, command: Command) -> JobOutcome {
        let now = self.face.now();
        let Reply::JobStarted { job } = self.ask(command) else { panic!("no job") };
        let mine =
            |event: &Event| matches!(event, Event::JobFinished { job: of, .. } if *of == job);
        let event = self.face.until(now, "the end of the job", mine);
        let Event::JobFinished { outcome, .. } = event else { panic!("{event:?}") };
        outcome
    }

    fn runs_are_compared(&mut self, base: RunId, candidate: RunId) {
        self.ask(compare(base.0.clone(), candidate.0.clone()));
        self.ask(Command::ShowCurves { selector: format!("{base},{candidate}"), points: 8 });
        let view = self.look(2, &candidate, ViewWindow::Whole);
        self.face.until_frame(view, |frame| !frame.recording && frame.token_count > 0);
        self.ask(Command::CloseView { view });
    }

    fn a_setting_is_changed_and_changed_back(&mut self) {
        for value in [Some("12%".to_owned()), None] {
            let wanted = value.clone().unwrap_or_else(|| "5%".into());
            let now = self.face.now();
            self.ask(Command::ChangeSetting { key: "min_effect".into(), value });
            let told = |event: &Event| match event {
                Event::SettingsChanged(settings) => {
                    settings.iter().any(|one| one.key == "min_effect" && one.value == wanted)
                }
                _ => false,
            };
            self.face.until(now, "the setting's new value", told);
        }
    }

    fn what_cannot_be_is_refused(&mut self) {
        let refused = [
            Command::ShowRun { selector: "nowhere".into() },
            Command::ChangeSetting { key: "min_effect".into(), value: Some("much".into()) },
            Command::StopRun { run: RunId::from("nowhere") },
            Command::ListRuns { filter: RunFilter { limit: 0, ..RunFilter::default() } },
        ];
        for command in refused {
            drop(self.face.ask(command));
        }
        self.ask(Command::ListRuns { filter: RunFilter { limit: 10, ..RunFilter::default() } });
    }
}

fn document() -> DocumentSource {
    DocumentSource::Bytes { name: "pump.txt".into(), bytes: prose(40).into_bytes() }
}

fn compare(base: String, candidate: String) -> Command {
    Command::Compare { base, candidate, min_effect: None, metrics: Vec::new() }
}

fn finished(event: &Event, run: &RunId) -> bool {
    matches!(event, Event::RunFinished { run: of, .. } if of == run)
}
