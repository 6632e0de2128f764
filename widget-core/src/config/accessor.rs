//! The methods that the tables make, one for each key.

/// A method that reads one key. What is absent, or not as the table wants it, is the default.
macro_rules! accessor {
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) flag () $default:expr) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> bool {
            $crate::config::read::flag(&self.0, $name).unwrap_or($default)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) flag ()) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<bool> {
            $crate::config::read::flag(&self.0, $name)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) int ($min:literal..=$max:literal) $default:expr) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> i32 {
            $crate::config::read::int(&self.0, $name, $min, $max).unwrap_or($default)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) int ($min:literal..=$max:literal)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<i32> {
            $crate::config::read::int(&self.0, $name, $min, $max)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) choice ($words:ident) $default:expr) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> $words {
            $crate::config::read::parsed(&self.0, $name).unwrap_or($default)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) choice ($words:ident)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<$words> {
            $crate::config::read::parsed(&self.0, $name)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) text ($max:literal)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<$crate::language::Text> {
            $crate::config::read::text(&self.0, $name)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) texts ($max:literal, $chars:literal)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self, language: &$crate::language::Language) -> Vec<String> {
            $crate::config::read::texts(&self.0, $name, $max, language)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) plains ($max:literal, $of:ident)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Vec<String> {
            $crate::config::read::plains(&self.0, $name, $max)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) colour ()) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<$crate::colour::Colour> {
            $crate::config::read::parsed(&self.0, $name)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) glob ()) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<$crate::glob::Glob> {
            $crate::config::read::parsed(&self.0, $name)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) globs ($max:literal)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Vec<$crate::glob::Glob> {
            let globs = $crate::config::read::plains(&self.0, $name, $max);
            globs.iter().filter_map(|glob| glob.parse().ok()).collect()
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) url ()) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<String> {
            $crate::config::read::plain(&self.0, $name).filter(|url| $crate::address::is_web_link(url))
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) any ()) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<D> {
            $crate::config::read::member(&self.0, $name)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) objects ($min:literal..=$max:literal, $of:ident $($rest:tt)*)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Vec<$of<D>> {
            let entries = $crate::config::read::entries(&self.0, $name, $max);
            entries.into_iter().map(|entry| $of(Some(entry))).collect()
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) object ($of:ident $($rest:tt)*)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> $of<D> {
            $of($crate::config::read::member(&self.0, $name))
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) form ()) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<$crate::form::Form> {
            let form = $crate::config::read::member(&self.0, $name)?;
            Some($crate::form::Form::read(form)).filter(|form| !form.fields.is_empty())
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) forms ($max:literal)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Vec<$crate::form::Form> {
            let entries = $crate::config::read::entries(&self.0, $name, $max);
            entries.into_iter().map($crate::form::Form::read).collect()
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) feedback ()) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> $crate::feedback::FeedbackForm {
            let form = $crate::config::read::member(&self.0, $name);
            $crate::feedback::FeedbackForm::read(form)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) number ($min:literal..=$max:literal)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<f64> {
            $crate::config::read::number(&self.0, $name, $min, $max)
        }
    };
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) id () $default:expr) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> String {
            $crate::config::read::plain(&self.0, $name).unwrap_or_else(|| $default.to_owned())
        }
    };
    // `plain`, `id`, `word`: a string.
    ([$($doc:tt)*] $vis:vis $key:ident ($name:expr) $kind:ident ($($args:tt)*)) => {
        $($doc)*
        #[must_use]
        $vis fn $key(&self) -> Option<String> {
            $crate::config::read::plain(&self.0, $name)
        }
    };
}

pub(crate) use accessor;
