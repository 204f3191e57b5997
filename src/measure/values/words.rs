//! Words that stand around a value: of saying, of trend, of time, of comparison; and names that hold no value.

use super::table::Name;
use super::{Comparator, Moment};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by short words, with a hash that costs little; its keys are this project's, so nobody can make them collide.
pub(super) type Words<T> = HashMap<&'static str, T, BuildHasherDefault<Short>>;

/// FNV-1a.
pub(super) struct Short(u64);

impl Default for Short {
    fn default() -> Short {
        Short(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Short {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Names that stand for no analyte: what they begin is not read.
pub(super) const NONE: u16 = u16::MAX;
/// "BP 88/52".
pub(super) const PRESSURE: u16 = u16::MAX - 1;
/// "H/H 7.2/22".
pub(super) const BLOOD: u16 = u16::MAX - 2;

/// "PT/INR 24/2.1".
pub(super) const COAGULATION: u16 = u16::MAX - 3;

const COAGULATIONS: &[&str] = &["pt / inr", "inr / pt", "pt - inr"];
const PRESSURES: &[&str] = &[
    "bp",
    "blood pressure",
    "b / p",
    "bps",
    "blood pressures",
    "nibp",
    "abp",
    "hypotensive to",
    "hypotension to",
    "hypotensive at",
    "hypertensive to",
    "hypertensive at",
    "art line bp",
    "sitting bp",
    "standing bp",
    "supine bp",
];
const BLOODS: &[&str] = &["h / h", "h & h", "h and h", "hgb / hct", "hb / hct", "hgb & hct", "hh"];

/// Drugs, fluids, tests of other matter and other things that carry the name of an analyte.
const OTHER_THINGS: &[&str] = &[
    "potassium chloride",
    "potassium phosphate",
    "potassium citrate",
    "potassium bicarbonate",
    "sodium chloride",
    "sodium bicarbonate",
    "sodium phosphate",
    "sodium polystyrene",
    "sodium zirconium",
    "calcium carbonate",
    "calcium gluconate",
    "calcium chloride",
    "calcium citrate",
    "calcium acetate",
    "magnesium sulfate",
    "magnesium oxide",
    "magnesium citrate",
    "magnesium hydroxide",
    "mg oxide",
    "mag oxide",
    "mag citrate",
    "mag sulfate",
    "mg sulfate",
    "mag ox",
    "k phos",
    "k dur",
    "k rider",
    "k riders",
    "ca gluconate",
    "ca carbonate",
    "na bicarb",
    "na bicarbonate",
    "na phos",
    "bicarb drip",
    "bicarb gtt",
    "bicarbonate drip",
    "low sodium",
    "vitamin k",
    "vit k",
    "vitamin d",
    "vitamin c",
    "glucose tablets",
    "glucose tablet",
    "glucose gel",
    "oral glucose",
    "iron sucrose",
    "iron dextran",
    "ferrous sulfate",
    "iron sulfate",
    "albumin 25 %",
    "albumin 5 %",
    "albumin infusion",
    "iv albumin",
    "ca 19",
    "ca 125",
    "ca 15",
    "ca 27",
    "ca 72",
    "t cell",
    "t cells",
    "b cell",
    "t 4",
    "t 3",
    "t score",
    "t wave",
    "t waves",
    "free t 4",
    "factor v",
    "urine ketones",
    "urine glucose",
    "urine protein",
    "urine potassium",
    "urine k",
    "urine chloride",
    "urine wbc",
    "urine ph",
    "urine urea",
    "stool",
    "bp medication",
    "bp medications",
    "bp meds",
    "bp med",
    "bp cuff",
    "road map",
    "pt consult",
    "pt eval",
    "pt / ot",
    "potassium supplement",
    "potassium supplementation",
    "calcium supplement",
    "temp probe",
    "pulse pressure",
    "pulse width",
    "pulses",
    "heart rate variability",
    "hemoglobin s",
    "hemoglobin electrophoresis",
    "hemoglobin c",
    "platelet transfusion",
    "platelets transfused",
    "lactated",
    "lactated ringers",
    "na diet",
    "sodium diet",
    "sodium restriction",
    "urine albumin",
    "microalbumin",
    "albumin creatinine ratio",
    "albumin / creatinine",
    "protein creatinine",
    "protein / cr",
    "protein / creat",
    "prot / cr",
    "prot / creat",
    "prot : cr",
    "albumin / cr",
    "alb / cr",
    "alb / creat",
    "p / c",
    "p : c",
    "protein / creatinine",
    "bun / creatinine ratio",
    "bun / cr ratio",
    "bun creatinine ratio",
    "bun : cr ratio",
    "cholesterol",
    "ldl",
    "hdl",
    "calcium score",
    "coronary calcium",
    "calcium scoring",
    "weight bearing",
    "weight lifting",
    "weight limit",
    "birth weight",
    "molecular weight",
    "height of bed",
    "fundal height",
    "vertebral height",
    "disc height",
    "ck mb",
    "ckmb",
    "ck - mb",
    "wbc casts",
    "peak flow",
    "pt states",
    "pt reports",
    "pt is",
    "pt was",
    "pt has",
    "pt with",
    "pt to",
    "pt on",
    "pt a",
    "sat up",
    "sat in",
    "sat at",
    "co2 detector",
    "co2 retainer",
    "k wire",
    "k wires",
    "p o",
    "r arm",
    "r leg",
    "ef tube",
    "pulse dose",
    "dimer of",
    "baseline weight of hair",
];

pub(super) fn names() -> impl Iterator<Item = Name> {
    let of = |list: &'static [&'static str], analyte| {
        list.iter().map(move |text| Name { text, analyte, short: false, moment: None, factor: 1.0 })
    };
    of(PRESSURES, PRESSURE).chain(of(BLOODS, BLOOD)).chain(of(COAGULATIONS, COAGULATION)).chain(of(OTHER_THINGS, NONE))
}

/// What a word does to the number that follows or went before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cue {
    /// Says nothing.
    Saying,
    /// Says nothing but that the course went somewhere: "dropped", "rising".
    Trend,
    From,
    /// "ranging": two numbers are the ends of a range.
    Range,
    To,
    /// "was": after a value, what it was before.
    Was,
    And,
    Moment(Moment),
    /// Days from today.
    Day(i32),
    Compare(Comparator),
    /// A word of an order: "keep", "titrate", "target".
    Goal,
    /// "if", "until", "hold": comparisons after it are thresholds.
    Condition,
    /// "ref", "normal", "ULN": what follows is the laboratory's.
    Reference,
    /// Urine, cerebrospinal fluid and the like: blood results after it are none.
    OtherFluid,
    /// Anything else.
    Other,
}

/// The cues by word.
pub(super) fn cues() -> Words<Cue> {
    CUES.iter().flat_map(|(cue, words)| words.split(' ').map(|w| (w, *cue))).collect()
}

const CUES: &[(Cue, &str)] = &[
    (
        Cue::Saying,
        "is of at = : - ~ level levels value values result results score scale count counts the his her their a an approximately approx about around roughly nearly almost found noted reported measured read reading readings resulted returned back came be been being in on lab labs serum repeat repeated recheck rechecked check checked which it total estimated calculated with still again only just very h hh l ll high low critical crit abnormal abn * ! elevated \u{2248} significant significantly notable for am pm morning labwork draw drawn this that as so date latest recent last most \" patient bilateral exam formal avg average averaging mean into upper mid lower mildly markedly severely slightly acutely overnight tonight random spot poc ed er scene stat day rate quite profoundly critically hypotensive vitals consistently persistently persistent bedside venous arterial documented obtained + ^ will has have had by per orally rectally oral rectal axillary tympanic temporal core hypoxic manual automated afebrile febrile tachycardic tachypneic regular irregular resting rest echo tte visually visual supratherapeutic subtherapeutic therapeutic plasma whole blood poct continues continued continue log readings series serially flowsheet trends post",
    ),
    (
        Cue::Trend,
        "rose risen rise rising increased increase increasing climbed climbing up uptrending uptrended trended trending trend downtrending downtrended down fell fallen fall falling dropped drop dropping decreased decrease decreasing declined declining improved improving improvement worsened worsening went gone going recovered recovering normalized normalised normalizing corrected remained remains remain stable steady unchanged stayed jumped spiked doubled bumped bump changed progressed reached reaching hovering plateaued \u{2191} \u{2193} desaturated resolved elevation drifted slowly gradually rapidly quickly acute cleared clearing repleted replaced reversed treated resuscitated responded",
    ),
    (Cue::From, "from"),
    (Cue::To, "to \u{2192} then \u{21d2} \u{2794} \u{279c} \u{27f6} \u{27a1} followed subsequently later thereafter"),
    (Cue::Was, "was were"),
    (Cue::And, "and , &"),
    (
        Cue::Moment(super::Moment::Baseline),
        "baseline baselines bl outpatient chronic chronically usual usually typically normally runs",
    ),
    (
        Cue::Moment(super::Moment::Before),
        "prior previous previously earlier formerly preop preoperative preoperatively versus vs compared prev preadmission",
    ),
    (Cue::Moment(super::Moment::Peak), "peak peaked peaking peaks max maximum highest maximal maxed"),
    (Cue::Moment(super::Moment::Lowest), "nadir nadired nadirs lowest minimum nadiring"),
    (
        Cue::Moment(super::Moment::Admission),
        "admission admit arrival presentation presenting presented initial initially triage admitted admitting adm",
    ),
    (Cue::Moment(super::Moment::Discharge), "discharge dc discharged"),
    (Cue::Range, "ranging ranges ranged range between"),
    (Cue::Moment(super::Moment::Now), "now current currently presently"),
    (
        Cue::Goal,
        "goal goals target targets targeting keep keeping maintain maintaining titrate titrated titrating desired aim parameters threshold orders limits",
    ),
    (
        Cue::Condition,
        "if until unless hold call notify whenever once when should criteria prn alert contact transfuse replete replace wean weaning",
    ),
    (Cue::Day(0), "today"),
    (Cue::Day(-1), "yesterday"),
    (Cue::Compare(Comparator::Below), "< below under"),
    (Cue::Compare(Comparator::AtMost), "\u{2264} \u{2a7d} \u{2266}"),
    (Cue::Compare(Comparator::Above), "> over above exceeding exceeds exceeded greater"),
    (Cue::Compare(Comparator::AtLeast), "\u{2265} \u{2a7e} \u{2267}"),
    (Cue::Reference, "ref reference normal nl uln url lln nml cutoff percentile"),
    (
        Cue::OtherFluid,
        "ua urinalysis csf pleural ascitic ascites peritoneal paracentesis thoracentesis synovial bal hpf urine lumbar dipstick",
    ),
];
