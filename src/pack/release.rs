//! A release of the code set as it was published: what the XML readers make and the compiler takes. Native only.

/// Everything that goes into a pack from official files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Release {
    /// `"ICD-10-CM"`.
    pub name: String,
    /// `"2026-04"`.
    pub release: String,
    /// First and last day in force, `YYYY-MM-DD`.
    pub effective_from: String,
    pub effective_to: String,
    pub sources: Vec<Source>,
    /// In the order of the book: a node comes after its parent and before the next sibling; chapters and sections
    /// first of their kind. Billable codes are all in, those made by 7th characters too.
    pub tabular: Vec<TabularNode>,
    /// Alphabetic Index to Diseases and Injuries, main terms in order.
    pub index: Vec<Term>,
    /// Table of Neoplasms, Table of Drugs and Chemicals (`cells` filled), External Cause Index.
    pub neoplasms: Vec<Term>,
    pub drugs: Vec<Term>,
    pub external_causes: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What it gave: `"Tabular List"`.
    pub part: String,
    /// File or package with its version.
    pub name: String,
    /// Its release: `"FY2026 April"`.
    pub release: String,
    /// Of the file or package as fetched or given, in hex.
    pub sha256: String,
    pub licence: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    Chapter,
    /// A block of categories: `I10-I1A`.
    Section,
    /// A category, subcategory or code of the XML.
    Diagnosis,
    /// Made from a diagnosis, placeholders and a 7th character.
    Extended,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabularNode {
    pub kind: NodeKind,
    /// With its dot: `"E11.621"`, `"S52.501A"`, `"T36.0X1A"`; for a chapter its number, for a section its range.
    pub code: String,
    /// Full title; for an extended code the title of its stem, `", "`, and the meaning of the 7th character.
    pub title: String,
    /// Index into `Release::tabular`; absent for chapters.
    pub parent: Option<u32>,
    pub notes: Vec<Note>,
    /// 7th characters defined here for all codes below, in order: `('A', "initial encounter for closed fracture")`.
    pub seventh: Vec<(char, String)>,
    pub billable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub kind: NoteKind,
    pub text: String,
    /// Codes named in the text, as inclusive ranges of code prefixes: `("S58", "S58")`, `("I20", "I25")`.
    pub refs: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoteKind {
    Inclusion,
    Includes,
    Excludes1,
    Excludes2,
    CodeFirst,
    UseAdditional,
    CodeAlso,
    /// A plain note.
    Note,
}

/// A main term or subterm of the Index, or a row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    /// Without nonessential modifiers, white space folded: `"Diabetes, diabetic"`.
    pub title: String,
    /// As printed, nonessential modifiers in place: `"Diabetes, diabetic (mellitus) (sugar)"`.
    pub printed: String,
    /// The words of the nonessential modifiers, one entry a bracket: `["mellitus", "sugar"]`.
    pub nonessential: Vec<String>,
    /// As printed, a trailing `-` kept: `"E11.9"`, `"H40.05-"`.
    pub code: Option<String>,
    /// The manifestation code in brackets that is listed second.
    pub manifestation: Option<String>,
    /// Text of a *see* or *see also* reference.
    pub see: Option<String>,
    pub see_also: Option<String>,
    /// A *see category* reference: `"M01"`.
    pub see_category: Option<String>,
    /// Columns 2 to 7 of a table; empty outside the tables. `None` where the table prints dashes.
    pub cells: Vec<Option<String>>,
    pub children: Vec<Term>,
}
