use super::{Context, Cues, Judgement};
use crate::note::{Reading, TokenRange};
use crate::report::Assertion;

const SENTENCES: &str = include_str!("sentences.tsv");

fn assertion(name: &str) -> Assertion {
    match name {
        "affirmed" => Assertion::Affirmed,
        "negated" => Assertion::Negated,
        "uncertain" => Assertion::Uncertain,
        "past" => Assertion::Past,
        "family" => Assertion::Family,
        "other-person" => Assertion::OtherPerson,
        "hypothetical" => Assertion::Hypothetical,
        "planned" => Assertion::Planned,
        _ => panic!("no assertion: {name}"),
    }
}

/// The text without the brackets of its mention, which are the last that hold more than one character, and where the
/// mention is.
fn unmark(marked: &str) -> (String, usize, usize) {
    let marked = marked.replace("\\r", "\r").replace("\\n", "\n");
    let mut end = marked.len();
    loop {
        let close = marked[..end].rfind(']').unwrap_or_else(|| panic!("no mention in {marked:?}"));
        let open = marked[..close].rfind('[').unwrap();
        if marked[open + 1..close].trim().len() > 1 {
            let text = format!("{}{}{}", &marked[..open], &marked[open + 1..close], &marked[close + 1..]);
            return (text, open, close - 1);
        }
        end = open;
    }
}

fn tokens(reading: &Reading<'_>, start: usize, end: usize) -> TokenRange {
    let inside: Vec<u32> = (0..reading.tokens.len() as u32)
        .filter(|&t| {
            let span = reading.tokens[t as usize].span;
            span.start as usize >= start && span.end as usize <= end
        })
        .collect();
    TokenRange { start: inside[0], end: inside[inside.len() - 1] + 1 }
}

fn judge(cues: &Cues, marked: &str) -> (Judgement, String) {
    let (text, start, end) = unmark(marked);
    let reading = Reading::of(&text);
    let judgement = cues.read(&reading).judge(tokens(&reading, start, end));
    let cue = judgement.cue.map_or(String::new(), |c| reading.span(c).text(&text).to_owned());
    (judgement, cue)
}

#[test]
fn the_example_of_every_cue() {
    let cues = Cues::load();
    let mut wrong = Vec::new();
    let mut rows = 0;
    for row in super::cues::rows() {
        rows += 1;
        let (judgement, cue) = judge(&cues, row.example);
        if judgement.assertion != assertion(row.expected) {
            wrong.push(format!("{}: {} -> {:?} by {cue:?}", row.phrase, row.example, judgement.assertion));
        }
    }
    assert!(wrong.is_empty(), "{} of {rows} cues\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_cue_is_found_in_its_example() {
    let cues = Cues::load();
    for (id, row) in super::cues::rows().enumerate() {
        let (text, ..) = unmark(row.example);
        let found = cues.phrases.find(&Reading::of(&text));
        assert!(found.iter().any(|f| f.id == id as u32), "{} in {text:?}", row.phrase);
    }
}

/// At least 98 of 100 sentences right.
#[test]
fn sentences() {
    let cues = Cues::load();
    let mut wrong = Vec::new();
    let mut all = 0;
    for line in SENTENCES.lines().filter(|line| !line.starts_with('#')) {
        let [category, expected, marked] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}");
        };
        all += 1;
        let (judgement, cue) = judge(&cues, marked);
        if judgement.assertion != assertion(expected) {
            wrong.push(format!("{category} {expected}: {marked} -> {:?} by {cue:?}", judgement.assertion));
        }
    }
    assert!(all >= 400);
    println!("{} of {all} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(wrong.len() * 50 <= all, "{} of {all} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_cue_inside_the_mention_does_not_judge_it() {
    let cues = Cues::load();
    for (marked, expected) in [
        ("She has a [history of falling].", Assertion::Affirmed),
        ("No [history of falling].", Assertion::Negated),
        ("A [risk of falls] was documented.", Assertion::Affirmed),
        ("[Headache without aura] today.", Assertion::Affirmed),
        ("Denies [headache without aura].", Assertion::Negated),
        ("There is a [family history of breast cancer].", Assertion::Affirmed),
    ] {
        assert_eq!(judge(&cues, marked).0.assertion, expected, "{marked}");
    }
}

#[test]
fn names_the_cue() {
    let cues = Cues::load();
    for (marked, cue) in [
        ("The scan is negative for [stroke].", "is negative for"),
        ("There is no evidence of [pneumonia].", "no evidence of"),
        ("Her mother had [gout].", "mother"),
        ("Fever: none. [Cough]: none.", "none"),
        ("She has [gout].", ""),
        ("FAMILY HISTORY:\n[Diabetes].", "FAMILY HISTORY"),
    ] {
        assert_eq!(judge(&cues, marked).1, cue, "{marked}");
    }
}

#[test]
fn axes_are_kept_apart() {
    let cues = Cues::load();
    for (marked, polarity, time, person) in [
        ("No family history of [gout].", Assertion::Negated, Assertion::Affirmed, Assertion::Family),
        ("History of possible [stroke].", Assertion::Uncertain, Assertion::Past, Assertion::Affirmed),
        ("Mother with history of [stroke].", Assertion::Affirmed, Assertion::Past, Assertion::Family),
    ] {
        let (judgement, _) = judge(&cues, marked);
        assert_eq!((judgement.polarity, judgement.time, judgement.person), (polarity, time, person), "{marked}");
    }
}

#[test]
fn any_range_is_judged() {
    let cues = Cues::load();
    let context: Context = cues.read(&Reading::of(""));
    for (start, end) in [(0, 0), (0, 1), (5, 2), (7, 9)] {
        assert_eq!(context.judge(TokenRange { start, end }).assertion, Assertion::Affirmed);
    }
    for text in ["no", "- + [ ] ( - ) : : no no ,,, ? but", "vs vs vs", "mother mother reports if", ": none"] {
        let reading = Reading::of(text);
        let context = cues.read(&reading);
        for start in 0..reading.tokens.len() as u32 {
            context.judge(TokenRange { start, end: start + 1 });
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    /// Whatever cues, marks and lines follow one another, every token is judged, and the cue is in the text.
    #[test]
    fn any_text_is_judged(pieces in proptest::collection::vec(piece(), 0..60)) {
        thread_local!(static CUES: Cues = Cues::load());
        CUES.with(|cues| {
            let text = pieces.concat();
            let reading = Reading::of(&text);
            let context = cues.read(&reading);
            for start in 0..reading.tokens.len() as u32 {
                if let Some(cue) = context.judge(TokenRange { start, end: start + 1 }).cue {
                    assert!(cue.start < cue.end && cue.end as usize <= reading.tokens.len());
                }
            }
        });
    }
}

/// A cue, a word or a mark, and what may stand after it.
fn piece() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::strategy::Strategy;
    let phrases: Vec<&str> = super::cues::rows().map(|row| row.phrase).collect();
    let words = ["pain", "fever", "Dr", "3", "é", "[ ]", "(x)", "FAMILY HISTORY", "1.", "her"];
    let gaps = [" ", " ", "", ", ", ": ", "\n", ".\n\n", " - ", "?", ")", " ("];
    proptest::strategy::Union::new([
        proptest::sample::select(phrases).prop_map(str::to_owned).boxed(),
        proptest::sample::select(words.to_vec()).prop_map(str::to_owned).boxed(),
    ])
    .prop_flat_map(move |piece| proptest::sample::select(gaps.to_vec()).prop_map(move |gap| format!("{piece}{gap}")))
}
