//! The tables of forms.

use super::field::FieldType;
use crate::config::table::object;

object! {
    /// A form.
    pub(crate) struct FormTable = FORM {
        /// Its name for programs.
        id: id, required;
        /// Its name for the owner.
        name: plain(120);
        /// Its heading.
        title: text(120);
        /// What stands under the heading.
        description: text(500);
        /// What stands on the button.
        submit_label: text(40);
        /// What is asked.
        fields: objects(1..=20, FieldTable = FIELD, unique "id"), required;
    }
}

object! {
    /// The form after a conversation.
    pub(crate) struct FeedbackTable = FEEDBACK {
        /// Whether it is shown; where absent, it is if there are fields.
        enabled: flag;
        /// Its heading.
        title: text(120);
        /// What stands on the button.
        submit_label: text(40);
        /// What is said afterwards.
        thank_you_text: text(500);
        /// What is asked.
        fields: objects(0..=20, FieldTable = FIELD, unique "id");
    }
}

object! {
    /// A field of a form.
    pub(crate) struct FieldTable = FIELD with Field {
        /// Its name for programs, and the key of its value.
        id: id, required;
        /// What is asked.
        label: text(200), required;
        /// What the answer may be.
        field_type as "type": choice(FieldType), required;
        /// Whether there must be an answer; a checkbox must be ticked.
        required: flag = false;
        /// What the empty field says.
        placeholder: text(200);
        /// What helps to answer.
        help: text(500);
        /// What stands in it at first.
        default as "default": any;
        /// What can be chosen.
        options: objects(0..=24, ChoiceTable = CHOICE, unique "value");
        /// The least number, date (as text) or count of choices.
        min: any;
        /// The greatest number, date (as text), count of choices or rating.
        max: any;
        /// The least count of characters.
        min_length: int(0..=4000);
        /// The greatest count of characters.
        max_length: int(1..=4000);
    }
}

object! {
    /// Something that can be chosen.
    pub(crate) struct ChoiceTable = CHOICE {
        /// What is stored.
        value: plain(200), required;
        /// What is shown.
        label: text(200), required;
    }
}
