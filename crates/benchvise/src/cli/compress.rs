//! `benchvise compress`

use std::fs;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use protocol::{
    BudgetSpec, Code, Command, CompressSpec, CompressedDocument, DocumentSource, Failure,
    JobOutcome,
};
use serde_json::{Value, json};

use super::args::CompressArgs;
use super::follow;
use super::out::{self, Answer, Trouble, remark};
use super::start::Context;

pub(crate) fn compress(context: &Context, args: CompressArgs) -> Result<Answer, Trouble> {
    let tokenizer =
        args.tokenizer.clone().unwrap_or_else(|| context.settings.tokenizer().to_owned());
    if args.jsonl {
        return json_lines(&tokenizer, args.threads);
    }
    let budget = match (args.budget, args.ratio) {
        (Some(tokens), _) => BudgetSpec::Tokens(tokens),
        (None, Some(ratio)) => BudgetSpec::Ratio(ratio),
        (None, None) => return Err(Trouble::usage("give --budget or --ratio")),
    };
    let documents = args.files.iter().map(|path| source(path)).collect::<Result<Vec<_>, _>>()?;
    let many = documents.len() > 1;
    if many && args.map.is_some() {
        return Err(Trouble::usage("--map takes one document; with several, use --json"));
    }
    let to_stdout = args.output == Path::new("-");
    if many && !to_stdout {
        fs::create_dir_all(&args.output).map_err(|error| unwritable(&args.output, &error))?;
    }
    let spec = CompressSpec {
        documents,
        budget,
        total: args.total_budget,
        tokenizer,
        strategy: args.strategy.clone(),
        focus: args.focus.clone(),
    };
    let (outcome, _) = follow::job(context, Command::Compress { spec })?;
    let results = match outcome {
        JobOutcome::Compressed(results) => results,
        JobOutcome::Failed(failure) => return Err(failure.into()),
        _ => return Err(Trouble::unexpected()),
    };
    answer(context, &args, many, to_stdout, results)
}

/// Reads standard input here: only the face that has one can.
pub(crate) fn source(path: &Path) -> Result<DocumentSource, Trouble> {
    if path != Path::new("-") {
        return Ok(DocumentSource::File(path.to_owned()));
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
    many: bool,
    to_stdout: bool,
    results: Vec<Result<CompressedDocument, Failure>>,
) -> Result<Answer, Trouble> {
    let mut answer = Answer::Done;
    let mut failed = None;
    let mut documents = Vec::new();
    for (path, result) in args.files.iter().zip(results) {
        match result {
            Err(failure) if !many => return Err(failure.into()),
            Err(failure) => {
                remark(&format!("benchvise: {}: {failure}", path.display()));
                if context.json {
                    documents.push(json!({ "name": path, "failure": failure }));
                }
                failed = Some(failure);
            }
            Ok(made) => {
                if made.refused.is_some() {
                    answer = Answer::ToldYou;
                }
                say(context, &made);
                write(context, args, many, to_stdout, path, &made)?;
                if context.json {
                    documents.push(document(&made));
                }
            }
        }
    }
    if context.json {
        out::document("compress", json!({ "documents": documents }))?;
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

fn say(context: &Context, made: &CompressedDocument) {
    if context.quiet || context.json {
        return;
    }
    let ratio = made.ratio.map_or("nothing left".into(), |ratio| format!("{ratio:.1}×"));
    let dropped = &made.dropped;
    remark(&format!(
        "{}: {} → {} tokens ({ratio}, {}), dropped {} numbers, {} names, {} negations, {} sections",
        made.name,
        made.tokens_in,
        made.tokens_out,
        made.tokenizer,
        dropped.numbers,
        dropped.entities,
        dropped.negations,
        dropped.sections,
    ));
    if let Some(reason) = &made.refused {
        remark(&format!("{}: {reason}", made.name));
    }
}

fn write(
    context: &Context,
    args: &CompressArgs,
    many: bool,
    to_stdout: bool,
    path: &Path,
    made: &CompressedDocument,
) -> Result<(), Trouble> {
    if let Some(map) = &args.map {
        fs::write(map, format!("{}\n", span_map(made))).map_err(|e| unwritable(map, &e))?;
    }
    if to_stdout {
        // With --json the text is in the document.
        return if context.json { Ok(()) } else { out::text(&made.text) };
    }
    let target = match (many, path.file_name()) {
        (true, Some(name)) => args.output.join(name),
        (true, None) => args.output.join("standard-input.txt"),
        (false, _) => PathBuf::from(&args.output),
    };
    fs::write(&target, &made.text).map_err(|error| unwritable(&target, &error))
}

fn document(made: &CompressedDocument) -> Value {
    json!({
        "name": made.name,
        "tokenizer": made.tokenizer,
        "tokens_in": made.tokens_in,
        "tokens_out": made.tokens_out,
        "ratio": made.ratio,
        "kind": made.kind,
        "refused": made.refused,
        "dropped": made.dropped,
        "elapsed_ms": made.elapsed_ms,
        "text": made.text,
    })
}

fn span_map(made: &CompressedDocument) -> Value {
    json!({
        "schema": "benchvise.map/1",
        "source_sha256": made.source_sha256,
        "spans": made.spans,
        "gaps": made.gaps,
    })
}

fn unwritable(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::Failure(Failure::new(
        Code::BadInput,
        format!("the output could not be written ({error}): {}", path.display()),
    ))
}

/// The filter for scripts and harnesses: no store, no job, as fast as it goes.
fn json_lines(tokenizer: &str, threads: Option<usize>) -> Result<Answer, Trouble> {
    let bad = |error: compress::Error| {
        Trouble::Failure(Failure::new(Code::BadInput, error.to_string()))
    };
    let counter = engine::token_counter(tokenizer)?;
    let cores = || std::thread::available_parallelism().map_or(1, Into::into);
    let reader = BufReader::with_capacity(1 << 20, std::io::stdin());
    compress::jsonl::run(reader, out::Stdout, &*counter, threads.unwrap_or_else(cores))
        .map_err(bad)?;
    Ok(Answer::Done)
}
