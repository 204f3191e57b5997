//! From each mention to a billable code: the Tabular's descent by the words that stand near the mention.

use crate::drugs::{CLASSES, Use};
use crate::index::{self, Index, Mention, Source, Volume};
use crate::lexicon::phrases::Phrases;
use crate::lexicon::{Lexemes, Lexicon, Link, Occurrence};
use crate::measure::{Measure, Measures};
use crate::note::{Reading, Role, SectionKind, Setting, TokenRange};
use crate::pack::tables::Strings;
use crate::tabular::descend::{Descent, Encounter};
use crate::tabular::{DENIED, NodeId, Tabular, flags};

/// Words farther from a mention than this do not choose its code ([`Lexemes::distance`]).
const NEAR: u32 = 14;
/// The same for words after "with".
const NEAR_JOINED: u32 = 14;

/// What the codes of a note are found with.
pub struct Coder<'a> {
    pub mentions: &'a [Mention],
    pub reading: &'a Reading<'a>,
    pub lexemes: &'a Lexemes,
    pub tabular: &'a Tabular,
    pub index: &'a Index,
    pub words: &'a CodingWords,
    pub strings: &'a Strings,
}

impl Coder<'_> {
    /// The descents of each mention, in their order, each by the phase of care of its mention: one, or one for each side
    /// where the note names both and the Tabular has no code for both.
    pub fn code(&self, phases: &[Encounter]) -> Vec<Vec<Descent>> {
        let sex = self.words.sex(self.reading);
        (0..self.mentions.len())
            .map(|at| {
                let phase = phases.get(at).copied().unwrap_or_default();
                self.code_one(at, phase, sex)
            })
            .collect()
    }

    /// Words of another mention that chose a code after "with" ("dyskinesia" in "Parkinson's disease with dyskinesia").
    pub fn joined(&self, descents: &[Vec<Descent>]) -> Vec<(usize, Vec<TokenRange>)> {
        let used = |at: usize, lexeme: u32| descents[at].iter().any(|d| d.used.contains(&lexeme));
        (0..descents.len())
            .filter(|&at| descents[at].iter().any(|d| !d.used.is_empty()))
            .map(|at| {
                let near = Near::of(at, self.mentions, self.reading, self.lexemes);
                (at, near.joined.iter().filter(|o| used(at, o.lexeme)).map(|o| o.tokens).collect())
            })
            .filter(|(_, tokens): &(usize, Vec<TokenRange>)| !tokens.is_empty())
            .collect()
    }

    fn code_one(&self, at: usize, phase: Encounter, sex: Option<u32>) -> Vec<Descent> {
        let mention = &self.mentions[at];
        let words = self.words;
        let mut near = Near::of(at, self.mentions, self.reading, self.lexemes);
        near.said.extend(sex);
        let of_side = |l: &u32| *l == words.right || *l == words.left || words.both.contains(l);
        let sided = near.said.iter().any(of_side);
        near.said.retain(|l| !of_side(l));
        if let Source::Index { term, .. } = mention.source {
            for term in self.index.path(term) {
                let said = |l: &&u32| !of_side(l) && !near.denied.contains(l);
                near.said.extend(self.index.only_name(term).iter().filter(said));
            }
        }
        if !near.said.contains(&words.nondisplaced) && self.is_displaced_unless_said(mention.node) {
            near.said.push(words.displaced);
        }
        let divided =
            matches!(mention.source, Source::Index { term, .. } if self.index.is(term, index::flags::DIVIDED));
        let descend = |sides: &[u32]| {
            let present = |l: u32| near.says(l) || sides.contains(&l);
            let start = self.start(mention.node, !sides.is_empty(), &present);
            self.tabular.descend_from(start, &present, phase, divided, self.strings)
        };
        let side = if sided { self.side(at) } else { None };
        let first = match side {
            None => descend(&[]),
            Some(Side::Right) => descend(&[words.right, words.unilateral]),
            Some(Side::Left) => descend(&[words.left, words.unilateral]),
            Some(Side::Both) => {
                // A code for both sides if there is one; else one for each.
                let both = descend(&words.both);
                let (right, left) = (descend(&[words.right]), descend(&[words.left]));
                match (both, right, left) {
                    (both, Some(right), Some(left)) => {
                        let is_for_both = both.as_ref().is_some_and(|d| d.used.iter().any(|l| words.both.contains(l)));
                        if right.node == left.node || is_for_both {
                            both
                        } else {
                            return vec![right, left];
                        }
                    }
                    (both, ..) => both,
                }
            }
        };
        first.into_iter().collect()
    }

    /// Where a descent begins: the Index often gives the code for "unspecified side" as the default; what the note says of
    /// the side, or several words that another code of the same kind has, lead to that.
    fn start(&self, node: NodeId, sided: bool, present: &dyn Fn(u32) -> bool) -> NodeId {
        let tabular = self.tabular;
        let mut start = node;
        let mut at = node;
        while tabular.is(at, flags::UNSPECIFIED)
            && let Some(above) = tabular.parent(at).filter(|&p| tabular.is(p, flags::DIAGNOSIS))
        {
            let of_side =
                |n: NodeId| tabular.own_lexemes(n).iter().any(|&l| l == self.words.right || l == self.words.left);
            let said = tabular.children(above).any(|child| {
                let own = tabular.own_lexemes(child);
                child != at
                    && (own.len() > 1 || sided && of_side(child))
                    && tabular.is_said_of(child, above, present, self.strings)
            });
            if said {
                start = above;
            }
            at = above;
        }
        start
    }

    /// Whether the Tabular says so of the category (I.C.19.c): "not indicated as displaced or nondisplaced should be coded
    /// to displaced".
    fn is_displaced_unless_said(&self, node: NodeId) -> bool {
        let category = self.tabular.category(node);
        self.tabular.notes(category, self.strings).any(|(_, text)| text.contains("should be coded to displaced"))
    }

    /// The side that is said of a mention: inside it; else the nearest that no other mention is nearer to. Two sides that
    /// only "and" divides are both.
    fn side(&self, at: usize) -> Option<Side> {
        let mention = &self.mentions[at];
        let sentence = self.reading.sentences[mention.sentence as usize].tokens;
        let all = &self.lexemes.occurrences[self.lexemes.within(sentence)];
        let first = all.partition_point(|o| o.tokens.end <= mention.tokens.start);
        let end = all.partition_point(|o| o.tokens.start < mention.tokens.end);
        let inside: Vec<Side> = all[first..end].iter().filter_map(|o| self.words.side(o.lexeme)).collect();
        if let Some(&side) = inside.first() {
            if inside.iter().any(|s| *s != side) {
                return Some(Side::Both);
            }
            return Some(self.with_partner(side, all, first, mention));
        }
        // "Varicose veins of left leg with calf ulcer": what is joined has the side of what it is joined to.
        let host = self.neighbours(at).find(|m| m.linked.iter().any(|l| mention.tokens.contains(l.start)));
        if let Some(host) = host {
            let own = &self.lexemes.occurrences[self.lexemes.within(host.tokens)];
            if let Some(side) = own.iter().find_map(|o| self.words.side(o.lexeme)) {
                return Some(side);
            }
        }
        // What is joined to the mention is part of it: "retinopathy with macular edema, right eye".
        let own = |o: &Occurrence| {
            let linked = mention.linked.iter().map(|l| self.apart(o.tokens, *l)).min();
            self.apart(o.tokens, mention.tokens).min(linked.unwrap_or(u32::MAX))
        };
        let is_linked = |other: &Mention| mention.linked.iter().any(|l| other.tokens.contains(l.start));
        let free = |o: &Occurrence| {
            let distance = own(o);
            distance <= NEAR
                && self.neighbours(at).filter(|other| !is_linked(other)).all(|other| {
                    let theirs = self.apart(o.tokens, other.tokens);
                    let follows = other.tokens.start >= o.tokens.end;
                    theirs > distance || theirs == distance && !follows
                })
        };
        let before = all[..first].iter().enumerate().rev().take(24).find_map(|(i, o)| {
            let side = self.words.side(o.lexeme).filter(|_| free(o))?;
            Some((own(o), i, side))
        });
        let after = all[end..].iter().take(24).find_map(|o| {
            let side = self.words.side(o.lexeme).filter(|_| free(o))?;
            Some((own(o), o.tokens, side))
        });
        match (before, after) {
            (Some((near, i, side)), after) if after.is_none_or(|(far, ..)| near <= far) => {
                Some(self.with_partner(side, all, i, mention))
            }
            (_, Some((_, tokens, side))) => {
                let i = all.partition_point(|o| o.tokens.start < tokens.end);
                let next = all.get(i).filter(|o| self.lexemes.distance(tokens.end, o.tokens.start) <= 8);
                let other = next.and_then(|o| self.words.side(o.lexeme));
                Some(if other.is_some_and(|o| o != side) { Side::Both } else { side })
            }
            _ => self.side_of_label(mention.sentence),
        }
    }

    /// The side in the label that a statement stands behind: "L distal radius: closed styloid fracture".
    fn side_of_label(&self, sentence: u32) -> Option<Side> {
        let before = (sentence as usize).checked_sub(1)?;
        let (label, own) = (&self.reading.sentences[before], &self.reading.sentences[sentence as usize]);
        let joined = label.role == crate::note::Role::Label && label.paragraph == own.paragraph;
        let all = &self.lexemes.occurrences[self.lexemes.within(label.tokens)];
        let mut sides = all.iter().filter_map(|o| self.words.side(o.lexeme));
        let first = sides.next().filter(|_| joined)?;
        sides.all(|s| s == first).then_some(first)
    }

    /// Both sides, where the other one stands before this one with nothing but "and" and the words of the mention between
    /// ("right and left", "right knee and left knee").
    fn with_partner(&self, side: Side, all: &[Occurrence], at: usize, mention: &Mention) -> Side {
        let own: Vec<u32> = (all.iter()).filter(|o| mention.core.contains(&o.tokens)).map(|o| o.lexeme).collect();
        let start = all.get(at).map_or(mention.tokens.start, |o| o.tokens.start);
        for occurrence in all[..at.min(all.len())].iter().rev().take(4) {
            if self.lexemes.distance(occurrence.tokens.end, start) > 8 + NEAR {
                break;
            }
            match self.words.side(occurrence.lexeme) {
                Some(other) if other != side => return Side::Both,
                Some(_) => break,
                None if own.contains(&occurrence.lexeme) => {}
                None => break,
            }
        }
        side
    }

    fn apart(&self, a: TokenRange, b: TokenRange) -> u32 {
        if a.start < b.end && b.start < a.end {
            0
        } else if a.end <= b.start {
            past_denial(a.end, b.start, self.reading, self.lexemes)
        } else {
            past_denial(b.end, a.start, self.reading, self.lexemes)
        }
    }

    /// Other diseases and injuries that are named in the sentence, nearest first on each side.
    fn neighbours(&self, at: usize) -> impl Iterator<Item = &Mention> {
        let mention = &self.mentions[at];
        let in_sentence = move |m: &&Mention| m.sentence == mention.sentence;
        self.mentions[..at]
            .iter()
            .rev()
            .take_while(in_sentence)
            .chain(self.mentions[at + 1..].iter().take_while(in_sentence))
            .filter(|m| m.is_of(Volume::Diseases) && !m.generic)
    }
}

/// What stands in and around a mention.
struct Near {
    said: Vec<u32>,
    /// After "without" or "not".
    denied: Vec<u32>,
    /// Words of another mention that "with" joins to this one.
    joined: Vec<Occurrence>,
}

impl Near {
    fn says(&self, lexeme: u32) -> bool {
        if lexeme & DENIED == 0 {
            self.said.contains(&lexeme) || self.joined.iter().any(|o| o.lexeme == lexeme)
        } else {
            self.denied.contains(&(lexeme & !DENIED))
        }
    }

    fn of(at: usize, mentions: &[Mention], reading: &Reading<'_>, lexemes: &Lexemes) -> Near {
        let mention = &mentions[at];
        let sentence = reading.sentences[mention.sentence as usize].tokens;
        let others = || {
            let before = mentions[..at].iter().rev().take_while(|m| m.sentence == mention.sentence);
            let after = mentions[at + 1..].iter().take_while(|m| m.sentence == mention.sentence);
            before.chain(after).filter(|m| m.is_of(Volume::Diseases))
        };
        let of_another = |token: u32| others().any(|m| m.core.iter().any(|c| c.contains(token)));
        let mut near = Near { said: Vec::new(), denied: Vec::new(), joined: Vec::new() };
        // Outwards on both sides as far as the distance allows.
        let all = &lexemes.occurrences[lexemes.within(sentence)];
        let first = all.partition_point(|o| o.tokens.end <= mention.tokens.start);
        let end = all.partition_point(|o| o.tokens.start < mention.tokens.end);
        near.read_denied(mention.tokens.start, mention.tokens.end, reading, lexemes);
        near.said.extend(all[first..end].iter().map(|o| o.lexeme).filter(|l| !near.denied.contains(l)));
        for occurrence in all[..first].iter().rev() {
            if lexemes.distance(occurrence.tokens.end, mention.tokens.start) > NEAR {
                break;
            }
            if !of_another(occurrence.tokens.start) {
                near.said.push(occurrence.lexeme);
            }
        }
        for occurrence in &all[end..] {
            let distance = past_denial(mention.tokens.end, occurrence.tokens.start, reading, lexemes);
            if distance > NEAR_JOINED {
                break;
            }
            if !of_another(occurrence.tokens.start) {
                if distance <= NEAR {
                    near.said.push(occurrence.lexeme);
                }
            } else if is_with(reading, lexemes, mention.tokens.end, occurrence.tokens.start) {
                near.joined.push(*occurrence);
            }
        }
        near.read_denied(mention.tokens.end, sentence.end, reading, lexemes);
        near.read_on(at, mentions, reading, lexemes);
        near
    }

    /// What goes on behind the dash or colon of a title says more of it: "Aortic stenosis - moderate, nonrheumatic". Up to
    /// the next condition.
    fn read_on(&mut self, at: usize, mentions: &[Mention], reading: &Reading<'_>, lexemes: &Lexemes) {
        let mention = &mentions[at];
        let own = &reading.sentences[mention.sentence as usize];
        let Some(next) = reading.sentences.get(mention.sentence as usize + 1) else { return };
        let marked = own.tokens.end.checked_sub(1).is_some_and(|last| matches!(reading.folded(last), "-" | ":" | ";"));
        let goes_on = own.role == Role::ProblemTitle
            && next.role == Role::Body
            && next.problem == own.problem
            && next.paragraph == own.paragraph
            && marked;
        let mut after = mentions[at + 1..].iter().take_while(|m| m.sentence <= mention.sentence + 1);
        let names = |m: &&Mention| m.is_of(Volume::Diseases) && !m.generic;
        let other = after.find(names);
        if !goes_on || other.is_some_and(|m| m.sentence == mention.sentence) {
            return;
        }
        let end = other.map_or(next.tokens.end, |m| m.tokens.start);
        let all = &lexemes.occurrences[lexemes.within(TokenRange { start: next.tokens.start, end })];
        let near = |o: &&Occurrence| lexemes.distance(next.tokens.start, o.tokens.start) <= NEAR;
        self.said.extend(all.iter().take_while(near).map(|o| o.lexeme));
        self.read_denied(next.tokens.start, end, reading, lexemes);
        self.said.retain(|l| !self.denied.contains(l));
    }

    /// What is denied in or after a mention: "without aura, not intractable". Ends where another statement begins.
    fn read_denied(&mut self, from: u32, end: u32, reading: &Reading<'_>, lexemes: &Lexemes) {
        let mut denied = false;
        let mut occurrences = lexemes.occurrences[lexemes.within(TokenRange { start: from, end })].iter().peekable();
        for token in from..end.min(from + REACH_DENIED) {
            match (lexemes.links[token as usize], reading.folded(token)) {
                (Link::Break, "without" | "not" | "no" | "w") => denied = true,
                (Link::Break, _) => break,
                (Link::Connective | Link::Comma, _) => denied = false,
                _ => {}
            }
            while let Some(occurrence) = occurrences.next_if(|o| o.tokens.start <= token) {
                if denied {
                    self.denied.push(occurrence.lexeme);
                }
            }
        }
    }
}

/// Words that may stand between a mention and what is denied of it.
const REACH_DENIED: u32 = 16;

/// The distance between two places without what is denied between them, up to its comma: "without macular edema, right
/// eye".
fn past_denial(from: u32, to: u32, reading: &Reading<'_>, lexemes: &Lexemes) -> u32 {
    let distance = lexemes.distance(from, to);
    if distance <= NEAR {
        return distance;
    }
    let near = from..to.min(from + REACH_DENIED);
    let Some(denial) = near.clone().find(|&t| matches!(reading.folded(t), "no" | "not" | "without")) else {
        return distance;
    };
    let comma = (denial..near.end).find(|&t| lexemes.links.get(t as usize) == Some(&Link::Comma));
    match comma {
        Some(comma) if lexemes.distance(from, denial) <= NEAR => {
            lexemes.distance(from, denial) + lexemes.distance(comma, to)
        }
        _ => distance,
    }
}

/// Whether "with", and after it nothing that separates, stands between two places.
fn is_with(reading: &Reading<'_>, lexemes: &Lexemes, from: u32, to: u32) -> bool {
    let link = |t: u32| lexemes.links[t as usize];
    let Some(with) =
        (from..to).rev().find(|&t| link(t) == Link::Connective && matches!(reading.folded(t), "with" | "w"))
    else {
        return false;
    };
    (from..with).all(|t| matches!(link(t), Link::Connective | Link::Plain | Link::None | Link::Comma))
        && (with..to).all(|t| matches!(link(t), Link::Connective | Link::Plain | Link::None))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Right,
    Left,
    Both,
}

/// Words that choose among codes in ways of their own.
pub struct CodingWords {
    right: u32,
    left: u32,
    both: Vec<u32>,
    unilateral: u32,
    displaced: u32,
    nondisplaced: u32,
    female: u32,
    male: u32,
}

impl CodingWords {
    pub fn load(lexicon: &Lexicon) -> CodingWords {
        let lexeme = |word| lexicon.lexeme(word);
        CodingWords {
            right: lexeme("right"),
            left: lexeme("left"),
            both: ["bilateral", "both"].map(lexeme).into_iter().filter(|&l| l != 0).collect(),
            unilateral: lexeme("unilateral"),
            displaced: lexeme("displaced"),
            nondisplaced: lexeme("nondisplaced"),
            female: lexeme("female"),
            male: lexeme("male"),
        }
    }

    /// The patient's sex, by the words that the note has more of.
    fn sex(&self, reading: &Reading<'_>) -> Option<u32> {
        let (mut female, mut male) = (0, 0);
        for token in 0..reading.tokens.len() as u32 {
            match reading.folded(token) {
                "she" | "her" | "woman" | "lady" | "girl" | "mrs" | "ms" | "female" => female += 1,
                "he" | "his" | "him" | "man" | "gentleman" | "boy" | "mr" | "male" => male += 1,
                _ => {}
            }
        }
        let lexeme = if male > female { self.male } else { self.female };
        (male != female && lexeme != 0).then_some(lexeme)
    }

    fn side(&self, lexeme: u32) -> Option<Side> {
        match lexeme {
            0 => None,
            l if l == self.right => Some(Side::Right),
            l if l == self.left => Some(Side::Left),
            l if self.both.contains(&l) => Some(Side::Both),
            _ => None,
        }
    }
}

/// The codes whose titles are values.
pub struct ValueCodes {
    /// For each kind of measure the codes of its category with the range of values that the title gives, both ends
    /// included, and how many decimals it prints.
    of_kinds: Vec<Vec<(ValueRange, NodeId)>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct ValueRange {
    low: f64,
    high: f64,
    decimals: usize,
}

impl ValueCodes {
    pub fn load(measures: &Measures, tabular: &Tabular, strings: &Strings) -> ValueCodes {
        let of_kind = |category: &str| {
            let Some(category) = tabular.find(category) else { return Vec::new() };
            let mut codes: Vec<(ValueRange, NodeId)> = tabular
                .within(category)
                .filter(|&n| n != category && !tabular.is(n, crate::tabular::flags::EXTENDED))
                .filter_map(|n| Some((range_of(&tabular.title(n, strings))?, n)))
                .collect();
            // The narrowest first; of equal ones the upper, from which the descent goes on.
            codes.sort_by(|(a, x), (b, y)| (a.high - a.low).total_cmp(&(b.high - b.low)).then(x.cmp(y)));
            codes
        };
        ValueCodes { of_kinds: measures.kinds.iter().map(|k| of_kind(k.category)).collect() }
    }

    /// A mention for each value that has a code.
    pub fn mentions(&self, measures: &[Measure]) -> impl Iterator<Item = Mention> {
        measures.iter().filter_map(|m| {
            let codes = self.of_kinds.get(m.kind)?;
            let (_, node) = codes.iter().find(|(range, _)| range.holds(m.value))?;
            Some(Mention::stated(*node, m.tokens, m.sentence))
        })
    }
}

/// For each class of drugs the code of its long-term use.
pub struct DrugCodes {
    of_classes: Vec<Option<NodeId>>,
}

impl DrugCodes {
    pub fn load(tabular: &Tabular) -> DrugCodes {
        // A release may drop a code.
        let billable = |code: &str| tabular.find(code).filter(|&n| tabular.is_billable(n));
        DrugCodes { of_classes: CLASSES.iter().map(|class| billable(class.code)).collect() }
    }

    /// A mention for each drug that is taken.
    pub fn mentions(&self, uses: &[Use]) -> impl Iterator<Item = Mention> {
        uses.iter().filter_map(|u| Some(Mention::stated((*self.of_classes.get(u.class)?)?, u.tokens, u.sentence)))
    }
}

impl ValueRange {
    fn holds(self, value: f64) -> bool {
        let unit = 10f64.powi(self.decimals as i32);
        let value = (value * unit + 1e-6).floor() / unit;
        self.low <= value && value <= self.high
    }
}

/// The first value or range of values in a title: "30.0-30.9", "19.9 or less", "28 weeks", "less than 8". Titles that
/// count in percentiles give none.
fn range_of(title: &str) -> Option<ValueRange> {
    let title = title.to_lowercase();
    let words: Vec<&str> =
        title.split(|c: char| !(c.is_alphanumeric() || c == '.')).filter(|w| !w.is_empty()).collect();
    let digit = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
    if words.iter().any(|w| digit(w) && w.parse::<f64>().is_err()) {
        return None;
    }
    let at = words.iter().position(|w| digit(w))?;
    let value = |at: usize| words.get(at).filter(|w| digit(w)).and_then(|w| w.parse::<f64>().ok());
    let says = |at: Option<usize>, word: &str| at.and_then(|a| words.get(a)) == Some(&word);
    let low = value(at)?;
    let decimals = words[at].split_once('.').map_or(0, |(_, d)| d.len());
    let than = says(at.checked_sub(1), "than");
    let step = 10f64.powi(-(decimals as i32));
    let (low, high) = if than && says(at.checked_sub(2), "less") {
        (f64::NEG_INFINITY, low - step)
    } else if than {
        (low + step, f64::INFINITY)
    } else if says(Some(at + 1), "or") && says(Some(at + 2), "less") {
        (f64::NEG_INFINITY, low)
    } else if says(Some(at + 1), "or") {
        (low, f64::INFINITY)
    } else {
        (low, value(at + 1).filter(|&h| h >= low).unwrap_or(low))
    };
    Some(ValueRange { low, high, decimals })
}

/// Phrases by which a note says that active treatment is over, or that what is treated is left over from an injury
/// (`knowledge/phases.tsv`).
pub struct Phases {
    phrases: Phrases,
    rows: Vec<(Encounter, Reach)>,
}

/// What a phrase is said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The conditions of its sentence.
    Sentence,
    /// The same, where the sentence begins with it.
    First,
    /// The visit, where it says why the patient is here; else as `Sentence`.
    Visit,
    /// As `Sentence`, outside hospital: inside it an operation is active treatment.
    Operated,
}

const PHASES: &str = include_str!("knowledge/phases.tsv");

impl Phases {
    pub fn load() -> Phases {
        let mut rows = Vec::new();
        let mut phrases = Vec::new();
        for line in PHASES.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).skip(1) {
            let mut columns = line.split('\t');
            let (Some(phrase), Some(phase), Some(reach)) = (columns.next(), columns.next(), columns.next()) else {
                continue;
            };
            let phase = if phase == "sequela" { Encounter::Sequela } else { Encounter::Subsequent };
            let reach = match reach {
                "visit" => Reach::Visit,
                "first" => Reach::First,
                "operated" => Reach::Operated,
                _ => Reach::Sentence,
            };
            phrases.push((phrase, rows.len() as u32));
            rows.push((phase, reach));
        }
        Phases { phrases: Phrases::new(phrases), rows }
    }

    /// The phase of care of each mention (I.C.19.a): what its sentence says of it, else what the note says of the visit.
    pub fn of_mentions(&self, mentions: &[Mention], reading: &Reading<'_>, setting: Setting) -> Vec<Encounter> {
        let rehabilitates = is_of_rehabilitation(reading);
        let mut of_sentences = vec![None; reading.sentences.len()];
        let mut visit = Encounter::Initial;
        let mut at = 0;
        for found in self.phrases.find(reading) {
            while reading.sentences[at].tokens.end <= found.tokens.start {
                at += 1;
            }
            let sentence = &reading.sentences[at];
            let (phase, reach) = self.rows[found.id as usize];
            // "Suture removal in 10 days", "suture removal 10 to 12 days", "follow up with orthopedics": what is to come.
            let next = (found.tokens.end < sentence.tokens.end).then(|| reading.folded(found.tokens.end));
            let to_come = next.is_some_and(|n| {
                matches!(n, "in" | "with" | "w" | "as" | "prn" | "if" | "next" | "by" | "after" | "day")
                    || n.starts_with(|c: char| c.is_ascii_digit())
            });
            // "F/u CXR clear" is of a film.
            let to_come = to_come
                || next.is_some_and(|n| {
                    matches!(n, "cxr" | "ct" | "xr" | "x" | "film" | "films" | "labs" | "echo" | "imaging" | "us")
                });
            if to_come
                || reach == Reach::First && found.tokens.start != sentence.tokens.start
                || reach == Reach::Operated && setting == Setting::Inpatient && !rehabilitates
            {
                continue;
            }
            let kind = reading.section_of(sentence).kind;
            if reach == Reach::Visit
                && setting == Setting::Outpatient
                && matches!(
                    kind,
                    SectionKind::Unknown
                        | SectionKind::ChiefComplaint
                        | SectionKind::HistoryOfPresentIllness
                        | SectionKind::Indication
                )
                && visit == Encounter::Initial
            {
                visit = phase;
            }
            // "Metacarpal fracture, closed - delayed healing": said of the title before it.
            let title = at.checked_sub(1).filter(|&before| {
                let before = &reading.sentences[before];
                before.role == Role::ProblemTitle
                    && sentence.role == Role::Body
                    && before.problem == sentence.problem
                    && before.paragraph == sentence.paragraph
            });
            for at in title.into_iter().chain([at]) {
                if of_sentences[at] != Some(Encounter::Sequela) {
                    of_sentences[at] = Some(phase);
                }
            }
        }
        let fractured = |m: &Mention| {
            let words = || m.tokens.iter().map(|t| reading.folded(t));
            rehabilitates && words().any(|w| matches!(w, "fracture" | "fractures" | "fx" | "fxs"))
        };
        let default = |m: &Mention| if fractured(m) { Encounter::Subsequent } else { visit };
        let mut phases: Vec<Encounter> =
            mentions.iter().map(|m| of_sentences[m.sentence as usize].unwrap_or_else(|| default(m))).collect();
        // How it happened goes with what happened.
        let injuries = || mentions.iter().zip(&phases).filter(|(m, _)| m.is_of(Volume::Diseases) && !m.generic);
        let (any, active) = (injuries().count() > 0, injuries().any(|(_, p)| *p == Encounter::Initial));
        if any && !active {
            let phase = if injuries().all(|(_, p)| *p == Encounter::Sequela) {
                Encounter::Sequela
            } else {
                Encounter::Subsequent
            };
            for (mention, own) in mentions.iter().zip(&mut phases) {
                if mention.is_of(Volume::ExternalCauses) {
                    *own = phase;
                }
            }
        }
        phases
    }
}

/// Whether the note is of a stay for nursing or rehabilitation: a fracture heals there, it was treated before (I.C.19.a).
pub fn is_of_rehabilitation(reading: &Reading<'_>) -> bool {
    const HEAD: usize = 8;
    reading.sentences.iter().take(HEAD).any(|s| {
        let word = |t: u32| if t < s.tokens.end { reading.folded(t) } else { "" };
        s.tokens.iter().any(|t| match word(t) {
            "snf" | "subacute" => true,
            "skilled" => word(t + 1) == "nursing",
            "rehabilitation" | "rehab" => {
                let first = t == s.tokens.start;
                first
                    || matches!(
                        word(t + 1),
                        "hospital" | "facility" | "unit" | "admission" | "center" | "centre" | "stay"
                    )
                    || matches!(word(t + 1), "medicine" | "diagnosis" | "summary")
            }
            "pm" => word(t + 1) == "&" && word(t + 2) == "r",
            "inpatient" | "acute" => matches!(word(t + 1), "rehab" | "rehabilitation"),
            _ => false,
        }) && {
            // "Rehabilitation discharge summary" is one of such a stay; "discharge to acute rehab" is the end of another.
            let said = s.tokens.iter().find(|&t| matches!(word(t), "rehab" | "rehabilitation" | "snf" | "subacute"));
            let goes = |t: u32| {
                matches!(
                    word(t),
                    "discharged" | "discharge" | "disposition" | "dispo" | "transfer" | "to" | "dc" | "d/c"
                )
            };
            !s.tokens.iter().take_while(|&t| said.is_none_or(|said| t < said)).any(goes)
                && !s.tokens.iter().any(|t| matches!(word(t), "disposition" | "transfer" | "discharged"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fracture_heals_in_a_stay_for_rehabilitation() {
        for (text, expected) in [
            ("SKILLED NURSING FACILITY ADMISSION\nHip fracture.", Encounter::Subsequent),
            ("ORTHOPEDIC ADMISSION\nHip fracture.", Encounter::Initial),
            ("Hospital day 3, discharge to SNF.\nHip fracture.", Encounter::Initial),
        ] {
            let reading = Reading::of(text);
            let at = (0..reading.tokens.len() as u32).find(|&t| reading.folded(t) == "hip").expect("a hip");
            let sentence = reading.sentences.iter().position(|s| s.tokens.contains(at)).expect("a sentence");
            let mention = Mention::stated(0, TokenRange { start: at, end: at + 2 }, sentence as u32);
            assert_eq!(Phases::load().of_mentions(&[mention], &reading, Setting::Inpatient), [expected], "{text}");
        }
    }

    #[test]
    fn every_phase_is_read_from_its_example() {
        let phases = Phases::load();
        for line in PHASES.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).skip(1) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [phrase, phase, _, example] = columns[..] else { panic!("{line}: four columns") };
            let start = example.find('[').expect("the condition in brackets") as u32;
            let text = example.replace(['[', ']'], "");
            let reading = Reading::of(&text);
            let first = reading.tokens.iter().position(|t| t.span.start >= start).expect("a condition") as u32;
            let sentence = reading.sentences.iter().position(|s| s.tokens.contains(first)).expect("a sentence");
            let mention = Mention::stated(0, TokenRange { start: first, end: first + 1 }, sentence as u32);
            let wanted = if phase == "sequela" { Encounter::Sequela } else { Encounter::Subsequent };
            assert_eq!(phases.of_mentions(&[mention], &reading, Setting::Outpatient), [wanted], "{phrase}: {text}");
        }
    }

    #[test]
    fn what_is_to_come_is_no_phase_of_care() {
        for text in ["Ankle sprain: follow up in 2 weeks.", "Hand laceration. Suture removal in 10 days."] {
            let reading = Reading::of(text);
            let mention = Mention::stated(0, TokenRange { start: 0, end: 2 }, 0);
            let phases = Phases::load().of_mentions(&[mention], &reading, Setting::Outpatient);
            assert_eq!(phases, [Encounter::Initial], "{text}");
        }
    }

    #[test]
    fn titles_give_their_values() {
        for (title, value, expected) in [
            ("Body mass index [BMI] 30.0-30.9, adult", 30.96, Some(true)),
            ("Body mass index [BMI] 30.0-30.9, adult", 31.0, Some(false)),
            ("Body mass index [BMI] 19.9 or less, adult", 17.2, Some(true)),
            ("Body mass index [BMI] 70 or greater, adult", 70.4, Some(true)),
            ("Body mass index [BMI] pediatric, 85th percentile to less than 95th percentile for age", 85.0, None),
            ("28 weeks gestation of pregnancy", 28.0, Some(true)),
            ("28 weeks gestation of pregnancy", 29.0, Some(false)),
            ("Less than 8 weeks gestation of pregnancy", 7.0, Some(true)),
            ("Less than 8 weeks gestation of pregnancy", 8.0, Some(false)),
            ("Greater than 42 weeks gestation of pregnancy", 43.0, Some(true)),
            ("NIHSS score 14", 14.0, Some(true)),
            ("Glasgow coma scale score 13-15", 14.0, Some(true)),
            ("Burns involving 10-19% of body surface", 12.0, Some(true)),
            ("Body mass index [BMI]", 30.0, None),
        ] {
            assert_eq!(range_of(title).map(|r| r.holds(value)), expected, "{title}: {value}");
        }
    }
}
