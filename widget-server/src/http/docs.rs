//! A page for people, made from an OpenAPI document on the server: no script, nothing fetched.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::Response;

mod schema;
mod text;

use schema::{expanded, kind};
use text::{escape, inline, prose};

const STYLE: &str = include_str!("docs/style.css");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Adds the policy under which the page works: its one style and nothing else.
#[must_use]
pub fn guarded(mut response: Response) -> Response {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    let policy = HeaderValue::from_str(&policy).expect("base64 is header-safe");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// The page.
#[must_use]
pub fn page(document: &Value) -> String {
    let info = &document["info"];
    let title = escape(text_of(info, "title"));
    let mut main = format!(
        "<header><h1>{title} <small>{}</small></h1>{}<p><a href=\"openapi.json\">openapi.json</a> \
         is the same for programs.</p></header>",
        escape(text_of(info, "version")),
        prose(text_of(info, "description")),
    );
    let mut nav = String::new();
    for tag in groups(document) {
        let operations = operations_of(document, &tag);
        section(&mut nav, &mut main, &tag, &operations);
    }
    types(&mut nav, &mut main, document);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><nav aria-label=\"Endpoints\">{nav}</nav>\
         <main>{main}</main></body></html>"
    )
}

/// One operation with where it is.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    value: &'a Value,
}

/// The tags in their order, and last the empty name for what has none.
fn groups(document: &Value) -> Vec<String> {
    let tags = document["tags"].as_array().into_iter().flatten();
    let mut groups: Vec<String> = tags.map(|tag| text_of(tag, "name").to_owned()).collect();
    groups.push(String::new());
    groups
}

fn operations_of<'a>(document: &'a Value, tag: &str) -> Vec<Operation<'a>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, methods)| {
        METHODS.iter().filter_map(move |method| {
            let value = methods.get(method)?;
            Some(Operation { method, path, value })
        })
    });
    operations
        .filter(|operation| operation.value["tags"][0].as_str().unwrap_or("") == tag)
        .collect()
}

fn section(nav: &mut String, main: &mut String, tag: &str, operations: &[Operation<'_>]) {
    if operations.is_empty() {
        return;
    }
    let name = if tag.is_empty() { "More" } else { tag };
    let _ = write!(nav, "<h2>{}</h2><ul>", escape(name));
    let _ = write!(main, "<section><h2>{}</h2>", escape(name));
    for operation in operations {
        let id = escape(text_of(operation.value, "operationId"));
        let summary = text_of(operation.value, "summary");
        let label = if summary.is_empty() { operation.path } else { summary };
        let _ = write!(nav, "<li><a href=\"#{id}\">{}</a></li>", inline(label));
        article(main, operation, &id, summary);
    }
    nav.push_str("</ul>");
    main.push_str("</section>");
}

fn article(main: &mut String, operation: &Operation<'_>, id: &str, summary: &str) {
    let Operation { method, path, value } = operation;
    let _ = write!(
        main,
        "<article id=\"{id}\"><h3><span class=\"method {method}\">{}</span> <code>{}</code></h3>",
        method.to_uppercase(),
        escape(path),
    );
    if !summary.is_empty() {
        let _ = write!(main, "<p class=\"summary\">{}</p>", inline(summary));
    }
    main.push_str(&prose(text_of(value, "description")));
    security(main, &value["security"]);
    parameters(main, &value["parameters"]);
    if let Some(content) = value["requestBody"]["content"].as_object() {
        contents(main, "Body", content);
    }
    responses(main, &value["responses"]);
    main.push_str("</article>");
}

fn security(main: &mut String, requirements: &Value) {
    let ways = requirements.as_array().into_iter().flatten().filter_map(Value::as_object);
    let ways: Vec<String> = ways
        .map(|way| {
            let schemes = way.iter().map(|(name, scopes)| match scopes[0].as_str() {
                Some(scope) => format!("{} <code>{}</code>", words(name), escape(scope)),
                None => words(name),
            });
            schemes.collect::<Vec<_>>().join(" with ")
        })
        .collect();
    if !ways.is_empty() {
        let _ = write!(main, "<p class=\"needs\">Needs {}</p>", ways.join(", or "));
    }
}

/// `organization_key` as a reader would say it.
fn words(name: &str) -> String {
    escape(&name.replace('_', " "))
}

fn parameters(main: &mut String, parameters: &Value) {
    let Some(parameters) = parameters.as_array() else { return };
    main.push_str("<h4>Parameters</h4><table>");
    for parameter in parameters {
        let required = parameter["required"].as_bool().unwrap_or(false);
        let _ = write!(
            main,
            "<tr><th scope=\"row\"><code>{}</code>{}</th><td>{} in {}</td><td>{}</td></tr>",
            escape(text_of(parameter, "name")),
            if required { " <em>required</em>" } else { "" },
            kind(&parameter["schema"]),
            escape(text_of(parameter, "in")),
            prose(text_of(parameter, "description")),
        );
    }
    main.push_str("</table>");
}

fn contents(main: &mut String, title: &str, content: &Map<String, Value>) {
    for (media_type, media) in content {
        let schema = &media["schema"];
        let _ = write!(
            main,
            "<h4>{title} <small>{}</small></h4><p>{}</p>{}",
            escape(media_type),
            kind(schema),
            expanded(schema),
        );
    }
}

fn responses(main: &mut String, responses: &Value) {
    let Some(responses) = responses.as_object() else { return };
    main.push_str("<h4>Answers</h4><table>");
    for (status, response) in responses {
        if status == "default" {
            continue;
        }
        let media = response["content"].as_object().and_then(|content| content.iter().next());
        let shape = match media {
            Some((media_type, media)) if media_type.ends_with("json") => kind(&media["schema"]),
            Some((media_type, _)) => escape(media_type),
            None => String::new(),
        };
        let _ = write!(
            main,
            "<tr><th scope=\"row\" class=\"s{}\">{status}</th><td>{shape}</td><td>{}</td></tr>",
            &status[..1],
            prose(text_of(response, "description")),
        );
    }
    main.push_str("</table>");
}

fn types(nav: &mut String, main: &mut String, document: &Value) {
    let Some(schemas) = document["components"]["schemas"].as_object() else { return };
    nav.push_str("<h2>Types</h2><ul>");
    main.push_str("<section><h2>Types</h2>");
    for (name, schema) in schemas {
        let name = escape(name);
        let _ = write!(nav, "<li><a href=\"#type-{name}\">{name}</a></li>");
        let _ = write!(
            main,
            "<article id=\"type-{name}\"><h3>{name}</h3>{}<p>{}</p>{}</article>",
            prose(text_of(schema, "description")),
            kind(schema),
            expanded(schema),
        );
    }
    nav.push_str("</ul>");
    main.push_str("</section>");
}

fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample() -> Value {
        json!({
            "info": { "title": "T<i>", "version": "1", "description": "Uses `a < b`.\n\nAnd **more**." },
            "tags": [{ "name": "Things" }],
            "paths": { "/things/{id}": { "get": {
                "operationId": "get_thing",
                "tags": ["Things"],
                "summary": "Get <one>",
                "security": [{ "key": ["things:read"] }, { "token": [], "org": [] }],
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                ],
                "responses": {
                    "200": { "description": "OK", "content": { "application/json": {
                        "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } },
                    } } },
                    "404": { "description": "`not_found`" },
                },
            } } },
            "components": { "schemas": { "Thing": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": { "type": "string", "maxLength": 9, "description": "Its name" },
                    "size": { "anyOf": [{ "$ref": "#/components/schemas/Size" }, { "type": "null" }] },
                    "tags": { "type": "object", "additionalProperties": { "type": "integer" } },
                },
            } } },
        })
    }

    #[test]
    fn everything_of_the_document_is_on_the_page_and_nothing_of_it_is_markup() {
        let page = page(&sample());
        for part in [
            "<title>T&lt;i&gt;</title>",
            "Uses <code>a &lt; b</code>.</p><p>And <strong>more</strong>.",
            "<span class=\"method get\">GET</span> <code>/things/{id}</code>",
            "Get &lt;one&gt;",
            "Needs key <code>things:read</code>, or token with org",
            "<a href=\"#type-Thing\">Thing</a>[]",
            "<th scope=\"row\"><code>name</code> <em>required</em></th><td>string, at most 9</td>",
            "<a href=\"#type-Size\">Size</a> or null",
            "map of integer",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }

    #[test]
    fn the_policy_names_the_style_of_the_page() {
        let response = guarded(crate::http::response::no_content());
        let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        assert!(policy.contains(&hash) && !policy.contains("unsafe"), "{policy}");
        assert!(page(&sample()).contains(&format!("<style>{STYLE}</style>")));
    }
}
