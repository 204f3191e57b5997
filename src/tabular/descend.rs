//! From the code that the Index gives down to a billable one, by what the note says: at each level the child whose
//! title adds only words that stand near the mention; else the one for "not said"; and what was not said is kept.

use super::{DENIED, NodeId, Tabular, flags};
use crate::pack::tables::Strings;

/// Where a descent ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descent {
    /// Billable.
    pub node: NodeId,
    /// Lexemes of the note that decided.
    pub used: Vec<u32>,
    /// Levels at which the note was silent.
    pub missing: Vec<Missing>,
}

/// A level at which the note did not say which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What was taken instead.
    pub taken: NodeId,
    /// What would have been taken had the note said it.
    pub would_be: Vec<NodeId>,
    /// Whether `taken` is the code for "not said"; if it is not, a person has to choose.
    pub has_default: bool,
}

/// The phase of care, for 7th characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encounter {
    /// Active treatment.
    #[default]
    Initial,
    Subsequent,
    Sequela,
}

impl Tabular {
    /// Goes down from `node` to a billable code. `present` says whether a lexeme stands near the mention; for a lexeme
    /// with [`DENIED`] whether it is denied there. `None` only where a release holds a category without any billable
    /// code.
    pub fn descend(
        &self,
        node: NodeId,
        present: &dyn Fn(u32) -> bool,
        encounter: Encounter,
        strings: &Strings,
    ) -> Option<Descent> {
        self.descend_from(node, present, encounter, false, strings)
    }

    /// As [`Tabular::descend`]; `divided` says that the code was a whole one in the release of the Index: what it meant
    /// is the rest, unless the note has the words of a part.
    pub fn descend_from(
        &self,
        node: NodeId,
        present: &dyn Fn(u32) -> bool,
        encounter: Encounter,
        divided: bool,
        strings: &Strings,
    ) -> Option<Descent> {
        let mut descent = Descent { node, used: Vec::new(), missing: Vec::new() };
        self.more_exact(&mut descent, present, strings);
        while !self.is_billable(descent.node) {
            let children: Vec<NodeId> = self.children(descent.node).collect();
            if children.first().is_some_and(|&c| self.is(c, flags::EXTENDED)) {
                descent.node = self.extended(&children, present, encounter, strings)?;
                descent.used.extend(self.own_lexemes(descent.node));
                continue;
            }
            descent.node = match self.said(&children, present, strings) {
                Some(child) => {
                    descent.used.extend(self.own_lexemes(child));
                    child
                }
                None => {
                    let (taken, has_default) = self.not_said(&children, divided, strings)?;
                    let would_be: Vec<NodeId> =
                        children.iter().copied().filter(|&c| c != taken && !self.is(c, flags::OTHER)).collect();
                    if !would_be.is_empty() {
                        descent.missing.push(Missing { taken, would_be, has_default });
                    }
                    taken
                }
            };
        }
        Some(descent)
    }

    /// The Index often gives the code for "unspecified" where the Tabular knows better what the note says: goes up to
    /// where the unspecified begins and down again as far as the note's words lead.
    fn more_exact(&self, descent: &mut Descent, present: &dyn Fn(u32) -> bool, strings: &Strings) {
        let chain = self.chain(descent.node);
        let Some(first) = (1..chain.len()).find(|&at| self.is(chain[at], flags::UNSPECIFIED)) else { return };
        // "Failure to thrive (child)" stands under "Other and unspecified lack of development" and is said itself.
        let of_rest = self.own_title(chain[first], strings).starts_with("Other and unspecified");
        let rest = of_rest && chain[first + 1..].iter().all(|&n| !self.own_title(n, strings).contains("nspecified"));
        if rest && self.said(&[descent.node], present, strings).is_some() {
            return;
        }
        // What names the rest of a list is no more exact.
        let said = |node: NodeId| {
            let named = |&c: &NodeId| {
                !self.is(c, flags::OTHER | flags::EXTENDED) && !self.title(c, strings).starts_with("Other ")
            };
            self.said(&self.children(node).filter(named).collect::<Vec<_>>(), present, strings)
        };
        for pair in chain[first - 1..].windows(2) {
            let &[above, below] = pair else { continue };
            if self.said(&[below], present, strings).is_some() {
                continue;
            }
            let mut at = above;
            while let Some(child) = said(at) {
                descent.used.extend(self.own_lexemes(child));
                at = child;
            }
            if at != above && at != below {
                descent.node = at;
                return;
            }
        }
    }

    /// The child whose own words all stand near, the one with most of them. What a title denies ("without aura") needs
    /// not be said, but must not be there. Words that all the children share say nothing ("right shoulder joint", "left
    /// shoulder joint"), nor do those that all children of a side share.
    fn said(&self, children: &[NodeId], present: &dyn Fn(u32) -> bool, strings: &Strings) -> Option<NodeId> {
        let (first, others) = children.split_first()?;
        let shared: Vec<u32> = match others {
            [] => Vec::new(),
            _ => (self.own_lexemes(*first).iter().copied())
                .filter(|l| others.iter().all(|&c| self.own_lexemes(c).contains(l)))
                .collect(),
        };
        let (of_a_side, known) = self.sides(children, strings);
        let mut best: Option<(usize, NodeId)> = None;
        // What the code for "unspecified" has as well ("unspecified ear") needs not be said either.
        let mut unspecified = children.iter().filter(|&&c| self.is(c, flags::UNSPECIFIED));
        let mut idle: Vec<u32> = unspecified.next().map_or(Vec::new(), |&c| self.own_lexemes(c).to_vec());
        unspecified.for_each(|&c| idle.retain(|l| self.own_lexemes(c).contains(l)));
        for &child in children {
            let mut said = 0;
            let fits =
                self.own_lexemes(child).iter().filter(|l| !idle.contains(l) && !shared.contains(l)).all(|&lexeme| {
                    let is_said = present(lexeme);
                    said += usize::from(is_said);
                    is_said
                        || self.telling.is_part_of_pair(lexeme, self.own_lexemes(child), present)
                        || known.contains(&lexeme) && of_a_side.contains(&child)
                        || lexeme & DENIED != 0 && !present(lexeme & !DENIED)
                });
            if fits && said > 0 && best.is_none_or(|(most, _)| said > most) {
                best = Some((said, child));
            }
        }
        best.map(|(_, child)| child)
    }

    /// The children of a side, where some differ in one word only ("right ear", "left ear"), and the words that all of
    /// them have.
    fn sides(&self, children: &[NodeId], strings: &Strings) -> (Vec<NodeId>, Vec<u32>) {
        let pair = |x: &[u32], y: &[u32]| {
            x.len() == y.len() && x.len() > 1 && x.iter().filter(|l| !y.contains(l)).count() == 1
        };
        let says_side = |c: &NodeId| {
            let title = self.own_title(*c, strings);
            title.contains("left") || title.contains("right")
        };
        let paired =
            children.iter().any(|&x| children.iter().any(|&y| y > x && pair(self.own_lexemes(x), self.own_lexemes(y))));
        let of_a_side: Vec<NodeId> =
            if paired { children.iter().copied().filter(says_side).collect() } else { Vec::new() };
        let Some(&first) = of_a_side.first() else { return (of_a_side, Vec::new()) };
        let in_all = |l: &u32| of_a_side.iter().all(|&c| self.own_lexemes(c).contains(l));
        let shared = self.own_lexemes(first).iter().copied().filter(in_all).collect();
        (of_a_side, shared)
    }

    /// Whether `child` is the one of the children of `above` that the note says.
    pub fn is_said_of(&self, child: NodeId, above: NodeId, present: &dyn Fn(u32) -> bool, strings: &Strings) -> bool {
        let children: Vec<NodeId> = self.children(above).collect();
        self.said(&children, present, strings) == Some(child)
    }

    /// The child for what was not said, and whether there is one that means just that.
    fn not_said(&self, children: &[NodeId], divided: bool, strings: &Strings) -> Option<(NodeId, bool)> {
        if let [only] = children {
            return Some((*only, true));
        }
        // A note speaks of a man as of one; the sex that it does not mention is the one that is not worth a word.
        if let [a, b] = children {
            let title = |node: NodeId| self.title(node, strings).to_lowercase();
            let of = |word: &str, node: NodeId| title(node).split(' ').any(|w| w == word);
            for (female, male) in [(*a, *b), (*b, *a)] {
                if of("female", female) && of("male", male) {
                    return Some((female, true));
                }
            }
        }
        let fewest = |flag: u32| {
            children.iter().copied().filter(|&c| self.is(c, flag)).min_by_key(|&c| (self.own_lexemes(c).len(), c))
        };
        // A complication not said is none; what is said to be without something else still may be it.
        let says = |words: &'static [&'static str]| {
            move |child: &NodeId| {
                let title = self.title(*child, strings).to_lowercase();
                words.iter().any(|w| title.contains(w))
            }
        };
        let child =
            (children.iter().copied().find(says(&["uncomplicated", "without complication", "not specified as"])))
                .or_else(|| fewest(flags::UNSPECIFIED))
                .or_else(|| fewest(flags::NOS))
                // "Not intractable, with status migrainosus" and "not intractable, without": what is shared says nothing.
                .or_else(|| self.without_most(children, strings))
                .or_else(|| children.iter().copied().find(says(&["not intractable"])))
                // The one title that adds nothing, where each of the others adds something ("recurrent").
                .or_else(|| {
                    let mut plain = children.iter().copied().filter(|&c| self.own_lexemes(c).is_empty());
                    plain.next().filter(|_| plain.next().is_none())
                })
                .or_else(|| children.iter().copied().find(|&c| divided && self.is(c, flags::OTHER)))
                .or_else(|| self.only_other(children));
        if let Some(child) = child {
            return Some((child, true));
        }
        // "Malignant pericardial effusion in diseases classified elsewhere, other pericardial effusion": the rest is
        // what remains when all that is named is a manifestation of something else.
        let manifestation =
            |c: &NodeId| self.title(*c, strings).to_lowercase().contains("in diseases classified elsewhere");
        let mut plain = children.iter().copied().filter(|c| !manifestation(c));
        match (plain.next(), plain.next()) {
            (Some(only), None) => Some((only, true)),
            (Some(first), _) => Some((first, false)),
            (None, _) => children.first().map(|&first| (first, false)),
        }
    }

    /// The child whose title says "without" more often than the others ("migraine without aura, with status
    /// migrainosus", "migraine without aura, without status migrainosus").
    fn without_most(&self, children: &[NodeId], strings: &Strings) -> Option<NodeId> {
        let count = |child: NodeId| self.title(child, strings).to_lowercase().matches("without").count();
        let (mut best, mut most, mut least) = (None, 0, usize::MAX);
        for &child in children {
            let count = count(child);
            least = least.min(count);
            if count > most {
                (best, most) = (Some(child), count);
            }
        }
        best.filter(|_| most > least)
    }

    /// Where no code says "unspecified", the one for "other" stands for what is not said, too (I.A.9.a).
    fn only_other(&self, children: &[NodeId]) -> Option<NodeId> {
        let mut others = children.iter().copied().filter(|&c| self.is(c, flags::OTHER));
        others.next().filter(|_| others.next().is_none())
    }

    /// The 7th character: by the phase of care and what is said of the fracture or the fetus; a fracture not said to
    /// be open is closed (I.C.19.c), healing not said to be delayed is routine.
    fn extended(
        &self,
        children: &[NodeId],
        present: &dyn Fn(u32) -> bool,
        encounter: Encounter,
        strings: &Strings,
    ) -> Option<NodeId> {
        let wanted = match encounter {
            Encounter::Initial => 'A',
            Encounter::Subsequent => 'D',
            Encounter::Sequela => 'S',
        };
        let ends = |&&child: &&NodeId, c: char| self.code(child, strings).ends_with(c);
        if let Some(child) = self.said_stage(children, present, strings) {
            return Some(child);
        }
        if encounter != Encounter::Sequela
            && let Some(child) = self.said_extension(children, present, encounter, strings)
        {
            return Some(child);
        }
        // "With tophus": what the character says where it is not about the phase of care.
        if !children.iter().any(|&c| self.title(c, strings).contains("encounter"))
            && let Some(child) = children.iter().copied().find(|&c| {
                let own = self.own_lexemes(c);
                !own.is_empty() && own.iter().all(|&l| present(l))
            })
        {
            return Some(child);
        }
        children
            .iter()
            .find(|c| ends(c, wanted))
            .or_else(|| children.iter().find(|c| ends(c, '0')))
            .or_else(|| children.iter().find(|&&c| self.is(c, flags::UNSPECIFIED)))
            .or_else(|| children.first())
            .copied()
    }

    /// A 7th character that is no phase of care and no fetus: the stage of a glaucoma, what goes with an occlusion. The
    /// words that none of the others has are enough.
    fn said_stage(&self, children: &[NodeId], present: &dyn Fn(u32) -> bool, strings: &Strings) -> Option<NodeId> {
        let of_phase = |&c: &NodeId| {
            let title = self.own_title(c, strings);
            title.contains("encounter") || title.contains("fetus")
        };
        if children.iter().any(of_phase) {
            return None;
        }
        let mut best: Option<(usize, NodeId)> = None;
        for &child in children.iter().filter(|&&c| !self.is(c, flags::UNSPECIFIED)) {
            let own = self.own_lexemes(child);
            let alone = |l: &u32| children.iter().all(|&c| c == child || !self.own_lexemes(c).contains(l));
            let mut needed: Vec<u32> = own.iter().copied().filter(alone).collect();
            if needed.is_empty() {
                needed = own.to_vec();
            }
            let said = !needed.is_empty() && needed.iter().all(|&l| present(l));
            if said && best.is_none_or(|(most, _)| needed.len() > most) {
                best = Some((needed.len(), child));
            }
        }
        best.map(|(_, child)| child)
    }

    /// A 7th character that the note names beyond the phase of care ("open fracture type I", "delayed healing"): of
    /// those of the phase the one whose telling words the note has and that has fewest it has not.
    fn said_extension(
        &self,
        children: &[NodeId],
        present: &dyn Fn(u32) -> bool,
        encounter: Encounter,
        strings: &Strings,
    ) -> Option<NodeId> {
        let phase = match encounter {
            Encounter::Initial => "initial encounter",
            _ => "subsequent encounter",
        };
        let of_phase: Vec<NodeId> =
            children.iter().copied().filter(|&c| self.title(c, strings).contains(phase)).collect();
        if of_phase.len() < 2 {
            return None;
        }
        let worth = |child: NodeId| -> i32 {
            let own = self.own_lexemes(child);
            let of_grade = |l: &u32| self.telling.grade_three.contains(l);
            let words = own.iter().filter(|l| self.telling.words.contains(l)).map(|&l| present(l));
            let grade = own.iter().any(of_grade).then(|| self.telling.grade_three.iter().any(|&l| present(l)));
            words.chain(grade).map(|said| if said { 2 } else { -2 }).sum()
        };
        let mut best: Option<(i32, NodeId)> = None;
        for &child in &of_phase {
            let worth = worth(child);
            if best.is_none_or(|(most, _)| worth > most) {
                best = Some((worth, child));
            }
        }
        // Where none of them is told apart by such words ("fetus 2"), all their words count.
        let told = of_phase.iter().any(|&c| self.own_lexemes(c).iter().any(|l| self.telling.words.contains(l)));
        if told { best.map(|(_, child)| child) } else { self.said(&of_phase, present, strings) }
    }
}

/// The words that tell the 7th characters of one phase of care apart.
#[derive(Debug, Default)]
pub struct TellingWords {
    words: Vec<u32>,
    /// The grades of open fracture that have a character of their own.
    grade_three: Vec<u32>,
    /// Sites that the Tabular joins in one code ("ankle and foot"): the one is said where the other is.
    pairs: Vec<[u32; 2]>,
}

impl TellingWords {
    pub fn new(lexeme: &dyn Fn(&str) -> u32) -> TellingWords {
        let all = |words: &[&str]| words.iter().map(|w| lexeme(w)).filter(|&l| l != 0).collect();
        TellingWords {
            words: all(&["open", "delayed", "nonunion", "malunion"]),
            grade_three: all(&["iiia", "iiib", "iiic"]),
            pairs: [["ankle", "foot"], ["tibia", "fibula"], ["radius", "ulna"]]
                .into_iter()
                .map(|pair| pair.map(lexeme))
                .filter(|pair| !pair.contains(&0))
                .collect(),
        }
    }

    /// Whether a title joins this site with another, and the note says that.
    fn is_part_of_pair(&self, lexeme: u32, title: &[u32], present: &dyn Fn(u32) -> bool) -> bool {
        self.pairs.iter().any(|&[a, b]| {
            (lexeme == a && title.contains(&b) && present(b)) || (lexeme == b && title.contains(&a) && present(a))
        })
    }
}
