//! `benchvise tour`: the whole job once, on a document of ours, ending in a report.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use egui::Theme;
use protocol::{
    Bits, BudgetSpec, Code, Command, ComparisonView, CompressSpec, CompressedDocument,
    DocumentSource, DriverSpec, Failure, FitSpec, FitView, JobOutcome, ModelChoice, NeuralSpec,
    Reply, RunDetail, RunSpec, SourceText,
};

use ui::asks::Go;

use super::args::{BitsArg, ModelArgs, TourArgs};
use super::out::{self, Answer, Trouble, remark};
use super::start::Context;
use super::{compare, follow};
use crate::report::{self, Report};
use crate::window::{self, Picture};

/// What the tour compresses: field notes of some two thousand words.
const NOTES: &str = include_str!("../../../../assets/tour/field-notes.md");
/// What the tour puts on the board: short enough for a window of 512 tokens.
const NOTE: &str = include_str!("../../../../assets/tour/bench-note.txt");
/// How long a model may take to be got before the tour goes on without it.
const FETCH_LIMIT: Duration = Duration::from_secs(20);
/// The model the tour gets.
const MODEL: &str = "stories260K";
/// Tokens of each repetition, and repetitions of each run.
const TOKENS: u32 = 128;
const REPETITIONS: u32 = 30;
/// Tokens made after the document, and the document's budget, in the fit.
const FIT_TOKENS: u32 = 32;
const FIT_BUDGET: u64 = 140;

pub(crate) fn tour(context: &Context, args: TourArgs) -> Result<Answer, Trouble> {
    context.here("the tour")?;
    // Found out now, not after a minute of measuring.
    fs::create_dir_all(&args.out).map_err(|error| unwritable(&args.out, &error))?;
    let (model, model_note) = choose(context, &args)?;
    step(context, 1, &model_note);

    let mut warnings = Vec::new();
    step(context, 2, "profiling 32-bit weights, 8-bit weights, and 32-bit weights again, in turns");
    let [f32, int8, again] = profile(context, &model, &mut warnings)?;

    step(context, 3, "comparing");
    let lighter = comparison(context, &f32, &int8)?;
    let same = comparison(context, &f32, &again)?;

    step(context, 4, "compressing a document of ours");
    let document = compress(context)?;

    step(context, 5, "trying a note on the board, in full and compressed");
    let fit = match fit(context, &model) {
        Ok(fit) => Some(fit),
        // A model with a tiny window leaves no room; the rest of the tour is worth its report.
        Err(Trouble::Failure(failure)) if failure.code == Code::BadRequest => {
            warnings.push(format!("the note was not tried on the board: {failure}"));
            None
        }
        Err(trouble) => return Err(trouble),
    };

    warnings.sort();
    warnings.dedup();
    let report = Report {
        created_ms: engine::now_ms(),
        version: env!("CARGO_PKG_VERSION").into(),
        commit: option_env!("BENCHVISE_COMMIT").map(Into::into),
        model_note,
        runs: vec![
            ("32-bit weights".into(), f32),
            ("8-bit weights".into(), int8),
            ("32-bit weights, again".into(), again),
        ],
        comparisons: vec![
            ("What do 8-bit weights change?".into(), lighter),
            ("Is the same thing twice the same?".into(), same),
        ],
        documents: vec![(NOTES.to_owned(), document)],
        fit,
        warnings,
    };
    finish(context, &args.out, &report)
}

fn step(context: &Context, number: u32, what: &str) {
    if !context.quiet && !context.json {
        remark(&format!("[{number}/5] {what}"));
    }
}

/// The model the user names, else the settings', else one already got, else one that can be got
/// now, else the synthetic one; and a sentence that says which.
fn choose(context: &Context, args: &TourArgs) -> Result<(ModelChoice, String), Trouble> {
    let files = |model: PathBuf, tokenizer: PathBuf, how: &str| {
        let note = format!("model: {} ({how})", model.display());
        (ModelChoice::Files { model, tokenizer }, note)
    };
    if args.model.is_some() || context.settings.model().is_some() {
        let named = ModelArgs {
            model: args.model.clone(),
            tokenizer: args.tokenizer.clone(),
            bits: BitsArg::F32,
            synthetic_seed: None,
        };
        let how = match args.model {
            Some(_) => "named on the command line",
            None => "from the settings",
        };
        return match super::profile::model(context, &named)? {
            ModelChoice::Files { model, tokenizer } => Ok(files(model, tokenizer, how)),
            synthetic => Ok((synthetic, "model: synthetic".into())),
        };
    }
    let folder = context.settings.models_folder();
    if let Some((model, tokenizer)) = engine::fetched(&folder, MODEL) {
        return Ok(files(model, tokenizer, "got earlier"));
    }
    let synthetic = |why: &str| {
        let note = format!("model: synthetic, made from seed 1, because {why}");
        (ModelChoice::Synthetic { seed: 1 }, note)
    };
    if args.offline {
        return Ok(synthetic("the tour was told to stay offline"));
    }
    let command = Command::FetchModel { name: MODEL.into() };
    match follow::job_within(context, command, FETCH_LIMIT)?.0 {
        JobOutcome::ModelFetched { model, tokenizer: Some(tokenizer), .. } => {
            Ok(files(model.into(), tokenizer.into(), "got just now"))
        }
        JobOutcome::Failed(failure) if failure.code == Code::Cancelled => {
            Ok(synthetic("no model could be got within 20 s"))
        }
        JobOutcome::Failed(failure) => {
            Ok(synthetic(&format!("no model could be got ({})", failure.message)))
        }
        _ => Err(Trouble::unexpected()),
    }
}

/// Three runs whose repetitions take turns, so that a busy moment disturbs all of them alike.
fn profile(
    context: &Context,
    model: &ModelChoice,
    warnings: &mut Vec<String>,
) -> Result<[RunDetail; 3], Trouble> {
    let spec = |bits: Bits| RunSpec {
        board: "host".into(),
        model: model.clone(),
        driver: DriverSpec::Agent,
        bits,
        prompt: "Once upon a time".into(),
        tokens: TOKENS,
        repetitions: REPETITIONS,
        warmup: 2,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        stream: true,
        tags: [("tour".to_owned(), "profile".to_owned())].into(),
        meter: None,
    };
    let mut runs = Vec::new();
    let ended = follow::runs(context, [Bits::F32, Bits::Int8, Bits::F32].map(spec).into())?;
    if let Some(failure) = ended.iter().find_map(|followed| followed.failure.clone()) {
        return Err(failure.into());
    }
    for followed in ended {
        warnings.extend(followed.warnings);
        if followed.status != protocol::RunStatus::Complete {
            return Err(Failure::new(Code::Cancelled, "the tour was stopped").into());
        }
        match context.send(Command::ShowRun { selector: followed.run.0 })? {
            Reply::Run(run) => runs.push(*run),
            _ => return Err(Trouble::unexpected()),
        }
    }
    runs.try_into().map_err(|_| Trouble::unexpected())
}

fn comparison(
    context: &Context,
    base: &RunDetail,
    candidate: &RunDetail,
) -> Result<ComparisonView, Trouble> {
    let command = Command::Compare {
        base: base.summary.run.0.clone(),
        candidate: candidate.summary.run.0.clone(),
        min_effect: None,
        metrics: Vec::new(),
    };
    let Reply::Comparison(comparison) = context.send(command)? else {
        return Err(Trouble::unexpected());
    };
    if !context.quiet && !context.json {
        remark(&compare::describe(&comparison));
    }
    Ok(*comparison)
}

fn compress(context: &Context) -> Result<CompressedDocument, Trouble> {
    let spec = CompressSpec {
        documents: vec![DocumentSource::Bytes {
            name: "field-notes.md".into(),
            bytes: NOTES.as_bytes().to_vec(),
        }],
        budget: BudgetSpec::Ratio(4.0),
        total: false,
        tokenizer: "o200k".into(),
        strategy: "automatic".into(),
        focus: None,
        shaping: Default::default(),
        source: SourceText::Left,
        into: None,
        neural: NeuralSpec::default(),
        cache: Default::default(),
        lossless: false,
    };
    match follow::job(context, Command::Compress { spec })?.0 {
        JobOutcome::Compressed(mut results) => match results.pop() {
            Some(one) => Ok(one.result?),
            None => Err(Trouble::unexpected()),
        },
        JobOutcome::Failed(failure) => Err(failure.into()),
        _ => Err(Trouble::unexpected()),
    }
}

fn fit(context: &Context, model: &ModelChoice) -> Result<FitView, Trouble> {
    let spec = FitSpec {
        document: DocumentSource::Bytes {
            name: "bench-note.txt".into(),
            bytes: NOTE.as_bytes().to_vec(),
        },
        board: "host".into(),
        model: model.clone(),
        bits: Bits::F32,
        tokens: FIT_TOKENS,
        reserve: 0,
        prompt: String::new(),
        focus: None,
        budget: Some(FIT_BUDGET),
        repetitions: REPETITIONS,
        seed: 1,
        meter: None,
    };
    match follow::job(context, Command::Fit { spec })?.0 {
        JobOutcome::Fitted(fit) => {
            if !context.quiet && !context.json {
                remark(&super::fit::describe(&fit));
            }
            Ok(*fit)
        }
        JobOutcome::Failed(failure) => Err(failure.into()),
        _ => Err(Trouble::unexpected()),
    }
}

fn finish(context: &Context, folder: &Path, report: &Report) -> Result<Answer, Trouble> {
    let html = folder.join("report.html");
    let json = folder.join("report.json");
    fs::write(&html, report::html(report)).map_err(|error| unwritable(&html, &error))?;
    let document = report::json(report);
    fs::write(&json, format!("{document}\n")).map_err(|error| unwritable(&json, &error))?;
    pictures(context, folder, report)?;
    let html = fs::canonicalize(&html).unwrap_or(html);
    if context.json {
        out::document("tour", serde_json::json!({ "report": html, "model": report.model_note }))?;
    } else {
        out::text(&format!("report: {}", html.display()))?;
    }
    Ok(Answer::Done)
}

/// The window with what the tour has just recorded: what a person would see who has a display.
fn pictures(context: &Context, folder: &Path, report: &Report) -> Result<(), Trouble> {
    let Some((_, run)) = report.runs.first() else { return Ok(()) };
    let picture = |name: &str, theme| Picture {
        file: folder.join(name),
        theme,
        size: egui::Vec2::new(1280.0, 820.0),
        go: Go::Watch(run.summary.run.clone()),
    };
    let wanted =
        [picture("window-light.png", Theme::Light), picture("window-dark.png", Theme::Dark)];
    window::pictures(context.here("the tour")?, &wanted)
}

fn unwritable(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::Failure(
        Failure::new(
            Code::BadInput,
            format!("the report could not be written ({error}): {}", path.display()),
        )
        .with_hint("choose another folder with --out"),
    )
}
