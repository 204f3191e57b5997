//! The error browser: for each miss and each extra, what the engine saw and what decided.

use super::super::render::{self, Style};
use super::check::Offsets;
use super::codes::category;
use chartside::Note;
use chartside::note::Reading;
use chartside::report::{Assertion, Evidence, Report, Suggestion, Tier};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Expected, not suggested.
    Missed,
    /// Suggested, not expected.
    Extra,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Missed => "missed",
            Kind::Extra => "extra",
        }
    }
}

#[derive(Debug, Serialize)]
pub struct Mistake {
    pub note: String,
    pub kind: Kind,
    pub code: String,
    /// Absent where the release does not hold the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub billable: bool,
    /// How the engine came to the code: for an extra always, for a miss where it stands in another tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
    /// For a miss that was not found: codes of its category that were, with their tier and reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<Near>,
}

#[derive(Debug, Serialize)]
pub struct Found {
    pub tier: Tier,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub evidence: Vec<Seen>,
    pub path: Vec<String>,
    pub verified: Vec<String>,
    pub rules: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct Seen {
    pub quote: String,
    pub sentence: String,
    pub section: String,
    pub assertion: Assertion,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cue: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Near {
    pub code: String,
    pub tier: Tier,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Misses first, then extras, each in the order of the codes.
pub fn of_codes(
    note: &Note,
    report: &Report,
    expected: &BTreeSet<String>,
    suggested: &BTreeSet<String>,
    title: &dyn Fn(&str) -> Option<(String, bool)>,
) -> Vec<Mistake> {
    let missed = expected.difference(suggested).map(|code| (Kind::Missed, code));
    let extra = suggested.difference(expected).map(|code| (Kind::Extra, code));
    let mistakes: Vec<(Kind, &String)> = missed.chain(extra).collect();
    if mistakes.is_empty() {
        return Vec::new();
    }
    let sentences = Sentences::of(&note.text);
    let found = |s: &Suggestion| Found {
        tier: s.tier,
        reason: s.reason.clone(),
        evidence: s.evidence.iter().map(|one| sentences.seen(one)).collect(),
        path: s.path.clone(),
        verified: s.verified.clone(),
        rules: s.rules.clone(),
    };
    mistakes
        .into_iter()
        .map(|(kind, code)| {
            let held = title(code);
            let at = report.suggestions.iter().find(|s| s.code == *code);
            let near = match at {
                Some(_) => Vec::new(),
                None => {
                    report.suggestions.iter().filter(|s| category(&s.code) == category(code)).map(near_of).collect()
                }
            };
            Mistake {
                note: note.id.clone(),
                kind,
                code: code.clone(),
                billable: held.as_ref().is_some_and(|(_, billable)| *billable),
                title: held.map(|(title, _)| title),
                found: at.map(found),
                near,
            }
        })
        .collect()
}

fn near_of(suggestion: &Suggestion) -> Near {
    Near { code: suggestion.code.clone(), tier: suggestion.tier, reason: suggestion.reason.clone() }
}

/// The sentences of a note as the engine reads them.
pub struct Sentences<'t> {
    reading: Reading<'t>,
    offsets: Offsets<'t>,
}

impl<'t> Sentences<'t> {
    pub fn of(text: &'t str) -> Sentences<'t> {
        Sentences { reading: Reading::of(text), offsets: Offsets::of(text) }
    }

    fn seen(&self, evidence: &Evidence) -> Seen {
        Seen {
            quote: evidence.quote.clone(),
            sentence: self.around(evidence).to_string(),
            section: evidence.section.clone(),
            assertion: evidence.assertion,
            cue: evidence.cue.clone(),
        }
    }

    /// The sentence that the evidence begins in; its own quote where there is none.
    fn around<'e>(&self, evidence: &'e Evidence) -> &'e str
    where
        't: 'e,
    {
        let Some(byte) = self.offsets.byte(evidence.start) else { return &evidence.quote };
        let spans = self
            .reading
            .sentences
            .iter()
            .filter(|s| s.tokens.start < s.tokens.end)
            .map(|s| self.reading.span(s.tokens));
        let mut around = spans.filter(|span| span.start as usize <= byte && byte < span.end as usize);
        match around.next() {
            Some(span) => span.text(self.reading.text),
            None => &evidence.quote,
        }
    }
}

impl Mistake {
    pub fn write(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let title = match (&self.title, self.billable) {
            (Some(title), true) => title.clone(),
            (Some(title), false) => format!("{title} (not billable)"),
            (None, _) => "not in this release".to_string(),
        };
        let head = format!("{}  {}  {}", render::safe(&self.note), self.kind.name(), self.code);
        writeln!(out, "\n  {}  {title}", style.bold(&head))?;
        if let Some(found) = &self.found {
            let reason = found.reason.as_deref().unwrap_or("no reason is needed");
            render::field(out, render::tier_name(found.tier), &render::safe(reason), style)?;
            for seen in &found.evidence {
                let line = render::mention(&seen.quote, &seen.section, seen.assertion, seen.cue.as_deref());
                render::field(out, "evidence", &line, style)?;
                render::field(out, "", &style.dim(&render::short(&seen.sentence, 240)), style)?;
            }
            render::field(out, "Index", &render::steps(&found.path), style)?;
            render::field(out, "Tabular", &render::steps(&found.verified), style)?;
            if !found.rules.is_empty() {
                render::field(out, "guideline", &found.rules.join(", "), style)?;
            }
        } else if self.near.is_empty() {
            render::field(out, "not found", "no mention led to its category", style)?;
        }
        for near in &self.near {
            let reason = near.reason.as_deref().map(|reason| format!(": {}", render::safe(reason)));
            let line = format!("{}, {}{}", near.code, render::tier_name(near.tier), reason.unwrap_or_default());
            render::field(out, "nearest", &line, style)?;
        }
        Ok(())
    }
}
