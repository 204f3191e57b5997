//! Levels of the spine ("L4-5", "C7", "T12"): the region they lie in, which is what the Index and the Tabular name, and
//! for a fracture the vertebra.

use crate::note::{Reading, TokenKind, TokenRange};

/// The words that a level or a range of levels stands for.
pub struct Level {
    /// The token that names the (upper) level.
    pub words: Vec<&'static str>,
    /// The lower level where only its number is written ("L4-5").
    pub lower: Option<(u32, String)>,
}

/// Words beside which a single level is one of the spine; alone, "T2" is a kind of image and "S1" a heart sound.
const OF_SPINE: &[&str] = &[
    "disc",
    "disk",
    "discs",
    "disks",
    "herniation",
    "herniated",
    "hnp",
    "radiculopathy",
    "myelopathy",
    "stenosis",
    "fracture",
    "fractures",
    "fx",
    "compression",
    "burst",
    "wedge",
    "vertebra",
    "vertebral",
    "vertebrae",
    "spine",
    "spinal",
    "spondylolisthesis",
    "anterolisthesis",
    "retrolisthesis",
    "spondylosis",
    "spondylolysis",
    "discitis",
    "osteomyelitis",
    "ddd",
    "laminectomy",
    "discectomy",
    "fusion",
    "kyphoplasty",
    "vertebroplasty",
    "collapsed",
    "collapse",
    "foraminal",
    "facet",
    "endplate",
];
const OF_FRACTURE: &[&str] =
    &["fracture", "fractures", "fx", "fxs", "compression", "burst", "wedge", "collapsed", "collapse", "endplate"];
const OF_METASTASIS: &[&str] = &["mets", "metastasis", "metastases"];
/// Tokens on each side that are looked at.
const NEIGHBOURS: u32 = 12;
/// A metastasis farther away than this is not of the vertebra ("T2 N1, liver metastases").
const BESIDE: u32 = 3;

const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
];

/// The level that begins at a token, if one does.
pub fn level(reading: &Reading<'_>, at: u32, sentence: TokenRange) -> Option<Level> {
    let (region, number) = parse(reading.folded(at))?;
    let (lower, bare) = lower(reading, at, sentence, region);
    let start = sentence.start.max(at.saturating_sub(NEIGHBOURS));
    let end = sentence.end.min(at + NEIGHBOURS);
    let near = |words: &[&str]| (start..end).any(|t| words.contains(&reading.folded(t)));
    let plain = lower.is_some() && matches!(region, 'c' | 'l');
    let beside = sentence.start.max(at.saturating_sub(BESIDE))..sentence.end.min(at + BESIDE);
    let spread = beside.into_iter().any(|t| OF_METASTASIS.contains(&reading.folded(t)));
    if !plain && !near(OF_SPINE) && !spread {
        return None;
    }
    let mut words = Vec::new();
    if spread {
        words.push("vertebra");
    }
    words.push(match (region, lower.map(|l| l.0)) {
        ('c', Some('t')) => "cervicothoracic",
        ('t', Some('l')) => "thoracolumbar",
        ('l', Some('s')) => "lumbosacral",
        ('c', _) => "cervical",
        ('t', _) => "thoracic",
        ('l', _) => "lumbar",
        _ => "sacral",
    });
    match (region, number, lower) {
        ('c', 2 | 3, Some(('c', _))) => words.push("high"),
        ('c', 4..=6, Some(('c', _))) => words.push("mid"),
        _ => {}
    }
    // "C3 stenosis" is none of the cervix, "herniation L4-5" no hernia of the loin.
    if near(&["stenosis"]) {
        words.push("spinal");
    }
    if near(&["herniation", "herniated", "herniations"]) {
        words.push("intervertebral");
        words.push("disc");
    }
    if lower.is_none() && near(OF_FRACTURE) {
        words.push("vertebra");
        words.push(ORDINALS[usize::from(number) - 1]);
        // The lower thoracic vertebrae go in pairs in the Tabular.
        if region == 't' {
            words.extend(match number {
                5 | 6 => &["t5", "t6"][..],
                7 | 8 => &["t7", "t8"],
                9 | 10 => &["t9", "t10"],
                11 | 12 => &["t11", "t12"],
                _ => &[],
            });
        }
        // A compression fracture of a vertebra is what the Tabular calls wedge compression.
        if near(&["compression"]) && !near(&["burst"]) {
            words.push("wedge");
        }
    }
    Some(Level { words, lower: bare })
}

/// The region's letter and the number of a level: c1–c7, t1–t12, l1–l5, s1–s5.
fn parse(word: &str) -> Option<(char, u8)> {
    let region = word.chars().next()?;
    let most = match region {
        'c' => 7,
        't' => 12,
        'l' | 's' => 5,
        _ => return None,
    };
    let number: u8 = word.get(1..).filter(|n| !n.starts_with('0'))?.parse().ok()?;
    (1..=most).contains(&number).then_some((region, number))
}

/// A level of the spine; a token and the name it stands for.
type Lower = (Option<(char, u8)>, Option<(u32, String)>);

/// The lower level of a range, and its token and name where only its number is written.
fn lower(reading: &Reading<'_>, at: u32, sentence: TokenRange, region: char) -> Lower {
    let Some(joint) = (at + 1 < sentence.end).then_some(at + 1) else { return (None, None) };
    let joins = reading.tokens[joint as usize].kind == TokenKind::Joint || matches!(reading.folded(joint), "/" | "-");
    let next = joint + 1;
    if !joins || next >= sentence.end {
        return (None, None);
    }
    let word = reading.folded(next);
    if let Some(level) = parse(word) {
        return (Some(level), None);
    }
    let name = format!("{region}{word}");
    // "L5-1" is L5-S1.
    match (region, word, parse(&name)) {
        ('l', "1", _) => (Some(('s', 1)), Some((next, "s1".to_owned()))),
        ('c', "1", _) => (Some(('t', 1)), Some((next, "t1".to_owned()))),
        (_, _, Some(level)) => (Some(level), Some((next, name))),
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_stand_for_their_regions() {
        for (text, expected) in [
            ("L4-5 pain.", Some("lumbar")),
            ("L5-S1 pain.", Some("lumbosacral")),
            ("L5/S1 pain.", Some("lumbosacral")),
            ("C7-T1 pain.", Some("cervicothoracic")),
            ("C5-6 disc herniation.", Some("cervical mid intervertebral disc")),
            ("C3 stenosis.", Some("cervical spinal")),
            ("T12 compression fracture.", Some("thoracic vertebra twelfth t11 t12 wedge")),
            ("L1 burst fracture.", Some("lumbar vertebra first")),
            ("S1 and S2 heard.", None),
            ("T2 hyperintense lesion.", None),
            ("C3 low.", None),
            ("L9-10 disc.", None),
        ] {
            let reading = Reading::of(text);
            let found = level(&reading, 0, reading.sentences[0].tokens).map(|l| l.words.join(" "));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
