//! Endings taken off words, lightly and without knowing the language.
//!
//! A stem is not a dictionary form; it only has to be the same for the forms of a word that
//! people mix (`price`, `prices`, `pricing`; `precio`, `precios`; `Preis`, `Preise`). Where a rule
//! would leave fewer than four letters it is not applied, which keeps short words apart.

/// The least number of letters a Latin ending leaves.
const LEAST: usize = 4;

/// Latin endings, longest first. Each is common in at least one of the fifteen languages that the
/// stop words cover, and harmless in the others.
const LATIN: &[&str] = &[
    "aciones", "ations", "azioni", "azione", "acion", "acoes", "ation", "ating", "acao", "ings",
    "ated", "ates", "ment", "ing", "ies", "ers", "ern", "ate", "ion", "ie", "ed", "er", "es", "en",
    "em", "ly", "os", "as", "ar", "ir", "ez", "y", "e", "a", "o", "i", "u",
];

/// The stem of a folded word.
#[must_use]
pub(crate) fn stem(word: &str) -> &str {
    match word.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => latin(word),
        Some('\u{590}'..='\u{5ff}') => hebrew(word),
        Some('\u{600}'..='\u{6ff}') => arabic(word),
        Some('\u{900}'..='\u{97f}') => hindi(word),
        Some('\u{400}'..='\u{4ff}') => cyrillic(word),
        _ => word,
    }
}

fn latin(word: &str) -> &str {
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word;
    }
    let singular = without_verb_ending(without_turkish_plural(without_plural(word)));
    for ending in LATIN {
        if let Some(rest) = singular.strip_suffix(ending)
            && rest.len() >= LEAST
        {
            let doubles = matches!(*ending, "ing" | "ings" | "ed" | "er" | "ers");
            return if doubles { single_consonant(rest) } else { rest };
        }
    }
    singular
}

/// `boxes` → `box`, `pages` → `page`; `class` and `bus` stay.
fn without_plural(word: &str) -> &str {
    for hissing in ["xes", "ches", "shes", "sses"] {
        if word.ends_with(hissing) {
            return &word[..word.len() - 2];
        }
    }
    match word.strip_suffix('s') {
        Some(rest) if rest.len() >= 3 && !rest.ends_with(['s', 'u', 'i']) => rest,
        _ => word,
    }
}

/// `fiyatlar` → `fiyat`. Verbs and agents of other languages end alike (`calcular`, `handler`,
/// `controller`), hence the narrow conditions.
fn without_turkish_plural(word: &str) -> &str {
    let possessed = ["lari", "leri"].iter().find_map(|ending| word.strip_suffix(ending));
    let plain = ["lar", "ler"].iter().find_map(|ending| word.strip_suffix(ending));
    possessed
        .or(plain)
        .filter(|rest| rest.len() > LEAST && !rest.ends_with(['a', 'e', 'i', 'o', 'u', 'l']))
        .unwrap_or(word)
}

/// German `öffnet` → `öffn`; `market`, `planet` and `widget` stay.
fn without_verb_ending(word: &str) -> &str {
    match word.strip_suffix("et").map(|rest| (rest, rest.as_bytes())) {
        Some((rest, [.., before, b'n' | b't' | b'd' | b's' | b'm']))
            if rest.len() >= LEAST && !b"aeiou".contains(before) =>
        {
            rest
        }
        _ => word,
    }
}

/// `stopp` → `stop`, but `install` and `pass` stay.
fn single_consonant(stem: &str) -> &str {
    let bytes = stem.as_bytes();
    match bytes {
        [.., before, last]
            if before == last && !b"aeioulsz".contains(last) && stem.len() > LEAST =>
        {
            &stem[..stem.len() - 1]
        }
        _ => stem,
    }
}

/// Articles and prepositions are written on the front, plurals at the end.
fn hebrew(word: &str) -> &str {
    let mut rest = word;
    for ending in ["ים", "ות"] {
        rest = stripped_end(rest, ending, 3);
    }
    while let Some(shorter) = rest.strip_prefix(['ה', 'ו', 'ב', 'ל', 'כ', 'מ', 'ש'])
        && shorter.chars().count() >= 3
    {
        rest = shorter;
    }
    rest
}

fn arabic(word: &str) -> &str {
    let mut rest = word;
    for prefix in ["وال", "بال", "كال", "فال", "ال", "لل"] {
        if let Some(shorter) = rest.strip_prefix(prefix)
            && shorter.chars().count() >= 3
        {
            rest = shorter;
            break;
        }
    }
    for ending in ["ات", "ون", "ين", "ها", "ه", "ي"] {
        rest = stripped_end(rest, ending, 3);
    }
    rest
}

/// Vowel signs at the end carry number and case.
fn hindi(word: &str) -> &str {
    let rest = word.trim_end_matches(|sign| matches!(sign, '\u{93e}'..='\u{94c}' | '\u{902}'));
    if rest.chars().count() >= 2 { rest } else { word }
}

fn cyrillic(word: &str) -> &str {
    let rest =
        word.trim_end_matches(['а', 'е', 'и', 'й', 'о', 'у', 'ы', 'ь', 'э', 'ю', 'я', 'м', 'х']);
    if rest.chars().count() >= LEAST { rest } else { word }
}

fn stripped_end<'a>(word: &'a str, ending: &str, least: usize) -> &'a str {
    match word.strip_suffix(ending) {
        Some(rest) if rest.chars().count() >= least => rest,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    fn all_meet(words: &[&str]) {
        for pair in words.windows(2) {
            assert_eq!(stem(pair[0]), stem(pair[1]), "{} and {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn forms_of_a_word_meet() {
        all_meet(&["price", "prices", "pricing", "priced"]);
        all_meet(&["install", "installs", "installed", "installing", "installation"]);
        all_meet(&["configure", "configured", "configuration", "configurations"]);
        all_meet(&["create", "created", "creating", "creation"]);
        all_meet(&["company", "companies"]);
        all_meet(&["box", "boxes"]);
        all_meet(&["page", "pages"]);
        all_meet(&["stopped", "stopping"]);
        all_meet(&["preis", "preise", "preisen"]);
        all_meet(&["offnen", "offnet"]);
        all_meet(&["kosten", "kostet"]);
        all_meet(&["precio", "precios"]);
        all_meet(&["instalar", "instalacion"]);
        all_meet(&["prezzo", "prezzi"]);
        all_meet(&["fiyat", "fiyatlar", "fiyatlari"]);
        all_meet(&["מחיר", "המחיר", "מחירים"]);
        all_meet(&["سعر", "السعر"]);
        all_meet(&["कीमत", "कीमतें", "कीमतों"]);
    }

    #[test]
    fn short_words_stay_apart() {
        assert_ne!(stem("data"), stem("date"));
        assert_ne!(stem("use"), stem("us"));
        assert_ne!(stem("class"), stem("clas"));
    }

    #[test]
    fn words_with_digits_are_left_alone() {
        assert_eq!(stem("h264s"), "h264s");
    }
}
