//! The window as a page: the files of a bundle, read once.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use axum::extract::{Path as Named, State as Shared};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::state::State;

/// What a page may do: speak to where it comes from, and run the program it is.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Files of a bundle, at most, and their size.
const FILES: usize = 64;
const FILE_BYTES: u64 = 64 << 20;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A file cannot be read.
    #[error("the page's files cannot be read ({source}): {path}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder is something else.
    #[error("this is no folder of the page, which has an index.html: {0}")]
    NotABundle(PathBuf),
}

/// The files of a bundle; none is a server without a page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    files: BTreeMap<String, File>,
}

#[derive(Clone, Debug)]
struct File {
    kind: &'static str,
    plain: Bytes,
    gzip: Option<Bytes>,
}

impl Page {
    /// The files of a folder: an `index.html` and what it loads, with `NAME.gz`
    /// beside what is worth it.
    ///
    /// # Errors
    /// Every [`PageError`].
    pub fn in_folder(folder: &Path) -> Result<Page, PageError> {
        let trouble = |path: &Path, source| PageError::Unreadable { path: path.to_owned(), source };
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(|error| trouble(folder, error))?.take(2 * FILES) {
            let path = entry.map_err(|error| trouble(folder, error))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some(kind) = kind(name) else { continue };
            if files.len() >= FILES
                || fs::metadata(&path).map_err(|error| trouble(&path, error))?.len() > FILE_BYTES
            {
                return Err(PageError::NotABundle(folder.to_owned()));
            }
            let plain = fs::read(&path).map_err(|error| trouble(&path, error))?.into();
            let gzip = fs::read(path.with_file_name(format!("{name}.gz"))).ok().map(Bytes::from);
            files.insert(name.to_owned(), File { kind, plain, gzip });
        }
        match files.contains_key("index.html") {
            true => Ok(Page { files }),
            false => Err(PageError::NotABundle(folder.to_owned())),
        }
    }
}

/// What a file is, by its ending; `None` for what is not served.
fn kind(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => return None,
    })
}

/// `GET /`.
pub(crate) async fn index(Shared(state): Shared<State>, headers: HeaderMap) -> Response {
    match state.page.files.get("index.html") {
        Some(file) => serve(file, &headers),
        None => with_policy(
            ([(CONTENT_TYPE, "text/html; charset=utf-8")], include_str!("no_page.html"))
                .into_response(),
        ),
    }
}

/// `GET /FILE`.
pub(crate) async fn file(
    Shared(state): Shared<State>,
    Named(name): Named<String>,
    headers: HeaderMap,
) -> Response {
    match state.page.files.get(&name) {
        Some(file) => serve(file, &headers),
        None => (StatusCode::NOT_FOUND, "there is no such file\n").into_response(),
    }
}

fn serve(file: &File, headers: &HeaderMap) -> Response {
    let takes_gzip = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| coding.trim().split(';').next() == Some("gzip"));
    let mut response = match &file.gzip {
        Some(gzip) if takes_gzip => ([(CONTENT_ENCODING, "gzip")], gzip.clone()).into_response(),
        _ => file.plain.clone().into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.kind));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    with_policy(response)
}

/// A page that is another version than its server is what nobody wants: it is always asked for anew.
fn with_policy(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
