//! I.A.15 and I.B.9: "with".

use crate::Setting::Outpatient;
use crate::guidelines::{Candidate, Case, Rule, fires, must_not, nearly};
use crate::index::{Mention, Source, Volume, column};
use crate::report::{Assertion, Tier};
use crate::tabular::NoteKind;

pub static RULE: Rule = Rule {
    section: "I.A.15",
    explanation: "Two conditions that the Index joins by \u{201c}with\u{201d} or \u{201c}in\u{201d} are taken as linked, \
                  unless the note says that they are not.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes.\n2. Gastroparesis.", "E11.43", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes.\n2. Gout.", "E11.9", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. T2DM with CKD stage 3.\n2. Retinopathy.", "E11.319", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes, no gastroparesis.", "E11.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Cannabis use daily.\n2. GAD.", "F41.1", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    let count = case.candidates.len();
    for at in 0..count {
        if !stands(case, &case.candidates[at]) {
            continue;
        }
        // A diabetes with one complication, found by its title in the Tabular, takes the others by the Index.
        let mention = case.mention(&case.candidates[at]);
        let source = match (mention.source, mention.entry) {
            (Source::Title { .. }, Some((entry, _))) if is_diabetic(case, at) => entry,
            (source, _) => source,
        };
        let Source::Index { term, column: column::NONE, .. } = source else { continue };
        for other in 0..count {
            if other == at || !stands(case, &case.candidates[other]) {
                continue;
            }
            let linked = case.mention(&case.candidates[other]);
            // What the mention itself says it says by its own path.
            let own = case.mention(&case.candidates[at]).tokens;
            if own.start <= linked.tokens.start && linked.tokens.end <= own.end {
                continue;
            }
            let lexemes = case.facts.lexemes.occurrences[case.facts.lexemes.within(linked.tokens)]
                .iter()
                .map(|o| o.lexeme)
                .collect::<Vec<_>>();
            // What the first names as a whole is no second condition ("ketoacidosis with coma").
            if inside(linked, case.mention(&case.candidates[at])) {
                continue;
            }
            // A word of another condition elsewhere ("gangrenous appendicitis") is none of this one's.
            let apart = case.facts.sentence(case.candidates[at].mentions[0])
                != case.facts.sentence(case.candidates[other].mentions[0]);
            if is_word_of_another(case, at, other) {
                continue;
            }
            // The same condition, named again with more words.
            if is_named_again(case, at, other) {
                if is_vague(case, at) {
                    let code = case.code(&case.candidates[other]).to_owned();
                    case.candidates[at].hold("I.B.2", format!("Named more exactly elsewhere in the note: {code}."));
                    break;
                }
                continue;
            }
            let Some((with, node)) = case.facts.index.with(term, &lexemes) else { continue };
            if apart && case.code(&case.candidates[at]).starts_with('K') && is_local(case, with) {
                continue;
            }
            if parted(case, at) || parted(case, other) || !is_assumed(case, with) && !is_said(case, at, other) {
                continue;
            }
            if is_of_substance(case, at, other) && !is_said(case, at, other) && !is_said(case, other, at) {
                continue;
            }
            let beside = case.facts.tabular.own_lexemes(case.candidates[other].node);
            let Some(mut descent) = case.facts.tabular.descend(
                node,
                &|l| lexemes.contains(&l) || beside.contains(&l),
                case.phase(&case.candidates[at]),
                case.facts.strings,
            ) else {
                continue;
            };
            // "Diabetic ketoacidosis, type 1": what is joined to it is of the same type.
            if let Some(node) = of_same_type(case, at, descent.node) {
                descent.node = node;
            }
            // The one complication of diabetes is none of the other: each names its own.
            if is_diabetic(case, at) && is_diabetic(case, other) {
                continue;
            }
            // What is left over from a stroke has to be said to be (I.C.9.d).
            if case.facts.tabular.code(descent.node, case.facts.strings).starts_with("I69") {
                continue;
            }
            // The organism of one infection is not that of another: a person links them (I.B.16).
            let apart = case.facts.sentence(case.candidates[at].mentions[0])
                != case.facts.sentence(case.candidates[other].mentions[0]);
            if apart && is_by_organism(case.facts.tabular.code(descent.node, case.facts.strings)) {
                continue;
            }
            let result = case.facts.tabular.code(descent.node, case.facts.strings);
            let injury = |code: &str| code.starts_with(['S', 'T']);
            let of_injury = injury(case.code(&case.candidates[at])) || injury(case.code(&case.candidates[other]));
            // No injury is made of what is none ("shock liver"), and a pregnancy of several children stays one.
            if injury(result) && !of_injury || case.code(&case.candidates[other]).starts_with("O30") {
                continue;
            }
            join(case, at, other, with, descent);
        }
    }
    drop_included(case);
    bring_main_term(case);
}

/// "Bronchitis, acute, with COPD" leads to a code of the COPD that wants the infection as well: the code above "with".
fn bring_main_term(case: &mut Case<'_>) {
    let (tabular, index) = (case.facts.tabular, case.facts.index);
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let Source::Index { term, column: column::NONE, .. } = case.mention(candidate).source else { continue };
        let node = candidate.node;
        if !stands(case, candidate) || !tabular.notes(node, case.facts.strings).any(|(k, _)| k == NoteKind::CodeAlso) {
            continue;
        }
        let above = index.path(term).into_iter().rev().skip(1).find_map(|t| index.code(t, column::NONE));
        let Some(above) = above.filter(|&n| tabular.is_billable(n)) else { continue };
        let apart = tabular.category(above) != tabular.category(node);
        if apart && asks_without_naming(case, node) {
            let mention = candidate.mentions[0];
            let code = tabular.code(above, case.facts.strings).to_owned();
            case.bring(&code, vec![mention], RULE.section);
        }
    }
}

/// The code of a complication in the category of the diabetes that a candidate already has, where the Index leads to type 2.
fn of_same_type(case: &Case<'_>, at: usize, node: crate::tabular::NodeId) -> Option<crate::tabular::NodeId> {
    let tabular = case.facts.tabular;
    let rest = tabular.code(node, case.facts.strings).strip_prefix("E11")?;
    case.code(&case.candidates[at]).strip_prefix("E10")?;
    tabular.find(&format!("E10{rest}")).filter(|&n| tabular.is_billable(n))
}

/// The use of a substance and a mental disorder: that the one comes from the other is documented, not taken so (I.C.5.b).
fn is_of_substance(case: &Case<'_>, at: usize, other: usize) -> bool {
    let (one, other) = (case.code(&case.candidates[at]), case.code(&case.candidates[other]));
    one.starts_with("F1") && other.starts_with('F') && !other.starts_with("F1")
}

fn is_diabetic(case: &Case<'_>, at: usize) -> bool {
    let code = case.code(&case.candidates[at]);
    ["E08", "E09", "E10", "E11", "E13"].iter().any(|c| code.starts_with(c)) && !code.ends_with(".9")
}

/// Words by which a note parts two conditions that the Index joins.
const APART: &[&str] = &[
    "not due to",
    "unrelated to",
    "not related to",
    "not secondary to",
    "not caused by",
    "not diabetic",
    "nondiabetic",
];

fn parted(case: &Case<'_>, at: usize) -> bool {
    let mention = case.candidates[at].mentions[0];
    case.facts.says(case.facts.sentence(mention), APART)
}

/// Whether a mention is but a part of a longer one in another sentence than the first stands in.
fn is_word_of_another(case: &Case<'_>, at: usize, other: usize) -> bool {
    let facts = &case.facts;
    let (one, word) = (case.candidates[at].mentions[0], case.candidates[other].mentions[0]);
    let (here, part) = (facts.mentions[one].sentence, &facts.mentions[word]);
    if part.sentence == here {
        return false;
    }
    let from = facts.mentions.partition_point(|m| m.sentence < part.sentence);
    (from..facts.mentions.len()).take_while(|&m| facts.mentions[m].sentence == part.sentence).any(|m| {
        let whole = &facts.mentions[m];
        m != word && !whole.generic && whole.core.len() + whole.linked.len() > part.core.len() && inside(part, whole)
    })
}

/// Whether the second has all the words of the first, and a code of the same category.
fn is_named_again(case: &Case<'_>, at: usize, other: usize) -> bool {
    let [one, more] = [at, other].map(|c| &case.candidates[c]);
    if case.facts.tabular.category(one.node) != case.facts.tabular.category(more.node) {
        return false;
    }
    let words = case.core(case.mention(more));
    // What "with" brought ("diabetes with angiopathy") is named by the one and not by the other.
    let linked = |at: usize| !case.mention(&case.candidates[at]).linked.is_empty();
    !(linked(at) && linked(other)) && case.core(case.mention(one)).iter().all(|l| words.contains(l))
}

/// What happens at one place is not taken to be of another one, unless one statement names both: gangrene of a hernia is
/// none of a toe. Diabetes and the disease of arteries have no such place.
fn is_local(case: &Case<'_>, with: crate::index::TermId) -> bool {
    case.facts.index.path(with).iter().any(|&t| {
        let title = case.facts.index.title(t, case.facts.strings).to_lowercase();
        ["gangren", "obstruct", "perforat"].iter().any(|word| title.contains(word))
    })
}

/// Whether a code says that the kind of the condition was not said.
fn says_unspecified(case: &Case<'_>, at: usize) -> bool {
    let (tabular, node) = (case.facts.tabular, case.candidates[at].node);
    tabular.chain(node).iter().any(|&n| tabular.is(n, crate::tabular::flags::UNSPECIFIED))
        || tabular.title(node, case.facts.strings).starts_with("Unspecified")
}

/// Whether a code says that more was not said, or that there is no more.
fn is_vague(case: &Case<'_>, at: usize) -> bool {
    let (tabular, node) = (case.facts.tabular, case.candidates[at].node);
    tabular.chain(node).iter().any(|&n| tabular.is(n, crate::tabular::flags::UNSPECIFIED))
        || tabular.title(node, case.facts.strings).contains("without")
}

/// Codes of infections that name their organism.
fn is_by_organism(code: &str) -> bool {
    const INFECTIONS: &[&str] = &[
        "A", "B", "G00", "G01", "G05", "I32", "I33", "I41", "J10", "J11", "J12", "J13", "J14", "J15", "J16", "J17",
        "M00", "M01",
    ];
    INFECTIONS.iter().any(|c| code.starts_with(c))
}

/// Whether the Index joins by "with" or "in": a link under "due to" alone has to be said.
fn is_assumed(case: &Case<'_>, with: crate::index::TermId) -> bool {
    let index = case.facts.index;
    let path = index.path(with);
    path.iter().rev().skip(1).any(|&t| {
        let title = index.title(t, case.facts.strings).to_lowercase();
        let words = |w: &str| title.split(|c: char| !c.is_alphanumeric()).any(|x| x == w);
        words("with") || words("in") || words("associated")
    }) || !path.iter().any(|&t| index.title(t, case.facts.strings).to_lowercase().starts_with("due to"))
}

/// Whether the note says that one comes from the other.
fn is_said(case: &Case<'_>, at: usize, other: usize) -> bool {
    let [one, other] = [at, other].map(|c| case.candidates[c].mentions[0]);
    let place = case.facts.mentions[other].tokens.start;
    case.facts.cause_of(one).is_some_and(|cause| cause.contains(place))
}

fn stands(case: &Case<'_>, candidate: &Candidate) -> bool {
    candidate.tier == Tier::Suggested
        && !of_drug(case.code(candidate))
        && case.assertion(candidate) == Assertion::Affirmed
        && !case.mention(candidate).is_of(Volume::ExternalCauses)
}

/// What a drug did, and why too little of it was taken, stand beside the condition and are no part of it.
fn of_drug(code: &str) -> bool {
    code.get(..3).is_some_and(|c| ("T36"..="T50").contains(&c)) || ["Z91.1", "Z05"].iter().any(|c| code.starts_with(c))
}

/// Whether another mention has all the words of one.
fn inside(mention: &Mention, other: &Mention) -> bool {
    mention.core.iter().all(|c| other.core.iter().chain(&other.linked).any(|o| o.start <= c.start && c.end <= o.end))
}

/// Makes the first candidate, or a new one beside it, the code for both.
fn join(case: &mut Case<'_>, at: usize, other: usize, with: u32, descent: crate::tabular::descend::Descent) {
    let path: Vec<String> = case
        .facts
        .index
        .path(with)
        .into_iter()
        .map(|t| case.facts.index.title(t, case.facts.strings).to_owned())
        .collect();
    let mut mentions = case.candidates[at].mentions.clone();
    mentions.truncate(1);
    mentions.push(case.candidates[other].mentions[0]);
    let mut joined = Candidate {
        node: descent.node,
        mentions,
        tier: Tier::Suggested,
        reason: None,
        rules: case.candidates[at].rules.clone(),
        missing: descent.missing,
        path: Some(path),
        sequence: None,
    };
    joined.cite(RULE.section);
    let code = case.code(&joined).to_owned();
    // Neuropathy of a kind that the note names elsewhere.
    let of_kind = |c: &Candidate| {
        let own = case.code(c);
        c.tier == Tier::Suggested && own.len() == 6 && own[..5] == code[..5] && own.ends_with(['1', '2', '4'])
    };
    if matches!(code.as_str(), "E08.40" | "E09.40" | "E10.40" | "E11.40" | "E13.40")
        && case.candidates.iter().any(of_kind)
    {
        case.candidates[other].hold("I.B.9", "Named more exactly as a complication of the diabetes.");
        return;
    }
    if !case.candidates.iter().any(|c| c.node == joined.node && c.tier == Tier::Suggested) {
        case.candidates.push(joined);
    }
    // A first one that is a combination itself stays: "diabetes with neuropathy and retinopathy".
    // So does a complication of diabetes beside another one.
    let own = case.code(&case.candidates[at]);
    let complicated = ["E08", "E09", "E10", "E11", "E13"].iter().any(|c| own.starts_with(c)) && !own.ends_with(".9");
    let combined = complicated || !case.mention(&case.candidates[at]).linked.is_empty();
    let code_of_first = case.code(&case.candidates[at]).to_owned();
    // "Code also to identify the infection": the first is what the Tabular wants beside the code for both.
    let node = case.facts.tabular.find(&code);
    let kept = node.is_some_and(|n| {
        case.facts.tabular.notes(n, case.facts.strings).any(|(kind, text)| {
            kind == NoteKind::CodeAlso && text.contains("infection") && !text.chars().any(|c| c.is_ascii_digit())
        })
    }) && code_of_first.starts_with('J');
    if code_of_first != code && !combined && !kept {
        case.candidates[at].hold(RULE.section, format!("Coded as {code}, which joins it with the other condition."));
    }
}

/// What a combination code says is not coded again, unless the Tabular asks for it there (I.B.9).
fn drop_included(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let combination = &case.candidates[at];
        let Some(parts) = included_parts(case, combination) else { continue };
        let (node, code) = (combination.node, case.code(combination).to_owned());
        for other in 0..case.candidates.len() {
            let candidate = &case.candidates[other];
            // The first mention of what was joined is another condition's, which both complicate.
            let own = match candidate.rules.contains(&RULE.section) && candidate.mentions.len() > 1 {
                true => &candidate.mentions[1..],
                false => &candidate.mentions[..],
            };
            let part = other != at
                && candidate.tier == Tier::Suggested
                && !of_drug(case.code(candidate))
                && candidate.node != node
                && own.iter().any(|&m| parts.contains(&case.facts.mentions[m].tokens));
            if !part {
                continue;
            }
            let category = case.facts.tabular.category(candidate.node);
            // "Gangrenous appendicitis with localized peritonitis": the part is named more exactly than the whole.
            if case.facts.tabular.category(node) == category
                && says_unspecified(case, at)
                && !says_unspecified(case, other)
            {
                let code = case.code(&case.candidates[other]).to_owned();
                case.candidates[at].hold("I.B.2", format!("Named more exactly elsewhere in the note: {code}."));
                break;
            }
            let wanted = [candidate.node, category].iter().any(|&n| {
                let name = case.facts.tabular.code(n, case.facts.strings);
                [NoteKind::UseAdditional, NoteKind::CodeFirst, NoteKind::CodeAlso]
                    .into_iter()
                    .any(|kind| case.facts.tabular.names_within(node, kind, name, case.facts.strings))
            }) || asks_without_naming(case, node);
            // What excludes the combination cannot stand beside it.
            let excluded =
                case.facts.tabular.names(node, NoteKind::Excludes1, case.code(candidate), case.facts.strings)
                    || case.facts.tabular.names(candidate.node, NoteKind::Excludes1, &code, case.facts.strings);
            let wanted = wanted && !excluded;
            if !wanted {
                case.candidates[other].hold("I.B.9", format!("Included in {code}."));
            }
        }
    }
}

/// "Code first underlying cause", "code also to identify the infection": the Tabular wants the part, whatever it is.
fn asks_without_naming(case: &Case<'_>, node: crate::tabular::NodeId) -> bool {
    case.facts
        .tabular
        .notes(node, case.facts.strings)
        .chain(
            case.facts.tabular.parent(node).into_iter().flat_map(|p| case.facts.tabular.notes(p, case.facts.strings)),
        )
        .any(|(kind, text)| {
            matches!(kind, NoteKind::CodeFirst | NoteKind::CodeAlso | NoteKind::UseAdditional)
                && !text.chars().any(|c| c.is_ascii_digit())
        })
}

/// The words that a combination code took for its second part.
fn included_parts(case: &Case<'_>, candidate: &Candidate) -> Option<Vec<crate::note::TokenRange>> {
    if candidate.tier != Tier::Suggested || of_drug(case.code(candidate)) {
        return None;
    }
    if candidate.rules.contains(&RULE.section) && candidate.mentions.len() > 1 {
        return Some(candidate.mentions[1..].iter().map(|&m| case.facts.mentions[m].tokens).collect());
    }
    let mention = case.mention(candidate);
    let first = mention.linked.first()?;
    let last = mention.linked.last()?;
    let range = first.to(*last);
    // Mentions stand in the order of the note.
    let first = case.facts.mentions.partition_point(|m| m.tokens.start < range.start);
    let inside: Vec<_> = case.facts.mentions[first..]
        .iter()
        .take_while(|m| m.tokens.start < range.end)
        .filter(|m| m.tokens.end <= range.end)
        .map(|m| m.tokens)
        .collect();
    (!inside.is_empty()).then_some(inside)
}
