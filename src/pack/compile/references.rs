//! *See* and *see also*: from the words of a reference to the term it means.
//!
//! A reference is a path of titles with commas ("Failure, renal, chronic"), with parts that say how to go on rather
//! than where ("by site", "by type"), or a table and its column ("Neoplasm, by site, malignant").

use super::terms::Flat;
use crate::index::column;
use crate::pack::codes::is_code;
use std::collections::HashMap;

pub struct References<'f> {
    flat: &'f [Flat<'f>],
    /// First term of that title, in lower case, among the main terms.
    mains: HashMap<String, u32>,
    /// By a comma part of the title: those that begin with it, and the others.
    heads: HashMap<String, (Vec<u32>, Vec<u32>)>,
    tables: Tables,
}

/// Where the tables begin.
#[derive(Clone, Copy)]
pub struct Tables {
    pub neoplasms: u32,
    pub drugs: u32,
}

impl<'f> References<'f> {
    /// `mains` are the main terms to look among; `tables` are the roots of the tables.
    pub fn new(flat: &'f [Flat<'f>], among: impl Iterator<Item = u32>, tables: Tables) -> References<'f> {
        let mut mains = HashMap::new();
        let mut heads: HashMap<String, (Vec<u32>, Vec<u32>)> = HashMap::new();
        for id in among {
            let title = normal(&flat[id as usize].title);
            for (at, part) in title.split(',').enumerate() {
                let place = heads.entry(part.trim().to_owned()).or_default();
                // A title that begins with the word before one that only has it.
                if at == 0 {
                    place.0.push(id);
                } else {
                    place.1.push(id);
                }
            }
            mains.entry(title).or_insert(id);
        }
        References { flat, mains, heads, tables }
    }

    /// The term meant and the column of its table; `None` where the reference leads to no term ("condition").
    pub fn resolve(&self, reference: &str) -> Option<(u32, u32)> {
        // "Examination, medical Z00.00": the code after the words is that of the term they name.
        let words = reference.trim_end().rsplit_once(' ').filter(|(_, last)| is_code(last));
        let text = normal(words.map_or(reference, |(words, _)| words));
        if leads_nowhere(&text) {
            return None;
        }
        if text.starts_with("table of drugs") {
            return Some((self.tables.drugs, drug_column(&text)));
        }
        let parts: Vec<&str> = text.split(',').map(str::trim).filter(|p| !p.is_empty()).collect();
        if text.starts_with("table of neoplasms") {
            return Some((self.tables.neoplasms, column::UNSPECIFIED_BEHAVIOR));
        }
        let is_neoplasm = parts.first() == Some(&"neoplasm");
        if is_neoplasm {
            let (at, _, column) = self.follow(self.tables.neoplasms, &parts, 1, true);
            let column = if column == column::NONE { column::UNSPECIFIED_BEHAVIOR } else { column };
            return Some((at, column));
        }
        // Of several main terms of that name ("Fracture, burst", "Fracture, traumatic") the one that the rest of the
        // reference can be followed in farthest; of equal ones the first.
        let mut best: Option<(usize, u32, u32)> = None;
        for (main, taken) in self.main(&parts) {
            let (at, followed, column) = self.follow(main, &parts, taken, false);
            if best.is_none_or(|(most, ..)| followed > most) {
                best = Some((followed, at, column));
            }
        }
        best.map(|(_, at, column)| (at, column))
    }

    /// Goes on from a term by the parts from `next`: where that ends, how many parts it took, and the column of a table.
    fn follow(&self, mut at: u32, parts: &[&str], mut next: usize, is_neoplasm: bool) -> (u32, usize, u32) {
        let mut column = column::NONE;
        while next < parts.len() {
            let part = parts[next];
            if let Some(c) = is_neoplasm.then(|| neoplasm_column(part)).flatten() {
                column = c;
            } else if part.starts_with("by ") || part == "except" {
                // "by site": the words of the note say where to go on.
            } else if let Some(child) = self.child(at, &parts[next..]) {
                at = child.0;
                next += child.1;
                continue;
            } else {
                // As far as the reference can be followed.
                break;
            }
            next += 1;
        }
        (at, next, column)
    }

    /// The main terms that the longest run of parts names, and how many parts it took.
    fn main(&self, parts: &[&str]) -> Vec<(u32, usize)> {
        for take in (1..=parts.len()).rev() {
            if let Some(&id) = self.mains.get(&parts[..take].join(", ")) {
                return vec![(id, take)];
            }
        }
        let Some(&first) = parts.first() else { return Vec::new() };
        // The Index is not always of one mind about the plural ("Complications" for "Complication").
        let singular = first.strip_suffix('s').unwrap_or(first);
        let Some((heads, others)) = self.heads.get(first).or_else(|| self.heads.get(singular)) else {
            return Vec::new();
        };
        let among = if heads.is_empty() { others } else { heads };
        among.iter().map(|&id| (id, 1)).collect()
    }

    /// The child that the next parts name, transparent children ("with") looked through.
    fn child(&self, at: u32, parts: &[&str]) -> Option<(u32, usize)> {
        for take in (1..=parts.len().min(3)).rev() {
            let wanted = parts[..take].join(", ");
            if let Some(child) = self.named(at, &wanted, 2) {
                return Some((child, take));
            }
        }
        None
    }

    fn named(&self, at: u32, wanted: &str, depth: u32) -> Option<u32> {
        let children = || self.flat[at as usize].children.iter().copied();
        for child in children() {
            let title = normal(&self.flat[child as usize].title);
            if title == wanted
                // References leave out the hyphen of "broncho-".
                || title.split(',').any(|t| t.trim() == wanted || t.trim().strip_suffix('-') == Some(wanted))
                || title.split(" or ").any(|t| t.trim() == wanted)
            {
                return Some(child);
            }
        }
        // "Fracture, carpal, navicular": the entry is "carpal bone(s)".
        let of_bone = |title: &str| title.strip_prefix(wanted).is_some_and(|rest| rest.starts_with(" bone"));
        if let Some(child) = children().find(|&c| of_bone(&normal(&self.flat[c as usize].title))) {
            return Some(child);
        }
        // "Osteoporosis, with fracture": the entry is "with current pathological fracture".
        let in_order = |title: &str| {
            let mut words = title.split_whitespace();
            wanted.split_whitespace().all(|w| words.any(|t| t == w))
        };
        if wanted.starts_with("with ")
            && let Some(child) = children().find(|&c| in_order(&normal(&self.flat[c as usize].title)))
        {
            return Some(child);
        }
        // "with neuropathy" names the child "neuropathy" of the child "with".
        if depth > 0 {
            for child in children() {
                let title = normal(&self.flat[child as usize].title);
                if let Some(rest) = wanted.strip_prefix(&title)
                    && rest.starts_with(' ')
                    && let Some(found) = self.named(child, rest.trim(), depth - 1)
                {
                    return Some(found);
                }
            }
        }
        None
    }
}

/// References that name no term by design: "see condition" at adjectives and sites, categories, advice.
pub fn leads_nowhere(reference: &str) -> bool {
    let reference = normal(reference);
    reference.is_empty()
        || reference.starts_with("condition")
        || reference.contains("category")
        || reference.contains("categories")
        || reference.starts_with("code")
}

fn normal(text: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth <= 0 => plain.extend(c.to_lowercase()),
            _ => {}
        }
    }
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    plain.trim_end_matches(" nec").trim_end_matches(" nos").replace(" ,", ",").to_owned()
}

fn neoplasm_column(part: &str) -> Option<u32> {
    Some(match part {
        "malignant" | "malignant primary" | "primary" => column::MALIGNANT_PRIMARY,
        "secondary" | "malignant secondary" | "malignant, secondary" => column::MALIGNANT_SECONDARY,
        "in situ" | "ca in situ" => column::IN_SITU,
        "benign" => column::BENIGN,
        "uncertain behavior" => column::UNCERTAIN_BEHAVIOR,
        "unspecified behavior" | "unspecified" => column::UNSPECIFIED_BEHAVIOR,
        _ => return None,
    })
}

fn drug_column(text: &str) -> u32 {
    if text.contains("adverse effect") {
        column::ADVERSE_EFFECT
    } else if text.contains("underdosing") {
        column::UNDERDOSING
    } else {
        // Accident is assumed where intent is not stated (I.C.19.e.5.b).
        column::POISONING_ACCIDENTAL
    }
}
