//! `benchvise tune`: weights of the compressor, fitted to one's own questions.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use compress::fidelity::{Question, read_questions};
use protocol::{
    Code, Command, DocumentSource, Failure, JobOutcome, TuneDocument, TuneQuestion, TuneSpec,
    TuneView,
};
use serde_json::{Value, json};

use super::compress::unwritable;
use super::eval::questions;
use super::follow;
use super::out::{self, Answer, Trouble};
use super::overwriting;
use super::start::Context;
use super::tune_args::TuneArgs;

pub(crate) fn tune(context: &Context, args: TuneArgs) -> Result<Answer, Trouble> {
    let asked =
        read_questions(&questions(&args.qa)?).map_err(|error| bad(&error.to_string(), &args.qa))?;
    let documents = match args.files.is_empty() {
        true => named_by(context, &asked, &args.qa)?,
        false => given(context, &asked, &args.files)?,
    };
    let read = documents.iter().filter_map(|document| match &document.source {
        DocumentSource::File(path) => Some(path.as_path()),
        DocumentSource::Bytes { .. } => None,
    });
    overwriting::refuse(read.chain([args.qa.as_path()]), [args.output.as_path()])?;
    let spec = TuneSpec {
        documents,
        tokenizer: context.tokenizer(args.tokenizer.as_ref())?,
        strategy: args.strategy,
        ratios: args.ratios,
        seed: args.seed,
    };
    let view = match follow::job(context, Command::Tune { spec })?.0 {
        JobOutcome::Tuned(view) => *view,
        JobOutcome::Failed(failure) => return Err(failure.into()),
        _ => return Err(Trouble::unexpected()),
    };
    if view.gains {
        fs::write(&args.output, &view.file).map_err(|error| unwritable(&args.output, &error))?;
    }
    answer(context, &view, &args.output)
}

fn bad(what: &str, path: &Path) -> Trouble {
    Trouble::Failure(Failure::new(Code::BadInput, format!("{what}: {}", path.display())))
}

fn one(question: &Question) -> TuneQuestion {
    TuneQuestion { question: question.question.clone(), answers: question.answers.clone() }
}

/// The documents that the questions name, as seen from the folder of the questions.
fn named_by(
    context: &Context,
    asked: &[Question],
    qa: &Path,
) -> Result<Vec<TuneDocument>, Trouble> {
    let folder = qa.parent().unwrap_or(Path::new(""));
    let mut documents: BTreeMap<&str, Vec<TuneQuestion>> = BTreeMap::new();
    for question in asked {
        let Some(document) = &question.document else {
            let what = "a question names no document; name the documents after `tune`, or one in each line";
            return Err(bad(what, qa));
        };
        documents.entry(document).or_default().push(one(question));
    }
    let document = |(name, questions): (&str, Vec<TuneQuestion>)| {
        let path = folder.join(name);
        match path.is_file() {
            true => Ok(TuneDocument { source: context.document(&path)?, questions }),
            false => Err(bad("a question is about a document that is not there", &path)),
        }
    };
    documents.into_iter().map(document).collect()
}

/// The documents that were given, each with the questions about it; one without a document is about all.
fn given(
    context: &Context,
    asked: &[Question],
    files: &[PathBuf],
) -> Result<Vec<TuneDocument>, Trouble> {
    let mut paths: Vec<(PathBuf, String)> = Vec::new();
    for file in files {
        match file.is_dir() {
            true => {
                let found = engine::documents_in(file)?;
                paths.extend(found.into_iter().map(|found| (found.path, found.name)));
            }
            false => {
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                paths.push((file.clone(), name));
            }
        }
    }
    let last = |name: &str| name.rsplit(['/', '\\']).next().map(str::to_owned);
    let about = |name: &str, question: &Question| match &question.document {
        None => true,
        Some(document) => {
            document == name || (!document.contains('/') && last(name).as_ref() == Some(document))
        }
    };
    let nowhere =
        asked.iter().find(|question| !paths.iter().any(|(_, name)| about(name, question)));
    if let Some(document) = nowhere.and_then(|question| question.document.as_ref()) {
        return Err(Trouble::Failure(Failure::new(
            Code::BadInput,
            format!(
                "a question is about {document:?}, which is none of the documents; name that document too"
            ),
        )));
    }
    let mut documents = Vec::new();
    for (path, name) in paths {
        let questions: Vec<_> =
            asked.iter().filter(|question| about(&name, question)).map(one).collect();
        if !questions.is_empty() {
            documents.push(TuneDocument { source: context.document(&path)?, questions });
        }
    }
    Ok(documents)
}

fn answer(context: &Context, view: &TuneView, output: &Path) -> Result<Answer, Trouble> {
    if context.json {
        let mut body = out::value(view)?;
        if let Value::Object(body) = &mut body {
            body.remove("file");
            body.insert("written".into(), json!(view.gains.then_some(output)));
        }
        out::document("tune", body)?;
        return Ok(Answer::Done);
    }
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let points = |share: f64| format!("{:+.1}", 100.0 * share);
    let [low, high] = view.gain.ci95.unwrap_or([view.gain.value; 2]);
    let mut text = format!(
        "Fitted to {} questions on {} documents, judged by {} on {} others; {} weights tried\n\n\
         answers left   {} → {}\ngain           {} points ({} to {}, 95 %, by drawing the {} anew)\n\n",
        view.fitted_questions,
        view.fitted_documents,
        view.held_questions,
        view.held_documents,
        view.tried,
        percent(view.before),
        percent(view.after),
        points(view.gain.value),
        points(low),
        points(high),
        view.drawn,
    );
    if view.gains {
        let changed = view.weights.iter().filter(|(name, value)| {
            compress::Weights::default().named().get(*name) != Some(*value)
        });
        for (name, value) in changed {
            let before = compress::Weights::default().named().get(name).copied().unwrap_or(0.0);
            text += &format!("{name:<10} {before} → {value}\n");
        }
        let output = output.display();
        text += &format!(
            "\nWritten to {output}. Use it with `compress --weights {output}`, or always with \
             `config set weights {output}`.\n"
        );
    } else {
        text +=
            "No gain that chance does not explain: no weights were written, the defaults stay.\n";
    }
    out::text(&text)?;
    Ok(Answer::Done)
}
