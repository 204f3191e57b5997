//! CDI: what a note fails to say, and the compliant query that asks for it.
//!
//! Rules are data ([`rule`], one file each in `knowledge/cdi`, packed by `chartside pack build`); a facility adds its own
//! in the same form or switches ours off. [`findings`] looks for everything the rules name in one pass; [`Cdi::gaps`]
//! decides which rules fire, which of their indicators are shown and which answers may be offered; [`query`] drafts;
//! [`lint`] checks any query against the practice brief.
//!
//! A gap says that something was not found in the text scanned, never that it is not so. Payment has no part in a rule,
//! in the order of gaps, or in a query.

pub mod detect;
pub mod document;
mod expression;
mod findings;
pub mod lint;
mod pattern;
pub mod query;
pub mod rule;
pub mod template;

pub use findings::{Match, Seen};
pub use pattern::Pattern;
use pattern::{Need, Needs};

use crate::error::{Error, ErrorKind, Result};
use crate::measure::{Value, Values};
use crate::note::{Reading, TokenRange};
use crate::pack::tables::{self, Strings};
use crate::report::{Assertion, GapKind};
use crate::tabular::Tabular;
use expression::Expression;
use findings::{Builder, Findings, Found, Known};
use query::{Indicator, Query};
use rule::{Class, FacilityFile, FindingFile, Form, Holding, RuleFile, Shared};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use template::{PLAIN, Template};

/// Groups of definitions that differ between facilities, the first of each in force unless the facility chooses.
pub const DEFINITIONS: &[(&str, &[&str])] =
    &[("sepsis", &["sepsis-2", "sepsis-3"]), ("malnutrition", &["aspen", "glim"])];

/// Rules as they stand in the pack: without their examples.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub shared: Shared,
    pub rules: Vec<RuleFile>,
    /// What [`Source::prepare`] read off the patterns; absent where it was not called.
    prepared: Option<Needs>,
}

impl Source {
    pub fn new(shared: Shared, rules: Vec<RuleFile>) -> Source {
        Source { shared, rules, prepared: None }
    }

    /// Does once what would be done at each opening: words are spelled as they are looked for, and what patterns need is
    /// read off them. Done when a pack is built.
    pub fn prepare(&mut self) {
        if self.prepared.is_some() {
            return;
        }
        let mut needs = Needs::new();
        for finding in
            self.rules.iter_mut().map(|r| &mut r.findings).chain([&mut self.shared]).flat_map(|f| f.values_mut())
        {
            finding.words = findings::spelled(&finding.words);
            if !finding.pattern.is_empty() && !needs.contains_key(&finding.pattern) {
                needs.insert(finding.pattern.clone(), Need::of(&finding.pattern));
            }
        }
        self.prepared = Some(needs);
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        // Plain data of this form can always be written.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Source> {
        postcard::from_bytes(bytes).map_err(|_| tables::damaged("its CDI rules cannot be read"))
    }
}

/// The rules, ready to be applied.
pub struct Cdi {
    source: Source,
    facility: Vec<(String, FacilityFile)>,
    findings: Findings,
    rules: Vec<Compiled>,
    template: Template,
}

struct Compiled {
    file: RuleFile,
    fires: Expression,
    documented: Option<Expression>,
    unless: Option<Expression>,
    /// The findings of `fires`, and those of `documented` and `unless`.
    asked: [Vec<u32>; 2],
    counter: Vec<u32>,
    also: Vec<u32>,
    options: Vec<Option<Expression>>,
    /// Local names, for what an option quotes.
    names: HashMap<String, u32>,
}

/// A gap found in a note, in places of the note.
#[derive(Debug, Clone, PartialEq)]
pub struct Raised {
    pub rule: String,
    pub version: u32,
    pub kind: GapKind,
    pub title: String,
    pub issue: String,
    pub question: String,
    pub form: Form,
    pub source: String,
    /// What the note documents that the gap is about.
    pub evidence: Vec<Shown>,
    pub indicators: Vec<Shown>,
    pub counter: Vec<Shown>,
    /// Each with the indicators that it rests on.
    pub options: Vec<(String, Vec<u32>)>,
    pub query: String,
    score: i32,
}

/// A place in the note that is quoted.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub finding: String,
    /// All findings of the rule that lie in the words quoted, the one above among them.
    pub supports: Vec<String>,
    pub class: Class,
    pub tokens: TokenRange,
    pub sentence: u32,
    pub assertion: Assertion,
    pub cue: Option<TokenRange>,
    /// As the note dates it; absent where the text scanned has no date for it.
    pub date: Option<String>,
}

const MOST_OF_FINDING: usize = 2;
/// With the evidence and what speaks against, a query has at most twelve.
const MOST_INDICATORS: usize = 12;
/// A query that is longer is not read; its weakest indicators go first.
const MOST_WORDS: usize = 240;
const FEWEST_INDICATORS: usize = 4;
const MOST_EVIDENCE: usize = 3;
const MOST_COUNTER: usize = 4;
/// A clause longer than this is not quoted whole.
const LONGEST_QUOTE: u32 = 18;

impl Cdi {
    /// Makes the rules of a pack ready. Codes that the pack's release does not have are passed over: the rules are
    /// checked against their own release when it is built.
    pub fn new(mut source: Source, values: &Values, tabular: &Tabular, strings: &Strings) -> Result<Cdi> {
        source.prepare();
        let mut cdi = Cdi {
            source,
            facility: Vec::new(),
            findings: Builder::default().finish(),
            rules: Vec::new(),
            template: PLAIN.clone(),
        };
        cdi.compile(values, tabular, strings)?;
        Ok(cdi)
    }

    /// Adds a facility's file. It is taken whole or not at all.
    ///
    /// # Errors
    /// `Input`: the file, the line or rule, and what is wrong there.
    pub fn add(
        &mut self,
        name: &str,
        text: &str,
        values: &Values,
        tabular: &Tabular,
        strings: &Strings,
    ) -> Result<Holding> {
        let file = FacilityFile::parse(name, text)?;
        let holding = Holding::from(&file);
        let refused = |what: String| Error::new(ErrorKind::Input, format!("{name}: {what}. The file was not used."));
        for id in &file.off {
            if !self.source.rules.iter().any(|r| r.id == *id) {
                return Err(refused(format!("there is no rule {id} to switch off")));
            }
        }
        for (group, choice) in &file.definitions {
            match DEFINITIONS.iter().find(|(known, _)| known == group) {
                None => return Err(refused(format!("there is no group of definitions \"{group}\""))),
                Some((_, choices)) if !choices.contains(&choice.as_str()) => {
                    return Err(refused(format!("{group} is one of {}", choices.join(", "))));
                }
                Some(_) => {}
            }
        }
        for rule in &file.rules {
            if self.source.rules.iter().any(|r| r.id == rule.id) {
                return Err(refused(format!("there is a rule {} already: give yours another id", rule.id)));
            }
        }
        self.facility.push((name.to_owned(), file));
        let compiled = self.compile(values, tabular, strings);
        if compiled.is_err() {
            self.facility.pop();
            // What stood before can be compiled again.
            let _ = self.compile(values, tabular, strings);
        }
        compiled.map(|()| holding)
    }

    fn compile(&mut self, values: &Values, tabular: &Tabular, strings: &Strings) -> Result<()> {
        let none = Needs::new();
        let needs = self.source.prepared.as_ref().unwrap_or(&none);
        let known = Known { values, tabular, strings, needs };
        let mut compiler = Compiler { builder: Builder::default(), known, against: Vec::new() };
        compiler.add_counters()?;
        let known = |code: &str| tabular_has(tabular, code);
        let shared = compiler.findings(&self.source.shared, "the shared findings", Some(&known))?;
        let mut rules = Vec::new();
        for file in self.source.rules.iter().filter(|r| self.is_on(r)) {
            rules.push(compiler.rule(file, &shared, Some(&known))?);
        }
        for (name, file) in &self.facility {
            let mut scope = shared.clone();
            scope.extend(compiler.findings(&file.findings, name, None)?);
            for rule in file.rules.iter() {
                let compiled = compiler
                    .rule(rule, &scope, None)
                    .map_err(|e| Error::new(e.kind(), format!("{name}: {e} The file was not used.")))?;
                rules.push(compiled);
            }
        }
        self.findings = compiler.builder.finish();
        self.rules = rules;
        Ok(())
    }

    fn is_on(&self, rule: &RuleFile) -> bool {
        let off = self.facility.iter().any(|(_, file)| file.off.contains(&rule.id));
        let defined = rule.definition.as_deref().is_none_or(|definition| {
            DEFINITIONS.iter().any(|(group, choices)| {
                let chosen = self.facility.iter().rev().find_map(|(_, file)| file.definitions.get(*group));
                chosen.map_or_else(|| choices.first().copied(), |c| Some(c.as_str())) == Some(definition)
            })
        });
        !off && defined
    }

    /// Has all drafts from now on written as the facility has them.
    pub fn write_as(&mut self, template: Template) {
        self.template = template;
    }

    /// The form in which drafts are written.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// A draft as text, in the facility's form.
    pub fn text_of(&self, query: &Query) -> String {
        query.text(&self.template)
    }

    /// The rules in force.
    pub fn rules(&self) -> impl Iterator<Item = &RuleFile> {
        self.rules.iter().map(|r| &r.file)
    }

    /// The gaps of a note, the strongest first; validation after them, completeness last.
    pub fn gaps(&self, seen: &Seen<'_>) -> Vec<Raised> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let mut found = self.findings.search(seen);
        let document = document::kind(seen.reading);
        let dates = query::Dates::of(seen.reading);
        let mut raised: Vec<Raised> = self
            .rules
            .iter()
            .filter(|rule| rule.file.setting.is_none_or(|s| s == seen.setting))
            .filter(|rule| {
                rule.file.document.is_empty() || document.is_some_and(|d| rule.file.document.iter().any(|n| n == d))
            })
            .filter_map(|rule| match self.fires(rule, seen, &mut found) {
                true => Some(self.raise(rule, &found.places, seen, &dates)),
                false => None,
            })
            .collect();
        let last = |kind| match kind {
            GapKind::Validation => 1,
            GapKind::Completeness => 2,
            _ => 0,
        };
        raised
            .sort_by(|a, b| (last(a.kind), -a.score).cmp(&(last(b.kind), -b.score)).then_with(|| a.rule.cmp(&b.rule)));
        raised
    }

    /// Whether a rule fires. Its patterns are searched one after the other, and none once the answer is certain: what
    /// words and codes found comes first, and often decides. Those of a rule that fires are all searched, because what
    /// they find is shown.
    fn fires(&self, rule: &Compiled, seen: &Seen<'_>, found: &mut Found) -> bool {
        // Findings that have to be met more than once are certain when all their places are known.
        let certain = |found: &Found, f: u32| found.has(f) && (!found.is_open(f) || self.findings.takes_one(f));
        let can = |e: &Expression, found: &Found| e.can_hold(&|f| found.has(f), &|f| found.is_open(f));
        let must = |e: &Option<Expression>, found: &Found| {
            e.as_ref().is_some_and(|e| e.must_hold(&|f| certain(found, f), &|f| found.is_open(f)))
        };
        if !can(&rule.fires, found) || must(&rule.documented, found) || must(&rule.unless, found) {
            return false;
        }
        for &finding in &rule.asked[0] {
            if !certain(found, finding) {
                self.findings.complete(finding, seen, found);
                if !can(&rule.fires, found) {
                    return false;
                }
            }
        }
        for &finding in &rule.asked[1] {
            if !certain(found, finding) && found.is_open(finding) {
                self.findings.complete(finding, seen, found);
                if must(&rule.documented, found) || must(&rule.unless, found) {
                    return false;
                }
            }
        }
        let holds = |e: &Option<Expression>| e.as_ref().is_some_and(|e| e.holds(&|f| found.has(f)));
        if !rule.fires.holds(&|f| found.has(f)) || holds(&rule.documented) || holds(&rule.unless) {
            return false;
        }
        let asked = rule.asked.iter().flatten();
        for &finding in asked.chain(rule.names.values()).chain(&rule.counter) {
            self.findings.complete(finding, seen, found);
        }
        true
    }

    fn raise(&self, rule: &Compiled, found: &[Vec<Match>], seen: &Seen<'_>, dates: &query::Dates) -> Raised {
        let present = |finding: u32| !found[finding as usize].is_empty();
        let mut support = Vec::new();
        rule.fires.support(&present, &mut support);
        support.extend(rule.also.iter().filter(|f| present(**f)));
        let show = |finding: u32, place: &Match| self.shown(rule, finding, place, found, seen, dates);
        let mut counter: Vec<Shown> = Vec::new();
        for &finding in &rule.counter {
            counter.extend(found[finding as usize].iter().take(MOST_OF_FINDING).map(|m| show(finding, m)));
        }
        let (mut evidence, mut indicators): (Vec<Shown>, Vec<Shown>) = (Vec::new(), Vec::new());
        for &finding in &support {
            let about = &self.findings.all[finding as usize];
            let places = &found[finding as usize];
            let list = match about.class {
                Class::Diagnosis | Class::Document => &mut evidence,
                _ => &mut indicators,
            };
            for place in telling(places, seen) {
                let shown = show(finding, place);
                if !list.iter().any(|s| s.tokens == shown.tokens) {
                    list.push(shown);
                }
            }
            if let Some(later) = findings::superseded(seen, about, places) {
                let value = &seen.values[later as usize];
                let place = Match {
                    tokens: value.tokens,
                    sentence: value.sentence,
                    assertion: Assertion::Affirmed,
                    cue: None,
                    value: Some(later),
                };
                counter.push(show(finding, &place));
            }
        }
        keep_widest(&mut evidence);
        keep_widest(&mut indicators);
        indicators.retain(|i| !evidence.iter().any(|e| e.tokens == i.tokens));
        evidence.truncate(MOST_EVIDENCE);
        counter.retain(|c| !indicators.iter().chain(&evidence).any(|s| s.tokens == c.tokens));
        let mut once = std::collections::HashSet::new();
        counter.retain(|c| once.insert((c.tokens.start, c.tokens.end)));
        counter.truncate(MOST_COUNTER);
        indicators.truncate(MOST_INDICATORS - evidence.len() - counter.len());
        let options = self.options(rule, &evidence, &indicators, found, seen);
        let mut classes: Vec<Class> = indicators.iter().map(|s| s.class).collect();
        classes.sort_unstable();
        classes.dedup();
        let score =
            i32::from(rule.file.strength) * 10 + 3 * classes.len().min(4) as i32 + indicators.len().min(6) as i32
                - 3 * counter.len() as i32;
        let mut options = options;
        let mut query = self.drafted(&rule.file, [&evidence, &indicators, &counter], &options, seen.reading);
        while query.split_whitespace().count() > MOST_WORDS && indicators.len() > FEWEST_INDICATORS {
            indicators.pop();
            options = self.options(rule, &evidence, &indicators, found, seen);
            query = self.drafted(&rule.file, [&evidence, &indicators, &counter], &options, seen.reading);
        }
        let file = &rule.file;
        Raised {
            rule: file.id.clone(),
            version: file.version,
            kind: file.kind,
            title: file.title.clone(),
            issue: file.issue.clone(),
            question: file.question.clone(),
            form: file.form,
            source: file.source.clone(),
            evidence,
            indicators,
            counter,
            options,
            query,
            score,
        }
    }

    /// The answers whose own indicators are shown, in alphabetical order, each with the places it rests on (evidence
    /// first, then indicators, as they are shown).
    fn options(
        &self,
        rule: &Compiled,
        evidence: &[Shown],
        indicators: &[Shown],
        found: &[Vec<Match>],
        seen: &Seen<'_>,
    ) -> Vec<(String, Vec<u32>)> {
        let shown: Vec<&Shown> = evidence.iter().chain(indicators).collect();
        let is_shown = |finding: u32| {
            let name = &self.findings.all[finding as usize].name;
            shown.iter().any(|s| s.supports.contains(name))
        };
        let mut options: Vec<(String, Vec<u32>)> = Vec::new();
        for (option, needs) in rule.file.options.iter().zip(&rule.options) {
            let mut rests_on = Vec::new();
            if let Some(needs) = needs {
                // Where nobody is asked, the options say which parts are missing.
                let there = |finding: u32| !found[finding as usize].is_empty();
                let holds = if rule.file.form == Form::None { needs.holds(&there) } else { needs.holds(&is_shown) };
                if !holds {
                    continue;
                }
                let mut support = Vec::new();
                needs.support(&is_shown, &mut support);
                let names: Vec<&str> = support.iter().map(|f| self.findings.all[*f as usize].name.as_str()).collect();
                rests_on = (0u32..)
                    .zip(&shown)
                    .filter(|(_, s)| s.supports.iter().any(|f| names.contains(&f.as_str())))
                    .map(|(at, _)| at)
                    .collect();
            }
            for text in filled(&option.text, &rule.names, found, seen.reading) {
                if !options.iter().any(|(known, _)| *known == text) {
                    options.push((text, rests_on.clone()));
                }
            }
        }
        query::in_order(&mut options, |(text, _)| text);
        options
    }

    fn shown(
        &self,
        rule: &Compiled,
        finding: u32,
        place: &Match,
        found: &[Vec<Match>],
        seen: &Seen<'_>,
        dates: &query::Dates,
    ) -> Shown {
        let about = &self.findings.all[finding as usize];
        let value = place.value.and_then(|at| seen.values.get(at as usize));
        let tokens = match value {
            Some(value) => statement(seen, value),
            None => clause(seen.reading, place.tokens, place.sentence),
        };
        // What the note denies is quoted with the words that deny it.
        let tokens = match place.cue.filter(|_| place.assertion == Assertion::Negated) {
            Some(cue) if tokens.to(cue).end - tokens.to(cue).start <= 2 * LONGEST_QUOTE => tokens.to(cue),
            _ => tokens,
        };
        let tokens = trimmed(seen.reading, tokens);
        let inside = |m: &Match| tokens.start <= m.tokens.start && m.tokens.end <= tokens.end;
        let mut supports: Vec<String> = rule
            .names
            .values()
            .filter(|&&f| f == finding || found[f as usize].iter().any(inside))
            .map(|&f| self.findings.all[f as usize].name.clone())
            .collect();
        supports.sort_unstable();
        supports.dedup();
        Shown {
            finding: about.name.clone(),
            supports,
            class: about.class,
            tokens,
            sentence: place.sentence,
            assertion: place.assertion,
            cue: place.cue,
            date: dates.of_value(value),
        }
    }

    /// Drafts the query of a rule again from the indicators that a person kept or added; answers whose indicators are
    /// gone are not offered. `None` for a rule that is not in force.
    pub fn draft(&self, rule: &str, indicators: Vec<Indicator>, options: &[String]) -> Option<Query> {
        let rule = self.rules.iter().find(|r| r.file.id == rule)?;
        let kept = |finding: u32| {
            let name = &self.findings.all[finding as usize].name;
            indicators.iter().any(|i| i.supports.contains(name))
        };
        // An option that quotes the note is known by its form: what stands before the first quoted words.
        let form = |text: &str| text.split(['{', '}']).next().unwrap_or_default().to_owned();
        let mut offered: Vec<String> = Vec::new();
        for (option, needs) in rule.file.options.iter().zip(&rule.options) {
            if needs.as_ref().is_some_and(|n| !n.holds(&kept)) {
                continue;
            }
            match option.text.contains('{') {
                false => offered.push(option.text.clone()),
                true => {
                    let beginning = form(&option.text);
                    offered.extend(options.iter().filter(|o| o.starts_with(&beginning)).cloned());
                }
            }
        }
        offered.retain(|o| options.is_empty() || options.contains(o));
        query::in_order(&mut offered, |text| text);
        offered.dedup();
        Some(Query::of(&rule.file, indicators, offered))
    }

    fn drafted(
        &self,
        rule: &RuleFile,
        shown: [&Vec<Shown>; 3],
        options: &[(String, Vec<u32>)],
        reading: &Reading<'_>,
    ) -> String {
        let indicators = shown.into_iter().flatten().map(|s| Indicator::of(s, reading)).collect();
        self.text_of(&Query::of(rule, indicators, options.iter().map(|(text, _)| text.clone()).collect()))
    }
}

/// The places that are shown of a finding: different in their words, the first ones.
fn telling<'m>(places: &'m [Match], seen: &Seen<'_>) -> Vec<&'m Match> {
    let mut shown: Vec<&Match> = Vec::new();
    let text = |m: &Match| seen.reading.span(m.tokens).text(seen.reading.text).to_lowercase();
    for place in places {
        if shown.len() == MOST_OF_FINDING {
            break;
        }
        // What is affirmed here and denied there is told twice.
        if !shown.iter().any(|s| s.assertion == place.assertion && text(s) == text(place)) {
            shown.push(place);
        }
    }
    shown
}

/// Quotes that lie in others say nothing more.
fn keep_widest(shown: &mut Vec<Shown>) {
    let ranges: Vec<TokenRange> = shown.iter().map(|s| s.tokens).collect();
    let inside = |a: TokenRange, b: TokenRange| b.start <= a.start && a.end <= b.end && a != b;
    shown.retain(|s| !ranges.iter().any(|&r| inside(s.tokens, r)));
}

/// The whole statement that a value belongs to ("Cr 2.2 -> 1.8 -> 1.0"): a number without its name tells nobody anything.
fn statement(seen: &Seen<'_>, value: &Value) -> TokenRange {
    let of_statement = seen
        .values
        .iter()
        .filter(|v| v.statement == value.statement && v.analyte == value.analyte && v.sentence == value.sentence);
    let whole = of_statement.fold(value.tokens, |range, v| range.to(v.tokens));
    if whole.end - whole.start <= 2 * LONGEST_QUOTE { whole } else { value.tokens }
}

/// Without marks at its ends, and without a bracket that has no partner in it.
fn trimmed(reading: &Reading<'_>, tokens: TokenRange) -> TokenRange {
    let mut range = tokens;
    let loose = |token: u32| {
        let text = reading.folded(token);
        text.is_empty() || matches!(text, "-" | "," | ";" | ":" | "." | "|" | "=" | "*" | "#" | "/" | "&")
    };
    let count = |range: TokenRange, mark: &str| range.iter().filter(|&t| reading.folded(t) == mark).count();
    loop {
        let before = range;
        while range.end > range.start + 1 && loose(range.end - 1) {
            range.end -= 1;
        }
        while range.start + 1 < range.end && loose(range.start) {
            range.start += 1;
        }
        if count(range, "(") > count(range, ")")
            && let Some(open) = range.iter().rev().find(|&t| reading.folded(t) == "(")
            && open > range.start
        {
            range.end = open;
        } else if count(range, ")") > count(range, "(")
            && let Some(close) = range.iter().find(|&t| reading.folded(t) == ")")
            && close + 1 < range.end
        {
            range.start = close + 1;
        }
        if range == before {
            return range;
        }
    }
}

/// The clause around some words: up to a comma, a semicolon or the end of the sentence, if it is not long.
fn clause(reading: &Reading<'_>, tokens: TokenRange, sentence: u32) -> TokenRange {
    let sentence = reading.sentences[sentence as usize].tokens;
    let ends = |token: u32| matches!(reading.folded(token), "," | ";" | ":" | "|");
    let most = LONGEST_QUOTE.saturating_sub(tokens.end - tokens.start) / 2;
    let mut clause = TokenRange { start: tokens.start.max(sentence.start), end: tokens.end.min(sentence.end) };
    while clause.start > sentence.start && tokens.start - clause.start < most && !ends(clause.start - 1) {
        clause.start -= 1;
    }
    while clause.end < sentence.end && clause.end - tokens.end < most && !ends(clause.end) {
        clause.end += 1;
    }
    clause
}

/// An option's text with the words of the note in the place of `{name}`: one text for each different wording.
fn filled(text: &str, names: &HashMap<String, u32>, found: &[Vec<Match>], reading: &Reading<'_>) -> Vec<String> {
    const MOST: usize = 3;
    let Some((before, rest)) = text.split_once('{') else { return vec![text.to_owned()] };
    let Some((name, after)) = rest.split_once('}') else { return vec![text.to_owned()] };
    let Some(&finding) = names.get(name) else { return Vec::new() };
    let mut texts: Vec<String> = Vec::new();
    for place in &found[finding as usize] {
        let quote = query::on_one_line(reading.span(place.tokens).text(reading.text));
        let text = format!("{before}{quote}{after}");
        if texts.len() < MOST && !texts.iter().any(|t| t.eq_ignore_ascii_case(&text)) {
            texts.push(text);
        }
    }
    texts
}

fn tabular_has(tabular: &Tabular, code: &str) -> bool {
    code.trim_start_matches('!').split('-').all(|c| tabular.find(c).is_some())
}

struct Compiler<'a> {
    builder: Builder,
    known: Known<'a>,
    /// Code prefixes, and the finding that speaks against them.
    against: Vec<(Vec<&'static str>, u32)>,
}

impl Compiler<'_> {
    /// Findings that speak against a diagnosis: the same table by which the lint asks for them.
    fn add_counters(&mut self) -> Result<()> {
        for row in lint::counters() {
            let file = FindingFile {
                class: Class::Sign,
                words: findings::spelled(&row.findings.split(',').map(|w| w.trim().to_owned()).collect::<Vec<_>>()),
                assertion: vec!["affirmed".to_owned(), "negated".to_owned()],
                ..FindingFile::default()
            };
            let place = self
                .builder
                .add(row.against, &file, &self.known, false)
                .map_err(|what| Error::new(ErrorKind::Input, format!("the counter-indicators: {what}.")))?;
            self.against.push((row.codes.split(',').collect(), place));
        }
        Ok(())
    }

    /// `known`, where it is given, says which codes to look for; the others are passed over.
    fn findings(
        &mut self,
        files: &BTreeMap<String, FindingFile>,
        of: &str,
        known: Option<&dyn Fn(&str) -> bool>,
    ) -> Result<HashMap<String, u32>> {
        let mut places = HashMap::new();
        for (name, file) in files {
            let mut file = file.clone();
            match known {
                Some(known) => file.code.retain(|c| known(c)),
                None => file.words = findings::spelled(&file.words),
            }
            let place = self
                .builder
                .add(name, &file, &self.known, known.is_none())
                .map_err(|what| Error::new(ErrorKind::Input, format!("{of}: {what}.")))?;
            places.insert(name.clone(), place);
        }
        Ok(places)
    }

    fn rule(
        &mut self,
        file: &RuleFile,
        shared: &HashMap<String, u32>,
        known: Option<&dyn Fn(&str) -> bool>,
    ) -> Result<Compiled> {
        let own = self.findings(&file.findings, &file.id, known)?;
        let mut names: HashMap<String, u32> = HashMap::new();
        let mut find = |name: &str| {
            let place = own.get(name).or_else(|| shared.get(name)).copied()?;
            names.insert(name.to_owned(), place);
            Some(place)
        };
        let wrong = |what: String| Error::new(ErrorKind::Input, format!("{}: {what}.", file.id));
        let mut condition = |field: &str, text: &str| -> Result<Option<Expression>> {
            if text.trim().is_empty() {
                return Ok(None);
            }
            Expression::parse(text, &mut find).map(Some).map_err(|what| wrong(format!("{field}: {what}")))
        };
        let fires = condition("fires", &file.fires)?.ok_or_else(|| wrong("fires is empty".to_owned()))?;
        let documented = condition("documented", &file.documented)?;
        let unless = condition("unless", &file.unless)?;
        let options = file
            .options
            .iter()
            .map(|o| condition("an option's needs", &o.needs))
            .collect::<Result<Vec<Option<Expression>>>>()?;
        let mut listed = |field: &str, list: &[String]| -> Result<Vec<u32>> {
            list.iter().map(|n| find(n).ok_or_else(|| wrong(format!("{field}: there is no finding \"{n}\"")))).collect()
        };
        let mut counter = listed("counter", &file.counter)?;
        let also = listed("also", &file.also)?;
        for option in &file.options {
            let mut rest = option.text.as_str();
            while let Some((_, after)) = rest.split_once('{') {
                let name = after.split('}').next().unwrap_or_default();
                find(name).ok_or_else(|| wrong(format!("an option quotes \"{name}\", which is no finding")))?;
                rest = after;
            }
        }
        let leads_to = |prefix: &str| file.options.iter().flat_map(|o| &o.code).any(|c| c.starts_with(prefix));
        counter.extend(
            self.against.iter().filter(|(codes, _)| codes.iter().any(|c| leads_to(c))).map(|(_, place)| *place),
        );
        let mut file = file.clone();
        file.examples.clear();
        let mut asked = [Vec::new(), Vec::new()];
        fires.named(&mut asked[0]);
        documented.iter().chain(&unless).for_each(|condition| condition.named(&mut asked[1]));
        Ok(Compiled { file, fires, documented, unless, asked, counter, also, options, names })
    }
}
