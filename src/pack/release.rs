//! A release of the code set as it was published: what the XML readers make and the compiler takes. Native only.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

pub use super::container::{Counts, Source};
use super::sources::{self, SourceFile};
use super::{addenda, codes, fetch, index_xml, tabular_xml};
use crate::error::{Error, ErrorKind, Result};

/// Everything that goes into a pack from official files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Release {
    /// `"ICD-10-CM"`.
    pub name: String,
    /// `"2026-04"`.
    pub release: String,
    /// First and last day in force, `YYYY-MM-DD`.
    pub effective_from: String,
    pub effective_to: String,
    pub sources: Vec<Source>,
    /// In the order of the book: a node comes after its parent and before the next sibling; chapters and sections
    /// first of their kind. Billable codes are all in, those made by 7th characters too. A section may lie in a wider
    /// one (T20-T25 in T20-T32) and may bear the name of its only category (B20): look codes up among diagnoses.
    pub tabular: Vec<TabularNode>,
    /// Alphabetic Index to Diseases and Injuries, main terms in order.
    pub index: Vec<Term>,
    /// Table of Neoplasms, Table of Drugs and Chemicals (`cells` filled), External Cause Index.
    pub neoplasms: Vec<Term>,
    pub drugs: Vec<Term>,
    pub external_causes: Vec<Term>,
    /// What the person who builds the pack should know of the files, a sentence each: slips in them that did not stop
    /// the reading, and what the code changes changed.
    pub notices: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    Chapter,
    /// A block of categories: `I10-I1A`.
    Section,
    /// A category, subcategory or code of the XML.
    Diagnosis,
    /// Made from a diagnosis, placeholders and a 7th character.
    Extended,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabularNode {
    pub kind: NodeKind,
    /// With its dot: `"E11.621"`, `"S52.501A"`, `"T36.0X1A"`; for a chapter its number, for a section its range.
    pub code: String,
    /// Full title; for an extended code the title of its stem, `", "`, and the meaning of the 7th character.
    pub title: String,
    /// Index into `Release::tabular`; absent for chapters.
    pub parent: Option<u32>,
    pub notes: Vec<Note>,
    /// 7th characters defined here for all codes below, in order: `('A', "initial encounter for closed fracture")`.
    pub seventh: Vec<(char, String)>,
    pub billable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub kind: NoteKind,
    pub text: String,
    /// Codes named in the text, as inclusive ranges of code prefixes in the order of the book, from the first code that
    /// begins with the first to the last that begins with the second: `("S58", "S58")`, `("I20", "I25")`. What
    /// narrows them is worked out: "(E08-E13 with .22)" is `("E08.22", "E08.22")`, `("E09.22", "E09.22")` and so on.
    pub refs: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoteKind {
    Inclusion,
    Includes,
    Excludes1,
    Excludes2,
    CodeFirst,
    UseAdditional,
    CodeAlso,
    /// A plain note.
    Note,
}

/// A main term or subterm of the Index, or a row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    /// Without nonessential modifiers, white space folded: `"Diabetes, diabetic"`.
    pub title: String,
    /// As printed, nonessential modifiers in place: `"Diabetes, diabetic (mellitus) (sugar)"`.
    pub printed: String,
    /// The words of the nonessential modifiers, one entry a bracket: `["mellitus", "sugar"]`.
    /// Mere endings, as in "digestive organ(s)", are left out; so are hyphens that join: `"Morgagni"`.
    pub nonessential: Vec<String>,
    /// As printed, a trailing `-` kept: `"E11.9"`, `"H40.05-"`.
    pub code: Option<String>,
    /// `code` was given as a subcategory ("Otalgia: subcategory H92.0"); it then ends with `-`.
    pub subcategory: bool,
    /// The manifestation code in brackets that is listed second.
    pub manifestation: Option<String>,
    /// Text of a *see* or *see also* reference.
    pub see: Option<String>,
    pub see_also: Option<String>,
    /// A *see category* reference: `"M01"`.
    pub see_category: Option<String>,
    /// Columns 2 to 7 of a table; empty outside the tables. `None` where the table prints dashes.
    pub cells: Vec<Option<String>>,
    pub children: Vec<Term>,
}

/// A code that the Index or a table names and the Tabular no longer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostCode {
    /// Which book: `"Alphabetic Index"`.
    pub part: &'static str,
    /// The terms from the main term down, as printed.
    pub path: Vec<String>,
    /// As printed there.
    pub code: String,
}

/// The parts of the code set, as sources and errors name them.
const TABULAR: &str = "Tabular List";
const INDEX: &str = "Alphabetic Index";
const NEOPLASMS: &str = "Table of Neoplasms";
const DRUGS: &str = "Table of Drugs and Chemicals";
const EXTERNAL_CAUSES: &str = "External Cause Index";
const CHANGES: &str = "Code changes";

impl Release {
    fn books(&self) -> [(&'static str, &[Term]); 4] {
        [
            (INDEX, &self.index),
            (NEOPLASMS, &self.neoplasms),
            (DRUGS, &self.drugs),
            (EXTERNAL_CAUSES, &self.external_causes),
        ]
    }

    pub fn counts(&self) -> Counts {
        fn count(terms: &[Term], counted: &dyn Fn(&Term) -> bool) -> usize {
            terms.iter().map(|term| usize::from(counted(term)) + count(&term.children, counted)).sum()
        }
        let kind = |kind| self.tabular.iter().filter(|n| n.kind == kind).count();
        let row = |term: &Term| !term.cells.is_empty();
        Counts {
            chapters: kind(NodeKind::Chapter),
            diagnoses: kind(NodeKind::Diagnosis),
            extended: kind(NodeKind::Extended),
            billable: self.tabular.iter().filter(|n| n.billable).count(),
            main_terms: self.index.len(),
            coded_entries: count(&self.index, &|term| term.code.is_some() && !term.subcategory),
            neoplasm_rows: count(&self.neoplasms, &row),
            drug_rows: count(&self.drugs, &row),
            external_cause_terms: count(&self.external_causes, &|_| true),
        }
    }

    /// Every code of the Index and the tables that is neither a code of the Tabular nor the beginning of one, in the
    /// order of the books.
    pub fn lost_codes(&self) -> Vec<LostCode> {
        let mut held = HashSet::new();
        for node in &self.tabular {
            if matches!(node.kind, NodeKind::Diagnosis | NodeKind::Extended) {
                held.extend((3..=node.code.len()).filter_map(|end| node.code.get(..end)));
            }
        }
        fn walk(
            part: &'static str,
            terms: &[Term],
            held: &HashSet<&str>,
            path: &mut Vec<String>,
            lost: &mut Vec<LostCode>,
        ) {
            for term in terms {
                path.push(term.printed.clone());
                let single = [&term.code, &term.manifestation, &term.see_category];
                for code in single.into_iter().chain(&term.cells).flatten() {
                    if !held.contains(code.trim_end_matches(['-', '.'])) {
                        lost.push(LostCode { part, path: path.clone(), code: code.clone() });
                    }
                }
                walk(part, &term.children, held, path, lost);
                path.pop();
            }
        }
        let mut lost = Vec::new();
        for (part, terms) in self.books() {
            walk(part, terms, &held, &mut Vec::new(), &mut lost);
        }
        lost
    }
}

/// Where a release comes from. Files that are not given come from the pinned packages.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder that keeps fetched packages: `target/sources`.
    pub sources: PathBuf,
    /// Official files in place of those of the packages: XML, or a zip archive that holds it.
    pub tabular: Option<PathBuf>,
    pub index: Option<PathBuf>,
    pub neoplasm: Option<PathBuf>,
    pub drug: Option<PathBuf>,
    pub external_cause: Option<PathBuf>,
    /// The yearly code changes (text, or a zip archive that holds it), applied to the Tabular.
    pub addenda: Option<PathBuf>,
    /// What to call the release, and its first and last day in force (`YYYY-MM-DD`). See [`load`] for what is taken
    /// where they are absent.
    pub release: Option<String>,
    pub effective_from: Option<String>,
    pub effective_to: Option<String>,
}

/// The release of the pinned packages.
const PINNED_RELEASE: &str = "2026-04";

/// Reads a release: fetches the pinned packages unless they are there or not needed, reads the official files, applies
/// the addenda.
///
/// The name of the release and its days in force, where the options do not say:
/// - nothing given: `2026-04`, the pinned April update of fiscal year 2026, until 30 September 2026;
/// - addenda: the fiscal year that their file name holds (`..._2027.txt`);
/// - a Tabular: the April update or the fiscal year that its file name holds (`...-April-1-2027.xml`, `..._2028.xml`),
///   else the fiscal year of its `<version>`.
///
/// `YYYY` is in force from 1 October of the year before to 30 September; `YYYY-04` from 1 April to 30 September. For a
/// release of any other name both days must be given.
pub fn load(options: &Options) -> Result<Release> {
    let given = |path: &Option<PathBuf>, what: &'static str, wanted: fn(&str) -> bool| {
        path.as_deref()
            .map(|path| sources::given(path, what, |name| name.ends_with(".xml") && wanted(name)))
            .transpose()
    };
    let addenda = |name: &str| name.contains("addenda");
    let tabular = given(&options.tabular, TABULAR, |n| n.contains("tabular") && !n.contains("addenda"))?;
    let index = given(&options.index, INDEX, |n| n.contains("index") && !is_external(n) && !n.contains("addenda"))?;
    let neoplasms = given(&options.neoplasm, NEOPLASMS, |n| n.contains("neoplasm") && !n.contains("addenda"))?;
    let drugs = given(&options.drug, DRUGS, |n| n.contains("drug") && !n.contains("addenda"))?;
    let causes = given(&options.external_cause, EXTERNAL_CAUSES, |n| is_external(n) && !n.contains("addenda"))?;
    let changes = (options.addenda.as_deref())
        .map(|path| sources::given(path, "code addenda", |n| n.ends_with(".txt") && addenda(n) && n.contains("code")))
        .transpose()?;
    let (name, from, to) = in_force(options, tabular.as_ref())?;

    let mut release = Release {
        name: "ICD-10-CM".to_string(),
        release: name,
        effective_from: from,
        effective_to: to,
        ..Release::default()
    };
    let pinned = fetch::Pinned::new(&options.sources);
    let part = |file: Option<SourceFile>, what: &'static str, member: fetch::Member| match file {
        Some(file) => Ok((Source::given(what, &file), file)),
        None => pinned.file(what, member),
    };

    let (mut source, file) = part(tabular, TABULAR, fetch::Member::Tabular)?;
    let tabular = tabular_xml::read(&file)?;
    source.name_release(&tabular.version);
    release.sources.push(source);
    release.tabular = tabular.nodes;
    release.notices.extend(tabular.notices);

    let books = [
        (index, INDEX, fetch::Member::Index),
        (neoplasms, NEOPLASMS, fetch::Member::Neoplasms),
        (drugs, DRUGS, fetch::Member::Drugs),
        (causes, EXTERNAL_CAUSES, fetch::Member::ExternalCauses),
    ];
    let mut terms = Vec::new();
    for (file, what, member) in books {
        let (mut source, file) = part(file, what, member)?;
        let index = index_xml::read(&file, what)?;
        source.name_release(&index.version);
        release.sources.push(source);
        release.notices.extend(index.notices);
        terms.push(index.terms);
    }
    [release.index, release.neoplasms, release.drugs, release.external_causes] =
        terms.try_into().unwrap_or_else(|_| Default::default());
    if let Some(file) = changes {
        let applied = addenda::apply(&file, &mut release.tabular)?;
        let mut source = Source::given(CHANGES, &file);
        source.name_release(&release.release.clone());
        release.sources.push(source);
        let addenda::Applied { added, deleted, revised } = applied;
        release.notices.push(format!("{}: {added} codes added, {deleted} deleted, {revised} revised.", file.name));
    }
    codes::refer(&mut release.tabular);
    Ok(release)
}

fn is_external(name: &str) -> bool {
    name.contains("eindex") || name.contains("external")
}

impl Source {
    fn given(part: &str, file: &SourceFile) -> Source {
        Source {
            part: part.to_string(),
            name: file.short.clone(),
            release: String::new(),
            sha256: file.sha256.clone(),
            licence: "public domain (US government), as given".to_string(),
        }
    }

    /// Files say their fiscal year; what is known better stays.
    fn name_release(&mut self, version: &str) {
        if self.release.is_empty() {
            self.release = if version.is_empty() { "unknown".to_string() } else { format!("FY{version}") };
        }
    }
}

/// Name, first and last day of the release; see [`load`].
fn in_force(options: &Options, tabular: Option<&SourceFile>) -> Result<(String, String, String)> {
    let ask = |what: &str| {
        Error::new(ErrorKind::Input, format!("{what} Give --release, --effective-from and --effective-to."))
    };
    let name = match (&options.release, &options.addenda, &options.tabular) {
        (Some(name), ..) => name.clone(),
        (None, Some(path), _) => release_of_name(path)
            .ok_or_else(|| ask("The file name of the addenda does not say which fiscal year they are for."))?,
        (None, None, Some(path)) => release_of_name(path)
            .or_else(|| tabular.and_then(|file| release_of_version(&file.text)))
            .ok_or_else(|| ask("The Tabular List does not say which release it is."))?,
        (None, None, None) => PINNED_RELEASE.to_string(),
    };
    let year = name.get(..4).and_then(|year| year.parse::<u16>().ok()).filter(|year| (2010..2100).contains(year));
    let known = match (year, name.get(4..)) {
        (Some(year), Some("")) => Some((format!("{}-10-01", year - 1), format!("{year}-09-30"))),
        (Some(year), Some("-04")) => Some((format!("{year}-04-01"), format!("{year}-09-30"))),
        _ => None,
    };
    let (known_from, known_to) = known.unzip();
    let from = options.effective_from.clone().or(known_from);
    let to = options.effective_to.clone().or(known_to);
    let (Some(from), Some(to)) = (from, to) else {
        return Err(ask(&format!("When the release {name:?} is in force does not follow from its name.")));
    };
    for day in [&from, &to] {
        if !is_day(day) {
            return Err(Error::new(
                ErrorKind::Input,
                format!("{day:?} is not a day. Write it as year, month and day: 2026-10-01."),
            ));
        }
    }
    if from > to {
        return Err(Error::new(
            ErrorKind::Input,
            format!("The release cannot be in force from {from} to {to}. Give the first day before the last."),
        ));
    }
    Ok((name, from, to))
}

/// `2027` or `2027-04` from names such as `icd10cm_codes_addenda_2027.txt`, `icd10cm-tabular-April-1-2027.xml`.
fn release_of_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let year =
        name.split(|c: char| !c.is_ascii_digit()).rfind(|digits| digits.len() == 4 && digits.starts_with("20"))?;
    Some(if name.contains("april") { format!("{year}-04") } else { year.to_string() })
}

fn release_of_version(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("<version>")?;
    let version = rest.split_once("</version>")?.0.trim();
    (version.len() == 4 && version.bytes().all(|b| b.is_ascii_digit())).then(|| version.to_string())
}

fn is_day(text: &str) -> bool {
    let parts: Vec<Option<u8>> =
        text.split('-').map(|part| part.parse::<u16>().ok().map(|n| n.min(255) as u8)).collect();
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    shape && matches!(parts[..], [Some(_), Some(1..=12), Some(1..=31)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sources::tests::{Folder, zipped};

    const TABULAR_XML: &str = "<ICD10CM.tabular><version>2031</version><chapter><name>1</name><desc>Weather</desc>\
        <section id='K10-K19'><desc>Rain</desc><diag><name>K10</name><desc>Rain</desc>\
        <excludes1><note>hail (K11.-)</note></excludes1>\
        <diag><name>K10.0</name><desc>Light rain</desc></diag></diag>\
        <diag><name>K11</name><desc>Hail</desc></diag></section></chapter></ICD10CM.tabular>";

    fn index_xml(entry: &str) -> String {
        format!(
            "<ICD10CM.index><version>2030</version><letter><mainTerm><title>Main</title>{entry}\
             <term level='1'><title>sub<nemod>(old)</nemod></title><code>K99.-</code></term></mainTerm></letter></ICD10CM.index>"
        )
    }

    /// Options that need no package.
    fn given(folder: &Folder) -> Options {
        let tables = zipped(&[
            ("x/icd10cm-drug-April-1-2031.xml", &index_xml("<cell col='2'>K10.0</cell><cell col='3'>K12</cell>")),
            ("x/icd10cm-eindex-April-1-2031.xml", &index_xml("<code>K10</code>")),
            ("x/icd10cm-neoplasm-April-1-2031.xml", &index_xml("<cell col='2'>K10.-</cell>")),
        ]);
        let tables = folder.file("tables.zip", &tables);
        Options {
            sources: folder.0.join("never-made"),
            tabular: Some(folder.file("tabular.xml", TABULAR_XML.as_bytes())),
            index: Some(folder.file("index.xml", index_xml("<code>K10.0</code><manif>K13</manif>").as_bytes())),
            neoplasm: Some(tables.clone()),
            drug: Some(tables.clone()),
            external_cause: Some(tables),
            ..Options::default()
        }
    }

    #[test]
    fn given_files_make_a_release_and_nothing_is_fetched() {
        let folder = Folder::new("release");
        let options = given(&folder);
        let release = load(&options).unwrap();
        assert!(!options.sources.exists());
        assert_eq!(
            release.counts(),
            Counts {
                chapters: 1,
                diagnoses: 3,
                extended: 0,
                billable: 2,
                main_terms: 1,
                coded_entries: 2,
                neoplasm_rows: 1,
                drug_rows: 1,
                external_cause_terms: 2,
            }
        );
        let sources: Vec<String> =
            release.sources.iter().map(|s| format!("{}: {} {}", s.part, s.name, s.release)).collect();
        assert_eq!(
            sources,
            [
                "Tabular List: tabular.xml FY2031",
                "Alphabetic Index: index.xml FY2030",
                "Table of Neoplasms: tables.zip (x/icd10cm-neoplasm-April-1-2031.xml) FY2030",
                "Table of Drugs and Chemicals: tables.zip (x/icd10cm-drug-April-1-2031.xml) FY2030",
                "External Cause Index: tables.zip (x/icd10cm-eindex-April-1-2031.xml) FY2030",
            ]
        );
        assert_eq!(release.tabular[2].notes[0].refs, [("K11".to_string(), "K11".to_string())]);
        let lost: Vec<String> =
            release.lost_codes().iter().map(|l| format!("{}: {} {}", l.part, l.path.join(" > "), l.code)).collect();
        assert_eq!(
            lost,
            [
                "Alphabetic Index: Main K13",
                "Alphabetic Index: Main > sub (old) K99.-",
                "Table of Neoplasms: Main > sub (old) K99.-",
                "Table of Drugs and Chemicals: Main K12",
                "Table of Drugs and Chemicals: Main > sub (old) K99.-",
                "External Cause Index: Main > sub (old) K99.-",
            ]
        );
    }

    #[test]
    fn code_changes_are_applied_and_what_refers_to_them_follows() {
        let folder = Folder::new("changes");
        let changes = "Delete: K11 Hail\nAdd: K110 Hail of ice\nAdd: K111 Hail of stones\n";
        let addenda = Some(folder.file("icd10cm_codes_addenda_2032.txt", changes.as_bytes()));
        let release = load(&Options { addenda, ..given(&folder) }).unwrap();
        assert_eq!(release.counts().billable, 3);
        assert_eq!((release.release.as_str(), release.effective_from.as_str()), ("2032", "2031-10-01"));
        assert_eq!(release.sources[5].name, "icd10cm_codes_addenda_2032.txt");
        assert!(release.notices[0].contains("2 codes added, 1 deleted, 0 revised"), "{:?}", release.notices);
    }

    #[test]
    fn names_and_days_of_a_release() {
        let tabular = |name: &str| Options { tabular: Some(name.into()), ..Options::default() };
        let addenda = |name: &str| Options { addenda: Some(name.into()), ..Options::default() };
        let named = |name: &str| Options { release: Some(name.to_string()), ..Options::default() };
        let day = |day: &str| Some(day.to_string());
        let rows = [
            (Options::default(), "2026-04 2026-04-01 2026-09-30"),
            (addenda("d/icd10cm_codes_addenda_2027.txt"), "2027 2026-10-01 2027-09-30"),
            (tabular("icd10cm-tabular-April-1-2027.xml"), "2027-04 2027-04-01 2027-09-30"),
            (tabular("icd10cm_tabular_2028.xml"), "2028 2027-10-01 2028-09-30"),
            (tabular("tabular.xml"), "2031 2030-10-01 2031-09-30"),
            (named("2030"), "2030 2029-10-01 2030-09-30"),
            (Options { release: day("2030"), ..addenda("changes.txt") }, "2030 2029-10-01 2030-09-30"),
            (
                Options { effective_from: day("2030-01-01"), effective_to: day("2030-02-01"), ..named("trial") },
                "trial 2030-01-01 2030-02-01",
            ),
            (Options { effective_to: day("2026-08-31"), ..Options::default() }, "2026-04 2026-04-01 2026-08-31"),
            (addenda("changes.txt"), "Give --release"),
            (named("trial"), "Give --release"),
            (Options { effective_to: day("2026-8-31"), ..Options::default() }, "is not a day"),
            (Options { effective_to: day("2026-13-31"), ..Options::default() }, "is not a day"),
            (Options { effective_to: day("2026-01-01"), ..Options::default() }, "the first day before the last"),
        ];
        let file = crate::pack::sources::tests::source(TABULAR_XML);
        for (options, expected) in rows {
            match in_force(&options, Some(&file)) {
                Ok((name, from, to)) => assert_eq!(format!("{name} {from} {to}"), expected, "{options:?}"),
                Err(error) => {
                    assert!(error.to_string().contains(expected), "{error}");
                    assert_eq!(error.kind(), ErrorKind::Input);
                }
            }
        }
    }

    /// The pinned packages themselves, where an earlier build has fetched them; nothing is fetched for a test.
    #[test]
    fn the_pinned_release_is_whole() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let sources = root.join("target/sources");
        if !fetch::Pinned::is_fetched(&sources) {
            eprintln!("skipped: the pinned packages are not in target/sources (chartside pack build fetches them)");
            return;
        }
        let options = Options { sources, ..Options::default() };
        let release = load(&options).unwrap();
        let counts = release.counts();
        assert_eq!((counts.diagnoses, counts.billable), (46_881, 74_719));
        assert_eq!((counts.main_terms, counts.coded_entries), (7_997, 60_324));
        assert_eq!(release.notices, Vec::<String>::new());
        let lost = release.lost_codes();
        assert_eq!(lost.iter().filter(|l| l.part == INDEX).count(), 3);

        let addenda = root.join("../shared/official/icd10cm_codes_addenda_2027.txt");
        if !addenda.exists() {
            eprintln!("skipped: the code addenda of 2027 are not here");
            return;
        }
        let release = load(&Options { addenda: Some(addenda), ..options }).unwrap();
        assert_eq!((release.counts().billable, release.release.as_str()), (74_879, "2027"));
    }
}
