//! Every colour, size and font of the window. No other file names a colour.
//!
//! Light and dark are two sets of the same names, shared with the report, so that a person meets
//! one product. Colours carry meaning sparingly: one accent for what can be acted on, one colour a
//! verdict, one a phase; everything else is ink on paper.

use std::sync::Arc;

use egui::epaint::Shadow;
use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke,
    Style, TextStyle, Theme, Vec2, Visuals,
};

/// The colours of one theme, by what they mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    /// Behind everything.
    pub page: Color32,
    /// Cards and panels.
    pub sheet: Color32,
    /// Fields, plots, what lies lower than a sheet.
    pub sunk: Color32,
    /// What is raised: hovered rows, buttons.
    pub raised: Color32,
    /// Borders.
    pub line: Color32,
    /// Lines inside a plot.
    pub grid: Color32,
    /// Text.
    pub ink: Color32,
    /// Text that explains.
    pub soft: Color32,
    /// Text that may be overlooked, and disabled things.
    pub faint: Color32,
    /// What can be acted on, as text or line.
    pub accent: Color32,
    /// What can be acted on, as a filled area.
    pub fill: Color32,
    /// Text on a filled area.
    pub on_fill: Color32,
    /// Selected rows and text.
    pub selected: Color32,
    /// Improved.
    pub good: Color32,
    /// Behind improved.
    pub good_back: Color32,
    /// Regressed, failed, deletes.
    pub bad: Color32,
    /// Behind regressed.
    pub bad_back: Color32,
    /// Unchanged.
    pub same: Color32,
    /// Behind unchanged.
    pub same_back: Color32,
    /// Inconclusive, warnings, labels.
    pub open: Color32,
    /// Behind inconclusive.
    pub open_back: Color32,
    /// Behind what was kept of a document.
    pub keep: Color32,
    /// On it.
    pub keep_ink: Color32,
    /// Embed, attention, feed-forward, classifier, sample.
    pub phases: [Color32; 5],
    /// Further series: heap, process, power, and what boards declare.
    pub series: [Color32; 6],
    /// The dim behind a dialog.
    pub veil: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Ink on paper.
pub const LIGHT: Palette = Palette {
    page: rgb(0xf6f6f3),
    sheet: rgb(0xffffff),
    sunk: rgb(0xf3f3ef),
    raised: rgb(0xecece6),
    line: rgb(0xdfdfd8),
    grid: rgb(0xe9e9e3),
    ink: rgb(0x1c2024),
    soft: rgb(0x565e67),
    faint: rgb(0x7b838b),
    accent: rgb(0x1f5f8b),
    fill: rgb(0x2a6a99),
    on_fill: rgb(0xffffff),
    selected: rgb(0xdcebf6),
    good: rgb(0x17693f),
    good_back: rgb(0xe3f2e8),
    bad: rgb(0xa32a23),
    bad_back: rgb(0xfbe7e4),
    same: rgb(0x48525c),
    same_back: rgb(0xe9ebed),
    open: rgb(0x7d5700),
    open_back: rgb(0xf8eed3),
    keep: rgb(0xcfe3f2),
    keep_ink: rgb(0x10324b),
    phases: [rgb(0x8d97a2), rgb(0x3569a8), rgb(0xd58a2b), rgb(0x3b9884), rgb(0x9c5896)],
    series: [
        rgb(0x1f5f8b),
        rgb(0xb5641a),
        rgb(0x2f8a5b),
        rgb(0x8a4b9a),
        rgb(0x8a7a1c),
        rgb(0xa32a5f),
    ],
    veil: Color32::from_rgba_premultiplied(8, 10, 12, 96),
};

/// A dim room.
pub const DARK: Palette = Palette {
    page: rgb(0x111417),
    sheet: rgb(0x191d21),
    sunk: rgb(0x14171a),
    raised: rgb(0x242a30),
    line: rgb(0x2d3338),
    grid: rgb(0x23282d),
    ink: rgb(0xe5e7e9),
    soft: rgb(0xa0a9b2),
    faint: rgb(0x7c858e),
    accent: rgb(0x7ab8e3),
    fill: rgb(0x2f75a8),
    on_fill: rgb(0xffffff),
    selected: rgb(0x1f3b50),
    good: rgb(0x7fd3a0),
    good_back: rgb(0x173325),
    bad: rgb(0xf39a90),
    bad_back: rgb(0x3c1f1d),
    same: rgb(0xb3bcc5),
    same_back: rgb(0x2a3036),
    open: rgb(0xe6bd62),
    open_back: rgb(0x352a12),
    keep: rgb(0x1f3f57),
    keep_ink: rgb(0xdcedf9),
    phases: [rgb(0x7f8a96), rgb(0x5b93d6), rgb(0xdd9b4a), rgb(0x4fb39c), rgb(0xbb7ab5)],
    series: [
        rgb(0x7ab8e3),
        rgb(0xe0a060),
        rgb(0x6fcf97),
        rgb(0xc792d6),
        rgb(0xd4c35e),
        rgb(0xf08fb4),
    ],
    veil: Color32::from_rgba_premultiplied(0, 0, 0, 150),
};

impl Palette {
    /// The palette of a theme.
    pub fn of(theme: Theme) -> &'static Palette {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// The palette this part of the window is drawn with.
    pub fn here(ui: &egui::Ui) -> &'static Palette {
        Palette::of(if ui.visuals().dark_mode { Theme::Dark } else { Theme::Light })
    }
}

/// A colour that lets what is behind it through; `opacity` from 0 to 1.
pub fn faded(color: Color32, opacity: f32) -> Color32 {
    color.gamma_multiply(opacity)
}

/// Distances, in points. Everything on the page is a multiple of four.
pub mod space {
    /// Between an icon and its word.
    pub const HAIR: f32 = 4.0;
    /// Between things that belong together.
    pub const SMALL: f32 = 8.0;
    /// Inside a card, between fields.
    pub const MEDIUM: f32 = 12.0;
    /// Between cards.
    pub const LARGE: f32 = 16.0;
    /// Around a panel.
    pub const PAGE: f32 = 24.0;
    /// Corners of cards.
    pub const CORNER: f32 = 10.0;
    /// Corners of buttons and fields.
    pub const CORNER_SMALL: f32 = 6.0;
}

/// Text sizes beyond egui's own styles.
pub mod text {
    use egui::{FontFamily, FontId, TextStyle};

    /// A panel's name.
    pub fn title() -> FontId {
        FontId::new(20.0, super::semibold())
    }

    /// A card's name.
    pub fn heading() -> FontId {
        FontId::new(14.5, super::semibold())
    }

    /// A word that stands out in a line.
    pub fn strong() -> FontId {
        FontId::new(13.0, super::semibold())
    }

    /// The figure of a tile.
    pub fn figure() -> FontId {
        FontId::new(22.0, super::semibold())
    }

    /// A label over a field, a caption.
    pub fn small() -> FontId {
        FontId::new(11.5, FontFamily::Proportional)
    }

    /// A label that shouts quietly: SYNTHETIC, EMULATED.
    pub fn tag() -> FontId {
        FontId::new(10.0, super::semibold())
    }

    /// Numbers on a plot's axes.
    pub fn axis() -> FontId {
        FontId::new(10.5, FontFamily::Proportional)
    }

    /// The text of a document.
    pub fn document() -> TextStyle {
        TextStyle::Body
    }
}

/// The family of the heavier weight.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// Gives a context the window's fonts and both styles. Call once.
pub fn dress(ctx: &Context) {
    ctx.set_fonts(fonts());
    for theme in [Theme::Light, Theme::Dark] {
        ctx.set_style_of(theme, style(theme));
    }
}

fn fonts() -> FontDefinitions {
    let mut fonts = built_in();
    let inter = [
        ("inter", include_bytes!("../../../assets/fonts/Inter-Regular.otf").as_slice()),
        ("inter-semibold", include_bytes!("../../../assets/fonts/Inter-SemiBold.otf").as_slice()),
    ];
    for (name, bytes) in inter {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (family, name) in [(FontFamily::Proportional, "inter"), (semibold(), "inter-semibold")] {
        let mut names = vec![name.to_owned()];
        names.extend(fallback.iter().cloned());
        fonts.families.insert(family, names);
    }
    fonts
}

/// What egui brings: a fixed-width font, and more letters than Inter has.
#[cfg(not(target_arch = "wasm32"))]
fn built_in() -> FontDefinitions {
    FontDefinitions::default()
}

/// The fixed-width font alone: other letters are drawn by the browser.
#[cfg(target_arch = "wasm32")]
fn built_in() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let data = FontData::from_static(epaint_default_fonts::HACK_REGULAR);
    fonts.font_data.insert("Hack".to_owned(), Arc::new(data));
    fonts.families.insert(FontFamily::Monospace, vec!["Hack".to_owned()]);
    fonts
}

fn style(theme: Theme) -> Arc<Style> {
    let palette = Palette::of(theme);
    let mut style = Style { visuals: visuals(theme, palette), ..Style::default() };
    style.text_styles = [
        (TextStyle::Small, text::small()),
        (TextStyle::Body, FontId::new(13.0, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(13.0, FontFamily::Proportional)),
        (TextStyle::Heading, text::title()),
        (TextStyle::Monospace, FontId::new(12.0, FontFamily::Monospace)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(space::SMALL, space::SMALL);
    spacing.button_padding = Vec2::new(10.0, 5.0);
    spacing.interact_size = Vec2::new(28.0, 28.0);
    spacing.window_margin = Margin::same(16);
    spacing.menu_margin = Margin::same(6);
    spacing.combo_width = 80.0;
    spacing.text_edit_width = 200.0;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 9.0;
    spacing.scroll.bar_width = 8.0;
    spacing.scroll.floating = true;
    spacing.tooltip_width = 340.0;
    style.interaction.tooltip_delay = 0.35;
    style.interaction.selectable_labels = false;
    style.animation_time = 0.1;
    Arc::new(style)
}

fn visuals(theme: Theme, palette: &Palette) -> Visuals {
    let mut visuals = match theme {
        Theme::Light => Visuals::light(),
        Theme::Dark => Visuals::dark(),
    };
    let corner = CornerRadius::same(space::CORNER_SMALL as u8);
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(palette.soft);
    visuals.hyperlink_color = palette.accent;
    visuals.faint_bg_color = palette.sunk;
    visuals.extreme_bg_color = palette.sunk;
    visuals.text_edit_bg_color = Some(palette.sunk);
    visuals.code_bg_color = palette.sunk;
    visuals.warn_fg_color = palette.open;
    visuals.error_fg_color = palette.bad;
    visuals.panel_fill = palette.page;
    visuals.window_fill = palette.sheet;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.window_corner_radius = CornerRadius::same(space::CORNER as u8);
    visuals.menu_corner_radius = CornerRadius::same(8);
    let depth = if theme == Theme::Dark { 120 } else { 36 };
    let shadow =
        Shadow { offset: [0, 6], blur: 24, spread: 0, color: Color32::from_black_alpha(depth) };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.selection.bg_fill = palette.selected;
    visuals.selection.stroke = Stroke::new(1.0, palette.accent);
    visuals.slider_trailing_fill = true;
    visuals.striped = false;
    visuals.indent_has_left_vline = false;
    visuals.interact_cursor = Some(egui::CursorIcon::PointingHand);
    let widgets = &mut visuals.widgets;
    for (state, back, line, ink) in [
        (&mut widgets.noninteractive, palette.sheet, palette.line, palette.ink),
        (&mut widgets.inactive, palette.sheet, palette.line, palette.ink),
        (&mut widgets.hovered, palette.raised, palette.faint, palette.ink),
        (&mut widgets.active, palette.raised, palette.accent, palette.ink),
        (&mut widgets.open, palette.raised, palette.line, palette.ink),
    ] {
        state.bg_fill = back;
        state.weak_bg_fill = back;
        state.bg_stroke = Stroke::new(1.0, line);
        state.fg_stroke = Stroke::new(1.0, ink);
        state.corner_radius = corner;
        state.expansion = 0.0;
    }
    // Sliders and check boxes are drawn with `bg_fill`: on a sheet they would vanish.
    widgets.inactive.bg_fill = palette.raised;
    widgets.hovered.bg_fill = palette.line;
    visuals
}
