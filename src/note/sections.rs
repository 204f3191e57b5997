//! Names of section kinds, and the headings that begin a section.

use super::tokens::Stream;
use super::{SectionKind, Token, TokenKind};
use std::collections::HashMap;
use std::sync::LazyLock;

use SectionKind::*;

const KINDS: &[(SectionKind, &str)] = &[
    (Unknown, "unknown"),
    (ChiefComplaint, "chief-complaint"),
    (HistoryOfPresentIllness, "history-of-present-illness"),
    (PastMedicalHistory, "past-medical-history"),
    (PastSurgicalHistory, "past-surgical-history"),
    (FamilyHistory, "family-history"),
    (SocialHistory, "social-history"),
    (GynecologicHistory, "gynecologic-history"),
    (Allergies, "allergies"),
    (Medications, "medications"),
    (Immunizations, "immunizations"),
    (ReviewOfSystems, "review-of-systems"),
    (Vitals, "vitals"),
    (PhysicalExam, "physical-exam"),
    (Results, "results"),
    (Imaging, "imaging"),
    (Procedures, "procedures"),
    (HospitalCourse, "hospital-course"),
    (EmergencyCourse, "emergency-course"),
    (Assessment, "assessment"),
    (AssessmentAndPlan, "assessment-and-plan"),
    (Plan, "plan"),
    (AdmissionDiagnoses, "admission-diagnoses"),
    (DischargeDiagnoses, "discharge-diagnoses"),
    (PreoperativeDiagnosis, "preoperative-diagnosis"),
    (PostoperativeDiagnosis, "postoperative-diagnosis"),
    (Impression, "impression"),
    (ProblemList, "problem-list"),
    (Indication, "indication"),
    (OperativeFindings, "operative-findings"),
    (OperativeDescription, "operative-description"),
    (Consent, "consent"),
    (Instructions, "instructions"),
    (Disposition, "disposition"),
    (Education, "education"),
    (Administrative, "administrative"),
    (OtherHistory, "other-history"),
];

impl SectionKind {
    /// All kinds, in the order of their declaration.
    pub fn all() -> impl Iterator<Item = SectionKind> {
        KINDS.iter().map(|&(kind, _)| kind)
    }

    /// The name in reports and data files, kebab case.
    pub fn name(self) -> &'static str {
        KINDS[self as usize].1
    }

    pub fn from_name(name: &str) -> Option<SectionKind> {
        KINDS.iter().find(|(_, n)| *n == name).map(|&(kind, _)| kind)
    }

    /// Lists of diagnoses: every item names one.
    pub(super) fn lists_diagnoses(self) -> bool {
        matches!(
            self,
            AdmissionDiagnoses | DischargeDiagnoses | PreoperativeDiagnosis | PostoperativeDiagnosis | ProblemList
        )
    }

    /// Where problems are named and judged.
    pub(super) fn assesses(self) -> bool {
        matches!(self, Assessment | AssessmentAndPlan | Impression)
    }

    /// Where a problem title stands among plans and events, and needs its discussion to be known as one.
    pub(super) fn discusses(self) -> bool {
        matches!(self, Plan | HospitalCourse | EmergencyCourse)
    }

    /// After which an assessment may begin without a heading.
    pub(super) fn precedes_plan(self) -> bool {
        matches!(self, Unknown | Results | Imaging | HospitalCourse)
    }

    /// What a study or a laboratory says.
    pub(super) fn reports(self) -> bool {
        matches!(self, Results | Imaging)
    }

    /// Running text of what happened and what is thought of it, in which a result may be quoted.
    pub(super) fn tells(self) -> bool {
        matches!(
            self,
            HistoryOfPresentIllness
                | HospitalCourse
                | EmergencyCourse
                | Assessment
                | AssessmentAndPlan
                | DischargeDiagnoses
        )
    }

    /// Where captions of systems and tests stand, so that an unknown heading in capitals is one of them.
    fn captions(self) -> bool {
        matches!(
            self,
            ReviewOfSystems
                | Vitals
                | PhysicalExam
                | Results
                | Imaging
                | Procedures
                | OperativeFindings
                | OperativeDescription
        )
    }
}

/// What a known heading text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Section(SectionKind),
    /// A caption inside a section.
    Label,
    /// A body system or part.
    System,
    /// A caption that is followed by the name of a problem.
    Diagnosis,
    /// Written as a heading, but of unknown text.
    Unknown,
}

struct Vocabulary {
    entries: HashMap<String, Entry>,
    /// Longest heading, in tokens.
    longest: usize,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut entries = HashMap::new();
    let mut longest = 0;
    for line in include_str!("../knowledge/headings.tsv").lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (text, kind) = line.split_once('\t').expect("headings.tsv has two columns");
        let entry = match kind {
            "label" => Entry::Label,
            "system-label" => Entry::System,
            "diagnosis-label" => Entry::Diagnosis,
            kind => Entry::Section(SectionKind::from_name(kind).expect("headings.tsv names kinds of section")),
        };
        let stream = super::tokens::tokenize(text);
        longest = longest.max(stream.tokens.len());
        entries.insert(key(stream.folded.trim()), entry);
    }
    Vocabulary { entries, longest: longest + 2 }
});

/// One spelling for `and`, `&`, `/` and `+` between words.
fn key(folded: &str) -> String {
    let mut key = String::with_capacity(folded.len() + 8);
    let words = folded.split(' ').count();
    for (i, word) in folded.split(' ').enumerate() {
        if i > 0 {
            key.push(' ');
        }
        let between = i > 0 && i + 1 < words;
        key.push_str(if between && matches!(word, "and" | "&" | "+") { "/" } else { word });
    }
    key
}

fn look_up(folded: &str) -> Option<Entry> {
    if folded.contains(['&', '+']) || folded.contains(" and ") {
        VOCABULARY.entries.get(&key(folded)).copied()
    } else {
        VOCABULARY.entries.get(folded).copied()
    }
}

/// Several body systems in one caption: "Infectious disease/Pulmonary", "Head, Eyes".
fn systems(folded: &str) -> bool {
    let system = |part: &str| look_up(part.trim()) == Some(Entry::System);
    folded.contains(" / ") && folded.split(" / ").all(system)
        || folded.contains(" , ") && folded.split(" , ").all(|p| system(p.trim_start_matches("and ")))
        || folded.contains(" and ") && folded.split(" and ").all(system)
        || folded.contains(" & ") && folded.split(" & ").all(system)
}

/// A heading or label found in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading {
    pub entry: Entry,
    /// Half-open range of the tokens of its text.
    pub text: (u32, u32),
    /// After its colon and decoration.
    pub end: u32,
    /// In capitals.
    pub capitals: bool,
    pub colon: bool,
    /// Nothing else stands on the line.
    pub own_line: bool,
    /// The whole text is known, not only its end or beginning.
    pub exact: bool,
}

/// How the letters of a token are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    None,
    Lower,
    /// First letter upper case.
    Title,
    Upper,
}

pub(super) fn case(text: &str, token: &Token) -> Case {
    if token.kind != TokenKind::Word {
        return Case::None;
    }
    let word = token.span.text(text);
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    match letters.next() {
        None => Case::None,
        Some(first) if !first.is_uppercase() => Case::Lower,
        Some(_) => {
            if letters.any(|c| c.is_lowercase()) {
                Case::Title
            } else {
                Case::Upper
            }
        }
    }
}

fn small(word: &str) -> bool {
    matches!(
        word,
        "of" | "and"
            | "the"
            | "for"
            | "in"
            | "on"
            | "at"
            | "to"
            | "with"
            | "or"
            | "by"
            | "a"
            | "an"
            | "as"
            | "from"
            | "per"
            | "s"
            | "is"
            | "prior"
            | "during"
            | "upon"
            | "this"
    )
}

/// Reads a heading at token `at` of a line that ends before token `end`. At the start of a line all forms count;
/// elsewhere only a known text with its colon.
pub(super) fn heading(text: &str, stream: &Stream, at: u32, end: u32, line_start: bool) -> Option<Heading> {
    let tokens = &stream.tokens;
    let form = |i: u32| tokens[i as usize].folded.text(&stream.folded);
    let mut first = at;
    if line_start {
        while first < end && decoration(&tokens[first as usize], form(first)) && first - at < 3 {
            first += 1;
        }
    }
    let decorated = first > at;
    let first_token = tokens.get(first as usize).filter(|_| first < end)?;
    // "CT A/P:" is of the abdomen and pelvis.
    if !line_start && at > 0 && matches!(form(at - 1), "ct" | "cta" | "mri" | "mra" | "us" | "cat") {
        return None;
    }
    if first_token.kind == TokenKind::Mark {
        return None;
    }
    let mut capitals = true;
    let mut letters = 0;
    let mut titled = true;
    let mut last = first;
    let mut parenthesis = None;
    let limit = end.min(first + VOCABULARY.longest as u32 + 6);
    let mut colon = false;
    let mut dash = false;
    let mut closed = false;
    if line_start
        && !decorated
        && let Some(said) = said_without_colon(text, stream, at, end, line_start)
    {
        return Some(said);
    }
    while last < limit {
        let token = &tokens[last as usize];
        let folded = form(last);
        match token.kind {
            TokenKind::Mark => match folded {
                ":" => {
                    colon = true;
                    closed = true;
                    break;
                }
                "/" | "&" | "+" => {}
                "'" if last > first => {}
                "," if parenthesis.is_some() => {}
                "," => {
                    // A comma at the end of a line, or the line break of a flattened note.
                    if last + 1 == end {
                        closed = true;
                        break;
                    }
                    if !stream.gaps[last as usize + 1].is_empty() && capitals {
                    } else {
                        return None;
                    }
                }
                "(" if last > first && parenthesis.is_none() => parenthesis = Some(last),
                ")" if parenthesis.is_some() => {}
                "." if last + 1 < end
                    && stream.gaps[last as usize + 1].is_empty()
                    && tokens[last as usize + 1].kind == TokenKind::Word
                    && token.span.end - token.span.start == 1 => {}
                "." if last >= first + 3 && form(last - 2) == "." => {}
                "-" if last > first && capitals && parenthesis.is_none() && line_start => {
                    dash = true;
                    closed = true;
                    break;
                }
                "*" | "=" | "_" | "~" | "#" | "-"
                    if last > first && (decorated || token.span.end - token.span.start > 1) =>
                {
                    closed = true;
                    break;
                }
                "#" if last > first => {}
                _ => return None,
            },
            _ if parenthesis.is_some() => {}
            TokenKind::Joint | TokenKind::Number => {}
            TokenKind::Word => match case(text, token) {
                Case::Lower => {
                    capitals = false;
                    titled &= small(folded) && last > first;
                    letters += 1;
                }
                Case::Title => {
                    capitals = false;
                    letters += 1;
                }
                Case::Upper => letters += 1,
                Case::None => {}
            },
        }
        last += 1;
    }
    if !closed && last < end {
        return None;
    }
    if letters == 0 || (!colon && !line_start) {
        return None;
    }
    let text_end = last;
    let mut past = last;
    // Decoration, colon and the comma of a flattened line break, in any order.
    while past < end && past - last < 5 {
        let folded = form(past);
        match folded {
            ":" if past == text_end || !colon => {
                colon = true;
                past += 1;
            }
            "," if past > text_end || past + 1 == end => past += 1,
            "-" if dash && past == text_end => past += 1,
            "*" | "=" | "_" | "~" | "#" | "-"
                if decorated || tokens[past as usize].span.end - tokens[past as usize].span.start > 1 =>
            {
                past += 1
            }
            _ => break,
        }
    }
    let own_line = line_start && past == end;
    if !colon && !dash && !own_line {
        return None;
    }
    let words_end = parenthesis.filter(|_| form(text_end - 1) == ")").unwrap_or(text_end);
    let slice = |from: u32, to: u32| {
        let (a, b) = (tokens[from as usize].folded.start, tokens[to as usize - 1].folded.end);
        &stream.folded[a as usize..b as usize]
    };
    let whole = slice(first, words_end);
    let trimmed = whole.trim_end_matches([' ', '.', '#', '-']);
    let found = look_up(whole).or_else(|| if trimmed.len() < whole.len() { look_up(trimmed) } else { None });
    let hit =
        |entry, exact| Some(Heading { entry, text: (first, text_end), end: past, capitals, colon, own_line, exact });
    if let Some(entry) = found {
        // "plan" in lower case and alone on a line may be wrapped text; "Assessment & plan" is none.
        let opens = case(text, first_token) != Case::Lower && letters > 1 && matches!(entry, Entry::Section(_));
        if !(colon || titled || decorated || own_line && opens) {
            return None;
        }
        if dash && !line_start {
            return None;
        }
        return hit(entry, true);
    }
    if systems(whole) {
        return hit(Entry::System, true);
    }
    if line_start
        && (colon || own_line && words_end > first + 1 && case(text, first_token) != Case::Lower)
        && let Some(kind) = super::captions::by_words(whole)
    {
        return hit(Entry::Section(kind), false);
    }
    if !line_start || !capitals || text_end - first > 9 {
        return None;
    }
    // Capitals of unknown text: by the last words that are known, or the first.
    let words = words_end - first;
    if words >= 2 {
        for skip in 1..words {
            if let Some(Entry::Section(kind)) = look_up(slice(first + skip, words_end))
                && words - skip >= 1
                && slice(first + skip, words_end).len() >= 3
            {
                let kind = match kind {
                    HistoryOfPresentIllness if words - skip == 1 => OtherHistory,
                    // "TRANSFER SUMMARY" is the title of a document.
                    Impression if words - skip == 1 && slice(first + skip, words_end) == "summary" => Unknown,
                    kind => kind,
                };
                return hit(Entry::Section(kind), false);
            }
        }
        for keep in (1..words).rev() {
            if let Some(Entry::Section(kind)) = look_up(slice(first, first + keep))
                && slice(first, first + keep).len() >= 8
                && (keep > 1 || matches!(form(first + keep), "/" | "&" | "and" | "(" | ","))
            {
                return hit(Entry::Section(kind), false);
            }
        }
    }
    if !(colon || own_line) {
        return None;
    }
    hit(Entry::Unknown, false)
}

/// "Dx Cellulitis of the leg", "Imp COPD": the caption of a diagnosis before a name that begins in upper case.
fn said_without_colon(text: &str, stream: &Stream, at: u32, end: u32, line_start: bool) -> Option<Heading> {
    let form = |i: u32| if i < end { stream.tokens[i as usize].folded.text(&stream.folded) } else { "" };
    // "A/P  37yo at 28 weeks": in capitals at the start of a line it is nothing else.
    let both = form(at) == "a" && matches!(form(at + 1), "/" | "&") && form(at + 2) == "p" && at + 3 < end;
    let written = |i: u32| case(text, &stream.tokens[i as usize]) == Case::Upper;
    if line_start
        && both
        && written(at)
        && written(at + 2)
        && form(at + 3) != ":"
        && !stream.gaps[at as usize + 3].is_empty()
    {
        return Some(Heading {
            entry: Entry::Section(AssessmentAndPlan),
            text: (at, at + 3),
            end: at + 3,
            capitals: true,
            colon: true,
            own_line: false,
            exact: true,
        });
    }
    let (caption, name) = (&stream.tokens[at as usize], stream.tokens.get(at as usize + 1).filter(|_| at + 1 < end)?);
    let folded = caption.folded.text(&stream.folded);
    let known = matches!(folded, "dx" | "imp");
    // "PMHx migraines (rare)".
    let history = matches!(folded, "pmh" | "pmhx" | "psh" | "pshx") && name.kind == TokenKind::Word && at > 0;
    let known = known || history;
    let named =
        (history || matches!(case(text, name), Case::Title | Case::Upper)) && case(text, caption) != Case::Lower;
    if !(line_start && known && named) {
        return None;
    }
    look_up(folded).map(|entry| Heading {
        entry,
        text: (at, at + 1),
        end: at + 1,
        capitals: true,
        colon: true,
        own_line: false,
        exact: true,
    })
}

fn decoration(token: &Token, folded: &str) -> bool {
    let long = token.span.end - token.span.start > 1;
    token.kind == TokenKind::Mark
        && (matches!(folded, "#" | "*" | "=" | "_" | "~" | "[" | ">") || (folded == "-" && long))
}

/// What a heading does where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    Section(SectionKind),
    Label,
    System,
    Diagnosis,
    /// Not a heading after all: text.
    Nothing,
}

/// Where a heading stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Kind of the section so far.
    pub current: SectionKind,
    /// Something stands in it already.
    pub filled: bool,
    /// After a bullet, number or letter.
    pub marked: bool,
    pub line_start: bool,
    pub blank_before: bool,
    /// Captions "Assessment:" and "Plan:" recur, one for each problem.
    pub recurring: bool,
}

pub(super) fn decide(heading: &Heading, place: Place) -> Begins {
    let Heading { entry, capitals, own_line, colon, exact, .. } = *heading;
    let loud = capitals && own_line && !place.marked;
    let problems = place.current.assesses() || place.current.discusses();
    match entry {
        Entry::Label | Entry::System | Entry::Diagnosis if !colon && !own_line => Begins::Nothing,
        Entry::Label => {
            if colon || own_line && !place.marked && heading.text.1 - heading.text.0 >= 2 {
                Begins::Label
            } else {
                Begins::Nothing
            }
        }
        Entry::System => {
            let captioned = place.current.captions();
            if colon || captioned { Begins::System } else { Begins::Nothing }
        }
        Entry::Diagnosis => {
            if (colon || own_line && heading.text.1 - heading.text.0 >= 2)
                && (problems || place.current.lists_diagnoses())
            {
                Begins::Diagnosis
            } else {
                Begins::Nothing
            }
        }
        Entry::Section(kind) => {
            if place.marked && !(capitals && exact && colon) {
                return if colon { Begins::Label } else { Begins::Nothing };
            }
            if !(place.line_start || exact && colon) {
                return Begins::Nothing;
            }
            if problems && place.filled && !loud {
                let pair = heading.text.1 - heading.text.0 <= 3
                    && matches!(kind, Plan | Assessment | Impression | AssessmentAndPlan);
                if pair && (place.recurring || place.current == AssessmentAndPlan) {
                    return Begins::Label;
                }
                let caption = !own_line || !place.blank_before;
                // A list of diagnoses is followed by other sections; a plan has captions of the same names.
                let listing = matches!(place.current, Assessment | Impression);
                let listed = listing && place.line_start && !place.marked;
                let other =
                    matches!(kind, Medications | Allergies | SocialHistory | PhysicalExam | HistoryOfPresentIllness);
                let weak = !(listed && other)
                    && matches!(
                        kind,
                        Medications
                            | Results
                            | Imaging
                            | Procedures
                            | Education
                            | SocialHistory
                            | Allergies
                            | Vitals
                            | Consent
                            | Disposition
                            | Instructions
                            | Unknown
                            | Indication
                            | Administrative
                            | PhysicalExam
                            | HistoryOfPresentIllness
                            | OperativeDescription
                            | OtherHistory
                            | Immunizations
                            | Plan
                            | ChiefComplaint
                    );
                if weak
                    && caption
                    && !(capitals && place.line_start)
                    && !(kind == Plan && (place.line_start || listing))
                {
                    return if colon { Begins::Label } else { Begins::Nothing };
                }
            }
            // "Tobacco: none", "Education: college" in a social history: text, the habit a part of it.
            if place.current == SocialHistory
                && matches!(kind, SocialHistory | Education | Instructions | Administrative | Unknown)
                && !own_line
                && !capitals
            {
                return Begins::Nothing;
            }
            if matches!(place.current, ReviewOfSystems | PhysicalExam) {
                let inner = matches!(kind, Vitals | Allergies | Unknown | SocialHistory | GynecologicHistory | Results);
                if inner && !own_line && (kind != Results || !capitals) && (kind != Allergies || !capitals) {
                    return Begins::Label;
                }
            }
            if matches!(place.current, Results | Imaging | Procedures | OperativeDescription)
                && matches!(kind, Results | Imaging)
                && !loud
            {
                return if capitals && place.line_start { Begins::Section(kind) } else { Begins::Label };
            }
            Begins::Section(kind)
        }
        Entry::Unknown => {
            if place.marked || problems || place.current.lists_diagnoses() {
                Begins::Nothing
            } else if place.current.captions() {
                if colon && place.current != ReviewOfSystems { Begins::Label } else { Begins::Nothing }
            } else if colon || (place.blank_before && loud) {
                Begins::Section(Unknown)
            } else {
                Begins::Nothing
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_named_in_order() {
        for (i, &(kind, name)) in KINDS.iter().enumerate() {
            assert_eq!(kind as usize, i, "{name}");
            assert_eq!(SectionKind::from_name(name), Some(kind));
            assert_eq!(kind.name(), name);
        }
        assert_eq!(KINDS.len(), OtherHistory as usize + 1);
        assert_eq!(SectionKind::from_name("no such kind"), None);
    }

    #[test]
    fn every_row_is_found_as_it_is_written() {
        let mut sections = 0;
        for line in include_str!("../knowledge/headings.tsv").lines().filter(|l| !l.starts_with('#')) {
            let (text, kind) = line.split_once('\t').unwrap();
            let stream = super::super::tokens::tokenize(text);
            let entry = look_up(stream.folded.trim()).unwrap_or_else(|| panic!("{text}"));
            if let Entry::Section(found) = entry {
                assert_eq!(found.name(), kind, "{text}");
                sections += 1;
            }
        }
        assert!(sections >= 350, "{sections} headings");
    }
}
