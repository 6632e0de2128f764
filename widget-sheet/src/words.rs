//! What a sheet says by itself.

widget_dom::words! {
    Before = "Before we start",
    Begin = "Start chat",
    Feedback = "How did it go?",
    Submit = "Send",
    Skip = "Skip",
    Thanks = "Thank you for your feedback!",
    Restart = "New conversation",
    Optional = "optional",
    Choose = "Please choose",
    Worst = "Not at all likely",
    Best = "Very likely",
    Failed = "Something went wrong on our side.",
    // What is wrong with an answer
    Required = "Please fill this in.",
    RequiredTick = "Please tick this box.",
    BadEmail = "Please enter an e-mail address like name@example.com.",
    BadTel = "Please enter a phone number.",
    BadUrl = "Please enter an address that begins with https://.",
    BadNumber = "Please enter a number.",
    BadDate = "Please enter a date.",
    TooShort = "Please enter a little more.",
    TooLong = "Please enter a little less.",
    OutOfRange = "This is out of range.",
    BadChoice = "Please choose one of these.",
    BadValue = "Please check this.",
}
