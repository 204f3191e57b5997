//! Names the problems of an assessment, a course or a list of diagnoses, and the discussion of each.
//!
//! A title is a fragment, not a sentence: a noun phrase that opens an item or a paragraph and ends at a full stop, a
//! colon, a dash, the end of its line or the first instruction ("HTN, continue lisinopril"). Which items are titles
//! and which are discussion follows from their level: what is marked `#` or numbered stands above bullets, a line
//! without a mark above the marked lines under it.

use super::sentences::{Form, Marker, Opening, Piece};
use super::tokens::Stream;
use super::{Problem, Role, SectionKind, Sentence, TokenKind, TokenRange};

/// An item or paragraph: half-open range of pieces.
#[derive(Debug, Clone, Copy)]
struct Unit {
    from: usize,
    to: usize,
    marker: Option<Marker>,
    blank: bool,
    indent: u8,
    /// First piece of text.
    text: Option<usize>,
    title: Option<Title>,
}

/// A fragment fit to be a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Title {
    /// After its last token.
    end: u32,
    /// Nothing follows it in its item.
    whole: bool,
    /// Ends at a colon, dash or instruction, or follows "Diagnosis:": more than a first short sentence.
    strong: bool,
    words: u32,
}

pub(super) fn assign(stream: &Stream, pieces: &[Piece], openings: &[Opening]) -> (Vec<Sentence>, Vec<Problem>) {
    let mut out = Writer { sentences: Vec::with_capacity(pieces.len() + 8), problems: Vec::new(), open: None };
    let mut units = Vec::new();
    let mut from = 0;
    while from < pieces.len() {
        let section = pieces[from].section;
        let mut to = from + 1;
        while to < pieces.len() && pieces[to].section == section {
            to += 1;
        }
        let kind = openings[section as usize].kind;
        let reader = Reader { stream, pieces, kind };
        reader.units(from, to, &mut units);
        reader.write(&mut units, &mut out);
        out.close();
        from = to;
    }
    (out.sentences, out.problems)
}

/// Whether tokens read as the name of a problem, as an item of a list of diagnoses would.
pub(super) fn names(stream: &Stream, start: u32, end: u32) -> bool {
    let reader = Reader { stream, pieces: &[], kind: SectionKind::Assessment };
    let (stop, _) = reader.fragment(start, end);
    start < stop && reader.fit(start, stop, true).is_some_and(|words| words <= 14)
}

/// Whether tokens have a verb or a person, as text that tells has and a list has not.
pub(super) fn tells(stream: &Stream, start: u32, end: u32) -> bool {
    let reader = Reader { stream, pieces: &[], kind: SectionKind::Assessment };
    (start..end).any(|i| finite(reader.form(i)) || person(reader.form(i)))
}

/// A second problem on the line of another is named in no more words.
const MOST_WORDS_OF_NEXT: u32 = 5;

struct Writer {
    sentences: Vec<Sentence>,
    problems: Vec<Problem>,
    /// The problem under discussion.
    open: Option<u32>,
}

impl Writer {
    fn sentence(&mut self, piece: &Piece, start: u32, end: u32, role: Role, problem: Option<u32>) {
        if start < end {
            self.sentences.push(Sentence {
                tokens: TokenRange { start, end },
                role,
                section: piece.section,
                problem,
                paragraph: piece.paragraph,
            });
        }
    }

    fn title(&mut self, piece: &Piece, start: u32, end: u32) {
        self.close();
        let problem = self.problems.len() as u32;
        let title = self.sentences.len() as u32;
        self.sentence(piece, start, end, Role::ProblemTitle, Some(problem));
        self.problems.push(Problem { title, discussion: (title + 1, title + 1) });
        self.open = Some(problem);
    }

    fn close(&mut self) {
        if let Some(problem) = self.open.take() {
            self.problems[problem as usize].discussion.1 = self.sentences.len() as u32;
        }
    }
}

/// How the open title was marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    None,
    Plain,
    Ranked,
    Bullet,
}

struct Reader<'a> {
    stream: &'a Stream,
    pieces: &'a [Piece],
    kind: SectionKind,
}

impl Reader<'_> {
    fn form(&self, token: u32) -> &str {
        self.stream.tokens[token as usize].folded.text(&self.stream.folded)
    }

    fn mark(&self, token: u32) -> bool {
        self.stream.tokens[token as usize].kind == TokenKind::Mark
    }

    fn gap(&self, token: u32) -> bool {
        !self.stream.gaps[token as usize].is_empty()
    }

    fn units(&self, from: usize, to: usize, units: &mut Vec<Unit>) {
        units.clear();
        for i in from..to {
            let piece = &self.pieces[i];
            if piece.opens || units.is_empty() {
                units.push(Unit {
                    from: i,
                    to: i,
                    marker: None,
                    blank: piece.blank,
                    indent: piece.indent,
                    text: None,
                    title: None,
                });
            }
            let unit = units.last_mut().expect("just pushed");
            unit.to = i + 1;
            match piece.form {
                Form::Marker(marker) if unit.marker.is_none() => unit.marker = Some(marker),
                Form::Text if unit.text.is_none() => unit.text = Some(i),
                _ => {}
            }
        }
        let relevant = self.kind.assesses()
            || self.kind.discusses()
            || self.kind.lists_diagnoses()
            || self.kind == SectionKind::Unknown;
        if relevant {
            for unit in units.iter_mut() {
                unit.title = self.title(unit);
            }
        }
    }

    /// The fragment that opens the text of an item, if it is fit to be a title.
    fn title(&self, unit: &Unit) -> Option<Title> {
        let text = unit.text?;
        let mut named = false;
        for piece in &self.pieces[unit.from..text] {
            match piece.form {
                Form::Label => return None,
                Form::Diagnosis => named = true,
                _ => {}
            }
        }
        let piece = &self.pieces[text];
        let (mut end, mut strong) = self.fragment(piece.start, piece.end);
        let marked = unit.marker.is_some();
        let short = end;
        if strong {
            end = self.specified(end, piece.end);
        }
        // What specifies may go over into the plan ("GERD - well controlled on 20 mg"): the title ends before it.
        let specified = self.fit(piece.start, end, marked);
        if specified.is_none() {
            end = short;
        }
        let words = match specified.or_else(|| self.fit(piece.start, end, marked)) {
            Some(words) => words,
            None => {
                end = self
                    .subject(piece, end, unit)
                    .or_else(|| self.treated(piece, unit))
                    .or_else(|| self.stated(piece, unit))?;
                strong = end < piece.end;
                end - piece.start
            }
        };
        let whole = end == piece.end && text + 1 == unit.to;
        strong |= named;
        Some(Title { end, whole, strong, words })
    }

    /// The end of the title where a numbered item of an assessment is a sentence about its problem: the short
    /// sentence whole, so that its assertion stays with it ("PE was ruled out"), a long one up to where its first
    /// clause ends ("Migraine, for which she takes ...").
    fn subject(&self, piece: &Piece, end: u32, unit: &Unit) -> Option<u32> {
        let listed = self.kind.assesses() || self.kind.lists_diagnoses();
        if !matches!(unit.marker, Some(Marker::Number(_) | Marker::Hash)) || !listed {
            return None;
        }
        let verb = (piece.start..end).find(|&i| finite(self.form(i)) || relative(self.form(i)))?;
        let stop = if verb > piece.start + 1
            && matches!(self.form(verb - 1), "," | "for" | "to" | "of" | "by" | "in" | "and" | "but" | "so")
        {
            verb - 1
        } else {
            verb
        };
        let subject = self.fit(piece.start, stop, true).filter(|&w| w <= 8)?;
        if subject == 0 || self.pronoun(verb) && stop == verb {
            return None;
        }
        if end - piece.start <= 20 && !self.pronoun(verb) {
            return Some(end);
        }
        (stop < verb || relative(self.form(verb))).then_some(if self.form(stop) == "," { verb } else { stop })
    }

    /// The end of the title where a numbered item of an assessment names its problem and, behind a comma or a hyphen
    /// without spaces, what is given or done for it ("Osteoarthritis, ibuprofen 400 mg daily", "Knee pain-we refer").
    fn treated(&self, piece: &Piece, unit: &Unit) -> Option<u32> {
        let listed = self.kind.assesses() || self.kind.lists_diagnoses();
        if !matches!(unit.marker, Some(Marker::Number(_) | Marker::Hash)) || !listed {
            return None;
        }
        let parts = |i: u32| self.form(i) == "," || self.stream.tokens[i as usize].kind == TokenKind::Joint;
        let given = |from: u32| {
            (from..piece.end).any(|i| {
                let number = self.stream.tokens[i as usize - 1].kind == TokenKind::Number;
                schedule(self.form(i)) || number && dose(self.form(i))
            })
        };
        let at = (piece.start + 1..piece.end.saturating_sub(1)).find(|&i| {
            let next = self.form(i + 1);
            // "ADHD-I" is a kind of it.
            let tells = self.pronoun(i + 1) && next != "i" || cutting(next);
            parts(i) && (self.form(i) == "," && given(i + 1) || tells)
        })?;
        self.fit(piece.start, at, true).filter(|&words| words > 0 && words <= 8).map(|_| at + 1)
    }

    /// The end of the title where a numbered item of an assessment says whose problem it is: "He has colitis. We go
    /// on", "For her insomnia, trazodone".
    fn stated(&self, piece: &Piece, unit: &Unit) -> Option<u32> {
        let listed = self.kind.assesses() || self.kind.lists_diagnoses();
        if !matches!(unit.marker, Some(Marker::Number(_) | Marker::Hash)) || !listed {
            return None;
        }
        let start = piece.start;
        if start + 4 > piece.end {
            return None;
        }
        let from = match (self.form(start), self.form(start + 1), self.form(start + 2)) {
            ("he" | "she" | "patient" | "pt", "has", _) | ("for" | "regarding", "his" | "her" | "the", _) => start + 2,
            ("the", "patient", "has") => start + 3,
            _ => return None,
        };
        let stop = (from..piece.end)
            .find(|&i| matches!(self.form(i), "," | "." | ";") || finite(self.form(i)) || relative(self.form(i)))
            .unwrap_or(piece.end);
        let words = self.fit(from, stop, true)?;
        (words > 0 && words <= 8).then_some((stop + 1).min(piece.end))
    }

    fn pronoun(&self, i: u32) -> bool {
        matches!(self.form(i), "we" | "i" | "he" | "she" | "they" | "you" | "your")
    }

    /// Where the first fragment of a sentence ends, and whether something goes on after it in the sentence.
    fn fragment(&self, start: u32, end: u32) -> (u32, bool) {
        let mut round = 0u32;
        for i in start..end {
            if !self.mark(i) {
                let form = self.form(i);
                // "Because of" gives the cause of what it follows.
                let cause = form == "because" && i + 1 < end && self.form(i + 1) == "of";
                let cuts = cutting(form) || contrasts(form) && !cause;
                if i > start && !self.mark(i - 1) && cuts && self.gap(i) && round == 0 {
                    return (i, true);
                }
                continue;
            }
            let last = i + 1 == end;
            match self.form(i) {
                "(" | "[" => round += 1,
                ")" | "]" => round = round.saturating_sub(1),
                _ if round > 0 => {}
                ":" if !last && self.form(i + 1) == "," => return (i + 2, i + 2 < end),
                ":" if last || self.gap(i + 1) => return (i + 1, !last),
                // "Gout; asthma" names two problems.
                ";" if !last && self.fit(i + 1, end, false).is_some() => {}
                ";" => return (i + 1, !last),
                "-" if i > start && !last && (self.gap(i) || self.dash(i)) => {
                    let arrow = self.form(i + 1) == ">";
                    if self.gap(i + 1) || arrow || self.dash(i) {
                        return (if arrow { i + 2 } else { i + 1 }, true);
                    }
                }
                "," if !last && (cutting(self.form(i + 1)) || goes_on(self.form(i + 1))) => {
                    return (i + 1, true);
                }
                _ => {}
            }
        }
        (end, false)
    }

    /// An em dash or a run of hyphens, which needs no spaces.
    fn dash(&self, i: u32) -> bool {
        let span = self.stream.tokens[i as usize].span;
        span.end - span.start > 1
    }

    /// A title goes on over its colon or dash with words that specify it: "CHF - acute on chronic, EF 20 %".
    fn specified(&self, at: u32, end: u32) -> u32 {
        if at >= end || !matches!(self.form(at - 1), ":" | "-" | ";") || !specifies(self.form(at)) {
            return at;
        }
        for i in at..end.min(at + 10) {
            let form = self.form(i);
            if self.mark(i) && matches!(form, "," | "." | ";" | ":" | "-") || i + 1 == end {
                return i + 1;
            }
            if finite(form) || cutting(form) || person(form) || form == "because" {
                return at;
            }
        }
        at
    }

    /// The number of words, if tokens read as a noun phrase, or several with commas between.
    fn fit(&self, start: u32, end: u32, marked: bool) -> Option<u32> {
        let mut words = 0;
        let mut round = 0u32;
        let mut aged = false;
        let mut told = false;
        let mut past = false;
        let mut run = 0;
        let mut letters = false;
        let mut number = false;
        let mut numeral = false;
        if start >= end || self.mark(start) && !matches!(self.form(start), "(" | "[" | "\"" | "?" | "*" | "+" | "~") {
            return None;
        }
        let longest = match marked {
            _ if self.kind.lists_diagnoses() => 30,
            true if self.kind.assesses() => 25,
            _ => 12,
        };
        for i in start..end {
            let token = &self.stream.tokens[i as usize];
            let form = self.form(i);
            if round > 0 && !matches!(form, "(" | ")" | "[" | "]") {
                continue;
            }
            match token.kind {
                TokenKind::Word => {
                    if words == 0 && !numeral && leads(form) && !self.noun_after(i, end) {
                        return None;
                    }
                    // "GFR 31 mL/min" is no dose.
                    let dosed = number && dose(form) && !(i + 1 < end && self.form(i + 1) == "/");
                    if finite(form) || person(form) || dosed || schedule(form) {
                        return None;
                    }
                    aged |= matches!(form, "year" | "yo" | "yof" | "yom" | "yr" | "y")
                        || number && matches!(form, "m" | "f") && i == start + 1;
                    told |= matches!(
                        form,
                        "with"
                            | "who"
                            | "here"
                            | "for"
                            | "status"
                            | "w"
                            | "pmh"
                            | "pmhx"
                            | "hx"
                            | "history"
                            | "h"
                            | "presenting"
                    );
                    past |= matches!(form, "pmh" | "pmhx" | "hx" | "history" | "h" | "who" | "here" | "presenting");
                    words += 1;
                    run += 1;
                    letters |= form.len() > 1;
                    number = false;
                }
                TokenKind::Number => {
                    number = true;
                    numeral |= words == 0;
                }
                TokenKind::Joint => {}
                TokenKind::Mark => {
                    match form {
                        "(" | "[" => round += 1,
                        ")" | "]" => round = round.saturating_sub(1),
                        _ => {}
                    }
                    if matches!(form, "," | ";") {
                        run = 0;
                    }
                    if form == "=" {
                        return None;
                    }
                    number = false;
                }
            }
            if run > longest || words > 60 {
                return None;
            }
        }
        // "1. A 70-year-old woman with diverticulitis" is an item of the assessment; her history is none.
        let item = marked && self.kind.assesses() && !past;
        (letters && (item || !(aged && told))).then_some(words)
    }

    /// "Change in bowel habits", "follow up of hypertension": nouns after all.
    fn noun_after(&self, at: u32, end: u32) -> bool {
        let next = |i: u32| if i < end { self.form(i) } else { "" };
        match self.form(at) {
            "change" | "changes" | "increase" | "decrease" => next(at + 1) == "in" && next(at + 2).len() > 2,
            "follow" => {
                let after = if next(at + 1).is_empty() { at + 3 } else { at + 2 };
                !next(at + 1).is_empty() && next(after) == "of"
            }
            "no" => self.kind == SectionKind::Impression || self.kind.lists_diagnoses(),
            _ => false,
        }
    }

    /// Decides which items are titles and writes all pieces as sentences.
    fn write(&self, units: &mut [Unit], out: &mut Writer) {
        let ranked = |m: Option<Marker>| matches!(m, Some(Marker::Number(_) | Marker::Hash));
        let hashed = units.iter().any(|u| u.marker == Some(Marker::Hash));
        let numbered = units.iter().any(|u| ranked(u.marker));
        let bullet = units.iter().find_map(|u| match u.marker {
            Some(Marker::Bullet(byte)) => Some((byte, u.indent)),
            _ => None,
        });
        let listing = self.kind.lists_diagnoses();
        let unknown = !listing && !self.kind.assesses() && !self.kind.discusses();
        let mut level = Level::None;
        let mut block_end = 0;
        let mut block_list = false;
        let mut run_end = 0;
        let mut run_titles = false;
        for at in 0..units.len() {
            let unit = units[at];
            if unit.marker.is_none() && at >= block_end {
                block_end = at + 1;
                while block_end < units.len() && units[block_end].marker.is_none() && !units[block_end].blank {
                    block_end += 1;
                }
                let first = units[at..block_end].iter().find(|u| u.text.is_some());
                let opening = first.and_then(|u| u.title);
                let alone = opening.is_some_and(|t| t.whole && !self.announces(t.end));
                let block = &units[at..block_end];
                let titles = block.iter().filter(|u| u.title.is_some()).count();
                // Under a title alone on its line, "A1c 8.1. Increase insulin." is discussion.
                block_list = block.iter().all(|u| match u.title {
                    Some(title) => !alone || title.whole || title.strong,
                    // A line that only says what is done ("Return 6 months") belongs to the list.
                    None => u.text.is_none_or(|t| titles >= 2 && instruction(self.form(self.pieces[t].start))),
                });
                // Where the first line is a title with its discussion, the like lines after it are, whatever closes them.
                let lines = block.iter().filter(|u| u.text.is_some()).count();
                block_list |= opening.is_some() && !alone && titles >= 2 && titles * 3 >= lines * 2;
            }
            let first_of_block = unit.marker.is_none()
                && (at == 0 || units[at - 1].marker.is_some() || unit.blank || self.headed(&units[at - 1]));
            let (titled, next_level) = if unit.text.is_none() {
                // A heading, or a caption alone on its line.
                (false, level)
            } else if listing {
                match (unit.title, unit.marker) {
                    (Some(_), _) => (true, Level::Ranked),
                    (None, Some(Marker::Number(_))) => (false, Level::None),
                    (None, _) => (false, level),
                }
            } else {
                match unit.marker {
                    Some(Marker::Hash) => (unit.title.is_some(), Level::Ranked),
                    Some(Marker::Number(_)) if hashed => (false, level),
                    Some(Marker::Number(_)) => {
                        if level == Level::Plain && at >= run_end {
                            (run_end, run_titles) = run(units, at);
                        }
                        let under = level == Level::Plain && !run_titles;
                        if under {
                            (false, level)
                        } else {
                            let fit = unit.title.is_some_and(|t| self.supported(t, units, at, unknown));
                            (fit, if fit { Level::Ranked } else { Level::None })
                        }
                    }
                    Some(Marker::Letter) => {
                        if numbered || level != Level::None {
                            (false, level)
                        } else {
                            let fit = unit.title.is_some_and(|t| self.supported(t, units, at, unknown));
                            (fit, Level::None)
                        }
                    }
                    Some(Marker::Bullet(byte)) => {
                        if matches!(level, Level::Plain | Level::Ranked) || numbered {
                            (false, level)
                        } else if bullet.is_some_and(|(b, indent)| byte == b && unit.indent <= indent) {
                            let fit = !unknown && unit.title.is_some_and(|t| self.supported(t, units, at, false));
                            (fit, if fit { Level::Bullet } else { Level::None })
                        } else {
                            (false, level)
                        }
                    }
                    None if unknown => (false, level),
                    None if level == Level::Ranked => (false, level),
                    None => {
                        let fit = unit.title.is_some_and(|t| self.plain(t, units, at, first_of_block, block_list));
                        let level = match (fit, level) {
                            (true, _) => Level::Plain,
                            (false, _) if self.system(&unit) => Level::None,
                            (false, Level::Bullet) if unit.blank => Level::None,
                            (false, level) => level,
                        };
                        (fit, level)
                    }
                }
            };
            // An item of the upper level that names nothing ends the discussion before it.
            if !titled && next_level == Level::None {
                out.close();
            }
            level = next_level;
            // "Well visit, with:" announces a list of problems.
            if titled && unit.marker.is_none() && unit.title.is_some_and(|t| t.whole && self.announces(t.end)) {
                level = Level::None;
            }
            self.emit(&unit, titled, out);
        }
    }

    fn announces(&self, end: u32) -> bool {
        let announcing = |form| matches!(form, "with" | "w" | "including" | "and" | "following");
        end >= 2 && self.form(end - 1) == ":" && announcing(self.form(end - 2))
    }

    /// Whether a dash stands before a place.
    fn set_off(&self, end: u32) -> bool {
        end > 0 && self.mark(end - 1) && self.form(end - 1) == "-"
    }

    fn headed(&self, unit: &Unit) -> bool {
        self.pieces[unit.to - 1].form == Form::Heading
    }

    /// Whether a marked item's title has what its kind of section asks for.
    fn supported(&self, title: Title, units: &[Unit], at: usize, unknown: bool) -> bool {
        let below = units.get(at + 1).is_some_and(|u| {
            u.text.is_some() && !same_level(u.marker, units[at].marker) && (u.marker.is_some() || !u.blank)
        });
        if unknown {
            return !title.whole && self.instructs(&units[at], title.end);
        }
        if self.kind.discusses() { !title.whole || below } else { true }
    }

    /// Whether an instruction follows a title in its item.
    fn instructs(&self, unit: &Unit, from: u32) -> bool {
        let end = self.pieces[unit.to - 1].end;
        (from..end.min(from + 60)).any(|i| cutting(self.form(i)))
    }

    /// Whether a line without a mark is a title.
    fn plain(&self, title: Title, units: &[Unit], at: usize, first: bool, list: bool) -> bool {
        // "Renal: AKI, likely ATN." in a plan by systems.
        if self.system(&units[at]) && (self.kind.assesses() || !title.whole) {
            return true;
        }
        let next = units.get(at + 1);
        let marked_below = next.is_some_and(|u| u.marker.is_some() || self.captioned(u));
        let text_below = next.is_some_and(|u| u.text.is_some() && u.marker.is_none() && !u.blank && u.title.is_none());
        if self.kind.discusses() {
            return if title.whole {
                (first && (marked_below || text_below)) && title.words <= 8
            } else {
                title.strong && (first || list) || first && title.words <= 5
            };
        }
        if first || list {
            return true;
        }
        title.strong || title.whole && (marked_below && title.words <= 14 || text_below && title.words <= 6)
    }

    fn system(&self, unit: &Unit) -> bool {
        matches!(self.pieces[unit.from].form, Form::System)
    }

    fn captioned(&self, unit: &Unit) -> bool {
        matches!(self.pieces[unit.from].form, Form::Label)
    }

    fn emit(&self, unit: &Unit, titled: bool, out: &mut Writer) {
        let mut naming = titled;
        if titled {
            out.close();
        }
        for i in unit.from..unit.to {
            let piece = &self.pieces[i];
            let role = match piece.form {
                Form::Heading => {
                    out.close();
                    Role::Heading
                }
                Form::Label | Form::System | Form::Diagnosis | Form::Marker(_) => Role::Label,
                Form::Text if unit.marker.is_some() && !titled => Role::Item,
                Form::Text => Role::Body,
            };
            if role == Role::Heading || role == Role::Label {
                out.sentence(piece, piece.start, piece.end, role, out.open);
                continue;
            }
            if Some(i) == unit.text && titled {
                let end = unit.title.map_or(piece.end, |t| t.end);
                self.name(piece, piece.start, end, out);
                naming = end == piece.end;
                out.sentence(piece, end, piece.end, Role::Body, out.open);
                continue;
            }
            // "Hypertension. Diabetes. COPD.": more titles, while nothing else has been said.
            if naming && titled && self.lists_on(unit, i) {
                self.name(piece, piece.start, piece.end, out);
                continue;
            }
            naming = false;
            // "HTN - at goal. HLD - on a statin.": as the first problem of the item was named, so is the next.
            if titled
                && self.kind.assesses()
                && unit.title.is_some_and(|t| self.set_off(t.end))
                && let (end, true) = self.fragment(piece.start, piece.end)
                && self.set_off(end)
                && self.fit(piece.start, end, false).is_some_and(|words| words <= MOST_WORDS_OF_NEXT)
            {
                self.name(piece, piece.start, end, out);
                out.sentence(piece, end, piece.end, Role::Body, out.open);
                continue;
            }
            if !titled
                && Some(i) == unit.text
                && unit.marker.is_none()
                && (self.kind.assesses() || self.kind == SectionKind::Plan)
                && let Some(end) = self.introduced(piece.start, piece.end)
            {
                self.name(piece, piece.start, end, out);
                out.sentence(piece, end, piece.end, Role::Body, out.open);
                continue;
            }
            out.sentence(piece, piece.start, piece.end, role, out.open);
        }
    }

    /// Whether piece `at` and all text after it in the item are titles too.
    fn lists_on(&self, unit: &Unit, at: usize) -> bool {
        let rest = if self.kind.lists_diagnoses() { at + 1 } else { unit.to };
        (self.kind.lists_diagnoses() || self.kind.assesses() && unit.marker.is_none())
            && self.pieces[at..rest].iter().take(40).all(|p| {
                p.form == Form::Text
                    && self.fragment(p.start, p.end) == (p.end, false)
                    && self.fit(p.start, p.end, false).is_some()
            })
            && rest - at <= 40
    }

    /// Writes a title; in a list of diagnoses, one for each part between semicolons.
    fn name(&self, piece: &Piece, start: u32, end: u32, out: &mut Writer) {
        let mut from = start;
        for i in start..end {
            if self.mark(i) && self.form(i) == ";" {
                out.title(piece, from, i + 1);
                from = i + 1;
            }
        }
        if from < end {
            out.title(piece, from, end);
        }
    }

    /// The end of "Regarding his diabetes," or "For the patient's first problem of hypertension,".
    fn introduced(&self, start: u32, end: u32) -> Option<u32> {
        let form = |i: u32| if i < end { self.form(i) } else { "" };
        let known = match form(start) {
            "regarding" | "concerning" => true,
            "with" | "in" => {
                matches!(form(start + 1), "regard" | "regards" | "respect" | "terms" | "reference")
            }
            "as" => matches!(form(start + 1), "for" | "far" | "regards"),
            "for" => {
                matches!(form(start + 1), "his" | "her" | "their")
                    || form(start + 1) == "the" && (start..end.min(start + 8)).any(|i| form(i) == "problem")
                    || matches!(form(start + 2), "problem") && form(start + 1) != "this"
            }
            _ => false,
        };
        if !known {
            return None;
        }
        let past = (start..end.min(start + 16)).find(|&i| self.mark(i) && form(i) == ",").map(|i| i + 1);
        past.or_else(|| (start + 2..end.min(start + 10)).find(|&i| self.pronoun(i)))
    }
}

/// The end of the run of marked items from `at`, and whether all its numbered ones read as titles.
fn run(units: &[Unit], at: usize) -> (usize, bool) {
    let end = units[at..].iter().position(|u| u.marker.is_none() && u.blank).map_or(units.len(), |n| at + n);
    let titles = units[at..end].iter().all(|u| !matches!(u.marker, Some(Marker::Number(_))) || u.title.is_some());
    (end, titles)
}

fn same_level(a: Option<Marker>, b: Option<Marker>) -> bool {
    match (a, b) {
        (Some(Marker::Number(_)), Some(Marker::Number(_))) => true,
        (a, b) => a == b,
    }
}

/// Verbs of a sentence: what holds them is no title.
fn finite(word: &str) -> bool {
    matches!(
        word,
        "is" | "was"
            | "are"
            | "were"
            | "be"
            | "been"
            | "will"
            | "has"
            | "have"
            | "had"
            | "does"
            | "do"
            | "did"
            | "should"
            | "would"
            | "could"
            | "can"
            | "may"
            | "might"
            | "must"
            | "cannot"
            | "won't"
            | "don't"
            | "didn't"
            | "doesn't"
            | "isn't"
            | "wasn't"
            | "presents"
            | "presented"
            | "presenting"
            | "reports"
            | "reported"
            | "states"
            | "stated"
            | "denies"
            | "denied"
            | "complains"
            | "complained"
            | "appears"
            | "appeared"
            | "seems"
            | "shows"
            | "showed"
            | "reveals"
            | "revealed"
            | "demonstrates"
            | "demonstrated"
            | "recommend"
            | "recommends"
            | "discussed"
            | "believe"
            | "think"
            | "feel"
            | "feels"
            | "felt"
            | "suspect"
            | "suspects"
            | "understands"
            | "understood"
            | "agrees"
            | "agreed"
            | "continues"
            | "continued"
            | "remains"
            | "remained"
            | "needs"
            | "needed"
            | "requires"
            | "required"
            | "wants"
            | "wishes"
            | "tolerated"
            | "underwent"
            | "received"
            | "returns"
            | "returned"
            | "comes"
            | "came"
            | "went"
            | "notes"
            | "noted"
            | "endorses"
            | "says"
            | "said"
            | "takes"
            | "took"
            | "uses"
            | "used"
            | "developed"
            | "became"
            | "lives"
            | "works"
            | "given"
            | "started"
            | "admitted"
            | "placed"
            | "obtained"
            | "ordered"
            | "prescribed"
            | "we"
            | "i"
            | "he"
            | "she"
            | "they"
            | "i'm"
            | "i'll"
            | "we'll"
            | "you"
            | "your"
            | "its"
            | "suggests"
            | "indicates"
            | "includes"
            | "include"
            | "measures"
            | "measured"
            | "scheduled"
            | "advised"
    )
}

/// Words of one-line summaries: "62-year-old gentleman with".
fn person(word: &str) -> bool {
    matches!(word, "patient" | "patients" | "pt" | "pts" | "gentleman" | "lady" | "his" | "her")
}

/// First words of instructions and of sentences.
fn leads(word: &str) -> bool {
    cutting(word)
        || matches!(
            word,
            "obtain"
                | "order"
                | "check"
                | "get"
                | "send"
                | "draw"
                | "follow"
                | "f"
                | "fu"
                | "followup"
                | "return"
                | "rtc"
                | "rto"
                | "call"
                | "refer"
                | "referral"
                | "referred"
                | "consult"
                | "consulted"
                | "see"
                | "seek"
                | "go"
                | "come"
                | "encourage"
                | "encouraged"
                | "advise"
                | "counsel"
                | "counseled"
                | "counselled"
                | "counseling"
                | "educate"
                | "educated"
                | "discuss"
                | "recommended"
                | "recommending"
                | "recommendation"
                | "review"
                | "reviewed"
                | "reassure"
                | "reassured"
                | "reassurance"
                | "avoid"
                | "use"
                | "apply"
                | "keep"
                | "maintain"
                | "consider"
                | "plan"
                | "plans"
                | "proceed"
                | "await"
                | "awaiting"
                | "arrange"
                | "place"
                | "provide"
                | "provided"
                | "offer"
                | "offered"
                | "try"
                | "limit"
                | "eat"
                | "drink"
                | "rest"
                | "ice"
                | "elevate"
                | "wear"
                | "remove"
                | "perform"
                | "performed"
                | "evaluate"
                | "assess"
                | "please"
                | "if"
                | "when"
                | "once"
                | "until"
                | "while"
                | "no"
                | "none"
                | "nothing"
                | "n"
                | "not"
                | "it"
                | "this"
                | "that"
                | "these"
                | "those"
                | "there"
                | "the"
                | "my"
                | "our"
                | "all"
                | "any"
                | "today"
                | "tomorrow"
                | "then"
                | "also"
                | "however"
                | "at"
                | "after"
                | "before"
                | "because"
                | "since"
                | "given"
                | "per"
                | "to"
                | "as"
                | "and"
                | "but"
                | "so"
                | "in"
                | "on"
                | "for"
                | "by"
                | "from"
                | "of"
                | "with"
                | "will"
                | "ok"
                | "okay"
                | "do"
                | "don't"
                | "let"
                | "make"
                | "change"
                | "changes"
                | "changed"
                | "labs"
                | "lab"
                | "treat"
                | "treated"
                | "treating"
                | "work"
                | "ensure"
                | "observe"
                | "transfer"
                | "admit"
                | "discharge"
                | "discharged"
                | "remain"
                | "remains"
                | "report"
                | "inform"
                | "informed"
                | "instructed"
                | "instruct"
                | "ask"
                | "asked"
                | "put"
                | "set"
                | "look"
                | "watch"
                | "talk"
                | "write"
                | "manage"
                | "managed"
                | "following"
                | "completed"
                | "schedule"
                | "time"
                | "thank"
                | "questions"
                | "medications"
                | "add"
                | "added"
                | "increased"
                | "decreased"
                | "maybe"
                | "over"
        ) && !matches!(word, "increased" | "decreased")
}

/// Instructions that end a title where they follow it.
fn cutting(word: &str) -> bool {
    matches!(
        word,
        "continue"
            | "cont"
            | "continuing"
            | "start"
            | "starting"
            | "begin"
            | "initiate"
            | "increase"
            | "decrease"
            | "reduce"
            | "stop"
            | "hold"
            | "holding"
            | "discontinue"
            | "resume"
            | "restart"
            | "refill"
            | "refilled"
            | "renew"
            | "switch"
            | "taper"
            | "titrate"
            | "wean"
            | "take"
            | "give"
            | "administer"
            | "prescribe"
            | "recheck"
            | "repeat"
            | "monitor"
            | "will"
            | "trend"
            | "replete"
            | "ordered"
            | "advised"
            | "prescribed"
    )
}

/// First words of a line that says only what is done.
fn instruction(word: &str) -> bool {
    cutting(word)
        || matches!(
            word,
            "return" | "rtc" | "rto" | "follow" | "followup" | "fu" | "call" | "refer" | "recheck" | "labs"
        )
}

/// Units that make a number a dose.
fn dose(word: &str) -> bool {
    matches!(
        word,
        "mg" | "mcg"
            | "ug"
            | "g"
            | "gm"
            | "ml"
            | "units"
            | "unit"
            | "tab"
            | "tabs"
            | "tablet"
            | "tablets"
            | "capsule"
            | "capsules"
            | "puffs"
            | "puff"
            | "drops"
            | "meq"
            | "iu"
            | "sprays"
            | "patch"
    )
}

/// Words of a prescription.
fn schedule(word: &str) -> bool {
    matches!(
        word,
        "bid"
            | "tid"
            | "qid"
            | "qd"
            | "qhs"
            | "qam"
            | "qpm"
            | "qday"
            | "prn"
            | "po"
            | "q4h"
            | "q6h"
            | "q8h"
            | "q12h"
            | "q24h"
            | "subq"
            | "subcutaneously"
            | "nightly"
            | "ac"
            | "sublingual"
    )
}

/// First words of what specifies a title.
fn specifies(word: &str) -> bool {
    matches!(
        word,
        "type"
            | "stage"
            | "grade"
            | "class"
            | "acute"
            | "chronic"
            | "subacute"
            | "mild"
            | "moderate"
            | "severe"
            | "left"
            | "right"
            | "bilateral"
            | "controlled"
            | "uncontrolled"
            | "poorly"
            | "well"
            | "with"
            | "without"
            | "stable"
            | "resolved"
            | "resolving"
            | "improving"
            | "improved"
            | "worsening"
            | "new"
            | "recurrent"
            | "active"
            | "persistent"
            | "ruled"
            | "r"
            | "rule"
            | "unlikely"
            | "likely"
            | "probable"
            | "possible"
            | "suspected"
            | "doubt"
            | "doubtful"
            | "not"
            | "no"
            | "negative"
            | "excluded"
            | "remission"
            | "in"
            | "s"
            | "status"
            | "post"
            | "nos"
            | "paroxysmal"
            | "systolic"
            | "diastolic"
            | "primary"
            | "secondary"
            | "unspecified"
            | "initial"
            | "subsequent"
    )
}

fn relative(word: &str) -> bool {
    matches!(word, "which" | "who" | "whom" | "that" | "appear" | "seem" | "seems")
}

/// Conjunctions that begin a clause of their own.
fn contrasts(word: &str) -> bool {
    matches!(word, "although" | "though" | "however" | "even" | "but" | "because" | "while" | "whereas")
}

/// After a comma: a clause of its own begins.
fn goes_on(word: &str) -> bool {
    matches!(
        word,
        "we" | "he"
            | "she"
            | "they"
            | "i"
            | "patient"
            | "please"
            | "follow"
            | "check"
            | "obtain"
            | "refer"
            | "recommend"
            | "plan"
            | "return"
            | "add"
            | "consider"
            | "order"
            | "advise"
            | "see"
            | "f"
            | "for"
            | "this"
    )
}
