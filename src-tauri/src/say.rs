//! The one command: what the page says.

use protocol::desktop::{Told, Word};
use shell::{Desk, Parcel};
use tauri::ipc::{InvokeResponseBody, JavaScriptChannelId};
use tauri::{Manager, State, Webview};

use crate::dialog;

#[tauri::command]
pub(crate) fn say(
    webview: Webview,
    desk: State<'_, Desk>,
    word: Word,
    line: Option<JavaScriptChannelId>,
) -> Result<(), String> {
    match word {
        Word::Open => {
            let channel = line.ok_or("no channel came with this")?.channel_on(webview);
            let channel = Box::new(move |parcel| {
                let body = match parcel {
                    Parcel::Json(text) => InvokeResponseBody::Json(text),
                    Parcel::Bytes(bytes) => InvokeResponseBody::Raw(bytes),
                };
                channel.send(body).is_ok()
            });
            desk.opened(channel).map_err(|error| error.to_string())?;
        }
        Word::Ask { asks, heard } => desk.ask(&asks, heard),
        Word::Painted => desk.painted(),
        Word::Ready => desk.ready(),
        Word::Choose { dialog, choice, title } => {
            dialog::choose(webview.app_handle(), title, choice, move |desk, paths| {
                desk.tell(Told::Chosen { dialog, paths });
            });
        }
        Word::Write { path, text } => desk.write(path, text),
    }
    Ok(())
}
