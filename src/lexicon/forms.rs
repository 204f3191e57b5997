//! Regular inflection of English and of the Latin and Greek nouns of medicine: from a plural or a participle to the
//! form a book lists.
//!
//! Conservative on purpose. Two words that are merged can never be told apart again, so a rule only proposes, and
//! the caller's vocabulary decides; words that merely look inflected (*diabetes*, *species*, *pus*) are let alone.
//! What is not regular, or changes the part of speech (*renal*, *infected*), is data: `knowledge/word_forms.tsv`.

use std::borrow::Cow;

/// Words that look like a plural and are none, or whose singular means something else.
const INVARIANT: &[&str] = &[
    "aids",
    "bases",
    "bends",
    "biceps",
    "blues",
    "caries",
    "crabs",
    "crps",
    "diabetes",
    "does",
    "facies",
    "feces",
    "forceps",
    "glasses",
    "goes",
    "grounds",
    "hers",
    "herpes",
    "hives",
    "inches",
    "jacks",
    "lens",
    "lives",
    "means",
    "measles",
    "molasses",
    "mumps",
    "news",
    "others",
    "ours",
    "pancreas",
    "perhaps",
    "pres",
    "quadriceps",
    "rabies",
    "rests",
    "rickets",
    "scabies",
    "series",
    "shingles",
    "sometimes",
    "sotos",
    "species",
    "tabes",
    "theirs",
    "thrombocytes",
    "triceps",
    "waters",
    "wells",
    "winds",
    "yaws",
    "yes",
    "yours",
];

/// Species named after a disease, and genitives: *Klebsiella pneumoniae* is no pneumonia.
const NOT_AE: &[&str] = &[
    "africae",
    "agalactiae",
    "anguillulae",
    "cholerae",
    "diphtheriae",
    "influenzae",
    "leprae",
    "madurae",
    "malariae",
    "parainfluenzae",
    "pertussae",
    "pneumoniae",
    "shigae",
    "trombiculae",
];

/// Latin second declension, by word or by ending: most words in *-i* are genitives (*tetani*) or no plurals at all.
const PLURAL_I: &[&str] = &[
    "abaci",
    "alveoli",
    "bacilli",
    "bronchi",
    "calculi",
    "calli",
    "canaliculi",
    "cocci",
    "emboli",
    "foci",
    "fungi",
    "glomeruli",
    "gyri",
    "humeri",
    "loci",
    "menisci",
    "nevi",
    "nuclei",
    "radii",
    "rami",
    "stimuli",
    "sulci",
    "thrombi",
    "tophi",
    "villi",
];

/// Plurals in *-a* of nouns in *-um* and *-on*; adjectives of Latin names (*contagiosa*) are not among them.
const PLURAL_A: &[(&str, &str)] = &[
    ("acetabula", "acetabulum"),
    ("atria", "atrium"),
    ("bacteria", "bacterium"),
    ("criteria", "criterion"),
    ("diverticula", "diverticulum"),
    ("ganglia", "ganglion"),
    ("mycobacteria", "mycobacterium"),
    ("mycoplasmata", "mycoplasma"),
    ("ova", "ovum"),
    ("phenomena", "phenomenon"),
    ("plasmodia", "plasmodium"),
    ("septa", "septum"),
    ("sera", "serum"),
    ("sputa", "sputum"),
    ("symposia", "symposium"),
];

const IRREGULAR: &[(&str, &str)] = &[
    ("axillae", "axilla"),
    ("children", "child"),
    ("corpora", "corpus"),
    ("feet", "foot"),
    ("femora", "femur"),
    ("foramina", "foramen"),
    ("irides", "iris"),
    ("lice", "louse"),
    ("lumina", "lumen"),
    ("mice", "mouse"),
    ("pelves", "pelvis"),
    ("teeth", "tooth"),
    ("testes", "testis"),
    ("women", "woman"),
];

/// Participles and verbal nouns whose stem names something else: *labored* breathing is no labor.
const NOT_PARTICIPLE: &[&str] = &[
    "concerned",
    "concerning",
    "conditioned",
    "conditioning",
    "crushing",
    "dressing",
    "flushing",
    "labored",
    "laboring",
    "parenting",
    "pointed",
    "pointing",
    "poisoning",
    "powered",
    "pressing",
    "shocked",
    "shouldered",
    "stomached",
    "training",
    "weathered",
    "wheeled",
];

/// A participle's stem is shorter than this too often by chance: *handed*, *noted*, *bearing*.
const SHORTEST_STEM: usize = 5;

/// Possible base forms of a folded, lower-case word, the likeliest first. Never the word itself.
pub fn candidates(word: &str) -> impl Iterator<Item = String> {
    let mut out: Vec<String> = Vec::new();
    if word.len() >= 3 && word.bytes().all(|b| b.is_ascii_lowercase()) && !INVARIANT.contains(&word) {
        nouns(word, &mut out);
        participles(word, &mut out);
    }
    out.into_iter()
}

/// The base form of a folded, lower-case word, if `known` knows one; else the word as it is.
pub fn base<'w>(word: &'w str, known: &dyn Fn(&str) -> bool) -> Cow<'w, str> {
    let inflected = |word: &str| candidates(word).find(|c| known(c));
    let base = inflected(word).or_else(|| {
        let word = american(word)?;
        if known(&word) { Some(word) } else { inflected(&word) }
    });
    base.map_or(Cow::Borrowed(word), Cow::Owned)
}

/// British letters and those that stand for them in the books.
const BRITISH: &[(&str, &str)] = &[
    ("ae", "e"),
    ("oe", "e"),
    ("our", "or"),
    ("isation", "ization"),
    ("ising", "izing"),
    ("ised", "ized"),
    ("ise", "ize"),
    ("lyse", "lyze"),
    ("lysing", "lyzing"),
    ("sulph", "sulf"),
    ("leuc", "leuk"),
    ("elled", "eled"),
    ("elling", "eling"),
    ("programme", "program"),
];

/// Shorter words than this have no spelling of their own in Britain that a note would use.
const SHORTEST_BRITISH: usize = 6;

/// How a word that is spelled the British way is spelled in America; none for a word that has nothing British in it.
fn american(word: &str) -> Option<String> {
    // "Larvae" is Latin anywhere.
    if word.ends_with("ae") || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let mut spelled = word.to_owned();
    for (british, american) in BRITISH {
        if word.len() >= SHORTEST_BRITISH && spelled.contains(british) {
            spelled = spelled.replace(british, american);
        }
    }
    // "Litre".
    if let Some(stem) = ["tre", "bre"].iter().find_map(|end| spelled.ends_with(end).then(|| spelled.len() - 2)) {
        spelled.truncate(stem);
        spelled.push_str("er");
    }
    (spelled != word).then_some(spelled)
}

/// The regular plural of a word, if `known` knows it. For a word whose vocabulary lists the plural only
/// (*floaters*): not for words that are known themselves.
pub fn plural(word: &str, known: &dyn Fn(&str) -> bool) -> Option<String> {
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) || word.ends_with('s') {
        return None;
    }
    let plural = match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if word.ends_with(['x', 'z']) || word.ends_with("ch") || word.ends_with("sh") => format!("{word}es"),
        _ => format!("{word}s"),
    };
    (!INVARIANT.contains(&plural.as_str()) && known(&plural)).then_some(plural)
}

fn nouns(word: &str, out: &mut Vec<String>) {
    let long = word.len();
    if let Some((_, base)) = IRREGULAR.iter().chain(PLURAL_A).find(|(form, _)| *form == word) {
        out.push((*base).into());
        return;
    }
    if let Some(stem) = word.strip_suffix("ae") {
        if long >= 5 && !NOT_AE.contains(&word) {
            out.push(format!("{stem}a"));
        }
        return;
    }
    if let Some(stem) = word.strip_suffix('i') {
        if PLURAL_I.iter().any(|p| word == *p || (p.len() > 4 && word.ends_with(p))) {
            out.push(format!("{stem}us"));
        }
        return;
    }
    if let Some(stem) = word.strip_suffix("mata") {
        if long >= 6 {
            out.push(format!("{stem}ma"));
        }
        return;
    }
    let Some(stem) = word.strip_suffix('s') else { return };
    if long < 4 || stem.ends_with(['s', 'u', 'i']) {
        return;
    }
    // Greek -sis: -ases, -eses, -ises, -oses, -yses.
    if long >= 6 && ["ases", "eses", "ises", "oses", "yses"].iter().any(|e| word.ends_with(e)) {
        out.push(format!("{}is", &word[..long - 2]));
    }
    if let Some(stem) = word.strip_suffix("itides") {
        out.push(format!("{stem}itis"));
    }
    if let Some(stem) = word.strip_suffix("ices")
        && long >= 6
    {
        out.extend([format!("{stem}ix"), format!("{stem}ex")]);
    }
    if let Some(stem) = word.strip_suffix("nges")
        && long >= 7
    {
        out.push(format!("{stem}nx"));
    }
    if let Some(stem) = word.strip_suffix("ies")
        && long >= 5
    {
        out.push(format!("{stem}y"));
    }
    if let Some(stem) = word.strip_suffix("ves")
        && long >= 5
    {
        out.extend([format!("{stem}f"), format!("{stem}fe")]);
    }
    if let Some(stem) = word.strip_suffix("es")
        && long >= 5
        && ["ch", "sh", "ss", "x", "zz", "o"].iter().any(|e| stem.ends_with(e))
    {
        out.push(stem.into());
    }
    out.push(stem.into());
    // viruses, lenses, gases
    if let Some(stem) = word.strip_suffix("es")
        && long >= 5
        && stem.ends_with('s')
        && !stem.ends_with("ss")
    {
        out.push(stem.into());
    }
}

fn participles(word: &str, out: &mut Vec<String>) {
    if NOT_PARTICIPLE.contains(&word) {
        return;
    }
    let stem = match (word.strip_suffix("ed"), word.strip_suffix("ing")) {
        (Some(stem), _) | (None, Some(stem)) => stem,
        _ => return,
    };
    if stem.len() < SHORTEST_STEM {
        return;
    }
    if word.ends_with("ied") {
        out.push(format!("{}y", &stem[..stem.len() - 1]));
    }
    out.extend([format!("{stem}e"), stem.into()]);
    // controlled, but not dressed
    let b = stem.as_bytes();
    if let [.., a, z] = b
        && a == z
        && !b"aeious".contains(z)
    {
        out.push(stem[..stem.len() - 1].into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A base is found when the vocabulary holds it.
    #[test]
    fn to_the_base() {
        for (word, base_form) in [
            ("fractures", "fracture"),
            ("ulcers", "ulcer"),
            ("kidneys", "kidney"),
            ("arteries", "artery"),
            ("neuropathies", "neuropathy"),
            ("biopsies", "biopsy"),
            ("diseases", "disease"),
            ("diagnoses", "diagnosis"),
            ("metastases", "metastasis"),
            ("stenoses", "stenosis"),
            ("paralyses", "paralysis"),
            ("crises", "crisis"),
            ("prostheses", "prosthesis"),
            ("viruses", "virus"),
            ("sinuses", "sinus"),
            ("lenses", "lens"),
            ("abscesses", "abscess"),
            ("reflexes", "reflex"),
            ("patches", "patch"),
            ("headaches", "headache"),
            ("toes", "toe"),
            ("varices", "varix"),
            ("cortices", "cortex"),
            ("appendices", "appendix"),
            ("devices", "device"),
            ("phalanges", "phalanx"),
            ("vertebrae", "vertebra"),
            ("ischaemic", "ischemic"),
            ("anaemias", "anemia"),
            ("tumours", "tumor"),
            ("haemorrhoids", "hemorrhoid"),
            ("diarrhoea", "diarrhea"),
            ("localised", "localized"),
            ("fibre", "fiber"),
            ("petechiae", "petechia"),
            ("sequelae", "sequela"),
            ("emboli", "embolus"),
            ("thrombi", "thrombus"),
            ("staphylococci", "staphylococcus"),
            ("diverticula", "diverticulum"),
            ("atria", "atrium"),
            ("hematomata", "hematoma"),
            ("arthritides", "arthritis"),
            ("calves", "calf"),
            ("valves", "valve"),
            ("nerves", "nerve"),
            ("feet", "foot"),
            ("teeth", "tooth"),
            ("testes", "testis"),
            ("children", "child"),
            ("fractured", "fracture"),
            ("sprained", "sprain"),
            ("controlled", "control"),
            ("bruising", "bruise"),
            ("vomiting", "vomit"),
        ] {
            assert_eq!(base(word, &|w| w == base_form), base_form, "{word}");
        }
    }

    /// Nothing is merged, whatever the vocabulary holds.
    #[test]
    fn let_alone() {
        for word in [
            "stasis",
            "process",
            "pus",
            "diabetes",
            "herpes",
            "rabies",
            "scabies",
            "series",
            "species",
            "aids",
            "ileus",
            "uterus",
            "sinus",
            "lupus",
            "pancreas",
            "biceps",
            "lens",
            "mumps",
            "hives",
            "shingles",
            "pelvis",
            "abscess",
            "pneumoniae",
            "influenzae",
            "tetani",
            "typhi",
            "coli",
            "papilla",
            "contagiosa",
            "his",
            "was",
            "has",
            "as",
            "handed",
            "noted",
            "labored",
            "burning",
            "biting",
            "smoking",
            "crushing",
            "poisoning",
            "bearing",
            "crps",
            "sepsis",
            "gas",
            "s",
            "",
            "ed",
            "ing",
            "és",
            "2s",
            "t2dm",
        ] {
            assert_eq!(base(word, &|_| true), word, "{word}");
        }
    }

    /// Never the word itself, never a base too short to mean anything, and no panic on any text.
    #[test]
    fn candidates_are_shorter_words() {
        for word in ["ss", "ies", "ves", "ae", "i", "mata", "ices", "nges", "itides", "ied", "eed", "äed", "oes", "xes"]
        {
            for candidate in candidates(word) {
                assert_ne!(candidate, word);
                assert!(!candidate.is_empty(), "{word}");
            }
        }
    }

    #[test]
    fn a_vocabulary_of_plurals() {
        let known = |w: &str| ["floaters", "boxes", "allergies", "hives", "days"].contains(&w);
        for (word, expected) in [
            ("floater", Some("floaters")),
            ("box", None),
            ("allergy", Some("allergies")),
            ("hive", None),
            ("floaters", None),
            ("spot", None),
        ] {
            assert_eq!(plural(word, &known).as_deref(), expected, "{word}");
        }
    }
}
