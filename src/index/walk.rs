//! The walk: main term, then its subterms, as far as the words of the note go.
//!
//! In each sentence every word that is the key of a main term is tried as one. From there the walk goes down to each
//! subterm whose words stand near, looks through terms that only join ("with"), takes nonessential modifiers where
//! they are there, and follows *see* and *see also*. Of all paths from one main term the one that covers most words
//! with least between them is kept; of paths that claim the same words, the better one.
//!
//! Closeness: each covered word counts 10, a nonessential modifier 4, and what stands between covered words counts
//! against it by its kind ([`Lexemes::distance`]): a word of its own 3, a comma 4, "and" or a verb 8; nothing reaches
//! over a negation or the end of a sentence.

use super::secondary::{self, Metastasis};
use super::{Index, TermId, Titles, Volume, column, flags};
use crate::lexicon::{Lexemes, Link, Occurrence};
use crate::note::{Reading, Role, SectionKind, TokenRange};
use crate::tabular::NodeId;

/// A subterm is not looked for farther than this.
const REACH: u32 = 12;
/// Under "with" and its kin only what is joined closely belongs.
const REACH_LINKED: u32 = 5;
/// Words on each side of a main term that may belong to it.
const WINDOW: u32 = 16;
const MOST_REFERENCES: u32 = 3;
const MOST_DEPTH: u32 = 9;

const COVERED: i32 = 10;
const NONESSENTIAL: i32 = 4;
/// For each word of an abbreviation or synonym that a path leaves out while it takes others of it.
const TORN: i32 = 6;

/// How a mention was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The main term as found in the note, and the last term, in another part of the Index after a reference.
    Index { main: TermId, term: TermId, column: u32 },
    /// A title or inclusion term of the Tabular.
    Title { row: u32 },
    /// No words of a book: the note states a value or names a drug whose code the Tabular has.
    Stated,
}

/// A term found in the note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub source: Source,
    /// Where the walk began; none for what is stated.
    pub volume: Option<Volume>,
    /// As the Index gives it: often not yet billable.
    pub node: NodeId,
    pub manifestation: Option<NodeId>,
    /// From the first to the last word covered.
    pub tokens: TokenRange,
    pub sentence: u32,
    /// The words that name the term itself.
    pub core: Vec<TokenRange>,
    /// Words that a subterm under "with" took; they may be terms of their own.
    pub linked: Vec<TokenRange>,
    pub score: i32,
    /// For a title of the Tabular the best entry of the Index in the same words, and its code: the path to it, where
    /// it leads to the same category.
    pub entry: Option<(Source, NodeId)>,
    /// Only a main term that is no diagnosis by itself.
    pub generic: bool,
}

impl Mention {
    /// A mention of a code that the note states otherwise than by its words in the Index.
    pub fn stated(node: NodeId, tokens: TokenRange, sentence: u32) -> Mention {
        Mention {
            source: Source::Stated,
            volume: None,
            node,
            manifestation: None,
            tokens,
            sentence,
            core: vec![tokens],
            linked: Vec::new(),
            score: 0,
            entry: None,
            generic: false,
        }
    }

    pub fn is_of(&self, volume: Volume) -> bool {
        self.volume == Some(volume)
    }
}

/// One reading of the Index over a note.
pub struct Walk<'a> {
    pub index: &'a Index,
    pub titles: &'a Titles,
    pub reading: &'a Reading<'a>,
    pub lexemes: &'a Lexemes,
}

/// What a path has covered so far: bits are occurrences of the window.
#[derive(Clone, Copy, Default)]
struct Covered {
    core: u64,
    linked: u64,
    optional: u64,
}

impl Covered {
    fn all(self) -> u64 {
        self.core | self.linked | self.optional
    }
}

#[derive(Clone, Copy)]
struct Step {
    term: TermId,
    column: u32,
    covered: Covered,
    /// Below a term that only joins.
    linked: bool,
    /// At a term such as "complicated" that no word of the note names: its code is not for those who do not say it.
    joining: bool,
    references: u32,
    depth: u32,
    /// Words that name the terms of the path, those said once more after a reference too.
    named: u32,
}

struct Candidate {
    mention: Mention,
    /// The occurrence that the search began from.
    anchor: usize,
    /// Tokens that it claims for itself.
    claims: Vec<TokenRange>,
    /// Of equal candidates the lowest wins.
    rank: u8,
    /// How many references were followed: the direct way is the one to show.
    references: u32,
    /// A comma, "and" or a verb stands between its words: they may be of several terms.
    loose: bool,
}

impl Walk<'_> {
    /// All mentions, in the order of the note.
    pub fn mentions(&self) -> Vec<Mention> {
        let mut mentions = Vec::new();
        for (at, sentence) in self.reading.sentences.iter().enumerate() {
            let occurrences = self.lexemes.within(sentence.tokens);
            let mut candidates = Vec::new();
            let view = |anchor: usize, claimed: &[(Volume, TokenRange)]| {
                let window = self.window(anchor, &occurrences);
                let here = anchor - window.start;
                let window = &self.lexemes.occurrences[window];
                let closed = window.iter().enumerate().fold(0, |bits, (i, o)| {
                    if is_claimed(claimed, Volume::Diseases, o.tokens) { bits | 1 << i } else { bits }
                });
                (View::of(self, window, closed), here)
            };
            for anchor in occurrences.clone().filter(|&a| !self.lexemes.occurrences[a].implied) {
                let (view, here) = view(anchor, &[]);
                let from = candidates.len();
                view.search_main_terms(here, at as u32, Volume::Diseases, &mut candidates);
                view.search_main_terms(here, at as u32, Volume::ExternalCauses, &mut candidates);
                view.search_titles(here, at as u32, &mut candidates);
                candidates[from..].iter_mut().for_each(|c| c.anchor = anchor);
            }
            let metastases = secondary::metastases(self.index, self.reading, self.lexemes, sentence.tokens);
            if !metastases.is_empty() {
                candidates.retain(|c| !self.spreads(c, &metastases));
            }
            let from = candidates.len();
            for metastasis in &metastases {
                self.search_sites(metastasis, at as u32, &mut candidates);
            }
            candidates[from..].iter_mut().for_each(|c| c.anchor = occurrences.start);
            let first = mentions.len();
            // A fall is a symptom in one volume and a cause in the other: each gives its words away by itself.
            let mut claimed: Vec<(Volume, TokenRange)> = Vec::new();
            let lost = resolve(candidates, first, &mut mentions, &mut claimed);
            // What lost its best path to another still is what the words left to it name ("AKI due to ATN": the one
            // "acute" cannot be of both).
            let mut second = Vec::new();
            for anchor in lost {
                if !is_claimed(&claimed, Volume::Diseases, self.lexemes.occurrences[anchor].tokens) {
                    let (view, here) = view(anchor, &claimed);
                    view.search_main_terms(here, at as u32, Volume::Diseases, &mut second);
                    view.search_titles(here, at as u32, &mut second);
                }
            }
            // A main term that has its mention already is not another ("type 1 diabetes with diabetic nephropathy").
            let main = |m: &Mention| if let Source::Index { main, .. } = m.source { Some(main) } else { None };
            let named: Vec<Option<TermId>> = mentions[first..].iter().map(main).collect();
            second.retain(|c| main(&c.mention).is_none_or(|m| !named.contains(&Some(m))));
            second.retain(|c| !self.spreads(c, &metastases));
            if !second.is_empty() {
                resolve(second, first, &mut mentions, &mut claimed);
            }
            mentions[first..].sort_by_key(|m| (m.tokens, m.node));
        }
        mentions
    }

    /// Whether a candidate is a neoplasm that takes a metastasis word for its own.
    fn spreads(&self, candidate: &Candidate, metastases: &[Metastasis]) -> bool {
        let by_table = matches!(candidate.mention.source, Source::Index { column, .. } if column != column::NONE);
        let is_neoplasm = by_table || self.index.is_secondary(candidate.mention.node);
        let of_word = |c: &TokenRange| metastases.iter().any(|m| c.start < m.word.end && m.word.start < c.end);
        is_neoplasm && candidate.claims.iter().any(of_word)
    }

    /// The secondary sites of a metastasis word; where it has none, the entry for an unspecified site.
    fn search_sites(&self, metastasis: &Metastasis, sentence: u32, out: &mut Vec<Candidate>) {
        let (Some((table, column)), Some(main)) = (secondary::table(self.index), self.index.metastasis) else { return };
        let from = Step {
            term: table,
            column,
            covered: Covered::default(),
            linked: false,
            joining: false,
            references: 1,
            depth: 1,
            named: 0,
        };
        let mut found = false;
        for (at, site) in metastasis.sites.iter().enumerate() {
            let view = View::of(self, site, 0);
            let mut best: Option<(i32, Step)> = None;
            view.explore(from, &mut best);
            let Some((score, step)) = best.filter(|(_, s)| s.covered.core != 0) else { continue };
            let Some(node) = self.index.code(step.term, column) else { continue };
            let source = Source::Index { main, term: step.term, column };
            let mut candidate =
                view.candidate(source, Volume::Diseases, node, None, step.covered, sentence, score, false, 1);
            // The metastasis word counts for each of its sites and belongs to none alone.
            candidate.mention.score += COVERED;
            if at == 0 || metastasis.sites.len() == 1 {
                candidate.mention.tokens = candidate.mention.tokens.to(metastasis.word);
            }
            out.push(candidate);
            found = true;
        }
        if !found && let Some(node) = self.index.code(table, column) {
            out.push(Candidate {
                mention: Mention {
                    source: Source::Index { main, term: table, column },
                    volume: Some(Volume::Diseases),
                    node,
                    manifestation: None,
                    tokens: metastasis.word,
                    sentence,
                    core: vec![metastasis.word],
                    linked: Vec::new(),
                    score: COVERED,
                    entry: None,
                    // In a narrative the word alone is one finding on the way to a diagnosis ("consistent with
                    // metastasis").
                    generic: !self.is_diagnosis(sentence),
                },
                claims: vec![metastasis.word],
                rank: 1,
                references: 1,
                loose: false,
                anchor: 0,
            });
        }
    }

    /// Whether a sentence names or discusses diagnoses.
    fn is_diagnosis(&self, sentence: u32) -> bool {
        use SectionKind::*;
        let sentence = &self.reading.sentences[sentence as usize];
        let kind = self.reading.section_of(sentence).kind;
        sentence.role == Role::ProblemTitle
            || matches!(
                kind,
                Assessment
                    | AssessmentAndPlan
                    | Impression
                    | ProblemList
                    | AdmissionDiagnoses
                    | DischargeDiagnoses
                    | PreoperativeDiagnosis
                    | PostoperativeDiagnosis
            )
    }

    /// The occurrences near an anchor, at most 64.
    fn window(&self, anchor: usize, sentence: &std::ops::Range<usize>) -> std::ops::Range<usize> {
        let all = &self.lexemes.occurrences;
        let place = all[anchor].tokens.start;
        let (mut start, mut end) = (anchor, anchor + 1);
        while start > sentence.start && anchor - start < 31 && all[start - 1].tokens.start + WINDOW >= place {
            start -= 1;
        }
        while end < sentence.end && end - anchor < 32 && all[end].tokens.start <= place + WINDOW {
            end += 1;
        }
        start..end
    }
}

/// The words around one anchor.
struct View<'a> {
    walk: &'a Walk<'a>,
    window: &'a [Occurrence],
    /// Occurrences that other mentions have taken for themselves: only what is linked may have them too.
    closed: u64,
    /// Bits of the lexemes of the window: most of what is looked for is not there.
    there: [u64; 8],
}

impl<'a> View<'a> {
    fn of(walk: &'a Walk<'a>, window: &'a [Occurrence], closed: u64) -> View<'a> {
        let mut there = [0; 8];
        for occurrence in window {
            let (at, bit) = place_of(occurrence.lexeme);
            there[at] |= bit;
        }
        View { walk, window, closed, there }
    }

    /// Whether a lexeme may stand in the window.
    fn may_have(&self, lexeme: u32) -> bool {
        let (at, bit) = place_of(lexeme);
        self.there[at] & bit != 0
    }
}

fn place_of(lexeme: u32) -> (usize, u64) {
    (lexeme as usize / 64 % 8, 1 << (lexeme % 64))
}

impl View<'_> {
    fn search_main_terms(&self, anchor: usize, sentence: u32, volume: Volume, out: &mut Vec<Candidate>) {
        let index = self.walk.index;
        let root = index.root(volume);
        for (main, others) in index.children_by(root, self.window[anchor].lexeme) {
            let Some(covered) = self.cover(others, 1 << anchor, 1 << anchor, self.closed, REACH) else { continue };
            let mut best: Option<(i32, Step)> = None;
            let covered = Covered { core: covered, ..Covered::default() };
            self.explore(
                Step {
                    term: main,
                    column: column::NONE,
                    covered,
                    linked: false,
                    joining: false,
                    references: 0,
                    depth: 0,
                    named: 0,
                },
                &mut best,
            );
            let Some((score, mut step)) = best else { continue };
            // "Breast cancer, upper outer quadrant" stands in the table under its site; the word says which column.
            let in_table = index.neoplasms.is_some_and(|table| index.is_below(step.term, table));
            if in_table
                && matches!(step.column, column::NONE | column::UNSPECIFIED_BEHAVIOR)
                && self.says_cancer(anchor)
            {
                step.column = column::MALIGNANT_PRIMARY;
            }
            let Some(node) = index.code(step.term, step.column) else { continue };
            let generic = index.is(main, flags::GENERIC)
                && (step.covered.core | step.covered.linked).count_ones() == covered.core.count_ones()
                || index.is_below(step.term, main) && index.is(step.term, flags::GENERIC);
            out.push(self.candidate(
                Source::Index { main, term: step.term, column: step.column },
                volume,
                node,
                index.manifestation(step.term),
                step.covered,
                sentence,
                score,
                generic,
                step.references,
            ));
        }
    }

    /// Whether the words of an occurrence name a malignant neoplasm.
    fn says_cancer(&self, at: usize) -> bool {
        self.window[at].tokens.iter().any(|t| matches!(self.walk.reading.folded(t), "cancer" | "cancers" | "ca"))
    }

    fn search_titles(&self, anchor: usize, sentence: u32, out: &mut Vec<Candidate>) {
        for (row, node, lexemes) in self.walk.titles.by_lexeme(self.window[anchor].lexeme) {
            let Some(core) = self.cover(lexemes, 1 << anchor, 1 << anchor, self.closed, REACH) else { continue };
            let covered = Covered { core, ..Covered::default() };
            let score = self.score(covered);
            // A list of two things is not the one thing that has both words ("depression, anxiety").
            if score > 0 && (self.together(core) || self.walk.titles.joins(row)) {
                // One word that the Index, too, does not take for a diagnosis by itself.
                let generic = lexemes.len() == 1 && self.is_generic(lexemes[0]);
                // "Type 2 diabetes with chronic kidney disease": the second may be a condition of its own.
                let linked = if self.walk.titles.joins(row) { self.after_with(core) } else { 0 };
                let covered = Covered { core: core & !linked, linked, optional: 0 };
                out.push(self.candidate(
                    Source::Title { row },
                    Volume::Diseases,
                    node,
                    None,
                    covered,
                    sentence,
                    score,
                    generic,
                    0,
                ));
            }
        }
    }

    /// The covered words that stand after "with" or its kin.
    fn after_with(&self, covered: u64) -> u64 {
        let links = &self.walk.lexemes.links;
        let (mut after, mut end, mut with) = (0, None::<u32>, false);
        let mut bits = covered;
        while bits != 0 {
            let at = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            let tokens = self.window[at].tokens;
            let mut between = end.unwrap_or(tokens.start)..tokens.start;
            with |= between.any(|t| links[t as usize] == Link::Connective);
            after |= u64::from(with) << at;
            end = Some(end.map_or(tokens.end, |e| e.max(tokens.end)));
        }
        after
    }

    fn is_generic(&self, lexeme: u32) -> bool {
        let index = self.walk.index;
        let root = index.root(Volume::Diseases);
        index.children_by(root, lexeme).any(|(main, others)| others.is_empty() && index.is(main, flags::GENERIC))
    }

    /// Adds the nearest occurrence of each lexeme that is not yet covered; `None` if one is out of reach.
    fn cover(&self, lexemes: &[u32], mut covered: u64, taken: u64, closed: u64, reach: u32) -> Option<u64> {
        if !lexemes.iter().all(|&lexeme| self.may_have(lexeme)) {
            return None;
        }
        let mut taken = taken | covered;
        // A word behind one that sets it apart ("aura" in "without aura") is near once that one is covered.
        let mut waiting: Vec<u32> = Vec::new();
        for &lexeme in lexemes {
            match self.nearest(lexeme, covered, taken, closed)? {
                None => {}
                Some((gap, at)) if gap <= reach => {
                    covered |= 1 << at;
                    taken |= 1 << at;
                }
                Some(_) if lexemes.len() > 1 => waiting.push(lexeme),
                Some(_) => return None,
            }
        }
        for lexeme in waiting {
            if let Some((gap, at)) = self.nearest(lexeme, covered, taken, closed)? {
                if gap > reach {
                    return None;
                }
                covered |= 1 << at;
                taken |= 1 << at;
            }
        }
        Some(covered)
    }

    /// The nearest free occurrence of a lexeme and how far it is; `Some(None)` where it is covered already, `None` where
    /// it does not stand in the window.
    fn nearest(&self, lexeme: u32, covered: u64, taken: u64, closed: u64) -> Option<Option<(u32, usize)>> {
        let of_lexeme = (0..self.window.len()).filter(|&i| self.window[i].lexeme == lexeme);
        if of_lexeme.clone().any(|i| covered & (1 << i) != 0) {
            return Some(None);
        }
        // Of two as near, the one of the same phrase: the kidney of "CKD", not of the "AKI" before it.
        let same_phrase = |i: usize| {
            (0..self.window.len()).any(|o| taken & (1 << o) != 0 && self.window[o].tokens == self.window[i].tokens)
        };
        let nearest = of_lexeme
            .filter(|&i| (taken | closed) & (1 << i) == 0)
            .map(|i| (self.gap(taken, i), !same_phrase(i), i))
            .min()?;
        Some(Some((nearest.0, nearest.2)))
    }

    /// The distance from an occurrence to the nearest covered one.
    fn gap(&self, covered: u64, at: usize) -> u32 {
        let tokens = self.window[at].tokens;
        let mut least = u32::MAX;
        let mut bits = covered;
        while bits != 0 {
            let other = self.window[bits.trailing_zeros() as usize].tokens;
            bits &= bits - 1;
            let gap = if other.start <= tokens.start {
                self.walk.lexemes.distance(other.end, tokens.start)
            } else {
                self.walk.lexemes.distance(tokens.end, other.start)
            };
            least = least.min(gap);
        }
        if covered == 0 { 0 } else { least }
    }

    fn score(&self, covered: Covered) -> i32 {
        let words = (covered.core | covered.linked).count_ones() as i32;
        let optional = (covered.optional & !(covered.core | covered.linked)).count_ones() as i32;
        let (mut between, mut end) = (0, None::<u32>);
        let mut bits = covered.all();
        while bits != 0 {
            let tokens = self.window[bits.trailing_zeros() as usize].tokens;
            bits &= bits - 1;
            if let Some(end) = end {
                between += self.walk.lexemes.distance(end, tokens.start);
            }
            end = Some(end.map_or(tokens.end, |e| e.max(tokens.end)));
        }
        words * COVERED + optional * NONESSENTIAL - between.min(10_000) as i32 - self.torn(covered.all()) * TORN
    }

    /// Words that stand for the same abbreviation as covered ones and are not covered: "UTI" is no "infection".
    fn torn(&self, covered: u64) -> i32 {
        let mut torn = 0;
        for (at, occurrence) in self.window.iter().enumerate() {
            let beside = |other: usize| self.window.get(other).is_some_and(|o| o.tokens == occurrence.tokens);
            // Only the words of one phrase share their tokens.
            if covered & (1 << at) == 0 && !occurrence.implied && (beside(at + 1) || at > 0 && beside(at - 1)) {
                torn += i32::from((0..self.window.len()).any(|o| {
                    covered & (1 << o) != 0 && !self.window[o].implied && self.window[o].tokens == occurrence.tokens
                }));
            }
        }
        torn
    }

    fn explore(&self, mut step: Step, best: &mut Option<(i32, Step)>) {
        let index = self.walk.index;
        for &lexeme in index.optional_lexemes(step.term) {
            if let Some(at) = (0..self.window.len()).find(|&i| {
                self.window[i].lexeme == lexeme
                    && (step.covered.all() | self.closed) & (1 << i) == 0
                    && self.gap(step.covered.all(), i) <= 3
            }) {
                // Not where it would tear an abbreviation ("AHRF": its "acute" is not the pneumonia's).
                let with = Covered { optional: step.covered.optional | 1 << at, ..step.covered };
                if self.torn(with.all()) <= self.torn(step.covered.all()) {
                    step.covered = with;
                }
            }
        }
        if !step.joining && index.code(step.term, step.column).is_some() {
            let score = self.score(step.covered) - i32::from(index.is(step.term, flags::RESIDUAL));
            // Of equal ways the direct one, else the first; where a reference led, what lies below says more.
            let better = |(most, other): &(i32, Step)| {
                // A joining word that needs no word of the note says nothing more.
                let named = !index.is(step.term, flags::OPEN);
                let below = step.references > 0 && named && index.is_below(step.term, other.term);
                let direct = step.references == 0 && other.references > 0;
                // "Ulcer of left heel": below "lower limb" the heel is named, not only the left.
                let closer = step.references > 0 && step.references == other.references && step.named > other.named;
                score > *most || score == *most && (below || direct || closer)
            };
            if score > 0 && best.as_ref().is_none_or(better) {
                *best = Some((score, step));
            }
        }
        if step.depth == MOST_DEPTH {
            return;
        }
        // What is nonessential here may be a subterm below.
        let taken = step.covered.core | step.covered.linked;
        let reach = if step.linked { REACH_LINKED } else { REACH };
        let window = if index.keys_of(step.term).any(|key| self.may_have(key)) { self.window.len() } else { 0 };
        for at in 0..window {
            let lexeme = self.window[at].lexeme;
            // After a reference the words that led to it may name the term once more ("squamous cell carcinoma").
            let again = taken & (1 << at) != 0 && step.references == 0 && step.covered.core & (1 << at) == 0;
            let closed = self.closed & (1 << at) != 0;
            if again || self.was_tried(at, step, taken) {
                continue;
            }
            for (child, all) in index.children_named(step.term, lexeme) {
                let linked = step.linked || index.is(child, flags::CONNECTIVE);
                if closed && !linked {
                    continue;
                }
                // "Influenza, due to identified influenza virus": what the path has said need not be said again.
                let known = if step.references > 0 { taken } else { step.covered.core };
                let closed = if linked { 0 } else { self.closed };
                let Some(found) = self.cover(all, known, taken, closed, reach).map(|c| c & !known) else { continue };
                if found == 0 && step.references == 0 {
                    continue;
                }
                // After a reference what is added belongs to the word that led there.
                let after = if step.references > 0 && taken != 0 { 1 << (63 - taken.leading_zeros()) } else { taken };
                if !linked && self.over_a_cause(after, found) || found == 0 && self.before_a_cause(all, taken) {
                    continue;
                }
                if linked && (!self.joined(taken, found) || self.coordinated(step.covered.core)) {
                    continue;
                }
                let mut covered = step.covered;
                covered.optional &= !found;
                if linked {
                    covered.linked |= found;
                } else {
                    covered.core |= found;
                }
                self.explore(
                    Step {
                        term: child,
                        covered,
                        linked,
                        joining: false,
                        depth: step.depth + 1,
                        named: step.named + all.len() as u32,
                        ..step
                    },
                    best,
                );
            }
        }
        for &child in index.open_children(step.term) {
            let linked = step.linked || index.is(child, flags::CONNECTIVE);
            let joining = index.is(child, flags::CONNECTIVE) && !index.is(child, flags::RESIDUAL);
            self.explore(Step { term: child, linked, joining, depth: step.depth + 1, ..step }, best);
        }
        // "Complaint, see also Disease, see also Syndrome": what names no condition says little of another.
        let vague = step.references > 0 && index.is(step.term, flags::GENERIC);
        if step.references < MOST_REFERENCES && !vague {
            for &[target, column] in index.references(step.term) {
                // Which sites are secondary is read from the sentence, not from what stands near.
                if column == column::MALIGNANT_SECONDARY && Some(target) == index.neoplasms {
                    continue;
                }
                let column = if column == column::NONE { step.column } else { column };
                self.explore(
                    Step { term: target, column, references: step.references + 1, depth: step.depth + 1, ..step },
                    best,
                );
            }
        }
    }

    /// Whether an earlier occurrence of the same lexeme was tried from this step.
    fn was_tried(&self, at: usize, step: Step, taken: u64) -> bool {
        let lexeme = self.window[at].lexeme;
        (0..at).any(|i| {
            self.window[i].lexeme == lexeme
                && !(taken & (1 << i) != 0 && step.references == 0 && step.covered.core & (1 << i) == 0)
        })
    }

    /// Whether "due to" stands between what is added and what was covered after it: a cause takes no words of what it
    /// has brought about ("GI bleed due to duodenal ulcer" names no gastrointestinal ulcer).
    fn over_a_cause(&self, covered: u64, added: u64) -> bool {
        let start = |bits: u64| self.window[bits.trailing_zeros() as usize].tokens;
        if covered == 0 || added == 0 {
            return false;
        }
        let (first, added) = (start(covered).start, start(added));
        let is_cause = |t: u32| {
            self.walk.lexemes.links[t as usize] == Link::Connective
                && matches!(self.walk.reading.folded(t), "due" | "secondary" | "2" | "caused" | "because")
        };
        (added.end..first.max(added.end)).any(is_cause)
    }

    /// The same for words that a reference names once more: they stand before a cause, and the last of what was covered
    /// after it.
    fn before_a_cause(&self, lexemes: &[u32], covered: u64) -> bool {
        let of_lexemes =
            (0..self.window.len()).filter(|&i| covered & (1 << i) != 0 && lexemes.contains(&self.window[i].lexeme));
        let bits = of_lexemes.fold(0, |bits, i| bits | 1 << i);
        let others = covered & !bits;
        if bits == 0 || others == 0 {
            return false;
        }
        self.over_a_cause(1 << (63 - others.leading_zeros()), bits)
    }

    /// Whether no comma, "and" or verb stands between the covered words.
    fn together(&self, covered: u64) -> bool {
        let mut bits = covered;
        let mut end = None::<u32>;
        while bits != 0 {
            let tokens = self.window[bits.trailing_zeros() as usize].tokens;
            bits &= bits - 1;
            if (end.unwrap_or(tokens.start)..tokens.start).any(|t| self.separates(t)) {
                return false;
            }
            end = Some(end.map_or(tokens.end, |e| e.max(tokens.end)));
        }
        true
    }

    fn separates(&self, token: u32) -> bool {
        matches!(self.walk.lexemes.links[token as usize], Link::Comma | Link::Coordinator | Link::Clause | Link::Break)
    }

    /// Whether "and" stands between covered words: what goes with the one does not go with the other.
    fn coordinated(&self, covered: u64) -> bool {
        let (Some(first), Some(last)) = (
            self.window.get(covered.trailing_zeros() as usize),
            self.window.get(63 - covered.leading_zeros().min(63) as usize),
        ) else {
            return false;
        };
        (first.tokens.end..last.tokens.start).any(|t| self.walk.lexemes.links[t as usize] == Link::Coordinator)
    }

    /// Whether nothing but joining words stands between what was covered and what is added: no comma, no "and".
    fn joined(&self, covered: u64, added: u64) -> bool {
        let range = |bits: u64| {
            let first = self.window[bits.trailing_zeros() as usize].tokens;
            let last = self.window[63 - bits.leading_zeros() as usize].tokens;
            first.to(last)
        };
        if covered == 0 || added == 0 {
            return true;
        }
        let (a, b) = (range(covered), range(added));
        let (from, to) = if a.start <= b.start { (a.end, b.start) } else { (b.end, a.start) };
        // "Asthma, moderate persistent, with exacerbation": the comma before "with" parts nothing.
        let links = &self.walk.lexemes.links;
        let before_with = |t: u32| {
            links[t as usize] == Link::Comma && links.get(t as usize + 1).is_some_and(|l| *l == Link::Connective)
        };
        (from..to.max(from)).all(|t| !self.separates(t) || before_with(t))
    }

    #[allow(clippy::too_many_arguments)]
    fn candidate(
        &self,
        source: Source,
        volume: Volume,
        node: NodeId,
        manifestation: Option<NodeId>,
        covered: Covered,
        sentence: u32,
        score: i32,
        generic: bool,
        references: u32,
    ) -> Candidate {
        let ranges = |mut bits: u64| {
            let mut ranges: Vec<TokenRange> = Vec::new();
            while bits != 0 {
                let tokens = self.window[bits.trailing_zeros() as usize].tokens;
                bits &= bits - 1;
                if ranges.last() != Some(&tokens) {
                    ranges.push(tokens);
                }
            }
            ranges
        };
        let rank = match source {
            Source::Title { row } if self.walk.titles.is_header(row) => 3,
            // The Index has what goes with the code besides.
            Source::Index { .. } if manifestation.is_some() => 0,
            Source::Index { .. } => 2,
            Source::Title { .. } | Source::Stated => 1,
        };
        let all = ranges(covered.all());
        let tokens = all.iter().copied().reduce(TokenRange::to).expect("a candidate covers its anchor");
        Candidate {
            mention: Mention {
                source,
                volume: Some(volume),
                node,
                manifestation,
                tokens,
                sentence,
                core: ranges(covered.core),
                linked: ranges(covered.linked & !covered.core),
                score,
                entry: None,
                generic,
            },
            anchor: 0,
            claims: ranges(covered.core | covered.optional),
            rank,
            references,
            loose: !self.together(covered.all()),
        }
    }
}

/// What the words of a loose path are worth as terms of their own: "shortness of breath, chest pain" names two, not one
/// pain on breathing.
fn apart(lesser: &[Candidate], loose: &Candidate) -> i32 {
    let overlap =
        |a: &[TokenRange], b: &[TokenRange]| a.iter().any(|x| b.iter().any(|y| x.start < y.end && y.start < x.end));
    let mut taken: Vec<&Candidate> = Vec::new();
    for other in lesser {
        if !other.loose
            && !other.mention.generic
            && other.mention.volume == loose.mention.volume
            && overlap(&other.claims, &loose.claims)
            && !taken.iter().any(|t| overlap(&t.claims, &other.claims))
        {
            taken.push(other);
        }
    }
    if taken.len() > 1 { taken.iter().map(|t| t.mention.score).sum() } else { 0 }
}

fn is_claimed(claimed: &[(Volume, TokenRange)], volume: Volume, tokens: TokenRange) -> bool {
    claimed.iter().any(|(v, d)| *v == volume && tokens.start < d.end && d.start < tokens.end)
}

/// Gives each word to the best path that claims it; `first` is the first mention of the sentence. Returns the anchors of
/// the diseases that lost.
fn resolve(
    mut candidates: Vec<Candidate>,
    first: usize,
    mentions: &mut Vec<Mention>,
    claimed: &mut Vec<(Volume, TokenRange)>,
) -> Vec<usize> {
    // The better path first; of equal ones the title of a code, because the Tabular is the newer book, then an entry
    // of the Index, then the title of a category; then by place, and by node so that the order never depends on how
    // they were found.
    candidates.sort_by(|a, b| {
        let key = |c: &Candidate| (-c.mention.score, c.rank, c.mention.tokens, c.references, c.mention.node);
        key(a).cmp(&key(b))
    });
    let mut lost = Vec::new();
    for at in 0..candidates.len() {
        let candidate = &candidates[at];
        let Some(volume) = candidate.mention.volume else { continue };
        if candidate.loose && apart(&candidates[at + 1..], candidate) > candidate.mention.score {
            continue;
        }
        // The same words from their other end ("lung abscess with pneumonia") name nothing more.
        let again = mentions[first..].iter().any(|m| {
            let has = |c: &TokenRange| m.core.contains(c) || m.linked.contains(c);
            m.volume == Some(volume)
                && m.tokens == candidate.mention.tokens
                && (m.node == candidate.mention.node || candidate.mention.core.iter().all(has))
        });
        if again || candidate.claims.iter().any(|c| is_claimed(claimed, volume, *c)) {
            let mention = &candidate.mention;
            if volume == Volume::Diseases && !lost.contains(&candidate.anchor) {
                lost.push(candidate.anchor);
            }
            let named = mentions[first..].iter_mut().find(|m| {
                m.volume == Some(volume) && m.tokens.start <= mention.tokens.start && mention.tokens.end <= m.tokens.end
            });
            if let (Some(named), Source::Index { .. }) = (named, mention.source) {
                named.entry.get_or_insert((mention.source, mention.node));
            }
            continue;
        }
        claimed.extend(candidate.claims.iter().map(|&c| (volume, c)));
        mentions.push(candidate.mention.clone());
    }
    lost.sort_unstable();
    lost
}
