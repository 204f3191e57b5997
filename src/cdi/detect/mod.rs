//! Searches that words, codes and values cannot express: one a file, each with its name in one registry. A rule names
//! one with `detect = "…"`.

use super::findings::{Match, Seen};

mod affirmed_and_denied;

/// Gives the places of the note that show it; empty where it is not so.
pub type Detector = fn(&Seen<'_>) -> Vec<Match>;

/// Name, what it finds, the search.
pub static REGISTRY: &[(&str, &str, Detector)] = &[(
    "affirmed-and-denied",
    "A diagnosis that providers affirm in one place and deny in another.",
    affirmed_and_denied::search,
)];

pub fn find(name: &str) -> Option<Detector> {
    REGISTRY.iter().find(|(known, ..)| *known == name).map(|(_, _, detector)| *detector)
}

#[cfg(test)]
mod tests {
    use super::REGISTRY;

    #[test]
    fn every_search_has_a_name_of_its_own_and_says_what_it_finds() {
        for (at, (name, what, _)) in REGISTRY.iter().enumerate() {
            assert!(what.ends_with('.'), "{name}");
            assert!(!REGISTRY[..at].iter().any(|(n, ..)| n == name), "{name} stands twice");
        }
    }
}
