//! egui's meshes to an image, on the CPU.
//!
//! egui turns a user interface into textured triangles and leaves the drawing to somebody else. A
//! [`Raster`] is that somebody where there is no graphics card and no display: it keeps the textures
//! that egui hands over ([`Raster::update_textures`]) and draws the triangles of a frame into an
//! [`Image`] ([`Raster::paint`]), which can be a PNG. [`shot`] does all of it at once: a user
//! interface in, its picture out. With the feature `kittest`, a `Raster` is also the renderer of
//! egui_kittest's image snapshots.
//!
//! ```
//! let image = raster::shot(egui::vec2(120.0, 40.0), 1.0, 2, |ui| {
//!     ui.label("Hello");
//! });
//! assert_eq!([image.width, image.height], [120, 40]);
//! assert!(image.png()?.starts_with(b"\x89PNG"));
//! # Ok::<(), png::EncodingError>(())
//! ```
//!
//! The picture is the one that egui's own OpenGL painter makes, without its dithering (which is noise
//! on purpose):
//!
//! - All arithmetic is on the gamma-encoded bytes, with premultiplied alpha, rounded to a byte after
//!   every triangle.
//! - Corners are snapped to 1/256 pixel. A pixel is covered when its centre is inside; centres on an
//!   edge belong to a top or a left edge. So triangles that share an edge leave no gap and draw
//!   nothing twice.
//! - Textures are read with the filter and the wrapping they ask for, the weights of the linear filter
//!   in 1/256. There are no mipmaps.
//! - Meshes whose texture is unknown, triangles with indices out of range or corners that are no
//!   finite numbers, and paint callbacks are skipped.
//!
//! Same input, same bytes, on any computer that follows IEEE 754. There are no threads, no files and no
//! clock in here.
//!
//! Inside: [`Raster`] walks the primitives, `mesh` takes triangles off a mesh, `quad` knows the two
//! triangles that are really a rectangle (most of a user interface: glyphs and plain fills), `guard`
//! cuts what reaches absurdly far outside, `triangle` says which pixels of a row are covered, `ramp`
//! what value an attribute has there, `texture` what colour that reads, `blend` what it becomes on the
//! `canvas`.

mod blend;
mod canvas;
mod guard;
mod image;
#[cfg(feature = "kittest")]
mod kittest;
mod mesh;
mod quad;
mod ramp;
mod raster;
mod shot;
mod texture;
mod triangle;

pub use self::image::Image;
pub use self::raster::{LONGEST_SIDE, Raster};
pub use self::shot::shot;
