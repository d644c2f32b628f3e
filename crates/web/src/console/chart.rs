//! Charts, drawn on the server as SVG that is read out: the finding is the title, the numbers stand in a table below.

use askama::Template;

use crate::site::Lang;

/// The width and height of what is drawn, in units of the picture.
const WIDTH: i64 = 312;
const LEFT: i64 = 30;
const RIGHT: i64 = 298;
const TOP: i64 = 12;
const FLOOR: i64 = 112;

/// A line of a chart over time.
pub(crate) struct Series<'a> {
    pub(crate) name: &'a str,
    pub(crate) values: Vec<u64>,
}

/// One or two lines over days.
#[derive(Template)]
#[template(path = "console/lines.html")]
struct Lines<'a> {
    id: &'a str,
    title: &'a str,
    finding: &'a str,
    lang: Lang,
    points: Vec<String>,
    marks: Vec<(i64, String)>,
    top: String,
    half: String,
    heads: Vec<&'a str>,
    rows: Vec<(String, Vec<String>)>,
}

/// Lines over days; `days`: what each is called. At most two series; the second is dashed.
pub(crate) fn lines(
    (id, title, finding): (&str, &str, &str),
    days: &[String],
    series: &[Series<'_>],
    lang: Lang,
) -> String {
    let most = series
        .iter()
        .flat_map(|series| &series.values)
        .copied()
        .max()
        .unwrap_or(0);
    let top = ceiling(most);
    let last = i64::try_from(days.len().saturating_sub(1))
        .unwrap_or(0)
        .max(1);
    let at = |n: usize| LEFT + (RIGHT - LEFT) * i64::try_from(n).unwrap_or(0) / last;
    let points = series.iter().map(|series| {
        let points = series.values.iter().enumerate().map(|(n, value)| {
            let share = i64::try_from(value * 100 / top).unwrap_or(100);
            format!("{},{}", at(n), FLOOR - (FLOOR - TOP) * share / 100)
        });
        points.collect::<Vec<_>>().join(" ")
    });
    let step = (days.len() / 4).max(1);
    let marks = days
        .iter()
        .enumerate()
        .filter(|(n, _)| n % step == 0)
        .map(|(n, day)| (at(n), day.clone()));
    let rows = days.iter().enumerate().map(|(n, day)| {
        let values = series
            .iter()
            .map(|series| number(series.values.get(n).copied().unwrap_or(0)));
        (day.clone(), values.collect())
    });
    rendered(&Lines {
        id,
        title,
        finding,
        lang,
        points: points.collect(),
        marks: marks.collect(),
        top: number(top),
        half: number(top / 2),
        heads: series.iter().map(|series| series.name).collect(),
        rows: rows.collect(),
    })
}

/// One bar of a chart.
pub(crate) struct Bar {
    pub(crate) name: String,
    /// What it measures, in tenths.
    pub(crate) tenths: u64,
}

struct Drawn {
    name: String,
    y: i64,
    width: i64,
    value: String,
}

#[derive(Template)]
#[template(path = "console/bars.html")]
struct Bars<'a> {
    id: &'a str,
    title: &'a str,
    finding: &'a str,
    height: i64,
    bars: Vec<Drawn>,
    /// Where the limit stands, and what it is called.
    limit: Option<(i64, String)>,
}

/// Horizontal bars to compare, with a limit where there is one (tenths, name).
pub(crate) fn bars(
    (id, title, finding): (&str, &str, &str),
    bars: &[Bar],
    limit: Option<(u64, &str)>,
) -> String {
    const FROM: i64 = 92;
    const TO: i64 = WIDTH - 40;
    const ROW: i64 = 22;
    let most = bars
        .iter()
        .map(|bar| bar.tenths)
        .chain(limit.map(|(tenths, _)| tenths))
        .max()
        .unwrap_or(0)
        .max(1);
    let width = |tenths: u64| {
        (TO - FROM) * i64::try_from(tenths).unwrap_or(0) / i64::try_from(most).unwrap_or(1)
    };
    let drawn = bars.iter().zip(0_i64..).map(|(bar, n)| Drawn {
        name: bar.name.clone(),
        y: 9 + n * ROW,
        width: width(bar.tenths).max(1),
        value: if bar.tenths % 10 == 0 {
            number(bar.tenths / 10)
        } else {
            format!("{},{}", number(bar.tenths / 10), bar.tenths % 10)
        },
    });
    let rows = i64::try_from(bars.len()).unwrap_or(0);
    rendered(&Bars {
        id,
        title,
        finding,
        height: 18 + rows * ROW,
        bars: drawn.collect(),
        limit: limit.map(|(tenths, name)| (FROM + width(tenths), name.to_owned())),
    })
}

fn rendered(chart: &impl Template) -> String {
    chart.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a chart cannot be drawn");
        String::new()
    })
}

/// The next round number above: 1, 2 or 5 and noughts.
fn ceiling(most: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for step in [2, 5, 10] {
            if most <= step * unit {
                return step * unit;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// As people write it: `1.250`.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_with_points() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_250_000), "1.250.000");
        assert_eq!((ceiling(0), ceiling(3), ceiling(4_630)), (2, 5, 5_000));
    }

    #[test]
    fn a_chart_tells_its_numbers() {
        let days: Vec<String> = (9..=22).map(|day| format!("{day}/11")).collect();
        let values: Vec<u64> = (0..14).map(|n| n * 330).collect();
        let series = [Series {
            name: "Đến",
            values,
        }];
        let svg = lines(
            ("c1", "Thư mỗi ngày", "tăng"),
            &days,
            &series,
            Lang::Vietnamese,
        );
        assert!(
            svg.contains("4.290") && svg.contains("<title id=\"c1t\">tăng</title>"),
            "{svg}"
        );
        assert!(!svg.contains("style="));
        let one = [Bar {
            name: "Cấp mới".to_owned(),
            tenths: 14,
        }];
        let svg = bars(("c2", "Ngày làm việc", "nhanh"), &one, Some((30, "hạn 3")));
        assert!(svg.contains(">1,4<") && svg.contains("hạn 3"), "{svg}");
    }
}
