//! What holds of the report of any text whatever.

use chartside::lexicon::phrases::Phrases;
use chartside::note::Reading;
use chartside::report::{Report, Tier};
use chartside::{Assistant, Note, Setting};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

mod pack;

static ASSISTANT: LazyLock<Assistant> = LazyLock::new(|| Assistant::open(&pack::bytes()).expect("the pack opens"));

fn scan(text: &str, setting: Setting) -> Report {
    ASSISTANT.scan(&Note { id: "property".into(), text: text.into(), setting, date: None })
}

/// Pieces of notes between pieces of everything else that a page may hold.
fn text() -> impl Strategy<Value = String> {
    let clinical = prop::sample::select(vec![
        "ASSESSMENT:\n",
        "1. Type 2 diabetes with CKD stage 3.",
        "\n2. Hypertension.\r\n",
        "Denies chest pain, fever or chills. ",
        "HISTORY OF PRESENT ILLNESS: ",
        "No evidence of pneumonia",
        "mother had breast cancer; ",
        "left ankle fracture",
        "possible ",
        "status post kidney transplant, ",
        "Crohn\u{2019}s disease",
        "caf\u{e9}-au-lait spots ",
        "\u{2022} COPD exacerbation\n",
        "Sj\u{f6}gren syndrome",
        "She fell and has a wrist sprain.",
        "\t| Na | 128 |\n",
    ]);
    let other = prop_oneof![
        Just("\u{1f469}\u{200d}\u{2695}\u{fe0f}".to_owned()),
        Just("\u{202e}\u{200f}\u{feff}\u{200b}".to_owned()),
        Just("\u{ff34}\u{ff59}\u{ff50}\u{ff45} \u{fb01}brosis ".to_owned()),
        Just("e\u{301}\u{327} \u{1d400}\u{1d41b} ".to_owned()),
        Just("\u{fffd}\0\u{7}\u{1b}[31m".to_owned()),
        Just("\r\r\n\u{2028}\u{85}\u{a0}".to_owned()),
        "\\PC{0,12}",
    ];
    prop::collection::vec(prop_oneof![3 => clinical.prop_map(str::to_owned), 2 => other], 0..30)
        .prop_map(|v| v.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_quote_is_the_text_at_its_offsets(text in text(), inpatient in any::<bool>()) {
        let setting = if inpatient { Setting::Inpatient } else { Setting::Outpatient };
        let report = scan(&text, setting);
        let units: Vec<u16> = text.encode_utf16().collect();
        prop_assert_eq!(report.read.characters as usize, units.len());
        for suggestion in &report.suggestions {
            prop_assert!(!suggestion.evidence.is_empty(), "{} rests on nothing", suggestion.code);
            for evidence in &suggestion.evidence {
                let quoted = String::from_utf16(&units[evidence.start as usize..evidence.end as usize]).ok();
                prop_assert_eq!(quoted.as_ref(), Some(&evidence.quote));
            }
        }
        for pair in report.read.sections.windows(2) {
            prop_assert_eq!(pair[0].end, pair[1].start);
        }
    }

    #[test]
    fn every_code_is_billable_and_named_once_with_its_reason(text in text()) {
        let report = scan(&text, Setting::Outpatient);
        let tabular = ASSISTANT.tabular();
        let mut codes = std::collections::BTreeSet::new();
        for suggestion in &report.suggestions {
            let node = tabular.find(&suggestion.code);
            prop_assert!(node.is_some_and(|n| tabular.is_billable(n)), "{} is not billable", suggestion.code);
            prop_assert_eq!(suggestion.verified.last(), Some(&suggestion.code));
            prop_assert!(!suggestion.path.is_empty());
            prop_assert!(codes.insert(suggestion.code.clone()), "{} stands twice", suggestion.code);
            prop_assert_eq!(suggestion.tier == chartside::report::Tier::Suggested, suggestion.reason.is_none(), "{}", suggestion.code);
        }
    }

    #[test]
    fn the_same_text_gives_the_same_bytes(text in text()) {
        let bytes = |report: &Report| serde_json::to_string(report).expect("a report is plain data");
        prop_assert_eq!(bytes(&scan(&text, Setting::Inpatient)), bytes(&scan(&text, Setting::Inpatient)));
    }

    /// Nothing of one note is left for the next.
    #[test]
    fn what_was_scanned_before_has_no_part_in_it(text in text(), other in text()) {
        let before = scan(&text, Setting::Inpatient);
        scan(&other, Setting::Inpatient);
        prop_assert_eq!(before, scan(&text, Setting::Inpatient));
    }

    /// Problems that have nothing to do with each other give together, in any order, what each gives alone.
    #[test]
    fn independent_problems_give_together_what_each_gives(chosen in prop::sample::subsequence(INDEPENDENT, 0..=INDEPENDENT.len()).prop_shuffle()) {
        let text: String = (1..).zip(&chosen).fold("ASSESSMENT AND PLAN:\n".to_owned(), |t, (n, (p, _))| format!("{t}{n}. {p}\n"));
        let expected: BTreeSet<String> = chosen.iter().map(|(_, code)| (*code).to_owned()).collect();
        prop_assert_eq!(suggested(&scan(&text, Setting::Outpatient)), expected);
    }

    /// One note after another of another visit gives the codes of both.
    #[test]
    fn notes_end_to_end_give_the_codes_of_both(
        chosen in prop::sample::subsequence(INDEPENDENT, 2..=INDEPENDENT.len()).prop_shuffle(),
        at in any::<prop::sample::Index>(),
    ) {
        let note = |problems: &[(&str, &str)]| -> String {
            let list: String = (1..).zip(problems).map(|(n, (problem, _))| format!("{n}. {problem}\n")).collect();
            format!("CHIEF COMPLAINT: Follow-up.\n\nHISTORY OF PRESENT ILLNESS:\nDoing well.\n\nASSESSMENT:\n{list}\n")
        };
        let (first, second) = chosen.split_at(1 + at.index(chosen.len() - 1));
        let [alone, other] = [first, second].map(|part| suggested(&scan(&note(part), Setting::Outpatient)));
        let both = suggested(&scan(&(note(first) + &note(second)), Setting::Outpatient));
        prop_assert_eq!(both, alone.union(&other).cloned().collect::<BTreeSet<_>>());
    }

    /// Phrases are found whatever the order in which the dictionary names them.
    #[test]
    fn the_order_of_the_dictionary_has_no_part_in_it(
        dictionary in Just((0u32..).zip(PHRASES).collect::<Vec<_>>()).prop_shuffle(),
        text in text(),
    ) {
        let of = |dictionary: &[(u32, &&str)]| Phrases::new(dictionary.iter().map(|(id, phrase)| (**phrase, *id)));
        let mut sorted = dictionary.clone();
        sorted.sort();
        let reading = Reading::of(&text);
        prop_assert_eq!(of(&dictionary).find(&reading), of(&sorted).find(&reading));
    }
}

/// Problems as a visit lists them, none of which changes the code of another.
const INDEPENDENT: &[(&str, &str)] = &[
    ("Hypothyroidism. Continue levothyroxine.", "E03.9"),
    ("Psoriasis vulgaris. Topical steroid.", "L40.0"),
    ("Gastroesophageal reflux disease without esophagitis.", "K21.9"),
    ("Essential hypertension. Lisinopril.", "I10"),
    ("Gout, stable on allopurinol.", "M10.9"),
    ("Vitamin D deficiency.", "E55.9"),
    ("Obstructive sleep apnea, on CPAP.", "G47.33"),
    ("Generalized anxiety disorder.", "F41.1"),
];

const PHRASES: &[&str] = &[
    "diabetes",
    "type 2 diabetes",
    "type 2",
    "chest pain",
    "pain",
    "breast cancer",
    "crohn s disease",
    "fracture",
    "ankle fracture",
    "left ankle",
    "evidence of",
    "no evidence",
    "status post",
    "kidney transplant",
];

fn suggested(report: &Report) -> BTreeSet<String> {
    let suggested = report.suggestions.iter().filter(|s| s.tier == Tier::Suggested);
    suggested.map(|s| s.code.clone()).collect()
}

type Noise = fn(&str) -> String;

/// What a page or a paste does to a text without changing what it says.
const NOISE: &[(&str, Noise)] = &[
    ("more blank lines", |text| text.replace("\n\n", "\n\n\n\n")),
    ("blank lines around", |text| format!("\n\n  \n{text}\n \n\n")),
    ("spaces at the ends of lines", |text| text.replace('\n', "  \t\n")),
    ("line ends of another system", |text| text.replace("\r\n", "\n").replace('\n', "\r\n")),
    ("spaces that do not break", |text| text.replace(' ', "\u{a0}")),
    ("zero-width spaces after spaces", |text| text.replace(' ', " \u{200b}")),
    ("a byte order mark", |text| format!("\u{feff}{text}")),
    ("marks of direction", |text| text.lines().fold(String::new(), |all, line| all + "\u{200e}" + line + "\u{200f}\n")),
    ("letters and accents apart", |text| text.nfd().collect()),
    ("soft hyphens", |text| text.replace("tion", "\u{ad}tion")),
    ("joiners inside words", |text| text.replace("tion", "t\u{2060}ion")),
    ("curved quotes", |text| text.replace('\'', "\u{2019}")),
];

/// Of these not all holds yet: a few rules look at the text as it stands, where its words are not parted by a plain
/// space. No more than one note in forty may read otherwise.
const SPACES: &[&str] = &["spaces that do not break", "zero-width spaces after spaces"];

#[test]
fn noise_of_pages_and_pastes_changes_no_code() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/notes");
    let mut paths: Vec<_> = std::fs::read_dir(folder).expect("the notes").map(|e| e.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "note"));
    paths.sort();
    let outcome = |text: &str| {
        let report = scan(text, Setting::Inpatient);
        let mut codes: Vec<_> = report.suggestions.into_iter().map(|s| (s.code, s.tier)).collect();
        codes.sort();
        codes
    };
    let mut changed = Vec::new();
    let mut spaces = 0;
    for path in &paths {
        let file = std::fs::read_to_string(path).expect("a note");
        let text = file.split("--- note\n").nth(1).and_then(|rest| rest.split("\n--- expect").next()).expect("a note");
        let plain = outcome(text);
        for (what, noise) in NOISE {
            let noisy = outcome(&noise(text));
            if noisy != plain {
                let new: Vec<_> = noisy.iter().filter(|c| !plain.contains(c)).collect();
                let lost: Vec<_> = plain.iter().filter(|c| !noisy.contains(c)).collect();
                if SPACES.contains(what) {
                    spaces += 1;
                    continue;
                }
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                changed.push(format!("{name}, {what}: new {new:?}, lost {lost:?}"));
            }
        }
    }
    assert!(paths.len() > 200);
    assert!(spaces * 40 <= paths.len() * SPACES.len(), "{spaces} notes read otherwise with other spaces");
    assert!(changed.is_empty(), "{} changed:\n{}", changed.len(), changed.join("\n"));
}
