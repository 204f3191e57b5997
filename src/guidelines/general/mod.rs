//! Section I.B: general guidelines.

pub mod acute_and_chronic;
pub mod acute_symptoms;
pub mod asked_symptom;
pub mod choice;
pub mod generic_term;
pub mod gives_way;
pub mod heading;
pub mod highest_specificity;
pub mod joined;
pub mod named_again;
pub mod other_sense;
pub mod stated_value;
