//! The window as a page in a browser: `ui` over a socket to a bench host that serves both.
//!
//! What is of a browser is under `web`, built for wasm32 alone: `web::link` keeps the socket,
//! `web::shell` is dialogs, files and memory, `web::door` asks for the token, and `web::aloud` keeps
//! the words, buttons and fields beside the canvas, which is silent to a screen reader. `site` has the page's
//! own files; `xtask` puts all of it into a folder that `benchvise serve` finds.
//!
//! The rest is what can be thought and tested without one: [`token`], [`pulse`], [`files`], [`keep`].
//!
//! ```
//! let secret = "0123456789abcdef".repeat(4);
//! let address = format!("http://127.0.0.1:7777/#token={secret}");
//! assert_eq!(page::token::in_text(&address), Some(secret));
//! ```

pub mod files;
pub mod keep;
pub mod pulse;
pub mod token;
#[cfg(target_arch = "wasm32")]
pub mod web;
