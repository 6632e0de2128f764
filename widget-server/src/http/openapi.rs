//! The OpenAPI 3.1 document, made from the rows that route.
//!
//! What is the same everywhere is added here and not written in rows: the parameters of a path,
//! what authentication asks for, the headers of conditional and idempotent requests, and the
//! problems that follow from a row's kind. The order is that of the table, so the document changes
//! only where the table does.

use std::collections::BTreeMap;

use http::Method;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::endpoint::{Access, DocResponse, Endpoint, QueryParam};
use super::problem::Document as ProblemDocument;
use super::router::names_of;

/// What a document says of the whole.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The product's name.
    pub title: &'a str,
    /// Its version.
    pub version: &'a str,
    /// What a reader needs first, as Markdown.
    pub description: &'a str,
    /// Where it is served: `https://example.com/chat`, or `/`.
    pub server_url: &'a str,
    /// How callers prove who they are.
    pub security: Security<'a>,
}

/// How callers prove who they are, by the kind of row. The schemes of one inner list are needed
/// together; the first of them takes the scope. Any of the lists is enough.
#[derive(Clone, Copy, Debug)]
pub struct Security<'a> {
    /// Name, `http` or `apiKey` object.
    pub schemes: &'a [(&'a str, Value)],
    /// Of management rows.
    pub management: &'a [&'a [&'a str]],
    /// Of visitor rows.
    pub visitor: &'a [&'a [&'a str]],
}

/// The document of these rows.
#[must_use]
pub fn document<S>(rows: &[Endpoint<S>], about: &About<'_>) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let problem = schemas.subschema_for::<ProblemDocument<'static>>();
    let mut paths: Map<String, Value> = Map::new();
    let mut tags: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| !row.doc.hidden) {
        if !row.doc.tag.is_empty() && !tags.contains(&row.doc.tag) {
            tags.push(row.doc.tag);
        }
        let path = row.path.replace("{*", "{");
        let operations = paths.entry(path).or_insert_with(|| json!({}));
        operations[row.method.as_str().to_lowercase()] =
            operation(row, &about.security, &mut schemas);
    }
    let schemes: Map<String, Value> = about
        .security
        .schemes
        .iter()
        .map(|(name, scheme)| ((*name).to_owned(), scheme.clone()))
        .collect();
    let sorted: BTreeMap<String, Value> = schemas.take_definitions(true).into_iter().collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "version": about.version,
            "description": about.description,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": about.server_url }],
        "tags": tags.iter().map(|tag| json!({ "name": tag })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": sorted,
            "responses": { "Problem": {
                "description": "Any other problem",
                "content": { "application/problem+json": { "schema": problem } },
            } },
            "securitySchemes": schemes,
        },
    })
}

fn operation<S>(
    row: &Endpoint<S>,
    security: &Security<'_>,
    schemas: &mut SchemaGenerator,
) -> Value {
    let doc = &row.doc;
    let mut operation = Map::new();
    let mut put = |key: &str, value: Value| operation.insert(key.to_owned(), value);
    put("operationId", row.id.into());
    if !doc.tag.is_empty() {
        put("tags", json!([doc.tag]));
    }
    if !doc.summary.is_empty() {
        put("summary", doc.summary.into());
    }
    if !doc.description.is_empty() {
        put("description", doc.description.into());
    }
    put("security", requirements(row.access, security));
    let parameters = parameters(row);
    if !parameters.is_empty() {
        put("parameters", parameters.into());
    }
    if let Some(schema_of) = doc.body {
        let content = json!({ "application/json": { "schema": schema_of(schemas) } });
        put("requestBody", json!({ "required": true, "content": content }));
    }
    if doc.takes_file {
        let schema = json!({ "type": "string", "format": "binary" });
        let content = json!({ "*/*": { "schema": schema } });
        put("requestBody", json!({ "required": true, "content": content }));
    }
    put("responses", responses(row, schemas));
    operation.into()
}

fn requirements(access: Access, security: &Security<'_>) -> Value {
    let (ways, scope) = match access {
        Access::Management { scope } => (security.management, Some(scope)),
        Access::Visitor => (security.visitor, None),
        Access::Public | Access::Asset | Access::Open => (&[][..], None),
    };
    let way = |names: &&[&str]| {
        let schemes = names.iter().enumerate().map(|(at, name)| {
            let scopes: Vec<&str> = scope.filter(|_| at == 0).into_iter().collect();
            ((*name).to_owned(), json!(scopes))
        });
        Value::Object(schemes.collect())
    };
    ways.iter().map(way).collect()
}

fn parameters<S>(row: &Endpoint<S>) -> Vec<Value> {
    let path = names_of(row.path);
    let path = path.iter().map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    });
    let query = row.doc.query.iter().map(query_parameter);
    let headers = headers_of(row).into_iter().map(|(name, description)| {
        json!({
            "name": name,
            "in": "header",
            "description": description,
            "schema": { "type": "string" },
        })
    });
    path.chain(query).chain(headers).collect()
}

fn query_parameter(param: &QueryParam) -> Value {
    let mut schema = json!({ "type": param.kind });
    if let Some(format) = param.format {
        schema["format"] = format.into();
    }
    json!({ "name": param.name, "in": "query", "description": param.description, "schema": schema })
}

/// The headers that follow from what a row does.
fn headers_of<S>(row: &Endpoint<S>) -> Vec<(&'static str, &'static str)> {
    let mut headers = Vec::new();
    if !matches!(row.access, Access::Management { .. }) {
        return headers;
    }
    if creates(row) {
        headers
            .push(("Idempotency-Key", "The same key and body within 24 h give the same answer."));
    }
    if changes(row) {
        headers.push(("If-Match", "The `ETag` that was read; another state now is a 412."));
    }
    headers
}

fn creates<S>(row: &Endpoint<S>) -> bool {
    row.method == Method::POST && row.doc.responses.iter().any(|answer| answer.status == 201)
}

fn changes<S>(row: &Endpoint<S>) -> bool {
    matches!(row.method, Method::PUT | Method::PATCH | Method::DELETE)
}

fn responses<S>(row: &Endpoint<S>, schemas: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    for answer in &row.doc.responses {
        responses.insert(answer.status.to_string(), success(row, answer, schemas));
    }
    if responses.is_empty() {
        responses.insert("200".to_owned(), json!({ "description": "Done" }));
    }
    for (status, codes) in problems(row) {
        let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
        let problem = json!({
            "description": codes.join(", "),
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" },
            } },
        });
        responses.insert(status.to_string(), problem);
    }
    responses.insert("default".to_owned(), json!({ "$ref": "#/components/responses/Problem" }));
    responses.into()
}

fn success<S>(row: &Endpoint<S>, answer: &DocResponse, schemas: &mut SchemaGenerator) -> Value {
    let mut response = json!({ "description": reason(answer.status) });
    let text = || json!({ "schema": { "type": "string" } });
    if answer.status == 201 && matches!(row.access, Access::Management { .. }) {
        response["headers"] = json!({ "Location": text() });
    }
    if row.doc.query.iter().any(|param| param.name == "cursor") {
        response["headers"] = json!({ "Link": text(), "X-Next-Cursor": text() });
    }
    if let Some((content_type, schema_of)) = answer.content {
        let schema = schema_of.map_or_else(|| json!({ "type": "string" }), |of| of(schemas).into());
        response["content"] = json!({ content_type: { "schema": schema } });
    }
    response
}

fn reason(status: u16) -> &'static str {
    let status = http::StatusCode::from_u16(status).ok();
    status.and_then(|status| status.canonical_reason()).unwrap_or("Done")
}

/// The problems of a row: its own, and those of its kind.
fn problems<S>(row: &Endpoint<S>) -> BTreeMap<u16, Vec<&'static str>> {
    let mut by_status: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    let mut add = |status: u16, code: &'static str| {
        let codes = by_status.entry(status).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    };
    for (status, code) in &row.doc.problems {
        add(*status, code);
    }
    if row.doc.body.is_some() {
        add(400, "invalid_json");
        add(413, "body_too_large");
        add(415, "unsupported_media_type");
        add(422, "invalid");
    }
    if row.doc.query.iter().any(|param| param.name == "cursor") {
        add(400, "invalid_cursor");
        add(422, "invalid");
    }
    if row.path.contains('{') {
        add(404, "not_found");
    }
    match row.access {
        Access::Management { .. } => {
            add(401, "unauthorized");
            add(403, "insufficient_scope");
            if creates(row) {
                add(409, "idempotency_key_reused");
            }
            if changes(row) {
                add(412, "precondition_failed");
            }
        }
        Access::Visitor => {
            add(401, "unauthorized");
            add(403, "origin_forbidden");
        }
        Access::Public => add(403, "origin_forbidden"),
        Access::Asset | Access::Open => {}
    }
    by_status
}

#[cfg(test)]
mod tests;
