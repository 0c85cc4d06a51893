//! `benchvise compress`

use std::collections::HashSet;
use std::fs;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use compress::document::{Format, text_path};
use protocol::{
    BudgetSpec, CacheSpec, Code, Command, CompressSpec, CompressedDocument, DocumentSource,
    Failure, JobOutcome, LeftFormat, MANIFEST, Outputs, Shaping, SourceText, Work,
};
use serde_json::{Value, json};

use super::args::CompressArgs;
use super::compress_targets::{Amount, Asked, asked};
use super::left_args::LeftArg;
use super::out::{self, Answer, Trouble, remark};
use super::start::Context;
use super::{content_words, explaining, follow, many, overwriting};
use crate::report::{self, Maker, Measured};

pub(crate) fn compress(context: &Context, args: CompressArgs) -> Result<Answer, Trouble> {
    refuse_far_files(context, &args)?;
    let tokenizer = context.tokenizer(args.tokenizer.as_ref())?;
    if args.jsonl {
        return json_lines(context, &tokenizer, &args);
    }
    if args.analyse {
        return analyse(context, &args);
    }
    if args.many.stream {
        return many::stream(context, &args, &tokenizer);
    }
    if args.threads.is_some() && !args.many.summary {
        return Err(Trouble::usage("--threads is for --jsonl, --stream and --summary"));
    }
    let budget = match (args.budget, args.ratio) {
        (Some(tokens), _) => BudgetSpec::Tokens(tokens),
        (None, Some(ratio)) => BudgetSpec::Ratio(ratio),
        (None, None) => return Err(Trouble::usage("give --budget or --ratio")),
    };
    if args.many.as_one {
        return many::as_one(context, &args, tokenizer, budget);
    }
    if args.many.summary {
        return many::summary(context, &args, tokenizer, budget);
    }
    let format = args.left.format;
    if format != LeftArg::Text && context.json {
        return Err(Trouble::usage("--json says what was done; give it or --format"));
    }
    // Lines of all documents are one file.
    let in_lines = format == LeftArg::Jsonl;
    let (mut asked, amount) = match in_lines {
        true => asked(&CompressArgs { output: "-".into(), ..args.clone() })?,
        false => asked(&args)?,
    };
    if amount == Amount::Several && matches!(format, LeftArg::Markdown | LeftArg::Json) {
        return Err(Trouble::usage(
            "--format markdown and json are for one document; with several, use jsonl",
        ));
    }
    if amount == Amount::Several && args.map.is_some() {
        return Err(Trouble::usage("--map takes one document; with several, use --json"));
    }
    if amount == Amount::Several && args.neural.vectors.is_some() {
        return Err(Trouble::usage("--vectors takes one document; name one"));
    }
    if amount == Amount::Several && args.explain.is_some() {
        return Err(Trouble::usage("--explain takes one document; name one"));
    }
    if amount == Amount::Several && !args.pinning.pins.is_empty() {
        return Err(Trouble::usage("--pin is about one document; name one"));
    }
    let several_files = amount == Amount::Several && args.output != Path::new("-") && !in_lines;
    let manifest = several_files.then(|| args.output.join(MANIFEST));
    refuse_to_overwrite(&args, &asked, manifest.as_deref())?;
    let documents = sources(context, &mut asked)?;
    // A host writes into no folder of this computer: what is left comes back, and is written here.
    let written = several_files && context.away().is_none();
    let into = written.then(|| Outputs {
        manifest: args.output.join(MANIFEST),
        files: asked
            .iter()
            .filter(|one| one.problem.is_none())
            .filter_map(|one| one.target.clone())
            .collect(),
    });
    if several_files {
        fs::create_dir_all(&args.output).map_err(|error| unwritable(&args.output, &error))?;
    }
    let spec = CompressSpec {
        documents,
        budget,
        total: args.total_budget,
        tokenizer,
        strategy: args.strategy.clone(),
        focus: args.focus.clone(),
        shaping: Shaping { pins: args.pinning.pins(), ..args.shaping.shaping()? },
        source: match args.explain.is_some() || args.map.is_some() || format == LeftArg::Json {
            true => SourceText::Returned,
            false => SourceText::Left,
        },
        into,
        neural: args.neural.spec(),
        cache: match (&args.many.cache_tag, args.many.no_cache) {
            (Some(tag), _) => CacheSpec::Tagged(tag.clone()),
            (None, true) => CacheSpec::Left,
            (None, false) => CacheSpec::Used,
        },
        // A page for people says both.
        lossless: args.left.lossless || format == LeftArg::Markdown || args.explain.is_some(),
    };
    let explained = args.explain.as_ref().and_then(|_| explaining::Asked::of(&spec));
    let (outcome, _) = follow::job(context, Command::Compress { spec })?;
    let results: Vec<Result<CompressedDocument, Failure>> = match outcome {
        JobOutcome::Compressed(all) => all.into_iter().map(|one| one.result).collect(),
        JobOutcome::Failed(failure) if written => return Err(cancelled(failure, &args.output)),
        JobOutcome::Failed(failure) => return Err(failure.into()),
        _ => return Err(Trouble::unexpected()),
    };
    let measured = match (explained, results.first()) {
        (Some(explained), Some(Ok(made))) => {
            explained.measure(context, made.source.as_ref().map_or(0, String::len))?
        }
        _ => Measured::default(),
    };
    answer(context, &args, asked, results, (written, &measured))
}

/// Nothing that was asked for is written over, and no output over another.
fn refuse_to_overwrite(
    args: &CompressArgs,
    asked: &[Asked],
    manifest: Option<&Path>,
) -> Result<(), Trouble> {
    let lines = (args.left.format == LeftArg::Jsonl && args.output != Path::new("-"))
        .then_some(args.output.as_path());
    let beside = [&args.map, &args.explain, &args.neural.vectors];
    // What is taken out of a document shows when it is read: its text may get the ending of one.
    let targets: HashSet<&Path> = asked.iter().filter_map(|one| one.target.as_deref()).collect();
    let renamed: Vec<PathBuf> = (asked.iter().filter_map(|one| one.target.as_deref()))
        .filter(|target| *target != args.output)
        .map(|target| text_path(target, Some(Format::Chat), |path| targets.contains(path)))
        .filter(|path| !targets.contains(path.as_path()))
        .collect();
    let written = (asked.iter().filter_map(|one| one.target.as_deref()))
        .chain(renamed.iter().map(PathBuf::as_path))
        .chain(beside.into_iter().filter_map(|path| path.as_deref()))
        .chain(lines)
        .chain(manifest);
    overwriting::refuse(asked.iter().map(|one| one.path.as_path()), written)
}

/// What is said of a job that writes into a folder and failed.
pub(super) fn cancelled(failure: Failure, place: &Path) -> Trouble {
    if failure.code == Code::Cancelled {
        let place = place.display();
        remark(&format!("what is done is in {place}; the same call goes on from there"));
    }
    failure.into()
}

/// What of `compress` works with files that a host does not have, and with no job.
fn refuse_far_files(context: &Context, args: &CompressArgs) -> Result<(), Trouble> {
    let flags = [
        ("--jsonl", args.jsonl),
        ("--stream", args.many.stream),
        ("--analyse", args.analyse),
        ("--summary", args.many.summary),
        ("--vectors", args.neural.vectors.is_some()),
    ];
    match flags.iter().find(|(_, given)| *given) {
        Some((flag, _)) => context.here(&format!("`compress {flag}`")).map(drop),
        None => Ok(()),
    }
}

/// What is read of what was asked for; a file that could not be handed over has a problem from then on.
pub(super) fn sources(
    context: &Context,
    asked: &mut [Asked],
) -> Result<Vec<DocumentSource>, Trouble> {
    let mut documents = Vec::new();
    for one in asked.iter_mut().filter(|one| one.problem.is_none()) {
        match source(context, &one.path) {
            Ok(document) => documents.push(document),
            Err(Trouble::Failure(failure)) if context.away().is_some() => {
                one.problem = Some(failure);
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(documents)
}

/// Reads standard input here: only the face that has one can.
pub(crate) fn source(context: &Context, path: &Path) -> Result<DocumentSource, Trouble> {
    if path != Path::new("-") {
        return Ok(context.document(path)?);
    }
    let mut bytes = Vec::new();
    // One byte more than the limit, so that the loader can say that it is too much.
    let limit = compress::document::DEFAULT_LIMIT_BYTES + 1;
    std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    Ok(DocumentSource::Bytes { name: "standard input".into(), bytes })
}

fn answer(
    context: &Context,
    args: &CompressArgs,
    asked: Vec<Asked>,
    results: Vec<Result<CompressedDocument, Failure>>,
    (written, measured): (bool, &Measured),
) -> Result<Answer, Trouble> {
    let mut answer = Answer::Done;
    let mut failed = None;
    let mut documents = Vec::new();
    let mut lines = None;
    let only = asked.len() == 1;
    let targets: HashSet<PathBuf> = asked.iter().filter_map(|one| one.target.clone()).collect();
    let folders: Vec<PathBuf> = args.files.iter().filter_map(|path| folder_at(path)).collect();
    let is_taken = |path: &Path| targets.contains(path) || lies_in(path, &folders);
    let mut results = results.into_iter();
    for Asked { path, name, problem, target } in asked {
        let result = match problem {
            Some(problem) => Err(problem),
            None => results.next().ok_or_else(Trouble::unexpected)?,
        };
        match result {
            Err(failure) if only => return Err(failure.into()),
            Err(failure) => {
                remark(&format!("benchvise: {}: {failure}", path.display()));
                if context.json {
                    let name = name.unwrap_or_else(|| path.display().to_string());
                    documents.push(json!({ "name": name, "failure": failure }));
                }
                failed = Some(failure);
            }
            Ok(mut made) => {
                made.name = name.unwrap_or(made.name);
                if made.refused.is_some() {
                    answer = Answer::ToldYou;
                }
                say(context, &made);
                // Several outputs are written by the job, each when it is done.
                if args.left.format == LeftArg::Jsonl {
                    write_beside(args, &made, measured)?;
                    lines.get_or_insert_with(String::new).push_str(&LeftFormat::Lines.write(&made));
                } else if !written {
                    // Of several, a text that is no longer what its name says has another, as by the job.
                    let format = Format::from_name(&made.extraction.format);
                    let target = target.map(|target| match target == args.output {
                        true => target,
                        false => text_path(&target, format, is_taken),
                    });
                    write(context, args, target.as_deref(), (&made, measured))?;
                }
                if context.json {
                    documents.push(document(&made));
                }
            }
        }
    }
    if context.json {
        out::document("compress", json!({ "documents": documents }))?;
    }
    if let Some(lines) = lines {
        match args.output == Path::new("-") {
            true => out::exactly(&lines)?,
            false => fs::write(&args.output, lines).map_err(|e| unwritable(&args.output, &e))?,
        }
    }
    match failed {
        // Each was said above, with its name; the exit code says that not all went well.
        Some(failure) => Err(Trouble::Failure(Failure {
            message: "not every document could be compressed".into(),
            hint: None,
            ..failure
        })),
        None => Ok(answer),
    }
}

/// A folder that was asked for, by its one name.
fn folder_at(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().filter(|path| path.is_dir())
}

/// Whether a file is there and lies in one of these folders: it may be a document, also where it was left out as
/// what an earlier call has written.
fn lies_in(path: &Path, folders: &[PathBuf]) -> bool {
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    path.symlink_metadata().is_ok()
        && folder.is_some_and(|place| folders.iter().any(|folder| place.starts_with(folder)))
}

/// What documents are like.
fn analyse(context: &Context, args: &CompressArgs) -> Result<Answer, Trouble> {
    let sources =
        args.files.iter().map(|path| source(context, path)).collect::<Result<Vec<_>, _>>()?;
    let all = engine::analysed(context.here("`compress --analyse`")?, &sources);
    let only = all.len() == 1;
    let (mut documents, mut text, mut failed) = (Vec::new(), String::new(), None);
    for (name, content) in all {
        match content {
            Ok(content) if context.json => {
                documents.push(json!({ "name": name, "content": content }));
            }
            Ok(content) => text += &content_words::table(&name, &content),
            Err(failure) if only => return Err(failure.into()),
            Err(failure) => {
                remark(&format!("benchvise: {name}: {failure}"));
                failed = Some(failure);
            }
        }
    }
    match context.json {
        true => out::document("analyse", json!({ "documents": documents }))?,
        false => out::text(&text)?,
    }
    match failed {
        Some(failure) => Err(Trouble::Failure(Failure {
            message: "not every document could be read".into(),
            hint: None,
            ..failure
        })),
        None => Ok(Answer::Done),
    }
}

fn say(context: &Context, made: &CompressedDocument) {
    if context.quiet || context.json {
        return;
    }
    match &made.work {
        Work::Done => {}
        // What is left and what was lost is said as when it was made.
        Work::Cached => remark(&format!("{}: cached", made.name)),
        Work::SameAs(other) => {
            return remark(&format!("{}: the same as {other}, done once", made.name));
        }
        Work::Kept => return remark(&format!("{}: done before, kept", made.name)),
    }
    let ratio = made.ratio.map_or("nothing left".into(), |ratio| format!("{ratio:.1}×"));
    let lossless =
        made.tokens_lossless.map_or(String::new(), |tokens| format!("{tokens} without loss → "));
    let dropped = &made.dropped;
    remark(&format!(
        "{}: {} → {lossless}{} tokens ({ratio}, {}), dropped {} numbers, {} names, {} negations, {} sections",
        made.name,
        made.tokens_in,
        made.tokens_out,
        made.tokenizer,
        dropped.numbers,
        dropped.entities,
        dropped.negations,
        dropped.sections,
    ));
    if let Some(content) = &made.content {
        remark(&format!("{}: {}", made.name, content.summary()));
    }
    let left_out = made.extraction.left_out_words();
    if !left_out.is_empty() {
        remark(&format!("{}: not in its text: {left_out}", made.name));
    }
    if let Some(retention) = &made.retention {
        remark(&format!("{}: {}", made.name, retention.words()));
    }
    if let Some(reason) = &made.refused {
        remark(&format!("{}: {reason}", made.name));
    }
}

/// The map and the page of one document, where they were asked for.
fn write_beside(
    args: &CompressArgs,
    made: &CompressedDocument,
    measured: &Measured,
) -> Result<(), Trouble> {
    if let Some(map) = &args.map {
        fs::write(map, LeftFormat::Map.write(made)).map_err(|e| unwritable(map, &e))?;
    }
    if let Some(page) = &args.explain {
        let maker = Maker {
            version: env!("CARGO_PKG_VERSION"),
            created_ms: engine::now_ms(),
            focus: args.focus.as_deref(),
        };
        let source = made.source.as_deref().unwrap_or_default();
        let html = report::explain(source, made, measured, &maker);
        fs::write(page, html).map_err(|error| unwritable(page, &error))?;
    }
    Ok(())
}

fn write(
    context: &Context,
    args: &CompressArgs,
    target: Option<&Path>,
    (made, measured): (&CompressedDocument, &Measured),
) -> Result<(), Trouble> {
    write_beside(args, made, measured)?;
    let left = LeftFormat::from(args.left.format).write(made);
    match target {
        Some(target) => {
            // One of several has its place in the folder that was asked for.
            if let Some(folder) = target.parent().filter(|_| target != args.output) {
                fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
            }
            fs::write(target, left).map_err(|error| unwritable(target, &error))
        }
        // With --json the text is in the document.
        None if context.json => Ok(()),
        None => out::exactly(&left),
    }
}

fn document(made: &CompressedDocument) -> Value {
    json!({
        "name": made.name,
        "tokenizer": made.tokenizer,
        "tokens_in": made.tokens_in,
        "tokens_lossless": made.tokens_lossless,
        "tokens_out": made.tokens_out,
        "ratio": made.ratio,
        "kind": made.kind,
        "content": made.content,
        "format": made.extraction.format,
        "left_out": made.extraction.left_out,
        "work": made.work,
        "refused": made.refused,
        "dropped": made.dropped,
        "retention": made.retention,
        "elapsed_ms": made.elapsed_ms,
        "text": made.text,
    })
}

pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::Failure(Failure::new(
        Code::BadInput,
        format!("the output could not be written ({error}): {}", path.display()),
    ))
}

/// The filter for scripts and harnesses: no store, no job, as fast as it goes.
fn json_lines(context: &Context, tokenizer: &str, args: &CompressArgs) -> Result<Answer, Trouble> {
    let bad = |error: compress::Error| match error {
        compress::Error::Stream(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            Trouble::ReaderGone
        }
        error => Trouble::Failure(Failure::new(Code::BadInput, error.to_string())),
    };
    let counter = engine::token_counter(tokenizer)?;
    let models = engine::lent(&args.neural.spec(), &context.settings.models_folder())?;
    let tell = || models.news().iter().for_each(|notice| remark(notice));
    tell();
    let weights = engine::weights(args.shaping.weights.as_deref(), &context.settings)?;
    let lent =
        compress::jsonl::Lent { encoder: models.encoder(), scorer: models.scorer(), weights };
    let cores = || std::thread::available_parallelism().map_or(1, Into::into);
    let reader = BufReader::with_capacity(1 << 20, std::io::stdin());
    let threads = args.threads.unwrap_or_else(cores);
    let done = compress::jsonl::run_with(reader, out::Stdout, &*counter, lent, threads);
    tell();
    done.map_err(bad)?;
    Ok(Answer::Done)
}
