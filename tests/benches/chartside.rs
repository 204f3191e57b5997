//! The native half of `cargo xtask bench`: makes the notes and the term list that all halves use, and measures the
//! engine on them, whole and room by room, beside a bare `aho-corasick` pass over the same text.
//!
//! Notes are put together from those of `tests/notes`, so all of their text is our own. What is measured goes into
//! `native.json`; `tests/benches/wasm.mjs` and `tests/benches/peers.py` measure the same notes, and
//! `tests/benches/table.py` makes the table and the plot.

use aho_corasick::{AhoCorasick, MatchKind};
use chartside::cdi::{Cdi, Seen, Source};
use chartside::coding::{Coder, CodingWords, DrugCodes, Phases, ValueCodes};
use chartside::context::Cues;
use chartside::drugs::Drugs;
use chartside::guidelines::{self, Case, Facts};
use chartside::index::Walk;
use chartside::measure::{self, Measures, Values};
use chartside::note::Reading;
use chartside::pack::container::Container;
use chartside::pack::tables::tags;
use chartside::{Assistant, Note, Setting, assemble};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};

/// Name, bytes, how many different notes, how often each is read.
const SIZES: &[(&str, usize, usize, usize)] = &[
    ("4 KB", 4_000, 24, 5),
    ("13 KB", 13_000, 24, 5),
    ("100 KB", 100_000, 4, 5),
    ("1 MB", 1_000_000, 1, 5),
    ("5 MB", 5_000_000, 1, 3),
];

fn main() {
    let mut arguments = env::args().skip(1).filter(|a| a != "--bench");
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "target/bench".to_owned()));
    let pack = arguments.next().map(PathBuf::from).unwrap_or_else(|| "target/pack/chartside.pack".into());
    fs::create_dir_all(&folder).expect("the folder can be made");
    let pack = fs::read(&pack).unwrap_or_else(|e| panic!("{}: {e}; `cargo xtask build` makes it", pack.display()));

    let cold = Instant::now();
    let assistant = Assistant::open(&pack).expect("the pack is whole");
    let opened = cold.elapsed();
    let notes = notes();
    let first = Instant::now();
    let _ = black_box(assistant.scan(&notes[1].1[0]));
    let first = first.elapsed();

    let lines: Vec<String> = notes
        .iter()
        .flat_map(|(size, notes)| {
            notes
                .iter()
                .map(move |n| json!({"size": size, "id": n.id, "text": n.text, "setting": n.setting}).to_string())
        })
        .collect();
    fs::write(folder.join("notes.ndjson"), lines.join("\n") + "\n").expect("the notes can be written");
    let terms = terms(&assistant);
    let list: String = terms.iter().map(|(term, code)| format!("{term}\t{code}\n")).collect();
    fs::write(folder.join("terms.tsv"), list).expect("the terms can be written");

    let rules: Vec<&str> = assistant.cdi().rules().map(|rule| rule.id.as_str()).collect();
    fs::write(folder.join("rules.json"), json!(rules).to_string()).expect("the rules can be written");

    let floor = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(terms.iter().map(|(term, _)| term))
        .expect("an automaton can be made");
    let rooms = Rooms::new(&pack, &assistant);
    let without = {
        let mut without = Assistant::open(&pack).expect("the pack is whole");
        without.set_rules(Source::default()).expect("no rules are rules");
        without
    };
    let mut sizes = Vec::new();
    for ((name, notes), &(_, _, _, times)) in notes.iter().zip(SIZES) {
        let mut whole = Vec::new();
        let mut bare = Vec::new();
        let mut no_rules = Vec::new();
        let mut of_rooms: Vec<Vec<f64>> = Vec::new();
        let mut same = true;
        for round in 0..=times {
            for note in notes {
                let (time, report) = timed(|| assistant.scan(note));
                let (time_without, _) = timed(|| without.scan(note));
                let (time_floor, _) = timed(|| floor.find_iter(&note.text).count());
                let (laps, by_rooms) = rooms.scan(&assistant, note);
                same &= serde_json::to_string(&by_rooms).ok() == serde_json::to_string(&report).ok();
                // The first round warms up.
                if round > 0 {
                    whole.push(time);
                    bare.push(time_floor);
                    no_rules.push(time_without);
                    of_rooms.resize_with(laps.len(), Vec::new);
                    laps.iter().zip(&mut of_rooms).for_each(|(lap, all)| all.push(*lap));
                }
            }
        }
        assert!(same, "{name}: the rooms one by one do not give the report of the whole");
        let bytes = notes.iter().map(|n| n.text.len()).sum::<usize>() / notes.len().max(1);
        let by_room: Vec<Value> =
            ROOMS.iter().zip(&of_rooms).map(|(room, times)| json!({"room": room, "ms": quantiles(times)})).collect();
        eprintln!("{name}: {} ms, floor {} ms", quantiles(&whole), quantiles(&bare));
        sizes.push(json!({
            "size": name, "bytes": bytes, "notes": notes.len(), "ms": quantiles(&whole),
            "ms_without_rules": quantiles(&no_rules), "floor_ms": quantiles(&bare), "rooms": by_room,
        }));
    }
    let result = json!({
        "open_ms": opened.as_secs_f64() * 1e3, "first_13_kb_ms": first.as_secs_f64() * 1e3, "terms": terms.len(),
        "pack_bytes": pack.len(), "sizes": sizes,
    });
    fs::write(folder.join("native.json"), format!("{result:#}\n")).expect("the result can be written");
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let done = black_box(work());
    (milliseconds(start.elapsed()), done)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The least, the median, the 95th percentile and the most.
fn quantiles(times: &[f64]) -> Value {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get(((times.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or(0.0);
    let round = |time: f64| (time * 1e4).round() / 1e4;
    json!({"min": round(at(0.0)), "p50": round(at(0.5)), "p95": round(at(0.95)), "max": round(at(1.0))})
}

/// Of each size its notes: notes of `tests/notes`, one after another, each beginning with another one.
fn notes() -> Vec<(&'static str, Vec<Note>)> {
    let texts = texts();
    let of_size = |&(name, bytes, count, _): &(&'static str, usize, usize, usize)| {
        let notes = (0..count).map(|at| {
            let mut text = String::with_capacity(bytes + 8_000);
            let mut next = at * 7;
            while text.len() < bytes {
                text.push_str(&texts[next % texts.len()]);
                text.push_str("\n\n");
                next += 1;
            }
            let end = (0..=bytes).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
            text.truncate(end);
            let setting = if at % 2 == 0 { Setting::Inpatient } else { Setting::Outpatient };
            Note { id: format!("{name}, {at}"), text, setting, date: None }
        });
        (name, notes.collect())
    };
    SIZES.iter().map(of_size).collect()
}

fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/notes");
    let files: BTreeSet<PathBuf> = fs::read_dir(folder).expect("there are notes").map(|f| f.unwrap().path()).collect();
    let files = files.into_iter().filter(|f| f.extension().is_some_and(|e| e == "note"));
    files
        .filter_map(|file| {
            let whole = fs::read_to_string(file).ok()?;
            let (_, note) = whole.split_once("--- note\n")?;
            Some(note.split_once("\n--- expect").map_or(note, |(text, _)| text).to_owned())
        })
        .collect()
}

/// Titles and inclusion terms of the Tabular, each text once, with its code.
fn terms(assistant: &Assistant) -> Vec<(String, String)> {
    let (titles, tabular, strings) = (assistant.titles(), assistant.tabular(), assistant.strings());
    let mut known = BTreeSet::new();
    let all = titles.all().map(|(row, node, _)| (titles.text(row, strings), tabular.code(node, strings)));
    all.filter(|(text, _)| text.len() > 2 && text.is_ascii() && known.insert(text.to_lowercase()))
        .map(|(text, code)| (text.replace(['\t', '\n'], " "), code.to_owned()))
        .collect()
}

const ROOMS: &[&str] = &["note", "lexicon", "context", "index", "measure", "coding", "guidelines", "cdi", "report"];

/// What [`Assistant`] keeps to itself, so that its scan can be done room by room.
struct Rooms {
    cues: Cues,
    measures: Measures,
    values: Values,
    value_codes: ValueCodes,
    drugs: Drugs,
    drug_codes: DrugCodes,
    phases: Phases,
    words: CodingWords,
    cdi: Cdi,
}

impl Rooms {
    fn new(pack: &[u8], assistant: &Assistant) -> Rooms {
        let container = Container::open(pack).expect("the pack is whole");
        let rules = Source::from_bytes(container.section(tags::CDI_RULES).expect("it has rules")).expect("rules");
        let (measures, values) = (Measures::load(), Values::load());
        Rooms {
            cues: Cues::load(),
            value_codes: ValueCodes::load(&measures, assistant.tabular(), assistant.strings()),
            measures,
            drugs: Drugs::load(),
            drug_codes: DrugCodes::load(assistant.tabular()),
            phases: Phases::load(),
            words: CodingWords::load(assistant.lexicon()),
            cdi: Cdi::new(rules, &values, assistant.tabular(), assistant.strings()).expect("rules"),
            values,
        }
    }

    /// [`Assistant::scan`], with the time of each room.
    fn scan(&self, engine: &Assistant, note: &Note) -> (Vec<f64>, chartside::Report) {
        let mut laps = Vec::new();
        let mut last = Instant::now();
        let mut lap = |laps: &mut Vec<f64>| {
            laps.push(milliseconds(last.elapsed()));
            last = Instant::now();
        };
        let reading = Reading::of(&note.text);
        lap(&mut laps);
        let lexemes = engine.lexicon().read(&reading);
        lap(&mut laps);
        let context = self.cues.read(&reading);
        lap(&mut laps);
        let (index, titles) = (engine.index(), engine.titles());
        let mut mentions = Walk { index, titles, reading: &reading, lexemes: &lexemes }.mentions();
        lap(&mut laps);
        mentions.extend(self.value_codes.mentions(&self.measures.read(&reading)));
        mentions.extend(self.drug_codes.mentions(&self.drugs.read(&reading)));
        mentions.sort_by_key(|m| m.tokens);
        let mut values = self.values.read(&reading);
        values.extend(measure::derived::offered(&self.values, &reading, &values));
        lap(&mut laps);
        let judgements: Vec<_> = mentions.iter().map(|m| context.judge(m.tokens)).collect();
        let standings = guidelines::standings(&reading, &mentions);
        let phases = self.phases.of_mentions(&mentions, &reading, note.setting);
        let coder = Coder {
            mentions: &mentions,
            reading: &reading,
            lexemes: &lexemes,
            tabular: engine.tabular(),
            index,
            words: &self.words,
            strings: engine.strings(),
        };
        let descents = coder.code(&phases);
        for (at, tokens) in coder.joined(&descents) {
            mentions[at].linked.extend(tokens);
        }
        lap(&mut laps);
        let facts = Facts {
            reading: &reading,
            lexemes: &lexemes,
            mentions: &mentions,
            judgements: &judgements,
            standings: &standings,
            tabular: engine.tabular(),
            index,
            strings: engine.strings(),
            setting: note.setting,
            phases: &phases,
        };
        let mut case = Case::new(facts, descents);
        guidelines::apply(&mut case);
        lap(&mut laps);
        let seen = Seen { reading: &reading, context: &context, case: &case, values: &values, setting: note.setting };
        let gaps = self.cdi.gaps(&seen);
        lap(&mut laps);
        let report = assemble::report(note, case, gaps, engine.code_set(), Vec::new());
        lap(&mut laps);
        (laps, report)
    }
}
