//! The language in which the tables are written.
//!
//! [`object!`] takes the keys of one object, with kind, bounds and default, and makes both the
//! static table (which validation and the JSON Schema walk) and the typed accessors. As structs
//! with derived deserialisers the same costs the browser 31 KB instead of 3.

/// What a value may be.
#[derive(Debug)]
pub(crate) enum Kind {
    /// `true` or `false`.
    Flag,
    /// A whole number within bounds.
    Int { min: i32, max: i32 },
    /// A number within bounds.
    Number { min: i32, max: i32 },
    /// A text a visitor reads: a string, or a map of language tags to strings.
    Text { max: u16 },
    /// A text that is the same in every language.
    Plain { max: u32 },
    /// One of some words.
    OneOf(&'static [&'static str]),
    /// `#rgb`, `#rrggbb`, `#rrggbbaa`.
    Colour,
    /// An absolute `http` or `https` address.
    Url,
    /// `[a-z][a-z0-9_]{0,63}`.
    Id,
    /// A pattern of paths or addresses.
    Glob,
    /// A language tag.
    Language,
    /// `image/png`, `image/*`.
    MediaType,
    /// `Europe/Berlin`.
    TimeZone,
    /// `08:30`.
    Time,
    /// Anything; the object's rule looks at it.
    Any,
    /// A list.
    List { min: u16, max: u16, of: &'static Kind, unique: Option<&'static str> },
    /// An object of its own table.
    Object(&'static Object),
}

/// What an absent key means.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Default {
    /// Nothing, or something that follows from elsewhere.
    None,
    /// A truth value.
    #[cfg_attr(not(feature = "json"), expect(dead_code, reason = "only the schema reads it"))]
    Flag(bool),
    /// A whole number.
    #[cfg_attr(not(feature = "json"), expect(dead_code, reason = "only the schema reads it"))]
    Int(i32),
    /// A word.
    #[cfg_attr(not(feature = "json"), expect(dead_code, reason = "only the schema reads it"))]
    Word(&'static str),
}

/// One key of an object.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    #[cfg_attr(not(feature = "json"), expect(dead_code, reason = "only the schema reads it"))]
    pub(crate) default: Default,
    #[cfg(feature = "json")]
    pub(crate) doc: &'static str,
}

/// What must hold between the keys of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// References from buttons and triggers to forms.
    V1,
    /// A button's value suits its type.
    QuickAction,
    /// A proactive trigger waits for something.
    When,
    /// A proactive trigger does exactly one thing.
    Action,
    /// Opening hours end after they begin.
    Hours,
    /// A form's field: options, bounds and default suit its type.
    Field,
    /// An agent's model: a provider that needs a name has one.
    Model,
    /// An agent's tool: its parameters are a schema.
    Tool,
}

/// The table of one object.
#[derive(Debug)]
pub(crate) struct Object {
    #[cfg(feature = "json")]
    pub(crate) name: &'static str,
    #[cfg(feature = "json")]
    pub(crate) doc: &'static str,
    pub(crate) keys: &'static [Key],
    pub(crate) rule: Option<Rule>,
}

macro_rules! object {
    (
        $(#[doc = $about:literal])*
        $vis:vis struct $name:ident = $table:ident $(with $rule:ident)? {
            $(
                $(#[doc = $doc:literal])*
                $key:ident $(as $json:literal)? : $kind:ident $(($($arg:tt)*))? $(= $default:expr)?
                $(, $required:ident)? ;
            )+
        }
    ) => {
        pub(crate) static $table: $crate::config::table::Object = $crate::config::table::Object {
            #[cfg(feature = "json")]
            name: stringify!($name),
            #[cfg(feature = "json")]
            doc: concat!($($about, "\n",)*),
            keys: &[$(
                $crate::config::table::Key {
                    name: $crate::config::table::name!($key $($json)?),
                    kind: $crate::config::table::kind!($kind $(($($arg)*))?),
                    required: $crate::config::table::required!($($required)?),
                    default: $crate::config::table::default!($kind $($default)?),
                    #[cfg(feature = "json")]
                    doc: concat!($($doc, "\n",)*),
                },
            )+],
            rule: $crate::config::table::rule!($($rule)?),
        };

        $(#[doc = $about])*
        #[derive(Debug, Clone)]
        $vis struct $name<D>(pub(crate) Option<D>);

        impl<D: $crate::config::Document> $name<D> {
            $(
                $crate::config::accessor::accessor! {
                    [$(#[doc = $doc])*] $vis $key
                    ($crate::config::table::name!($key $($json)?))
                    $kind ($($($arg)*)?) $($default)?
                }
            )+
        }
    };
}

macro_rules! name {
    ($key:ident) => {
        stringify!($key)
    };
    ($key:ident $json:literal) => {
        $json
    };
}

macro_rules! required {
    () => {
        false
    };
    (required) => {
        true
    };
}

macro_rules! rule {
    () => {
        None
    };
    ($rule:ident) => {
        Some($crate::config::table::Rule::$rule)
    };
}

macro_rules! default {
    (flag $value:expr) => {
        $crate::config::table::Default::Flag($value)
    };
    (int $value:expr) => {
        $crate::config::table::Default::Int($value)
    };
    (choice $value:expr) => {
        $crate::config::table::Default::Word($value.as_str())
    };
    (id $value:expr) => {
        $crate::config::table::Default::Word($value)
    };
    ($kind:ident) => {
        $crate::config::table::Default::None
    };
}

macro_rules! kind {
    (flag) => {
        $crate::config::table::Kind::Flag
    };
    (int($min:literal..=$max:literal)) => {
        $crate::config::table::Kind::Int { min: $min, max: $max }
    };
    (number($min:literal..=$max:literal)) => {
        $crate::config::table::Kind::Number { min: $min, max: $max }
    };
    (text($max:literal)) => {
        $crate::config::table::Kind::Text { max: $max }
    };
    (plain($max:literal)) => {
        $crate::config::table::Kind::Plain { max: $max }
    };
    (choice($words:ident)) => {
        $crate::config::table::Kind::OneOf($words::WORDS)
    };
    (colour) => {
        $crate::config::table::Kind::Colour
    };
    (url) => {
        $crate::config::table::Kind::Url
    };
    (id) => {
        $crate::config::table::Kind::Id
    };
    (glob) => {
        $crate::config::table::Kind::Glob
    };
    (globs($max:literal)) => {
        $crate::config::table::kind!(list($max, Glob))
    };
    (texts($max:literal, $chars:literal)) => {
        $crate::config::table::Kind::List {
            min: 0,
            max: $max,
            of: &$crate::config::table::Kind::Text { max: $chars },
            unique: None,
        }
    };
    (plains($max:literal, $of:ident)) => {
        $crate::config::table::kind!(list($max, $of))
    };
    (word($kind:ident)) => {
        $crate::config::table::Kind::$kind
    };
    (any) => {
        $crate::config::table::Kind::Any
    };
    (list($max:literal, $of:ident)) => {
        $crate::config::table::Kind::List {
            min: 0,
            max: $max,
            of: &$crate::config::table::Kind::$of,
            unique: None,
        }
    };
    (objects($min:literal..=$max:literal, $name:ident = $table:path)) => {
        $crate::config::table::kind!(objects($min..=$max, $name = $table, None))
    };
    (objects($min:literal..=$max:literal, $name:ident = $table:path, unique $key:literal)) => {
        $crate::config::table::kind!(objects($min..=$max, $name = $table, Some($key)))
    };
    (objects($min:literal..=$max:literal, $name:ident = $table:path, $unique:expr)) => {
        $crate::config::table::Kind::List {
            min: $min,
            max: $max,
            of: &$crate::config::table::Kind::Object(&$table),
            unique: $unique,
        }
    };
    (object($name:ident = $table:path)) => {
        $crate::config::table::Kind::Object(&$table)
    };
    (form) => {
        $crate::config::table::Kind::Object(&$crate::form::table::FORM)
    };
    (forms($max:literal)) => {
        $crate::config::table::Kind::List {
            min: 0,
            max: $max,
            of: &$crate::config::table::Kind::Object(&$crate::form::table::FORM),
            unique: Some("id"),
        }
    };
    (feedback) => {
        $crate::config::table::Kind::Object(&$crate::form::table::FEEDBACK)
    };
}

pub(crate) use {default, kind, name, object, required, rule};
