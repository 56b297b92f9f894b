//! The picture of events by year: drawn as SVG, then rasterised, with a font that is part of the program.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::Look;
use crate::knowledge::FactBase;
use crate::timeline;

const WIDTH: f64 = 1_200.0;
const HEIGHT: f64 = 560.0;
/// Free space around, the title's and the labels' included.
const LEFT: f64 = 40.0;
const RIGHT: f64 = 40.0;
const TOP: f64 = 120.0;
const BOTTOM: f64 = 90.0;
/// With more bars than this, labels would be too small to read: decades are drawn instead.
const MOST_BARS: usize = 40;
/// A lone bar is not wider.
const WIDEST_BAR: f64 = 60.0;
/// Rows of horizontal lines are at most so many.
const MOST_LINES: usize = 8;

const BACKGROUND: &str = "#1e1f22";
const INK: &str = "#f2f3f5";
const FAINT: &str = "#b5bac1";
const RULE: &str = "#3a3c42";

/// Only the fonts of the program: whatever a system has or lacks, the picture is the same.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(ttf_noto_sans::REGULAR.to_vec());
    fonts.load_font_data(ttf_noto_sans::BOLD.to_vec());
    Arc::new(fonts)
});

/// Why there is no picture; a fault of the program.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The SVG is broken.
    #[error("the drawing is broken: {0}")]
    Drawing(#[from] resvg::usvg::Error),
    /// There is no room for the pixels, or they cannot be written as PNG.
    #[error("the picture cannot be written")]
    Pixels,
}

/// How many events each year has, as a PNG. None where nothing is dated.
///
/// # Errors
/// Where the picture cannot be made.
pub fn picture(look: Look<'_>) -> Result<Option<Arc<[u8]>>, PictureError> {
    let Some(drawing) = svg(look) else { return Ok(None) };
    let options =
        Options { fontdb: Arc::clone(&FONTS), font_family: "Noto Sans".to_owned(), ..Options::default() };
    let tree = Tree::from_str(&drawing, &options)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they are some hundreds")]
    let mut pixels = Pixmap::new(WIDTH as u32, HEIGHT as u32).ok_or(PictureError::Pixels)?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    let png = pixels.encode_png().map_err(|_| PictureError::Pixels)?;
    Ok(Some(png.into()))
}

/// The bars: label and count.
fn bars(base: &FactBase) -> Vec<(String, usize)> {
    let years = timeline::years(base);
    if years.len() <= MOST_BARS {
        return years.into_iter().map(|(year, count)| (year.to_string(), count)).collect();
    }
    let mut decades: Vec<(i16, usize)> = Vec::new();
    for (year, count) in years {
        let decade = year.div_euclid(10) * 10;
        match decades.last_mut() {
            Some((last, sum)) if *last == decade => *sum += count,
            _ => decades.push((decade, count)),
        }
    }
    decades.into_iter().map(|(decade, count)| (format!("{decade}s"), count)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "they are some hundreds")]
fn svg(look: Look<'_>) -> Option<String> {
    let bars = bars(look.base);
    let most = bars.iter().map(|(_, count)| *count).max()?;
    let title = &look.base.article.title;
    let title = if title.is_empty() { "Timeline".to_owned() } else { title.clone() };
    let events = timeline::events(look.base, None).len();
    let (width, height) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    let floor = HEIGHT - BOTTOM;
    let step = width / bars.len() as f64;
    let bar = (step * 0.62).min(WIDEST_BAR);
    let per_event = height / most as f64;
    let colour = look.colours.timeline;
    let mut drawing = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" font-family=\"Noto Sans\">\
         <rect width=\"100%\" height=\"100%\" fill=\"{BACKGROUND}\"/>\
         <text x=\"{LEFT}\" y=\"54\" font-size=\"30\" font-weight=\"700\" fill=\"{INK}\">{}</text>\
         <text x=\"{LEFT}\" y=\"86\" font-size=\"20\" fill=\"{FAINT}\">{events} dated events by year; years without any are left out</text>",
        escaped(&title)
    );
    let every = most.div_ceil(MOST_LINES);
    for line in (0..=most).step_by(every) {
        let y = floor - per_event * line as f64;
        // Writing to a string does not fail.
        let _ = write!(
            drawing,
            "<path d=\"M{LEFT} {y:.1}H{:.1}\" stroke=\"{RULE}\" stroke-width=\"1.5\"/>",
            WIDTH - RIGHT
        );
    }
    for (at, (label, count)) in bars.iter().enumerate() {
        let middle = LEFT + step * (at as f64 + 0.5);
        let top = floor - per_event * *count as f64;
        let _ = write!(
            drawing,
            "<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{bar:.1}\" height=\"{:.1}\" rx=\"4\" fill=\"{colour}\"/>\
             <text x=\"{middle:.1}\" y=\"{:.1}\" font-size=\"18\" font-weight=\"700\" text-anchor=\"middle\" fill=\"{INK}\">{count}</text>\
             <text transform=\"translate({:.1} {:.1}) rotate(-55)\" font-size=\"19\" text-anchor=\"end\" fill=\"{INK}\">{}</text>",
            middle - bar / 2.0,
            floor - top,
            top - 8.0,
            middle + 8.0,
            floor + 24.0,
            escaped(label)
        );
    }
    drawing.push_str("</svg>");
    Some(drawing)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::shipped;

    fn look(base: &FactBase) -> Look<'_> {
        Look { base, colours: Config::load(None).unwrap().discord.colours }
    }

    #[test]
    fn the_picture_is_a_png_of_its_size_and_always_the_same() {
        let matcher = shipped::matcher().unwrap();
        let look = look(matcher.base());
        let png = picture(look).unwrap().unwrap();
        assert!(png.starts_with(b"\x89PNG"));
        let pixels = Pixmap::decode_png(&png).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (1_200, 560));
        assert_eq!(picture(look).unwrap().unwrap(), png);
        if let Some(folder) = std::env::var_os("PICTURE_FOLDER") {
            std::fs::write(std::path::Path::new(&folder).join("timeline.png"), &png).unwrap();
        }
    }

    #[test]
    fn letters_of_both_languages_have_a_shape() {
        let mut base = shipped::matcher().unwrap().base().clone();
        let mut pictures = Vec::new();
        for title in ["", "ə", "ğ", "ş", "ı", "İ", "ç"] {
            base.article.title = format!("A{title}");
            pictures.push(picture(look(&base)).unwrap().unwrap());
        }
        // A missing letter would be drawn as one and the same box, or not at all.
        for (at, one) in pictures.iter().enumerate() {
            assert!(pictures.iter().skip(at + 1).all(|other| other != one), "title {at}");
        }
    }

    #[test]
    fn nothing_dated_is_no_picture_and_many_years_become_decades() {
        let mut base = shipped::matcher().unwrap().base().clone();
        let fact = base.facts.iter().find(|fact| fact.date.is_some()).cloned().unwrap();
        base.facts.clear();
        assert!(picture(look(&base)).unwrap().is_none());
        for year in 1_800..1_900 {
            let mut fact = fact.clone();
            fact.date = format!("{year}").parse().ok();
            base.facts.push(fact);
        }
        let bars = bars(&base);
        assert_eq!(bars.len(), 10);
        assert_eq!(bars.first().unwrap(), &("1800s".to_owned(), 10));
    }
}
