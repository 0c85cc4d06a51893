//! The window's native menu: documents, rooms, and what a system has in every menu.

use protocol::desktop::{Choice, Told};
use shell::Desk;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder, SubmenuBuilder};
use tauri::{AppHandle, Manager, Wry};

use crate::dialog;

/// What stands before a room's name.
const ROOM: &str = "room:";
/// The rooms, by the name the page remembers them under.
const ROOMS: [(&str, &str); 8] = [
    ("bench", "Bench"),
    ("live", "Live"),
    ("runs", "Runs"),
    ("compare", "Compare"),
    ("compress", "Compress"),
    ("fit", "Fit"),
    ("jobs", "Jobs"),
    ("settings", "Settings"),
];

/// The menu.
pub(crate) fn menu(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let quit = MenuItemBuilder::with_id("quit", "Quit").accelerator("CmdOrCtrl+Q").build(app)?;
    let file = SubmenuBuilder::new(app, "File").text("open", "Open documents…");
    let menu = MenuBuilder::new(app);
    // There the first one is the program's own, whatever it is called.
    #[cfg(target_os = "macos")]
    let menu = menu.item(&SubmenuBuilder::new(app, "Benchvise").hide().item(&quit).build()?);
    #[cfg(not(target_os = "macos"))]
    let file = file.separator().item(&quit);
    let rooms = ROOMS.iter().fold(SubmenuBuilder::new(app, "Room"), |menu, (name, shown)| {
        menu.text(format!("{ROOM}{name}"), shown)
    });
    let menu = menu.item(&file.build()?);
    // Where the keys for these come through a menu. GTK's are the web view's own, and its items would do nothing.
    #[cfg(not(target_os = "linux"))]
    let menu =
        menu.item(&SubmenuBuilder::new(app, "Edit").cut().copy().paste().select_all().build()?);
    menu.item(&rooms.build()?).build()
}

/// An item was chosen.
pub(crate) fn chosen(app: &AppHandle, id: &str) {
    match id {
        "quit" => app.exit(0),
        "open" => {
            let choice = Choice::Files { several: true, endings: Vec::new() };
            dialog::choose(app, "Documents to compress".into(), choice, |desk, paths| {
                if !paths.is_empty() {
                    desk.tell(Told::Dropped(paths));
                }
            });
        }
        _ => {
            if let Some(room) = id.strip_prefix(ROOM) {
                app.state::<Desk>().tell(Told::Room(room.to_owned()));
            }
        }
    }
}
