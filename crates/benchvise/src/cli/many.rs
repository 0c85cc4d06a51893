//! `benchvise compress` of text without end, of documents as one, and of folders of any size.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use compress::stream::{StreamRequest, StreamTally};
use protocol::numbers::bytes;
use protocol::{
    AsOneSpec, BudgetSpec, CitationStyle, Citations, Code, Command, Failure, FolderSpec, JobOutcome,
};
use serde_json::{Value, json};

use super::args::CompressArgs;
use super::compress::{cancelled, sources, unwritable};
use super::compress_targets::asked;
use super::follow;
use super::many_args::{CiteArg, one_stream};
use super::out::{self, Answer, Trouble, remark};
use super::overwriting;
use super::start::Context;

/// The filter for text without end: no store, no job.
pub(super) fn stream(
    context: &Context,
    args: &CompressArgs,
    tokenizer: &str,
) -> Result<Answer, Trouble> {
    let Some(from) = one_stream(&args.files) else {
        return Err(Trouble::usage("--stream reads one file or standard input; name one"));
    };
    let source = from.map_or(Path::new("-"), |path| path.as_path());
    overwriting::refuse([source], [args.output.as_path()])?;
    let counter = engine::token_counter(tokenizer)?;
    let cores = || std::thread::available_parallelism().map_or(1, Into::into);
    let request = StreamRequest {
        ratio: args.ratio.unwrap_or(1.0),
        focus: args.focus.as_deref(),
        lang: args.shaping.language.as_deref().map(engine::language).transpose()?,
        kind: args.shaping.kind.as_deref().map(engine::kind).transpose()?,
        strategy: engine::strategy(&args.strategy)?,
        weights: engine::weights(args.shaping.weights.as_deref(), &context.settings)?,
        threads: args.threads.unwrap_or_else(cores),
    };
    let reader: Box<dyn Read + Send> = match from {
        None => Box::new(std::io::stdin()),
        Some(path) => Box::new(File::open(path).map_err(|error| {
            let said = format!("a file could not be read ({error}): {}", path.display());
            Failure::new(Code::BadInput, said)
        })?),
    };
    let writer: Box<dyn Write> = match args.output == Path::new("-") {
        true => Box::new(out::Stdout),
        false => {
            let file = File::create(&args.output).map_err(|e| unwritable(&args.output, &e))?;
            Box::new(BufWriter::new(file))
        }
    };
    let tally =
        compress::stream::run(reader, writer, &request, &*counter).map_err(
            |error| match error {
                compress::Error::Stream(error) => Trouble::from(error),
                error => Trouble::Failure(Failure::new(Code::BadInput, error.to_string())),
            },
        )?;
    say_stream(context, &tally, counter.name())?;
    // Such a window is not what was asked for.
    Ok(if tally.tripped + tally.too_long > 0 { Answer::ToldYou } else { Answer::Done })
}

fn say_stream(context: &Context, tally: &StreamTally, tokenizer: &str) -> Result<(), Trouble> {
    if context.quiet {
        return Ok(());
    }
    let pruned = &tally.pruned;
    let obsolete = json!({
        "overwritten": pruned.overwritten,
        "repeated": pruned.repeated,
        "superseded": pruned.superseded,
        "struck": pruned.struck,
        "edited": pruned.edited,
    });
    let ratio = (tally.tokens_out > 0).then(|| tally.tokens_in as f64 / tally.tokens_out as f64);
    if context.json {
        // On standard output is the text.
        remark(
            &json!({
                "schema": "benchvise.stream/1", "tokenizer": tokenizer, "windows": tally.windows,
                "bytes_in": tally.bytes_in, "bytes_out": tally.bytes_out,
                "tokens_in": tally.tokens_in, "tokens_out": tally.tokens_out, "ratio": ratio,
                "undecodable_bytes": tally.undecodable, "obsolete": obsolete,
                "tripped_windows": tally.tripped,
                "too_long_lines": tally.too_long,
            })
            .to_string(),
        );
        return Ok(());
    }
    let shown = ratio.map_or("nothing left".into(), |ratio| format!("{ratio:.1}×"));
    remark(&format!(
        "{} in {} windows: {} → {} tokens ({shown}, {tokenizer})",
        bytes(tally.bytes_in as f64),
        tally.windows,
        tally.tokens_in,
        tally.tokens_out,
    ));
    if pruned.total() > 0 {
        remark(&format!(
            "obsolete: {} overwritten, {} repeated, {} superseded, {} struck out, {} with a later version",
            pruned.overwritten, pruned.repeated, pruned.superseded, pruned.struck, pruned.edited
        ));
    }
    if tally.tripped > 0 {
        remark(&format!(
            "{} windows tripped the compressor and stand as they were, their tokens not counted; please report it",
            tally.tripped
        ));
    }
    if tally.too_long > 0 {
        remark(&format!(
            "{} lines are one JSON value of over 512 kB each and stand as they were, their tokens not counted; \
             compress those without --stream",
            tally.too_long
        ));
    }
    if tally.undecodable > 0 {
        remark(&format!("{} bytes are no UTF-8 and became U+FFFD", tally.undecodable));
    }
    Ok(())
}

/// All documents to one text.
pub(super) fn as_one(
    context: &Context,
    args: &CompressArgs,
    tokenizer: String,
    budget: BudgetSpec,
) -> Result<Answer, Trouble> {
    // Where the text goes is asked of nobody: it is one file.
    let one = CompressArgs { output: "-".into(), ..args.clone() };
    let (mut asked, _) = asked(&one)?;
    let text = Some(args.output.as_path()).filter(|path| *path != Path::new("-"));
    let written = text.into_iter().chain(args.map.as_deref());
    overwriting::refuse(asked.iter().map(|one| one.path.as_path()), written)?;
    let documents = sources(context, &mut asked)?;
    // What is no file is not waited for.
    let (odd, asked): (Vec<_>, Vec<_>) = asked.into_iter().partition(|one| one.problem.is_some());
    let names = asked.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    let spec = AsOneSpec {
        documents,
        budget,
        tokenizer,
        strategy: args.strategy.clone(),
        focus: args.focus.clone(),
        citations: match args.many.cite {
            CiteArg::Passages => Citations::Passages,
            CiteArg::Documents => Citations::Documents,
            CiteArg::None => Citations::None,
        },
        style: if args.many.markdown { CitationStyle::Markdown } else { CitationStyle::Plain },
        names,
    };
    let made = match follow::job(context, Command::CompressAsOne { spec })?.0 {
        JobOutcome::AsOne(made) => *made,
        JobOutcome::Failed(failure) => return Err(failure.into()),
        _ => return Err(Trouble::unexpected()),
    };
    if made.documents.iter().all(|one| one.failure.is_some())
        && let Some(failure) = made.documents.first().and_then(|one| one.failure.clone())
    {
        return Err(failure.into());
    }
    for one in &odd {
        if let Some(problem) = &one.problem {
            remark(&format!("benchvise: {}: {problem}", one.path.display()));
        }
    }
    for member in &made.documents {
        if let Some(failure) = &member.failure {
            remark(&format!("benchvise: {}: {failure}", member.name));
        }
    }
    if let Some(map) = &args.map {
        fs::write(map, format!("{}\n", made.map())).map_err(|error| unwritable(map, &error))?;
    }
    if args.output != Path::new("-") {
        fs::write(&args.output, &made.text).map_err(|error| unwritable(&args.output, &error))?;
    }
    let used = made.documents.iter().filter(|one| one.number.is_some()).count();
    let twice: usize = made.documents.iter().map(|one| one.duplicates.len()).sum();
    if context.json {
        out::document("as-one", out::value(&made)?)?;
    } else {
        if args.output == Path::new("-") {
            out::exactly(&made.text)?;
        }
        if !context.quiet {
            let ratio = made.ratio.map_or("nothing left".into(), |ratio| format!("{ratio:.1}×"));
            remark(&format!(
                "{} documents: {} → {} tokens ({ratio}, {}); {used} of them are in it, {twice} passages were in an earlier one too",
                made.documents.len(),
                made.tokens_in,
                made.tokens_out,
                made.tokenizer,
            ));
        }
    }
    if let Some(reason) = &made.refused {
        remark(reason);
    }
    let failed = made.documents.iter().find_map(|one| one.failure.clone());
    let failed = failed.or_else(|| odd.into_iter().find_map(|one| one.problem));
    match failed {
        Some(failure) => Err(not_all(failure)),
        None if made.refused.is_some() => Ok(Answer::ToldYou),
        None => Ok(Answer::Done),
    }
}

/// A folder of any size.
pub(super) fn summary(
    context: &Context,
    args: &CompressArgs,
    tokenizer: String,
    budget: BudgetSpec,
) -> Result<Answer, Trouble> {
    let [folder] = &args.files[..] else {
        return Err(Trouble::usage("--summary takes one folder; name one"));
    };
    if !folder.is_dir() || args.output == Path::new("-") {
        return Err(Trouble::usage("--summary takes a folder, and -o another for what is left"));
    }
    fs::create_dir_all(&args.output).map_err(|error| unwritable(&args.output, &error))?;
    let spec = FolderSpec {
        strategy: args.strategy.clone(),
        focus: args.focus.clone(),
        shaping: args.shaping.shaping()?,
        lossless: args.left.lossless,
        threads: args.threads.map(|threads| threads as u32),
        ..FolderSpec::new(folder.clone(), args.output.clone(), budget, &tokenizer)
    };
    let made = match follow::job(context, Command::CompressFolder { spec })?.0 {
        JobOutcome::Folder(made) => *made,
        JobOutcome::Failed(failure) => return Err(cancelled(failure, &args.output)),
        _ => return Err(Trouble::unexpected()),
    };
    let rate = made.documents as f64 / (made.elapsed_ms / 1e3).max(1e-9);
    let ratio = (made.tokens_out > 0).then(|| made.tokens_in as f64 / made.tokens_out as f64);
    if context.json {
        let mut body = out::value(&made)?;
        if let Value::Object(body) = &mut body {
            body.insert("ratio".into(), json!(ratio));
        }
        out::document("folder", body)?;
    } else {
        let shown = ratio.map_or(String::new(), |ratio| format!(" ({ratio:.1}×)"));
        let lossless = made
            .tokens_lossless
            .map_or(String::new(), |tokens| format!("{tokens} without loss → "));
        out::text(&format!(
            "{} documents in {:.1} s, {rate:.0} a second\ndone     {}, of them {} with the contents of another\nkept     {}\nfailed   {}\nrefused  {}\ntokens   {} → {lossless}{}{shown}\nbytes    {} → {}",
            made.documents,
            made.elapsed_ms / 1e3,
            made.done,
            made.same,
            made.kept,
            made.failed,
            made.refused,
            made.tokens_in,
            made.tokens_out,
            bytes(made.bytes_in as f64),
            bytes(made.bytes_out as f64),
        ))?;
    }
    for (name, failure) in &made.first_failures {
        remark(&format!("benchvise: {name}: {failure}"));
    }
    match made.first_failures.into_iter().next() {
        Some((_, failure)) => Err(not_all(failure)),
        None if made.refused > 0 => Ok(Answer::ToldYou),
        None => Ok(Answer::Done),
    }
}

/// Each was said, with its name; the exit code says that not all went well.
fn not_all(failure: Failure) -> Trouble {
    Trouble::Failure(Failure {
        message: "not every document could be compressed".into(),
        hint: None,
        ..failure
    })
}
