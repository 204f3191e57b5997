//! What the rules look for, found in one pass over the note for all of them.
//!
//! Words of all findings stand in one tree that is built when the rules are read: no automaton has to be made, and a note
//! is walked once, token by token; values are sorted by what they are of, so that a finding looks at its own only. Codes come from the candidates of the engine, so a finding by code
//! knows every wording that the Alphabetic Index knows.

use super::detect::{self, Detector};
use super::pattern::{Anchors, Needs, Pattern};
use super::rule::{Class, FindingFile};
use crate::context::Context;
use crate::guidelines::Case;
use crate::lexicon::phrases::{Phrases, fold};
use crate::measure::{Comparator, Day, Moment, Value, Values};
use crate::note::{Reading, Role, SectionKind, Setting, TokenRange};
use crate::pack::tables::Strings;
use crate::report::Assertion;
use crate::tabular::{NodeId, Tabular};
use std::ops::Range;

/// A note as far as the engine understands it.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub reading: &'a Reading<'a>,
    pub context: &'a Context,
    pub case: &'a Case<'a>,
    pub values: &'a [Value],
    pub setting: Setting,
}

/// A place where a finding was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// What is quoted.
    pub tokens: TokenRange,
    pub sentence: u32,
    pub assertion: Assertion,
    pub cue: Option<TokenRange>,
    /// Index into [`Seen::values`], where it is a value.
    pub value: Option<u32>,
}

/// A finding, ready to be looked for.
#[derive(Debug, Clone)]
pub struct Finding {
    pub name: String,
    pub class: Class,
    /// Node ranges of the Tabular, half open.
    codes: Vec<(NodeId, NodeId)>,
    not_codes: Vec<(NodeId, NodeId)>,
    pattern: Option<Pattern>,
    sections: Vec<SectionKind>,
    detector: Option<Detector>,
    value: Option<(u16, Vec<Test>)>,
    /// A value that holds for longer than a stay: an ejection fraction, a filtration rate.
    lasting: bool,
    assertions: Vec<Assertion>,
    place: Place,
    beside: Vec<String>,
    not_beside: Vec<String>,
    min: usize,
}

/// Where a finding counts.
#[derive(Debug, Clone, Default)]
struct Place {
    narrative: bool,
    only: Vec<SectionKind>,
    not: Vec<SectionKind>,
}

impl Place {
    fn is_empty(&self) -> bool {
        !self.narrative && self.only.is_empty() && self.not.is_empty()
    }
}

/// A test of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Test {
    Any,
    Above(f64),
    AtLeast(f64),
    Below(f64),
    AtMost(f64),
    Within(f64, f64),
    /// Later less earlier is at least this.
    Rise(f64),
    Fall(f64),
    /// Later over earlier is at least this.
    Ratio(f64),
}

/// All findings of all rules.
pub struct Findings {
    pub all: Vec<Finding>,
    /// The words of findings, by the place of the finding.
    words: Phrases,
    anchors: Anchors,
}

/// What was found so far of each finding, side by side with [`Findings::all`].
pub struct Found {
    pub places: Vec<Vec<Match>>,
    /// Where the pattern of a finding may yet find more.
    open: Vec<Vec<Range<usize>>>,
}

impl Found {
    pub fn has(&self, finding: u32) -> bool {
        !self.places[finding as usize].is_empty()
    }

    pub fn is_open(&self, finding: u32) -> bool {
        !self.open[finding as usize].is_empty()
    }
}

/// At most so many places are kept of one finding; a note that repeats itself adds nothing.
const MOST_MATCHES: usize = 24;

/// Values more days older than the newest of a note are not of its stay.
const LONGEST_STAY: i32 = 60;

/// Values that are quoted from before the stay as they stand now.
const LASTING: &[&str] = &["lvef", "egfr", "bmi", "height", "hemoglobin a1c"];

/// What findings are made with.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub values: &'a Values,
    pub tabular: &'a Tabular,
    pub strings: &'a Strings,
    /// What patterns need, where it is known already.
    pub needs: &'a Needs,
}

/// Makes findings, one after the other.
#[derive(Default)]
pub struct Builder {
    all: Vec<Finding>,
    words: Vec<(String, u32)>,
}

impl Builder {
    /// Adds a finding whose words are [`spelled`], and gives its place.
    ///
    /// # Errors
    /// What is wrong with it, as part of a sentence.
    pub fn add(&mut self, name: &str, file: &FindingFile, known: &Known<'_>, strict: bool) -> Result<u32, String> {
        let &Known { values, tabular, strings, needs } = known;
        let id = self.all.len() as u32;
        let (mut codes, mut not_codes) = (Vec::new(), Vec::new());
        for code in &file.code {
            let (list, code) = match code.strip_prefix('!') {
                Some(code) => (&mut not_codes, code),
                None => (&mut codes, code.as_str()),
            };
            list.push(range(code, tabular, strings).ok_or_else(|| format!("{name}: the code set has no {code}"))?);
        }
        let pattern = match file.pattern.as_str() {
            "" => None,
            pattern => {
                let pattern = Pattern::new(pattern, needs.get(pattern).cloned());
                if strict && !pattern.is_valid() {
                    return Err(format!("{name}: its pattern cannot be read"));
                }
                Some(pattern)
            }
        };
        let value = match file.value.as_str() {
            "" => None,
            analyte => {
                let analyte =
                    values.analyte(analyte).ok_or_else(|| format!("{name}: there is no value \"{analyte}\""))?;
                let tests = file.is.iter().map(|t| test(t).ok_or_else(|| format!("{name}: \"{t}\" is no test")));
                Some((analyte, tests.collect::<Result<Vec<Test>, String>>()?))
            }
        };
        if value.as_ref().is_some_and(|(_, tests)| tests.is_empty()) || file.value.is_empty() && !file.is.is_empty() {
            return Err(format!("{name}: a value and its test go together"));
        }
        let detector = match file.detect.as_str() {
            "" => None,
            detector => {
                Some(detect::find(detector).ok_or_else(|| format!("{name}: there is no search \"{detector}\""))?)
            }
        };
        let sections = kinds(name, &file.section)?;
        for word in &file.words {
            if word.trim().is_empty() {
                return Err(format!("{name}: it looks for a word that has no letter"));
            }
            self.words.push((word.clone(), id));
        }
        let sources = [
            !file.words.is_empty(),
            !codes.is_empty(),
            pattern.is_some(),
            !sections.is_empty(),
            detector.is_some(),
            value.is_some(),
        ];
        if !sources.contains(&true) {
            return Err(format!("{name}: it says nothing to look for"));
        }
        let mut place = Place::default();
        let (narrative, only): (Vec<String>, Vec<String>) =
            file.within.iter().cloned().partition(|kind| kind == "narrative");
        place.narrative = !narrative.is_empty();
        place.only = kinds(name, &only)?;
        place.not = kinds(name, &file.not_in)?;
        self.all.push(Finding {
            name: name.to_owned(),
            class: file.class,
            codes,
            not_codes,
            pattern,
            sections,
            detector,
            value,
            lasting: LASTING.contains(&file.value.as_str()),
            assertions: assertions(name, &file.assertion)?,
            place,
            beside: file.beside.iter().map(|w| fold(w)).collect(),
            not_beside: file.not_beside.iter().map(|w| fold(w)).collect(),
            min: usize::from(file.min.max(1)),
        });
        Ok(id)
    }

    pub fn finish(mut self) -> Findings {
        self.words.sort_unstable();
        // Spellings that differ in case or hyphens are one.
        self.words.dedup();
        let words = Phrases::of_folded(self.words.iter().map(|(words, finding)| (words.as_str(), *finding)));
        let patterns = (0u32..).zip(&self.all).filter_map(|(at, f)| Some((at, f.pattern.as_ref()?)));
        let anchors = Anchors::of(patterns);
        Findings { all: self.all, words, anchors }
    }
}

/// Words as they are looked for: folded, each followed by a space, in American and British spelling. Words without a
/// letter or digit come out empty.
pub fn spelled(words: &[String]) -> Vec<String> {
    let folded = words.iter().map(|word| fold(word).trim_start().to_owned());
    folded.flat_map(|word| [british(&word), Some(word)]).flatten().collect()
}

/// How the words are spelled in Britain, where that differs: rules are written in American spelling.
fn british(words: &str) -> Option<String> {
    const SPELLINGS: &[(&str, &str)] = &[
        ("edema", "oedema"),
        ("anemi", "anaemi"),
        ("hemat", "haemat"),
        ("hemo", "haemo"),
        ("hemi ", "haemi "),
        ("esoph", "oesoph"),
        ("melena", "melaena"),
        ("ischemi", "ischaemi"),
        ("diarrhea", "diarrhoea"),
        ("uremi", "uraemi"),
        ("xemi", "xaemi"),
        ("cemi", "caemi"),
        ("lemi", "laemi"),
        ("tremi", "traemi"),
        ("leuko", "leuco"),
        ("tumor", "tumour"),
        ("pnea", "pnoea"),
        ("anesth", "anaesth"),
        ("fecal", "faecal"),
        ("cecum", "caecum"),
        ("ized", "ised"),
        ("izing", "ising"),
        ("ization", "isation"),
        ("dialyz", "dialys"),
    ];
    let mut spelled = words.to_owned();
    for (american, british) in SPELLINGS {
        if spelled.contains(american) && !spelled.contains(british) {
            spelled = spelled.replace(american, british);
        }
    }
    (spelled != words).then_some(spelled)
}

fn kinds(name: &str, names: &[String]) -> Result<Vec<SectionKind>, String> {
    names
        .iter()
        .map(|k| SectionKind::from_name(k).ok_or_else(|| format!("{name}: there is no kind of section \"{k}\"")))
        .collect()
}

fn assertions(name: &str, names: &[String]) -> Result<Vec<Assertion>, String> {
    use Assertion::*;
    const ALL: [(&str, Assertion); 8] = [
        ("affirmed", Affirmed),
        ("negated", Negated),
        ("uncertain", Uncertain),
        ("past", Past),
        ("family", Family),
        ("other-person", OtherPerson),
        ("hypothetical", Hypothetical),
        ("planned", Planned),
    ];
    if names.is_empty() {
        return Ok(vec![Affirmed]);
    }
    if names == ["any"] {
        return Ok(vec![Affirmed, Negated, Uncertain, Past, Family, OtherPerson, Hypothetical, Planned]);
    }
    names
        .iter()
        .map(|n| {
            let found = ALL.iter().find(|(known, _)| known == n).map(|(_, a)| *a);
            found.ok_or_else(|| format!("{name}: there is no assertion \"{n}\""))
        })
        .collect()
}

/// The nodes of a code, or of a range of categories.
fn range(code: &str, tabular: &Tabular, strings: &Strings) -> Option<(NodeId, NodeId)> {
    match code.split_once('-') {
        None => {
            let node = tabular.find(code)?;
            Some((node, tabular.within(node).end))
        }
        // The book is in the order of the codes, so what lies between two categories is one run.
        Some((first, last)) => {
            let (first, last) = (tabular.find(first)?, tabular.find(last)?);
            let _ = strings;
            (first <= last).then(|| (first, tabular.within(last).end))
        }
    }
}

fn test(text: &str) -> Option<Test> {
    let text = text.trim();
    if text == "any" {
        return Some(Test::Any);
    }
    if let Some((low, high)) = text.split_once(" to ") {
        return Some(Test::Within(low.trim().parse().ok()?, high.trim().parse().ok()?));
    }
    let (what, number) = text.split_once(' ')?;
    let number: f64 = number.trim().parse().ok()?;
    Some(match what {
        ">" => Test::Above(number),
        ">=" => Test::AtLeast(number),
        "<" => Test::Below(number),
        "<=" => Test::AtMost(number),
        "rise" => Test::Rise(number),
        "fall" => Test::Fall(number),
        "ratio" => Test::Ratio(number),
        _ => return None,
    })
}

impl Test {
    /// Whether one value passes; a range of values passes where its end that counts does.
    fn passes(self, value: &Value) -> bool {
        use Comparator::*;
        let (low, high, said) = (value.low, value.high, value.comparator);
        match self {
            Test::Any => true,
            Test::Above(limit) => match said {
                Above => high >= limit,
                Is | AtLeast => high > limit,
                Below | AtMost => false,
            },
            Test::AtLeast(limit) => matches!(said, Is | Above | AtLeast) && high >= limit,
            Test::Below(limit) => match said {
                Below => low <= limit,
                Is | AtMost => low < limit,
                Above | AtLeast => false,
            },
            Test::AtMost(limit) => matches!(said, Is | Below | AtMost) && low <= limit,
            Test::Within(from, to) => matches!(said, Is) && low >= from && high <= to,
            Test::Rise(_) | Test::Fall(_) | Test::Ratio(_) => false,
        }
    }

    /// Whether the way from an earlier value to a later one passes.
    fn passes_from(self, earlier: f64, later: f64) -> bool {
        // Differences of decimals: 1.3 less 1.0 is to count as 0.3.
        const SLACK: f64 = 1e-9;
        match self {
            Test::Rise(by) => later - earlier >= by - SLACK,
            Test::Fall(by) => earlier - later >= by - SLACK,
            Test::Ratio(by) => earlier > 0.0 && later / earlier >= by - SLACK,
            _ => false,
        }
    }

    fn compares(self) -> bool {
        matches!(self, Test::Rise(_) | Test::Fall(_) | Test::Ratio(_))
    }
}

impl Findings {
    /// The places of each finding; patterns are left for [`Findings::complete`].
    pub fn search(&self, seen: &Seen<'_>) -> Found {
        let mut found: Vec<Vec<Match>> = vec![Vec::new(); self.all.len()];
        self.search_words(seen, &mut found);
        self.search_codes(seen, &mut found);
        let latest = latest_day(seen);
        let mut values: Vec<(u16, u32)> = seen.values.iter().zip(0u32..).map(|(v, at)| (v.analyte, at)).collect();
        values.sort_unstable();
        for (at, finding) in self.all.iter().enumerate() {
            let found = &mut found[at];
            if let Some((analyte, tests)) = &finding.value {
                let first = values.partition_point(|(of, _)| of < analyte);
                let last = values.partition_point(|(of, _)| of <= analyte);
                search_values(seen, latest, &values[first..last], tests, finding, found);
            }
            if !finding.sections.is_empty() {
                search_sections(seen, finding, found);
            }
            if let Some(detector) = finding.detector {
                found.extend(detector(seen).into_iter().take(MOST_MATCHES));
            }
        }
        let open = self.anchors.within(seen.reading.text, self.all.len());
        for (at, finding) in self.all.iter().enumerate().filter(|(at, _)| open[*at].is_empty()) {
            finding.settle(seen, &mut found[at]);
        }
        Found { places: found, open }
    }

    /// Searches the pattern of a finding that is open, and settles its places.
    pub fn complete(&self, finding: u32, seen: &Seen<'_>, found: &mut Found) {
        let within = std::mem::take(&mut found.open[finding as usize]);
        if !within.is_empty() {
            let (about, found) = (&self.all[finding as usize], &mut found.places[finding as usize]);
            if let Some(pattern) = &about.pattern {
                search_pattern(seen, pattern, &within, about, found);
            }
            about.settle(seen, found);
        }
    }

    /// Whether one place is enough for a finding.
    pub fn takes_one(&self, finding: u32) -> bool {
        self.all[finding as usize].min == 1
    }

    fn search_words(&self, seen: &Seen<'_>, found: &mut [Vec<Match>]) {
        for (at, sentence) in (0u32..).zip(&seen.reading.sentences) {
            if sentence.role == Role::Heading {
                continue;
            }
            for token in sentence.tokens.iter() {
                self.words.at(seen.reading, token, |finding, end| {
                    if end <= sentence.tokens.end {
                        self.take(finding, TokenRange { start: token, end }, at, seen, found);
                    }
                });
            }
        }
    }

    /// Takes words where they count for a finding.
    fn take(&self, finding: u32, tokens: TokenRange, sentence: u32, seen: &Seen<'_>, found: &mut [Vec<Match>]) {
        let (about, found) = (&self.all[finding as usize], &mut found[finding as usize]);
        if found.len() < MOST_MATCHES && about.counts_in(seen, sentence) {
            let judged = seen.context.judge(tokens);
            if about.assertions.contains(&judged.assertion) && about.neighbours(seen, sentence) {
                found.push(Match { tokens, sentence, assertion: judged.assertion, cue: judged.cue, value: None });
            }
        }
    }

    fn search_codes(&self, seen: &Seen<'_>, found: &mut [Vec<Match>]) {
        let facts = &seen.case.facts;
        let mut coded: Vec<(NodeId, usize)> = seen
            .case
            .candidates
            .iter()
            .flat_map(|c| c.mentions.iter().map(move |&m| (c.node, m)))
            .filter(|&(_, m)| m < facts.mentions.len())
            .collect();
        coded.sort_unstable();
        coded.dedup();
        for (finding, found) in self.all.iter().zip(found) {
            for &(first, end) in &finding.codes {
                let from = coded.partition_point(|&(node, _)| node < first);
                for &(node, mention) in coded[from..].iter().take_while(|&&(node, _)| node < end) {
                    if finding.not_codes.iter().any(|&(first, end)| (first..end).contains(&node)) {
                        continue;
                    }
                    let (about, judged) = (&facts.mentions[mention], &facts.judgements[mention]);
                    if found.len() < MOST_MATCHES
                        && finding.assertions.contains(&judged.assertion)
                        && finding.counts_in(seen, about.sentence)
                        && finding.neighbours(seen, about.sentence)
                    {
                        found.push(Match {
                            tokens: about.tokens,
                            sentence: about.sentence,
                            assertion: judged.assertion,
                            cue: judged.cue,
                            value: None,
                        });
                    }
                }
            }
        }
    }
}

impl Finding {
    /// Places in their order, each once; none where there are too few.
    fn settle(&self, seen: &Seen<'_>, found: &mut Vec<Match>) {
        if found.is_empty() {
            return;
        }
        // "eGFR 78-84" is two values.
        let ranges = found.iter().filter_map(|m| seen.values.get(m.value? as usize)).filter(|v| v.low < v.high).count();
        if self.min > 1 && distinct(seen.reading, found) + ranges < self.min {
            found.clear();
        }
        found.sort_by_key(|m| m.tokens);
        found.dedup_by_key(|m| m.tokens);
    }

    fn counts_in(&self, seen: &Seen<'_>, sentence: u32) -> bool {
        let sentence = &seen.reading.sentences[sentence as usize];
        let kind = match seen.reading.section_of(sentence).kind {
            SectionKind::ProblemList if !self.place.is_empty() && is_assessment(seen) => SectionKind::AssessmentAndPlan,
            kind => kind,
        };
        (!self.place.narrative || is_narrative(kind))
            && (self.place.only.is_empty() || self.place.only.contains(&kind))
            && !self.place.not.contains(&kind)
    }

    fn neighbours(&self, seen: &Seen<'_>, sentence: u32) -> bool {
        if self.beside.is_empty() && self.not_beside.is_empty() {
            return true;
        }
        let tokens = seen.reading.sentences[sentence as usize].tokens;
        let start = seen.reading.tokens[tokens.start as usize].folded.start.saturating_sub(1) as usize;
        let end = seen.reading.tokens[tokens.end as usize - 1].folded.end as usize + 1;
        let text = seen.reading.folded.get(start..end.min(seen.reading.folded.len())).unwrap_or_default();
        (self.beside.is_empty() || self.beside.iter().any(|w| text.contains(w.as_str())))
            && !self.not_beside.iter().any(|w| text.contains(w.as_str()))
    }
}

/// Whether the problem list of a note is its assessment: it has no other ("PROBLEMS:" of an intensive care note).
fn is_assessment(seen: &Seen<'_>) -> bool {
    use SectionKind::*;
    !seen.reading.sections.iter().any(|s| {
        matches!(s.kind, Assessment | AssessmentAndPlan | Impression | Plan | HospitalCourse | DischargeDiagnoses)
    })
}

/// Sections in which a provider tells of this stay or visit.
pub fn is_narrative(kind: SectionKind) -> bool {
    use SectionKind::*;
    !matches!(
        kind,
        PastMedicalHistory
            | PastSurgicalHistory
            | FamilyHistory
            | SocialHistory
            | GynecologicHistory
            | OtherHistory
            | ProblemList
            | Allergies
            | Immunizations
            | Instructions
            | Education
            | Administrative
            | Consent
    )
}

/// How many different texts or values there are.
fn distinct(reading: &Reading<'_>, found: &[Match]) -> usize {
    let mut texts: Vec<String> =
        found.iter().map(|m| m.tokens.iter().map(|t| reading.folded(t)).collect::<Vec<_>>().join(" ")).collect();
    texts.sort_unstable();
    texts.dedup();
    texts.len()
}

/// The day of a note: the one it gives for itself, else the last of its values. It stands before theirs: "BiPAP 12/6" is no
/// day in December.
fn latest_day(seen: &Seen<'_>) -> Option<Day> {
    crate::measure::day_of_note(seen.reading).or_else(|| {
        let calendar = |d: &Day| matches!(d, Day::Calendar(_));
        seen.values.iter().filter_map(|v| v.day).filter(calendar).max_by_key(|d| match d {
            Day::Calendar(day) => *day,
            _ => i32::MIN,
        })
    })
}

fn search_values(
    seen: &Seen<'_>,
    latest: Option<Day>,
    of_analyte: &[(u16, u32)],
    tests: &[Test],
    finding: &Finding,
    found: &mut Vec<Match>,
) {
    let usable: Vec<(u32, &Value)> = (of_analyte.iter())
        .filter_map(|&(_, at)| Some((at, seen.values.get(at as usize)?)))
        .filter(|(_, v)| v.plausible && v.moment != Moment::Goal && finding.counts_in(seen, v.sentence))
        .collect();
    if usable.is_empty() {
        return;
    }
    let mut take = |at: u32, value: &Value| {
        if found.len() < MOST_MATCHES && !found.iter().any(|m| m.value == Some(at)) {
            found.push(Match {
                tokens: value.tokens,
                sentence: value.sentence,
                assertion: Assertion::Affirmed,
                cue: None,
                value: Some(at),
            });
        }
    };
    // What was measured long before the rest belongs to another time.
    let is_old = |value: &Value| {
        let age = latest.zip(value.day).and_then(|(latest, day)| latest.since(day));
        !finding.lasting
            && (age.is_some_and(|days| days > LONGEST_STAY)
                || matches!(value.day, Some(Day::Relative(days)) if days < -LONGEST_STAY))
    };
    for test in tests {
        if !test.compares() {
            for &(at, value) in &usable {
                if value.moment != Moment::Baseline && !is_old(value) && test.passes(value) {
                    take(at, value);
                }
            }
            continue;
        }
        // The extreme of what came before decides, so one pass is enough.
        let mut in_time = usable.clone();
        in_time.sort_by_key(|(at, v)| (v.moment != Moment::Baseline, v.order, *at));
        let mut before: Option<(u32, &Value)> = None;
        let mut best: Option<(f64, u32, &Value, u32, &Value)> = None;
        for &(at, value) in &in_time {
            let later = (value.low + value.high) / 2.0;
            if let Some((first, earlier)) = before {
                let start = (earlier.low + earlier.high) / 2.0;
                if value.moment != Moment::Baseline && test.passes_from(start, later) {
                    let size = (later - start).abs();
                    if best.is_none_or(|(most, ..)| size > most) {
                        best = Some((size, first, earlier, at, value));
                    }
                }
            }
            let falls = matches!(test, Test::Fall(_));
            let is_extreme = before.is_none_or(|(_, earlier)| {
                let start = (earlier.low + earlier.high) / 2.0;
                if falls { later > start } else { later < start }
            });
            if is_extreme {
                before = Some((at, value));
            }
        }
        if let Some((_, first, earlier, at, value)) = best {
            take(first, earlier);
            take(at, value);
        }
    }
}

/// The latest value of the same analyte, where it no longer passes any of the tests that the matches passed.
pub fn superseded(seen: &Seen<'_>, finding: &Finding, found: &[Match]) -> Option<u32> {
    let (analyte, tests) = finding.value.as_ref()?;
    if tests.contains(&Test::Any) {
        return None;
    }
    let last = (0u32..)
        .zip(seen.values)
        .filter(|(_, v)| v.analyte == *analyte && v.plausible && matches!(v.moment, Moment::Now | Moment::Discharge))
        .max_by_key(|(at, v)| (v.order, *at))?;
    let shown = found.iter().filter_map(|m| m.value).collect::<Vec<_>>();
    // What a later value says of a rise or fall is for the reader: it is shown where it comes after both ends.
    let compared = tests.iter().all(|t| t.compares());
    let after = shown.iter().filter_map(|&at| seen.values.get(at as usize)).all(|v| v.order < last.1.order);
    let passes = if compared { !after } else { tests.iter().any(|t| t.passes(last.1)) };
    (!shown.contains(&last.0) && !passes).then_some(last.0)
}

fn search_pattern(
    seen: &Seen<'_>,
    pattern: &Pattern,
    within: &[Range<usize>],
    finding: &Finding,
    found: &mut Vec<Match>,
) {
    for place in pattern.places(seen.reading.text, within, MOST_MATCHES) {
        let tokens = &seen.reading.tokens;
        let start = tokens.partition_point(|t| t.span.end as usize <= place.start) as u32;
        let end = tokens.partition_point(|t| (t.span.start as usize) < place.end) as u32;
        if start >= end {
            continue;
        }
        let tokens = TokenRange { start, end };
        let sentence = seen.reading.sentences.partition_point(|s| s.tokens.end <= start) as u32;
        if finding.counts_in(seen, sentence) && finding.neighbours(seen, sentence) {
            let judged = seen.context.judge(tokens);
            if finding.assertions.contains(&judged.assertion) {
                found.push(Match { tokens, sentence, assertion: judged.assertion, cue: judged.cue, value: None });
            }
        }
    }
}

fn search_sections(seen: &Seen<'_>, finding: &Finding, found: &mut Vec<Match>) {
    for (at, sentence) in seen.reading.sentences.iter().enumerate() {
        let section = seen.reading.section_of(sentence);
        // One line under the heading makes it a section that says something.
        if finding.sections.contains(&section.kind)
            && !matches!(sentence.role, Role::Heading | Role::Label)
            && !found.iter().any(|m| seen.reading.sentences[m.sentence as usize].section == sentence.section)
        {
            found.push(Match {
                tokens: sentence.tokens,
                sentence: at as u32,
                assertion: Assertion::Affirmed,
                cue: None,
                value: None,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn british_spelling_is_known() {
        for (american, expected) in [
            ("pulmonary edema ", Some("pulmonary oedema ")),
            ("hemodialyzed ", Some("haemodialysed ")),
            ("oedema ", None),
            ("sepsis ", None),
        ] {
            assert_eq!(british(american).as_deref(), expected, "{american}");
        }
    }

    #[test]
    fn tests_of_values_are_read() {
        for (text, expected) in [
            ("> 1.5", Some(Test::Above(1.5))),
            (">= 90", Some(Test::AtLeast(90.0))),
            ("30 to 34.9", Some(Test::Within(30.0, 34.9))),
            ("ratio 1.5", Some(Test::Ratio(1.5))),
            ("any", Some(Test::Any)),
            ("=> 3", None),
            ("> high", None),
            ("", None),
        ] {
            assert_eq!(test(text), expected, "{text}");
        }
        assert!(Test::Rise(0.3).passes_from(1.0, 1.3), "decimals have no exact difference");
        assert!(!Test::Rise(0.3).passes_from(1.0, 1.2));
        assert!(Test::Fall(2.0).passes_from(10.1, 8.1));
    }
}
