pub mod phrases;
