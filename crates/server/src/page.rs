//! The window as a page: the files of a bundle, read once.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use axum::extract::{Path as Named, State as Shared};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
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
    /// Compressed forms, the smallest first.
    forms: Vec<Form>,
    /// Names the contents, so that a browser that has them already is not sent them again.
    tag: String,
}

/// A compressed form of a file.
#[derive(Clone, Debug)]
struct Form {
    /// As it stands in `Accept-Encoding` and `Content-Encoding`.
    coding: &'static str,
    bytes: Bytes,
}

/// Codings, the one that leaves least first, and the endings of their files.
const CODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

impl Page {
    /// The files of a folder: an `index.html` and what it loads, with `NAME.br` and `NAME.gz` beside what is
    /// worth it.
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
            let plain: Bytes = fs::read(&path).map_err(|error| trouble(&path, error))?.into();
            let tag = tag(&plain);
            let form = |(coding, ending)| {
                let bytes = fs::read(path.with_file_name(format!("{name}.{ending}"))).ok()?;
                Some(Form { coding, bytes: bytes.into() })
            };
            let forms = CODINGS.into_iter().filter_map(form).collect();
            files.insert(name.to_owned(), File { kind, plain, forms, tag });
        }
        match files.contains_key("index.html") {
            true => Ok(Page { files }),
            false => Err(PageError::NotABundle(folder.to_owned())),
        }
    }
}

/// A name for contents: changed ones have another.
fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
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
    let form = file.forms.iter().find(|form| takes(headers, form.coding));
    // The forms of a file are different things to whoever keeps them.
    let tag = match form {
        Some(form) => format!("\"{}-{}\"", file.tag, form.coding),
        None => format!("\"{}\"", file.tag),
    };
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|value| value.split(',')).any(|one| one.trim() == tag);
    let mut response = match (known, form) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, Some(form)) => {
            ([(CONTENT_ENCODING, form.coding)], form.bytes.clone()).into_response()
        }
        (false, None) => file.plain.clone().into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.kind));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    with_policy(response)
}

/// Whether a browser takes a coding: it names it, and not with a weight of nothing.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|one| {
            let mut parts = one.split(';').map(str::trim);
            (parts.next()? == coding).then(|| parts.find_map(|part| part.strip_prefix("q=")))
        })
        .any(|weight| weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|q| q > 0.0)))
}

/// A page that is another version than its server is what nobody wants: it is always asked for, and sent
/// where it has changed.
fn with_policy(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(page: &Page, name: &str, headers: &[(axum::http::HeaderName, &str)]) -> Response {
        let pairs = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap()));
        serve(&page.files[name], &pairs.collect())
    }

    #[test]
    fn what_a_browser_has_is_not_sent_again_and_what_changed_is() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("index.html", "<p>one");
        write("page.js", "one");
        write("page.js.gz", "smaller");
        write("page.js.br", "least");
        write("notes.txt", "not served");
        let page = Page::in_folder(folder.path()).unwrap();
        assert_eq!(page.files.len(), 2);
        for (accepted, coding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("br;q=0.5", Some("br")),
            ("br;q=0, gzip;q=1.0", Some("gzip")),
            ("brotli, deflate", None),
        ] {
            let answer = ask(&page, "page.js", &[(ACCEPT_ENCODING, accepted)]);
            let sent = answer.headers().get(CONTENT_ENCODING).map(|sent| sent.to_str().unwrap());
            assert_eq!(sent, coding, "{accepted}");
        }
        let gzip = (ACCEPT_ENCODING, "gzip;q=0.9");
        let first = ask(&page, "page.js", std::slice::from_ref(&gzip));
        assert_eq!(
            (first.status(), &first.headers()[CONTENT_ENCODING]),
            (StatusCode::OK, &"gzip".parse().unwrap())
        );
        let tag = first.headers()[ETAG].to_str().unwrap().to_owned();
        let again = ask(&page, "page.js", &[gzip.clone(), (IF_NONE_MATCH, &tag)]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let other = ask(&page, "page.js", &[(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, &tag)]);
        assert_eq!(other.status(), StatusCode::OK, "another form of it");
        assert_eq!(
            ask(&page, "page.js", &[(IF_NONE_MATCH, &tag)]).status(),
            StatusCode::OK,
            "as it is"
        );
        write("page.js", "two");
        let page = Page::in_folder(folder.path()).unwrap();
        assert_eq!(ask(&page, "page.js", &[gzip, (IF_NONE_MATCH, &tag)]).status(), StatusCode::OK);
    }
}
