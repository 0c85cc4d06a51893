//! `benchvise export` and `import`

use std::path::{Path, PathBuf};

use protocol::{Command, ExportFormat, Reply};
use serde_json::json;

use super::args::{ExportArgs, FormatArg};
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
    let command = Command::ExportRuns { selector: args.run, format, path: args.output };
    let Reply::Written { path, runs } = context.send(command)? else {
        return Err(Trouble::unexpected());
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
    let Reply::Imported { imported, present } = context.send(Command::ImportBundle { path })?
    else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        let body = json!({ "imported": out::value(&imported)?, "present": out::value(&present)? });
        out::document("import", body)?;
    } else {
        let new = imported.iter().map(|run| format!("{run} imported\n"));
        let old = present.iter().map(|run| format!("{run} was here already\n"));
        out::text(&new.chain(old).collect::<String>())?;
    }
    Ok(Answer::Done)
}
