//! Everything that comes into the engine from outside, one function each: any bytes give a value or an error, never a
//! panic, and what is promised of the value holds. Used by the targets of `tests/fuzz` and by `tests/unbreakable.rs`.

use chartside::cdi::Source;
use chartside::cdi::lint::Context;
use chartside::pack::compile;
use chartside::pack::container::{Container, ContainerWriter};
use chartside::pack::release::{NodeKind, Note as TabularNote, NoteKind, Release, TabularNode, Term};
use chartside::pack::tables::tags;
use chartside::report::{Evidence, Report};
use chartside::training::identifiers::identifiers;
use chartside::training::scenario::Scenario;
use chartside::training::score::score;
use chartside::{Assistant, ErrorKind, Note, Setting, codebook};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Takes one input.
pub type Input = fn(&[u8]);

/// Every input by its name.
pub const ALL: &[(&str, Input)] = &[
    ("text", text),
    ("pack", pack),
    ("rules", rules),
    ("synonyms", synonyms),
    ("template", template),
    ("scenario", scenario),
    ("lint", lint),
    ("look_up", look_up),
];

/// The engine with the pack of the build.
static WHOLE: LazyLock<Assistant> = LazyLock::new(|| {
    let path =
        std::env::var_os("CHARTSIDE_PACK").map_or_else(|| root().join("target/pack/chartside.pack"), PathBuf::from);
    let bytes = std::fs::read(&path)
        .unwrap_or_else(|e| panic!("{} cannot be read ({e}): `cargo xtask build` makes it.", path.display()));
    Assistant::open(&bytes).expect("the pack opens")
});

/// A pack of a few terms, quick to open.
pub static SMALL: LazyLock<Vec<u8>> = LazyLock::new(small_pack);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(|folder| folder.join("src/knowledge").is_dir())
        .expect("the repository")
        .to_path_buf()
}

/// A note: the report keeps its contract.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let setting = if data.len().is_multiple_of(2) { Setting::Outpatient } else { Setting::Inpatient };
    let note = note(text, setting);
    keeps_its_contract(&WHOLE, &note, &WHOLE.scan(&note));
}

/// A knowledge pack, as it is and with its checksums put right, so that what lies behind them is reached.
pub fn pack(data: &[u8]) {
    let refused = |bytes: &[u8]| match Assistant::open(bytes) {
        Ok(assistant) => Some(assistant),
        Err(error) => {
            assert!(
                matches!(error.kind(), ErrorKind::PackDamaged | ErrorKind::PackTooNew | ErrorKind::Input),
                "{error}"
            );
            None
        }
    };
    refused(data);
    if let Some(assistant) = refused(&resealed(data)) {
        let note = note(ANY_NOTE.into(), Setting::Inpatient);
        let _ = assistant.scan(&note);
    }
}

/// A facility's rule file.
pub fn rules(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut assistant = small();
    if assistant.add_rules("house.toml", &text).is_ok() {
        let note = note(ANY_NOTE.into(), Setting::Inpatient);
        keeps_its_contract(&assistant, &note, &assistant.scan(&note));
    }
}

/// A facility's synonym file.
pub fn synonyms(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut assistant = small();
    if assistant.add_synonyms("house.toml", &text).is_ok() {
        let note = note(format!("{ANY_NOTE}{text}"), Setting::Outpatient);
        keeps_its_contract(&assistant, &note, &assistant.scan(&note));
    }
}

/// A facility's query template.
pub fn template(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut assistant = small();
    if assistant.set_template("house.toml", &text).is_ok() {
        let note = note(ANY_NOTE.into(), Setting::Inpatient);
        keeps_its_contract(&assistant, &note, &assistant.scan(&note));
    }
}

/// A trainer's scenario.
pub fn scenario(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(scenario) = Scenario::read("scenario.toml", &text) {
        let scored = score(&WHOLE, &scenario.before.codes.join(" "), &scenario.after.codes.join(","));
        assert!(scored.percent <= 100);
        let written = serde_json::to_string(&scenario).expect("a scenario is plain data");
        assert_eq!(Some(scenario), serde_json::from_str(&written).ok());
    }
}

/// A query to a provider, and after a line `--- note` the note that it is held against.
pub fn lint(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (query, held) = text.split_once("--- note\n").map_or((&*text, None), |(query, note)| (query, Some(note)));
    let held = held.map(|text| note(text.into(), Setting::Inpatient));
    let known = vec!["sepsis".to_owned()];
    let context = Context { setting: None, open_queries: known.clone(), internal: known };
    let units = query.encode_utf16().count();
    for finding in WHOLE.lint_in(query, held.as_ref(), &context) {
        assert!(finding.start <= finding.end && finding.end as usize <= units, "{}", finding.rule);
    }
}

/// Words looked up in the code book, a code explained, two lists of codes compared, identifiers sought.
pub fn look_up(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let found = codebook::look_up(&WHOLE, &text);
    serde_json::to_string(&found).expect("entries are plain data");
    if let Ok(explained) = codebook::explain(&WHOLE, &text, true) {
        serde_json::to_string(&explained).expect("an explanation is plain data");
    }
    let (expected, given) = text.split_once('\n').unwrap_or((&text, ""));
    assert!(score(&WHOLE, expected, given).percent <= 100);
    serde_json::to_string(&identifiers(&text)).expect("identifiers are plain data");
}

const ANY_NOTE: &str = "HOSPITAL COURSE:\nTemp 38.9, HR 118, WBC 18.4, lactate 3.1, creatinine 2.4 (baseline 1.0). Started on \
    IV ceftriaxone. Hypotensive, norepinephrine.\n\nASSESSMENT AND PLAN:\n1. Type 2 diabetes mellitus with neuropathy.\n2. \
    Hypertension, heart failure. Denies chest pain.\n3. Pneumonia, possible. Foot ulcer, left.\n";

fn note(text: String, setting: Setting) -> Note {
    Note { id: "any".into(), text, setting, date: None }
}

fn small() -> Assistant {
    Assistant::open(&SMALL).expect("the small pack opens")
}

/// What a front end may rely on.
pub fn keeps_its_contract(assistant: &Assistant, note: &Note, report: &Report) {
    let units: Vec<u16> = note.text.encode_utf16().collect();
    assert_eq!(report.read.characters as usize, units.len());
    let stands = |evidence: &Evidence| {
        let quoted = units.get(evidence.start as usize..evidence.end as usize).and_then(|u| String::from_utf16(u).ok());
        assert_eq!(quoted, Some(evidence.quote.clone()), "{}..{}", evidence.start, evidence.end);
    };
    let mut codes = BTreeSet::new();
    for suggestion in &report.suggestions {
        assert!(!suggestion.evidence.is_empty(), "{} rests on nothing", suggestion.code);
        assert!(codes.insert(&suggestion.code), "{} stands twice", suggestion.code);
        let node = assistant.tabular().find(&suggestion.code);
        assert!(node.is_some_and(|n| assistant.tabular().is_billable(n)), "{} is not billable", suggestion.code);
        suggestion.evidence.iter().for_each(stands);
    }
    for gap in &report.gaps {
        gap.evidence.iter().chain(&gap.indicators).chain(&gap.counter_indicators).for_each(|i| stands(&i.evidence));
        assert_eq!(gap.options.len(), gap.option_support.len(), "{}", gap.rule);
        let shown = gap.evidence.len() + gap.indicators.len();
        assert!(gap.option_support.iter().flatten().all(|&at| (at as usize) < shown), "{}", gap.rule);
    }
    for pair in report.read.sections.windows(2) {
        assert_eq!(pair[0].end, pair[1].start, "sections lie end to end");
    }
    serde_json::to_string(report).expect("a report is plain data");
}

/// The seeds of an input, from the files of the repository.
///
/// # Panics
/// Where there is no input of that name.
pub fn seeds(name: &str) -> Vec<Vec<u8>> {
    // Files of the tests: what stands after the line `--- note` or `--- query`, up to the next of its kind.
    let part = |file: &str, mark: &str| {
        let start = file.find(mark).map_or(0, |at| at + mark.len());
        file[start..].split("\n--- expect").next().unwrap_or_default().as_bytes().to_vec()
    };
    let notes = || files("tests/notes", "note").chain(files("tests/cdi", "note")).map(move |f| part(&f, "--- note\n"));
    let whole = |folder: &str, extension: &str| files(folder, extension).map(String::into_bytes).collect::<Vec<_>>();
    let examples = |text: &str| [text.to_owned(), text.replace('\n', "\r\n")].map(String::into_bytes);
    match name {
        "text" => notes().collect(),
        "pack" => vec![SMALL.clone(), SMALL[..SMALL.len() / 2].to_vec()],
        "rules" => {
            let mut seeds = whole("src/knowledge/cdi", "toml");
            seeds.extend(examples(
                "off = [\"GAP26\"]\n[definitions]\nsepsis = \"sepsis-3\"\n[findings.fever]\nword = [\"fever\"]\n",
            ));
            seeds
        }
        "synonyms" => {
            examples("[synonyms]\n\"sugar trouble\" = \"type 2 diabetes mellitus\"\n\"HFX\" = \"heart failure\"\n")
                .into()
        }
        "template" => whole("tests/templates", "toml"),
        "scenario" => whole("www/scenarios", "toml"),
        "lint" => {
            let queries = files("tests/queries/bad", "query").chain(files("tests/queries/good", "query"));
            queries.map(|f| part(&f, "--- query\n")).collect()
        }
        "look_up" => {
            let mut seeds: Vec<Vec<u8>> = ["E11.9", "S52.501A", "kidney failure, acute", "I10 E11.9\nI10, E11.65"]
                .iter()
                .map(|s| s.as_bytes().to_vec())
                .collect();
            // Of some notes a line of running text.
            seeds.extend(notes().step_by(12).filter_map(|n| n.split(|b| *b == b'\n').nth(3).map(<[u8]>::to_vec)));
            seeds
        }
        _ => panic!("there is no input {name}"),
    }
}

/// The texts of a folder's files with this extension, by name.
fn files(folder: &str, extension: &str) -> impl Iterator<Item = String> {
    let folder = root().join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{} cannot be read: {e}", folder.display()))
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    assert!(!paths.is_empty(), "{} holds no .{extension}", folder.display());
    paths.sort();
    paths.into_iter().filter_map(|path| std::fs::read_to_string(path).ok())
}

/// The same bytes with the checksums and the length that a writer would have put there.
pub fn resealed(data: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    let number = |bytes: &[u8], at: usize, width: usize| -> Option<usize> {
        let number = bytes.get(at..at.checked_add(width)?)?.iter().rev().fold(0u64, |n, &b| n << 8 | u64::from(b));
        usize::try_from(number).ok()
    };
    let rows = number(&bytes, 20, 4).unwrap_or(0).min(64);
    for row in (0..rows).map(|at| 32 + 32 * at) {
        let section = number(&bytes, row + 8, 8).zip(number(&bytes, row + 16, 8));
        let sum = section.and_then(|(offset, size)| bytes.get(offset..offset.checked_add(size)?)).map(crc32);
        if let Some((sum, to)) = sum.zip(bytes.get_mut(row + 24..row + 28)) {
            to.copy_from_slice(&sum.to_le_bytes());
        }
    }
    let length = bytes.len() as u64;
    if let Some(to) = bytes.get_mut(24..32) {
        to.copy_from_slice(&length.to_le_bytes());
    }
    let header = number(&bytes, 12, 4).and_then(|length| bytes.get(..length)).filter(|header| header.len() >= 20);
    let sum = header.map(|header| crc32(&[&header[..16], &header[20..]].concat()));
    if let Some((sum, to)) = sum.zip(bytes.get_mut(16..20)) {
        to.copy_from_slice(&sum.to_le_bytes());
    }
    bytes
}

/// CRC-32 as zip has it, worked out here on its own.
fn crc32(bytes: &[u8]) -> u32 {
    static TABLE: LazyLock<[u32; 256]> = LazyLock::new(|| {
        std::array::from_fn(|n| (0..8).fold(n as u32, |c, _| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 }))
    });
    !bytes.iter().fold(!0, |sum, &byte| TABLE[((sum ^ u32::from(byte)) & 0xff) as usize] ^ (sum >> 8))
}

/// A release of a handful of codes through the real compiler, with a few of the CDI rules.
fn small_pack() -> Vec<u8> {
    let mut release = Release {
        name: "ICD-10-CM".into(),
        release: "2026-04".into(),
        effective_from: "2026-04-01".into(),
        effective_to: "2026-09-30".into(),
        ..Release::default()
    };
    for (kind, code, title, parent) in [
        (NodeKind::Chapter, "4", "Endocrine, nutritional and metabolic diseases", None),
        (NodeKind::Section, "E08-E13", "Diabetes mellitus", Some(0)),
        (NodeKind::Diagnosis, "E11", "Type 2 diabetes mellitus", Some(1)),
        (NodeKind::Diagnosis, "E11.4", "Type 2 diabetes mellitus with neurological complications", Some(2)),
        (NodeKind::Diagnosis, "E11.40", "Type 2 diabetes mellitus with diabetic neuropathy, unspecified", Some(3)),
        (NodeKind::Diagnosis, "E11.9", "Type 2 diabetes mellitus without complications", Some(2)),
        (NodeKind::Chapter, "9", "Diseases of the circulatory system", None),
        (NodeKind::Section, "I10-I1A", "Hypertensive diseases", Some(6)),
        (NodeKind::Diagnosis, "I10", "Essential (primary) hypertension", Some(7)),
        (NodeKind::Section, "I30-I5A", "Other forms of heart disease", Some(6)),
        (NodeKind::Diagnosis, "I50", "Heart failure", Some(9)),
        (NodeKind::Diagnosis, "I50.9", "Heart failure, unspecified", Some(10)),
        (NodeKind::Chapter, "19", "Injury, poisoning and certain other consequences of external causes", None),
        (NodeKind::Section, "S50-S59", "Injuries to the elbow and forearm", Some(12)),
        (NodeKind::Diagnosis, "S50", "Superficial injury of elbow and forearm", Some(13)),
        (NodeKind::Diagnosis, "S50.0", "Contusion of elbow", Some(14)),
        (NodeKind::Diagnosis, "S50.02", "Contusion of left elbow", Some(15)),
        (NodeKind::Extended, "S50.02XA", "Contusion of left elbow, initial encounter", Some(16)),
    ] {
        let leaf = matches!(code, "E11.40" | "E11.9" | "I10" | "I50.9" | "S50.02XA");
        release.tabular.push(TabularNode {
            kind,
            code: code.into(),
            title: title.into(),
            parent,
            notes: Vec::new(),
            seventh: Vec::new(),
            billable: leaf,
        });
    }
    release.tabular[14].seventh = vec![('A', "initial encounter".into())];
    release.tabular[10].notes.push(TabularNote {
        kind: NoteKind::CodeFirst,
        text: "Code first heart failure due to hypertension (I10)".into(),
        refs: vec![("I10".into(), "I10".into())],
    });
    release.tabular[8].notes.push(TabularNote {
        kind: NoteKind::Inclusion,
        text: "High blood pressure".into(),
        refs: Vec::new(),
    });
    let term = |title: &str, code: Option<&str>, children: Vec<Term>| Term {
        title: title.into(),
        printed: title.into(),
        code: code.map(str::to_owned),
        children,
        ..Term::default()
    };
    let see = |title: &str, see: &str| Term { see: Some(see.into()), ..term(title, None, Vec::new()) };
    release.index = vec![
        term("Contusion", None, vec![term("elbow", Some("S50.0-"), Vec::new())]),
        Term {
            nonessential: vec!["mellitus".into(), "sugar".into()],
            ..term(
                "Diabetes, diabetic",
                Some("E11.9"),
                vec![term(
                    "type 2",
                    Some("E11.9"),
                    vec![term("with", None, vec![term("neuropathy", Some("E11.40"), Vec::new())])],
                )],
            )
        },
        term("Failure", None, vec![term("heart", Some("I50.9"), Vec::new())]),
        see("High blood pressure", "Hypertension"),
        term("Hypertension, hypertensive", Some("I10"), Vec::new()),
    ];
    let cells = |codes: &[&str]| codes.iter().map(|code| (*code != "--").then(|| (*code).to_owned())).collect();
    release.neoplasms =
        vec![Term { cells: cells(&["E11.9", "I10", "--", "--", "--", "--"]), ..term("elbow", None, Vec::new()) }];
    release.drugs =
        vec![Term { cells: cells(&["S50.0", "I10", "--", "--", "--", "--"]), ..term("Insulin", None, Vec::new()) }];
    release.external_causes = vec![term("Fall, falling", Some("S50.0-"), Vec::new())];

    let (bytes, _) = compile::compile(&release).expect("the small release compiles");
    let whole = Container::open(&bytes).expect("a pack");
    let rules = Source::from_bytes(whole.section(tags::CDI_RULES).expect("rules")).expect("rules");
    // The release has none of the codes that the others name.
    let mut few = rules.rules;
    few.retain(|rule| {
        rule.findings.values().all(|f| f.code.is_empty()) && rule.options.iter().all(|o| o.code.is_empty())
    });
    few.truncate(3);
    let mut few = Source::new(rules.shared, few);
    few.prepare();
    let mut writer = ContainerWriter::new();
    for (tag, _) in whole.sections() {
        let section = whole.section(&tag).expect("a section");
        writer.section(&tag, if tag == tags::CDI_RULES { few.to_bytes() } else { section.to_vec() });
    }
    writer.finish()
}
