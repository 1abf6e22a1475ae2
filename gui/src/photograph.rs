//! A picture of the window, for documents and for whoever has no screen.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
};

use eframe::icon_data::IconDataExt;
use egui::{ColorImage, Context, IconData, ViewportCommand};

/// Frames that are drawn before the picture is taken: columns find their width
/// and fonts their place within a few.
const FRAMES: u32 = 10;

/// A picture that was asked for.
#[derive(Debug)]
pub struct Photograph {
    file: PathBuf,
    frames: u32,
    taken: Receiver<Arc<ColorImage>>,
    camera: Sender<Arc<ColorImage>>,
    tell: Sender<String>,
}

impl Photograph {
    /// A picture to be left in a file; `tell` hears why it could not be.
    #[must_use]
    pub fn new(file: PathBuf, tell: Sender<String>) -> Self {
        let (camera, taken) = mpsc::channel();
        Self { file, frames: 0, taken, camera, tell }
    }

    /// Counts frames once the window is complete, takes the picture, saves it
    /// and closes the window.
    pub fn look(&mut self, ctx: &Context, is_complete: bool) {
        if let Ok(picture) = self.taken.try_recv() {
            if let Err(words) = self.save(&picture) {
                // Whoever asked is gone where nobody hears it.
                drop(self.tell.send(words));
            }
            ctx.send_viewport_cmd(ViewportCommand::Close);
            return;
        }
        if is_complete {
            self.frames += 1;
        }
        if self.frames == FRAMES {
            let (camera, waker) = (self.camera.clone(), ctx.clone());
            ctx.request_screenshot(move |picture| {
                // A window that is gone wants no picture.
                drop(camera.send(picture));
                waker.request_repaint();
            });
        }
        ctx.request_repaint();
    }

    fn save(&self, picture: &ColorImage) -> Result<(), String> {
        let [width, height] = picture.size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        let rgba = picture.pixels.iter().flat_map(|pixel| pixel.to_array()).collect();
        let png = IconData { rgba, width, height }.to_png_bytes()?;
        std::fs::write(&self.file, png).map_err(|error| format!("{}: {error}", self.file.display()))
    }
}
