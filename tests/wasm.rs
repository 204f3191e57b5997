//! The boundary to the browser, run as wasm under Node: what goes in from JavaScript, what comes out, and what an
//! error is. Needs the pack that `cargo xtask build` leaves in `target/pack`.

#![cfg(target_arch = "wasm32")]

use chartside::wasm::WasmAssistant;
use js_sys::{Error, Function, JSON, JsString, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/pack/chartside.pack");

const NOTE: &str = "ASSESSMENT AND PLAN\n\
    1. Essential hypertension, above goal. Increase lisinopril.\n\
    2. Type 2 diabetes mellitus \u{1f600} with caf\u{e9}-au-lait \u{200f}spots, on metformin.\n\
    3. Hypothyroidism. Continue levothyroxine.\n";

#[wasm_bindgen(module = "node:fs")]
extern "C" {
    #[wasm_bindgen(js_name = readFileSync)]
    fn read_file(path: &str) -> Vec<u8>;
}

fn assistant() -> WasmAssistant {
    WasmAssistant::open(&read_file(PACK)).expect("the pack opens")
}

/// A JavaScript value, as a caller writes it.
fn js(expression: &str) -> JsValue {
    Function::new_no_args(&format!("return ({expression});")).call0(&JsValue::NULL).expect("an expression")
}

/// Calls a JavaScript function of two arguments that gives what is wrong, or an empty string.
fn check(body: &str, first: &JsValue, second: &JsValue) {
    let wrong = Function::new_with_args("a, b", body).call2(&JsValue::NULL, first, second).expect("a check");
    assert_eq!(wrong.as_string().as_deref(), Some(""));
}

fn note(text: &JsValue) -> JsValue {
    let note = js("{ id: 'n1', setting: 'outpatient' }");
    Reflect::set(&note, &"text".into(), text).expect("an object");
    note
}

/// Kind and sentence of an error; anything else than an `Error` fails.
fn thrown<T>(result: Result<T, Error>) -> (String, String) {
    let error = result.err().expect("an error");
    assert!(error.is_instance_of::<Error>());
    let kind = Reflect::get(&error, &"kind".into()).expect("an object").as_string().expect("a kind");
    (kind, String::from(error.message()))
}

#[wasm_bindgen_test]
fn bytes_that_are_no_pack_give_an_error_with_a_kind() {
    let pack = read_file(PACK);
    let mut corrupt = pack.clone();
    corrupt[pack.len() / 2] ^= 1;
    let cases: [(&str, &[u8]); 6] = [
        ("nothing", &[]),
        ("text", b"not a pack, whatever it is called"),
        ("a beginning", &pack[..12]),
        ("half", &pack[..pack.len() / 2]),
        ("all but a byte", &pack[..pack.len() - 1]),
        ("a bit", &corrupt),
    ];
    for (name, bytes) in cases {
        let (kind, sentence) = thrown(WasmAssistant::open(bytes));
        assert_eq!(kind, "pack-damaged", "{name}");
        assert!(sentence.ends_with('.') && sentence.contains("pack"), "{name}: {sentence}");
    }
}

#[wasm_bindgen_test]
fn the_code_set_is_named() {
    check(
        "return a.name === 'ICD-10-CM' && a.release && /^\\d{4}-\\d\\d-\\d\\d\\/\\d{4}-\\d\\d-\\d\\d$/.test(a.effective) ? '' : JSON.stringify(a)",
        &assistant().code_set().expect("a code set"),
        &JsValue::NULL,
    );
}

/// Offsets as JavaScript counts them, on text with emoji, accents, marks and a lone surrogate.
#[wasm_bindgen_test]
fn every_quote_is_the_text_at_its_offsets() {
    let assistant = assistant();
    let plain = JsValue::from_str(NOTE);
    let crlf = JsValue::from_str(&NOTE.replace('\n', "\r\n"));
    let lone =
        Function::new_with_args("a", "return 'x\\ud83d ' + a + '\\udc00'").call1(&JsValue::NULL, &plain).expect("text");
    for text in [plain, crlf, lone] {
        let report = assistant.scan(note(&text)).expect("a report");
        check(
            "if (a.offset_unit !== 'utf-16') return 'unit ' + a.offset_unit;
             if (!a.suggestions.some((s) => s.code === 'I10')) return 'no I10: ' + JSON.stringify(a.suggestions.map((s) => s.code));
             for (const s of a.suggestions) {
               if (!s.evidence.length) return s.code + ' without evidence';
               for (const e of s.evidence) if (b.slice(e.start, e.end).toWellFormed() !== e.quote) return JSON.stringify(e);
             }
             return ''",
            &report,
            &text,
        );
    }
}

#[wasm_bindgen_test]
fn a_report_is_one_plain_value() {
    let report = assistant().scan(note(&JsValue::from_str(NOTE))).expect("a report");
    assert!(report.is_instance_of::<Object>());
    // Only what survives JSON can be posted, stored or compared; maps and undefined would not.
    check(
        "return JSON.stringify(structuredClone(a)) === JSON.stringify(a) && a.id === 'n1' ? '' : 'not plain'",
        &report,
        &JsValue::NULL,
    );
}

#[wasm_bindgen_test]
fn the_same_note_gives_the_same_report() {
    let (one, other) = (assistant(), assistant());
    let scan = |assistant: &WasmAssistant| {
        let report = assistant.scan(note(&JsValue::from_str(NOTE))).expect("a report");
        String::from(JSON::stringify(&report).unwrap_or_else(|_| JsString::from("")))
    };
    let first = scan(&one);
    assert!(first.len() > 100);
    assert_eq!(first, scan(&one));
    assert_eq!(first, scan(&other));
}

#[wasm_bindgen_test]
fn a_note_that_is_none_gives_an_error_without_its_text() {
    let assistant = assistant();
    let cases = [
        "undefined",
        "null",
        "'secret'",
        "42",
        "{}",
        "{ id: 'n', setting: 'inpatient' }",
        "{ id: 'n', text: 'secret', setting: 'secret' }",
        "{ id: 'n', text: ['secret'], setting: 'inpatient' }",
    ];
    for case in cases {
        let (kind, sentence) = thrown(assistant.scan(js(case)));
        assert_eq!(kind, "input", "{case}");
        assert!(!sentence.contains("secret"), "{case}: {sentence}");
    }
}

#[wasm_bindgen_test]
fn text_without_a_finding_gives_an_empty_report() {
    let assistant = assistant();
    for text in ["", " \n\t", "\u{0}\u{1}\u{fffd}", "\u{202e}\u{200f}", "The garage opens at six."] {
        let report = assistant.scan(note(&JsValue::from_str(text))).expect("a report");
        check("return a.suggestions.length ? JSON.stringify(a.suggestions) : ''", &report, &JsValue::NULL);
    }
}

#[wasm_bindgen_test]
fn a_facility_s_files_are_taken_whole_or_not_at_all() {
    let mut assistant = assistant();
    let gaps = |assistant: &WasmAssistant| {
        let note = js(
            "{ id: 'n', text: 'HOSPITAL COURSE:\\n1. CHF exacerbation. IV furosemide. Echo: LVEF 30%.', setting: 'inpatient' }",
        );
        let report = assistant.scan(note).expect("a report");
        String::from(JSON::stringify(&Reflect::get(&report, &"gaps".into()).expect("gaps")).expect("a text"))
    };
    let before = gaps(&assistant);
    for (says, refused) in [
        ("a.toml", assistant.add_rules("a.toml", "off = [\"GAP999\"]")),
        ("b.toml, line 2", assistant.set_template("b.toml", "name = \"H\"\nclosing = \"This would add an MCC.\"")),
    ] {
        let (kind, sentence) = thrown(refused);
        assert!(kind == "input" && sentence.contains(says), "{kind}: {sentence}");
    }
    assert_eq!(gaps(&assistant), before);
    assistant.set_template("c.toml", "name = \"H\"\ngreeting = \"Dear colleague,\"").expect("a template");
    assert!(gaps(&assistant).contains("Dear colleague,"));
    assistant.add_rules("d.toml", "off = [\"GAP37\"]").expect("a rule file");
    assert!(before.contains("GAP37") && !gaps(&assistant).contains("GAP37"));
}
