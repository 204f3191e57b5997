//! From the words of a note to lexemes: numbers for classes of words that are the same to a coder (kidney, kidneys,
//! renal). Abbreviations and synonyms stand for the words of the Index they mean.
//!
//! Single words stand in a table ([`table`]), and each different word of a note is looked up once; fixed phrases stand in
//! a tree of words ([`phrases`]). No automaton is built: its building time grows with the dictionary
//! (5,000 patterns 36 ms in wasm, 50,000 over half a second), and a panel must not wait for it.

pub mod condition;
pub mod forms;
pub mod phrases;
pub mod slips;
mod spine;
pub mod synonyms;
mod table;

use crate::error::{Error, ErrorKind, Result};
use crate::note::{Reading, Role, TokenKind, TokenRange};
use crate::pack::container::Container;
use crate::pack::tables::{self, Strings, tags};
use condition::Condition;
use phrases::Phrases;
use table::Table;

/// What a word does between two words of one term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    /// Nothing: it is a word of its own.
    None,
    Plain,
    /// "with", "due to", "in".
    Connective,
    /// "complicated", "associated": joins as "with" does, and says something in a title.
    Joining,
    /// A comma or bracket: another term may begin, or more of this one.
    Comma,
    /// "and", "or": another term begins, mostly.
    Coordinator,
    /// Another statement begins.
    Clause,
    /// No term reaches over it.
    Break,
}

impl Link {
    pub fn from_name(name: &str) -> Result<Link> {
        Ok(match name {
            "plain" => Link::Plain,
            "connective" => Link::Connective,
            "joining" => Link::Joining,
            "comma" => Link::Comma,
            "coordinator" => Link::Coordinator,
            "clause" => Link::Clause,
            "break" => Link::Break,
            _ => return Err(Error::new(ErrorKind::Source, format!("There is no kind of link word named \"{name}\"."))),
        })
    }

    /// A dictionary value: the lexeme and the kind.
    pub fn pack(self, lexeme: u32) -> u64 {
        u64::from(lexeme) | (self as u64) << 32
    }

    fn unpack(value: u64) -> (u32, Link) {
        (Link::lexeme(value), Link::from_number((value >> 32) as u32 & !(MEANT >> 32) as u32))
    }

    fn lexeme(value: u64) -> u32 {
        value as u32
    }

    /// Whether a word of a note may be read as this one with a slip of the pen.
    fn may_be_meant(value: u64) -> bool {
        value & MEANT != 0
    }

    fn from_number(number: u32) -> Link {
        match number {
            1 => Link::Plain,
            2 => Link::Connective,
            3 => Link::Joining,
            4 => Link::Comma,
            5 => Link::Coordinator,
            6 => Link::Clause,
            7 => Link::Break,
            _ => Link::None,
        }
    }

    /// How far apart it sets the words on its two sides; a word of its own counts 3.
    fn distance(self) -> u32 {
        match self {
            Link::Plain => 0,
            Link::Connective | Link::Joining => 1,
            Link::None => 3,
            Link::Comma => 4,
            Link::Coordinator | Link::Clause => 8,
            Link::Break => 100,
        }
    }
}

/// Bit of a dictionary value: see [`slips`].
pub const MEANT: u64 = 1 << 40;

/// Bit of a phrase's lexeme: the phrase means it without saying it ("sigmoid": of the large intestine).
pub const IMPLIED: u32 = 1 << 31;

/// Words of the Index that are abbreviations there and something else in lower case ("hearing aids").
const CAPITALS_ONLY: &[&str] = &["aids"];

/// Whether a phrase would end in the middle of "2/2": "CKD 2/2 hypertension" is no CKD of stage 2.
fn is_torn(reading: &Reading<'_>, tokens: TokenRange) -> bool {
    let is = |at: u32, kind: TokenKind| reading.tokens.get(at as usize).is_some_and(|t| t.kind == kind);
    is(tokens.end - 1, TokenKind::Number)
        && is(tokens.end + 1, TokenKind::Number)
        && is(tokens.end, TokenKind::Mark)
        && reading.folded(tokens.end) == "/"
}

/// Whether a word may be somebody's name: a capital and small letters, elsewhere than where a problem is named.
fn is_name(reading: &Reading<'_>, at: u32, sentence: usize) -> bool {
    let written = reading.tokens[at as usize].span.text(reading.text);
    let capital = written.starts_with(char::is_uppercase) && written.chars().skip(1).any(char::is_lowercase);
    let here = reading.sentences.iter().skip(sentence).find(|s| at < s.tokens.end);
    let titled = here.is_some_and(|s| {
        s.role == Role::ProblemTitle && (s.tokens.start..at).all(|t| reading.tokens[t as usize].kind != TokenKind::Word)
    });
    capital && !titled
}

/// A lexeme at a place of the note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    pub lexeme: u32,
    /// One token, or the tokens of the phrase that stands for it.
    pub tokens: TokenRange,
    /// The word at this place means it without saying it ("L4" is lumbar): it may be taken and may be left.
    pub implied: bool,
}

/// The lexemes of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexemes {
    /// Ordered by place.
    pub occurrences: Vec<Occurrence>,
    /// One for each token.
    pub links: Vec<Link>,
    /// Distance from the note's start to each token, and to the end; differences are distances between places.
    distance: Vec<u32>,
}

impl Lexemes {
    /// How far apart two places are: what stands between the end of one and the start of the other.
    pub fn distance(&self, from: u32, to: u32) -> u32 {
        if to <= from { 0 } else { self.distance[to as usize] - self.distance[from as usize] }
    }

    /// The occurrences that begin inside a range of tokens.
    pub fn within(&self, tokens: TokenRange) -> std::ops::Range<usize> {
        let start = self.occurrences.partition_point(|o| o.tokens.start < tokens.start);
        let end = self.occurrences.partition_point(|o| o.tokens.start < tokens.end);
        start..end
    }
}

/// The dictionary of a pack.
pub struct Lexicon {
    words: Table,
    phrases: Phrases,
    /// Phrases of a facility; their ids go on from those of the pack.
    added: Option<Phrases>,
    /// How many phrases the pack has.
    of_pack: usize,
    /// For each phrase its condition, how it joins if it stands for link words ("2/2"), and the run of
    /// `phrase_lexemes` it stands for.
    conditions: Vec<Condition>,
    joins: Vec<Link>,
    runs: Vec<u32>,
    phrase_lexemes: Vec<u32>,
    lexemes: usize,
    /// Right, left.
    sides: [u32; 2],
}

impl Lexicon {
    pub fn open(container: &Container, strings: &Strings) -> Result<Lexicon> {
        let words = tables::map(container.section(tags::WORDS)?, "dictionary")?;
        let words = Table::of(&words).ok_or_else(|| tables::damaged("its dictionary cannot be read"))?;
        let names = tables::words(container.section(tags::LEXEME_NAMES)?)?;
        tables::check_below(names.iter().copied(), strings.len())?;
        let rows = tables::rows::<4>(container.section(tags::PHRASES)?)?;
        let phrase_lexemes = tables::words(container.section(tags::PHRASE_LEXEMES)?)?;
        tables::check_below(phrase_lexemes.iter().map(|l| l & !IMPLIED), names.len())?;
        tables::check_runs(&rows, 3, phrase_lexemes.len())?;
        let Some((_, rows_of_phrases)) = rows.split_last() else {
            return Err(tables::damaged("a table is empty"));
        };
        tables::check_below(rows.iter().flat_map(|r| [r[0], r[1]]), strings.len())?;
        let of_pack = rows_of_phrases.len();
        let conditions = rows_of_phrases
            .iter()
            .map(|row| Condition::parse(strings.get(row[1])).map_err(|_| tables::damaged("a condition cannot be read")))
            .collect::<Result<_>>()?;
        let phrases =
            Phrases::new(rows_of_phrases.iter().enumerate().map(|(id, row)| (strings.get(row[0]), id as u32)));
        let joins = rows.iter().map(|row| Link::from_number(row[2])).collect();
        let runs = rows.iter().map(|row| row[3]).collect();
        let sides = ["right", "left"].map(|side| words.get(side).map_or(0, |value| Link::unpack(value).0));
        Ok(Lexicon {
            words,
            phrases,
            added: None,
            of_pack,
            conditions,
            joins,
            runs,
            phrase_lexemes,
            lexemes: names.len(),
            sides,
        })
    }

    /// The lexemes of words of the code book, each once.
    ///
    /// # Errors
    /// Why they cannot stand for a phrase, as the end of a sentence.
    pub fn lexemes_of(&self, words: &str) -> Result<Vec<u32>, String> {
        let reading = Reading::of(words);
        let mut lexemes: Vec<u32> = Vec::new();
        for token in 0..reading.tokens.len() as u32 {
            let word = reading.folded(token);
            if !word.bytes().any(|b| b.is_ascii_alphanumeric()) {
                continue;
            }
            match self.look_up(word) {
                (0, Link::None) => return Err(format!("\"{word}\" is no word of the code book")),
                (0, _) => {}
                (lexeme, _) if lexemes.contains(&lexeme) => {}
                (lexeme, _) => lexemes.push(lexeme),
            }
        }
        Ok(lexemes)
    }

    /// Has phrases stand for lexemes of this lexicon, wherever they are written: in the place of those set before.
    pub fn set_synonyms(&mut self, rows: &[(String, Vec<u32>)]) {
        let of_pack = self.of_pack;
        self.conditions.truncate(of_pack);
        self.joins.truncate(of_pack);
        self.runs.truncate(of_pack + 1);
        self.phrase_lexemes.truncate(self.runs.last().map_or(0, |&end| end as usize));
        for (_, lexemes) in rows {
            self.conditions.push(Condition::default());
            self.joins.push(Link::None);
            self.phrase_lexemes.extend(lexemes);
            self.runs.push(self.phrase_lexemes.len() as u32);
        }
        let phrases = rows.iter().enumerate().map(|(row, (phrase, _))| (phrase.as_str(), (of_pack + row) as u32));
        self.added = (!rows.is_empty()).then(|| Phrases::new(phrases));
    }

    /// How many lexemes there are; ids are below it, and 0 is none.
    pub fn len(&self) -> usize {
        self.lexemes
    }

    pub fn is_empty(&self) -> bool {
        self.lexemes == 0
    }

    /// The lexeme of one folded word, 0 if it has none.
    pub fn lexeme(&self, word: &str) -> u32 {
        self.look_up(word).0
    }

    fn look_up(&self, word: &str) -> (u32, Link) {
        if let Some(value) = self.words.get(word) {
            return Link::unpack(value);
        }
        let base = forms::base(word, &|w: &str| self.words.get(w).is_some());
        self.words.get(&base).map_or((0, Link::None), Link::unpack)
    }

    pub fn read(&self, reading: &Reading<'_>) -> Lexemes {
        let phrases = self.chosen_phrases(reading);
        let mut occurrences = Vec::with_capacity(reading.tokens.len());
        let mut links = Vec::with_capacity(reading.tokens.len());
        let mut distance = Vec::with_capacity(reading.tokens.len() + 1);
        let mut next = phrases.iter().peekable();
        let (mut far, mut phrase_end, mut joined_until, mut sentence) = (0, 0, 0, 0);
        let mut lower: Option<(u32, String)> = None;
        // Of each different word once.
        let mut known: Vec<Option<(u32, Link)>> = vec![None; reading.words.len()];
        let mut slips: Vec<Option<(u32, Link)>> = vec![None; reading.words.len()];
        for (at, token) in reading.tokens.iter().enumerate() {
            let at = at as u32;
            distance.push(far);
            if token.kind == TokenKind::Joint {
                links.push(Link::Plain);
                continue;
            }
            let of_word = reading.words.number(at).and_then(|number| known.get_mut(number));
            let look_up = || self.look_up(reading.folded(at));
            let (mut lexeme, mut link) = match of_word {
                Some(known) => *known.get_or_insert_with(look_up),
                None => look_up(),
            };
            if (lexeme, link) == (0, Link::None) && slips::may_be(reading.folded(at)) && !is_name(reading, at, sentence)
            {
                let slip = || self.words.slip_of(reading.folded(at)).map_or((0, Link::None), Link::unpack);
                (lexeme, link) = match reading.words.number(at).and_then(|number| slips.get_mut(number)) {
                    Some(known) => *known.get_or_insert_with(slip),
                    None => slip(),
                };
            }
            if CAPITALS_ONLY.contains(&reading.folded(at))
                && token.span.text(reading.text).chars().any(char::is_lowercase)
            {
                lexeme = 0;
            }
            if at < joined_until {
                link = Link::Plain;
            }
            if let Some(&&(id, tokens)) = next.peek()
                && tokens.start == at
            {
                next.next();
                phrase_end = tokens.end;
                if self.joins[id as usize] != Link::None {
                    link = self.joins[id as usize];
                    joined_until = tokens.end;
                }
                let run = self.runs[id as usize] as usize..self.runs[id as usize + 1] as usize;
                occurrences.extend(self.phrase_lexemes[run].iter().map(|&lexeme| Occurrence {
                    lexeme: lexeme & !IMPLIED,
                    tokens,
                    implied: lexeme & IMPLIED != 0,
                }));
            }
            links.push(link);
            far += link.distance();
            if at < phrase_end {
                continue;
            }
            let tokens = TokenRange { start: at, end: at + 1 };
            while reading.sentences[sentence].tokens.end <= at {
                sentence += 1;
            }
            let in_sentence = reading.sentences[sentence].tokens;
            if let Some(side) = self.side(reading, at, in_sentence) {
                occurrences.push(Occurrence { lexeme: side, tokens, implied: false });
                continue;
            }
            if let Some((_, name)) = lower.take_if(|(token, _)| *token == at) {
                let (lexeme, _) = self.look_up(&name);
                if lexeme != 0 {
                    occurrences.push(Occurrence { lexeme, tokens, implied: false });
                }
                continue;
            }
            if lexeme != 0 {
                occurrences.push(Occurrence { lexeme, tokens, implied: false });
            }
            if let Some(level) = spine::level(reading, at, in_sentence) {
                let implied = level.words.iter().map(|w| self.look_up(w).0).filter(|&l| l != 0);
                occurrences.extend(implied.map(|lexeme| Occurrence { lexeme, tokens, implied: true }));
                lower = level.lower;
            }
        }
        distance.push(far);
        Lexemes { occurrences, links, distance }
    }

    /// "R" or "L" by itself as a side: not beside a number ("2 L", "R 18"), not part of "R/O".
    fn side(&self, reading: &Reading<'_>, at: u32, sentence: TokenRange) -> Option<u32> {
        let side = match reading.folded(at) {
            "r" => self.sides[0],
            "l" => self.sides[1],
            _ => return None,
        };
        let word = |back: u32| at.checked_sub(back).filter(|&t| sentence.contains(t)).map_or("", |t| reading.folded(t));
        // "Pain w/ R sciatica": the stroke is that of "with". "Stage 2 L heel": the number is that of the stage.
        let of_with = word(1) == "/" && matches!(word(2), "w" | "c" | "s");
        let of_stage = matches!(word(2), "stage" | "grade" | "gr" | "type" | "class" | "degree" | "category" | "cat");
        // "Sepsis 2/2 L leg cellulitis".
        let of_cause = word(1) == "2" && word(2) == "/" && word(3) == "2";
        let before = at.checked_sub(1).filter(|_| !of_with && !of_stage && !of_cause);
        let beside = [before, Some(at + 1)].into_iter().flatten().filter(|&t| sentence.contains(t));
        let taken = beside.into_iter().any(|t| {
            // "L 70%" is no volume.
            let of_measure = reading.tokens[t as usize].kind == TokenKind::Number
                && !(t > at && sentence.contains(t + 1) && reading.folded(t + 1) == "%");
            of_measure || matches!(reading.folded(t), "/" | "=" | "spine" | "vitamin" | "type" | "hepatitis")
        });
        (!taken && side != 0).then_some(side)
    }

    /// The phrases whose conditions hold, the longest at each place, none inside another or across sentences.
    fn chosen_phrases(&self, reading: &Reading<'_>) -> Vec<(u32, TokenRange)> {
        let mut chosen: Vec<(u32, TokenRange)> = Vec::new();
        let mut sentence = 0;
        let mut free_from = 0;
        let mut all = self.phrases.find(reading);
        if let Some(added) = &self.added {
            all.extend(added.find(reading));
            // Of equally long ones the facility's.
            all.sort_by_key(|f| (f.tokens.start, std::cmp::Reverse(f.tokens.end), std::cmp::Reverse(f.id)));
        }
        for found in all {
            if found.tokens.start < free_from {
                continue;
            }
            while reading.sentences[sentence].tokens.end <= found.tokens.start {
                sentence += 1;
            }
            if found.tokens.end <= reading.sentences[sentence].tokens.end
                && !is_torn(reading, found.tokens)
                && self.conditions[found.id as usize].holds(reading, sentence, found.tokens)
            {
                chosen.push((found.id, found.tokens));
                free_from = found.tokens.end;
            }
        }
        chosen
    }
}
