//! The Alphabetic Index and its tables as a tree of terms that can be walked by lexeme.
//!
//! A title becomes one or more *forms*, each the set of lexemes that names the term ("Diabetes, diabetic" has two
//! forms of one lexeme each, "acute and chronic" one of two). A node keeps its children sorted by the rarest lexeme
//! of each form, so that a walk asks only for children whose words stand in the note.

use super::StringTable;
use super::knowledge::{self, rows};
use super::references::{References, Tables, leads_nowhere};
use super::tabular::Codes;
use super::vocabulary::{Vocabulary, Word};
use crate::error::Result;
use crate::index::{column, flags};
use crate::lexicon::Link;
use crate::pack::container::ContainerWriter;
use crate::pack::release::{Release, Term};
use crate::pack::tables::{tags, to_bytes};
use std::collections::{HashMap, HashSet};

/// A term in the flat order of the pack: parents before children.
pub struct Flat<'r> {
    pub title: String,
    pub children: Vec<u32>,
    parent: u32,
    source: Option<&'r Term>,
    end: u32,
}

const EMPTY: u32 = 0;

pub fn compile(
    release: &Release,
    vocabulary: &Vocabulary,
    codes: &Codes,
    strings: &mut StringTable,
    writer: &mut ContainerWriter,
) -> Result<(usize, Vec<(String, String)>)> {
    // Four roots, in the order of `index::Volume`.
    let mut flat: Vec<Flat<'_>> = Vec::new();
    let mut roots = Vec::new();
    for (title, volumes) in [
        ("Alphabetic Index", vec![&release.index, &release.neoplasms]),
        ("External Cause Index", vec![&release.external_causes]),
        ("Table of Drugs and Chemicals", vec![&release.drugs]),
    ] {
        let root = flat.len() as u32;
        roots.push(root);
        flat.push(Flat { title: title.to_owned(), children: vec![], parent: EMPTY, source: None, end: 0 });
        for term in volumes.into_iter().flatten() {
            push(&mut flat, root, term);
        }
        flat[root as usize].end = flat.len() as u32;
    }

    let generic_rows = rows(knowledge::GENERIC_TERMS, 2)?;
    let generic: HashSet<String> = generic_rows.iter().map(|row| row[0].to_lowercase()).collect();
    let leads_astray: HashSet<String> =
        (generic_rows.iter()).filter(|row| row.get(2) == Some(&"astray")).map(|row| row[0].to_lowercase()).collect();
    let events: HashSet<String> =
        rows(knowledge::EXTERNAL_EVENTS, 1)?.into_iter().map(|row| row[0].to_lowercase()).collect();
    let mut optional_words: HashMap<&str, Vec<u32>> = HashMap::new();
    for row in rows(knowledge::NONESSENTIAL, 2)? {
        optional_words.entry(row[0]).or_default().extend(vocabulary.content(row[1]));
    }

    let mut forms: Vec<Forms> =
        flat.iter().map(|f| Forms::of(f, &flat[f.parent as usize].title, vocabulary, &optional_words)).collect();
    // In the External Cause Index commas between single words give alternatives ("stairs, steps").
    for (term, forms) in flat[roots[1] as usize..roots[2] as usize].iter().zip(&mut forms[roots[1] as usize..]) {
        // "Motor vehicle NOS" is the entry itself, not the rest of a list.
        if term.title.ends_with(" NOS") {
            forms.flags &= !flags::RESIDUAL;
        }
        let parts: Vec<&str> = term.title.split(',').map(str::trim).collect();
        if parts.len() > 1 && term.source.is_some() && parts.iter().all(|p| !p.contains([' ', '-', '['])) {
            forms.forms = parts.iter().map(|p| vocabulary.content(p)).filter(|f| !f.is_empty()).collect();
            forms.forms.sort();
            forms.forms.dedup();
        }
    }
    // Brand names and drugs that are newer than the Table of Drugs, by the drug whose row they share.
    let mut drug_names: HashMap<String, Vec<Vec<u32>>> = HashMap::new();
    for row in rows(knowledge::DRUG_NAMES, 2)? {
        drug_names.entry(row[1].to_lowercase()).or_default().push(vocabulary.content(row[0]));
    }
    for (term, forms) in flat[roots[2] as usize..].iter().zip(&mut forms[roots[2] as usize..]) {
        if term.parent == roots[2]
            && let Some(names) = drug_names.get(&term.title.to_lowercase())
        {
            forms.forms.extend(names.iter().filter(|n| !n.is_empty()).cloned());
            forms.forms.sort();
            forms.forms.dedup();
        }
    }
    let kinds_of_site: Vec<u32> = ["joint", "bone"].iter().flat_map(|w| vocabulary.content(w)).collect();
    let frequency = frequencies(&forms, vocabulary.names.len());
    // For each term the lexemes that it and the terms above it always say.
    let mut above: Vec<Vec<u32>> = Vec::with_capacity(flat.len());
    for (term, forms) in flat.iter().zip(&forms) {
        let mut said = above.get(term.parent as usize).cloned().unwrap_or_default();
        if let Some((first, others)) = forms.forms.split_first() {
            said.extend(first.iter().filter(|l| others.iter().all(|f| f.contains(l))));
        }
        above.push(said);
    }

    let main_of = |root: u32| flat[root as usize].children.iter().copied();
    let neoplasms =
        main_of(roots[0]).find(|&t| flat[t as usize].source.is_some_and(|s| !s.cells.is_empty())).unwrap_or(roots[0]);
    let tables = Tables { neoplasms, drugs: roots[2] };
    let in_neoplasms = |id: u32| (neoplasms..flat[neoplasms as usize].end).contains(&id);
    let diseases = References::new(&flat, main_of(roots[0]), tables);
    let causes = References::new(&flat, main_of(roots[1]), tables);
    let drugs = References::new(&flat, main_of(roots[2]), tables);

    let (mut terms, mut keys, mut open, mut optional, mut sees, mut cells) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    let (mut form_rows, mut form_lexemes) = (Vec::new(), Vec::<u32>::new());
    let mut unresolved = Vec::new();
    for (id, term) in flat.iter().enumerate() {
        let starts = [keys.len() / 2, open.len(), optional.len(), sees.len() / 2];
        let mut of_node: Vec<(u32, u32)> = Vec::new();
        // A subterm "foot joint" or "metatarsal bone" is named by the site alone, unless that is a subterm of its own.
        let short: Vec<(u32, u32)> = match roots.contains(&(id as u32)) {
            true => Vec::new(),
            false => (term.children.iter())
                .flat_map(|&child| forms[child as usize].forms.iter().map(move |form| (child, form)))
                .filter_map(|(child, form)| match form[..] {
                    [site, last] if kinds_of_site.contains(&last) => Some((child, site)),
                    _ => None,
                })
                .filter(|(_, site)| !term.children.iter().any(|&c| forms[c as usize].forms.contains(&vec![*site])))
                .collect(),
        };
        for (child, site) in short {
            of_node.push((site, (form_rows.len() / 2) as u32));
            form_rows.extend([child, form_lexemes.len() as u32]);
            form_lexemes.push(site);
        }
        for &child in &term.children {
            let child_forms = &forms[child as usize];
            if child_forms.flags & flags::OPEN != 0 {
                open.push(child);
            }
            for form in &child_forms.forms {
                // What a term above says need not be said again ("Influenza, due to, identified influenza virus").
                let news: Vec<u32> = form.iter().copied().filter(|l| !above[id].contains(l)).collect();
                let form = if news.is_empty() { form } else { &news };
                let key = form.iter().copied().min_by_key(|&l| (frequency[l as usize], l)).unwrap_or(EMPTY);
                let row = (form_rows.len() / 2) as u32;
                form_rows.extend([child, form_lexemes.len() as u32]);
                form_lexemes.push(key);
                form_lexemes.extend(form.iter().filter(|&&l| l != key));
                of_node.push((key, row));
            }
        }
        of_node.sort_unstable();
        keys.extend(of_node.into_iter().flat_map(|(key, row)| [key, row]));
        optional.extend(&forms[id].optional);

        let mut flag = forms[id].flags;
        let (mut code, mut manifestation, mut cell) = (0, 0, 0);
        if let Some(source) = term.source {
            let references = match id as u32 {
                id if id > roots[2] => &drugs,
                id if id > roots[1] => &causes,
                _ => &diseases,
            };
            let is_main = roots.contains(&term.parent);
            let is_event = id as u32 > roots[1] && id < roots[2] as usize;
            let is_generic = is_main
                && if is_event {
                    !events.contains(&source.title.to_lowercase())
                } else {
                    is_generic(&source.title, &generic)
                };
            // Rows "main term > subterm" are of subterms.
            let below_main = (!is_main && roots.contains(&flat[term.parent as usize].parent))
                .then(|| format!("{} > {}", flat[term.parent as usize].title, source.title).to_lowercase());
            let is_row = |rows: &HashSet<String>| match &below_main {
                Some(path) => rows.contains(path),
                None => is_main && rows.contains(&source.title.to_lowercase()),
            };
            if is_generic || below_main.is_some() && is_row(&generic) {
                flag |= flags::GENERIC;
            }
            let bracketed = source.nonessential.iter().find_map(|b| {
                let text = b.split_whitespace().collect::<Vec<_>>().join(" ");
                text.strip_prefix("see also ").map(str::to_owned)
            });
            for (reference, is_see) in [(&source.see, true), (&source.see_also, false), (&bracketed, false)] {
                let Some(reference) = reference else { continue };

                for part in reference.split(';') {
                    match references.resolve(part) {
                        // "Sinus, see also Fistula"
                        Some(_) if !is_see && is_row(&leads_astray) => {}
                        Some((target, column)) if target != id as u32 => {
                            // From row to row of the table of neoplasms the behavior stays what it was.
                            let stays = in_neoplasms(id as u32) && column == column::UNSPECIFIED_BEHAVIOR;
                            sees.extend([target, if stays { column::NONE } else { column }]);
                        }
                        _ if is_see && !leads_nowhere(part) => {
                            unresolved.push((path(&flat, id as u32).join(", "), part.trim().to_owned()))
                        }
                        _ => {}
                    }
                }
            }
            code = source.code.as_deref().and_then(|c| codes.find(c)).map_or(0, |n| n + 1);
            // A dash says that more characters are needed.
            if code != 0 && source.code.as_deref().is_some_and(|c| !c.ends_with('-')) && !codes.is_billable(code - 1) {
                flag |= flags::DIVIDED;
            }
            if code == 0
                && !is_main
                && source.see.is_none()
                && source.see_also.is_none()
                && source.cells.is_empty()
                && forms[id].flags & flags::OPEN == 0
                && !under_generic(&flat, term.parent, &roots, &generic)
            {
                let above = flat[term.parent as usize].source.is_some_and(|s| s.code.is_some());
                code = shared_code(source)
                    // A whole category says less than the code of the term above.
                    .filter(|c| !above || c.len() > 3)
                    .and_then(|c| codes.find(c))
                    .map_or(0, |n| n + 1);
            }
            manifestation = source.manifestation.as_deref().and_then(|c| codes.find(c)).map_or(0, |n| n + 1);
            if source.cells.iter().any(Option::is_some) {
                cell = (cells.len() / column::COUNT) as u32 + 1;
                for at in 0..column::COUNT {
                    let printed = source.cells.get(at).and_then(Option::as_deref);
                    cells.push(
                        printed
                            .and_then(|c| codes.find(c).or_else(|| codes.find_moved(c, &source.title)))
                            .map_or(0, |n| n + 1),
                    );
                }
            }
        }
        let printed = term.source.map_or(term.title.as_str(), |s| s.title.as_str());
        terms.extend([
            strings.id(printed),
            if term.source.is_some() { term.parent + 1 } else { 0 },
            term.end,
            code,
            manifestation,
            cell,
            starts[0] as u32,
            starts[1] as u32,
            starts[2] as u32,
            starts[3] as u32,
            flag,
        ]);
    }
    let runs = [keys.len() / 2, open.len(), optional.len(), sees.len() / 2].map(|n| n as u32);
    terms.extend([0, 0, 0, 0, 0, 0, runs[0], runs[1], runs[2], runs[3], 0]);
    form_rows.extend([0, form_lexemes.len() as u32]);

    let count = flat.len();
    writer.section(tags::TERMS, to_bytes(11, terms));
    writer.section(tags::TERM_KEYS, to_bytes(2, keys));
    writer.section(tags::TERM_OPEN, to_bytes(1, open));
    writer.section(tags::TERM_OPTIONAL, to_bytes(1, optional));
    writer.section(tags::TERM_SEES, to_bytes(2, sees));
    writer.section(tags::TERM_CELLS, to_bytes(1, cells));
    writer.section(tags::TERM_FORMS, to_bytes(2, form_rows));
    writer.section(tags::TERM_FORM_LEXEMES, to_bytes(1, form_lexemes));
    Ok((count, unresolved))
}

fn push<'r>(flat: &mut Vec<Flat<'r>>, parent: u32, term: &'r Term) {
    let id = flat.len() as u32;
    flat.push(Flat { title: term.title.clone(), children: vec![], parent, source: Some(term), end: 0 });
    flat[parent as usize].children.push(id);
    for child in &term.children {
        push(flat, id, child);
    }
    flat[id as usize].end = flat.len() as u32;
}

fn path(flat: &[Flat<'_>], mut id: u32) -> Vec<String> {
    let mut path = Vec::new();
    while let Some(source) = flat[id as usize].source {
        path.push(source.title.clone());
        id = flat[id as usize].parent;
    }
    path.reverse();
    path
}

/// Whether the term above is a main term that names no condition: "Syndrome, right" is no name either.
fn under_generic(flat: &[Flat<'_>], parent: u32, roots: &[u32], generic: &HashSet<String>) -> bool {
    let above = &flat[parent as usize];
    roots.contains(&above.parent) && is_generic(&above.title, generic)
}

fn is_generic(title: &str, generic: &HashSet<String>) -> bool {
    let title = title.to_lowercase();
    generic.contains(&title) || title.split(',').next().is_some_and(|head| generic.contains(head.trim()))
}

/// The category or subcategory that the codes of a term's subterms share, where the term itself has none
/// ("Colitis, Clostridium difficile": recurrent A04.71, not specified as recurrent A04.72). Not for main terms: alone
/// they are words of every note.
fn shared_code(term: &Term) -> Option<&str> {
    let mut codes = term.children.iter().filter(|c| c.see.is_none()).map(|c| c.code.as_deref());
    let first = codes.next()??;
    let (mut shared, mut count) = (first.len(), 1);
    for code in codes {
        count += 1;
        shared = first.bytes().zip(code?.bytes()).take(shared).take_while(|(a, b)| a == b).count();
    }
    // A category has three characters.
    (count > 1 && shared >= 3).then(|| first[..shared].trim_end_matches(['.', '-']))
}

/// The ways to name a term.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Forms {
    pub forms: Vec<Vec<u32>>,
    /// Lexemes that may stand with the term and need not.
    pub optional: Vec<u32>,
    pub flags: u32,
}

impl Forms {
    fn of(term: &Flat<'_>, above: &str, vocabulary: &Vocabulary, optional_words: &HashMap<&str, Vec<u32>>) -> Forms {
        let Some(source) = term.source else { return Forms::default() };
        // What stands in square brackets is another name or an abbreviation of what stands before.
        let (title, bracketed) = match source.title.split_once('[') {
            Some((before, rest)) => (before, rest.split(']').next().unwrap_or("")),
            None => (source.title.as_str(), ""),
        };
        let mut forms = title_forms(title, vocabulary);
        // "with: abscess, perforation or peritonitis": any of them.
        if LINKING.contains(&above)
            && let Some(items) = list_of_words(title, vocabulary)
        {
            forms.forms = items;
        }
        forms.optional.extend(vocabulary.content(bracketed));
        // "(see also Neoplasm, skin)" names no modifier, "(without dependence)" denies one.
        let modifies = |b: &&String| !["see ", "see also", "without ", "not "].iter().any(|p| b.starts_with(p));
        for bracket in source.nonessential.iter().filter(modifies) {
            forms.optional.extend(vocabulary.content(bracket));
        }
        // "Glioblastoma, specified site, see Neoplasm, malignant, by site": the site leads on without a word of its own.
        if forms.flags & flags::REST != 0 && source.see.is_some() && source.title.starts_with("specified site") {
            forms.flags = forms.flags & !flags::REST | flags::OPEN;
        }
        let path = format!("{above} > {}", source.title);
        if let Some(words) = optional_words.get(source.title.as_str()).or_else(|| optional_words.get(path.as_str())) {
            for form in &mut forms.forms {
                form.retain(|l| !words.contains(l));
            }
            forms.optional.extend(words);
            // A subterm that loses all its words is looked through.
            if forms.forms.iter().any(Vec::is_empty) {
                forms.forms.clear();
                forms.flags |= flags::OPEN;
            }
        }
        forms.optional.sort_unstable();
        forms.optional.dedup();
        forms
    }
}

/// Reads a title as a coder does: commas between forms of one word give alternatives ("Diabetes, diabetic"), other
/// commas invert ("Fracture, pathological"), "or" gives alternatives; words that only join are no part of a name; what
/// names only the rest of a list ("specified NEC") is no name at all, and "with" alone leads on without one.
pub fn title_forms(title: &str, vocabulary: &Vocabulary) -> Forms {
    let parts: Vec<Vec<Word>> = title.split(',').map(|p| vocabulary.words(p)).filter(|p| !p.is_empty()).collect();
    let all: Vec<&Word> = parts.iter().flatten().collect();
    let is = |word: &str| all.iter().any(|w| w.text == word);
    let content = |words: &[Word]| {
        let mut lexemes: Vec<u32> = Vec::new();
        for word in words {
            if word.lexeme != 0 && !lexemes.contains(&word.lexeme) {
                lexemes.push(word.lexeme);
            }
        }
        lexemes
    };
    let mut out = Forms::default();
    // "From, off, out of" says where the next term goes on.
    let leads_on = |w: &&Word| matches!(w.text.as_str(), "from" | "off" | "out" | "of" | "in" | "on" | "down" | "into");
    if parts.len() > 1 && all.iter().all(leads_on) || all.len() == 1 && is("down") {
        out.flags |= flags::OPEN;
        return out;
    }
    if is("nec") || is("nos") {
        out.flags |= flags::RESIDUAL;
    }
    let residual = is("specified") || is("unspecified") || is("other") || out.flags & flags::RESIDUAL != 0;
    let names = |w: &Word| w.lexeme != 0 && !matches!(w.text.as_str(), "type" | "types" | "form" | "site" | "sites");
    if residual && !all.iter().any(|w| names(w)) {
        out.flags |= flags::REST;
        return out;
    }
    // "Not specified as recurrent" has no words of its own: it is what the Tabular takes where the note is silent.
    if title.to_lowercase().starts_with("not specified as") {
        out.flags |= flags::REST;
        return out;
    }
    // "Mastectomy site": every note of a breast cancer names the operation, and "site" by itself says nothing.
    if let [[word, site]] = &parts.iter().map(Vec::as_slice).collect::<Vec<_>>()[..]
        && site.text == "site"
        && word.text.ends_with("ectomy")
    {
        out.flags |= flags::REST;
        return out;
    }
    // A word that is everywhere in a note cannot name a term ("May anomaly", the bundle of His).
    if all.iter().any(|w| vocabulary.is_lost(w)) {
        out.flags |= flags::REST;
        return out;
    }
    // "In remission" is a state, no second condition.
    if !is("remission") && all.iter().any(|w| matches!(vocabulary.link(&w.text), Link::Connective | Link::Joining)) {
        out.flags |= flags::CONNECTIVE;
    }
    if !all.iter().any(|w| w.lexeme != 0 && vocabulary.link(&w.text) != Link::Joining) {
        out.flags |= flags::OPEN;
        return out;
    }

    if is("or") && is_list(&parts) {
        // "Parkinson's disease, syndrome or tremor": the eponym goes with each.
        let mut items: Vec<Vec<u32>> = parts.iter().flat_map(|p| alternatives(p)).map(|i| content(&i)).collect();
        items.retain(|i| !i.is_empty());
        let shared = items[0][..items[0].len() - 1].to_vec();
        out.forms.extend(items.iter().enumerate().map(|(at, item)| match at {
            0 => item.clone(),
            _ => shared.iter().copied().filter(|l| !item.contains(l)).chain(item.iter().copied()).collect(),
        }));
    } else if is("or") {
        // "Preponderance, left or right ventricular": one of each part.
        out.forms.push(Vec::new());
        for part in &parts {
            let items: Vec<Vec<u32>> =
                alternatives(part).iter().map(|i| content(i)).filter(|i| !i.is_empty()).collect();
            if !items.is_empty() {
                out.forms =
                    out.forms.iter().flat_map(|f| items.iter().map(move |i| [f.as_slice(), i].concat())).collect();
            }
        }
    } else if parts.len() > 1 && same_word(parts[0].last(), parts[1].last()) {
        // "Mottled, mottling, teeth": forms of the first word, then what goes with each.
        let (same, with): (Vec<_>, Vec<_>) = parts.iter().partition(|p| same_word(parts[0].last(), p.last()));
        let with = content(&with.into_iter().flatten().cloned().collect::<Vec<_>>());
        // "Natal tooth, teeth": the words before the last go with each form of it.
        let first = &parts[0];
        out.forms.extend(same.into_iter().map(|p| {
            let before = if p.len() == 1 { &first[..first.len() - 1] } else { &[] };
            [content(&[before, p].concat()), with.clone()].concat()
        }));
    } else {
        out.forms.push(content(&parts.concat()));
    }
    out.forms.retain(|f| !f.is_empty());
    out.forms.iter_mut().for_each(|f| f.dedup());
    out.forms.sort();
    out.forms.dedup();
    out
}

/// Terms whose subterms are what goes with the term above.
const LINKING: &[&str] = &["with", "in", "due to", "in (due to)", "with or due to", "complicated by"];

/// The items of a list of single words that ends in "or".
fn list_of_words(title: &str, vocabulary: &Vocabulary) -> Option<Vec<Vec<u32>>> {
    let (head, last) = title.split_once(',').and_then(|_| title.split_once(" or "))?;
    let items: Vec<Vec<u32>> = head.split(',').chain([last]).map(|item| vocabulary.content(item)).collect();
    (items.len() > 2 && items.iter().all(|i| i.len() == 1)).then(|| {
        let mut items = items;
        items.sort();
        items.dedup();
        items
    })
}

/// The items between the "or"s of a part.
fn alternatives(part: &[Word]) -> Vec<Vec<Word>> {
    part.split(|w| w.text == "or").map(<[Word]>::to_vec).collect()
}

/// Whether commas and "or" make one list of single words after a name of several ("X's disease, syndrome or palsy").
fn is_list(parts: &[Vec<Word>]) -> bool {
    let named = |words: &[Word]| words.iter().filter(|w| w.lexeme != 0).count();
    let Some((first, rest)) = parts.split_first() else { return false };
    let first_items = alternatives(first);
    named(&first_items[0]) > 1
        && (rest.is_empty() || !first.iter().any(|w| w.text == "or"))
        && first_items[1..]
            .iter()
            .chain(rest.iter().flat_map(|p| alternatives(p)).collect::<Vec<_>>().iter())
            .all(|i| named(i) <= 1)
}

/// Whether two words are forms of one: "diabetes" and "diabetic", "eye" and "eyeball".
fn same_word(a: Option<&Word>, b: Option<&Word>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    let common = a.text.chars().zip(b.text.chars()).take_while(|(x, y)| x == y).count();
    a.lexeme != 0 && (a.lexeme == b.lexeme || common >= 3 || common == 2 && a.text.len() <= 3)
}

fn frequencies(forms: &[Forms], lexemes: usize) -> Vec<u32> {
    let mut frequency = vec![0; lexemes];
    for lexeme in forms.iter().flat_map(|f| &f.forms).flatten() {
        frequency[*lexeme as usize] += 1;
    }
    frequency
}
