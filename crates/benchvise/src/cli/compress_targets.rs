//! Which documents `benchvise compress` was asked for, and where the text of each goes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use compress::document::text_name;
use protocol::Failure;

use super::args::CompressArgs;
use super::out::Trouble;

/// A document that was asked for, by itself or with its folder.
pub(crate) struct Asked {
    /// Where it is; `-` is standard input.
    pub(crate) path: PathBuf,
    /// Its name, where the folder gives it one.
    pub(crate) name: Option<String>,
    /// Why it cannot be read, where that is known already.
    pub(crate) problem: Option<Failure>,
    /// Where its text goes; `None` is standard output.
    pub(crate) target: Option<PathBuf>,
}

impl Asked {
    /// What its text is called among those of others.
    fn shown(&self) -> String {
        match (&self.name, self.path.file_name()) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) if name != "-" => name.to_string_lossy().into_owned(),
            _ => "standard-input.txt".into(),
        }
    }
}

/// Whether one document was asked for, so that the output is a file, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    One,
    Several,
}

/// Everything that was asked for, folders opened. Documents of one name would overwrite each other
/// in the output's folder: that is refused.
pub(crate) fn asked(args: &CompressArgs) -> Result<(Vec<Asked>, Amount), Trouble> {
    if args.files.iter().filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Trouble::usage("standard input can be read once only; name it once"));
    }
    let folders = args.files.iter().any(|path| path.is_dir());
    let amount = if args.files.len() > 1 || folders { Amount::Several } else { Amount::One };
    let mut asked = Vec::new();
    for path in &args.files {
        if path.is_dir() {
            asked.extend(in_folder(args, path)?);
        } else {
            asked.push(Asked { path: path.clone(), name: None, problem: None, target: None });
        }
    }
    if args.output == Path::new("-") {
        return Ok((asked, amount));
    }
    let names: Vec<String> = asked.iter().map(Asked::shown).collect();
    // What lies in a folder of that name has it too.
    let belongs: BTreeSet<&Path> =
        names.iter().flat_map(|name| Path::new(name).ancestors()).collect();
    let mut taken = BTreeSet::new();
    for (one, name) in asked.iter_mut().zip(&names) {
        let target = match amount {
            Amount::One => args.output.clone(),
            Amount::Several => {
                args.output.join(text_name(name, None, |name| belongs.contains(Path::new(name))))
            }
        };
        if !taken.insert(target.clone()) {
            return Err(Trouble::usage(format!(
                "two documents would be written to one file; compress them one by one: {}",
                target.display()
            )));
        }
        one.target = Some(target);
    }
    Ok((asked, amount))
}

/// A folder's documents. One among several folders gives its own name too. What an earlier call
/// has written into the folder is left out.
fn in_folder(args: &CompressArgs, folder: &Path) -> Result<Vec<Asked>, Trouble> {
    let inside = |output: &PathBuf| {
        folder.canonicalize().is_ok_and(|folder| output.starts_with(&folder) && *output != folder)
    };
    let written = args.output.canonicalize().ok().filter(inside);
    let is_written = |path: &Path| {
        let real = path.canonicalize();
        written.as_ref().is_some_and(|place| real.is_ok_and(|real| real.starts_with(place)))
    };
    let own = folder.file_name().filter(|_| args.files.len() > 1);
    let found = engine::documents_in(folder)?;
    let found = found.into_iter().filter(|found| !is_written(&found.path));
    Ok(found
        .map(|found| {
            let name = match own {
                Some(own) => format!("{}/{}", own.to_string_lossy(), found.name),
                None => found.name,
            };
            Asked { path: found.path, name: Some(name), problem: found.problem, target: None }
        })
        .collect())
}
