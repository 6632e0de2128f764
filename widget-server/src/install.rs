//! The install checker: why a widget does not show on a page, in plain words.
//!
//! An [`Examiner`] reads a page as a visitor's browser would and compares what it says with what the
//! widget needs. What is read is facts (the answer, the document, its policies); what follows from
//! them are rules, which are pure: facts in, [`Finding`]s out. A server sees neither what a
//! page's own scripts do nor what a visitor's browser blocks, and the findings say so; that half is
//! `pages/check.js`, which runs in the page itself.

pub mod api;
mod check;
mod document;
mod finding;
mod policy;
mod rules;
mod scene;
mod snippet;
mod visit;

pub use check::{Examiner, Target};
pub use finding::{Finding, Report, Severity};
