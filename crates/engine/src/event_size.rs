//! About how many bytes an event takes: enough to bound what waits, and quick to say.

use std::mem::size_of_val;

use protocol::{AsOneView, CompressedDocument, Event, Failure, JobOutcome};

/// What a small thing takes with its few words: a port, a setting, a line of a list.
const SMALL: usize = 512;

pub(crate) fn event_size(event: &Event) -> usize {
    size_of_val(event)
        + match event {
            Event::JobFinished { outcome, .. } => outcome_size(outcome),
            Event::LinesHeard { lines, .. } => {
                lines.iter().map(|line| SMALL + line.text.len()).sum()
            }
            Event::PortsChanged(ports) => ports.len() * SMALL,
            Event::SettingsChanged(settings) => settings.len() * SMALL,
            Event::Notice { text, hint, .. } => text.len() + hint.as_ref().map_or(0, String::len),
            Event::JobProgressed { doing, .. } | Event::RunProgressed { doing, .. } => doing.len(),
            Event::JobStarted(view) => view.title.len() + view.doing.len(),
            Event::RunStarted(_) => 4 * SMALL,
            Event::RunFinished { .. } | Event::RunChanged { .. } | Event::ViewFrame(_) => SMALL,
        }
}

fn outcome_size(outcome: &JobOutcome) -> usize {
    match outcome {
        JobOutcome::Compressed(documents) => {
            let each = documents.iter().map(|document| match &document.result {
                Ok(document) => document_size(document),
                Err(failure) => failure_size(failure),
            });
            each.sum()
        }
        JobOutcome::AsOne(made) => as_one_size(made),
        JobOutcome::Folder(made) => {
            let each = made.first_failures.iter().map(|(name, why)| name.len() + failure_size(why));
            SMALL + each.sum::<usize>()
        }
        JobOutcome::Fitted(fit) => 4 * SMALL + document_size(&fit.compression),
        JobOutcome::Heat(heat) => SMALL + size_of_val(&*heat.spans),
        JobOutcome::Fidelity(found) => SMALL * (1 + found.rows.len() + found.advice.len()),
        JobOutcome::Tuned(found) => 4 * SMALL + found.file.len(),
        JobOutcome::Flashed(view) => SMALL * (1 + view.stretches.len()),
        JobOutcome::ModelFetched { unchecked, .. } => SMALL * (1 + unchecked.len()),
        JobOutcome::Listened { .. } => 0,
        JobOutcome::Failed(failure) => failure_size(failure),
    }
}

fn document_size(made: &CompressedDocument) -> usize {
    4 * SMALL
        + made.text.len()
        + made.source.as_ref().map_or(0, String::len)
        + size_of_val(&*made.spans)
        + size_of_val(&*made.gaps)
        + size_of_val(&*made.folds)
        + 2 * size_of_val(&*made.extraction.anchors)
}

fn as_one_size(made: &AsOneView) -> usize {
    let members = made.documents.iter().map(|member| SMALL + size_of_val(&*member.duplicates));
    made.text.len() + size_of_val(&*made.spans) + size_of_val(&*made.marks) + members.sum::<usize>()
}

fn failure_size(failure: &Failure) -> usize {
    let more = [&failure.hint, &failure.detail].map(|text| text.as_ref().map_or(0, String::len));
    size_of_val(failure) + failure.message.len() + more[0] + more[1]
}
