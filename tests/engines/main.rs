//! One way through each feature in the two engines beside Chromium, in which all else is tested.

#[expect(dead_code, reason = "the tests in Chromium need more of it")]
#[path = "../browser/house.rs"]
mod house;
mod ways;

/// Makes a test of each way in each engine.
macro_rules! tests {
    ($($way:ident),+ $(,)?) => {
        tests! { in firefox, Firefox: $($way),+ }
        tests! { in webkit, WebKit: $($way),+ }
    };
    (in $name:ident, $engine:ident: $($way:ident),+) => {
        mod $name {
            $(#[tokio::test]
            async fn $way() {
                crate::ways::$way(widget_tests::browser::Engine::$engine).await;
            })+
        }
    };
}

tests! {
    a_question_is_answered_word_by_word_with_the_source,
    after_a_reload_the_conversation_goes_on,
    a_reload_in_the_middle_of_an_answer_loses_nothing,
    a_page_that_is_left_in_the_middle_of_an_answer_has_it_when_it_is_back,
    an_answer_is_stopped_and_what_was_said_is_kept,
    an_answer_that_broke_off_is_tried_again,
    a_form_comes_first_and_is_checked,
    feedback_reaches_the_owner,
    the_widget_speaks_the_language_of_the_page,
    the_panel_stands_in_the_window_wherever_the_launcher_does,
    where_webassembly_is_refused_the_same_chat_opens_in_a_frame,
    the_hosted_page_becomes_the_full_chat,
    an_earlier_conversation_is_read_in_the_menu_and_another_gone_on_with,
    a_conversation_is_saved_as_a_file,
    a_visitor_has_everything_deleted,
    a_file_goes_out_with_the_message,
    one_visitor_on_all_subdomains,
}
