//! The boundary to the browser, and the only file that names JavaScript: a pack in, a note in, one plain value out.
//!
//! [`WasmAssistant`] (`Assistant` in JavaScript) is that boundary as a class. [`serve`] is the same as the message loop
//! of a dedicated Worker, which is where the extension runs it. Each message carries an `id`, and its answer the same:
//!
//! ```text
//! { id, type: "open", pack: ArrayBuffer }                  { id, type: "opened", code_set, brief }
//! { id, type: "scan", note: { id, text, setting, date? } } { id, type: "report", report }
//! { id, type: "lint", query, note?: note, context? }       { id, type: "linted", findings }
//! { id, type: "query-rules" }                              { id, type: "query-rules", rules: [{ rule, checks }] }
//! { id, type: "draft", draft }                             { id, type: "drafted", query }
//! { id, type: "rules", name, text }                        { id, type: "ruled", holding: { rules, off, definitions } }
//! { id, type: "template", name, text }                     { id, type: "templated", template: { name, headings } }
//! { id, type: "synonyms", name, text }                     { id, type: "synonyms", count }
//! { id, type: "look-up", words }                           { id, type: "entries", entries }
//! { id, type: "explain", code }                            { id, type: "explained", explanation }
//! { id, type: "scenario", name, text }                     { id, type: "scenario", scenario }
//! { id, type: "score", expected, given }                   { id, type: "scored", score }
//! { id, type: "identifiers", text }                        { id, type: "identifiers", identifiers }
//!                                                          { id, type: "error", error: { kind, message } }
//! ```
//!
//! `context` and `draft` are TOML, `rules`, `template` and `synonyms` take the text of a facility's file; each file is taken whole or
//! not at all. What was added goes with the Worker. `look-up` and `explain` are the code book (`src/codebook`); `scenario`,
//! `score` (two lists of codes, each in one text) and `identifiers` are for the trainers' site (`src/training`).
//!
//! The first message out is `{ type: "ready" }`: what is sent to a Worker before its module has run is lost.
//!
//! A lone surrogate in a JavaScript string becomes U+FFFD on the way in. Both count one UTF-16 code unit, so offsets
//! hold.

use crate::cdi::lint::{self, Context};
use crate::cdi::query::{Indicator, Query};
use crate::codebook;
use crate::training::identifiers::identifiers;
use crate::training::scenario::Scenario;
use crate::training::score::score;
use crate::{Assistant, Error, ErrorKind, Note, Result};
use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The engine with its knowledge. Every error is an `Error` with a `kind` (`ErrorKind::name`).
#[wasm_bindgen(js_name = Assistant)]
pub struct WasmAssistant(Assistant);

#[wasm_bindgen(js_class = Assistant)]
impl WasmAssistant {
    /// Opens a knowledge pack from its bytes.
    #[wasm_bindgen(constructor)]
    pub fn open(pack: &[u8]) -> Result<WasmAssistant, js_sys::Error> {
        Assistant::open(pack).map(WasmAssistant).map_err(|error| thrown(&error))
    }

    /// Scans `{ id, text, setting, date? }` and gives the report (`src/report.rs`) as a plain object.
    pub fn scan(&self, note: JsValue) -> Result<JsValue, js_sys::Error> {
        scan(&self.0, note).map_err(|error| thrown(&error))
    }

    /// Checks a query to a provider, against a note where there is one: `[{ rule, severity, message, start, end }]`.
    pub fn lint(&self, query: &str, note: JsValue) -> Result<JsValue, js_sys::Error> {
        lint(&self.0, query, note, JsValue::UNDEFINED).map_err(|error| thrown(&error))
    }

    /// Adds a facility's CDI file, whole or not at all.
    #[wasm_bindgen(js_name = addRules)]
    pub fn add_rules(&mut self, name: &str, text: &str) -> Result<(), js_sys::Error> {
        self.0.add_rules(name, text).map(|_| ()).map_err(|error| thrown(&error))
    }

    /// Has drafts written in a facility's form, whole or not at all.
    #[wasm_bindgen(js_name = setTemplate)]
    pub fn set_template(&mut self, name: &str, text: &str) -> Result<(), js_sys::Error> {
        self.0.set_template(name, text).map_err(|error| thrown(&error))
    }

    /// `{ name, release, effective }`
    #[wasm_bindgen(js_name = codeSet)]
    pub fn code_set(&self) -> Result<JsValue, js_sys::Error> {
        plain(self.0.code_set()).map_err(|error| thrown(&error))
    }
}

/// Answers messages from now on. To be called once, in a dedicated Worker.
#[wasm_bindgen]
pub fn serve() -> Result<(), JsValue> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let port = scope.clone();
    let mut assistant = None;
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = event.data();
        let (name, fields) = match answer(&mut assistant, &message) {
            Ok(answer) => answer,
            Err(error) => ("error", vec![("error", described(&error))]),
        };
        let head = [("id", get(&message, "id")), ("type", name.into())];
        let reply = object(head.into_iter().chain(fields));
        // What was built here from plain values can always be copied.
        let _ = port.post_message(&reply);
    });
    scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget(); // it lives as long as the Worker
    scope.post_message(&object([("type", "ready".into())]))
}

/// A rule of compliant queries, and in a few words what it looks for.
#[derive(Serialize)]
struct RuleOfQueries {
    rule: &'static str,
    checks: &'static str,
}

/// The type of the answer and what it carries, by name.
type Answer = (&'static str, Vec<(&'static str, JsValue)>);

fn answer(assistant: &mut Option<Assistant>, message: &JsValue) -> Result<Answer> {
    let asked = get(message, "type").as_string().unwrap_or_default();
    if asked == "open" {
        let pack = get(message, "pack");
        let pack = pack.dyn_ref::<ArrayBuffer>().ok_or_else(|| input("The pack is to be an ArrayBuffer."))?;
        *assistant = None; // two packs at once would need twice the memory
        let opened = assistant.insert(Assistant::open(&Uint8Array::new(pack).to_vec())?);
        return Ok(("opened", vec![("code_set", plain(opened.code_set())?), ("brief", lint::brief().into())]));
    }
    let text =
        |field: &str| get(message, field).as_string().ok_or_else(|| input(&format!("\"{field}\" is to be a string.")));
    let assistant = assistant.as_mut().ok_or_else(|| input("A pack is to be opened before anything is asked."))?;
    let (name, field, value) = match asked.as_str() {
        "scan" => ("report", "report", scan(assistant, get(message, "note"))?),
        "lint" => {
            let findings = lint(assistant, &text("query")?, get(message, "note"), get(message, "context"))?;
            ("linted", "findings", findings)
        }
        "query-rules" => {
            let rules: Vec<_> = lint::registry().map(|r| RuleOfQueries { rule: r.id, checks: r.checks }).collect();
            ("query-rules", "rules", plain(&rules)?)
        }
        "draft" => ("drafted", "query", draft(assistant, &text("draft")?)?),
        "rules" => ("ruled", "holding", plain(&assistant.add_rules(&text("name")?, &text("text")?)?)?),
        "template" => {
            assistant.set_template(&text("name")?, &text("text")?)?;
            ("templated", "template", plain(assistant.cdi().template())?)
        }
        "synonyms" => {
            let count = assistant.add_synonyms(&text("name")?, &text("text")?)?;
            ("synonyms", "count", plain(&count)?)
        }
        "look-up" => ("entries", "entries", plain(&codebook::look_up(assistant, &text("words")?))?),
        "explain" => ("explained", "explanation", plain(&codebook::explain(assistant, &text("code")?, false)?)?),
        "scenario" => ("scenario", "scenario", plain(&Scenario::read(&text("name")?, &text("text")?)?)?),
        "score" => ("scored", "score", plain(&score(assistant, &text("expected")?, &text("given")?))?),
        "identifiers" => ("identifiers", "identifiers", plain(&identifiers(&text("text")?))?),
        _ => {
            let sentence = "The message is none of \"open\", \"scan\", \"lint\", \"query-rules\", \"draft\", \"rules\", \"template\", \
                            \"synonyms\", \"look-up\", \"explain\", \"scenario\", \"score\" and \"identifiers\".";
            return Err(input(sentence));
        }
    };
    Ok((name, vec![(field, value)]))
}

fn scan(assistant: &Assistant, note: JsValue) -> Result<JsValue> {
    plain(&assistant.scan(&self::note(note)?))
}

/// `context`: `open_queries` and `internal`, lists of strings, as TOML.
fn lint(assistant: &Assistant, query: &str, note: JsValue, context: JsValue) -> Result<JsValue> {
    let note = match note.is_undefined() {
        true => None,
        false => Some(self::note(note)?),
    };
    let context = context.as_string().unwrap_or_default();
    let context: Context =
        toml::from_str(&context).map_err(|_| input("The context of a check is open_queries and internal, as TOML."))?;
    let context = Context { setting: context.setting.or(note.as_ref().map(|n| n.setting)), ..context };
    plain(&assistant.lint_in(query, note.as_ref(), &context))
}

fn note(note: JsValue) -> Result<Note> {
    // The cause is left out: it may quote the text.
    serde_wasm_bindgen::from_value(note).map_err(|_| {
        input("A note is { id, text, setting, date? }, with a setting of \"inpatient\" or \"outpatient\".")
    })
}

/// `rule`, `indicators = [{ quote, section, date?, supports, by_hand }]` and `options`, as TOML: the draft of a rule's query
/// again, from the indicators that a person kept or added; `query` is its parts and its `text`.
fn draft(assistant: &Assistant, wanted: &str) -> Result<JsValue> {
    #[derive(serde::Deserialize)]
    struct Wanted {
        rule: String,
        indicators: Vec<Indicator>,
        #[serde(default)]
        options: Vec<String>,
    }
    #[derive(Serialize)]
    struct Drafted<'q> {
        #[serde(flatten)]
        query: &'q Query,
        text: String,
    }
    // Lists would need functions of JavaScript to be called from here; a text needs none.
    let Wanted { rule, indicators, options } =
        toml::from_str(wanted).map_err(|_| input("A draft is asked for by rule, indicators and options, as TOML."))?;
    let query = assistant
        .cdi()
        .draft(&rule, indicators, &options)
        .ok_or_else(|| input("There is no such rule in force: scan the note again."))?;
    plain(&Drafted { query: &query, text: assistant.cdi().text_of(&query) })
}

fn plain(value: &impl Serialize) -> Result<JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|_| input("The report cannot be given to the browser: scan a part of the note."))
}

fn input(sentence: &str) -> Error {
    Error::new(ErrorKind::Input, sentence)
}

fn thrown(error: &Error) -> js_sys::Error {
    let thrown = js_sys::Error::new(&error.to_string());
    let _ = Reflect::set(&thrown, &"kind".into(), &error.kind().name().into());
    thrown
}

fn described(error: &Error) -> JsValue {
    object([("kind", error.kind().name().into()), ("message", error.to_string().into())])
}

/// A property, or `undefined` where there is none or no object to have it.
fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn object<'f>(fields: impl IntoIterator<Item = (&'f str, JsValue)>) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}
