//! The command from outside: arguments, files, streams, exit status. Where a pack is needed it is that of the build.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const NOTE: &str = "HISTORY OF PRESENT ILLNESS\r\n\u{1f600} Follow-up. Denies chest pain.\r\n\r\nASSESSMENT AND PLAN\r\n\
                    1. Essential hypertension. Continue lisinopril.\r\n2. Hypothyroidism. Recheck TSH.\r\n";

fn pack() -> PathBuf {
    match std::env::var_os("CHARTSIDE_PACK") {
        Some(path) => PathBuf::from(path),
        None => root().join("target/pack/chartside.pack"),
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The command with no pack to be found but the one of the arguments.
fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chartside"));
    command.args(arguments).env_remove("CHARTSIDE_PACK").current_dir(std::env::temp_dir());
    command
}

/// The command with the pack of the build.
fn with_pack(arguments: &[&str]) -> Command {
    let path = pack();
    assert!(path.is_file(), "No knowledge pack at {}: `chartside pack build` makes it.", path.display());
    let mut command = bare(arguments);
    command.env("CHARTSIDE_PACK", path);
    command
}

fn run(mut command: Command, input: &[u8]) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // A command that refuses its arguments reads nothing.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("the command ends");
    writer.join().expect("no panic");
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn json_lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// One sentence on standard error that begins with the command's name.
fn sentence(output: &Output) -> String {
    let told = text(&output.stderr);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.starts_with("chartside: ") && told.ends_with(".\n"), "{told}");
    told
}

/// A folder for one test, gone when the test ends well.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("chartside-command-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, content).expect("a file");
        path.to_str().expect("UTF-8").to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn wrong_arguments_are_told_in_one_sentence() {
    for arguments in [
        &["skan"][..],
        &["scan", "--setting", "ward"],
        &["scan", "--date", "tomorrow"],
        &["scan", "--jobs", "2"],
        &["scan", "--format", "xml"],
        &["scan", "--ndjson", "--format", "text"],
        &["explain"],
        &["eval"],
        &["pack", "build", "--effective-to", "2027"],
    ] {
        let output = run(bare(arguments), b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        sentence(&output);
    }
    for arguments in [&["--help"][..], &["--version"], &["scan", "--help"], &["pack", "build", "--help"]] {
        let output = run(bare(arguments), b"");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_pack_that_cannot_be_used_is_told_with_what_to_do() {
    let folder = Folder::new("packs");
    let damaged = folder.file("damaged.pack", b"CHARTPAK and then nothing of use");
    let empty = folder.file("empty.pack", b"");
    let missing = folder.0.join("missing.pack").to_str().expect("UTF-8").to_string();
    for (path, kind) in [(&damaged, "pack-damaged"), (&empty, "pack-damaged"), (&missing, "io")] {
        for arguments in [
            &["scan", "--format", "json", "--pack", path][..],
            &["scan", "--ndjson", "--pack", path],
            &["explain", "I10", "--format", "json", "--pack", path],
        ] {
            let output = run(bare(arguments), b"text");
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            assert!(sentence(&output).contains("chartside pack build"), "{arguments:?}");
            let answers = json_lines(&output);
            assert_eq!(answers.len(), 1);
            assert_eq!(answers[0]["error"]["kind"], kind);
            assert!(answers[0]["error"]["message"].as_str().is_some_and(|m| m.ends_with('.')));
        }
    }
    let output = run(bare(&["scan"]), b"text");
    assert_eq!(output.status.code(), Some(2));
    assert!(sentence(&output).contains("No knowledge pack was found"));
    // Finding damage is what verifying is for: it has run, and has findings.
    assert_eq!(run(bare(&["pack", "verify", &damaged]), b"").status.code(), Some(1));
    assert_eq!(run(bare(&["pack", "verify", &missing]), b"").status.code(), Some(2));
}

#[test]
fn one_flipped_or_missing_byte_is_found() {
    let folder = Folder::new("flips");
    let whole = std::fs::read(pack()).expect("the pack");
    let end = whole.len();
    for at in [9, 20, 40, end / 3, end / 2, end - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        let output = run(bare(&["pack", "verify", &folder.file("flipped.pack", &bytes)]), b"");
        assert_eq!(output.status.code(), Some(1), "byte {at}");
        sentence(&output);
    }
    for length in [7, 31, 1000, end / 2, end - 1] {
        let output = run(bare(&["pack", "verify", &folder.file("cut.pack", &whole[..length])]), b"");
        assert_eq!(output.status.code(), Some(1), "cut to {length}");
        sentence(&output);
    }
    let output = run(bare(&["pack", "verify", &folder.file("whole.pack", &whole)]), b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("is whole"));
}

#[test]
fn a_note_from_standard_input_becomes_a_report() {
    let output = run(with_pack(&["scan", "--format", "json"]), NOTE.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty());
    let report = &json_lines(&output)[0];
    assert_eq!(report["offset_unit"], "utf-16");
    assert_eq!(report["code_set"]["name"], "ICD-10-CM");
    // Line ends as they came: CR and LF count.
    let units: Vec<u16> = NOTE.encode_utf16().collect();
    assert_eq!(report["read"]["characters"], units.len());
    let suggestions = report["suggestions"].as_array().expect("a list");
    let tier_of = |code: &str| suggestions.iter().find(|s| s["code"] == code).map(|s| s["tier"].clone());
    assert_eq!(tier_of("I10"), Some("suggested".into()));
    assert_eq!(tier_of("E03.9"), Some("suggested".into()));
    for evidence in suggestions.iter().flat_map(|s| s["evidence"].as_array().expect("a list")) {
        let at = |name: &str| evidence[name].as_u64().expect("a number") as usize;
        let quoted = String::from_utf16(&units[at("start")..at("end")]).expect("whole characters");
        assert_eq!(evidence["quote"], quoted);
    }

    let output = run(with_pack(&["scan", "-"]), NOTE.as_bytes());
    let shown = text(&output.stdout);
    let first = shown.lines().next().expect("a line");
    assert!(first.contains("ICD-10-CM") && first.contains("in force from") && first.contains("outpatient"), "{first}");
    for part in
        ["Suggested (", "To decide (", "Held back (", "  I10  Essential (primary) hypertension", "    Tabular   I10"]
    {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert!(!shown.contains('\x1b'), "no colours where no terminal is");
}

#[test]
fn a_phrase_of_the_note_is_told_what_became_of_it() {
    let note = b"ASSESSMENT:\n1. Pneumonia.\n2. Cough, worse on Tuesday.\n";
    for (phrase, told) in [
        ("cough", "held: R05.9"),
        ("COUGH", "A symptom that belongs to J18.9."),
        ("pneumonia", "suggested: J18.9"),
        ("Tuesday", "lead to no term of the Alphabetic Index"),
        ("gout", "\"gout\" was not found in the text scanned."),
        ("(", "was not found in the text scanned."),
        ("", "was not found in the text scanned."),
    ] {
        let output = run(with_pack(&["scan", "--why", phrase]), note);
        assert!(text(&output.stdout).contains(told), "{phrase}: {}", text(&output.stdout));
    }
}

#[test]
fn a_later_date_asks_for_a_newer_pack() {
    let notices = |date: &str| {
        let output = run(with_pack(&["scan", "--format", "json", "--date", date]), NOTE.as_bytes());
        json_lines(&output)[0]["read"]["notices"].to_string()
    };
    let info = run(with_pack(&["pack", "info", "--format", "json"]), b"");
    let effective = json_lines(&info)[0]["effective"].as_str().expect("days").to_string();
    let (from, to) = effective.split_once('/').expect("two days");
    assert!(notices("2099-01-01").contains("chartside pack build"));
    for day in [from, to] {
        assert_eq!(notices(day), "[]");
    }
}

#[test]
fn of_many_files_a_bad_one_does_not_cost_the_others() {
    let folder = Folder::new("files");
    let good = folder.file("good.txt", NOTE);
    let binary = folder.file("binary.doc", b"\xd0\xcf\x11\xe0\x00\x00");
    let latin = folder.file("latin.txt", b"ASSESSMENT\nH\xe9morrhage. Hypothyroidism.");
    let missing = folder.0.join("missing.txt").to_str().expect("UTF-8").to_string();
    let output = run(with_pack(&["scan", "--format", "json", &binary, &good, &missing, &latin]), b"");
    assert_eq!(output.status.code(), Some(2));
    let answers = json_lines(&output);
    assert_eq!(answers.len(), 4);
    assert_eq!((&answers[0]["error"]["kind"], &answers[0]["id"]), (&"input".into(), &"binary.doc".into()));
    assert_eq!(answers[1]["id"], "good.txt");
    assert_eq!(answers[2]["error"]["kind"], "io");
    assert!(answers[3]["read"]["notices"].to_string().contains("not valid Unicode"));
    assert_eq!(text(&output.stderr).lines().count(), 2);

    let output = run(with_pack(&["scan", &binary]), b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(sentence(&output).contains("is not text"));
    let output = run(with_pack(&["scan", folder.0.to_str().expect("UTF-8")]), b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(sentence(&output).contains("is a folder"));
}

#[test]
fn texts_without_a_note_give_a_report_or_a_sentence() {
    for (input, characters) in [
        (String::new(), 0),
        ("\r\n\r\n \t".to_string(), 6),
        ("\u{202e}\u{200f}\u{feff}".to_string(), 3),
        ("lorem ipsum dolor ".repeat(10), 180),
    ] {
        let output = run(with_pack(&["scan", "--format", "json"]), input.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{input:?}");
        assert_eq!(json_lines(&output)[0]["read"]["characters"], characters);
        assert!(output.stderr.is_empty());
    }
}

#[test]
fn five_megabytes_are_read_to_the_end() {
    let input = NOTE.repeat(5_000_000 / NOTE.len() + 1);
    let output = run(with_pack(&["scan", "--format", "json"]), input.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(json_lines(&output)[0]["read"]["characters"], input.encode_utf16().count());
}

fn line(id: &str, text: &str) -> String {
    serde_json::json!({ "id": id, "text": text, "setting": "outpatient" }).to_string() + "\n"
}

#[test]
fn a_stream_keeps_its_order_and_goes_on_after_bad_lines() {
    let input = [
        line("one", NOTE).into_bytes(),
        b"not JSON\n".to_vec(),
        b"\n".to_vec(),
        br#"{"id":"two","text":"ASSESSMENT\n\ud83d Hypothyroidism \ud800."}"#.to_vec(),
        b"\r\n\xff\xfe\x00binary\n".to_vec(),
        br#"{"id":4,"text":""}"#.to_vec(),
    ]
    .concat();
    let output = run(with_pack(&["scan", "--ndjson"]), &input);
    assert_eq!(output.status.code(), Some(1));
    assert!(sentence(&output).contains("2 of 5 lines"));
    let answers = json_lines(&output);
    let told: Vec<String> = answers.iter().map(|a| format!("{}{}", a["id"], a["line"])).collect();
    assert_eq!(told, ["\"one\"null", "null2", "\"two\"null", "null5", "\"4\"null"]);
    assert_eq!(answers[1]["error"]["kind"], "input");
    assert_eq!(answers[2]["read"]["characters"], 30);
    assert!(answers[2]["read"]["notices"].to_string().contains("2 places"));

    // A stream without a bad line is nothing but reports.
    let output = run(with_pack(&["scan", "--ndjson"]), line("one", NOTE).as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
    assert_eq!(json_lines(&output)[0], answers[0], "the same note gives the same report");
}

#[test]
fn the_same_stream_gives_the_same_bytes_on_any_number_of_threads() {
    let input: String = (0..200).map(|n| line(&n.to_string(), &NOTE[..NOTE.len() - (n % 7) * 9])).collect();
    let outputs = ["1", "2", "5"].map(|jobs| run(with_pack(&["scan", "--ndjson", "--jobs", jobs]), input.as_bytes()));
    assert_eq!(json_lines(&outputs[0]).len(), 200);
    assert!(outputs.iter().all(|output| output.stdout == outputs[0].stdout));
}

#[test]
fn each_line_is_answered_before_the_next_is_sent() {
    let mut child = with_pack(&["scan", "--ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    for id in ["a", "b", "c"] {
        stdin.write_all(line(id, NOTE).as_bytes()).expect("is read");
        stdin.flush().expect("is read");
        let mut answer = String::new();
        stdout.read_line(&mut answer).expect("an answer");
        assert_eq!(serde_json::from_str::<Value>(&answer).expect("JSON")["id"], id);
    }
    drop(stdin);
    assert!(child.wait().expect("ends").success());
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = with_pack(&["scan", "--ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    drop(child.stdout.take());
    // More than all buffers hold: the command has to end for this loop to end.
    let one = line("x", NOTE);
    while stdin.write_all(one.as_bytes()).is_ok() {}
    let status = child.wait().expect("ends");
    let mut told = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut told).expect("UTF-8");
    assert_eq!((status.code(), told.as_str()), (Some(0), ""));
}

#[test]
fn a_code_is_explained_by_the_book() {
    let explain = |code: &str| json_lines(&run(with_pack(&["explain", code, "--format", "json"]), b""))[0].clone();
    let one = explain("e11621");
    assert_eq!((&one["code"], &one["billable"]), (&"E11.621".into(), &true.into()));
    let codes = |one: &Value, list: &str| -> Vec<String> {
        one[list].as_array().expect("a list").iter().map(|n| n["code"].as_str().expect("a code").to_string()).collect()
    };
    assert_eq!(codes(&one, "hierarchy"), ["4", "E08-E13", "E11", "E11.6", "E11.62", "E11.621"]);
    let index = one["index"].to_string();
    assert!(index.contains(r#"["Diabetes, diabetic","type 2","with","foot ulcer"]"#), "{index}");
    let kinds = one["notes"].to_string();
    assert!(kinds.contains("use-additional") && kinds.contains("excludes1"), "{kinds}");

    let one = explain("F32");
    assert_eq!(one["billable"], false);
    assert!(codes(&one, "children").contains(&"F32.A".to_string()));
    assert!(one["index"].as_array().is_some_and(|entries| !entries.is_empty()));

    let one = explain("S52.501A");
    assert!(one["seventh"].to_string().contains("initial encounter for closed fracture"));

    for (code, near) in [("E11.62I", "E11.621"), ("E11.6219", "E11.621"), ("zebra", "looks like"), ("", "looks like")] {
        let output = run(with_pack(&["explain", code]), b"");
        assert_eq!(output.status.code(), Some(2), "{code}");
        assert!(sentence(&output).contains(near), "{code}");
    }
    let shown = text(&run(with_pack(&["explain", "S52.501A"]), b"").stdout);
    for part in ["Chapter 19", "7th characters", "Excludes1 (at S52)", "Alphabetic Index", "billable ·"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn a_pack_says_what_it_holds() {
    let info = json_lines(&run(with_pack(&["pack", "info", "--format", "json"]), b""))[0].clone();
    assert_eq!(info["name"], "ICD-10-CM");
    assert!(info["counts"]["billable"].as_u64().is_some_and(|n| n > 70_000));
    let sources = info["sources"].as_array().expect("a list");
    assert!(sources.iter().all(|s| s["sha256"].as_str().is_some_and(|hash| hash.len() == 64)));
    let shown = text(&run(with_pack(&["pack", "info"]), b"").stdout);
    for part in ["in force from", "billable codes", "Alphabetic Index", "SHA-256"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn figures_of_a_corpus_of_our_own() {
    let folder = Folder::new("corpus");
    std::fs::create_dir(folder.0.join("below")).expect("a folder");
    folder.file(
        "codes.jsonl",
        "{\"id\":\"n1\",\"text\":\"ASSESSMENT\\n1. Hypothyroidism. Recheck TSH.\",\"codes\":[\"E03.9\",\"J18.9\"]}\n",
    );
    folder.file("below/kit.txt", "1\tpneumonia\tShe denies PNEUMONIA.\tNegated\tRecent\tPatient\n");
    folder.file("below/notes.jsonl", line("a", NOTE) + "cut short\n");
    folder.file("below/own.note", "# own\nsetting: outpatient\n--- note\nHealthy.\n--- expect\nnever I10\n");
    folder.file("README.md", "About these files");
    let path = folder.0.to_str().expect("UTF-8");

    let output = run(with_pack(&["eval", "--corpus", path, "--format", "json", "--show", "errors"]), b"");
    // One line of the notes cannot be read, and that is told.
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let told = &json_lines(&output)[0];
    assert_eq!(told["skipped"], serde_json::json!(["README.md"]));
    let measured = |name: &str| {
        let all = told["measured"].as_array().expect("a list");
        all.iter().find(|one| one["corpus"] == name).unwrap_or_else(|| panic!("{name} in {told}")).clone()
    };
    let codes = measured("codes.jsonl");
    assert_eq!(codes["kind"], "codes");
    assert_eq!(codes["tiers"][0]["exact"]["recall"], 0.5);
    assert_eq!(codes["tiers"][0]["exact"]["precision"], 1.0);
    assert_eq!(codes["errors"][0]["code"], "J18.9");
    let kit = measured("below/kit.txt");
    assert_eq!((&kit["found"], &kit["negation"]["f1"]), (&1.into(), &1.0.into()));
    let noise = measured("below/notes.jsonl");
    assert_eq!((&noise["kind"], &noise["unreadable_lines"]), (&"noise".into(), &1.into()));
    assert_eq!(measured("below")["notes"], 1);
    for one in told["measured"].as_array().expect("a list") {
        assert_eq!(one["breaches"], serde_json::json!([]), "{one}");
    }

    let shown = text(&run(with_pack(&["eval", "--corpus", path, "--show", "errors", "--note", "n1"]), b"").stdout);
    for part in ["ICD-10-CM", "codes.jsonl", "suggested + decide", "n1  missed  J18.9", "ms a note"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let output = run(with_pack(&["eval", "--corpus", &folder.file("README.md", "nothing")]), b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(sentence(&output).contains("known shape"));
}

/// Every report over all evaluation texts keeps its contract: quotes, billable codes, reasons. The texts are not part
/// of the project: `CHARTSIDE_EVAL` says where they are.
#[test]
fn reports_over_the_evaluation_texts_keep_the_contract() {
    let place = std::env::var_os("CHARTSIDE_EVAL").map_or_else(|| root().join("../shared/eval"), PathBuf::from);
    if !place.is_dir() {
        println!("skipped: no evaluation texts at {}", place.display());
        return;
    }
    let output = run(with_pack(&["eval", "--corpus", place.to_str().expect("UTF-8"), "--format", "json"]), b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = &json_lines(&output)[0];
    let measured = told["measured"].as_array().expect("a list");
    assert!(!measured.is_empty());
    for one in measured {
        assert_eq!(one["breaches"], serde_json::json!([]), "{}", one["corpus"]);
        assert_eq!(one["unreadable_lines"], 0, "{}", one["corpus"]);
    }
}

#[test]
fn a_query_is_checked() {
    let folder = Folder::new("lint-query");
    let good = "Title: Change in renal function\n\nClinical indicators\n- \"Creatinine 2.4\" (Labs, 03/12/2026)\n\n\
                Question\nPlease clarify the diagnosis, if any, that this finding represents.\n";
    let note = folder.file("note.txt", "LABS 03/12/2026: Creatinine 2.4\n");
    let output = run(with_pack(&["lint-query", &folder.file("good.txt", good), "--note", &note]), b"");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{}", text(&output.stdout));

    let bad = good.replace("Please", "\u{1f600} An MCC would help. Please");
    let output = run(with_pack(&["lint-query", "--format", "json"]), bad.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let findings = &json_lines(&output)[0]["findings"];
    let finding = &findings[0];
    assert_eq!((finding["rule"].as_str(), finding["severity"].as_str()), (Some("QL02"), Some("error")), "{findings}");
    let units: Vec<u16> = bad.encode_utf16().collect();
    let place = |name: &str| finding[name].as_u64().expect("a number") as usize;
    assert_eq!(String::from_utf16_lossy(&units[place("start")..place("end")]), "MCC");
    let shown = text(&run(with_pack(&["lint-query"]), bad.as_bytes()).stdout);
    assert!(shown.starts_with("line 7: error QL02: ") && shown.contains("MCC"), "{shown}");

    // A warning alone is no failure.
    let warned = good.replace("- \"Creatinine 2.4\"", "- Alarming \"Creatinine 2.4\"");
    let output = run(with_pack(&["lint-query", "--format", "json"]), warned.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert_eq!(json_lines(&output)[0]["findings"][0]["rule"], "QL14");

    let output = run(with_pack(&["lint-query", "--note", "no-such-file"]), good.as_bytes());
    assert_eq!(output.status.code(), Some(2));
    assert!(sentence(&output).contains("no-such-file"));
}

#[test]
fn drafts_are_written_in_the_form_of_a_template() {
    let folder = Folder::new("query-template");
    let note = folder.file("note.txt", "HOSPITAL COURSE:\n1. CHF exacerbation. IV furosemide. Echo: LVEF 30%.\n");
    let scan =
        |template: &str| run(with_pack(&["scan", &note, "--setting", "inpatient", "--query-template", template]), b"");
    let output = scan(&folder.file("letter.toml", include_str!("templates/letter.toml")));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    assert!(shown.contains("Dear colleague,") && shown.contains("Response options"), "{shown}");

    let output = scan(&folder.file("pay.toml", "name = \"H\"\nclosing = \"This would add an MCC.\"\n"));
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()));
    let told = sentence(&output);
    assert!(told.contains("pay.toml, line 2: closing") && told.contains("QL02"), "{told}");
}
