//! From the cues found to the tokens they govern.

use super::cues::{Category, Cue};
use super::{Context, Fired, Marks};
use crate::lexicon::phrases::Found;
use crate::note::{Reading, Role, Sentence, TokenKind, TokenRange};

/// How far back a cue looks for what it is about, at most: longer subjects are not written.
const BACK: u32 = 40;

/// The end of a scope that goes on until something closes it.
const UNBOUND: u32 = u32::MAX;

pub(super) fn resolve(rows: &[Cue], found: Vec<Found>, reading: &Reading<'_>) -> Context {
    let units = units(reading);
    let mut note = Note {
        reading,
        classes: classes(reading),
        marks: vec![Marks::default(); reading.tokens.len()],
        placed: Vec::new(),
        owner: vec![0; reading.tokens.len()],
    };
    note.place(rows, found, &units);
    let mut cues = 0;
    let mut carried = Open::default();
    for unit in &units {
        let first = cues;
        while cues < note.placed.len() && note.placed[cues].tokens.start < unit.tokens.end {
            cues += 1;
        }
        note.settle(unit, first..cues);
        let from = if unit.goes_on == GoesOn::No { Open::default() } else { carried };
        let open = note.sweep_forward(unit, first..cues, from);
        if unit.goes_on != GoesOn::Item || note.class(unit.tokens.end - 1) == Class::Colon {
            carried = open;
        }
        note.sweep_back(unit, first..cues);
    }
    let mut sections: Vec<(u32, crate::note::SectionKind)> = Vec::new();
    for sentence in &reading.sentences {
        let kind = reading.section_of(sentence).kind;
        if sections.last().is_none_or(|last| last.1 != kind) {
            sections.push((sentence.tokens.start, kind));
        }
    }
    let category = |category| if category == Category::Pseudo { Category::Negated } else { category };
    let fired = note.placed.iter().map(|p| Fired { tokens: p.tokens, category: category(p.cue.category) }).collect();
    Context { marks: note.marks, fired, sections }
}

/// A stretch inside which cues reach: a sentence, with the label or heading before it.
struct Unit {
    tokens: TokenRange,
    /// The name of a problem.
    title: bool,
    /// The same, or a label and the name of a problem.
    names: bool,
    /// The end of the heading it begins with: in a heading nothing is past ("Past medical history").
    heading: u32,
    goes_on: GoesOn,
}

/// Whether what was open at the end of the line before is open here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GoesOn {
    No,
    /// Text after a line that ends with a colon or in a cue.
    Text,
    /// An item under a line that ends with a colon ("Denies:", "Return for:"), and so is the next.
    Item,
}

fn units(reading: &Reading<'_>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::with_capacity(reading.sentences.len());
    let mut before: Option<(bool, &Sentence)> = None;
    let mut list = false;
    for sentence in reading.sentences.iter().filter(|s| s.tokens.start < s.tokens.end) {
        let heading = sentence.role == Role::Heading;
        let last = sentence.tokens.end - 1;
        let bullet = sentence.role == Role::Label
            && sentence.tokens.iter().all(|t| reading.tokens[t as usize].kind != TokenKind::Word);
        let label = matches!(sentence.role, Role::Heading | Role::Label) || reading.folded(last) == ":";
        let leads = !bullet && reading.folded(last) == ":";
        // "? DVT": the mark stands apart from what is before it.
        let asks = reading.folded(last) == "?"
            && (last == sentence.tokens.start
                || reading.tokens[last as usize - 1].span.end < reading.tokens[last as usize].span.start);
        let (joins, follows) = match (before, units.last()) {
            (Some((label, other)), Some(_)) if !heading => {
                (label && other.paragraph == sentence.paragraph, other.section == sentence.section)
            }
            _ => (false, false),
        };
        let item = bullet || matches!(sentence.role, Role::Item | Role::ProblemTitle);
        match units.last_mut() {
            Some(unit) if joins => {
                unit.tokens.end = sentence.tokens.end;
                unit.names |= sentence.role == Role::ProblemTitle;
            }
            _ => {
                units.push(Unit {
                    tokens: sentence.tokens,
                    title: sentence.role == Role::ProblemTitle,
                    names: sentence.role == Role::ProblemTitle,
                    heading: if heading { sentence.tokens.end } else { 0 },
                    goes_on: match sentence.role {
                        _ if !follows => GoesOn::No,
                        _ if item && list => GoesOn::Item,
                        Role::Body => GoesOn::Text,
                        _ => GoesOn::No,
                    },
                });
            }
        }
        list = leads || item && list;
        before = Some((label || asks, sentence));
    }
    units
}

/// A cue in its place.
#[derive(Debug, Clone, Copy)]
struct Placed {
    tokens: TokenRange,
    cue: Cue,
    /// Acts on what follows, on what precedes.
    after: bool,
    before: bool,
    /// The value of a label or a mark of a grid: nothing else counts for its item.
    grid: bool,
}

/// What a token is to a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Joint,
    Comma,
    And,
    Preposition,
    /// A verb with the patient or a study as its subject: what stands before is not its object.
    Verb,
    Colon,
    Semicolon,
    /// `/` and the like, inside a list.
    Slash,
    Bracket,
    Mark,
}

fn classes(reading: &Reading<'_>) -> Vec<Class> {
    let mut classes: Vec<Class> = (0..reading.tokens.len() as u32).map(|t| class(reading, t)).collect();
    // "left and right knee" is one noun phrase.
    let side = |t: usize| matches!(reading.folded(t as u32), "left" | "right" | "upper" | "lower" | "r" | "l");
    for t in 1..classes.len().saturating_sub(1) {
        if classes[t] == Class::And && side(t - 1) && side(t + 1) {
            classes[t] = Class::Word;
        }
    }
    classes
}

fn class(reading: &Reading<'_>, token: u32) -> Class {
    match reading.tokens[token as usize].kind {
        TokenKind::Number => Class::Word,
        TokenKind::Joint => Class::Joint,
        TokenKind::Mark => match reading.folded(token) {
            "," => Class::Comma,
            ":" => Class::Colon,
            ";" => Class::Semicolon,
            "/" | "'" | "\"" => Class::Slash,
            "&" => Class::And,
            "(" | ")" | "[" | "]" => Class::Bracket,
            _ => Class::Mark,
        },
        TokenKind::Word => {
            let word = reading.folded(token);
            match word.len() {
                2..=4 => match word {
                    "and" => Class::And,
                    "for" | "with" | "in" | "on" | "at" | "to" | "from" | "by" | "due" | "who" | "that" | "when"
                    | "than" | "as" | "is" | "was" | "are" | "were" | "will" | "if" | "but" | "then" | "he" | "she"
                    | "we" | "they" | "it" | "this" | "so" | "w" => Class::Preposition,
                    "has" | "have" | "had" | "saw" => Class::Verb,
                    _ => Class::Word,
                },
                5..=12 => match word {
                    "because" | "which" | "while" | "after" | "before" | "during" | "since" | "until" | "given"
                    | "despite" | "where" | "there" | "these" | "under" | "without" => Class::Preposition,
                    "shows" | "showed" | "reveals" | "revealed" | "demonstrates" | "demonstrated" | "presents"
                    | "presented" | "developed" | "develops" | "underwent" | "received" | "reports" | "reported"
                    | "complains" | "complained" | "denies" | "denied" | "having" | "takes" | "feels" => Class::Verb,
                    _ => Class::Word,
                },
                _ => Class::Word,
            }
        }
    }
}

struct Note<'r, 't> {
    reading: &'r Reading<'t>,
    classes: Vec<Class>,
    marks: Vec<Marks>,
    placed: Vec<Placed>,
    /// For each token the cue it belongs to: index into `placed` plus one.
    owner: Vec<u32>,
}

impl Note<'_, '_> {
    /// Keeps the longest of the cues that overlap, and none that crosses from one unit to another.
    fn place(&mut self, rows: &[Cue], found: Vec<Found>, units: &[Unit]) {
        let mut unit = 0;
        let mut cluster: Vec<Found> = Vec::new();
        let (mut end, mut heading) = (0, 0);
        for hit in found {
            while unit < units.len() && units[unit].tokens.end <= hit.tokens.start {
                unit += 1;
            }
            if !units.get(unit).is_some_and(|u| u.tokens.contains(hit.tokens.start) && hit.tokens.end <= u.tokens.end) {
                continue;
            }
            if hit.tokens.start >= end {
                self.keep_longest(rows, &mut cluster, heading);
            }
            heading = units[unit].heading;
            end = end.max(hit.tokens.end);
            cluster.push(hit);
        }
        self.keep_longest(rows, &mut cluster, heading);
    }

    /// `heading` is where the heading of the unit ends.
    fn keep_longest(&mut self, rows: &[Cue], cluster: &mut Vec<Found>, heading: u32) {
        if cluster.len() > 1 {
            // Of two that are equally long, a pseudo-cue says more than a cue, and that more than a terminator.
            let rank = |f: &Found| match rows[f.id as usize].category {
                Category::Pseudo => 0,
                Category::Terminator => 2,
                _ => 1,
            };
            cluster.sort_by_key(|f| (std::cmp::Reverse(f.tokens.end - f.tokens.start), rank(f), f.tokens.start));
        }
        let from = self.placed.len();
        // Inside a cluster `owner` holds the first token of the kept cue, so that two rows with the same words both stay.
        for hit in cluster.drain(..) {
            let own = hit.tokens.start + 1;
            let length = hit.tokens.end - hit.tokens.start;
            if hit.tokens.iter().all(|t| self.owner[t as usize] == 0) {
                hit.tokens.iter().for_each(|t| self.owner[t as usize] = own);
            } else if !self.placed[from..].iter().rev().take(4).any(|p| p.tokens == hit.tokens) || length == 0 {
                continue;
            }
            let mut cue = rows[hit.id as usize];
            if cue.category == Category::Past && hit.tokens.end <= heading {
                cue.category = Category::Pseudo;
            }
            self.placed.push(Placed { tokens: hit.tokens, cue, after: cue.after, before: cue.before, grid: false });
        }
        self.placed[from..].sort_by_key(|p| p.tokens.start);
        for (i, placed) in self.placed.iter().enumerate().skip(from) {
            placed.tokens.iter().for_each(|t| self.owner[t as usize] = i as u32 + 1);
        }
    }

    fn class(&self, token: u32) -> Class {
        self.classes[token as usize]
    }

    fn is_word(&self, token: u32) -> bool {
        self.reading.tokens[token as usize].kind == TokenKind::Word
    }

    /// White space stands between two tokens.
    fn apart(&self, token: u32, next: u32) -> bool {
        self.reading.tokens[token as usize].span.end < self.reading.tokens[next as usize].span.start
    }

    /// A phrase ends before this token.
    fn closed(&self, unit: &Unit, token: u32) -> bool {
        token >= unit.tokens.end
            || match self.class(token) {
                Class::Comma | Class::Semicolon => true,
                Class::Mark | Class::Bracket => {
                    !matches!(self.reading.folded(token), "(" | "[" | "+" | "-" | "?" | "#" | "*" | "<" | ">" | "~")
                }
                _ => false,
            }
    }

    /// A phrase begins with this token: nothing but numbers and marks stands before it in its clause.
    fn opened(&self, unit: &Unit, token: u32) -> bool {
        token == unit.tokens.start
            || match self.class(token - 1) {
                Class::Comma | Class::Semicolon | Class::Colon | Class::Mark | Class::Bracket => true,
                _ => token - 1 == unit.tokens.start && !self.is_word(token - 1),
            }
    }

    /// On which side each cue acts here, and which do not act at all.
    fn settle(&mut self, unit: &Unit, cues: std::ops::Range<usize>) {
        let mut signs_follow = None;
        let signs = self.placed[cues.clone()]
            .iter()
            .filter(|p| {
                p.cue.sign && (!self.is_bare(p.tokens) || self.bare_sign(unit, p.tokens.start) != (false, false))
            })
            .count();
        for i in cues.clone() {
            let placed = self.placed[i];
            let TokenRange { start, end } = placed.tokens;
            let cue = placed.cue;
            let (mut after, mut before, mut grid) = (placed.after, placed.before, false);
            if cue.sign {
                (after, before) = self.sign(unit, placed.tokens, signs, &mut signs_follow);
                grid = true;
            } else if cue.value && self.is_value(unit, placed.tokens, before && !after) {
                (after, before, grid) = (false, true, true);
            } else if cue.value && before && !after && cue.tokens == u32::MAX && !self.stands_alone(unit, end, &cue) {
                before = false;
            } else if cue.tail && before {
                before =
                    self.closed(unit, end) || matches!(self.class(end), Class::And | Class::Preposition | Class::Verb);
                after &= !before;
            } else if cue.tail && self.ends_statement(unit, end) && !self.opened_by_start(unit, start) {
                (after, before) = (false, true);
            } else if cue.start && !self.opened(unit, start)
                || cue.category == Category::Negated && end - start == 1 && self.ordinal(unit, end)
            {
                after = false;
            }
            if cue.sign && !after && !before {
                placed.tokens.iter().for_each(|t| self.owner[t as usize] = 0);
            }
            let placed = &mut self.placed[i];
            (placed.after, placed.before, placed.grid) = (after, before, grid);
        }
        self.hear_sources(cues);
    }

    /// What follows is no object of the cue: the phrase ends, or a reason is given ("unlikely given …").
    fn ends_statement(&self, unit: &Unit, end: u32) -> bool {
        self.closed(unit, end) || matches!(self.reading.folded(end), "given" | "because" | "since" | "as")
    }

    fn opened_by_start(&self, unit: &Unit, start: u32) -> bool {
        start == unit.tokens.start || (unit.tokens.start..start).all(|t| !self.is_word(t))
    }

    /// A value without its mark counts only where it cannot be anything else.
    fn stands_alone(&self, unit: &Unit, end: u32, cue: &Cue) -> bool {
        cue.category == Category::Negated && self.reading.folded(end - 1).len() > 2 && self.closed(unit, end)
    }

    /// "No. 3".
    fn ordinal(&self, unit: &Unit, end: u32) -> bool {
        end + 1 < unit.tokens.end
            && self.reading.folded(end) == "."
            && self.reading.tokens[end as usize + 1].kind == TokenKind::Number
    }

    /// Whether the cue is the value of a label: "fever: none", "cough - no, chills - no", "SOB:no CP:no".
    fn is_value(&self, unit: &Unit, tokens: TokenRange, only_value: bool) -> bool {
        let TokenRange { start, end } = tokens;
        let marked = start > unit.tokens.start + 1
            && match self.class(start - 1) {
                Class::Colon => true,
                Class::Mark | Class::Bracket => {
                    matches!(self.reading.folded(start - 1), "-" | "=" | "(" | "." | "[" | "*" | "|")
                }
                _ => false,
            };
        // "Fever no, cough no, asthma yes."
        let answered = matches!(self.reading.folded(start), "no" | "yes")
            && end == start + 1
            && self.closed(unit, end)
            && start > unit.tokens.start
            && self.is_word(start - 1)
            && self.owner[start as usize - 1] == 0
            && matches!(self.class(start - 1), Class::Word)
            && !matches!(self.reading.folded(start - 1), "said" | "says" | "answered" | "answers" | "replied" | "or");
        if answered {
            return true;
        }
        let short =
            unit.tokens.end - unit.tokens.start <= if only_value { 6 } else { 4 } && self.class(start) != Class::Verb;
        let last = self.closed(unit, end) || self.class(end) == Class::Colon;
        if !(marked || short && last && start > unit.tokens.start) {
            return false;
        }
        last || (self.class(start - 1) == Class::Colon && self.label_follows(unit, end))
    }

    /// The next words are a label.
    fn label_follows(&self, unit: &Unit, from: u32) -> bool {
        for t in from..unit.tokens.end.min(from + 5) {
            match self.class(t) {
                Class::Colon => return t > from,
                Class::Word | Class::Joint | Class::Slash => {}
                _ => return false,
            }
        }
        false
    }

    /// On which side a plus, minus or box acts, after or before; neither if it is no such sign. `signs` counts those
    /// of the unit, `follow` remembers what the first box showed.
    fn sign(&self, unit: &Unit, tokens: TokenRange, signs: usize, follow: &mut Option<bool>) -> (bool, bool) {
        let start = tokens.start;
        if self.is_bare(tokens) {
            let (after, before) = self.bare_sign(unit, start);
            // A lone minus that begins a line is a bullet; a minus apart from its word may be a dash.
            let bullet = signs == 1 && start == unit.tokens.start && self.reading.folded(start) == "-";
            let dash = unit.title && start > unit.tokens.start
                || signs == 1 && start > unit.tokens.start + 1 && self.apart(start - 1, start);
            return (after && !bullet, before && !dash);
        }
        let follow = *follow.get_or_insert_with(|| {
            let word_before = start > unit.tokens.start && self.is_word(start - 1);
            !self.closed(unit, tokens.end) && self.opened(unit, start) || !word_before
        });
        (follow, !follow)
    }

    fn is_bare(&self, tokens: TokenRange) -> bool {
        tokens.end - tokens.start == 1 && matches!(self.reading.folded(tokens.start), "-" | "+")
    }

    /// Whether a plus or minus may act on what follows ("-fever") or on what precedes ("fever -,").
    fn bare_sign(&self, unit: &Unit, start: u32) -> (bool, bool) {
        let end = start + 1;
        let tight = end < unit.tokens.end && self.is_word(end) && !self.apart(start, end);
        let free = start == unit.tokens.start
            || self.apart(start - 1, start)
            || matches!(self.reading.folded(start - 1), "(" | "," | ";" | ":" | "/");
        if tight && free {
            return (true, false);
        }
        (false, start > unit.tokens.start && self.is_word(start - 1) && self.closed(unit, end))
    }

    /// A person who tells or accompanies has not what is told.
    fn hear_sources(&mut self, cues: std::ops::Range<usize>) {
        let mut silenced: Option<u32> = None;
        for i in cues.clone() {
            let placed = self.placed[i];
            if !placed.cue.category.is_person() || !placed.after {
                if placed.cue.category == Category::Source && placed.after {
                    silenced = Some(placed.tokens.end + 2);
                }
                continue;
            }
            let TokenRange { start, end } = placed.tokens;
            let near = || self.placed[i + 1..cues.end].iter().take_while(|p| p.tokens.start <= end + 3);
            let source = near()
                .find(|p| !(p.cue.category.is_person() || p.cue.category == Category::Pseudo))
                .and_then(|first| near().find(|p| p.tokens == first.tokens && p.cue.category == Category::Source));
            // "Mother has gout, reports …" against "mother has also noticed …".
            let has = |t: u32| self.class(t) == Class::Verb || self.reading.folded(t) == "with";
            let spoken = source.is_some_and(|p| !(end..p.tokens.start.saturating_sub(2)).any(has));
            // "To her husband, who has …": what follows is told of him.
            let told = self.is_told(start) && !self.goes_on_of(end);
            if silenced.is_some_and(|until| start <= until) || spoken || told {
                self.placed[i].after = false;
                silenced = Some(end + 2);
            }
        }
    }

    /// "… her husband, who has …".
    fn goes_on_of(&self, end: u32) -> bool {
        let word = |t: u32| self.reading.folded(t);
        matches!(word(end), "who" | "whose") || word(end) == "," && matches!(word(end + 1), "who" | "whose")
    }

    /// "given to mother", "told her husband".
    fn is_told(&self, start: u32) -> bool {
        let mut before = start;
        while before > 0 && before + 2 > start {
            before -= 1;
            match self.reading.folded(before) {
                "to" | "told" | "informed" | "asked" | "gave" | "give" | "by" | "from" | "with" => return true,
                "her" | "his" | "their" | "the" | "patient" | "both" => {}
                _ => return false,
            }
        }
        false
    }

    /// Lays down the scopes of the cues that act on what follows. Returns what is still open at the end.
    fn sweep_forward(&mut self, unit: &Unit, cues: std::ops::Range<usize>, mut open: Open) -> Open {
        let labels = self.labels(unit);
        let mut label = labels.iter().copied().peekable();
        let mut next = cues.start;
        let mut t = unit.tokens.start;
        let mut bracket = None;
        while t < unit.tokens.end {
            if label.next_if_eq(&t).is_some() {
                open.close(|active, category| !category.is_person() && !active.sentence);
            }
            while next < cues.end && self.placed[next].tokens.start <= t {
                let placed = self.placed[next];
                self.fire(unit, next, placed, bracket.is_some(), &mut open);
                next += 1;
            }
            match self.class(t) {
                Class::Comma => open.close(|active, _| active.noun || active.phrase && active.from < t),
                Class::And | Class::Preposition | Class::Verb | Class::Semicolon => {
                    open.close(|active, _| active.noun && active.from <= t)
                }
                // "No bone: stage 4 pressure injury", against "denies the following: …".
                Class::Colon if self.owner[t as usize] == 0 && !self.announces(unit, t) => {
                    open.close(|active, category| category == Category::Negated && active.from < t && !active.grid)
                }
                Class::Bracket if self.owner[t as usize] == 0 => match self.reading.folded(t) {
                    "(" => bracket = Some(t),
                    ")" => {
                        if let Some(opened) = bracket.take() {
                            open.close(|active, _| active.from > opened)
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
            self.marks[t as usize] = open.marks(t);
            t += 1;
        }
        let end = unit.tokens.end;
        if self.class(end - 1) == Class::Colon {
            open.close(|active, _| active.noun);
        } else {
            open.close(|active, _| active.from < end);
        }
        open
    }

    /// Whether a colon stands behind words for a list of what is denied, and not behind the thing denied.
    fn announces(&self, unit: &Unit, colon: u32) -> bool {
        colon + 1 >= unit.tokens.end
            || colon > unit.tokens.start
                && matches!(
                    self.reading.folded(colon - 1),
                    "following"
                        | "these"
                        | "of"
                        | "for"
                        | "any"
                        | "below"
                        | "including"
                        | "includes"
                        | "include"
                        | "symptoms"
                        | "symptom"
                        | "sx"
                        | "signs"
                        | "complaints"
                        | "complaint"
                        | "findings"
                        | "features"
                        | "history"
                        | "problems"
                        | "conditions"
                        | "evidence"
                        | "flags"
                )
    }

    /// A cue is reached by the sweep: it ends what it ends and opens its own scope.
    fn fire(&self, unit: &Unit, index: usize, placed: Placed, aside: bool, open: &mut Open) {
        let TokenRange { start, end } = placed.tokens;
        let cue = placed.cue;
        let broken_at = |t: u32| matches!(self.class(t), Class::Comma | Class::And);
        let breaks = |within: u32| (start.saturating_sub(within).max(unit.tokens.start)..start).any(broken_at);
        match cue.category {
            Category::Terminator if cue.person => open.close(|_, category| category.is_person()),
            Category::Terminator if cue.all => open.close(|_, _| true),
            Category::Terminator if cue.cause => open
                .close(|_, category| matches!(category, Category::Negated | Category::Uncertain | Category::Planned)),
            Category::Terminator => open.close(|active, category| !category.is_person() && !active.sentence),
            Category::Affirmed if placed.after && (cue.hard || placed.grid || breaks(3)) => {
                open.close(|active, category| !category.is_person() && !active.sentence)
            }
            // In brackets ("considered pneumonia (no infiltrate), PE") it ends nothing outside them.
            Category::Negated if placed.after && !aside => {
                let asked = breaks(1) && self.class(start) == Class::Verb;
                open.close(|active, category| match category {
                    Category::Uncertain => active.grid || active.from < start,
                    // "History of gout and denies …" tells of now.
                    Category::Past => asked,
                    _ => active.grid,
                })
            }
            Category::Uncertain | Category::Planned | Category::Family | Category::OtherPerson
                if placed.after && breaks(1) =>
            {
                open.close(|_, category| category == Category::Negated)
            }
            _ => {}
        }
        if placed.after && !matches!(cue.category, Category::Pseudo | Category::Source | Category::Terminator) {
            open.open(
                cue.category,
                Active {
                    placed: index as u32 + 1,
                    from: end,
                    until: self.count(unit, end, cue.tokens),
                    noun: cue.noun,
                    // "Ketoacidosis without coma, type 1 diabetes": the name of a problem goes on.
                    phrase: cue.phrase || placed.grid || unit.names && self.reading.folded(start) == "without",
                    sentence: cue.sentence,
                    grid: placed.grid,
                },
                aside,
            );
        }
    }

    /// The token that stands `tokens` after `from`, not counting joints; `UNBOUND` without a limit.
    fn count(&self, unit: &Unit, from: u32, tokens: u32) -> u32 {
        if tokens == u32::MAX {
            return UNBOUND;
        }
        let (mut t, mut left) = (from, tokens);
        while left > 0 && t < unit.tokens.end {
            left -= (self.class(t) != Class::Joint) as u32;
            t += 1;
        }
        t + left
    }

    /// First tokens of labels inside a unit ("cough: no, chest pain: yes"): open scopes end there. A colon that
    /// belongs to a cue ("denies the following: …") makes no label.
    fn labels(&self, unit: &Unit) -> Vec<u32> {
        let mut labels = Vec::new();
        for colon in unit.tokens.iter().filter(|&t| self.class(t) == Class::Colon && self.owner[t as usize] == 0) {
            let mut first = colon;
            let bounded = loop {
                if first == unit.tokens.start || colon - first > 4 {
                    break false;
                }
                let before = first - 1;
                let owner = self.owner[before as usize];
                if owner > 0 && !self.placed[owner as usize - 1].cue.category.is_person() {
                    break self.placed[owner as usize - 1].grid;
                }
                match self.class(before) {
                    Class::Comma | Class::Semicolon | Class::Mark => break true,
                    Class::Colon => break false,
                    _ => {}
                }
                let gap =
                    self.reading.tokens[first as usize].span.start - self.reading.tokens[before as usize].span.end;
                if gap > 1 && first < colon {
                    break true;
                }
                first = before;
            };
            if bounded && first < colon && self.is_word(first) {
                labels.push(first);
            }
        }
        labels
    }

    /// Lays down the scopes of the cues that act on what precedes.
    fn sweep_back(&mut self, unit: &Unit, cues: std::ops::Range<usize>) {
        for i in cues {
            let placed = self.placed[i];
            let kin = placed.after && placed.cue.category.is_person() && self.is_bearer(unit, placed.tokens.start);
            if placed.cue.category == Category::Pseudo && self.reading.folded(placed.tokens.start) == "no" {
                for t in placed.tokens.iter().skip(1) {
                    self.marks[t as usize].negated = i as u32 + 1;
                }
            }
            if !(placed.before || kin)
                || matches!(placed.cue.category, Category::Pseudo | Category::Source | Category::Terminator)
            {
                continue;
            }
            let from = self.reach_back(unit, &placed);
            for t in from..placed.tokens.start {
                self.mark_back(t, i, &placed);
            }
        }
    }

    /// "diabetes in her mother", "diabetes (father)".
    fn is_bearer(&self, unit: &Unit, start: u32) -> bool {
        let mut before = start;
        while before > unit.tokens.start && before + 3 > start {
            before -= 1;
            match self.reading.folded(before) {
                "in" | "(" => return true,
                "her" | "his" | "their" | "the" | "a" | "both" | "one" | "maternal" | "paternal" | "patient" => {}
                _ => return false,
            }
        }
        false
    }

    /// The first token of what a cue says something of.
    fn reach_back(&self, unit: &Unit, placed: &Placed) -> u32 {
        let cue = placed.cue;
        let start = placed.tokens.start;
        let mut first = start;
        while first > unit.tokens.start
            && self.owner[first as usize - 1] == 0
            && (self.class(first - 1) == Class::Comma
                || matches!(
                    self.reading.folded(first - 1),
                    "has" | "have" | "had" | "is" | "was" | "are" | "were" | "been" | "be" | "now" | "since" | "also"
                )
                || placed.grid && matches!(self.class(first - 1), Class::Colon | Class::Mark | Class::Bracket)
                || placed.cue.category.is_person() && (self.class(first - 1) != Class::Comma && start - first < 2))
        {
            first -= 1;
        }
        let noun = cue.noun || (cue.tail && cue.after);
        // "DIC and TTP excluded", "ulcer, iritis considered - absent": all that the statement lists.
        let listing = cue.tail && cue.category == Category::Negated && cue.tokens == u32::MAX;
        let summed =
            listing && first > unit.tokens.start && matches!(self.reading.folded(first - 1), "-" | "considered");
        let mut lowest = unit.tokens.start.max(first.saturating_sub(BACK.min(cue.tokens)));
        // "Hypothyroidism (TPO neg)": what stands in the brackets with the cue is what it is about.
        let opens = |t: u32| self.reading.folded(t) == "(";
        if let Some(bracket) = (lowest..first).rev().take_while(|&t| self.reading.folded(t) != ")").find(|&t| opens(t))
            && bracket + 1 < first
        {
            lowest = bracket + 1;
        }
        let mut edge = None;
        while first > lowest {
            let t = first - 1;
            let owner = self.owner[t as usize];
            if owner > 0 {
                let other = &self.placed[owner as usize - 1];
                let clause = match other.cue.category {
                    Category::Pseudo | Category::Source => false,
                    Category::Terminator => {
                        if other.cue.person {
                            false
                        } else {
                            return first;
                        }
                    }
                    _ if other.before && !other.after => return first,
                    _ if other.grid => return first,
                    _ => !other.cue.noun && !other.cue.category.is_person(),
                };
                if clause {
                    return edge.filter(|_| !cue.relative).unwrap_or(first);
                }
                first = other.tokens.start.max(lowest);
                continue;
            }
            match self.class(t) {
                Class::Semicolon => return first,
                Class::Colon => return edge.filter(|_| placed.grid).unwrap_or(first),
                Class::And if listing => edge = edge.or(Some(first)),
                Class::Comma if listing && (summed || edge.is_some()) => edge = edge.or(Some(first)),
                Class::Slash if cue.tokens != u32::MAX => lowest = lowest.saturating_sub(2).max(unit.tokens.start),
                Class::Comma if noun || cue.phrase || cue.sign => return first,
                Class::Preposition if listing => return edge.unwrap_or(first),
                Class::And | Class::Preposition if noun => return first,
                Class::Comma | Class::And => edge = edge.or(Some(first)),
                Class::Verb => return edge.filter(|_| !cue.relative).unwrap_or(first),
                Class::Joint => lowest = lowest.saturating_sub(1).max(unit.tokens.start),
                _ => {}
            }
            first = t;
        }
        if first > unit.tokens.start && (listing || cue.tokens == u32::MAX) { edge.unwrap_or(first) } else { first }
    }

    fn mark_back(&mut self, t: u32, index: usize, placed: &Placed) {
        let own = index as u32 + 1;
        let marks = self.marks[t as usize];
        let end_of = |mark: u32| self.placed[mark as usize - 1].tokens.end;
        let category_of = |mark: u32| self.placed[mark as usize - 1].cue.category;
        let parted = |mark: u32| {
            mark > 0 && (end_of(mark).max(t.saturating_sub(BACK))..t).any(|b| self.class(b) == Class::Comma)
        };
        let mut new = marks;
        match placed.cue.category {
            Category::Negated => {
                if placed.grid {
                    new.uncertain = 0;
                }
                if placed.grid || marks.negated == 0 {
                    new.negated = own;
                }
            }
            Category::Uncertain if marks.uncertain == 0 => new.uncertain = own,
            Category::Affirmed => {
                if placed.grid || parted(marks.negated) {
                    new.negated = 0;
                }
                if placed.grid || parted(marks.uncertain) {
                    new.uncertain = 0;
                }
            }
            Category::Past => {
                let nearer = marks.time > 0
                    && category_of(marks.time) == Category::Affirmed
                    && placed.tokens.start - t - 1 < t.saturating_sub(end_of(marks.time));
                if marks.time == 0 || nearer {
                    new.time = own;
                }
            }
            Category::Hypothetical | Category::Planned
                if marks.time == 0 || category_of(marks.time) != Category::Hypothetical =>
            {
                new.time = own
            }
            Category::Family | Category::OtherPerson if marks.person == 0 => new.person = own,
            _ => {}
        }
        self.marks[t as usize] = new;
    }
}

/// A cue whose scope is open.
#[derive(Debug, Clone, Copy, Default)]
struct Active {
    /// Index plus one; 0 for none.
    placed: u32,
    from: u32,
    until: u32,
    noun: bool,
    phrase: bool,
    sentence: bool,
    grid: bool,
}

/// Open scopes: for each category the widest and, over it, a narrower one.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    active: [[Active; 2]; 8],
    any: bool,
}

const OPENED: [Category; 8] = [
    Category::Negated,
    Category::Uncertain,
    Category::Hypothetical,
    Category::Planned,
    Category::Past,
    Category::Affirmed,
    Category::Family,
    Category::OtherPerson,
];

impl Open {
    /// `aside`: in brackets, so that an outer scope goes on after them.
    fn open(&mut self, category: Category, active: Active, aside: bool) {
        let Some(slot) = OPENED.iter().position(|&c| c == category) else { return };
        let [wide, narrow] = &mut self.active[slot];
        let narrower = aside || (active.noun, active.phrase, active.until) != (false, false, UNBOUND);
        if wide.placed > 0 && narrower {
            *narrow = active;
        } else {
            *wide = active;
            *narrow = Active::default();
        }
        self.any = true;
    }

    fn close(&mut self, which: impl Fn(&Active, Category) -> bool) {
        if !self.any {
            return;
        }
        self.any = false;
        for (slot, pair) in self.active.iter_mut().enumerate() {
            for active in pair.iter_mut().filter(|a| a.placed > 0) {
                if which(active, OPENED[slot]) {
                    *active = Active::default();
                } else {
                    self.any = true;
                }
            }
        }
    }

    fn marks(&self, t: u32) -> Marks {
        if !self.any {
            return Marks::default();
        }
        let at = |slot: usize| {
            let [wide, narrow] = self.active[slot];
            let holds = |a: Active| a.placed > 0 && a.from <= t && t < a.until;
            if holds(narrow) {
                narrow.placed
            } else if holds(wide) {
                wide.placed
            } else {
                0
            }
        };
        let first = |slots: [usize; 4]| slots.into_iter().map(at).find(|&p| p > 0).unwrap_or(0);
        Marks { negated: at(0), uncertain: at(1), time: first([2, 3, 4, 5]), person: at(6).max(at(7)) }
    }
}
