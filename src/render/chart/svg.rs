use std::fmt::Write;

/// The width of every chart in its own units.
pub(super) const WIDTH: f64 = 560.0;
/// The height of every chart.
pub(super) const HEIGHT: f64 = 240.0;

/// Where in the chart the data is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Plot {
    /// The usual margins, with `labels` units to the right for names of lines.
    pub(super) fn with_labels(labels: f64) -> Self {
        Self { left: 52.0, right: WIDTH - labels, top: 14.0, bottom: HEIGHT - 30.0 }
    }
}

/// A drawing under construction.
pub(super) struct Svg {
    body: String,
}

impl Svg {
    pub(super) fn new() -> Self {
        Self { body: String::new() }
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = write!(
            self.body,
            r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
            num(from.0),
            num(from.1),
            num(to.0),
            num(to.1)
        );
    }

    pub(super) fn rect(&mut self, class: &str, at: (f64, f64), size: (f64, f64)) {
        let _ = write!(
            self.body,
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}"/>"#,
            num(at.0),
            num(at.1),
            num(size.0.max(0.0)),
            num(size.1.max(0.0))
        );
    }

    pub(super) fn path(&mut self, class: &str, d: &str) {
        if !d.is_empty() {
            let _ = write!(self.body, r#"<path class="{class}" d="{d}"/>"#);
        }
    }

    /// Text inside the drawing. Hidden from readers of the page's text, who have title, description and table.
    pub(super) fn text(&mut self, class: &str, at: (f64, f64), text: &str) {
        let _ = write!(
            self.body,
            r#"<text class="{class}" x="{}" y="{}" aria-hidden="true">{}</text>"#,
            num(at.0),
            num(at.1),
            escape(text)
        );
    }

    /// The finished drawing. `id` is unique in the page.
    pub(super) fn finish(self, id: &str, class: &str, size: (f64, f64), title: &str, desc: &str) -> String {
        let (width, height) = (num(size.0), num(size.1));
        format!(
            concat!(
                r#"<svg class="{class}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-t {id}-d">"#,
                r#"<title id="{id}-t">{title}</title><desc id="{id}-d">{desc}</desc>{body}</svg>"#
            ),
            class = class,
            width = width,
            height = height,
            id = id,
            title = escape(title),
            desc = escape(desc),
            body = self.body
        )
    }
}

/// A coordinate, with one decimal at most; never NaN, never `-0`.
pub(super) fn num(value: f64) -> String {
    let tenths = if value.is_finite() { (value * 10.0).round() as i64 } else { 0 };
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
    if tenth == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{tenth}") }
}

/// A line through runs of points: holes part it.
pub(super) fn polyline(runs: &[Vec<(f64, f64)>]) -> String {
    let mut d = String::new();
    for run in runs {
        for (i, (x, y)) in run.iter().enumerate() {
            let _ = write!(d, "{}{} {}", if i == 0 { 'M' } else { 'L' }, num(*x), num(*y));
        }
    }
    d
}

/// The surface between runs of points and a level.
pub(super) fn area(runs: &[Vec<(f64, f64)>], level: f64) -> String {
    let mut d = String::new();
    for run in runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let _ = write!(d, "M{} {}", num(first.0), num(level));
        for (x, y) in run {
            let _ = write!(d, "L{} {}", num(*x), num(*y));
        }
        let _ = write!(d, "L{} {}Z", num(last.0), num(level));
    }
    d
}

fn escape(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    // Writing into memory cannot fail.
    let _ = tera::escape_html(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short_and_real() {
        assert_eq!(num(1.25), "1.3");
        assert_eq!(num(-0.04), "0");
        assert_eq!(num(-3.5), "-3.5");
        assert_eq!(num(f64::NAN), "0");
        assert_eq!(num(12.0), "12");
    }

    #[test]
    fn labels_cannot_leave_their_place() {
        let mut svg = Svg::new();
        svg.text("c", (0.0, 0.0), "</text><script>");
        let svg = svg.finish("x", "c", (1.0, 1.0), "a & b", "\"<");
        assert!(!svg.contains("<script"), "{svg}");
        assert!(svg.contains("a &amp; b"));
    }
}
