//! What the trainers' site needs of the engine beside scanning: scenario files ([`scenario`]), the score of a trainee's
//! codes ([`score`]), and what in a text could name a real person ([`identifiers`]).

pub mod identifiers;
pub mod scenario;
pub mod score;
