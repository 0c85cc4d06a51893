//! The flags of `benchvise serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// A bench host: the engine for windows and command lines elsewhere, and for the page.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Where to listen; other computers reach it only where this says so, as 0.0.0.0:7777 does
    #[arg(long, default_value = "127.0.0.1:7777", value_name = "ADDRESS:PORT")]
    pub(crate) listen: SocketAddr,
    /// A name that this host goes by besides its addresses, with its port; may be given again
    #[arg(long = "name", value_name = "NAME:PORT")]
    pub(crate) names: Vec<String>,
    /// The folder with the window as a page [default: where `make web` puts it, where it is there]
    #[arg(long, value_name = "DIR")]
    pub(crate) page: Option<PathBuf>,
    /// How long work may go on after Ctrl-C before it is stopped, in seconds
    #[arg(long, default_value_t = 30, value_name = "S")]
    pub(crate) grace: u64,
}
