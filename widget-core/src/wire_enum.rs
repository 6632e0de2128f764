//! Enums that are one word on the wire: reading, writing, JSON and its schema from one list.

use std::fmt;

/// A word that is none of an enum's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWord;

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not one of the words that are allowed here")
    }
}

impl std::error::Error for UnknownWord {}

/// The place of a word in a list; one loop is smaller than a comparison for each word of each enum.
#[inline(never)]
pub(crate) fn place(words: &[&str], word: &str) -> Option<usize> {
    words.iter().position(|known| *known == word)
}

macro_rules! wire_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every value there is, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The words of [`Self::ALL`], in the same order.
            pub const WORDS: &[&str] = &[$($word,)+];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::wire_enum::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                let place = $crate::wire_enum::place(Self::WORDS, word);
                place.and_then(|place| Self::ALL.get(place).copied()).ok_or($crate::wire_enum::UnknownWord)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": Self::WORDS })
            }
        }
    };
}
pub(crate) use wire_enum;

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::message::Role;

    #[test]
    fn a_word_is_read_back_as_it_was_written() {
        assert_eq!(Role::WORDS, ["user", "agent", "system"]);
        for (role, word) in Role::ALL.iter().zip(Role::WORDS) {
            assert_eq!(role.to_string(), *word);
            assert_eq!(word.parse(), Ok(*role));
            let json = serde_json::to_string(role).unwrap();
            assert_eq!(serde_json::from_str::<Role>(&json).unwrap(), *role);
        }
        assert_eq!("User".parse::<Role>(), Err(UnknownWord));
        assert!(serde_json::from_str::<Role>("\"human\"").is_err());
    }
}
