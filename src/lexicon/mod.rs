pub mod forms;
pub mod phrases;
