//! `benchvise export` and `import`

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use protocol::{Code, Command, ExportFormat, Failure, Reply, RunId};
use serde_json::json;

use super::args::{ExportArgs, FormatArg};
use super::bench::Bench;
use super::out::{self, Answer, Trouble, remark};
use super::start::Context;

pub(crate) fn export(context: &Context, args: ExportArgs) -> Result<Answer, Trouble> {
    let format = match args.format {
        FormatArg::Csv => ExportFormat::Csv,
        FormatArg::Json => ExportFormat::Json,
        FormatArg::Bundle => ExportFormat::Bundle,
    };
    let to_stdout = args.output == Path::new("-");
    if to_stdout && matches!(args.format, FormatArg::Bundle) {
        return Err(Trouble::usage("a bundle is binary; name a file with -o"));
    }
    let (selector, path) = (args.run, args.output);
    let (path, runs) = match &context.bench {
        Bench::Here(engine) if to_stdout => {
            let mut stdout = BufWriter::new(out::Stdout);
            let runs = engine::exported(engine, &selector, format, &mut stdout)?;
            stdout.flush()?;
            ("-".into(), runs)
        }
        Bench::Here(_) => match context.send(Command::ExportRuns { selector, format, path })? {
            Reply::Written { path, runs } => (path, runs),
            _ => return Err(Trouble::unexpected()),
        },
        Bench::There(_) => {
            let Reply::Exported { bytes, runs } =
                context.send(Command::ReadExport { selector, format })?
            else {
                return Err(Trouble::unexpected());
            };
            match to_stdout {
                true => out::Stdout.write_all(&bytes)?,
                false => fs::write(&path, bytes).map_err(|error| bad("written", &path, &error))?,
            }
            (path.display().to_string(), runs)
        }
    };
    match (to_stdout, context.json) {
        (true, _) => {}
        (false, true) => out::document("export", json!({ "path": path, "runs": runs }))?,
        (false, false) if context.quiet => {}
        (false, false) => remark(&format!("{runs} run(s) written: {path}")),
    }
    Ok(Answer::Done)
}

pub(crate) fn import(context: &Context, path: PathBuf) -> Result<Answer, Trouble> {
    let command = match context.away() {
        None => Command::ImportBundle { path },
        Some(_) => {
            let bytes = fs::read(&path).map_err(|error| bad("read", &path, &error))?;
            Command::ReadBundle { bytes }
        }
    };
    let Reply::Imported { imported, present } = context.send(command)? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        let body = json!({ "imported": out::value(&imported)?, "present": out::value(&present)? });
        out::document("import", body)?;
    } else {
        let all = |runs: &[RunId], what: &str| {
            runs.iter().map(|run| format!("{run} {what}\n")).collect::<String>()
        };
        out::text(&(all(&imported, "imported") + &all(&present, "was here already")))?;
    }
    Ok(Answer::Done)
}

fn bad(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    let said = format!("the file could not be {what} ({error}): {}", path.display());
    Failure::new(Code::BadInput, said)
}
