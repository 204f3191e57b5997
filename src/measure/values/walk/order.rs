//! The order in time of the values of a note.

use super::super::numbers::{calendar, date};
use super::super::{Day, Moment, Value};
use super::Draft;
use crate::note::{Reading, TokenKind};

/// Gives each value its place in time among the values of its analyte: by date where dates are given alike, by the
/// links of a statement, else by place. Gives the values back, by place.
pub(super) fn order(mut drafts: Vec<Draft>) -> Vec<Value> {
    let phase = |d: &Draft| match d.value.moment {
        Moment::Baseline => 0,
        Moment::Admission => 1,
        Moment::Discharge => 3,
        _ => 2u8,
    };
    // A statement stands where its first phase stands; a baseline stands first of all.
    let statements = drafts.iter().map(|d| d.value.statement).max().map_or(0, |s| s as usize + 1);
    let mut first = vec![u8::MAX; statements];
    for draft in &drafts {
        let lead = match phase(draft) {
            0 => 2,
            phase => phase,
        };
        let of = &mut first[draft.value.statement as usize];
        *of = lead.min(*of);
    }
    let mut keys: Vec<(u16, u8, u32, i32, u32)> = Vec::with_capacity(drafts.len());
    for (i, d) in drafts.iter().enumerate() {
        let lead = if phase(d) == 0 { 0 } else { first[d.value.statement as usize] };
        keys.push((d.value.analyte, lead, d.value.statement, d.time, i as u32));
    }
    keys.sort_unstable();
    let dated = |d: &Draft| match d.value.day {
        Some(Day::Calendar(day)) => Some((day, d.value.minute)),
        _ => None,
    };
    for group in keys.chunk_by_mut(|a, b| a.0 == b.0) {
        // Values that are dated alike take their places among themselves by date.
        let slots: Vec<usize> = (0..group.len()).filter(|&i| dated(&drafts[group[i].4 as usize]).is_some()).collect();
        let mut days: Vec<u32> = slots.iter().map(|&i| group[i].4).collect();
        days.sort_by_key(|&i| dated(&drafts[i as usize]));
        for (slot, i) in slots.into_iter().zip(days) {
            group[slot].4 = i;
        }
        for (place, key) in group.iter().enumerate() {
            drafts[key.4 as usize].value.order = place as u32;
        }
    }
    let mut places: Vec<(u32, u32, u16, u32)> = drafts
        .iter()
        .enumerate()
        .map(|(i, d)| (d.value.number.start, d.value.number.end, d.value.analyte, i as u32))
        .collect();
    places.sort_unstable();
    places.into_iter().map(|p| drafts[p.3 as usize].value).collect()
}

/// Gives dates without year the year that brings them nearest to the latest full date of the note, if it has one.
pub(super) fn with_years(reading: &Reading<'_>, drafts: &mut [Draft]) {
    if !drafts.iter().any(|d| matches!(d.value.day, Some(Day::Yearless(_)))) {
        return;
    }
    let end = reading.tokens.len() as u32;
    let mut latest: Option<i32> = None;
    for at in 0..end {
        if reading.tokens[at as usize].kind == TokenKind::Number
            && let Some((Day::Calendar(day), _, _)) = date(reading, at, end)
        {
            latest = latest.max(Some(day));
        }
    }
    let Some(latest) = latest else { return };
    let around = 1970 + latest.div_euclid(365);
    for draft in drafts {
        if let Some(Day::Yearless(day)) = draft.value.day {
            let of_year = day - calendar(2000, 1, 1);
            let leap = |y: i32| calendar(y, 3, 1) - calendar(y, 2, 1) == 29;
            // Day 59 is 29 February of the leap year 2000.
            let in_year = |y: i32| calendar(y, 1, 1) + of_year - i32::from(of_year > 59 && !leap(y));
            let nearest = (around - 2..=around + 1).map(in_year).min_by_key(|d| d.abs_diff(latest));
            draft.value.day = nearest.map(Day::Calendar);
        }
    }
}
