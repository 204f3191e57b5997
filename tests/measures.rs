//! Values as notes write them (`measures.tsv`): every row is read, and what is read is all that the row says.

use chartside::measure::derived::derive;
use chartside::measure::{Comparator, Day, Moment, Value, Values};
use chartside::note::Reading;
use proptest::prelude::*;

const TABLE: &str = include_str!("measures.tsv");

fn number(value: f64) -> String {
    let short = format!("{value:.2}");
    short.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn date(days: i32) -> String {
    // Civil from days, proleptic Gregorian.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z - era * 146_097;
    let of_cycle = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * of_cycle + of_cycle / 4 - of_cycle / 100);
    let mp = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = of_cycle + era * 400 + i32::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn show(values: &Values, value: &Value) -> String {
    let mut text = values.analytes[value.analyte as usize].name.to_owned();
    text.push(' ');
    text.push_str(match value.comparator {
        Comparator::Is => "",
        Comparator::Below => "<",
        Comparator::AtMost => "<=",
        Comparator::Above => ">",
        Comparator::AtLeast => ">=",
    });
    // Four significant digits say enough.
    let digits = |v: f64| number(if v.abs() >= 100.0 { (v * 10.0).round() / 10.0 } else { v });
    text.push_str(&digits(value.low));
    if value.high > value.low {
        text.push('-');
        text.push_str(&digits(value.high));
    }
    text.push_str(match value.moment {
        Moment::Now => "",
        Moment::Baseline => " baseline",
        Moment::Before => " before",
        Moment::Peak => " peak",
        Moment::Lowest => " lowest",
        Moment::Admission => " admission",
        Moment::Discharge => " discharge",
        Moment::Goal => " goal",
    });
    match value.day {
        None => {}
        Some(Day::Calendar(d) | Day::Yearless(d)) => text.push_str(&format!(" @{}", date(d))),
        Some(Day::Stay(d)) => text.push_str(&format!(" @HD{d}")),
        Some(Day::AfterSurgery(d)) => text.push_str(&format!(" @POD{d}")),
        Some(Day::Relative(d)) => text.push_str(&format!(" @{d}")),
    }
    if let Some(minute) = value.minute {
        text.push_str(&format!(" {:02}:{:02}", minute / 60, minute % 60));
    }
    if let Some(hours) = value.hours {
        text.push_str(&format!(" over {hours}h"));
    }
    if !value.plausible {
        text.push_str(" ?");
    }
    text
}

#[test]
fn values_are_read_as_notes_write_them() {
    let values = Values::load();
    let mut rows = 0;
    let mut wrong = Vec::new();
    for line in TABLE.lines().skip(1).filter(|l| !l.starts_with('#')) {
        let (text, expected) = line.split_once('\t').unwrap_or_else(|| panic!("no values: {line}"));
        let text = text.replace("\\n", "\n").replace("\\t", "\t");
        let found = values.read(&Reading::of(&text));
        let found: Vec<String> = found.iter().map(|v| show(&values, v)).collect();
        rows += 1;
        if found.join("; ") != expected {
            wrong.push(format!("{text:?}\n   expected: {expected}\n   read:     {}", found.join("; ")));
        }
    }
    assert!(rows >= 250);
    assert!(wrong.is_empty(), "{} of {rows} are read otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn values_stand_in_the_order_of_time() {
    let values = Values::load();
    for (text, analyte, expected) in [
        ("Cr 2.4, up from 1.0", "creatinine", "1 2.4"),
        ("Cr 2.4 (baseline 1.0)", "creatinine", "1 2.4"),
        ("Cr 1.0 -> 1.8 -> 2.4", "creatinine", "1 1.8 2.4"),
        ("Cr 2.4 <- 1.8 <- 1.0", "creatinine", "1 1.8 2.4"),
        ("Hgb dropped from 12.1 to 8.0, now 7.2", "hemoglobin", "12.1 8 7.2"),
        ("Hgb 8.0 (10.2 yesterday, 12.1 on admission)", "hemoglobin", "12.1 10.2 8"),
        ("Creatinine 2.4. Discharge creatinine 1.1. Admission creatinine 3.0.", "creatinine", "3 2.4 1.1"),
        ("Cr 1.4 today (peak 3.1 on HD2)", "creatinine", "3.1 1.4"),
        ("3/14/2025 Cr 2.4\n3/12/2025 Cr 1.0\n3/13/2025 Cr 1.8", "creatinine", "1 1.8 2.4"),
        ("12/31: Na 120, 1/2: Na 131. Seen 01/02/2025.", "sodium", "120 131"),
        ("Lab\t3/14/2025\t3/13/2025\nNa\t135\t128", "sodium", "128 135"),
        ("WBC 18.4. Later that day WBC 22.", "wbc", "18.4 22"),
        ("Baseline Hgb 13. Hgb 9 on arrival, nadir 6.8, 8.9 at discharge.", "hemoglobin", "13 9 6.8 8.9"),
    ] {
        let found = values.read(&Reading::of(text));
        let id = values.analyte(analyte).unwrap_or(u16::MAX);
        let mut of: Vec<&Value> = found.iter().filter(|v| v.analyte == id).collect();
        of.sort_by_key(|v| v.order);
        let read: Vec<String> = of.iter().map(|v| number(v.low)).collect();
        assert_eq!(read.join(" "), expected, "{text}");
        assert!(of.iter().enumerate().all(|(i, v)| v.order == i as u32), "{text}");
    }
}

/// What notes are made of, in any order.
const FRAGMENTS: &[&str] = &[
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    "\t",
    "  ",
    ".",
    ". ",
    ",",
    ", ",
    ";",
    ":",
    ": ",
    "-",
    " - ",
    "->",
    " > ",
    "<",
    "<-",
    "\u{2192}",
    "\u{2191}",
    "/",
    "(",
    ")",
    "[",
    "]",
    "|",
    "\\",
    "%",
    "=",
    "~",
    "+",
    "'",
    "\"",
    "x2",
    "x",
    "to",
    "from",
    "baseline",
    "was",
    "now",
    "peak",
    "nadir",
    "goal",
    "on admission",
    "at discharge",
    "yesterday",
    "today",
    "3 days ago",
    "over 3 months",
    "Na",
    "K",
    "Cr",
    "BUN/Cr",
    "H/H",
    "BP",
    "T",
    "HR",
    "SpO2",
    "WBC",
    "Hgb",
    "Plt",
    "PT/INR",
    "ABG",
    "VBG",
    "VS:",
    "UOP",
    "weight loss",
    "Wt",
    "Ht",
    "HFNC",
    "prednisone",
    "bands",
    "troponin",
    "glucose",
    "of",
    "intake",
    "bolus",
    "NS",
    "NC",
    "RA",
    "room air",
    "L",
    "mL",
    "mg/dL",
    "mEq/L",
    "mL/kg/h",
    "cc/hr",
    "ft",
    "in",
    "lb",
    "kg",
    "h",
    "C",
    "F",
    "K/uL",
    "1",
    "0",
    "7",
    "12",
    "88",
    "128",
    "1.9",
    "1,9",
    "13 0",
    "45,000",
    "99999999999999999999",
    "0.0",
    "120-130",
    "70s",
    "7.21",
    "88/52",
    "3/12",
    "2025-03-12",
    "03/12/2025",
    "31/31",
    "12.03.2025",
    "06:00",
    "25:99",
    "0600",
    "HD2",
    "POD #1",
    "Mar 12",
    "140/4.2/105/24/18/1.1<110",
    "12.3>9.8/29<150",
    "7.21/68/54/26",
    "Na128",
    "K3.1",
    "T38.9",
    "BP88/52",
    "\u{b0}",
    "\u{b5}",
    "\u{2265}",
    "\u{bd}",
    "\u{663}",
    "LABS:",
    "Vitals:",
    "Test | Result",
    "| 3/12 | 3/13 |",
    "|---|",
    "E2V3M4",
    "mean",
    "Lab 03/12/25 0612 03/13/25 0544\n",
    "\nNA 128* 131*\n",
    "131 | 98 | 52\n",
    "(!)",
];

/// What holds of the values of any text.
fn sound(values: &Values, text: &str) {
    let reading = Reading::of(text);
    let found = values.read(&reading);
    for pair in found.windows(2) {
        assert!((pair[0].number, pair[0].analyte) <= (pair[1].number, pair[1].analyte), "{text:?}");
    }
    for value in &found {
        let all = reading.tokens.len() as u32;
        assert!(value.tokens.start < value.tokens.end && value.tokens.end <= all, "{text:?}: {value:?}");
        assert!(value.number.start < value.number.end && value.number.end <= all, "{text:?}: {value:?}");
        assert!(
            value.tokens.start <= value.number.start && value.number.end <= value.tokens.end,
            "{text:?}: {value:?}"
        );
        assert!(reading.sentences[value.sentence as usize].tokens.contains(value.number.start), "{text:?}: {value:?}");
        assert!(value.low.is_finite() && value.low <= value.high, "{text:?}: {value:?}");
        let analyte = &values.analytes[value.analyte as usize];
        assert!(!value.plausible || analyte.plausible(value.low), "{text:?}: {value:?}");
    }
    derive(values, &reading, &found);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_values_of_any_note_are_sound(parts in prop::collection::vec(prop::sample::select(FRAGMENTS), 0..60)) {
        VALUES.with(|values| sound(values, &parts.join(" ")));
        VALUES.with(|values| sound(values, &parts.concat()));
    }

    #[test]
    fn any_text_has_sound_values(text in any::<String>()) {
        VALUES.with(|values| sound(values, &text));
    }
}

thread_local! {
    static VALUES: Values = Values::load();
}
