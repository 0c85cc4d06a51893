//! `benchvise eval` and `benchvise recommend`: what compressions leave, and how far one can go.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::numbers::short;
use protocol::{
    Code, Command, DocumentSource, Failure, FidelityMethod, FidelityRow, FidelitySpec,
    FidelityView, JobOutcome, RatioAdvice, Shaping, ShareLeft,
};

use super::compress::source;
use super::eval_args::{
    EvalCommand, EvalCompressionArgs, MeasuredArgs, RecommendCommand, RecommendRatioArgs,
};
use super::follow;
use super::out::{self, Answer, Trouble};
use super::start::Context;
use super::table::{Align, Table};

/// The largest file of questions.
const QUESTIONS_LIMIT_BYTES: u64 = 64 << 20;

pub(crate) fn eval(context: &Context, command: EvalCommand) -> Result<Answer, Trouble> {
    let EvalCommand::Compression(args) = command;
    let mut ratios = args.ratios.clone();
    ratios.sort_by(f64::total_cmp);
    ratios.dedup();
    let methods = methods(&args)?;
    let view = measured(context, &args.on, ratios, methods, args.loss)?;
    answer(context, "eval", &view, args.loss, true)
}

pub(crate) fn recommend(context: &Context, command: RecommendCommand) -> Result<Answer, Trouble> {
    let RecommendCommand::Ratio(RecommendRatioArgs { on, loss, strategy }) = command;
    let method = FidelityMethod {
        name: strategy.clone(),
        strategy,
        focus: on.focus.clone(),
        shaping: on.shaping.shaping()?,
        without: None,
    };
    let view = measured(context, &on, vec![4.0], vec![method], Some(loss))?;
    answer(context, "recommend", &view, Some(loss), false)
}

fn methods(args: &EvalCompressionArgs) -> Result<Vec<FidelityMethod>, Trouble> {
    let all = || compress::Strategy::ALL.iter().map(|(_, name)| (*name).to_owned()).collect();
    let strategies: Vec<String> =
        if args.strategy.iter().any(|name| name == "all") { all() } else { args.strategy.clone() };
    let shaping = args.on.shaping.shaping()?;
    let mut methods = Vec::new();
    for strategy in strategies {
        let method = |name: String, shaping: &Shaping, without: Option<&str>| FidelityMethod {
            name,
            strategy: strategy.clone(),
            focus: args.on.focus.clone(),
            shaping: shaping.clone(),
            without: without.map(str::to_owned),
        };
        match args.slider {
            Some(steps) => methods.extend((0..=steps).map(|step| {
                let readable = f64::from(step) / f64::from(steps);
                let shaping = Shaping { readable: Some(readable), ..shaping.clone() };
                method(format!("{strategy} {}", (readable * 100.0).round() / 100.0), &shaping, None)
            })),
            None => methods.push(method(strategy.clone(), &shaping, None)),
        }
        if args.ablate {
            methods.extend(
                stages(args).map(|stage| {
                    method(format!("{strategy} without {stage}"), &shaping, Some(stage))
                }),
            );
        }
    }
    Ok(methods)
}

/// The stages that there are to be left out.
fn stages(args: &EvalCompressionArgs) -> impl Iterator<Item = &'static str> {
    let focus = args.on.focus.is_some();
    let models = !args.on.models.spec().is_empty();
    let there = move |stage: compress::Stage| match stage {
        compress::Stage::Focus => focus,
        compress::Stage::Encoder => models,
        _ => true,
    };
    compress::Stage::ALL.into_iter().filter(move |(stage, _)| there(*stage)).map(|(_, name)| name)
}

fn measured(
    context: &Context,
    on: &MeasuredArgs,
    ratios: Vec<f64>,
    methods: Vec<FidelityMethod>,
    loss: Option<f64>,
) -> Result<FidelityView, Trouble> {
    let spec = FidelitySpec {
        documents: documents(context, &on.files)?,
        questions: on.qa.as_deref().map(questions).transpose()?,
        tokenizer: context.tokenizer(on.tokenizer.as_ref())?,
        ratios,
        neural: on.models.spec(),
        methods,
        loss,
    };
    match follow::job(context, Command::MeasureFidelity { spec })?.0 {
        JobOutcome::Fidelity(view) => Ok(*view),
        JobOutcome::Failed(failure) => Err(failure.into()),
        _ => Err(Trouble::unexpected()),
    }
}

/// What is measured on; folders are opened by whoever has them.
fn documents(context: &Context, files: &[PathBuf]) -> Result<Vec<DocumentSource>, Trouble> {
    let mut documents = Vec::new();
    for path in files {
        if context.away().is_some() && path.is_dir() {
            for found in engine::documents_in(path)? {
                documents.push(context.document(&found.path)?);
            }
        } else {
            documents.push(source(context, path)?);
        }
    }
    Ok(documents)
}

pub(super) fn questions(path: &Path) -> Result<String, Trouble> {
    let bad = |what: String| {
        Trouble::Failure(Failure::new(Code::BadInput, format!("{what}: {}", path.display())))
    };
    let bytes = fs::metadata(path).map_or(0, |metadata| metadata.len());
    if bytes > QUESTIONS_LIMIT_BYTES {
        return Err(bad(format!(
            "the questions are more than {} MiB, give fewer",
            QUESTIONS_LIMIT_BYTES >> 20
        )));
    }
    fs::read_to_string(path)
        .map_err(|error| bad(format!("the questions could not be read ({error})")))
}

fn answer(
    context: &Context,
    schema: &str,
    view: &FidelityView,
    loss: Option<f64>,
    rows: bool,
) -> Result<Answer, Trouble> {
    if context.json {
        out::document(schema, out::value(view)?)?;
        return Ok(Answer::Done);
    }
    let mut text = String::new();
    if rows {
        text += &curve(view);
    }
    if let Some(loss) = loss {
        if rows {
            text.push('\n');
        }
        text += &advice(&view.advice, loss);
    }
    out::text(&text)?;
    Ok(Answer::Done)
}

/// A row for each method and ratio. Intervals are those of the phrases, of which there are most.
fn curve(view: &FidelityView) -> String {
    let mut table = Table::new(&[
        ("METHOD", Align::Left),
        ("ASKED", Align::Right),
        ("RATIO", Align::Right),
        ("TOKENS", Align::Right),
        ("NUMBERS", Align::Right),
        ("NAMES", Align::Right),
        ("SECTIONS", Align::Right),
        ("PHRASES", Align::Right),
        ("95 %", Align::Left),
        ("ANSWERS", Align::Right),
        ("95 %", Align::Left),
    ]);
    for row in &view.rows {
        let FidelityRow { method, asked, ratio, numbers, names, sections, phrases, answers } = row;
        table.row(vec![
            method.clone(),
            format!("{}×", short(*asked)),
            ratio.map_or("–".into(), |ratio| format!("{ratio:.2}×")),
            ratio.map_or("0".into(), |ratio| format!("{:.0}", view.tokens as f64 / ratio)),
            share(*numbers),
            share(*names),
            share(*sections),
            share(*phrases),
            interval(*phrases),
            share(*answers),
            interval(*answers),
        ]);
    }
    let documents = if view.documents == 1 { "document" } else { "documents" };
    let lossless = view
        .tokens_lossless
        .map_or(String::new(), |tokens| format!(", {tokens} of them left without loss"));
    format!(
        "{} {documents}, {} tokens ({}){lossless}; what is left, in per cent\n\n{}",
        view.documents,
        view.tokens,
        view.tokenizer,
        table.text()
    )
}

fn share(left: Option<ShareLeft>) -> String {
    left.map_or("–".into(), |left| format!("{:.1}", 100.0 * left.share))
}

fn interval(left: Option<ShareLeft>) -> String {
    left.map_or(String::new(), |left| format!("{:.1}–{:.1}", 100.0 * left.lo, 100.0 * left.hi))
}

fn advice(advice: &[RatioAdvice], loss: f64) -> String {
    if advice.is_empty() {
        return "There is nothing in it of which a loss could be counted; no ratio can be \
                recommended.\n"
            .into();
    }
    let mut table =
        Table::new(&[("OF ITS", Align::Left), ("RATIO", Align::Right), ("95 %", Align::Left)]);
    for one in advice {
        let least = if one.at_least { "≥ " } else { "" };
        table.row(vec![
            one.of.clone(),
            format!("{least}{:.2}×", one.ratio),
            format!("{:.2}–{:.2}", one.lo, one.hi),
        ]);
    }
    format!(
        "The largest ratio at which at most {} % are lost\n\n{}",
        (1000.0 * loss).round() / 10.0,
        table.text()
    )
}
