//! Words as the index and its questions spell them.
//!
//! One function makes both, so whatever it does to a word it does on both sides: a term of a
//! passage and a word of a question meet when they are the same after folding, segmenting and
//! stemming. Nothing here needs to know the language.
//!
//! - *Folding*: lower case, compatibility forms, no accents, no vowel points (Hebrew, Arabic).
//! - *Segmenting*: scripts with spaces are cut at what is neither letter nor digit; scripts
//!   without (and Korean, where particles are glued on) become pairs of neighbouring characters,
//!   as search engines index them.

use unicode_normalization::UnicodeNormalization;

use super::stem::stem;

/// The terms a passage is found by, for
/// [`NewPassage::terms`](crate::store::records::NewPassage::terms): every word of the text, and
/// those of the title twice, because a title says what a passage is about.
#[must_use]
pub fn terms(title: &str, text: &str) -> String {
    let mut terms = String::with_capacity(text.len() + title.len() * 2);
    for part in [title, title, text] {
        for run in runs(part) {
            index_run(&run, &mut |term| {
                if !terms.is_empty() {
                    terms.push(' ');
                }
                terms.push_str(term);
            });
        }
    }
    terms
}

/// The words of a question in order, stop words and all, each as the index spells it.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for run in runs(text) {
        question_run(&run, &mut found);
    }
    found
}

/// A run of characters between separators, folded but not yet cut into pairs or stemmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Run {
    /// A word of a script that separates its words.
    Spaced(String),
    /// A run of a script that does not.
    Unspaced(Vec<char>),
}

/// The runs of a text.
pub(crate) fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    for piece in text.split_whitespace() {
        // Most words of most texts need no folding tables, and a question reads many.
        if piece.is_ascii() {
            read(piece.chars().map(|character| character.to_ascii_lowercase()), &mut runs);
        } else {
            read(fold(piece), &mut runs);
        }
    }
    runs
}

fn read(folded: impl Iterator<Item = char>, runs: &mut Vec<Run>) {
    let mut word = String::new();
    let mut unspaced = Vec::new();
    for character in folded {
        if is_unspaced(character) {
            flush_word(&mut word, runs);
            unspaced.push(character);
        } else if is_word(character) {
            flush_unspaced(&mut unspaced, runs);
            word.push(character);
        } else if !is_joiner(character) {
            flush_word(&mut word, runs);
            flush_unspaced(&mut unspaced, runs);
        }
    }
    flush_word(&mut word, runs);
    flush_unspaced(&mut unspaced, runs);
}

fn flush_word(word: &mut String, runs: &mut Vec<Run>) {
    if !word.is_empty() {
        runs.push(Run::Spaced(std::mem::take(word)));
    }
}

fn flush_unspaced(unspaced: &mut Vec<char>, runs: &mut Vec<Run>) {
    if !unspaced.is_empty() {
        runs.push(Run::Unspaced(std::mem::take(unspaced)));
    }
}

/// Pairs, and single ideographs too: a question may be one ideograph long.
fn index_run(run: &Run, emit: &mut impl FnMut(&str)) {
    match run {
        Run::Spaced(word) => emit(stem(word)),
        Run::Unspaced(characters) => {
            for pair in characters.windows(2) {
                emit(&pair.iter().collect::<String>());
            }
            for character in characters {
                if characters.len() == 1 || is_ideograph(*character) {
                    emit(character.encode_utf8(&mut [0; 4]));
                }
            }
        }
    }
}

/// Pairs; a single character only where there is no pair.
pub(crate) fn question_run(run: &Run, words: &mut Vec<String>) {
    match run {
        Run::Spaced(word) => words.push(stem(word).to_owned()),
        Run::Unspaced(characters) if characters.len() == 1 => {
            words.push(characters[0].to_string());
        }
        Run::Unspaced(characters) => {
            words.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
        }
    }
}

/// Which of these words, as the index spells them, a text has: the first is the lowest bit. Of more
/// than 64 words the first ones count.
#[must_use]
pub fn present(text: &str, sought: &[String]) -> u64 {
    let mut found = 0;
    for run in runs(text) {
        if let Run::Spaced(word) = &run
            && word.is_ascii()
            && !sought.iter().any(|it| it.as_bytes().first() == word.as_bytes().first())
        {
            // A stem begins as its word does: most words need not be stemmed.
            continue;
        }
        index_run(&run, &mut |term| {
            for (at, word) in sought.iter().enumerate().take(64) {
                if word == term {
                    found |= 1 << at;
                }
            }
        });
    }
    found
}

/// Lower case without accents and compatibility forms.
fn fold(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|character| !is_point(*character))
        .nfc()
        .flat_map(|character| {
            let (first, second) = plain(character);
            [Some(first), second].into_iter().flatten()
        })
}

/// Letters that have no decomposition but are typed plainly by many.
fn plain(character: char) -> (char, Option<char>) {
    match character {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' => ('d', None),
        'ı' => ('i', None),
        'ة' => ('ه', None),
        'ى' => ('ي', None),
        other => (other, None),
    }
}

/// Accents, vowel points and the Arabic stretching line. Indic vowel signs are letters and stay.
fn is_point(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Joiners shape letters and separate nothing.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}' | '\u{ad}')
}

/// Letters, digits, and the signs that silence a vowel in Indic scripts (not alphabetic in
/// Unicode's sense, but inside words).
fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '\u{94d}' | '\u{9cd}' | '\u{3099}')
}

/// Han, kana, Hangul, and the scripts of South-East Asia that write without spaces.
fn is_unspaced(character: char) -> bool {
    is_ideograph(character)
        || matches!(character,
            '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' // kana
            | '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' // Hangul
            | '\u{e00}'..='\u{eff}' // Thai, Lao
            | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}') // Myanmar, Khmer
}

fn is_ideograph(character: char) -> bool {
    matches!(character,
        '\u{3005}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_compatibility_forms_make_no_difference() {
        assert_eq!(words("CAFÉ"), words("cafe\u{301}"));
        assert_eq!(words("Ｗｉｄｇｅｔ"), words("widget"));
        assert_eq!(words("Größe"), words("grosse"));
        assert_eq!(words("İstanbul"), words("istanbul"));
        assert_eq!(words("مُحَمَّد"), words("محمد"));
        assert_eq!(words("שָׁלוֹם"), words("שלום"));
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        assert_eq!(words("料金はいくら"), ["料金", "金は", "はい", "いく", "くら"]);
        assert_eq!(words("税"), ["税"]);
        assert_eq!(words("가격"), ["가격"]);
    }

    #[test]
    fn a_single_ideograph_is_found_inside_a_word() {
        assert!(terms("", "消費税の計算").split(' ').any(|term| term == "税"));
    }

    #[test]
    fn the_index_and_the_question_spell_alike() {
        for text in ["Prices", "Öffnungszeiten", "営業時間", "영업시간", "मूल्य", "الأسعار", "המחירים"]
        {
            let terms = terms("", text);
            let indexed: Vec<&str> = terms.split(' ').collect();
            for word in words(text) {
                assert!(indexed.contains(&word.as_str()), "{word} of {text}");
            }
        }
    }

    #[test]
    fn words_are_found_in_a_text_in_any_form() {
        let sought = ["price", "bread", "価格"].map(|word| words(word).remove(0));
        assert_eq!(present("The PRICES of milk", &sought), 0b001);
        assert_eq!(present("Bread: 価格は四ユーロ", &sought), 0b110);
        assert_eq!(present("", &sought), 0);
    }

    #[test]
    fn letters_and_digits_of_one_word_stay_together() {
        assert_eq!(words("IPv6, v1 & x2"), ["ipv6", "v1", "x2"]);
    }

    #[test]
    fn a_title_weighs_twice() {
        assert_eq!(terms("Opening", "hours"), "open open hour");
    }
}
