//! Section I.C: guidelines of the chapters.

pub mod aftercare;
pub mod ckd;
pub mod consciousness;
pub mod covid;
pub mod diabetes_control;
pub mod dominance;
pub mod drugs;
pub mod encounter;
pub mod external_cause;
pub mod heart_failure;
pub mod history;
pub mod hiv;
pub mod hypertension;
pub mod injuries;
pub mod neoplasm_history;
pub mod newborn;
pub mod organism;
pub mod osteoporosis;
pub mod pregnancy;
pub mod receptors;
pub mod respiratory_failure;
pub mod routine_exam;
pub mod secondary_neoplasm;
pub mod sepsis;
pub mod stroke;
pub mod stroke_sequela;
