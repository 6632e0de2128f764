//! The forms of the states: every type of field.

use serde_json::{Value, json};

use super::both;

/// The configuration of an owner who configured nothing.
pub(super) fn nothing_given() -> Value {
    Value::Null
}

pub(super) fn before() -> Value {
    let size = |value: &str, words| json!({ "value": value, "label": both(words) });
    json!({ "pre_conversation_form": {
        "id": "who",
        "title": both(("Before we begin", "قبل أن نبدأ")),
        "description": both(("So that we can write to you.", "حتى نتمكن من مراسلتك.")),
        "fields": [
            { "id": "name", "type": "text", "label": both(("Name", "الاسم")),
              "placeholder": both(("Ada Lovelace", "آدا لوفلايس")) },
            { "id": "email", "type": "email", "required": true, "label": both(("E-mail", "البريد الإلكتروني")),
              "help": both(("Only for this conversation.", "لهذه المحادثة فقط.")) },
            { "id": "topic", "type": "select", "required": true, "label": both(("Topic", "الموضوع")),
              "options": [size("order", ("An order", "طلب")), size("other", ("Something else", "شيء آخر"))] },
            { "id": "size", "type": "radio", "required": true, "label": both(("Size", "المقاس")),
              "options": [size("s", ("Small", "صغير")), size("l", ("Large", "كبير"))] },
            { "id": "news", "type": "multiselect", "label": both(("News about", "أخبار عن")),
              "options": [size("books", ("Books", "كتب")), size("maps", ("Maps", "خرائط"))] },
            { "id": "day", "type": "date", "label": both(("Day", "اليوم")) },
            { "id": "count", "type": "number", "label": both(("How many", "كم العدد")) },
            { "id": "more", "type": "textarea", "label": both(("More", "المزيد")) },
            { "id": "terms", "type": "checkbox", "required": true,
              "label": both(("I agree to the terms of the shop.", "أوافق على شروط المتجر.")) },
        ],
    } })
}

pub(super) fn feedback() -> Value {
    json!({ "post_conversation_feedback": {
        "enabled": true,
        "title": both(("How was it?", "كيف كانت المحادثة؟")),
        "thank_you_text": both(("Thanks a lot!", "شكرا جزيلا!")),
        "fields": [
            { "id": "rating", "type": "rating", "max": 5, "required": true, "label": both(("Rating", "التقييم")) },
            { "id": "again", "type": "nps", "label": both(("Would you tell a friend?", "هل توصي صديقا؟")) },
            { "id": "comment", "type": "textarea", "label": both(("Comment", "تعليق")) },
        ],
    } })
}
