//! Greetings, thanks, goodbyes, and addresses that are typed into the chat.

use std::sync::LazyLock;

use widget_core::lead::Email;

use crate::knowledge::stopwords::content_words;
use crate::knowledge::words::{Run, runs};

/// What is said without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SmallTalk {
    Greeting,
    Thanks,
    Bye,
}

/// Phrases by kind and language.
const PHRASES: &[(SmallTalk, &str, &[&str])] = &[
    (
        SmallTalk::Greeting,
        "en",
        &[
            "hi",
            "hello",
            "hey",
            "good morning",
            "good afternoon",
            "good evening",
            "hi there",
            "hello there",
        ],
    ),
    (
        SmallTalk::Greeting,
        "de",
        &[
            "hallo",
            "guten tag",
            "guten morgen",
            "guten abend",
            "moin",
            "servus",
            "grüezi",
            "grüß gott",
        ],
    ),
    (
        SmallTalk::Greeting,
        "es",
        &["hola", "buenos días", "buenas tardes", "buenas noches", "buenas"],
    ),
    (SmallTalk::Greeting, "fr", &["bonjour", "bonsoir", "salut", "coucou"]),
    (SmallTalk::Greeting, "pt", &["olá", "oi", "bom dia", "boa tarde", "boa noite"]),
    (SmallTalk::Greeting, "it", &["ciao", "buongiorno", "buonasera", "salve"]),
    (SmallTalk::Greeting, "nl", &["hoi", "goedemorgen", "goedemiddag", "goedenavond", "goedendag"]),
    (SmallTalk::Greeting, "pl", &["cześć", "dzień dobry", "dobry wieczór", "hej", "witam"]),
    (SmallTalk::Greeting, "tr", &["merhaba", "selam", "günaydın", "iyi günler", "iyi akşamlar"]),
    (SmallTalk::Greeting, "ar", &["مرحبا", "أهلا", "السلام عليكم", "صباح الخير", "مساء الخير"]),
    (SmallTalk::Greeting, "he", &["שלום", "היי", "הי", "בוקר טוב", "ערב טוב"]),
    (SmallTalk::Greeting, "hi", &["नमस्ते", "नमस्कार", "हैलो", "हेलो"]),
    (SmallTalk::Greeting, "ja", &["こんにちは", "こんばんは", "おはようございます", "おはよう"]),
    (SmallTalk::Greeting, "zh", &["你好", "您好", "嗨", "早上好", "晚上好", "下午好"]),
    (SmallTalk::Greeting, "ko", &["안녕하세요", "안녕", "안녕하십니까"]),
    (
        SmallTalk::Thanks,
        "en",
        &[
            "thanks",
            "thank you",
            "thx",
            "many thanks",
            "thanks a lot",
            "thank you very much",
            "thanks so much",
            "cheers",
            "great thanks",
            "ok thanks",
            "perfect thanks",
        ],
    ),
    (
        SmallTalk::Thanks,
        "de",
        &["danke", "vielen dank", "danke schön", "dankeschön", "super danke", "ok danke"],
    ),
    (SmallTalk::Thanks, "es", &["gracias", "muchas gracias", "mil gracias"]),
    (SmallTalk::Thanks, "fr", &["merci", "merci beaucoup"]),
    (SmallTalk::Thanks, "pt", &["obrigado", "obrigada", "muito obrigado", "muito obrigada"]),
    (SmallTalk::Thanks, "it", &["grazie", "grazie mille", "molte grazie"]),
    (SmallTalk::Thanks, "nl", &["bedankt", "dank je", "dank je wel", "dank u", "dank u wel"]),
    (SmallTalk::Thanks, "pl", &["dziękuję", "dzięki", "dziękuję bardzo"]),
    (SmallTalk::Thanks, "tr", &["teşekkürler", "teşekkür ederim", "sağ ol", "sağolun"]),
    (SmallTalk::Thanks, "ar", &["شكرا", "شكرا جزيلا", "شكرا لك"]),
    (SmallTalk::Thanks, "he", &["תודה", "תודה רבה"]),
    (SmallTalk::Thanks, "hi", &["धन्यवाद", "शुक्रिया", "बहुत धन्यवाद"]),
    (SmallTalk::Thanks, "ja", &["ありがとうございます", "ありがとう", "ありがとうございました"]),
    (SmallTalk::Thanks, "zh", &["谢谢", "謝謝", "多谢", "感谢", "谢谢你", "谢谢您"]),
    (SmallTalk::Thanks, "ko", &["감사합니다", "고마워요", "고맙습니다", "고마워"]),
    (
        SmallTalk::Bye,
        "en",
        &["bye", "goodbye", "bye bye", "see you", "see you later", "have a nice day"],
    ),
    (
        SmallTalk::Bye,
        "de",
        &["tschüss", "tschüß", "auf wiedersehen", "bis bald", "schönen tag noch"],
    ),
    (SmallTalk::Bye, "es", &["adiós", "hasta luego", "hasta pronto", "chao"]),
    (SmallTalk::Bye, "fr", &["au revoir", "à bientôt", "bonne journée"]),
    (SmallTalk::Bye, "pt", &["tchau", "adeus", "até logo", "até mais"]),
    (SmallTalk::Bye, "it", &["arrivederci", "a presto", "buona giornata"]),
    (SmallTalk::Bye, "nl", &["doei", "tot ziens", "dag", "fijne dag"]),
    (SmallTalk::Bye, "pl", &["do widzenia", "pa", "na razie", "do zobaczenia"]),
    (SmallTalk::Bye, "tr", &["hoşça kal", "hoşçakal", "görüşürüz", "güle güle"]),
    (SmallTalk::Bye, "ar", &["مع السلامة", "إلى اللقاء", "وداعا"]),
    (SmallTalk::Bye, "he", &["להתראות", "ביי"]),
    (SmallTalk::Bye, "hi", &["अलविदा", "फिर मिलेंगे"]),
    (SmallTalk::Bye, "ja", &["さようなら", "またね", "じゃあね"]),
    (SmallTalk::Bye, "zh", &["再见", "再見", "拜拜"]),
    (SmallTalk::Bye, "ko", &["안녕히 계세요", "잘 가요", "안녕히 가세요"]),
];

/// The same, folded as a message is.
static FOLDED: LazyLock<Vec<(SmallTalk, &str, String)>> = LazyLock::new(|| {
    let of = |(kind, language, phrases): &(SmallTalk, &'static str, &[&str])| {
        let (kind, language) = (*kind, *language);
        phrases.iter().map(move |phrase| (kind, language, folded(phrase))).collect::<Vec<_>>()
    };
    PHRASES.iter().flat_map(of).collect()
});

/// The kind and language of a message that is small talk as a whole. What goes on with a question
/// is none; the agent's name and empty words may stand beside it.
pub(super) fn read(message: &str, agent: &str) -> Option<(SmallTalk, &'static str)> {
    let said = folded(message);
    let agent = folded(agent);
    FOLDED
        .iter()
        .filter(|(_, _, phrase)| follows(&said, phrase, &agent))
        .max_by_key(|(_, _, phrase)| phrase.len())
        .map(|(kind, language, _)| (*kind, *language))
}

/// Whether a message is the phrase, give or take what says nothing.
fn follows(said: &str, phrase: &str, agent: &str) -> bool {
    let Some(rest) = said.strip_prefix(phrase) else { return false };
    let spaced = phrase.is_ascii() || rest.starts_with(' ');
    if spaced && !rest.is_empty() && !rest.starts_with(' ') {
        return false;
    }
    let rest = rest.trim();
    rest.is_empty()
        || rest == agent
        || (rest.split(' ').count() <= 3 && content_words(rest).is_empty())
}

/// Folded words with one space between them.
fn folded(text: &str) -> String {
    let words: Vec<String> = runs(text)
        .into_iter()
        .map(|run| match run {
            Run::Spaced(word) => word,
            Run::Unspaced(characters) => characters.into_iter().collect(),
        })
        .collect();
    words.join(" ")
}

/// The e-mail address that is all a message says, in a few words around it.
pub(super) fn address(message: &str) -> Option<String> {
    /// Words that may stand around an address: "you can reach me at … thanks".
    const AROUND: usize = 8;
    let words: Vec<&str> = message.split_whitespace().collect();
    if words.len() > AROUND || message.contains(['?', '？', '؟']) {
        return None;
    }
    words.iter().find_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        Email::parse(word).ok().map(|email| email.as_str().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_thanks_and_goodbyes_are_understood() {
        let read = |message| read(message, "Ada");
        assert_eq!(read("Hi!"), Some((SmallTalk::Greeting, "en")));
        assert_eq!(read("hello Ada"), Some((SmallTalk::Greeting, "en")));
        assert_eq!(read("Guten Morgen"), Some((SmallTalk::Greeting, "de")));
        assert_eq!(read("¡Muchas gracias!"), Some((SmallTalk::Thanks, "es")));
        assert_eq!(read("thanks a lot"), Some((SmallTalk::Thanks, "en")));
        assert_eq!(read("ありがとうございます"), Some((SmallTalk::Thanks, "ja")));
        assert_eq!(read("שלום"), Some((SmallTalk::Greeting, "he")));
        assert_eq!(read("再见"), Some((SmallTalk::Bye, "zh")));
    }

    #[test]
    fn a_question_that_begins_with_a_greeting_is_a_question() {
        for question in ["Hi, what are your prices?", "history", "你好，价格是多少", "oil change"]
        {
            assert_eq!(read(question, "Ada"), None, "{question}");
        }
    }

    #[test]
    fn an_address_is_seen_where_it_is_all_that_is_said() {
        assert_eq!(
            address("You can reach me at Ann@Example.com.").as_deref(),
            Some("ann@example.com")
        );
        assert_eq!(address("Does ann@example.com work here?"), None);
        assert_eq!(address("no address"), None);
    }
}
