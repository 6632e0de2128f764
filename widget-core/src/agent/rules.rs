//! What must hold between the keys of a version's objects.

use crate::config::Document;
use crate::config::check::Checker;
use crate::error::ViolationCode as Code;

/// Every server of that protocol wants a model named.
const NEEDS_NAME: &str = "openai";

pub(crate) fn check_model<D: Document>(checker: &mut Checker, model: &D) {
    let text = |key| model.get(key).and_then(|value| value.text()).unwrap_or_default();
    if text("provider") == NEEDS_NAME && text("name").trim().is_empty() {
        checker.within("name", |checker| {
            checker.report(Code::Required);
        });
    }
}

pub(crate) fn check_tool<D: Document>(checker: &mut Checker, tool: &D) {
    if tool.get("parameters").is_some_and(|parameters| !parameters.is_object()) {
        checker.within("parameters", |checker| checker.wrong_type("object"));
    }
}
