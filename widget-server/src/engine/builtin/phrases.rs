//! The few sentences the built-in model says itself.

/// Sentences of one language.
#[derive(Debug)]
pub(super) struct Phrases {
    language: &'static str,
    /// Where the agent has no greeting of its own.
    pub(super) greeting: &'static str,
    pub(super) thanks: &'static str,
    pub(super) bye: &'static str,
    /// Nothing was found; offers to take an e-mail address.
    pub(super) not_found: &'static str,
    /// Before passages that speak about a part of the question only.
    pub(super) closest: &'static str,
    /// The question has no word to search by.
    pub(super) unclear: &'static str,
    /// The visitor wrote an e-mail address; asks to confirm it.
    pub(super) address_given: &'static str,
    /// Before a form that fits the question, where nothing else does.
    pub(super) form: &'static str,
    /// The visitor sent files.
    pub(super) file_sent: &'static str,
}

impl Phrases {
    /// The sentences of a language, English where there are none.
    pub(super) fn of(language: &str) -> &'static Self {
        ALL.iter().find(|phrases| phrases.language == language).unwrap_or(&ALL[0])
    }
}

const ALL: &[Phrases] = &[
    Phrases {
        language: "en",
        greeting: "Hello! What would you like to know?",
        thanks: "You are welcome! Is there anything else I can help with?",
        bye: "Goodbye, and thank you for stopping by!",
        not_found: "I could not find an answer to that in what I know about this site. If you \
            leave your e-mail address, somebody can get back to you.",
        closest: "This is the closest I could find:",
        unclear: "Could you tell me in a few more words what you would like to know?",
        address_given: "Thank you. Please confirm the address below, so that somebody can get \
            back to you.",
        form: "You can tell us here:",
        file_sent: "Thank you. The people behind this site can open what you have sent; I \
            cannot look inside files myself.",
    },
    Phrases {
        language: "de",
        greeting: "Hallo! Was möchten Sie wissen?",
        thanks: "Gern geschehen! Kann ich sonst noch helfen?",
        bye: "Auf Wiedersehen und danke für den Besuch!",
        not_found: "Dazu habe ich in dem, was ich über diese Seite weiß, keine Antwort gefunden. \
            Wenn Sie Ihre E-Mail-Adresse hinterlassen, kann sich jemand bei Ihnen melden.",
        closest: "Das kommt Ihrer Frage am nächsten:",
        unclear: "Können Sie mir mit ein paar Worten mehr sagen, was Sie wissen möchten?",
        address_given: "Danke. Bitte bestätigen Sie die Adresse unten, damit sich jemand bei \
            Ihnen melden kann.",
        form: "Das können Sie uns hier mitteilen:",
        file_sent: "Danke. Die Menschen hinter dieser Seite können öffnen, was Sie geschickt \
            haben; ich selbst kann nicht in Dateien hineinsehen.",
    },
    Phrases {
        language: "es",
        greeting: "¡Hola! ¿Qué le gustaría saber?",
        thanks: "¡De nada! ¿Puedo ayudarle en algo más?",
        bye: "¡Hasta luego y gracias por su visita!",
        not_found: "No he encontrado una respuesta en lo que sé de este sitio. Si deja su correo \
            electrónico, alguien podrá responderle.",
        closest: "Esto es lo más parecido que he encontrado:",
        unclear: "¿Puede decirme con algunas palabras más qué le gustaría saber?",
        address_given: "Gracias. Confirme la dirección aquí abajo para que alguien pueda \
            responderle.",
        form: "Puede indicárnoslo aquí:",
        file_sent: "Gracias. Las personas de este sitio pueden abrir lo que ha enviado; yo \
            no puedo ver el contenido de los archivos.",
    },
    Phrases {
        language: "fr",
        greeting: "Bonjour ! Que souhaitez-vous savoir ?",
        thanks: "Avec plaisir ! Puis-je vous aider pour autre chose ?",
        bye: "Au revoir et merci de votre visite !",
        not_found: "Je n’ai pas trouvé de réponse dans ce que je sais de ce site. Si vous laissez \
            votre adresse e-mail, quelqu’un pourra vous répondre.",
        closest: "Voici ce que j’ai trouvé de plus proche :",
        unclear: "Pouvez-vous préciser en quelques mots ce que vous souhaitez savoir ?",
        address_given: "Merci. Veuillez confirmer l’adresse ci-dessous pour que quelqu’un puisse \
            vous répondre.",
        form: "Vous pouvez nous l’indiquer ici :",
        file_sent: "Merci. Les personnes de ce site peuvent ouvrir ce que vous avez envoyé ; \
            moi-même, je ne peux pas lire les fichiers.",
    },
    Phrases {
        language: "pt",
        greeting: "Olá! O que gostaria de saber?",
        thanks: "De nada! Posso ajudar em mais alguma coisa?",
        bye: "Até logo e obrigado pela visita!",
        not_found: "Não encontrei uma resposta no que sei sobre este site. Se deixar o seu \
            e-mail, alguém poderá responder.",
        closest: "Isto é o mais próximo que encontrei:",
        unclear: "Pode dizer em mais algumas palavras o que gostaria de saber?",
        address_given: "Obrigado. Confirme o endereço abaixo para que alguém possa responder.",
        form: "Pode indicar-nos aqui:",
        file_sent: "Obrigado. As pessoas deste site podem abrir o que enviou; eu próprio não \
            consigo ver o conteúdo dos ficheiros.",
    },
    Phrases {
        language: "it",
        greeting: "Ciao! Che cosa desidera sapere?",
        thanks: "Prego! Posso aiutarla in altro?",
        bye: "Arrivederci e grazie della visita!",
        not_found: "Non ho trovato una risposta in ciò che so di questo sito. Se lascia il suo \
            indirizzo e-mail, qualcuno potrà risponderle.",
        closest: "Questo è quanto di più vicino ho trovato:",
        unclear: "Può dirmi con qualche parola in più che cosa desidera sapere?",
        address_given: "Grazie. Confermi l’indirizzo qui sotto, così qualcuno potrà risponderle.",
        form: "Può comunicarcelo qui:",
        file_sent: "Grazie. Le persone di questo sito possono aprire ciò che ha inviato; io \
            non posso vedere il contenuto dei file.",
    },
    Phrases {
        language: "nl",
        greeting: "Hallo! Wat wilt u weten?",
        thanks: "Graag gedaan! Kan ik nog ergens mee helpen?",
        bye: "Tot ziens en bedankt voor uw bezoek!",
        not_found: "Daar heb ik in wat ik over deze site weet geen antwoord op gevonden. Als u uw \
            e-mailadres achterlaat, kan iemand contact met u opnemen.",
        closest: "Dit komt er het dichtst bij:",
        unclear: "Kunt u met een paar woorden meer zeggen wat u wilt weten?",
        address_given: "Bedankt. Bevestig hieronder het adres, dan kan iemand contact met u \
            opnemen.",
        form: "U kunt het ons hier laten weten:",
        file_sent: "Bedankt. De mensen achter deze site kunnen openen wat u hebt gestuurd; \
            zelf kan ik niet in bestanden kijken.",
    },
    Phrases {
        language: "pl",
        greeting: "Dzień dobry! Czego chcesz się dowiedzieć?",
        thanks: "Nie ma za co! Czy mogę jeszcze w czymś pomóc?",
        bye: "Do widzenia i dziękuję za wizytę!",
        not_found: "Nie znalazłem odpowiedzi w tym, co wiem o tej stronie. Jeśli zostawisz swój \
            adres e-mail, ktoś będzie mógł odpisać.",
        closest: "Oto najbliższa odpowiedź, jaką znalazłem:",
        unclear: "Czy możesz w kilku słowach napisać, czego chcesz się dowiedzieć?",
        address_given: "Dziękuję. Potwierdź poniżej adres, aby ktoś mógł odpisać.",
        form: "Można to przekazać tutaj:",
        file_sent: "Dziękuję. Osoby z tej strony mogą otworzyć to, co zostało wysłane; sam \
            nie mogę zajrzeć do plików.",
    },
    Phrases {
        language: "tr",
        greeting: "Merhaba! Ne öğrenmek istersiniz?",
        thanks: "Rica ederim! Başka bir konuda yardımcı olabilir miyim?",
        bye: "Hoşça kalın, ziyaretiniz için teşekkürler!",
        not_found: "Bu site hakkında bildiklerimde bir yanıt bulamadım. E-posta adresinizi \
            bırakırsanız biri size dönüş yapabilir.",
        closest: "Bulabildiğim en yakın yanıt şu:",
        unclear: "Ne öğrenmek istediğinizi birkaç kelimeyle daha açıklar mısınız?",
        address_given: "Teşekkürler. Size dönüş yapılabilmesi için lütfen aşağıdaki adresi \
            onaylayın.",
        form: "Bunu bize buradan iletebilirsiniz:",
        file_sent: "Teşekkürler. Gönderdiğinizi bu sitenin çalışanları açabilir; ben \
            dosyaların içini göremiyorum.",
    },
    Phrases {
        language: "ar",
        greeting: "مرحبًا! ماذا تود أن تعرف؟",
        thanks: "على الرحب والسعة! هل يمكنني المساعدة في شيء آخر؟",
        bye: "إلى اللقاء وشكرًا لزيارتك!",
        not_found: "لم أجد إجابة عن ذلك فيما أعرفه عن هذا الموقع. إذا تركت بريدك الإلكتروني \
            فسيتمكن أحدهم من الرد عليك.",
        closest: "هذا أقرب ما وجدته:",
        unclear: "هل يمكنك أن توضح بكلمات أكثر ما الذي تود معرفته؟",
        address_given: "شكرًا. يُرجى تأكيد العنوان أدناه حتى يتمكن أحدهم من الرد عليك.",
        form: "يمكنك إخبارنا هنا:",
        file_sent: "شكرًا. يستطيع القائمون على هذا الموقع فتح ما أرسلته، أما أنا فلا أستطيع \
            الاطلاع على محتوى الملفات.",
    },
    Phrases {
        language: "he",
        greeting: "שלום! מה תרצו לדעת?",
        thanks: "בשמחה! אפשר לעזור בעוד משהו?",
        bye: "להתראות, ותודה על הביקור!",
        not_found: "לא מצאתי לכך תשובה במה שידוע לי על האתר הזה. אם תשאירו כתובת דוא״ל, מישהו יוכל \
            לחזור אליכם.",
        closest: "זה הדבר הקרוב ביותר שמצאתי:",
        unclear: "אפשר לכתוב בעוד כמה מילים מה תרצו לדעת?",
        address_given: "תודה. נא לאשר את הכתובת למטה, כדי שמישהו יוכל לחזור אליכם.",
        form: "אפשר לכתוב לנו כאן:",
        file_sent: "תודה. האנשים שמאחורי האתר יכולים לפתוח את מה ששלחתם; אני עצמי לא יכול \
            לראות את תוכן הקבצים.",
    },
    Phrases {
        language: "hi",
        greeting: "नमस्ते! आप क्या जानना चाहेंगे?",
        thanks: "आपका स्वागत है! क्या मैं और कोई मदद कर सकता हूँ?",
        bye: "अलविदा, और आने के लिए धन्यवाद!",
        not_found: "इस साइट के बारे में मुझे जो पता है, उसमें इसका उत्तर नहीं मिला। अगर आप अपना ई-मेल \
            पता छोड़ दें, तो कोई आपसे संपर्क कर सकता है।",
        closest: "मुझे इससे सबसे मिलता-जुलता यह मिला:",
        unclear: "क्या आप कुछ और शब्दों में बता सकते हैं कि आप क्या जानना चाहते हैं?",
        address_given: "धन्यवाद। कृपया नीचे दिए गए पते की पुष्टि करें, ताकि कोई आपसे संपर्क कर सके।",
        form: "आप हमें यहाँ बता सकते हैं:",
        file_sent: "धन्यवाद। आपने जो भेजा है, उसे इस साइट के लोग खोल सकते हैं; मैं खुद \
            फ़ाइलों के अंदर नहीं देख सकता।",
    },
    Phrases {
        language: "ja",
        greeting: "こんにちは。何についてお知りになりたいですか？",
        thanks: "どういたしまして。ほかにお手伝いできることはありますか？",
        bye: "ご利用ありがとうございました。またお越しください。",
        not_found: "このサイトについて私が知っている範囲では、答えが見つかりませんでした。\
            メールアドレスを残していただければ、担当者からご連絡できます。",
        closest: "最も近い内容はこちらです：",
        unclear: "お知りになりたいことを、もう少し詳しく教えていただけますか？",
        address_given: "ありがとうございます。担当者からご連絡できるよう、下のアドレスをご確認ください。",
        form: "こちらからお知らせください：",
        file_sent: "ありがとうございます。お送りいただいたファイルは担当者が確認できます。私自身はファイルの中身を見ることができません。",
    },
    Phrases {
        language: "zh",
        greeting: "您好！您想了解什么？",
        thanks: "不客气！还有什么可以帮您的吗？",
        bye: "再见，感谢您的光临！",
        not_found: "在我所了解的本站内容中没有找到答案。如果您留下电子邮箱，会有人与您联系。",
        closest: "我找到的最接近的内容是：",
        unclear: "您能再多说几个字，告诉我想了解什么吗？",
        address_given: "谢谢。请在下方确认您的邮箱，以便有人与您联系。",
        form: "您可以在这里告诉我们：",
        file_sent: "谢谢。本站的工作人员可以打开您发送的文件；我自己无法查看文件内容。",
    },
    Phrases {
        language: "ko",
        greeting: "안녕하세요! 무엇이 궁금하신가요?",
        thanks: "천만에요! 더 도와드릴 일이 있을까요?",
        bye: "안녕히 가세요. 방문해 주셔서 감사합니다!",
        not_found: "제가 이 사이트에 대해 아는 내용에서는 답을 찾지 못했습니다. 이메일 주소를 \
            남겨 주시면 담당자가 연락드릴 수 있습니다.",
        closest: "가장 가까운 내용은 다음과 같습니다:",
        unclear: "무엇이 궁금하신지 조금 더 자세히 말씀해 주시겠어요?",
        address_given: "감사합니다. 담당자가 연락드릴 수 있도록 아래 주소를 확인해 주세요.",
        form: "여기에서 알려 주세요:",
        file_sent: "감사합니다. 보내 주신 파일은 담당자가 열어 볼 수 있습니다. 저는 파일 내용을 직접 볼 수 없습니다.",
    },
];
