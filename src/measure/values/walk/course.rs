//! The words between numbers: what they say of moment, trend and comparison.

use super::super::numbers::{self, Number, touches, word};
use super::super::words::{Cue, PRESSURE};
use super::super::{Comparator, Day, Moment};
use super::amounts::spoken;
use super::shapes::oxygen_word;
use super::{Link, MOST_UNKNOWN, NOTHING, Unit, Walk};
use crate::note::TokenRange;

impl Walk<'_, '_> {
    pub(super) fn cue(&mut self, at: u32, end: u32) -> u32 {
        let reading = self.reading;
        let text = reading.folded(at);
        let mut next = at + 1;
        let valued = self.open.as_ref().is_some_and(|o| self.drafts.len() > o.first);
        if text == "room" && word(reading, next, end) == "air" || text == "ra" && self.saturation_before(at) {
            let end = next + u32::from(text == "room");
            if self.clause.oxygen || text == "room" {
                let number = Number {
                    low: 21.0,
                    high: 21.0,
                    decimals: false,
                    thousands: false,
                    tokens: TokenRange { start: at, end },
                };
                self.aside(self.values.ids.fio2, number, at, end);
            }
            return end;
        }
        if text == ";" {
            self.clause.goal = false;
            self.clause.condition = false;
        }
        // Arrows of several marks.
        if matches!(text, "-" | "=" | ">" | "<" | "\u{2190}" | "\u{21d0}") {
            let mut tip = at;
            while tip + 1 < end && matches!(reading.folded(tip + 1), "-" | "=" | ">" | "<") && tip < at + 3 {
                tip += 1;
            }
            let right = tip > at && reading.folded(tip) == ">" && text != "<";
            let left = tip > at
                && text == "<"
                && matches!(reading.folded(tip), "-" | "=")
                && !(reading.folded(tip) == "=" && tip == at + 1);
            let left = left || matches!(text, "\u{2190}" | "\u{21d0}");
            let bare = valued && tip == at && !self.pending.broken && self.pending.link == Link::None;
            // "44 (L) >60": the laboratory's, while "18 > 14" is a chain.
            if bare && matches!(text, "<" | ">") && self.last_draft().is_some_and(|d| d.value.number.end != at) {
                let unit = self.last_draft().is_some_and(|d| d.value.tokens.end == at);
                if !unit && next < end && touches(reading, next) && !touches(reading, at) {
                    self.pending.reference = true;
                    return next;
                }
            }
            if right || bare && text == ">" {
                self.link(Link::Later);
                self.pending.arrow = true;
                return tip + 1;
            }
            if left || bare && text == "<" {
                self.link(Link::Earlier);
                return tip + 1;
            }
            if matches!(text, "<" | ">") && word(reading, next, end) == "=" {
                self.pending.comparator = if text == "<" { Comparator::AtMost } else { Comparator::AtLeast };
                return next + 1;
            }
        }
        if text == "x" && numbers::single(reading, next, end).is_some() {
            return next + 1;
        }
        if matches!(text, "less" | "more" | "greater" | "lower" | "higher") && word(reading, next, end) == "than" {
            self.pending.comparator =
                if matches!(text, "less" | "lower") { Comparator::Below } else { Comparator::Above };
            return next + 1;
        }
        if text == "at" && word(reading, next, end) == "least" {
            self.pending.comparator = Comparator::AtLeast;
            return next + 1;
        }
        if text == "as" && word(reading, next + 1, end) == "as" {
            self.pending.moment = match word(reading, next, end) {
                "low" => Some(Moment::Lowest),
                "high" => Some(Moment::Peak),
                _ => self.pending.moment,
            };
            if valued && self.pending.moment.is_some() {
                self.pending.link = Link::And;
            }
            return next + 2;
        }
        if matches!(text, "low" | "high") && word(reading, next, end) == "of" {
            self.pending.moment = Some(if text == "low" { Moment::Lowest } else { Moment::Peak });
            return next + 1;
        }
        if text == "d" && word(reading, next, end) == "/" && word(reading, next + 1, end) == "c" {
            self.moment(Moment::Discharge, next + 2, end);
            return next + 2;
        }
        if text == "last"
            && let Some(days) = match word(reading, next, end) {
                "week" => Some(-7),
                "month" => Some(-30),
                "year" => Some(-365),
                "night" => Some(-1),
                _ => None,
            }
        {
            self.on_day(days, next + 1, end);
            return next + 1;
        }
        if text == "b" && word(reading, next, end) == "/" && word(reading, next + 1, end) == "l" {
            self.moment(Moment::Baseline, next + 2, end);
            return next + 2;
        }
        if matches!(text, "home" | "chronic") && oxygen_word(word(reading, next, end)) {
            self.moment(Moment::Baseline, next, end);
            return next;
        }
        // "peaked T waves"
        if matches!(text, "peaked" | "peaking" | "maxed" | "nadired") && !self.forward(next, end) {
            self.unknown(text);
            return next;
        }
        if matches!(text, "repeat" | "repeated" | "recheck" | "rechecked" | "subsequent") {
            self.clause.moment = None;
        }
        if text == "initial" && self.name_at(next, end) {
            self.close();
            self.clause.ahead = Some(Moment::Admission);
            return next;
        }
        if matches!(text, "corrected" | "adjusted") && valued && self.pending.link == Link::Parenthesis {
            self.pending.moment = Some(Moment::Now);
            return next;
        }
        if let Some(count) = spoken(text) {
            let number = Number {
                low: count,
                high: count,
                decimals: false,
                thousands: false,
                tokens: TokenRange { start: at, end: next },
            };
            if let Some(after) = self.time_ago(number, end) {
                return after;
            }
        }
        match text {
            // "Cr 3/12 0.9 | 3/14 1.3": what follows a bar is of the next value.
            "|" if valued => self.pending.broken = true,
            "/" if valued && word(reading, next, end) == "/" && touches(reading, next) => {
                self.pending.broken = true;
                return next + 1;
            }
            // "0.8 (3/1) - 1.4 (3/2)"
            "-" if valued
                && reading.folded(at - 1) == ")"
                && numbers::single(reading, next, end).is_some_and(|n| word(reading, n.tokens.end, end) == "(") =>
            {
                self.link(Link::Later);
                self.pending.arrow = true;
                return next;
            }
            // "13.1 on arrival; 9.0 this morning"
            ";" if valued && numbers::single(reading, next, end).is_some_and(|n| n.decimals) => {
                self.link(Link::And);
                return next;
            }
            "vbg" | "venous" => self.clause.venous = true,
            "abg" | "arterial" => {
                self.clause.venous = false;
                self.clause.oxygen = true;
            }
            "vs" | "vitals" | "vss" | "vital" => self.clause.vitals = true,
            _ => {}
        }
        if text == "vs" && self.open.is_none() {
            return next;
        }
        let cue = self.values.cues.get(text).copied().unwrap_or(match text {
            "" => Cue::Saying,
            "!" => Cue::Saying,
            "." if reading.tokens[at as usize].span.end - reading.tokens[at as usize].span.start > 1 => Cue::Saying,
            t if t.starts_with('e') && t.contains('v') && t.contains('m') && t.len() < 9 => Cue::Saying,
            "(" | "[" | "|" | ")" | "]" | "@" => Cue::Saying,
            t if t.len() < 4 && t.starts_with('x') && t.len() > 1 && t.as_bytes()[1].is_ascii_digit() => Cue::Saying,
            _ => Cue::Other,
        });
        // "Neutrophils % 84", "Sodium mmol/L 135"
        if !valued
            && cue == Cue::Other
            && let Some(analyte) = self.open.as_ref().map(|o| o.analyte)
            && let Unit::Known(conversion, after) = self.unit(at, end, analyte)
        {
            self.pending.unit = Some(conversion);
            return after;
        }
        match text {
            "(" | "[" if valued => {
                if let Some(after) = self.laboratory_range(at, end) {
                    return after;
                }
                self.pending.link = Link::Parenthesis;
                if let Some(open) = &mut self.open {
                    open.bracket = true;
                }
                return next;
            }
            "(" | "[" if self.open.is_some() => {
                if let Some(after) = self.aside_in_brackets(at, end) {
                    if let Some(open) = &mut self.open {
                        open.from = after;
                    }
                    return after;
                }
            }
            ")" | "]" if valued => {
                if let Some(open) = &mut self.open {
                    open.bracket = false;
                }
                self.pending = NOTHING;
                // "210 (3/1) 140 (3/3)"
                if numbers::single(reading, next, end).is_some_and(|n| word(reading, n.tokens.end, end) == "(") {
                    self.pending.link = Link::And;
                    self.pending.broken = true;
                }
                return next;
            }
            _ => {}
        }
        match cue {
            Cue::Saying => {}
            Cue::Range => self.pending.range = true,
            Cue::Trend => {
                self.pending.trend = true;
                match &mut self.open {
                    Some(open) => open.course = true,
                    None => self.clause.ahead = None,
                }
            }
            Cue::From if self.pending.range => {}
            Cue::From => {
                if let Some(open) = &mut self.open
                    && self.pending.moment.is_none()
                {
                    open.course = true;
                    self.pending.moment = Some(Moment::Before);
                    self.pending.broken = true;
                }
            }
            Cue::To => {
                let open = self.open.as_ref().filter(|o| valued && !o.suspended);
                if self.pending.range && self.pending.trend {
                    // "99.5, ranging up to 101.6"
                    self.link(Link::And);
                    self.pending.moment = Some(Moment::Peak);
                } else if open.is_some_and(|o| o.analyte == PRESSURE && !o.course) {
                    self.link(Link::And);
                    self.pending.range = true;
                } else {
                    self.link(Link::Later);
                }
            }
            Cue::Was => {
                if valued
                    && self.pending.moment.is_none()
                    && self.last_draft().is_some_and(|d| d.value.moment == Moment::Now)
                {
                    self.pending.moment = Some(Moment::Before);
                }
            }
            Cue::And => {
                if valued && self.pending.link == Link::None {
                    self.pending.link = Link::And;
                }
                self.pending.broken = true;
                if text == "," {
                    self.clause.ahead = None;
                }
            }
            Cue::Moment(moment) => self.moment(moment, next, end),
            Cue::Day(day) => self.on_day(day, next, end),
            Cue::Compare(comparator) => {
                self.pending.comparator = comparator;
                if text == "greater" && word(reading, next, end) == "than" {
                    next += 1;
                }
            }
            Cue::Goal => {
                if self.open.is_some() {
                    self.pending.moment = Some(Moment::Goal);
                    if !valued {
                        // "MAP goal >65"
                        self.pending.link = Link::And;
                    }
                } else {
                    self.clause.goal = true;
                }
            }
            Cue::Condition => {
                self.clause.condition = true;
                if valued {
                    self.close();
                }
            }
            Cue::Reference => self.pending.reference = valued || !matches!(word(reading, next, end), "at" | "to"),
            Cue::OtherFluid => {
                self.clause.other_fluid = true;
                self.close();
            }
            Cue::Other => self.unknown(text),
        }
        next
    }

    /// "today", "yesterday", "last month".
    fn on_day(&mut self, day: i32, next: u32, end: u32) {
        let moment = if day == 0 { Moment::Now } else { Moment::Before };
        let apart = self.pending.broken || self.pending.link == Link::Parenthesis;
        let forward = apart && self.forward(next, end);
        let open = self.open.is_some();
        match self.last_draft() {
            Some(draft) if !forward => {
                draft.value.day = Some(Day::Relative(day));
                draft.value.moment = moment;
                draft.said = true;
            }
            _ if open => {
                self.pending.day = Some(Day::Relative(day));
                self.pending.moment = Some(moment);
            }
            _ => {
                self.clause.day = Some(Day::Relative(day));
                self.clause.moment = Some(moment);
            }
        }
    }

    fn unknown(&mut self, text: &str) {
        if oxygen_word(text) {
            self.clause.oxygen = true;
            return;
        }
        self.clause.ahead = None;
        let Some(open) = &mut self.open else { return };
        let valued = self.drafts.len() > open.first;
        if valued {
            open.suspended = true;
            self.pending = NOTHING;
        } else {
            open.unknown += 1;
            if open.unknown > MOST_UNKNOWN || text.len() == 1 && !text.as_bytes()[0].is_ascii_alphanumeric() {
                self.close();
            }
        }
    }

    fn link(&mut self, link: Link) {
        let valued = self.open.as_ref().is_some_and(|o| self.drafts.len() > o.first);
        self.pending.broken = true;
        if valued {
            self.pending.link = link;
            self.pending.moment = None;
        }
    }

    /// Whether a number follows, with nothing but words of saying between.
    pub(super) fn forward(&self, mut at: u32, end: u32) -> bool {
        for _ in 0..4 {
            let text = word(self.reading, at, end);
            if text.starts_with(|c: char| c.is_ascii_digit()) {
                return true;
            }
            let saying =
                matches!(self.values.cues.get(text), Some(Cue::Saying | Cue::Was | Cue::Trend | Cue::Compare(_)));
            if !(saying || text.is_empty() && at < end) {
                return false;
            }
            at += 1;
        }
        false
    }

    fn moment(&mut self, moment: Moment, next: u32, end: u32) {
        let forward = self.forward(next, end);
        let broken = self.pending.broken;
        let of_next = self.name_at(next, end);
        let parenthesis = self.pending.link == Link::Parenthesis;
        let timely = matches!(moment, Moment::Admission | Moment::Discharge | Moment::Now);
        if self.open.is_none() {
            match timely {
                true if moment == Moment::Now => self.clause.goal = false,
                true => self.clause.moment = Some(moment),
                false => self.clause.ahead = Some(moment),
            }
            return;
        }
        if (broken || self.open.as_ref().is_some_and(|o| o.suspended)) && of_next {
            match timely {
                true if moment == Moment::Now => {}
                true => self.clause.moment = Some(moment),
                false => self.clause.ahead = Some(moment),
            }
            return;
        }
        let suspended = self.open.as_ref().is_some_and(|o| o.suspended);
        let backward = if timely { !forward || !broken && !parenthesis } else { !forward };
        match self.last_draft() {
            Some(draft) if backward => {
                let open_to = !draft.said || draft.value.moment == Moment::Before && timely;
                if !suspended && open_to && draft.value.moment != Moment::Goal {
                    draft.value.moment = moment;
                    draft.said = true;
                }
                // "baseline creatinine" after another value is of the next name.
                self.clause.ahead = (!timely).then_some(moment);
            }
            Some(_) => {
                self.pending.moment = Some(moment);
                self.pending.comparator = Comparator::Is;
                self.pending.broken = true;
                if self.pending.link == Link::None {
                    self.pending.link = Link::And;
                }
            }
            None => self.pending.moment = Some(moment),
        }
    }

    /// A bracket between a name and its value: its unit ("Weight (kg): 82"), or what is not the value ("(24 hrs)",
    /// "[97.5-101.2]" before the number); gives the token after it.
    fn aside_in_brackets(&mut self, at: u32, end: u32) -> Option<u32> {
        let analyte = self.open.as_ref()?.analyte;
        let w = |i: u32| word(self.reading, i, end);
        let mate = if w(at) == "(" { ")" } else { "]" };
        let close = (at + 1..end.min(at + 30)).find(|&i| w(i) == mate)?;
        // "(88-132)/(44-78) 104/58"
        if w(close + 1) == "/"
            && w(close + 2) == "("
            && let Some(second) = (close + 3..end.min(close + 8)).find(|&i| w(i) == ")")
        {
            return Some(second + 1);
        }
        let numbered = (at + 1..close).any(|i| numbers::single(self.reading, i, close).is_some());
        let dated = numbers::date(self.reading, at + 1, close).is_some();
        let follows = self.starts_number(close + 1, end);
        if dated || (at + 1..close).any(|i| matches!(self.values.cues.get(w(i)), Some(Cue::Moment(_) | Cue::Day(_)))) {
            return None;
        }
        if let Unit::Known(conversion, after) = self.unit(at + 1, end, analyte)
            && after == close
        {
            self.pending.unit = Some(conversion);
            return Some(close + 1);
        }
        let of_time = (at + 1..close)
            .any(|i| matches!(word(self.reading, i, end), "h" | "hr" | "hrs" | "hours" | "hour" | "days"));
        (!numbered || of_time || follows).then_some(close + 1)
    }

    /// Past a bracket that holds the laboratory's range, a flag or a unit: "[135-145]", "(L)", "(ref <0.04)".
    fn laboratory_range(&self, at: u32, end: u32) -> Option<u32> {
        let w = |i: u32| word(self.reading, i, end);
        let close = (at + 1..end.min(at + 12)).find(|&i| matches!(w(i), ")" | "]"))?;
        let inside = at + 1;
        let range =
            numbers::number(self.reading, inside, close).is_some_and(|n| n.high > n.low && n.tokens.end + 3 >= close);
        let bounded = matches!(w(inside), "<" | ">" | "\u{2264}" | "\u{2265}");
        let said = (inside..close).any(|i| self.values.cues.get(w(i)) == Some(&Cue::Reference));
        let flag = close == inside + 1
            && !w(inside).starts_with(|c: char| c.is_ascii_digit())
            && matches!(self.values.cues.get(w(inside)), Some(Cue::Saying | Cue::Trend));
        (range || bounded || said || flag).then_some(close + 1)
    }

    fn saturation_before(&self, at: u32) -> bool {
        self.drafts
            .iter()
            .chain(&self.asides)
            .rev()
            .take(1)
            .chain(self.drafts.last())
            .any(|d| d.value.analyte == self.values.ids.spo2 && at.saturating_sub(d.value.number.end) < 6)
    }
}
