//! The order in time of the values of a note.

use super::super::{Day, Moment, Value};
use super::Draft;

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
