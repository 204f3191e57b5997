//! Puts tokens, sections, sentences and problems together.

use super::{Reading, Section, SectionKind, Span, problems, sentences, tokens};

pub(super) fn read(text: &str) -> Reading<'_> {
    let stream = tokens::tokenize(text);
    let (pieces, openings) = sentences::lay_out(text, &stream);
    let (sentences, problems) = problems::assign(&stream, &pieces, &openings);
    let tokens::Stream { tokens, folded, .. } = stream;
    let length = text.len() as u32;
    let start = |i: usize| match i {
        0 => 0,
        i => openings.get(i).map_or(length, |o| tokens[o.first_token as usize].span.start),
    };
    let mut sections: Vec<Section> = openings
        .iter()
        .enumerate()
        .map(|(i, opening)| Section {
            kind: opening.kind,
            heading: opening.heading.map(|(a, b)| tokens[a as usize].span.to(tokens[b as usize - 1].span)),
            span: Span { start: start(i), end: start(i + 1) },
        })
        .collect();
    if sections.is_empty() {
        sections.push(Section { kind: SectionKind::Unknown, heading: None, span: Span { start: 0, end: length } });
    }
    Reading { text, folded, tokens, sentences, problems, sections }
}
