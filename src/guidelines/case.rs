//! What the rules work on: the candidates of a note, and everything known of the note.

use crate::context::Judgement;
use crate::guidelines::Poa;
use crate::index::{Index, Mention, Source};
use crate::lexicon::Lexemes;
use crate::note::{Reading, Role, SectionKind, Sentence, Setting, TokenKind, TokenRange, words};
use crate::pack::tables::Strings;
use crate::report::{Assertion, Tier};
use crate::tabular::descend::{Descent, Encounter, Missing};
use crate::tabular::{NodeId, Tabular};
use std::collections::HashMap;

/// The note as far as it is understood. Mentions, judgements and standings go side by side.
pub struct Facts<'a> {
    pub reading: &'a Reading<'a>,
    pub lexemes: &'a Lexemes,
    pub mentions: &'a [Mention],
    pub judgements: &'a [Judgement],
    pub standings: &'a [Standing],
    pub tabular: &'a Tabular,
    pub index: &'a Index,
    pub strings: &'a Strings,
    pub setting: Setting,
    /// The phase of care of each mention.
    pub phases: &'a [Encounter],
}

impl Facts<'_> {
    /// Whether one of the phrases stands in these tokens: folded words between single spaces ("secondary to", "2 / 2").
    pub fn says(&self, tokens: TokenRange, phrases: &[&str]) -> bool {
        phrases.iter().any(|p| self.find_words(tokens, p).is_some())
    }

    /// The token at which a phrase begins.
    pub fn find_words(&self, tokens: TokenRange, phrase: &str) -> Option<u32> {
        let reading = self.reading;
        let first = phrase.bytes().position(|b| b == b' ').unwrap_or(phrase.len());
        let (first, rest) = phrase.split_at(first);
        let is_next = |at: u32| {
            let is_joint = |t: u32| reading.tokens.get(t as usize).is_none_or(|t| t.kind == TokenKind::Joint);
            let mut here = (at + 1..tokens.end).filter(|&t| !is_joint(t));
            let mut rest = rest.split(' ').skip(1);
            rest.all(|word| here.next().is_some_and(|t| reading.folded(t) == word))
        };
        let goes_on = |at: u32| rest.is_empty() || is_next(at);
        let hash = words::hash(first);
        if first.is_empty() || !reading.words.may_have(hash) {
            return None;
        }
        // A sentence is looked through faster than its place among all places is found.
        if tokens.end.saturating_sub(tokens.start) <= SHORT {
            let mut here = reading.words.with_hash(hash, tokens.iter());
            return here.find(|&at| reading.folded(at) == first && goes_on(at));
        }
        reading.places_within(first, tokens).iter().copied().find(|&at| goes_on(at))
    }

    /// What a condition is said to come from: the words behind the first words of cause that follow it closely, to the
    /// end of its sentence.
    pub fn cause_of(&self, mention: usize) -> Option<TokenRange> {
        let (tokens, sentence) = (self.mentions[mention].tokens, self.sentence(mention));
        let near = TokenRange { start: tokens.start, end: sentence.end.min(tokens.end + CAUSE_WITHIN) };
        let (at, words) = CAUSES.iter().filter_map(|c| Some((self.find_words(near, c)?, *c))).min()?;
        let parted = (tokens.end..at).any(|t| matches!(self.reading.folded(t), "." | ";" | "and" | "but" | "not"));
        let start = at + words.split(' ').count() as u32;
        (!parted && start < sentence.end).then_some(TokenRange { start, end: sentence.end })
    }

    /// The sentence that a mention stands in.
    pub fn sentence(&self, mention: usize) -> TokenRange {
        self.reading.sentences[self.mentions[mention].sentence as usize].tokens
    }
}

/// Tokens that are looked through one by one.
const SHORT: u32 = 64;

/// Words by which a note says what a condition comes from.
const CAUSES: &[&str] = &[
    "due to",
    "secondary to",
    "2 / 2",
    "d / t",
    "from",
    "caused by",
    "because of",
    "related to",
    "attributed to",
    "induced by",
];
/// How far behind the condition they may begin, and end.
const CAUSE_WITHIN: u32 = 5;

/// Where in the note a mention stands, for the question whether the visit managed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A problem or diagnosis that is named as such: title in the assessment, discharge diagnosis, impression.
    Named,
    /// In what is said of a problem, or in the running text of an assessment.
    Discussed,
    /// In the narrative: history of present illness, hospital course, a note without headings.
    Narrated,
    /// In lists that carry over: past history, medications, review of systems, exam, results.
    Listed,
    /// In a heading or a label.
    Heading,
}

impl Standing {
    pub fn of(reading: &Reading<'_>, sentence: &Sentence) -> Standing {
        use SectionKind::*;
        let kind = reading.section_of(sentence).kind;
        match (sentence.role, kind) {
            (Role::Heading | Role::Label, _) => Standing::Heading,
            // A problem list carries over, unless it says what is done about the problem.
            (Role::ProblemTitle, ProblemList) if !discussed(reading, sentence) && is_assessed_elsewhere(reading) => {
                Standing::Listed
            }
            (Role::ProblemTitle, _) => Standing::Named,
            (Role::Body, Assessment | Impression) if is_first_of_diagnoses(reading, sentence) => Standing::Named,
            (_, AdmissionDiagnoses | DischargeDiagnoses | PreoperativeDiagnosis | PostoperativeDiagnosis)
                if !is_told_of(reading, sentence) =>
            {
                Standing::Named
            }
            (_, AdmissionDiagnoses | DischargeDiagnoses | PreoperativeDiagnosis | PostoperativeDiagnosis) => {
                Standing::Discussed
            }
            (_, Assessment | AssessmentAndPlan | Impression | Plan | HospitalCourse | EmergencyCourse) => {
                Standing::Discussed
            }
            (_, Unknown | HistoryOfPresentIllness | Administrative) if concludes(reading, sentence) => Standing::Named,
            (_, Unknown | HistoryOfPresentIllness | ChiefComplaint | Indication | OperativeFindings) => {
                Standing::Narrated
            }
            _ => Standing::Listed,
        }
    }
}

/// Whether a note has a part that assesses, beside its problem list: else that is the assessment.
fn is_assessed_elsewhere(reading: &Reading<'_>) -> bool {
    use SectionKind::*;
    reading.sections.iter().any(|s| {
        matches!(
            s.kind,
            Assessment
                | AssessmentAndPlan
                | Impression
                | Plan
                | HospitalCourse
                | EmergencyCourse
                | AdmissionDiagnoses
                | DischargeDiagnoses
                | PostoperativeDiagnosis
                | HistoryOfPresentIllness
                | Unknown
        ) && !s.span.text(reading.text).trim().is_empty()
    })
}

/// Whether a mention is what a study of the sentence shows: a finding, not yet a diagnosis.
pub(super) fn of_study(reading: &Reading<'_>, mention: &Mention) -> bool {
    let sentence = &reading.sentences[mention.sentence as usize];
    const STUDIES: &[&str] = &[
        "x",
        "xray",
        "xrays",
        "radiograph",
        "radiographs",
        "film",
        "films",
        "mri",
        "ct",
        "imaging",
        "cxr",
        "cta",
        "ctpa",
        "ctap",
        "cth",
        "duplex",
        "egd",
        "colonoscopy",
        "scope",
        "tte",
        "tee",
        "ultrasound",
        "us",
        "scan",
        "echo",
        "ekg",
        "ecg",
        "labs",
        "biopsy",
        "exam",
        "examination",
    ];
    (sentence.tokens.start..mention.tokens.start).any(|t| STUDIES.contains(&reading.folded(t)))
}

/// The standing of each mention, by the form of its section: an assessment of one paragraph names its problems in its
/// sentences.
pub fn standings(reading: &Reading<'_>, mentions: &[Mention]) -> Vec<Standing> {
    use SectionKind::{Assessment, AssessmentAndPlan, Impression};
    // For each section its one paragraph, and how many sentences it has; none once a second one or an item is seen.
    // What is planned may follow an assessment of running text in paragraphs of its own.
    let assesses = |at: u32| {
        let kind = reading.sections.get(at as usize).map(|s| s.kind);
        matches!(kind, Some(Assessment | Impression))
    };
    let mut forms: Vec<Option<(u32, u32)>> = vec![Some((u32::MAX, 0)); reading.sections.len()];
    for sentence in reading.sentences.iter().filter(|s| s.role != Role::Heading) {
        let Some(form) = forms.get_mut(sentence.section as usize) else { continue };
        *form = match *form {
            Some(_) if matches!(sentence.role, Role::Label | Role::Item) => None,
            Some((u32::MAX, _)) => Some((sentence.paragraph, 1)),
            Some((paragraph, count)) if paragraph == sentence.paragraph => Some((paragraph, count + 1)),
            Some(first) if first.1 >= 3 && sentence.role == Role::Body && assesses(sentence.section) => Some(first),
            _ => None,
        };
    }
    let flows = |section: u32| {
        let kind = |at: u32| reading.sections.get(at as usize).map(|s| s.kind);
        // The impression of a study is no assessment of the patient.
        let of_results = section
            .checked_sub(1)
            .and_then(kind)
            .is_some_and(|k| matches!(k, SectionKind::Results | SectionKind::Imaging | SectionKind::Procedures));
        matches!(kind(section), Some(Assessment | AssessmentAndPlan | Impression))
            && !(of_results && kind(section) == Some(Impression))
            && forms.get(section as usize).copied().flatten().is_some_and(|(_, count)| count >= 2)
    };
    let of = |mention: &Mention| {
        let sentence = &reading.sentences[mention.sentence as usize];
        let standing = Standing::of(reading, sentence);
        let first = || {
            let form = forms.get(sentence.section as usize).copied().flatten();
            form.is_some_and(|(paragraph, _)| paragraph == sentence.paragraph)
        };
        let told = standing == Standing::Discussed && flows(sentence.section) && first() && !of_study(reading, mention);
        if told { Standing::Named } else { standing }
    };
    mentions.iter().map(of).collect()
}

/// Whether a sentence is the first under a heading that says diagnosis ("Diagnosis: stage III carcinoma of the ovary").
fn is_first_of_diagnoses(reading: &Reading<'_>, sentence: &Sentence) -> bool {
    let section = reading.section_of(sentence);
    let Some(heading) = section.heading.map(|h| h.text(reading.text)) else { return false };
    let says = |word: &str| heading.len() < 40 && heading.to_lowercase().contains(word);
    let Some(before) = sentence.tokens.start.checked_sub(1) else { return false };
    // Nothing but the mark of the heading stands between.
    let first = reading.tokens[before as usize].span.start < heading_end(reading, section);
    first && (says("diagnos") || heading.trim_end_matches(':').eq_ignore_ascii_case("dx"))
}

/// The end of a heading with its colon.
fn heading_end(reading: &Reading<'_>, section: &crate::note::Section) -> u32 {
    let end = section.heading.map_or(section.span.start, |h| h.end);
    let rest = reading.text.get(end as usize..).unwrap_or("");
    end + rest.len().saturating_sub(rest.trim_start_matches([':', ' ', '-', '*', '\n', '\r']).len()) as u32
}

/// Whether a sentence of a list of diagnoses tells of the one before it: it is not of the title's own sentence.
fn is_told_of(reading: &Reading<'_>, sentence: &Sentence) -> bool {
    let Some(problem) = sentence.problem.and_then(|p| reading.problems.get(p as usize)) else { return false };
    let Some(title) = reading.sentences.get(problem.title as usize) else { return false };
    // Diagnoses that run on in one line are told apart by nothing but their full stops.
    let marked = (problem.title as usize).checked_sub(1).is_some_and(|at| reading.sentences[at].role == Role::Label);
    if !marked {
        return false;
    }
    let closed = title.tokens.end.checked_sub(1).is_some_and(|last| matches!(reading.folded(last), "." | "?"));
    closed || sentence.tokens.start > title.tokens.end
}

/// Whether a sentence of a letter or narrative says what the writer thinks it is: "My impression is …".
fn concludes(reading: &Reading<'_>, sentence: &Sentence) -> bool {
    const NOUNS: &[&str] = &["impression", "impressions", "assessment", "conclusion"];
    let start = sentence.tokens.start;
    let end = sentence.tokens.end.min(start + 6);
    // "This is a mild neuropathy due to cisplatin", not "This is a 60-year-old man with …".
    let is_this = |t: u32| {
        reading.folded(t) == "this"
            && reading.folded(t + 1) == "is"
            && !sentence.tokens.iter().any(|t| {
                matches!(reading.folded(t), "year" | "years" | "yo" | "y" | "gentleman" | "lady" | "man" | "woman")
                    || matches!(reading.folded(t), "month" | "boy" | "girl" | "patient" | "not" | "his" | "her")
            })
    };
    if (start..end.saturating_sub(2)).any(is_this) {
        return true;
    }
    (start..end.saturating_sub(1)).any(|t| {
        NOUNS.contains(&reading.folded(t)) && matches!(reading.folded(t + 1), "is" | "are" | "was" | "were" | "remains")
    })
}

/// Whether a code stands for a symptom: chapter 18, and the pains that other chapters keep by site.
pub fn is_symptom(code: &str) -> bool {
    const BY_SITE: &[&str] = &[
        "M25.5", "M25.6", "M54.2", "M54.5", "M54.6", "M54.8", "M54.9", "M79.1", "M79.6", "H57.1", "H92.0", "N64.4",
        "K08.89", "M79.89",
    ];
    code.starts_with('R') || BY_SITE.iter().any(|prefix| code.starts_with(prefix))
}

fn discussed(reading: &Reading<'_>, sentence: &Sentence) -> bool {
    let problem = sentence.problem.and_then(|p| reading.problems.get(p as usize));
    problem.is_some_and(|p| p.discussion.0 < p.discussion.1)
}

/// A code that may be suggested, with the mentions it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Billable.
    pub node: NodeId,
    /// Indices into [`Facts::mentions`], the first one decisive.
    pub mentions: Vec<usize>,
    pub tier: Tier,
    pub reason: Option<String>,
    /// Sections of the guidelines that acted.
    pub rules: Vec<&'static str>,
    pub missing: Vec<Missing>,
    /// Index path, where it is not that of the first mention.
    pub path: Option<Vec<String>>,
    /// Its place in the order of the codes, from 1.
    pub sequence: Option<u32>,
}

impl Candidate {
    pub fn is_open(&self) -> bool {
        self.tier != Tier::Held
    }

    pub fn hold(&mut self, section: &'static str, reason: impl Into<String>) {
        self.tier = Tier::Held;
        self.reason = Some(reason.into());
        self.cite(section);
    }

    /// Leaves it to a person, unless it is held back already.
    pub fn decide(&mut self, section: &'static str, reason: impl Into<String>) {
        if self.tier == Tier::Suggested {
            self.tier = Tier::Decide;
        }
        if self.tier == Tier::Decide {
            let reason = reason.into();
            self.reason = Some(match self.reason.take() {
                Some(earlier) => format!("{earlier} {reason}"),
                None => reason,
            });
            self.cite(section);
        }
    }

    pub fn cite(&mut self, section: &'static str) {
        if !self.rules.contains(&section) {
            self.rules.push(section);
        }
    }
}

pub struct Case<'a> {
    pub facts: Facts<'a>,
    pub candidates: Vec<Candidate>,
    /// Present on admission: for each open code of a stay, once the rules have acted.
    pub poa: Vec<(NodeId, Poa)>,
}

impl<'a> Case<'a> {
    /// One candidate for each billable code that a mention leads to.
    pub fn new(facts: Facts<'a>, descents: Vec<Vec<Descent>>) -> Case<'a> {
        let candidates = descents
            .into_iter()
            .enumerate()
            .flat_map(|(mention, descents)| descents.into_iter().map(move |d| (mention, d)))
            .map(|(mention, d)| Candidate {
                node: d.node,
                mentions: vec![mention],
                tier: Tier::Suggested,
                reason: None,
                rules: Vec::new(),
                missing: d.missing,
                path: None,
                sequence: None,
            })
            .collect();
        Case { facts, candidates, poa: Vec::new() }
    }

    /// Joins candidates that differ only in where the note says it: a note that repeats itself is judged once.
    pub fn join_repetitions(&mut self) {
        let mut joined: Vec<Candidate> = Vec::new();
        let mut place = HashMap::new();
        for candidate in std::mem::take(&mut self.candidates) {
            let mention = &self.facts.mentions[candidate.mentions[0]];
            let key = (
                candidate.node,
                candidate.tier,
                candidate.reason.clone(),
                self.facts.judgements[candidate.mentions[0]].assertion,
                mention.source,
                self.core(mention),
                !mention.linked.is_empty(),
            );
            match place.get(&key) {
                Some(&at) => joined[at as usize].mentions.extend(candidate.mentions),
                None => {
                    place.insert(key, joined.len() as u32);
                    joined.push(candidate);
                }
            }
        }
        self.candidates = joined;
    }

    /// The candidates whose code begins with the prefix and that are suggested of this patient now.
    pub fn standing(&self, prefix: &str) -> Vec<usize> {
        (0..self.candidates.len())
            .filter(|&at| {
                let candidate = &self.candidates[at];
                candidate.tier == Tier::Suggested
                    && self.facts.tabular.begins(candidate.node, prefix, self.facts.strings)
                    // Codes for status and history say by themselves that it is past.
                    && (self.assertion(candidate) == Assertion::Affirmed
                        || prefix.starts_with('Z')
                        // What resolved during the stay was a problem of it.
                        || candidate.rules.contains(&"III"))
            })
            .collect()
    }

    /// Puts another code in the place of a candidate's. `false` if the release has no such code.
    pub fn recode(&mut self, at: usize, code: &str, section: &'static str) -> bool {
        let Some(node) = self.facts.tabular.find(code).filter(|&n| self.facts.tabular.is_billable(n)) else {
            return false;
        };
        let candidate = &mut self.candidates[at];
        candidate.node = node;
        candidate.missing.clear();
        candidate.cite(section);
        true
    }

    /// Suggests a code that rests on the mentions of others, or cites the rule at it if it is suggested already.
    /// `false` if the release has no such code.
    pub fn bring(&mut self, code: &str, mentions: Vec<usize>, section: &'static str) -> bool {
        let Some(node) = self.facts.tabular.find(code).filter(|&n| self.facts.tabular.is_billable(n)) else {
            return false;
        };
        if let Some(same) = self.candidates.iter_mut().find(|c| c.node == node && c.tier == Tier::Suggested) {
            same.cite(section);
            return true;
        }
        self.candidates.push(Candidate {
            node,
            mentions,
            tier: Tier::Suggested,
            reason: None,
            rules: vec![section],
            missing: Vec::new(),
            path: None,
            sequence: None,
        });
        true
    }

    /// The lexemes that name the term of a mention.
    pub fn core(&self, mention: &Mention) -> Vec<u32> {
        let occurrences = &self.facts.lexemes.occurrences[self.facts.lexemes.within(mention.tokens)];
        occurrences.iter().filter(|o| mention.core.contains(&o.tokens)).map(|o| o.lexeme).collect()
    }

    pub fn mention(&self, candidate: &Candidate) -> &'a Mention {
        &self.facts.mentions[candidate.mentions[0]]
    }

    /// The phase of care of what a candidate rests on.
    pub fn phase(&self, candidate: &Candidate) -> Encounter {
        candidate.mentions.first().and_then(|&m| self.facts.phases.get(m)).copied().unwrap_or_default()
    }

    pub fn assertion(&self, candidate: &Candidate) -> Assertion {
        self.facts.judgements[candidate.mentions[0]].assertion
    }

    pub fn code(&self, candidate: &Candidate) -> &'a str {
        self.facts.tabular.code(candidate.node, self.facts.strings)
    }

    /// The words of the note that a mention covers.
    pub fn quote(&self, mention: &Mention) -> &'a str {
        self.facts.reading.span(mention.tokens).text(self.facts.reading.text)
    }

    /// Titles from the main term down to the term that leads to a code; where no entry of the Index does, the title of
    /// the Tabular that has the words.
    pub fn path(&self, candidate: &Candidate) -> Vec<String> {
        let mention = self.mention(candidate);
        let title = |term| self.facts.index.title(term, self.facts.strings).to_owned();
        let source = match (mention.source, mention.entry) {
            (Source::Title { .. }, Some((entry, node))) if self.facts.tabular.is_within(candidate.node, node) => entry,
            (source, _) => source,
        };
        match source {
            Source::Title { .. } | Source::Stated => {
                vec![format!("{} (Tabular)", self.facts.tabular.title(mention.node, self.facts.strings))]
            }
            Source::Index { main, term, .. } => {
                let path = self.facts.index.path(term);
                let from = (path.first() != Some(&main)).then_some(main);
                from.into_iter().chain(path).map(title).collect()
            }
        }
    }
}
