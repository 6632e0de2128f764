//! Where a page names the loader: the snippet, and what has become of it.

use reqwest::Url;
use widget_core::id::WidgetId;

use super::document::{Document, Place, Script, ScriptKind};

/// What stands between the server's address and the widget's id.
const PATH: &str = "/public/embed/";

/// A mention of a loader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sighting {
    pub(super) how: How,
    /// The loader's whole address.
    pub(super) url: Url,
    /// The server's address, with a path where it has one, without a slash at the end.
    pub(super) base: String,
    /// What stands where the id should.
    pub(super) id_text: String,
    /// The widget, where that is an id.
    pub(super) id: Option<WidgetId>,
    /// The tag's nonce.
    pub(super) nonce: Option<String>,
    /// Whether the tag demands a hash of what it loads.
    pub(super) integrity: Option<String>,
    /// Whether the tag leaves the bubble out (`data-launcher="none"`).
    pub(super) is_bare: bool,
    /// The element that an inline widget is put in, by the tag's `data-target`.
    pub(super) target: Option<String>,
}

/// What a browser makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// A script tag that runs.
    Tag,
    /// A script tag that runs as a module, which knows nothing of its own tag.
    Module,
    /// A script tag of a type that no browser runs, waiting for another script.
    Waiting,
    /// A script that runs and names the address: it probably adds the tag.
    Written,
    /// A script tag in a place where it does not run.
    Idle(Place),
    /// Visitors read the tag instead of getting what it loads.
    Shown,
}

impl Sighting {
    /// Whether a browser loads it by itself.
    pub(super) fn runs(&self) -> bool {
        matches!(self.how, How::Tag)
    }
}

/// Every mention of a loader in a page.
pub(super) fn sightings(document: &Document, page: &Url) -> Vec<Sighting> {
    let relative_to = document
        .base
        .as_ref()
        .and_then(|base| page.join(base).ok())
        .unwrap_or_else(|| page.clone());
    let mut found = Vec::new();
    for script in &document.scripts {
        found.extend(of_script(script, &relative_to));
    }
    let shown = mentions(&document.text)
        .filter_map(|address| Some(Sighting { how: How::Shown, ..read(&address, &relative_to)? }));
    found.extend(shown);
    found
}

fn of_script(script: &Script, relative_to: &Url) -> Vec<Sighting> {
    let own = |sighting: Sighting, how: How| Sighting {
        how: if script.place == Place::Page { how } else { How::Idle(script.place) },
        nonce: script.attribute("nonce").map(str::to_owned),
        integrity: script.attribute("integrity").map(str::to_owned),
        is_bare: script.attribute("data-launcher") == Some("none"),
        target: script.attribute("data-target").map(str::to_owned),
        ..sighting
    };
    if let Some(source) = script.attribute("src")
        && let Some(sighting) = read(source, relative_to)
    {
        let how = match script.kind() {
            ScriptKind::Classic => How::Tag,
            ScriptKind::Module => How::Module,
            ScriptKind::Data => How::Waiting,
        };
        return vec![own(sighting, how)];
    }
    // `data-src` and the like: consent banners and "lazy" scripts put the address aside.
    let aside = script.attributes.iter().filter(|(name, _)| name != "src");
    let mut aside = aside.filter_map(|(_, value)| read(value, relative_to));
    if let Some(sighting) = aside.next() {
        return vec![own(sighting, How::Waiting)];
    }
    // In JSON and in many templates a slash is written `\/`.
    let text = script.text.replace("\\/", "/");
    let how = if script.kind() == ScriptKind::Data { How::Waiting } else { How::Written };
    let named = mentions(&text).filter_map(|address| read(&address, relative_to));
    named.map(|sighting| own(sighting, how)).collect()
}

/// The addresses of loaders in any text, as far as they can be told from what is around them.
fn mentions(text: &str) -> impl Iterator<Item = String> + '_ {
    let ends = |c: char| c.is_whitespace() || "\"'`<>()\\,;={}+".contains(c);
    text.match_indices(PATH).map(move |(at, _)| {
        let (before, after) = (&text[..at], &text[at + PATH.len()..]);
        let begin = before
            .rfind(ends)
            .map_or(0, |last| last + before[last..].chars().next().map_or(1, char::len_utf8));
        let end = after.find(ends).unwrap_or(after.len());
        format!("{}{PATH}{}", &before[begin..], &after[..end])
    })
}

/// Reads the address of a loader; `None` for every other address.
fn read(address: &str, relative_to: &Url) -> Option<Sighting> {
    let url = relative_to.join(address.trim()).ok()?;
    let whole = url.as_str();
    let at = whole.find(PATH)?;
    let rest = &whole[at + PATH.len()..];
    let id_text = rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    // `…/{id}/frame` is a page, and no loader.
    if rest[id_text.len()..].starts_with('/') {
        return None;
    }
    Some(Sighting {
        how: How::Tag,
        base: whole[..at].to_owned(),
        id: id_text.parse().ok(),
        id_text,
        url: url.clone(),
        nonce: None,
        integrity: None,
        is_bare: false,
        target: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198d4a2-7c11-7d70-9a64-0123456789ab";

    fn seen(html: &str) -> Vec<Sighting> {
        let page = Url::parse("https://shop.example/a/b").unwrap();
        sightings(&Document::parse(html), &page)
    }

    fn hows(html: &str) -> Vec<How> {
        seen(&html.replace("ID", ID)).iter().map(|sighting| sighting.how).collect()
    }

    #[test]
    fn the_snippet_is_read_with_its_address_and_id() {
        let html = format!(
            "<script src=\"https://chat.example/sub/public/embed/{ID}?x=1\" async nonce=n></script>"
        );
        let found = seen(&html);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].base, "https://chat.example/sub");
        assert_eq!(found[0].id, ID.parse().ok());
        assert_eq!(found[0].nonce.as_deref(), Some("n"));
        assert!(found[0].runs());
    }

    #[test]
    fn an_address_is_relative_to_the_page_or_its_base() {
        let tag = format!("<script src=/public/embed/{ID}></script>");
        assert_eq!(seen(&tag)[0].base, "https://shop.example");
        assert_eq!(
            seen(&format!("<base href=//cdn.example/x>{tag}"))[0].base,
            "https://cdn.example"
        );
    }

    #[test]
    fn what_a_browser_makes_of_it_is_told() {
        let tag = "<script src=https://c.example/public/embed/ID></script>";
        for (html, how) in [
            (tag.to_owned(), How::Tag),
            (format!("{tag}{tag}"), How::Tag),
            (format!("<noscript>{tag}</noscript>"), How::Idle(Place::Noscript)),
            (format!("<!-- {tag} -->"), How::Idle(Place::Comment)),
            (format!("<template>{tag}</template>"), How::Idle(Place::Template)),
            (format!("<iframe srcdoc='{tag}'></iframe>"), How::Idle(Place::Frame)),
            (tag.replace("<script", "<script type=module"), How::Module),
            (tag.replace("<script", "<script type=text/plain"), How::Waiting),
            (tag.replace("src=", "data-src="), How::Waiting),
            (tag.replace('<', "&lt;"), How::Shown),
            (
                "<script>add('https:\\/\\/c.example\\/public\\/embed\\/ID')</script>".into(),
                How::Written,
            ),
            ("<script>s.src=`https://c.example/public/embed/ID`</script>".into(), How::Written),
        ] {
            assert!(hows(&html).iter().all(|seen| *seen == how), "{html}: {:?}", hows(&html));
            assert!(!hows(&html).is_empty(), "{html}");
        }
    }

    #[test]
    fn other_scripts_and_the_frame_are_no_sightings() {
        assert_eq!(hows("<script src=/app.js></script><script>let x = 1</script>"), []);
        assert_eq!(hows("<script src=https://c.example/public/embed/ID/frame></script>"), []);
    }

    #[test]
    fn a_wrong_id_is_kept_as_it_stands() {
        let found = seen("<script src=https://c.example/public/embed/WIDGET_ID></script>");
        assert_eq!((found[0].id, found[0].id_text.as_str()), (None, "WIDGET_ID"));
    }
}
