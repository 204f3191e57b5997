//! Titles and inclusion terms of the Tabular List as things to be found in a note: for codes that are newer than the
//! Index, and for wordings that only the Tabular has.

use super::StringTable;
use super::knowledge;
use super::vocabulary::Vocabulary;
use crate::error::Result;
use crate::index::{HEADER, JOINS};
use crate::lexicon::Link;
use crate::pack::container::ContainerWriter;
use crate::pack::release::{NodeKind, NoteKind, Release, TabularNode, Term};
use crate::pack::tables::{tags, to_bytes};
use std::collections::HashSet;

/// A title with more words than this is a definition, not a phrase of notes.
const MOST_LEXEMES: usize = 8;

/// All codes that the Index gives, sorted.
fn indexed(release: &Release) -> Vec<&str> {
    fn collect<'r>(terms: &'r [Term], codes: &mut Vec<&'r str>) {
        for term in terms {
            codes.extend(term.code.as_deref());
            collect(&term.children, codes);
        }
    }
    let mut codes = Vec::new();
    collect(&release.index, &mut codes);
    codes.sort_unstable();
    codes
}

/// Whether the Index gives a code in a category or subcategory; if not, it is newer than the Index ("Flank pain").
fn leads_into(indexed: &[&str], code: &str) -> bool {
    indexed.get(indexed.partition_point(|c| *c < code)).is_some_and(|c| c.starts_with(code))
}

pub fn compile(
    release: &Release,
    vocabulary: &Vocabulary,
    strings: &mut StringTable,
    writer: &mut ContainerWriter,
) -> Result<usize> {
    let indexed = indexed(release);
    let generic: HashSet<u32> = knowledge::rows(knowledge::GENERIC_TERMS, 2)?
        .iter()
        .flat_map(|row| row[0].split(',').map(|word| vocabulary.content(word)).collect::<Vec<_>>())
        .filter(|content| content.len() == 1)
        .flatten()
        .collect();
    let organisms: HashSet<Vec<u32>> =
        knowledge::rows(knowledge::ORGANISMS, 2)?.iter().filter_map(|row| plain_content(row[0], vocabulary)).collect();
    let mut rows = Vec::new();
    let mut lexemes: Vec<u32> = Vec::new();
    let mut found: Vec<(Vec<u32>, u32)> = Vec::new();
    let mut nos: HashSet<u32> = HashSet::new();
    for (at, node) in release.tabular.iter().enumerate() {
        // External causes are reached through their own index only; extended codes by descent.
        if node.kind != NodeKind::Diagnosis || node.code.starts_with(['V', 'W', 'X', 'Y']) {
            continue;
        }
        // What is included in a manifestation code belongs to the disease behind it.
        let manifestation = node.title.contains("in diseases classified elsewhere");
        let inclusions = node
            .notes
            .iter()
            .filter(|_| !manifestation)
            .filter(|n| n.kind == NoteKind::Inclusion)
            .map(|n| n.text.as_str());
        let mut of_node: Vec<Vec<u32>> = Vec::new();
        let within = within(&node.title).map(|disease| vocabulary.content(disease));
        // "Polyneuropathy" under "Other neurologic disorders in Lyme disease" is one in Lyme disease.
        let names_all = |text: &str| match &within {
            Some(disease) => vocabulary.content(text).iter().any(|l| disease.contains(l)),
            None => true,
        };
        for text in std::iter::once(node.title.as_str()).chain(inclusions.filter(|text| names_all(text))) {
            let (Some(plain), Some(content)) = (plain(text), plain_content(text, vocabulary)) else { continue };
            // One word for a circumstance ("arrest", Z65.3) is an everyday word of notes.
            if content.len() == 1 && node.code.starts_with('Z') {
                continue;
            }
            // A word that the Index, too, does not take for a diagnosis by itself ("Wound NOS").
            if content.len() == 1 && generic.contains(&content[0]) {
                continue;
            }
            // "Pain in unspecified knee" has the words of "Pain in knee", and the descent finds it from there.
            let above = node.parent.map(|p| &release.tabular[p as usize]).filter(|p| p.kind == NodeKind::Diagnosis);
            if above.is_some_and(|p| plain_content(&p.title, vocabulary) == Some(content.clone())) {
                continue;
            }
            // Nor do the sides of an eye or ear disease compete with its kinds: "acute otitis media, left ear".
            if node.code.starts_with('H')
                && above.is_some_and(|p| text == node.title && is_side_of(release, at, p, vocabulary))
            {
                continue;
            }
            // "Unspecified fracture of left femur" says less than the Index does in the same words, and its side would make
            // it look like more.
            let lower = text.to_lowercase();
            if lower.contains("unspecified") && (lower.contains("right") || lower.contains("left")) {
                continue;
            }
            if content.is_empty() || content.len() > MOST_LEXEMES || of_node.contains(&content) {
                continue;
            }
            // The name of a germ ("Pseudomonas aeroginosa" under the sepsis by it) names no disease.
            if !node.code.starts_with('B') && text != node.title && organisms.contains(&content) {
                continue;
            }
            found.push((content.clone(), rows.len() as u32 / 3));
            if text.ends_with(" NOS") || text.ends_with(", unspecified") {
                nos.insert(rows.len() as u32 / 3);
            }
            let joins = vocabulary
                .words(&plain)
                .iter()
                .any(|w| matches!(vocabulary.link(&w.text), Link::Comma | Link::Coordinator) || w.text == "with");
            let flags = if joins { JOINS } else { 0 }
                | if node.billable || !leads_into(&indexed, &node.code) { 0 } else { HEADER };
            rows.extend([at as u32, strings.id(text) | flags, lexemes.len() as u32]);
            lexemes.extend(&content);
            of_node.push(content);
        }
    }
    // What this project's own rows name by the code.
    let mut named: Vec<&str> = Vec::new();
    for file in [knowledge::ABBREVIATIONS, knowledge::SYNONYMS] {
        named.extend(knowledge::rows(file, 2)?.iter().filter_map(|row| knowledge::named_code(row[1])));
    }
    named.sort_unstable();
    named.dedup();
    for code in named {
        let is_it = |n: &TabularNode| n.kind == NodeKind::Diagnosis && n.code == code;
        let Some(at) = release.tabular.iter().position(is_it) else { continue };
        let content = vocabulary.content(&knowledge::wording(&format!("= {code}")));
        found.push((content.clone(), rows.len() as u32 / 3));
        rows.extend([at as u32, strings.id(&release.tabular[at].title), lexemes.len() as u32]);
        lexemes.extend(&content);
    }
    // Of equal names the one that says that nothing more is said ("Syphilis (acquired) NOS", "Syphilis (late)").
    let is_nos = |row: u32| nos.contains(&row);
    let taken: HashSet<Vec<u32>> = found.iter().filter(|f| is_nos(f.1)).map(|f| f.0.clone()).collect();
    found.retain(|f| is_nos(f.1) || !taken.contains(&f.0));
    let count = rows.len() / 3;
    rows.extend([0, 0, lexemes.len() as u32]);

    let mut frequency = vec![0u32; vocabulary.names.len()];
    for lexeme in &lexemes {
        frequency[*lexeme as usize] += 1;
    }
    let mut by_lexeme: Vec<Vec<u32>> = vec![Vec::new(); vocabulary.names.len()];
    for (content, row) in found {
        let rarest = content.iter().copied().min_by_key(|&l| (frequency[l as usize], l)).unwrap_or(0);
        by_lexeme[rarest as usize].push(row);
    }
    let (mut postings, mut lists) = (Vec::new(), Vec::new());
    for list in &by_lexeme {
        postings.push(lists.len() as u32);
        lists.extend(list);
    }
    postings.push(lists.len() as u32);
    writer.section(tags::TITLES, to_bytes(3, rows));
    writer.section(tags::TITLE_SLOTS, to_bytes(1, lexemes));
    writer.section(tags::TITLE_POSTINGS, to_bytes(1, postings));
    writer.section(tags::TITLE_LISTS, to_bytes(1, lists));
    Ok(count)
}

/// Whether a title says only which side, or that the side is not said, of the title above it.
fn is_side_of(release: &Release, at: usize, above: &TabularNode, vocabulary: &Vocabulary) -> bool {
    let Some(inherited) = plain_content(&above.title, vocabulary) else { return false };
    let Some(parent) = release.tabular[at].parent else { return false };
    let below = || release.tabular[parent as usize + 1..].iter().take_while(|n| n.parent.is_some_and(|p| p >= parent));
    let siblings = || below().filter(|n| n.parent == Some(parent)).map(|n| n.title.as_str());
    let own = |title: &str| {
        let content = plain_content(title, vocabulary)?;
        let all = inherited.iter().all(|l| content.contains(l));
        all.then(|| content.into_iter().filter(|l| !inherited.contains(l)).collect::<Vec<_>>())
    };
    let of = |title: &str, side: &str| title.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|w| w == side);
    let of_side = |side: &str| siblings().find(|t| of(t, side)).and_then(own);
    let (Some(right), Some(left)) = (of_side("right"), of_side("left")) else { return false };
    let title = release.tabular[at].title.as_str();
    let Some(mine) = own(title) else { return false };
    let shared = |l: &u32| right.contains(l) && left.contains(l);
    // One word for the side, and what all sides share ("eye").
    mine.iter().filter(|l| !shared(l)).count()
        <= usize::from(["right", "left", "bilateral"].iter().any(|s| of(title, s)))
}

fn plain_content(title: &str, vocabulary: &Vocabulary) -> Option<Vec<u32>> {
    let mut content = vocabulary.content(&plain(title)?);
    content.sort_unstable();
    Some(content)
}

/// The disease that all under a title are part of.
fn within(title: &str) -> Option<&str> {
    title.split_once(" in ").map(|(_, disease)| disease).filter(|disease| disease.contains("disease"))
}

/// The part of a title that names: brackets are left out, and a title that names the rest of a list names nothing.
fn plain(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    // "Not specified as recurrent" is what a note says by its silence.
    if let Some(at) = [", site not specified", " not specified as"].iter().find_map(|silent| plain.find(silent)) {
        plain.truncate(at);
    }
    let lower = plain.to_lowercase();
    let rest =
        ["other ", "not elsewhere classified", "classified elsewhere", "not otherwise specified", "specified disorder"];
    if rest.iter().any(|r| lower.contains(r)) || lower.contains(" nec") {
        return None;
    }
    // The letter of "Hepatitis A" is an article in a note: without it the title names all of them.
    let kind_a = ["hepatitis a", "influenza a", "vitamin a", "group a"]
        .iter()
        .any(|name| lower.split_once(name).is_some_and(|(_, rest)| !rest.starts_with(char::is_alphanumeric)));
    if kind_a {
        return None;
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::{plain, within};

    #[test]
    fn what_a_title_is_part_of() {
        for (title, expected) in [
            ("Other neurologic disorders in Lyme disease", Some("Lyme disease")),
            ("Carcinoma in situ of skin", None),
            ("Apparent life threatening event in infant", None),
            ("Disorders of iron metabolism", None),
        ] {
            assert_eq!(within(title), expected, "{title}");
        }
    }

    #[test]
    fn what_names_a_condition_and_what_the_rest_of_a_list() {
        for (text, expected) in [
            ("Essential (primary) hypertension", Some("Essential  hypertension")),
            ("Other specified anemias", None),
            ("Hepatitis A without hepatic coma", None),
            ("Depression NOS", Some("Depression NOS")),
            ("Urinary tract infection, site not specified", Some("Urinary tract infection")),
            ("Myocarditis in diseases classified elsewhere", None),
        ] {
            assert_eq!(plain(text).as_deref(), expected, "{text}");
        }
    }
}
