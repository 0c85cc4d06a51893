//! The invariants of `ARCHITECTURE.md`, read off the manifests, the lock file and the source.

mod desktop;
mod layers;
mod licences;
mod one_home;
mod rust;
mod text;
mod workspace;
