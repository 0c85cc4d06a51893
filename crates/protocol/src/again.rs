//! Which commands can be done again by themselves, later and by another program on the same computer.

use std::path::PathBuf;

use crate::{Command, DocumentSource, ModelChoice, RunSpec};

/// Bytes of documents that are handed over with a command, up to which they are kept with it.
const HANDED: usize = 1 << 20;

impl Command {
    /// Whether it can be done again with nobody to answer to. `ours` says of a board whether it is the computer's
    /// own: another one is somebody's, who may need it by then.
    pub fn can_be_done_again(&self, ours: impl Fn(&str) -> bool) -> bool {
        let is_here =
            |spec: &RunSpec| ours(&spec.board) && spec.driver.is_agent() && spec.meter.is_none();
        match self {
            // What is written is there for whoever comes; a text is for who asked for it.
            Command::Compress { spec } => spec.into.is_some() && are_small(spec.documents.iter()),
            Command::CompressFolder { .. } | Command::FetchModel { .. } => true,
            Command::MeasureFidelity { spec } => are_small(spec.documents.iter()),
            Command::Tune { spec } => are_small(spec.documents.iter().map(|one| &one.source)),
            Command::StartRun { spec } => is_here(spec),
            Command::StartInterleaved { specs } => specs.iter().all(is_here),
            Command::Fit { spec } => {
                ours(&spec.board)
                    && spec.meter.is_none()
                    && are_small(std::iter::once(&spec.document))
            }
            _ => false,
        }
    }

    /// The runs it begins.
    pub fn runs_mut(&mut self) -> &mut [RunSpec] {
        match self {
            Command::StartRun { spec } => std::slice::from_mut(spec),
            Command::StartInterleaved { specs } => specs,
            _ => &mut [],
        }
    }

    /// Shows the places that one which can be done again names: paths to `path`, and what may be the name of
    /// something known or a path to `name`.
    pub fn places_mut(&mut self, path: impl Fn(&mut PathBuf), name: impl Fn(&mut String)) {
        let document = |document: &mut DocumentSource| {
            if let DocumentSource::File(file) = document {
                path(file);
            }
        };
        let model = |model: &mut ModelChoice| {
            if let ModelChoice::Files { model, tokenizer } = model {
                path(model);
                path(tokenizer);
            }
        };
        match self {
            Command::Compress { spec } => {
                spec.documents.iter_mut().for_each(document);
                if let Some(into) = &mut spec.into {
                    path(&mut into.manifest);
                    into.files.iter_mut().for_each(&path);
                }
                name(&mut spec.tokenizer);
                spec.neural.encoder.iter_mut().chain(&mut spec.neural.scorer).for_each(name);
                spec.neural.vectors.iter_mut().for_each(path);
            }
            Command::CompressFolder { spec } => {
                [&mut spec.folder, &mut spec.into, &mut spec.manifest].into_iter().for_each(path);
                name(&mut spec.tokenizer);
            }
            Command::MeasureFidelity { spec } => {
                spec.documents.iter_mut().for_each(document);
                name(&mut spec.tokenizer);
                spec.neural.encoder.iter_mut().chain(&mut spec.neural.scorer).for_each(name);
            }
            Command::Tune { spec } => {
                spec.documents.iter_mut().for_each(|one| document(&mut one.source));
                name(&mut spec.tokenizer);
            }
            Command::StartRun { spec } => model(&mut spec.model),
            Command::StartInterleaved { specs } => {
                specs.iter_mut().for_each(|spec| model(&mut spec.model));
            }
            Command::Fit { spec } => {
                document(&mut spec.document);
                model(&mut spec.model);
            }
            _ => {}
        }
    }
}

fn are_small<'a>(documents: impl Iterator<Item = &'a DocumentSource>) -> bool {
    let handed = documents.map(|document| match document {
        DocumentSource::File(_) => 0,
        DocumentSource::Bytes { bytes, .. } => bytes.len(),
    });
    handed.sum::<usize>() <= HANDED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bits, BudgetSpec, FolderSpec};

    fn run(board: &str) -> Command {
        let spec = RunSpec {
            board: board.into(),
            model: ModelChoice::Files { model: "m.bin".into(), tokenizer: "t.bin".into() },
            driver: Default::default(),
            bits: Bits::F32,
            prompt: String::new(),
            tokens: 1,
            repetitions: 1,
            warmup: 0,
            seed: 1,
            temperature: 0.0,
            top_p: 1.0,
            stream: true,
            tags: Default::default(),
            meter: None,
        };
        Command::StartRun { spec }
    }

    fn places(command: &mut Command) -> Vec<String> {
        let seen = std::cell::RefCell::new(Vec::new());
        command.places_mut(
            |path| seen.borrow_mut().push(path.display().to_string()),
            |name| seen.borrow_mut().push(name.clone()),
        );
        seen.into_inner()
    }

    #[test]
    fn a_run_on_a_persons_board_is_theirs_to_ask_for_again() {
        let ours = |board: &str| board == "host";
        assert!(run("host").can_be_done_again(ours));
        assert!(!run("/dev/ttyACM0").can_be_done_again(ours));
        assert!(!Command::Snapshot.can_be_done_again(ours));
        let mut two = run("host");
        let both = [two.runs_mut(), run("board").runs_mut()].concat();
        assert!(!Command::StartInterleaved { specs: both }.can_be_done_again(ours));
    }

    #[test]
    fn every_place_is_shown() {
        assert_eq!(places(&mut run("host")), ["m.bin", "t.bin"]);
        let spec = FolderSpec {
            manifest: "out/list".into(),
            ..FolderSpec::new("many".into(), "out".into(), BudgetSpec::Ratio(2.0), "o200k")
        };
        let mut folder = Command::CompressFolder { spec };
        assert_eq!(places(&mut folder), ["many", "out", "out/list", "o200k"]);
    }
}
