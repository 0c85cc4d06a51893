//! `benchvise flash`

use protocol::numbers::bytes;
use protocol::{Command, FlashSpec, FlashStretch, FlashView, FlashWay, JobOutcome};

use super::args::{FlashArgs, WayArg};
use super::follow;
use super::out::{self, Answer, Trouble};
use super::start::Context;

pub(crate) fn flash(context: &Context, args: FlashArgs) -> Result<Answer, Trouble> {
    context.here("`flash`")?;
    let dry_run = args.dry_run;
    let spec = FlashSpec {
        image: args.image,
        board: args.board,
        way: args.way.map(|way| match way {
            WayArg::Drive => FlashWay::Drive,
            WayArg::Serial => FlashWay::Serial,
            WayArg::Probe => FlashWay::Probe,
        }),
        drive: args.drive,
        family: args.family,
        chip: args.chip,
        flash_bytes: args.flash_size,
        base: args.base,
        baud: args.baud,
        no_reset: args.no_reset,
        to: args.to,
        dry_run,
    };
    match follow::job(context, Command::Flash { spec })?.0 {
        JobOutcome::Flashed(view) if context.json => {
            out::document("flash", out::value(&*view)?)?;
            Ok(Answer::Done)
        }
        JobOutcome::Flashed(view) => {
            out::text(&describe(&view, dry_run))?;
            Ok(Answer::Done)
        }
        JobOutcome::Failed(failure) => Err(failure.into()),
        _ => Err(Trouble::unexpected()),
    }
}

fn describe(view: &FlashView, dry_run: bool) -> String {
    let board = view.board.as_ref().map(|board| format!(" ({board})")).unwrap_or_default();
    let blocks = view.blocks.map(|blocks| format!(" in {blocks} UF2 blocks")).unwrap_or_default();
    let head =
        format!("{} for {}: {}{blocks}\n", view.image, view.family, bytes(view.bytes as f64));
    let size = view.flash_bytes.map(|size| format!("flash: {}\n", bytes(size as f64)));
    let what = head + &stretches(&view.stretches) + &size.unwrap_or_default();
    let to = format!("{}{board}", view.to);
    let done = match (dry_run, view.verified, view.restarted) {
        (true, ..) => format!("nothing was written; it would go to {to}\n"),
        (false, _, None) => format!("written to {}\n", view.to),
        (false, Some(true), Some(true)) => {
            format!("written to {to}, compared with what the board holds, and restarted\n")
        }
        (false, Some(true), Some(false)) => format!(
            "written to {to} and compared with what the board holds; press RESET, and it starts\n"
        ),
        (false, _, Some(true)) => format!(
            "written to {to}; the board took all of it and restarted. What is in its flash cannot be read back over a drive.\n"
        ),
        (false, _, Some(false)) => format!(
            "written to {to}; not verified: the drive did not leave, so see whether the board starts\n"
        ),
    };
    what + &done
}

/// A line each, and one for each hole between them.
fn stretches(all: &[FlashStretch]) -> String {
    let mut lines = String::new();
    let mut end = None;
    for FlashStretch { from, to, what } in all {
        let hole = end.map_or(0, |end: u32| from.saturating_sub(end).saturating_sub(1));
        if hole > 0 {
            lines += &format!("  (a hole of {})\n", bytes(f64::from(hole)));
        }
        let what = what.as_ref().map(|what| format!("  {what}")).unwrap_or_default();
        lines += &format!("  {from:#010x} to {to:#010x}{what}\n");
        end = Some(*to);
    }
    lines
}
