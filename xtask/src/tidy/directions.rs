//! What may know of what: ARCHITECTURE.md, "Architecture invariants".

use super::{Breach, File};

/// Code that must not name something, and what it must not name.
struct Wall {
    inside: &'static [&'static str],
    /// Where only these rooms of the crate may be named; empty: no such rule.
    rooms: &'static [&'static str],
    forbidden: &'static [&'static str],
    reason: &'static str,
}

const WALLS: [Wall; 4] = [
    Wall {
        inside: &["widget-server/src/http.rs", "widget-server/src/http/"],
        rooms: &["http", "clock", "random"],
        forbidden: &["rusqlite"],
        reason: "http knows no feature and no store",
    },
    Wall {
        inside: &["widget-server/src/store.rs", "widget-server/src/store/"],
        rooms: &["store", "clock"],
        forbidden: &["hyper::", "http::", "reqwest"],
        reason: "the store knows no HTTP and no feature",
    },
    Wall {
        inside: &["widget-core/src/"],
        rooms: &[],
        forbidden: &["std::fs", "std::thread", "std::process", "SystemTime", "std::time::Instant"],
        reason: "the rules have no input, output, clock or threads",
    },
    Wall {
        inside: &["widget-wasm/src/model.rs", "widget-wasm/src/model/"],
        rooms: &[],
        forbidden: &["web_sys", "js_sys", "wasm_bindgen", "gloo"],
        reason: "the model is tested natively: it knows no browser",
    },
];

/// All that widget-core may depend on: each further crate is paid for by every visitor.
const CORE_NEEDS: [&str; 4] = ["schemars", "serde", "serde_json", "uuid"];

pub(super) fn breaches(file: &File) -> Vec<Breach> {
    if file.path == "widget-core/Cargo.toml" {
        return core_needs(file);
    }
    let walls = WALLS.iter().filter(|wall| wall.inside.iter().any(|p| file.path.starts_with(p)));
    walls.flat_map(|wall| wall.breaches(file)).collect()
}

impl Wall {
    fn breaches(&self, file: &File) -> Vec<Breach> {
        let lines = file.text.lines().enumerate();
        // Tests may bring together what the code keeps apart.
        let lines = lines.take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
        let code = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
        let breach = |(index, line): (usize, &str)| {
            let named = self.forbidden.iter().find(|name| names(line, name)).copied();
            let named = named.or_else(|| self.foreign_room(line))?;
            let place = format!("{}:{}", file.path, index + 1);
            Some(Breach(format!("{place}: names {named:?}, but {}", self.reason)))
        };
        code.filter_map(breach).collect()
    }

    /// The room of the crate that is named although it is not one of those allowed.
    fn foreign_room<'line>(&self, line: &'line str) -> Option<&'line str> {
        let named = line.split("crate::").skip(1).filter_map(|rest| {
            rest.split(|character: char| !character.is_alphanumeric() && character != '_').next()
        });
        let mut foreign = named.filter(|room| !room.is_empty() && !self.rooms.contains(room));
        foreign.next().filter(|_| !self.rooms.is_empty())
    }
}

/// Whether the line names this path from its beginning (`crate::http::` is not `http::`).
fn names(line: &str, path: &str) -> bool {
    let inner = |before: &str| {
        before.ends_with(|character: char| character.is_alphanumeric() || "_:".contains(character))
    };
    line.match_indices(path).any(|(begin, _)| !inner(&line[..begin]))
}

fn core_needs(manifest: &File) -> Vec<Breach> {
    let sections = manifest.text.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let needed = sections.take_while(|line| !line.starts_with('['));
    let names = needed.filter_map(|line| line.split(['.', ' ', '=']).next());
    let foreign = names.filter(|name| !name.is_empty() && !name.starts_with('#'));
    let foreign = foreign.filter(|name| !CORE_NEEDS.contains(name));
    let breach = |name| format!("{}: {name:?} would be paid for by every visitor", manifest.path);
    foreign.map(|name| Breach(breach(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        breaches(&File { path: path.to_owned(), text: text.to_owned() }).len()
    }

    #[test]
    fn http_may_name_itself_and_no_feature() {
        let path = "widget-server/src/http/router.rs";
        assert_eq!(found(path, "use crate::http::{Problem, Request};\n"), 0);
        assert_eq!(found(path, "use crate::widgets::Widget;\n"), 1);
        assert_eq!(found(path, "// crate::widgets is above\n"), 0);
        assert_eq!(found(path, "#[cfg(test)]\nuse crate::widgets::Widget;\n"), 0);
    }

    #[test]
    fn the_store_knows_no_http() {
        let path = "widget-server/src/store/sqlite.rs";
        assert_eq!(found(path, "use crate::http::Problem;\n"), 1);
        assert_eq!(found(path, "use hyper::Request;\n"), 1);
        assert_eq!(found(path, "use crate::store::records::Widget;\n"), 0);
    }

    #[test]
    fn a_new_dependency_of_the_core_is_noticed() {
        let manifest = "[dependencies]\nserde.workspace = true\nurl = \"2\"\n\n[dev-dependencies]\nx = \"1\"\n";
        assert_eq!(found("widget-core/Cargo.toml", manifest), 1);
    }
}
