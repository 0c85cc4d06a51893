//! Everything that can be done by a word or a key, in one table: the palette, the shortcuts and the
//! hints on the rail read it.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::asks::Place;

/// One thing that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Go to a room.
    Go(Place),
    /// Open the command palette.
    Palette,
    /// Start a run with the form as it stands.
    StartRun,
    /// Stop the run that is looked at, or the only one that goes on.
    StopRun,
    /// Hold the picture still, or let it go on; the recording goes on either way.
    PauseView,
    /// Show the whole run.
    ZoomAll,
    /// Zoom in on the middle.
    ZoomIn,
    /// Zoom out.
    ZoomOut,
    /// Put the next marker at the pointer, or where it can be seen.
    PlaceMarker,
    /// Take both markers away.
    ClearMarkers,
    /// Put the cursor into the page's search field.
    Search,
    /// Delete what is chosen.
    Delete,
    /// Bring back what was deleted last.
    Undelete,
    /// Bring runs in from a bundle.
    Import,
    /// Write the chosen runs to a file.
    Export,
    /// Compare the two chosen runs.
    CompareChosen,
    /// Choose documents.
    OpenDocuments,
    /// Choose a folder of documents.
    OpenFolder,
    /// Take a document from the clipboard.
    PasteDocument,
    /// Compress what is there.
    Compress,
    /// Copy what is left of the document.
    CopyResult,
    /// Save what is left of the document.
    SaveResult,
    /// Let go of the passage that was kept last.
    UndoKeep,
    /// Hand the document over to Fit.
    TryOnBoard,
    /// Choose the document to try.
    ChooseFitDocument,
    /// Try the document on the board.
    StartFit,
    /// Compare both runs of a try.
    CompareFit,
    /// Compare the newest run with the one before it.
    CompareLatest,
    /// Let base and candidate change places.
    SwapSides,
    /// Light colours.
    Light,
    /// Dark colours.
    Dark,
    /// The system's colours.
    System,
    /// Larger text.
    TextLarger,
    /// Smaller text.
    TextSmaller,
    /// Text as it was made.
    TextNormal,
}

/// How an action is found.
#[derive(Clone, Copy, Debug)]
pub struct ActionSpec {
    /// The action.
    pub action: Action,
    /// What the palette calls it.
    pub title: &'static str,
    /// Further words it is found by.
    pub words: &'static str,
    /// Its key.
    pub key: Option<KeyboardShortcut>,
    /// The room it belongs to; `None` works everywhere. The palette goes there first.
    pub place: Option<Place>,
}

const COMMAND: Modifiers = Modifiers::COMMAND;
const COMMAND_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };

const fn key(modifiers: Modifiers, key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(modifiers, key))
}

const fn go(
    place: Place,
    title: &'static str,
    words: &'static str,
    with: Option<KeyboardShortcut>,
) -> ActionSpec {
    ActionSpec { action: Action::Go(place), title, words, key: with, place: None }
}

const fn here(
    place: Place,
    action: Action,
    title: &'static str,
    words: &'static str,
    with: Option<KeyboardShortcut>,
) -> ActionSpec {
    ActionSpec { action, title, words, key: with, place: Some(place) }
}

const fn everywhere(
    action: Action,
    title: &'static str,
    words: &'static str,
    with: Option<KeyboardShortcut>,
) -> ActionSpec {
    ActionSpec { action, title, words, key: with, place: None }
}

/// The table. A shortcut stands in it once.
pub const ACTIONS: &[ActionSpec] = &[
    go(Place::Bench, "Go to Bench", "boards ports start", key(COMMAND, Key::Num1)),
    go(Place::Live, "Go to Live", "watch signals latency memory power", key(COMMAND, Key::Num2)),
    go(Place::Runs, "Go to Runs", "history trend list", key(COMMAND, Key::Num3)),
    go(Place::Compare, "Go to Compare", "regression verdict", key(COMMAND, Key::Num4)),
    go(Place::Compress, "Go to Compress", "documents tokens", key(COMMAND, Key::Num5)),
    go(Place::Fit, "Go to Fit", "document board savings", key(COMMAND, Key::Num6)),
    go(Place::Jobs, "Go to Jobs", "progress cancel", key(COMMAND, Key::Num7)),
    go(Place::Settings, "Go to Settings", "preferences theme", key(COMMAND, Key::Comma)),
    everywhere(Action::Palette, "Command palette", "find action", key(COMMAND, Key::K)),
    here(Place::Bench, Action::StartRun, "Start run", "profile measure", key(COMMAND, Key::Enter)),
    everywhere(Action::StopRun, "Stop run", "end halt", key(COMMAND, Key::Period)),
    here(
        Place::Live,
        Action::PauseView,
        "Pause or follow",
        "hold still freeze",
        key(Modifiers::NONE, Key::Space),
    ),
    here(Place::Live, Action::ZoomAll, "Show the whole run", "zoom fit", key(COMMAND, Key::Num0)),
    here(Place::Live, Action::ZoomIn, "Zoom in", "closer", key(COMMAND, Key::ArrowUp)),
    here(Place::Live, Action::ZoomOut, "Zoom out", "further", key(COMMAND, Key::ArrowDown)),
    here(
        Place::Live,
        Action::PlaceMarker,
        "Place a marker",
        "cursor measure",
        key(Modifiers::NONE, Key::M),
    ),
    here(
        Place::Live,
        Action::ClearMarkers,
        "Clear markers",
        "remove cursor",
        key(COMMAND_SHIFT, Key::M),
    ),
    everywhere(Action::Search, "Search this page", "find filter", key(COMMAND, Key::F)),
    here(
        Place::Runs,
        Action::Delete,
        "Delete the chosen runs",
        "remove bin",
        key(Modifiers::NONE, Key::Delete),
    ),
    everywhere(
        Action::Undelete,
        "Bring back what was deleted last",
        "undo restore",
        key(COMMAND_SHIFT, Key::Z),
    ),
    here(Place::Runs, Action::Import, "Import runs…", "bundle open", key(COMMAND_SHIFT, Key::I)),
    here(Place::Runs, Action::Export, "Export runs…", "csv json", key(COMMAND_SHIFT, Key::E)),
    here(
        Place::Runs,
        Action::CompareChosen,
        "Compare the chosen runs",
        "base candidate",
        key(COMMAND_SHIFT, Key::C),
    ),
    here(
        Place::Compress,
        Action::OpenDocuments,
        "Open documents…",
        "file text",
        key(COMMAND, Key::O),
    ),
    here(
        Place::Compress,
        Action::OpenFolder,
        "Open a folder of documents…",
        "many",
        key(COMMAND_SHIFT, Key::O),
    ),
    here(
        Place::Compress,
        Action::PasteDocument,
        "Paste a document",
        "clipboard",
        key(COMMAND_SHIFT, Key::V),
    ),
    here(Place::Compress, Action::Compress, "Compress", "shrink tokens", None),
    here(Place::Compress, Action::CopyResult, "Copy what is left", "clipboard", None),
    here(Place::Compress, Action::SaveResult, "Save what is left…", "file", key(COMMAND, Key::S)),
    here(
        Place::Compress,
        Action::UndoKeep,
        "Let go of the passage kept last",
        "undo gap restore",
        key(COMMAND, Key::Z),
    ),
    here(Place::Compress, Action::TryOnBoard, "Try on the board", "fit document savings", None),
    here(Place::Fit, Action::ChooseFitDocument, "Choose a document to try…", "open file fit", None),
    here(Place::Fit, Action::StartFit, "Try the document on the board", "fit start", None),
    here(Place::Fit, Action::CompareFit, "Compare both runs", "fit full compressed", None),
    here(
        Place::Compare,
        Action::CompareLatest,
        "Compare the latest run with the one before",
        "newest two",
        None,
    ),
    here(Place::Compare, Action::SwapSides, "Swap base and candidate", "sides turn", None),
    everywhere(Action::Light, "Light colours", "theme day", None),
    everywhere(Action::Dark, "Dark colours", "theme night", None),
    everywhere(Action::System, "The system's colours", "theme automatic", None),
    everywhere(Action::TextLarger, "Larger text", "zoom font", key(COMMAND, Key::Equals)),
    everywhere(Action::TextSmaller, "Smaller text", "zoom font", key(COMMAND, Key::Minus)),
    everywhere(Action::TextNormal, "Normal text size", "zoom font", None),
];

/// The table's entry for an action.
pub fn spec(action: Action) -> Option<&'static ActionSpec> {
    ACTIONS.iter().find(|spec| spec.action == action)
}

/// The action whose key was pressed, taken out of the input. A key without a modifier, and the one that
/// takes back what was typed, is left to a field that is written in.
pub fn pressed(ctx: &egui::Context, place: Place) -> Option<Action> {
    let writing = ctx.egui_wants_keyboard_input();
    let in_text = ctx.text_edit_focused();
    ctx.input_mut(|input| {
        let here = |spec: &&ActionSpec| spec.place.is_none_or(|of| of == place);
        let found = ACTIONS.iter().filter(here).find(|spec| {
            spec.key.is_some_and(|key| {
                let left = match spec.action {
                    Action::UndoKeep => in_text,
                    _ => writing && key.modifiers == Modifiers::NONE,
                };
                !left && input.consume_shortcut(&key)
            })
        });
        found.map(|spec| spec.action)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_room() {
        for (at, one) in ACTIONS.iter().enumerate() {
            for other in &ACTIONS[..at] {
                let meet = one.place.is_none() || other.place.is_none() || one.place == other.place;
                assert!(!(meet && one.key.is_some() && one.key == other.key), "{one:?} {other:?}");
                assert_ne!(one.action, other.action);
            }
        }
    }
}
