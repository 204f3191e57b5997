//! I.A.13 and I.B.1: a word in another sense, or beside an organ that has its own place in the Index.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Facts, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.B.1",
    explanation: "A general code is taken only where the words mean the condition and name no organ or site that has a \
                  place of its own: \u{201c}edema\u{201d} of the brain or of a ligament is not edema, \u{201c}tired \
                  of\u{201d} is not fatigue, a wanted weight loss is not abnormal.",
    apply,
    examples: &[
        fires(Outpatient, "IMPRESSION:\n1. Edema in the left temporal lobe.", "G93.6", Some(Tier::Suggested)),
        fires(Outpatient, "IMPRESSION:\n1. Edema of the deltoid ligament.", "R60.9", Some(Tier::Held)),
        fires(Outpatient, "IMPRESSION:\n1. Spasm of the vertebral artery.", "I67.848", Some(Tier::Suggested)),
        fires(Outpatient, "IMPRESSION:\n1. Great saphenous vein with reflux.", "K21.9", Some(Tier::Held)),
        fires(Outpatient, "IMPRESSION:\n1. Weakness in the oral phase of swallowing.", "R53.1", Some(Tier::Held)),
        fires(Outpatient, "ASSESSMENT:\nI am anxious to begin treatment.", "F41.9", Some(Tier::Held)),
        fires(Outpatient, "She is tired of taking pills.", "R53.83", Some(Tier::Held)),
        fires(Outpatient, "The treadmill was halted because of fatigue.", "R53.83", Some(Tier::Held)),
        fires(Outpatient, "PLAN:\n1. Weight loss, 1500 calories a day.", "R63.4", Some(Tier::Held)),
        fires(Outpatient, "ASSESSMENT:\n1. Obesity.\n2. Weight loss, going well.", "R63.4", Some(Tier::Held)),
        fires(Outpatient, "PLAN:\n1. Low potassium diet.", "E87.6", Some(Tier::Held)),
        fires(Outpatient, "HOSPITAL COURSE: Discharged on breast milk.", "N64.52", Some(Tier::Held)),
        fires(Outpatient, "ASSESSMENT:\n1. Asthma, using accessory muscles.", "Q79.8", Some(Tier::Held)),
        fires(Outpatient, "ASSESSMENT:\n1. Gout.\n2. Seen in the heart failure clinic.", "I50.9", Some(Tier::Held)),
        fires(Outpatient, "ASSESSMENT:\n1. Gout.\n2. Spinal abscess.", "A18.01", Some(Tier::Held)),
        fires(Outpatient, "Seen for gout. Allergic to penicillin, hives.", "L50.9", Some(Tier::Held)),
        nearly(Outpatient, "ASSESSMENT:\n1. Hives, allergic to cats.", "L50.0", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Tuberculous abscess of the spine.", "A18.01", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Low potassium.", "E87.6", Some(Tier::Suggested)),
        nearly(
            Outpatient,
            "DIAGNOSES: Pleural effusion, esophageal reflux, and deep venous thrombosis.",
            "K21.9",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Edema.", "R60.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Tired all day.", "R53.83", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Weight loss, cause unclear.", "R63.4", Some(Tier::Suggested)),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Obesity.\n2. Unintentional weight loss despite a high calorie diet.",
            "R63.4",
            Some(Tier::Suggested),
        ),
    ],
};

/// A general code, a word of its mention, the words of the statement beside it, the code they lead to, the reason.
struct Beside {
    code: &'static str,
    word: &'static [&'static str],
    words: &'static [&'static str],
    instead: Option<&'static str>,
    reason: &'static str,
}

const BESIDE: &[Beside] = &[
    Beside {
        code: "E87.6",
        word: &["low potassium"],
        words: &["diet", "diets", "bath", "dialysate", "formula"],
        instead: None,
        reason: "A diet or a bath, no finding.",
    },
    Beside {
        code: "E87.1",
        word: &["low sodium", "low salt"],
        words: &["diet", "diets", "bath", "dialysate"],
        instead: None,
        reason: "A diet or a bath, no finding.",
    },
    Beside {
        code: "N64.52",
        word: &["discharge", "discharged"],
        words: &["milk", "breastfeeding", "breastfed", "formula", "feeds"],
        instead: None,
        reason: "Leaving the hospital, no discharge of the breast.",
    },
    Beside {
        code: "Q79.8",
        word: &["accessory muscle", "accessory muscles"],
        words: &["accessory muscle", "accessory muscles"],
        instead: None,
        reason: "Muscles used in breathing, no malformation.",
    },
    Beside {
        code: "R60.9",
        word: &["edema", "swelling"],
        words: &[
            "brain",
            "cerebral",
            "vasogenic",
            "frontal lobe",
            "frontal lobes",
            "temporal lobe",
            "temporal lobes",
            "parietal lobe",
            "parietal lobes",
            "occipital lobe",
            "occipital lobes",
            "intracranial",
            "peritumoral",
            "hemisphere",
            "hemispheres",
            "midline shift",
        ],
        instead: Some("G93.6"),
        reason: "Edema of the brain.",
    },
    Beside {
        code: "R60.9",
        word: &["edema", "swelling"],
        words: &[
            "ligament",
            "ligaments",
            "tendon",
            "tendons",
            "marrow",
            "bone",
            "osseous",
            "joint",
            "muscle",
            "muscular",
            "nerve",
            "soft tissue",
            "soft tissues",
            "subcutaneous",
            "mucosa",
            "mucosal",
            "airway",
            "disc",
            "cord",
            "bowel",
            "mesenteric",
            "optic",
            "macular",
            "lid",
            "lids",
            "eyelid",
            "eyelids",
            "scrotum",
            "scrotal",
            "vulva",
            "vulvar",
            "wound",
            "incision",
            "flap",
            "fat pad",
            "meniscus",
            "cartilage",
            "tumor",
            "mass",
            "lesion",
            "mri",
            "signal",
            "flair",
            "stir",
            "arytenoid",
            "arytenoids",
            "larynx",
            "vocal",
            "glottic",
            "turbinate",
            "turbinates",
            "lobe",
            "lobes",
            "clubbing",
            "cyanosis",
            "erythema",
        ],
        instead: None,
        reason: "Edema of a part that the note names, or a finding of another condition.",
    },
    Beside {
        code: "I73.9",
        word: &["spasm", "vasospasm", "spasms"],
        words: &["carotid", "cerebral", "basilar", "vertebral", "middle cerebral", "intracranial", "subarachnoid"],
        instead: Some("I67.848"),
        reason: "Spasm of a cerebral artery.",
    },
    Beside {
        code: "I73.9",
        word: &["spasm", "vasospasm", "spasms"],
        words: &["radial", "coronary", "graft", "pedal", "nipple", "retinal"],
        instead: None,
        reason: "Spasm of a vessel that the note names.",
    },
    Beside {
        code: "K21.9",
        word: &["reflux"],
        words: &[
            "vein",
            "veins",
            "venous",
            "saphenous",
            "saphenofemoral",
            "valve",
            "valves",
            "valvular",
            "ureter",
            "ureters",
            "ureteral",
            "vesicoureteral",
            "kidney",
            "kidneys",
            "hepatojugular",
            "junction",
            "duplex",
            "nasal",
            "nasopharyngeal",
        ],
        instead: None,
        reason: "Reflux of another organ.",
    },
    Beside {
        code: "R53.1",
        word: &["weakness", "weak"],
        words: &[
            "oral phase",
            "pharyngeal",
            "laryngeal",
            "tongue",
            "lingual",
            "labial",
            "palate",
            "swallow",
            "swallowing",
            "abdominal wall",
            "inguinal floor",
            "pelvic floor",
            "hernia",
            "strengths",
            "strength and",
        ],
        instead: None,
        reason: "Weakness of a part that the note names.",
    },
    Beside {
        code: "F41.9",
        word: &["anxious"],
        words: &["anxious to", "anxious for", "anxious that"],
        instead: None,
        reason: "\u{201c}Anxious to\u{201d} do something: no anxiety.",
    },
    Beside {
        code: "F32.A",
        word: &["depression", "depressed"],
        words: &[
            "respiratory depression",
            "respiratory",
            "myocardial",
            "marrow",
            "cns depression",
            "skull",
            "st depression",
        ],
        instead: None,
        reason: "No depression of mood.",
    },
];

/// Words of a weight loss that is sought.
const WANTED: &[&str] = &[
    "goal",
    "goals",
    "program",
    "programs",
    "diet",
    "dieting",
    "calorie",
    "calories",
    "caloric",
    "exercise",
    "exercises",
    "exercising",
    "surgery",
    "surgical",
    "bariatric",
    "encouraged",
    "encourage",
    "recommend",
    "recommended",
    "recommendations",
    "advised",
    "advise",
    "counseled",
    "counseling",
    "counselled",
    "pound a week",
    "pounds a week",
    "pounds per week",
    "phentermine",
    "semaglutide",
    "liraglutide",
    "tirzepatide",
    "wegovy",
    "ozempic",
    "zepbound",
    "saxenda",
    "orlistat",
    "topiramate",
    "contrave",
    "plateau",
    "plateaued",
    "achieve",
    "achieved",
    "promote",
    "support",
    "attempt",
    "attempts",
    "attempting",
    "attempted",
    "trying",
    "success",
    "successful",
    "successfully",
    "intentional",
    "intentionally",
    "deliberate",
    "purposeful",
    "planned",
    "lifestyle",
    "maintenance",
    "congratulated",
    "motivated",
    "cpap",
    "efforts",
    "benefit",
    "benefits",
    "obesity",
    "obese",
    "overweight",
    "nutritionist",
    "dietitian",
    "dietician",
    "gym",
    "keto",
    "candidate",
    "desires",
    "desired",
    "wants",
    "strategies",
    "pills",
    "supervised",
];
const UNWANTED: &[&str] = &[
    "unintentional",
    "unintended",
    "unexplained",
    "unwanted",
    "involuntary",
    "abnormal",
    "despite",
    "sweats",
    "appetite",
    "anorexia",
    "cachexia",
    "malnutrition",
    "cancer",
    "carcinoma",
    "weakness",
    "nausea",
    "vomiting",
    "diarrhea",
    "dysphagia",
    "fatigue",
    "fever",
    "malaise",
    "not eating",
    "poor intake",
    "concerning",
    "severe",
    "significant",
    "profound",
    "workup",
    "work up",
    "etiology",
    "failure to thrive",
    "discouraged",
    "metastatic",
    "eat more",
    "eating less",
    "discourage",
];

/// A test that was ended.
const ENDED: &[&str] =
    &["stopped", "terminated", "discontinued", "halted", "ended", "limited", "termination", "stopping", "endpoint"];
const TESTS: &[&str] =
    &["test", "testing", "exercise", "exercised", "treadmill", "protocol", "bruce", "stress", "walk", "stage", "mets"];

fn apply(case: &mut Case<'_>) {
    let open = |prefixes: &[&str]| {
        case.candidates.iter().any(|c| {
            c.is_open()
                && case.assertion(c) == Assertion::Affirmed
                && prefixes.iter().any(|p| case.code(c).starts_with(p))
        })
    };
    let obese = open(&["E66"]) && !open(&["C", "F50", "K90", "R64"]);
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if !candidate.is_open() {
            continue;
        }
        let mention = candidate.mentions[0];
        let code = case.code(candidate);
        if let Some(beside) = beside(&case.facts, code, mention) {
            let recoded = beside.instead.is_some_and(|code| case.recode(at, code, RULE.section));
            if !recoded {
                case.candidates[at].hold(RULE.section, beside.reason);
            }
            continue;
        }
        let reason = match code {
            "R53.83" => fatigue(&case.facts, mention),
            "R63.4" => weight_loss(&case.facts, mention, obese),
            "A18.01" => tuberculosis(&case.facts, mention),
            _ => None,
        };
        let reason =
            reason.or_else(|| is_service(&case.facts, mention).then_some("The name of a service, no diagnosis."));
        let reason = reason.or_else(|| {
            is_of_an_allergy(&case.facts, mention, code).then_some("What a known allergy does, no condition of now.")
        });
        let reason = reason.or_else(|| {
            is_of_two_clauses(&case.facts, mention)
                .then_some("The words belong to two clauses, and name nothing together.")
        });
        if let Some(reason) = reason {
            case.candidates[at].hold(RULE.section, reason);
        }
    }
}

fn beside(facts: &Facts<'_>, code: &str, mention: usize) -> Option<&'static Beside> {
    let tokens = facts.mentions[mention].tokens;
    // "Esophageal reflux" says where it is.
    if facts.says(tokens, &["esophageal", "gastroesophageal", "acid", "gastric", "laryngopharyngeal", "gerd"]) {
        return None;
    }
    BESIDE.iter().find(|b| b.code == code && facts.says(tokens, b.word) && facts.says(phrase(facts, mention), b.words))
}

/// The words around a mention between commas.
fn phrase(facts: &Facts<'_>, mention: usize) -> TokenRange {
    let (tokens, said) = (facts.mentions[mention].tokens, statement(facts, mention));
    let stops = |t: u32| facts.reading.folded(t) == ",";
    TokenRange {
        start: (said.start..tokens.start).rev().find(|&t| stops(t)).map_or(said.start, |t| t + 1),
        end: (tokens.end..said.end).find(|&t| stops(t)).unwrap_or(said.end),
    }
}

/// The words around a mention that are about it: of its sentence, no farther than the next semicolon.
fn statement(facts: &Facts<'_>, mention: usize) -> TokenRange {
    const FAR: u32 = 12;
    let (tokens, sentence) = (facts.mentions[mention].tokens, facts.sentence(mention));
    let stops = |t: u32| matches!(facts.reading.folded(t), ";" | "." | ":");
    let first = sentence.start.max(tokens.start.saturating_sub(FAR));
    let last = sentence.end.min(tokens.end + FAR);
    TokenRange {
        start: (first..tokens.start).rev().find(|&t| stops(t)).map_or(first, |t| t + 1),
        end: (tokens.end..last).find(|&t| stops(t)).unwrap_or(last),
    }
}

fn fatigue(facts: &Facts<'_>, mention: usize) -> Option<&'static str> {
    let (tokens, sentence) = (facts.mentions[mention].tokens, facts.sentence(mention));
    if tokens.end < sentence.end
        && facts.reading.folded(tokens.end) == "of"
        && facts.reading.folded(tokens.end - 1) == "tired"
    {
        return Some("\u{201c}Tired of\u{201d} something: no fatigue.");
    }
    let before = TokenRange { start: sentence.start, end: tokens.start };
    let after = TokenRange { start: tokens.end, end: sentence.end };
    let ended = facts.says(before, ENDED) || facts.says(after, &["terminated", "stopped", "halted"]);
    (ended && facts.says(sentence, TESTS)).then_some("How a test ended.")
}

fn weight_loss(facts: &Facts<'_>, mention: usize, obese: bool) -> Option<&'static str> {
    let said = statement(facts, mention);
    if facts.says(said, UNWANTED) {
        return None;
    }
    (obese || facts.says(said, WANTED)).then_some("A loss of weight that is sought, as far as the words around it say.")
}

/// An abscess at the spine is one of tuberculosis only where the note says so.
fn tuberculosis(facts: &Facts<'_>, mention: usize) -> Option<&'static str> {
    const SAID: &[&str] =
        &["tuberculosis", "tuberculous", "tb", "pott", "potts", "pott's", "tubercular", "mycobacterium"];
    let says = facts.says(facts.sentence(mention), SAID) || facts.says(facts.mentions[mention].tokens, SAID);
    (!says).then_some("Tuberculosis was not found in the words around it.")
}

/// Words behind a condition that make it the name of who or what sees to it.
const SERVICES: &[&str] = &[
    "unit",
    "service",
    "team",
    "clinic",
    "nurse",
    "nurses",
    "center",
    "centre",
    "ward",
    "pathway",
    "bundle",
    "protocol",
    "alert",
    "educator",
    "activation",
    "specialist",
    "program",
    "programme",
    "order",
    "checklist",
];

/// "Stroke unit", "heart failure clinic".
fn is_service(facts: &Facts<'_>, mention: usize) -> bool {
    let (tokens, sentence) = (facts.mentions[mention].tokens, facts.sentence(mention));
    let end = tokens.end;
    // "Anemia per primary team" says who says so.
    end < sentence.end
        && !facts.says(tokens, &["per", "by", "from", "with"])
        && SERVICES.contains(&facts.reading.folded(end))
}

/// "Allergic to penicillin, hives": the reaction that an allergy is known for.
fn is_of_an_allergy(facts: &Facts<'_>, mention: usize, code: &str) -> bool {
    const REACTIONS: &[&str] = &["L50", "R21", "L29", "R11", "R22", "T78.2", "T78.3", "R06"];
    const FAR: u32 = 6;
    let (start, sentence) = (facts.mentions[mention].tokens.start, facts.sentence(mention));
    let before = TokenRange { start: sentence.start.max(start.saturating_sub(FAR)), end: start };
    REACTIONS.iter().any(|r| code.starts_with(r))
        && facts.says(before, &["allergic to", "allergy to", "allergies to", "allergies :", "allergy :", "all :"])
}

/// "Change if you donate your kidney": a mention whose words stand on both sides of a new clause.
fn is_of_two_clauses(facts: &Facts<'_>, mention: usize) -> bool {
    let found = &facts.mentions[mention];
    let linked = |t: u32| found.core.iter().any(|c| c.contains(t));
    found.tokens.iter().any(|t| {
        matches!(facts.reading.folded(t), "if" | "you" | "your" | "although" | "because" | "whether") && !linked(t)
    })
}
