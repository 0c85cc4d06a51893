//! `benchvise fit`

use protocol::{Command, FitSide, FitSpec, FitView, Interval, JobOutcome};

use super::args::FitArgs;
use super::out::{self, Answer, Trouble};
use super::start::Context;
use super::table::{Align, Table};
use super::{compress, follow, profile};
use protocol::numbers::short;

pub(crate) fn fit(context: &Context, args: FitArgs) -> Result<Answer, Trouble> {
    let spec = FitSpec {
        document: compress::source(context, &args.file)?,
        board: args.board,
        model: profile::model(context, &args.model)?,
        bits: profile::bits(args.model.bits),
        tokens: args.tokens,
        reserve: args.reserve,
        prompt: args.prompt,
        focus: args.focus,
        budget: args.budget,
        repetitions: args.repeat,
        seed: args.seed,
        meter: args.meter.spec(),
    };
    let (outcome, _) = follow::job(context, Command::Fit { spec })?;
    let fit = match outcome {
        JobOutcome::Fitted(fit) => fit,
        JobOutcome::Failed(failure) => return Err(failure.into()),
        _ => return Err(Trouble::unexpected()),
    };
    if context.json {
        out::document("fit", out::value(&fit)?)?;
    } else {
        out::text(&describe(&fit))?;
    }
    Ok(if fit.compression.refused.is_some() { Answer::ToldYou } else { Answer::Done })
}

pub(crate) fn describe(fit: &FitView) -> String {
    let mut text = format!(
        "{} on {}, window {} tokens, {} of them for the document, compressed to {}",
        fit.model, fit.board, fit.window_tokens, fit.document_budget, fit.compression.tokens_out
    );
    if fit.synthetic {
        text += "  SYNTHETIC: random weights";
    }
    if fit.emulated {
        text += "  EMULATED: not a hardware figure";
    }
    text.push('\n');
    let mut table = Table::new(&[
        ("", Align::Left),
        ("PROMPT TOKENS", Align::Right),
        ("TIME TO FIRST TOKEN", Align::Left),
        ("TOTAL TIME", Align::Left),
        ("ENERGY", Align::Left),
        ("ENERGY ABOVE IDLE", Align::Left),
        ("RUN", Align::Left),
    ]);
    table.row(side("in full", &fit.full));
    table.row(side("compressed", &fit.compressed));
    if let Some(saved) = &fit.saved {
        table.row(vec![
            "saved".into(),
            saved.tokens.to_string(),
            interval(saved.ttft_ms, "ms"),
            interval(saved.total_s, "s"),
            interval(saved.energy_mj, "mJ"),
            interval(saved.net_energy_mj, "mJ"),
            String::new(),
        ]);
    }
    text += &table.text();
    if let Some(meter) = &fit.meter {
        text += &format!("energy by {meter}\n");
    }
    for note in &fit.notes {
        text += &format!("{note}\n");
    }
    if let Some(reason) = &fit.compression.refused {
        text += &format!("{reason}\n");
    }
    out::printable(&text)
}

fn side(name: &str, side: &FitSide) -> Vec<String> {
    let run = side.run.as_ref().map(ToString::to_string);
    vec![
        name.into(),
        side.tokens.to_string(),
        if side.fits { interval(side.ttft_ms, "ms") } else { "does not fit".into() },
        interval(side.total_s, "s"),
        interval(side.energy_mj, "mJ"),
        interval(side.net_energy_mj, "mJ"),
        run.unwrap_or_default(),
    ]
}

fn interval(interval: Option<Interval>, unit: &str) -> String {
    let Some(Interval { value, ci95 }) = interval else { return "–".into() };
    let around =
        ci95.map(|[low, high]| format!(" ({} … {})", short(low), short(high))).unwrap_or_default();
    // The same unit as its interval, so no jump to seconds.
    format!("{} {unit}{around}", short(value))
}
