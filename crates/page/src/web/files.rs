//! Files of the person's own computer: chosen or dropped and read, or kept from what the page has.

use egui::DroppedFileHandle;
use js_sys::{Array, Function, Promise, Uint8Array};
use protocol::{Code, DocumentSource, Failure};
use ui::shell::Many;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, HtmlInputElement, Url};

use super::dom;
use crate::files;

/// How long a download may need its text, in milliseconds.
const DOWNLOAD_MS: u32 = 60_000;

/// Lets a person choose files; none where they changed their mind.
pub(super) async fn choose(many: Many, endings: &[String]) -> Result<Vec<File>, JsValue> {
    let document = dom::document()?;
    let field: HtmlInputElement = document.create_element("input")?.dyn_into()?;
    field.set_type("file");
    field.set_multiple(many == Many::Several);
    field.set_accept(&files::accepted(endings));
    field.set_hidden(true);
    // Some browsers forget a field that is nowhere.
    document.body().ok_or("the page has no body")?.append_child(&field)?;
    let ended = Promise::new(&mut |resolve: Function, _| {
        for event in ["change", "cancel"] {
            drop(field.add_event_listener_with_callback(event, &resolve));
        }
    });
    field.click();
    drop(JsFuture::from(ended).await);
    field.remove();
    let Some(chosen) = field.files() else { return Ok(Vec::new()) };
    Ok((0..chosen.length()).filter_map(|index| chosen.get(index)).collect())
}

/// The files that were dropped.
pub(super) fn dropped(handles: &[DroppedFileHandle]) -> Vec<File> {
    handles.iter().filter_map(|handle| handle.web_file().cloned()).collect()
}

/// Reads all of them, where a host takes so much.
pub(super) async fn read(files: Vec<File>) -> Result<Vec<DocumentSource>, Failure> {
    let names: Vec<String> = files.iter().map(File::name).collect();
    let bytes = files.iter().map(|file| file.size()).sum::<f64>();
    files::fit(&names, bytes as u64)?;
    let mut sources = Vec::with_capacity(files.len());
    for (file, name) in files.iter().zip(names) {
        let bytes = JsFuture::from(file.array_buffer()).await.map_err(|error| {
            // A folder looks like a file until it is read.
            let why = format!("{name} could not be read ({})", dom::words(&error));
            Failure::new(Code::BadInput, why)
                .with_hint("a folder has to be on the host: give its path there")
        })?;
        sources.push(DocumentSource::Bytes { name, bytes: Uint8Array::new(&bytes).to_vec() });
    }
    Ok(sources)
}

/// Gives the browser a text to keep as a file.
pub(super) fn download(name: &str, text: &str) -> Result<(), JsValue> {
    let document = dom::document()?;
    let kind = BlobPropertyBag::new();
    kind.set_type("text/plain;charset=utf-8");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    document.body().ok_or("the page has no body")?.append_child(&link)?;
    link.click();
    link.remove();
    wasm_bindgen_futures::spawn_local(async move {
        dom::sleep(DOWNLOAD_MS).await;
        drop(Url::revoke_object_url(&url));
    });
    Ok(())
}
