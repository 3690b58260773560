"""Sentences that mean STOP, and those that only speak of messages."""

from __future__ import annotations

import pytest

from automations.messages.stop_words import objects

ASKING = {
    "de": (
        "Bitte schicken Sie mir keine Mails mehr.",
        "Ich möchte keine Erinnerungen mehr bekommen",
        "Hallo, danke für alles. Bitte schreiben Sie mir nicht mehr!",
        "Hören Sie bitte auf, mir Nachrichten zu schicken",
        "Nehmen Sie mich aus dem Verteiler",
        "Hiermit widerrufe ich meine Einwilligung.",
        "Ich will keine E-Mails von Ihnen.",
        "Schreiben Sie mir bitte nie wieder",
        "Lassen Sie mich bitte in Ruhe",
        "Bitte melden Sie mich ab",
        "Ich möchte bitte nicht mehr angeschrieben werden.",
        "Keine weiteren Erinnerungen bitte.",
        "Ich brauche diese Erinnerungen nicht",
        "Bitte unterlassen Sie weitere Nachrichten",
        "Löschen Sie meine Mailadresse",
        "Ich wünsche keinen Kontakt mehr",
        "Stoppen Sie bitte die Mails",
        "Ich habe kein Interesse mehr an Ihren Nachrichten",
    ),
    "en": (
        "Please do not send me any more emails.",
        "I don't want to get these reminders",
        "Stop sending me messages!",
        "No more emails, thanks.",
        "I withdraw my consent",
        "please remove me from your list",
        "Do not contact me again",
        "Leave me alone",
        "I do not wish to be contacted any more",
        "Please delete my email address",
        "Please cease sending messages",
        "I never want to hear from you again",
    ),
    "fr": (
        "Ne m'envoyez plus de messages s'il vous plaît.",
        "Je ne veux plus recevoir de rappels",
        "Merci de ne plus m'écrire.",
        "Arrêtez de m'envoyer des mails",
        "Je retire mon consentement",
        "Supprimez mon adresse de votre liste",
        "Je ne veux plus être contacté",
        "Laissez-moi tranquille",
        "Je refuse de recevoir vos mails",
    ),
    "ru": (
        "Пожалуйста, не присылайте мне больше писем.",
        "Больше не пишите мне!",
        "Я не хочу получать напоминания",
        "Прекратите присылать сообщения",
        "Отзываю своё согласие.",
        "Не надо мне больше писать",
        "Прошу прекратить рассылку",
        "Удалите мой адрес",
        "Отключите напоминания",
        "Оставьте меня в покое",
    ),
    "uk": (
        "Будь ласка, не надсилайте мені більше листів.",
        "Більше не пишіть мені",
        "Я не хочу отримувати нагадування",
        "Припиніть надсилати повідомлення",
        "Відкликаю свою згоду",
        "Не треба мені більше писати",
        "Приберіть мою адресу зі списку",
        "Вимкніть нагадування",
        "Прошу більше мені не писати",
        "Не хочу щоб ви мені писали",
    ),
    "ro": (
        "Vă rog să nu îmi mai trimiteți mesaje.",
        "Nu-mi mai scrieți",
        "Nu mai vreau să primesc emailuri",
        "Opriți trimiterea de mesaje",
        "Îmi retrag consimțământul.",
        "Ștergeți adresa mea din listă",
        "Nu mai doresc să fiu contactat",
        "Lăsați-mă în pace",
    ),
    "ar": (
        "من فضلكم لا ترسلوا لي رسائل بعد الآن",
        "لا أريد استلام رسائل منكم",
        "توقفوا عن إرسال الرسائل",
        "أريد إلغاء الاشتراك",
        "ما بدي رسائل",
        "أرجو عدم مراسلتي مرة أخرى",
        "أرجو التوقف عن مراسلتي",
        "احذفوا بريدي من القائمة",
        "لا تتواصلوا معي مرة أخرى",
        "كفى رسائل",
    ),
    "tr": (
        "Lütfen bana artık mesaj göndermeyin.",
        "Bana yazmayın",
        "Bir daha yazmayın",
        "Hatırlatma mesajı istemiyorum",
        "Abonelikten çıkmak istiyorum",
        "E-postaları durdurun lütfen",
        "E-posta adresimi listeden silin",
        "Beni aramayın ve yazmayın",
        "Beni rahat bırakın",
    ),
    "fa": (
        "لطفا دیگر به من پیام نفرستید",
        "ایمیل نمی‌خواهم",
        "دیگر نمی‌خواهم پیام دریافت کنم",
        "دیگر برایم ایمیل ارسال نکنید.",
        "لغو اشتراک",
        "ایمیل من را حذف کنید",
        "لطفا ارسال پیام را متوقف کنید",
    ),
}

OTHERWISE = (
    "Ich habe keine Mail mehr bekommen, wann ist mein Termin?",
    "Ich habe Ihre Nachricht erhalten, danke",
    "Bitte schicken Sie mir die Mail noch einmal",
    "Ich kann leider nicht kommen",
    "Warum schreiben Sie mir nicht mehr?",
    "Bitte keine Post nach Hause, nur E-Mails",
    "Please do not send me to another office",
    "Don't forget to write to me",
    "Please send me the message again",
    "I did not get any more emails, is the appointment still on?",
    "Stop by the café first, please",
    "Je ne peux plus venir",
    "Je n'ai pas reçu votre message",
    "Я не могу больше приходить по вторникам",
    "Мне не пришло письмо",
    "Я не зможу прийти",
    "Nu mai pot veni marți",
    "Nu am primit mesajul",
    "لا أستطيع الحضور",
    "لم تصلني رسالة",
    "Artık gelemiyorum",
    "Mesaj gelmedi",
    "نمی‌توانم بیایم",
    "Meine E-Mail-Adresse hat sich geändert, bitte löschen Sie die alte",
    "Bitte schicken Sie mir die Adresse nicht mehr per Post, Mail reicht.",
    "Не пишите отказ, я приду",
    "Bitte löschen Sie den Termin am Dienstag",
    "Je ne souhaite plus ce rendez-vous mais un autre",
    "My number changed, please remove the old one",
    "Ich möchte keinen Kontakt zu meinem Mann",
    "Ich bekomme keine Mails mehr, bitte rufen Sie an",
    "Ich erhalte keine Nachrichten mehr",
    "I am not getting any more emails",
    "Das Jobcenter soll mir nicht mehr schreiben",
    "Ich kann nicht an diese Adresse kommen",
    "Je ne peux pas venir à cette adresse",
    "Bitte senden Sie die Unterlagen nicht an diese Adresse, sondern ans Jobcenter",
    "Bitte schreiben Sie mir nicht mehr auf Deutsch",
    "Please don't write to me in German",
    "Ne m'écrivez plus en allemand",
    "Не пишите мне по-немецки",
    "Не пишіть мені німецькою",
    "Nu-mi mai scrieți în germană",
    "لا ترسلوا لي رسائل باللغة الألمانية",
    "Bana Almanca yazmayın",
    "I don't want to miss any messages",
    "Ich will keine Nachricht verpassen",
    "Не хочу пропустить письмо",
    "Mesaj kaçırmak istemiyorum",
    "Schreiben Sie mir nicht mehr nachts",
)

ELSEWHERE = (
    "Schreiben Sie nicht an diese Adresse",
    "Schreiben Sie bitte nicht mehr an diese Mail",
    "Please don't write to this address",
    "Ne m'écrivez pas à cette adresse",
    "Не пишите на этот адрес",
    "Не пишіть на цю адресу",
    "Nu îmi scrieți la această adresă",
    "لا ترسلوا إلى هذا الرقم",
    "Bu adrese yazmayın",
    "Ich verzichte auf weitere Erinnerungen.",
    "Bitte sehen Sie von weiteren E-Mails ab.",
    "Turn off the reminders please",
    "Kindly refrain from sending me emails",
)
"""About the address that was written to, which is the only one, and other ways to say it."""

GO_ON = (
    "Bitte stoppen Sie die Mails nicht!",
    "Bitte die Mails nicht abbestellen",
    "Ich möchte die Erinnerungen nicht stoppen, ich brauche sie",
    "Bitte hören Sie nicht auf zu schreiben",
    "Löschen Sie bitte meine E-Mail-Adresse nicht, ich brauche sie noch",
    "Nehmen Sie mich bitte nicht vom Verteiler",
    "Streichen Sie mich nicht von der Liste",
    "Ich widerrufe meine Einwilligung nicht",
    "Please don't stop the reminders, I need them",
    "I do not want to unsubscribe",
    "Do not remove my email address please",
    "I never want to opt out of your emails",
    "N'arrêtez pas de m'envoyer des messages",
    "Je ne veux pas me désinscrire",
    "Ne supprimez pas mon adresse",
    "Пожалуйста, не отписывайте меня",
    "Прошу не отключить напоминания",
    "Не хочу отписаться",
    "Прошу не вимкнути нагадування",
    "Не хочу відписатися",
    "Vă rog nu opriți mesajele",
    "Nu vreau să mă dezabonez",
    "لا توقفوا الرسائل",
    "لا أريد إلغاء الاشتراك",
    "Lütfen mesajları durdurmayın",
    "E-posta adresimi silmeyin",
    "Mesaj göndermeyi unutmayın",
    "لطفا پیام‌ها را متوقف نکنید",
)
"""What would stop the messages, denied."""

STILL = (
    "Bitte stoppen Sie die Mails, ich kann nicht kommen.",
    "Löschen Sie meine Adresse, ich möchte nicht mehr kommen",
    "Please stop the reminders, I do not need them",
    "I don't want any more emails, please remove me",
    "If you don't stop emailing me I will complain",
    "E-posta adresimi silin, unutmayın",
    "Arrêtez de m'écrire, je ne viens pas",
    "Удалите меня, не хочу больше писем",
    "Durdurun mesajları, istemiyorum",
)
"""An objection beside which another word is denied."""


@pytest.mark.parametrize(("language", "sentence"), [(code, text) for code in ASKING for text in ASKING[code]])
def test_a_sentence_that_asks_for_silence_counts(language, sentence):
    del language
    assert objects([sentence])
    assert objects(["Guten Tag,", sentence, "Viele Grüße"])


@pytest.mark.parametrize("sentence", ELSEWHERE)
def test_whoever_warns_of_an_address_is_written_to_no_more(sentence):
    assert objects([sentence])


@pytest.mark.parametrize("sentence", OTHERWISE)
def test_a_sentence_about_something_else_does_not(sentence):
    assert not objects([sentence])


@pytest.mark.parametrize("sentence", GO_ON)
def test_a_sentence_that_asks_to_go_on_is_no_objection(sentence):
    assert not objects([sentence])


@pytest.mark.parametrize("sentence", STILL)
def test_an_objection_stays_one_beside_another_denied_word(sentence):
    assert objects([sentence])
