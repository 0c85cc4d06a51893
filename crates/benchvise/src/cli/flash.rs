//! `benchvise flash`

use protocol::numbers::bytes;
use protocol::{Command, FlashSpec, FlashView, JobOutcome};

use super::args::FlashArgs;
use super::follow;
use super::out::{self, Answer, Trouble};
use super::start::Context;

pub(crate) fn flash(context: &Context, args: FlashArgs) -> Result<Answer, Trouble> {
    let dry_run = args.dry_run;
    let spec = FlashSpec {
        image: args.image,
        board: args.board,
        drive: args.drive,
        family: args.family,
        base: args.base,
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
    let stretch = |[from, to]: &[u32; 2]| format!("  {from:#010x} to {to:#010x}\n");
    let stretches: String = view.stretches.iter().map(stretch).collect();
    let board = view.board.as_ref().map(|board| format!(" ({board})")).unwrap_or_default();
    let what = format!(
        "{} for {}: {} in {} UF2 blocks\n{stretches}",
        view.image,
        view.family,
        bytes(view.bytes as f64),
        view.blocks
    );
    let done = match (dry_run, view.restarted) {
        (true, _) => format!("nothing was written; it would go to {}{board}\n", view.to),
        (false, None) => format!("written to {}\n", view.to),
        (false, Some(true)) => format!(
            "written to {}{board}; the board took all of it and restarted. What is in its flash cannot be read back over a drive.\n",
            view.to
        ),
        (false, Some(false)) => format!(
            "written to {}{board}; not verified: the drive did not leave, so see whether the board starts\n",
            view.to
        ),
    };
    what + &done
}
