//! Fonts: the embedded ones for Latin and signs, the system's for Chinese.

use std::sync::Arc;

/// Lets the window draw every character that some font of the system knows.
///
/// Without a Chinese font in the system, Chinese is shown as boxes; the Debian
/// package of the program depends on one for that reason.
pub fn install(ctx: &egui::Context) {
    ctx.add_font_provider(Arc::new(egui_system_font_provider::SystemFontProvider::new()));
}
