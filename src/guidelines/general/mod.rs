//! Section I.B: general guidelines.

pub mod acute_symptoms;
pub mod choice;
pub mod generic_term;
pub mod heading;
pub mod highest_specificity;
pub mod named_again;
pub mod stated_value;
