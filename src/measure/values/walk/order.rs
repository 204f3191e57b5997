//! The order in time of the values of a note.

use super::super::{Day, Moment};
use super::Draft;
use std::collections::HashMap;

/// Gives each value its place in time among the values of its analyte: by date where dates are given alike, by the
/// links of a statement, else by place.
pub(super) fn order(drafts: &mut [Draft]) {
    let phase = |d: &Draft| match d.value.moment {
        Moment::Baseline => 0,
        Moment::Admission => 1,
        Moment::Discharge => 3,
        _ => 2,
    };
    // A statement stands where its first phase stands; a baseline stands first of all.
    let mut first: HashMap<u32, u8> = HashMap::new();
    for draft in drafts.iter() {
        let lead = match phase(draft) {
            0 => 2,
            phase => phase,
        };
        first.entry(draft.value.statement).and_modify(|f| *f = lead.min(*f)).or_insert(lead);
    }
    let key = |d: &Draft| {
        let lead = if phase(d) == 0 { 0 } else { first.get(&d.value.statement).copied().unwrap_or(2) };
        (d.value.analyte, lead, d.value.statement, d.time, d.value.number.start)
    };
    drafts.sort_by_key(key);
    for group in drafts.chunk_by_mut(|a, b| a.value.analyte == b.value.analyte) {
        // Values that are dated alike take their places among themselves by date.
        let dated = |d: &Draft| match d.value.day {
            Some(Day::Calendar(day)) => Some((day, d.value.minute)),
            _ => None,
        };
        let slots: Vec<usize> = (0..group.len()).filter(|&i| dated(&group[i]).is_some()).collect();
        let mut days: Vec<Draft> = slots.iter().map(|&i| group[i]).collect();
        days.sort_by_key(dated);
        for (slot, draft) in slots.into_iter().zip(days) {
            group[slot] = draft;
        }
        for (place, draft) in group.iter_mut().enumerate() {
            draft.value.order = place as u32;
        }
    }
}
