//! One view of a JSON document, whoever holds it.

/// A cheap handle on a place in a JSON document.
///
/// The rules read documents through this, so that the same code runs over `serde_json::Value` on
/// the server and over the object the browser has already parsed. Documents are never turned into
/// structs: what the rules do not know stays in them as it came.
#[expect(clippy::len_without_is_empty, reason = "not every document is a list")]
pub trait Document: Clone {
    /// The member of an object, or `None` where there is none. A member that is `null` counts as
    /// absent.
    #[must_use]
    fn get(&self, key: &str) -> Option<Self>;

    /// The entry of a list.
    #[must_use]
    fn at(&self, index: usize) -> Option<Self>;

    /// How many entries a list has; `None` for what is no list.
    #[must_use]
    fn len(&self) -> Option<usize>;

    /// The text, where it is one.
    #[must_use]
    fn text(&self) -> Option<String>;

    /// The number, where it is one.
    #[must_use]
    fn number(&self) -> Option<f64>;

    /// The truth value, where it is one.
    #[must_use]
    fn boolean(&self) -> Option<bool>;

    /// Whether it is an object.
    #[must_use]
    fn is_object(&self) -> bool;

    /// The keys of an object, in the document's order; none for anything else.
    #[must_use]
    fn keys(&self) -> Vec<String>;

    /// The entries of a list; none for anything else.
    fn items(&self) -> Items<Self> {
        Items { list: self.clone(), next: 0, len: self.len().unwrap_or(0) }
    }
}

/// The entries of a list, made by [`Document::items`].
#[derive(Debug, Clone)]
pub struct Items<D> {
    list: D,
    next: usize,
    len: usize,
}

impl<D: Document> Iterator for Items<D> {
    type Item = D;

    fn next(&mut self) -> Option<D> {
        if self.next >= self.len {
            return None;
        }
        let item = self.list.at(self.next);
        self.next += 1;
        item
    }
}

#[cfg(feature = "json")]
impl Document for &serde_json::Value {
    fn get(&self, key: &str) -> Option<Self> {
        self.as_object()?.get(key).filter(|value| !value.is_null())
    }

    fn at(&self, index: usize) -> Option<Self> {
        self.as_array()?.get(index)
    }

    fn len(&self) -> Option<usize> {
        self.as_array().map(Vec::len)
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn boolean(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_object(&self) -> bool {
        serde_json::Value::is_object(self)
    }

    fn keys(&self) -> Vec<String> {
        self.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default()
    }
}
