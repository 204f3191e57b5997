//! What holds of the report of any text whatever.

use chartside::report::Report;
use chartside::{Assistant, Note, Setting};
use proptest::prelude::*;
use std::sync::LazyLock;

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
}
