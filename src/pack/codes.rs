//! Code references in the prose of the Tabular: "(I20-I25)", "(S58.-)", "(E08-E13 with .22)".
//!
//! The prose is read in two steps, because a restriction ("with fifth or sixth character 5") can only be turned into
//! codes once the whole list is known: [`parse`] finds the ranges and their restrictions in a text, and
//! [`Book::resolve`] turns them into plain inclusive ranges of code prefixes.

use std::collections::HashMap;

use super::release::{NodeKind, TabularNode};

/// Codes named in a text: everything from the first code that begins with `from` to the last that begins with `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CodeRange {
    pub from: String,
    pub to: String,
    pub only: Only,
}

/// The "with ..." that narrows a list of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Only {
    All,
    /// `with .22`, `with .51-.52`: put after each category of the range.
    Suffixes(Vec<(String, String)>),
    /// `with final characters -23`: how the code ends, its 7th character aside.
    Ending(Vec<String>),
    /// `with fifth or sixth character 1-4`: the last character before the 7th.
    Last(Vec<char>),
    /// `with 5th character 9`, `with fifth to sixth characters 51`: from this place on (counted from 0, no dot).
    At(usize, Vec<String>),
    /// `with 7th character B or C`.
    Seventh(Vec<char>),
    /// `with open fracture 7th character`: by the meaning of the 7th character.
    SeventhMeaning(String),
    /// `with ketoacidosis`: by the words of the title.
    Title(String),
}

/// Whether `text` is a code, whole or cut off, with its dot (`E11.621`, `S52`, `T36.0X1A`), without a trailing dash.
pub(super) fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (head, tail) = bytes.split_at(bytes.len().min(3));
    head.len() == 3
        && head[0].is_ascii_uppercase()
        && is_code_byte(head[1])
        && is_code_byte(head[2])
        && (head[1].is_ascii_digit() || head[2].is_ascii_digit())
        && (tail.is_empty()
            || (tail[0] == b'.' && (2..=5).contains(&tail.len()) && tail[1..].iter().all(|&b| is_code_byte(b))))
}

fn is_code_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase()
}

/// `E11621` as `E11.621`; a code that has its dot stays as it is.
pub(super) fn dotted(code: &str) -> String {
    if code.len() <= 3 || code.contains('.') || !code.is_char_boundary(3) {
        return code.to_string();
    }
    format!("{}.{}", &code[..3], &code[3..])
}

/// A code as found in a text, with the bytes it covers.
struct Found {
    code: String,
    start: usize,
    end: usize,
}

/// Finds the codes that a note names, in the order of the text. Where a note names codes in brackets, these are meant
/// and codes in its running text only describe ("tuberculosis, any type in A15 (J65)" excludes J65).
pub(super) fn parse(text: &str) -> Vec<CodeRange> {
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let (mut bracketed, mut running) = (Vec::new(), Vec::new());
    for (inside, start, end) in spans(text) {
        let part = &text[start..end];
        if inside {
            bracketed.extend(parse_span(part, true));
        } else {
            running.extend(parse_span(part, false));
        }
    }
    if bracketed.is_empty() { running } else { bracketed }
}

/// Cuts a text into what stands in round brackets and what does not. A bracket that never closes lasts to the end.
fn spans(text: &str) -> Vec<(bool, usize, usize)> {
    let (mut spans, mut depth, mut start) = (Vec::new(), 0usize, 0usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => {
                if depth == 0 {
                    spans.push((false, start, at));
                    start = at + 1;
                }
                depth += 1;
            }
            b')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    spans.push((true, start, at));
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    spans.push((depth > 0, start, text.len()));
    spans
}

fn parse_span(text: &str, inside: bool) -> Vec<CodeRange> {
    let found = find(text);
    let mut ranges: Vec<CodeRange> = Vec::new();
    // Where the last accepted code ended; a code right after "and", "or" or a comma belongs to the same list.
    let mut list_end: Option<usize> = None;
    // Where the ranges begin that the next restriction narrows.
    let mut narrowed = 0;
    let mut at = 0;
    while at < found.len() {
        let code = &found[at];
        let in_list = list_end.is_some_and(|end| is_list_gap(&text[end..code.start]));
        let tail = &text[code.end..];
        let marked = code.code.contains('.') || tail.starts_with(".-") || tail.starts_with('-');
        let leading = inside && text[..code.start].trim().is_empty();
        let before = &text[..code.start];
        if !(in_list || marked || leading || is_cue(before)) || is_excepted(before, list_end.unwrap_or(0)) {
            at += 1;
            continue;
        }
        let (mut to, mut end) = (code.code.clone(), code.end);
        if let Some(next) = found.get(at + 1)
            && is_range_gap(&text[code.end..next.start])
        {
            (to, end) = (next.code.clone(), next.end);
            at += 1;
        }
        ranges.push(CodeRange { from: code.code.clone(), to, only: Only::All });
        end += text[end..].len() - text[end..].trim_start_matches(['.', '-']).len();
        list_end = Some(end);
        at += 1;

        let rest = &text[end..];
        let until = found.get(at).map_or(rest.len(), |next| next.start - end);
        if let Some(only) = restriction(&rest[..until]) {
            for range in &mut ranges[narrowed..] {
                range.only = only.clone();
            }
            narrowed = ranges.len();
        } else if !is_list_gap(&rest[..until]) {
            narrowed = ranges.len();
        }
    }
    ranges
}

/// All code-like words of a text: not part of a longer word, and not behind a hyphen or slash that makes them part of
/// one ("HLA-B27"), unless the hyphen follows a code.
fn find(text: &str) -> Vec<Found> {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::<Found>::new(), 0);
    while at + 3 <= bytes.len() {
        // Categories such as QA0 look like any abbreviation: only with a dot or dash behind.
        let lettered = bytes[at + 1].is_ascii_uppercase()
            && bytes[at + 2].is_ascii_digit()
            && bytes.get(at + 3).is_some_and(|b| matches!(b, b'.' | b'-'));
        let is_head = bytes[at].is_ascii_uppercase()
            && (lettered || (bytes[at + 1].is_ascii_digit() && is_code_byte(bytes[at + 2])));
        let joined = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'.' | b'/'));
        let hyphened = at > 0
            && bytes[at - 1] == b'-'
            && !found.last().is_some_and(|last| is_range_gap(&text[last.end..at]) || text[last.end..at].trim() == "-");
        if !is_head || joined || hyphened {
            at += 1;
            continue;
        }
        let mut end = at + 3;
        if bytes.get(end) == Some(&b'.') {
            let tail = bytes[end + 1..].iter().take(5).take_while(|&&b| is_code_byte(b)).count();
            if (1..=4).contains(&tail) {
                end += 1 + tail;
            }
        }
        if bytes.get(end).is_some_and(|b| b.is_ascii_alphanumeric()) {
            at += 1;
            continue;
        }
        found.push(Found { code: text[at..end].to_string(), start: at, end });
        at = end;
    }
    found
}

/// What stands between the two ends of a range: "-", " - ", "--", ".- -", " to ". A dash that is followed by a space
/// and not preceded by one belongs to the first code ("I69.81- I69.91-" is a list).
fn is_range_gap(gap: &str) -> bool {
    let gap = gap.strip_prefix('.').unwrap_or(gap);
    let tight = gap.trim();
    match tight {
        "-" | "\u{2013}" => !(gap.starts_with('-') && gap.len() > 1),
        "--" | "- -" => true,
        "to" | "- to" | "-to" => true,
        _ => false,
    }
}

fn is_list_gap(gap: &str) -> bool {
    gap.split([' ', ',', ';', '/', '.', '-']).all(|word| matches!(word, "" | "and" | "or"))
}

/// Words after which a bare category in running text is a reference.
fn is_cue(before: &str) -> bool {
    let word = before.trim_end().rsplit([' ', '(']).next().unwrap_or("");
    matches!(
        word,
        "in" | "to" | "under" | "from" | "code" | "codes" | "category" | "categories" | "subcategory" | "subcategories"
    )
}

/// Whether the code stands behind "except", "not included in" and the like.
fn is_excepted(before: &str, since: usize) -> bool {
    // Slicing by a byte that ends a code: always a character boundary.
    let clause = before.get(since..).unwrap_or(before);
    ["except", "not included in", "not classifiable", "excluding"].iter().any(|word| clause.contains(word))
}

/// Reads the "with ..." after a list of codes.
fn restriction(text: &str) -> Option<Only> {
    let text = text.trim_start_matches([' ', ',', '-', '.']);
    let text = text.strip_prefix("with ")?.trim();
    let lower = text.to_ascii_lowercase().replace("-character", " character");
    let words: Vec<&str> = lower.split_whitespace().collect();

    if let Some(rest) = lower.strip_suffix("7th character").or_else(|| lower.strip_suffix("seventh character")) {
        let meaning = rest.trim();
        return (!meaning.is_empty()).then(|| Only::SeventhMeaning(meaning.to_string()));
    }
    let place = |word: &str| match word {
        "fourth" | "4th" => Some(3),
        "fifth" | "5th" => Some(4),
        "sixth" | "six" | "6th" => Some(5),
        "seventh" | "7th" => Some(6),
        _ => None,
    };
    if let Some(first) = words.first().and_then(|word| place(word)) {
        let behind = words.iter().position(|w| w.starts_with("character"))? + 1;
        let range_of_places = words.get(1) == Some(&"to");
        let either_place = words.get(1) == Some(&"or");
        let values = &words[behind..];
        if values.first() == Some(&"to") {
            // "to indicate intent": names no character.
            return None;
        }
        if range_of_places {
            return Some(Only::At(first, vec![values.first()?.trim_matches('.').to_ascii_uppercase()]));
        }
        let values = characters(values)?;
        return Some(match (either_place, first) {
            (true, _) => Only::Last(values),
            (false, 6) => Only::Seventh(values),
            (false, _) => Only::At(first, values.iter().map(char::to_string).collect()),
        });
    }
    if words.first() == Some(&"final") {
        let values = &words[2.min(words.len())..];
        if values.first().is_some_and(|v| v.starts_with('.')) {
            return suffixes(values);
        }
        let endings: Vec<String> =
            values.iter().map(|v| v.trim_matches(['-', ',']).to_ascii_uppercase()).filter(|v| v != "OR").collect();
        let plain = endings.iter().all(|e| !e.is_empty() && e.bytes().all(is_code_byte));
        if plain && endings.iter().all(|e| e.len() == 1) {
            let last: Vec<char> = endings.iter().flat_map(|e| e.chars()).collect();
            return (!last.is_empty()).then_some(Only::Last(last));
        }
        return (plain && !endings.is_empty()).then_some(Only::Ending(endings));
    }
    if words.first().is_some_and(|w| w.starts_with('.')) {
        return suffixes(&words);
    }
    (!text.is_empty()).then_some(Only::Title(lower))
}

/// `5`, `1-4`, `1-4 or 6`, `.6`, `B or C` as single characters.
fn characters(words: &[&str]) -> Option<Vec<char>> {
    let mut values = Vec::new();
    for word in words {
        let word = word.trim_matches(['.', ',']).to_ascii_uppercase();
        let mut chars = word.chars();
        match (chars.next(), chars.next(), chars.next(), chars.next()) {
            _ if word == "OR" || word == "AND" => {}
            (Some(one), None, ..) if one.is_ascii_alphanumeric() => values.push(one),
            (Some(from), Some('-'), Some(to), None) if from.is_ascii_alphanumeric() && to.is_ascii_alphanumeric() => {
                values.extend(from..=to);
            }
            _ => break,
        }
    }
    (!values.is_empty()).then_some(values)
}

/// `.22`, `.17, .27, .97`, `.51-.52`, `.62-`, `.00 or .01`.
fn suffixes(words: &[&str]) -> Option<Only> {
    let mut pairs = Vec::new();
    for word in words {
        let word = word.trim_end_matches([',', '.', '-']).to_ascii_uppercase();
        let Some(word) = word.strip_prefix('.') else { continue };
        let (from, to) = word.split_once("-.").unwrap_or((word, word));
        if [from, to].iter().all(|part| !part.is_empty() && part.bytes().all(is_code_byte)) {
            pairs.push((from.to_string(), to.to_string()));
        }
    }
    (!pairs.is_empty()).then_some(Only::Suffixes(pairs))
}

/// Reads the codes in all notes of a Tabular into their `refs`.
pub(super) fn refer(nodes: &mut [TabularNode]) {
    let mut found = Vec::new();
    {
        let book = Book::new(nodes);
        for (at, node) in nodes.iter().enumerate() {
            for (nth, note) in node.notes.iter().enumerate() {
                let ranges = parse(&note.text);
                if !ranges.is_empty() {
                    found.push((at, nth, book.resolve(ranges)));
                }
            }
        }
    }
    for (at, nth, refs) in found {
        nodes[at].notes[nth].refs = refs;
    }
}

/// The Tabular as a list that ranges can be looked up in.
struct Book<'a> {
    nodes: &'a [TabularNode],
    /// Codes of categories and below, to their place in `nodes`.
    places: HashMap<&'a str, usize>,
    /// The codes in the order of their letters.
    sorted: Vec<&'a str>,
    /// One past the last node below each node.
    ends: Vec<usize>,
}

impl<'a> Book<'a> {
    fn new(nodes: &'a [TabularNode]) -> Book<'a> {
        let mut ends: Vec<usize> = (1..=nodes.len()).collect();
        for at in (0..nodes.len()).rev() {
            if let Some(parent) = nodes[at].parent {
                let parent = parent as usize;
                ends[parent] = ends[parent].max(ends[at]);
            }
        }
        let is_code = |node: &TabularNode| matches!(node.kind, NodeKind::Diagnosis | NodeKind::Extended);
        let places: HashMap<&str, usize> =
            nodes.iter().enumerate().filter(|(_, n)| is_code(n)).map(|(at, n)| (n.code.as_str(), at)).collect();
        let mut sorted: Vec<&str> = places.keys().copied().collect();
        sorted.sort_unstable();
        Book { nodes, places, sorted, ends }
    }

    /// Whether some code begins with `prefix`.
    fn holds(&self, prefix: &str) -> bool {
        let at = self.sorted.partition_point(|code| *code < prefix);
        self.sorted.get(at).is_some_and(|code| code.starts_with(prefix))
    }

    /// The range with ends that the Tabular holds: "K00-K93" ends with K92 where there is no K93. Nothing if no code of
    /// it is left.
    fn clamped(&self, from: String, to: String) -> Option<(String, String)> {
        let has = (self.holds(&from), self.holds(&to));
        if has == (true, true) {
            return Some((from, to));
        }
        let width = |code: &&&str| code.len() == from.len().max(to.len());
        let start = self.sorted.partition_point(|code| *code < from.as_str());
        let end = self.sorted.partition_point(|code| *code <= to.as_str()).max(start);
        let between = &self.sorted[start..end];
        let first = if has.0 { Some(from.clone()) } else { between.iter().find(width).map(|c| c.to_string()) };
        let last = if has.1 { Some(to.clone()) } else { between.iter().rfind(width).map(|c| c.to_string()) };
        first.zip(last)
    }

    /// The places of the nodes from the first code that begins with `from` to the last that begins with `to`.
    fn span(&self, from: &str, to: &str) -> Option<std::ops::Range<usize>> {
        let (start, end) = (self.place(from)?, self.ends[self.place(to)?]);
        (start < end).then_some(start..end)
    }

    fn place(&self, prefix: &str) -> Option<usize> {
        self.places.get(prefix).copied().or_else(|| {
            let category = *self.places.get(prefix.get(..3)?)?;
            (category..self.ends[category]).find(|&at| self.nodes[at].code.starts_with(prefix))
        })
    }

    /// Plain ranges of prefixes. A restricted range becomes the codes that it leaves; one that names no code of this
    /// release gives nothing.
    fn resolve(&self, ranges: Vec<CodeRange>) -> Vec<(String, String)> {
        let mut plain: Vec<(String, String)> = Vec::new();
        for CodeRange { from, to, only } in ranges {
            let Some((from, to)) = self.clamped(from, to) else { continue };
            let Some(span) = self.span(&from, &to).filter(|_| only != Only::All) else {
                plain.push((from, to));
                continue;
            };
            let before = plain.len();
            // Siblings that follow one another in the book become one range.
            let mut last: Option<usize> = None;
            for at in span {
                let node = &self.nodes[at];
                for (from, to) in self.select(at, &only) {
                    let follows = last.is_some_and(|l| self.ends[l] == at && self.nodes[l].parent == node.parent);
                    match plain.last_mut().filter(|_| follows && from == node.code) {
                        Some(range) => range.1 = to,
                        None => plain.push((from, to)),
                    }
                    last = Some(at);
                }
            }
            if plain.len() == before && matches!(only, Only::Title(_)) {
                // Words that no title has describe a circumstance, not a choice of codes.
                plain.push((from, to));
            }
        }
        plain
    }

    /// What a restriction takes of one node.
    fn select(&self, at: usize, only: &Only) -> Vec<(String, String)> {
        let node = &self.nodes[at];
        let stem: Vec<char> = node.code.chars().filter(|&c| c != '.').collect();
        let is_below = |n: &TabularNode| n.kind == NodeKind::Diagnosis && n.parent == Some(at as u32);
        let stem_leaf = node.kind == NodeKind::Diagnosis && !self.nodes.get(at + 1).is_some_and(is_below);
        let picked = match only {
            Only::All => true,
            Only::Suffixes(pairs) => {
                if node.kind != NodeKind::Diagnosis || stem.len() != 3 {
                    return Vec::new();
                }
                let code = |suffix: &str| format!("{}.{suffix}", node.code);
                let exists = |(from, to): &(String, String)| self.span(&code(from), &code(to)).is_some();
                return pairs.iter().filter(|p| exists(p)).map(|(from, to)| (code(from), code(to))).collect();
            }
            Only::Ending(endings) => {
                stem_leaf && stem.len() > 5 && endings.iter().any(|ending| node.code.ends_with(ending.as_str()))
            }
            Only::Last(chars) => stem_leaf && stem.len() > 4 && stem.last().is_some_and(|c| chars.contains(c)),
            Only::At(place, values) => {
                node.kind == NodeKind::Diagnosis
                    && values.iter().any(|value| {
                        let value: Vec<char> = value.chars().collect();
                        stem.len() == place + value.len() && stem.ends_with(&value)
                    })
            }
            Only::Seventh(chars) => node.kind == NodeKind::Extended && stem.last().is_some_and(|c| chars.contains(c)),
            Only::SeventhMeaning(meaning) => node.kind == NodeKind::Extended && node.title.contains(meaning.as_str()),
            Only::Title(words) => {
                let has = |node: &TabularNode| node.title.to_lowercase().contains(words.as_str());
                // The highest node that says so stands for those below it.
                let parent_has = || node.parent.is_some_and(|parent| has(&self.nodes[parent as usize]));
                node.kind == NodeKind::Diagnosis && has(node) && !parent_has()
            }
        };
        if picked { vec![(node.code.clone(), node.code.clone())] } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranges as `A-B`, with the restriction behind a `|`.
    fn shown(text: &str) -> String {
        let shown = |range: CodeRange| {
            let ends = if range.from == range.to { range.from } else { format!("{}-{}", range.from, range.to) };
            if range.only == Only::All { ends } else { format!("{ends}|{:?}", range.only) }
        };
        parse(text).into_iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn finds_the_codes_of_a_note() {
        let rows = [
            ("traumatic amputation (S58.-)", "S58"),
            ("ischemic heart disease (I20-I25)", "I20-I25"),
            ("several sorts (A00.1, B20)", "A00.1 B20"),
            ("one or the other (O30.0-, O30.1-)", "O30.0 O30.1"),
            ("a mix (C51-C52, C60.-, C63.2)", "C51-C52 C60 C63.2"),
            ("semicolons (J00-J06; J20-J22)", "J00-J06 J20-J22"),
            ("two with and (S24.0 and S24.1)", "S24.0 S24.1"),
            ("spaced (S00 - S09)", "S00-S09"),
            ("half spaced (I01.0 -I01.9)", "I01.0-I01.9"),
            ("dots and dashes (F10.-F19.-)", "F10-F19"),
            ("dots and dashes (F10.--F19.-)", "F10-F19"),
            ("dots and dashes (F10.- -F19.-)", "F10-F19"),
            ("dashes (P28.3- - P28.4-)", "P28.3-P28.4"),
            ("dashes (S32.1--S32.9 with 7th character B)", "S32.1-S32.9|Seventh(['B'])"),
            ("words (M05.00 to M05.8A)", "M05.00-M05.8A"),
            ("dash, then another (I69.81- I69.91-)", "I69.81 I69.91"),
            ("letters (I00-I5A, O94-O9A)", "I00-I5A O94-O9A"),
            ("trailing space (P03.82 )", "P03.82"),
            ("never closed (Z89.52-", "Z89.52"),
            ("wrong bracket (E87.8}", "E87.8"),
            ("a dot for a comma (I60.-. I61.-, I62.-)", "I60 I61 I62"),
            ("bare at the end M43.6", "M43.6"),
            ("bare as classified in H90.-", "H90"),
            ("code from category Z3A, to say the week", "Z3A"),
            ("from categories E08, E09 and E13 to identify", "E08 E09 E13"),
            ("code from F11-F16 and F18-F19 to identify", "F11-F16 F18-F19"),
            ("any type in A15 (J65)", "J65"),
            ("classifiable to S06.0- to S06.8-code to the injury", "S06.0-S06.8"),
            ("conditions in S00-T88, except T74 and T76", "S00-T88"),
            ("paralysis, except as in G80-G82", ""),
            ("(e.g. bronchitis in J40)", "J40"),
            ("a syndrome (QA0.0101), others (QA0.-)", "QA0.0101 QA0"),
            ("complement receptor (CR3)", ""),
            // Not codes.
            ("vitamin B12 deficiency anemia", ""),
            ("vitamin B12 deficiency (E53.8)", "E53.8"),
            ("HLA-B27 positive", ""),
            ("E. coli O157:H7", ""),
            ("G6PD deficiency, SCN8A-related", ""),
            ("influenza A/H1N1 (J10.-)", "J10"),
            ("no digits at all", ""),
            ("CD30-positive", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn reads_what_narrows_a_list() {
        let rows = [
            ("(E08-E13 with .22)", r#"E08-E13|Suffixes([("22", "22")])"#),
            ("(E08-E13 with .51-.52)", r#"E08-E13|Suffixes([("51", "52")])"#),
            ("(E08-E13 with .62-)", r#"E08-E13|Suffixes([("62", "62")])"#),
            ("(F10-F19, with .17, .27)", r#"F10-F19|Suffixes([("17", "17"), ("27", "27")])"#),
            ("(F10, F13 with .26)", r#"F10|Suffixes([("26", "26")]) F13|Suffixes([("26", "26")])"#),
            ("(E08 with final characters .00 or .01)", r#"E08|Suffixes([("00", "00"), ("01", "01")])"#),
            ("(I69. with final characters -23)", r#"I69|Ending(["23"])"#),
            ("(T36-T50 with final character 6)", "T36-T50|Last(['6'])"),
            ("(T36-T50 with fifth or sixth character 5)", "T36-T50|Last(['5'])"),
            ("(T36-T65 with fifth or sixth character 1-4 or 6)", "T36-T65|Last(['1', '2', '3', '4', '6'])"),
            ("(T36-T50 with fifth or six character 5)", "T36-T50|Last(['5'])"),
            ("(T51-T65 with fifth or sixth character to indicate intent)", "T51-T65"),
            ("(T39.0-, with sixth character 1-4)", r#"T39.0|At(5, ["1", "2", "3", "4"])"#),
            ("(A37 with fifth-character 1)", r#"A37|At(4, ["1"])"#),
            ("(F10-F19 with 5th character .6)", r#"F10-F19|At(4, ["6"])"#),
            ("(F11-F19 with fifth to sixth characters 51)", r#"F11-F19|At(4, ["51"])"#),
            ("(J96. with 5th character 2)", r#"J96|At(4, ["2"])"#),
            ("(S42.- with 7th character B or C)", "S42|Seventh(['B', 'C'])"),
            ("(S92.-with 7th character B)", "S92|Seventh(['B'])"),
            ("(S06.0X- with seventh character A)", "S06.0X|Seventh(['A'])"),
            ("(S52.- with open fracture 7th character)", r#"S52|SeventhMeaning("open fracture")"#),
            ("see categories E10, E11 with ketoacidosis", r#"E10|Title("ketoacidosis") E11|Title("ketoacidosis")"#),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn knows_a_code() {
        for code in ["E11", "E11.9", "C7A.092", "T36.0X1A", "M1A.00X0", "U07.1", "QA0.0"] {
            assert!(is_code(code), "{code}");
        }
        for text in ["", "E1", "E11.", "E11.-", "e11", "11E", "E11.12345", "E119", "E11.é", "é11", "NOS"] {
            assert!(!is_code(text), "{text}");
        }
        let rows = [("E11621", "E11.621"), ("E11", "E11"), ("E11.9", "E11.9"), ("éé1", "éé1")];
        for (code, expected) in rows {
            assert_eq!(dotted(code), expected);
        }
    }

    /// A made-up corner of a Tabular.
    fn nodes() -> Vec<TabularNode> {
        let rows: [(&str, &str, Option<u32>); 14] = [
            ("T36", "Poisoning by things", None),
            ("T36.0", "By one thing", Some(0)),
            ("T36.0X", "By one thing", Some(1)),
            ("T36.0X1", "By one thing, accidental", Some(2)),
            ("T36.0X1A", "By one thing, accidental, initial encounter", Some(3)),
            ("T36.0X1D", "By one thing, accidental, subsequent encounter", Some(3)),
            ("T36.0X5", "Adverse effect of one thing", Some(2)),
            ("T36.0X5A", "Adverse effect of one thing, initial encounter", Some(6)),
            ("T36.9", "By unknown things", Some(0)),
            ("T36.91", "By unknown things, accidental", Some(8)),
            ("T36.95", "Adverse effect of unknown things", Some(8)),
            ("T37", "Poisoning by others", None),
            ("T37.95", "Adverse effect of others", Some(11)),
            ("T38", "Unrelated", None),
        ];
        let kind = |code: &str| if code.len() == 8 { NodeKind::Extended } else { NodeKind::Diagnosis };
        rows.map(|(code, title, parent)| TabularNode {
            kind: kind(code),
            code: code.to_string(),
            title: title.to_string(),
            parent,
            notes: Vec::new(),
            seventh: Vec::new(),
            billable: false,
        })
        .to_vec()
    }

    #[test]
    fn narrowed_ranges_become_codes() {
        let nodes = nodes();
        let book = Book::new(&nodes);
        let rows = [
            ("(T36-T37)", "T36-T37"),
            ("(T36-T37 with fifth or sixth character 5)", "T36.0X5 T36.95 T37.95"),
            ("(T36-T37 with .95)", "T36.95 T37.95"),
            ("(T36-T38 with .91)", "T36.91"),
            ("(T36 with sixth character 1-4)", "T36.0X1"),
            ("(T36 with fifth character 1)", "T36.91"),
            ("(T36. with final characters -X5)", "T36.0X5"),
            ("(T36.- with 7th character A)", "T36.0X1A T36.0X5A"),
            ("(T36.- with 7th character A or D)", "T36.0X1A-T36.0X1D T36.0X5A"),
            ("(T36.- with sixth character 1-5)", "T36.0X1-T36.0X5"),
            // Ends that are no longer codes.
            ("(T36-T99)", "T36-T38"),
            ("(T30-T37)", "T36-T37"),
            ("(T36.0-T36.8)", "T36.0"),
            ("(T35)", ""),
            ("(T36.- with subsequent encounter 7th character)", "T36.0X1D"),
            ("see T36.- with adverse effect", "T36.0X5 T36.95"),
            ("see T36.- with words of no title", "T36"),
            ("(T99 with .95)", ""),
        ];
        for (text, expected) in rows {
            let shown: Vec<String> = (book.resolve(parse(text)).into_iter())
                .map(|(from, to)| if from == to { from } else { format!("{from}-{to}") })
                .collect();
            assert_eq!(shown.join(" "), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_read(text in "([A-Z][0-9][0-9A-Z]|[-. ,;()–é]|with |to |and |fifth character |final characters |[A-Z0-9.]){0,30}") {
            let nodes = nodes();
            for (from, to) in Book::new(&nodes).resolve(parse(&text)) {
                proptest::prop_assert!(is_code(&from) && is_code(&to), "{from} {to}");
            }
        }
    }
}
