//! What must hold between the keys of an object, beyond each key's own kind.

use super::check::Checker;
use super::table::Rule;
use super::words::QuickActionType;
use super::{Document, read};
use crate::address::is_web_url;
use crate::agent;
use crate::error::ViolationCode as Code;
use crate::form::rules::check_field;
use crate::language::Text;
use crate::time::TimeOfDay;

pub(super) fn check<D: Document>(checker: &mut Checker, document: &D, rule: Rule) {
    match rule {
        Rule::V1 => references(checker, document),
        Rule::QuickAction => quick_action(checker, document),
        Rule::When => when(checker, document),
        Rule::Action => action(checker, document),
        Rule::Hours => hours(checker, document),
        Rule::Field => check_field(checker, document),
        Rule::Model => agent::rules::check_model(checker, document),
        Rule::Tool => agent::rules::check_tool(checker, document),
    }
}

/// Every form that a button or trigger names must be there.
fn references<D: Document>(checker: &mut Checker, v1: &D) {
    let mut forms: Vec<String> = Vec::new();
    let lists = v1.get("forms");
    let single = [v1.get("pre_conversation_form"), member(v1, "lead_capture", "form")];
    // Lists that are too long are reported as such; what is beyond is not looked at.
    let all = lists.iter().flat_map(|list| list.items().take(10));
    let all = all.chain(single.into_iter().flatten());
    forms.extend(all.filter_map(|form| form.get("id")?.text()));

    let mut reference = |list: &str, name: &dyn Fn(&D) -> Option<String>, key: [&str; 2]| {
        let Some(entries) = v1.get(list) else { return };
        for (index, entry) in entries.items().take(20).enumerate() {
            let Some(id) = name(&entry).filter(|id| !forms.contains(id)) else { continue };
            checker.within(list, |checker| {
                checker.entry(index, |checker| {
                    let report = |checker: &mut Checker| {
                        checker.report(Code::UnknownReference).params.value = Some(id);
                    };
                    match key {
                        [key, ""] => checker.within(key, report),
                        [outer, inner] => {
                            checker.within(outer, |checker| checker.within(inner, report));
                        }
                    }
                });
            });
        }
    };
    let button = |entry: &D| {
        let is_form = entry.get("type")?.text()? == QuickActionType::Form.as_str();
        entry.get("value")?.text().filter(|_| is_form)
    };
    reference("quick_actions", &button, ["value", ""]);
    reference("triggers", &|entry| member(entry, "action", "form")?.text(), ["action", "form"]);
}

fn member<D: Document>(document: &D, outer: &str, inner: &str) -> Option<D> {
    document.get(outer)?.get(inner)
}

fn quick_action<D: Document>(checker: &mut Checker, action: &D) {
    let Some(Ok(kind)) = action.get("type").and_then(|kind| kind.text()).map(|kind| kind.parse())
    else {
        return;
    };
    let value = action.get("value");
    let given = value.clone().and_then(Text::read).is_some();
    let plain = value.and_then(|value| value.text());
    let broken = match kind {
        QuickActionType::Message | QuickActionType::Voice => None,
        _ if !given => Some(Code::Required),
        // In another language it is still the same address or form.
        QuickActionType::Form if plain.is_none() => Some(Code::InvalidId),
        QuickActionType::Url if !plain.is_some_and(|url| is_web_url(&url)) => {
            Some(Code::InvalidUrl)
        }
        _ => None,
    };
    if let Some(code) = broken {
        checker.within("value", |checker| {
            checker.report(code);
        });
    }
}

/// Whether a key says something: `exit_intent: false` asks for nothing.
fn is_set<D: Document>(document: &D, key: &str) -> bool {
    document.get(key).is_some_and(|value| match (value.boolean(), value.text()) {
        (Some(flag), _) => flag,
        (_, Some(text)) => !text.is_empty(),
        _ => true,
    })
}

fn when<D: Document>(checker: &mut Checker, when: &D) {
    const KEYS: &[&str] =
        &["scroll_percent", "idle_seconds", "exit_intent", "url_matches", "seconds_on_page"];
    if !KEYS.iter().any(|key| is_set(when, key)) {
        checker.report(Code::AtLeastOne).params.allowed = KEYS;
    }
}

fn action<D: Document>(checker: &mut Checker, action: &D) {
    const KEYS: &[&str] = &["open", "teaser", "message", "form"];
    if KEYS.iter().filter(|key| is_set(action, key)).count() != 1 {
        checker.report(Code::ExactlyOne).params.allowed = KEYS;
    }
}

fn hours<D: Document>(checker: &mut Checker, hours: &D) {
    let time = |key| TimeOfDay::parse(&read::plain(&Some(hours.clone()), key)?).ok();
    if let (Some(from), Some(to)) = (time("from"), time("to"))
        && from >= to
    {
        checker.report(Code::Reversed);
    }
}
