//! `benchvise serve`

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use engine::settings::Settings;
use protocol::{Code, Failure};
use serde_json::json;
use server::{Limits, Options, Page, Server, Stopper, Token};
use shell::beside::{Door, Hold, Taken};

use super::follow;
use super::out::{self, Answer, Trouble};
use super::serve_args::ServeArgs;
use super::start::Context;

/// How often it is looked whether Ctrl-C was pressed.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Serves until Ctrl-C.
pub(crate) fn serve(context: &Context, args: ServeArgs) -> Result<Answer, Trouble> {
    let engine = context.here("`serve`")?;
    // Before anything that a person sees: a window that is opened then finds it.
    let hold = Hold::take(&context.settings.store_folder());
    let file = context.token_file.clone().unwrap_or_else(Settings::token_file);
    let token = Token::in_file(&file).map_err(|error| {
        Failure::new(Code::BadInput, error.to_string())
            .with_hint("or name another file with --token-file")
    })?;
    let page = page(args.page.as_deref())?;
    let limits = Limits { grace: Duration::from_secs(args.grace), ..Limits::default() };
    let options = Options { token: token.clone(), names: args.names, page, limits };
    let server = Server::bind(engine.clone(), args.listen, options).map_err(|error| {
        Failure::new(Code::BadRequest, format!("cannot listen at {} ({error})", args.listen))
            .with_hint("choose another port with --listen, or connect to the host that has it")
    })?;
    let url = format!("http://{}/", server.address());
    if !server.address().ip().is_loopback() {
        out::remark(
            "note: others can reach this host, and what goes over the network is not encrypted; \
             whoever has the token can do here what you can",
        );
    }
    // The address with the token is for a person at a terminal, never for a file or a log.
    let shown = match std::io::stdout().is_terminal() {
        true => format!("{url}#token={}", token.reveal()),
        false => url.clone(),
    };
    // A window on this computer that has the same store finds this one by itself.
    let door = match hold {
        Taken::Mine(hold) => {
            // What the host before put off is for the one that has the store alone.
            let said = |text: &str| out::remark(&format!("note: {text}"));
            if let Err(error) = engine.take_up(said) {
                tracing::warn!(%error, "what was put off before is not taken up");
                said(&format!("what was put off when the host ended is not taken up ({error})"));
            }
            let grace = Duration::from_secs(args.grace);
            Door::open(engine, hold, "a bench host", grace, limits.last)
                .inspect_err(|error| tracing::warn!(%error, "windows here will not find this host"))
                .ok()
        }
        Taken::Others | Taken::Nobodys => None,
    };
    let said = match context.json {
        true => out::document("serving", json!({ "url": url, "token_file": file })),
        false => out::text(&format!("serving at {shown}\ntoken in {}", file.display())),
    };
    // Who serves goes on where nobody reads that, as behind a pipe that was closed.
    match said {
        Ok(()) | Err(Trouble::ReaderGone) => {}
        Err(trouble) => return Err(trouble),
    }
    let stoppers = std::iter::once(server.stopper()).chain(door.as_ref().map(Door::stopper));
    stop_on_interrupt(stoppers.collect())?;
    server.run()?;
    Ok(Answer::Done)
}

fn stop_on_interrupt(stoppers: Vec<Stopper>) -> Result<(), Trouble> {
    follow::catch_interrupts();
    thread::Builder::new().name("interrupts".into()).spawn(move || {
        while !follow::interrupted() {
            thread::sleep(LOOK_EVERY);
        }
        out::remark("ending; what goes on may finish, Ctrl-C again ends it at once");
        stoppers.iter().for_each(Stopper::stop);
    })?;
    Ok(())
}

/// The page in the folder that is named, else in one that is found.
fn page(named: Option<&Path>) -> Result<Page, Trouble> {
    let folder = match named {
        Some(folder) => folder.to_owned(),
        None => {
            let program = std::env::current_exe().ok();
            match program.as_deref().and_then(Path::parent).and_then(found) {
                Some(folder) => folder,
                None => return Ok(Page::default()),
            }
        }
    };
    Page::in_folder(&folder).map_err(|error| Failure::new(Code::BadInput, error.to_string()).into())
}

/// Where a page may lie, of a program in this folder: beside it, as in an archive; in the target folder
/// of cargo, for a program that was built there; where packages put what is the same on every computer.
fn found(folder: &Path) -> Option<PathBuf> {
    let above = folder.parent()?;
    let target = above.join(".rustc_info.json").is_file().then(|| above.join("web"));
    let places = [Some(folder.join("web")), target, Some(above.join("share/benchvise/web"))];
    places.into_iter().flatten().find(|place| place.join("index.html").is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_page_is_found_where_archives_cargo_and_packages_put_it() {
        let root = tempfile::tempdir().unwrap();
        let bin = root.path().join("work");
        fs::create_dir_all(&bin).unwrap();
        let put = |place: &str| {
            let folder = root.path().join(place);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("index.html"), "").unwrap();
            folder
        };
        assert_eq!(found(&bin), None);
        let shared = put("share/benchvise/web");
        assert_eq!(found(&bin), Some(shared));
        let built = put("web");
        assert_ne!(found(&bin).as_ref(), Some(&built), "not in a folder that is not cargo's");
        fs::write(root.path().join(".rustc_info.json"), "").unwrap();
        assert_eq!(found(&bin), Some(built));
        let beside = put("work/web");
        assert_eq!(found(&bin), Some(beside));
    }
}
