"""What people write beside a button, in the clients' languages and in Persian: greetings, a plain yes, "I cannot".

The patterns search in folded text (see `folding`)."""

from __future__ import annotations

from automations.messages.folding import folded_pattern

GREETINGS = (
    "Hallo", "Guten Tag", "Guten Morgen", "Sehr geehrte Damen und Herren", "Danke", "Vielen Dank", "Dankeschön",
    "Danke schön", "Liebe Grüße", "Viele Grüße", "Mit freundlichen Grüßen", "Freundliche Grüße", "LG", "VG", "MfG", "Gruß",
    "Hello", "Hi", "Dear team", "Thanks", "Thank you", "Thank you very much", "Many thanks", "Best regards", "Kind regards",
    "Regards", "Здравствуйте", "Добрый день", "Спасибо", "Спасибо большое", "Большое спасибо", "С уважением", "Привет",
    "Добрий день", "Доброго дня", "Вітаю", "Дякую", "Щиро дякую", "З повагою", "Bonjour", "Merci", "Merci beaucoup",
    "Cordialement", "Bien cordialement", "Bună ziua", "Mulțumesc", "Mulțumesc frumos", "Cu stimă", "مرحبا",
    "السلام عليكم", "السلام عليكم ورحمة الله وبركاته", "شكرا", "شكرا جزيلا", "شكرا لكم", "مع التحية", "تحياتي",
    "Merhaba", "İyi günler", "Teşekkürler", "Teşekkür ederim", "Saygılar", "Saygılarımla", "Selamlar", "سلام", "ممنون",
    "متشکرم", "با احترام",
)  # fmt: skip

YES = (
    "ja", "ja gerne", "gerne", "ok", "okay", "okey", "passt", "alles klar", "doch", "ich komme", "ja ich komme", "ich bin da",
    "bis dann", "bis bald", "bis morgen", "ich komme gerne", "wir kommen", "ja wir kommen", "bestätigt", "yes", "yes i am coming",
    "i am coming", "i will come", "yes i will come", "see you", "see you then", "confirmed", "да", "да приду", "приду",
    "я приду", "да я приду", "хорошо", "подтверждаю", "до встречи", "так", "так прийду", "прийду", "я прийду", "так я прийду",
    "добре", "підтверджую", "до зустрічі", "oui", "oui je viens", "je viens", "je serai là", "d'accord", "à bientôt",
    "je confirme", "da", "da vin", "vin", "voi veni", "da voi veni", "confirm", "bine", "نعم", "نعم سأحضر", "سأحضر", "سآتي",
    "نعم سآتي", "حسنا", "تمام", "أؤكد", "evet", "evet geliyorum", "geliyorum", "geleceğim", "evet geleceğim", "tamam",
    "onaylıyorum", "görüşürüz", "بله", "می‌آیم", "بله می‌آیم", "باشه", "super", "perfekt", "jawohl", "sicher", "ja komme", "komme",
    "ich werde kommen", "ja ich werde kommen", "ich werde da sein", "ich freue mich", "termin bestätigt", "alles gut",
    "danke für die erinnerung", "vielen dank für die erinnerung", "great", "sure", "perfect", "will be there", "i'll be there",
    "i'll come", "yes i'll come", "looking forward", "parfait", "entendu", "je serai présent", "je serai présente",
    "обязательно приду", "ок", "буду", "обов'язково прийду", "voi fi acolo", "إن شاء الله", "حاضر", "tamamdır", "orada olacağım",
)  # fmt: skip
"""Whole sentences that say no more than the button for yes."""

SIGNED = folded_pattern(
    r"^(?:von meinem|gesendet (?:von|mit|uber)|sent (?:from|with|via)|отправлено (?:с|из)|надіслано (?:з|із)|envoye (?:de|depuis|a partir)"
    r"|trimis (?:de pe|din)|ارسل من|تم الارسال|اُرسلت من|.{0,40}(?:gonderildi|gonderilmistir)$|از .{0,20} فرستاده|outlook fur|get outlook"
    r"|holen sie sich outlook|diese nachricht wurde von meinem|this message was automatically generated)"
)
"""What telephones and mail programs put under a message."""

CANNOT = folded_pattern(
    # German, English, French, Romanian, Turkish
    r"\bnicht\b.{0,25}\b(?:kommen|komme|schaff\w*|da sein|teilnehmen|wahrnehmen|erscheinen|moglich|konnen|kann)\b"
    r"|\b(?:kann|konnen|konnte|komme|kommen|schaff\w*|geht|passt|klappt|bin|werde|will|mochte|habe)\b.{0,25}\b(?:nicht|keine zeit)\b"
    r"|\b(?:absag\w*|abgesagt|verschieb\w*|verschoben|anderen (?:tag|termin)|andere uhrzeit|verhindert|krank|keine zeit|spater|stornier\w*)\b"
    r"|\b(?:can not|cannot|can t|cant|could not|couldn t|won t|will not|unable|not able|not come|not coming|not possible"
    r"|cancel\w*|postpone\w*|reschedul\w*|another (?:day|time|date)|sick|ill|later|no time)\b"
    r"|\b(?:ne (?:peux|pourrai|pourrais|viens|viendrai|puis|serai|suis)|pas (?:venir|possible|disponible|la)|annul\w*|report\w*"
    r"|autre (?:jour|date|heure)|empeche\w*|malade|impossible|plus tard)\b"
    r"|\bnu (?:pot|voi|vin|vom|ajung|mai|putem|sunt)\b|\b(?:anul\w*|aman\w*|alta (?:data|zi|ora)|bolnav\w*|imposibil|mai tarziu)\b"
    r"|\b(?:gelemi\w*|gelemey\w*|gelmiyor\w*|gelmeyece\w*|gelemem|katilam\w*|iptal\w*|ertele\w*|baska (?:gun|zaman|saat)\w*|hasta\w*"
    r"|mumkun degil|olmaz|daha sonra|musait degil\w*)\b"
    # Russian, Ukrainian
    r"|\bне (?:смогу|смог|смогла|можем|сможем|могу|приду|придем|получ\w*|буду|успе\w*|выход\w*)|\b(?:отмен\w*|перен[ео]с\w*|друг(?:ой|ое|ую) (?:день|время|дату)"
    r"|заболе\w*|болею|болеет|больн\w*|позже|невозможно)"
    r"|\bне (?:зможу|зможемо|можу|прийду|прийдемо|вийде|вдасться|буду|встиг\w*)|\b(?:скасу\w*|перенес\w*|інш(?:ий|у) (?:день|час|дату)"
    r"|захвор\w*|хворі\w*|хвор[аиі]|пізніше|неможливо)"
    # Arabic, Persian
    r"|\b(?:لا|لن|لم|ما|مش) ?(?:استطيع|اقدر|اتمكن|يمكنني|يمكننا|اتي|احضر|نستطيع|نقدر|فيني|راح اجي|رح اجي|بقدر|قادر)|الغاء|الغي|تاجيل|تغيير الموعد|موعد اخر"
    r"|يوم اخر|وقت اخر|مريض|مرض|متاخر|لاحقا"
    r"|نمي ?(?:توانم|تونم|ايم|رسم|شود)|\b(?:لغو|کنسل|به تعويق|روز ديگر|زمان ديگر|مريض|بيمار|ديرتر)"
    # Nothing but a no
    r"|^(?:nein|no|non|nu|нет|ні|لا|نه|hayir)(?: (?:danke|sorry|thanks|merci|doch nicht|leider|спасибо|дякую|multumesc|شكرا|tesekkurler))?$|\bdoch nicht\b"
    # Perhaps
    r"|\b(?:vielleicht|eventuell|unsicher|noch nicht sicher|weiss (?:es |ich )?(?:noch )?nicht|maybe|perhaps|not sure|peut etre|pas sur|может быть|возможно|можливо|poate|ربما|يمكن لا|شايد|belki|emin degil\w*)\b"
    # Away, at work, in hospital; something came up
    r"|\b(?:verreist|im (?:urlaub|krankenhaus|ausland|spital)|fieber|was vor|dazwischen\w*|muss (?:ich )?(?:\w+ )?(?:arbeiten|zum arzt|zur arbeit)"
    r"|abroad|in (?:the )?hospital|on holiday|out of town|came up|(?:have|has|need) to work|wont|be late|serai pas|l hopital|en voyage|dois travailler|empechement"
    r"|в больнице|работаю|уехал\w*|в отъезде|в лікарні|працюю|поїха\w*|від їзд\w*|in spital|lucrez|plecat\w*|reusesc|المستشفي|مسافر\w*|عندي عمل|لدي عمل"
    r"|hastane\w*|calisiyorum|calismam|seyahat\w*|yurt ?disi\w*|بيمارستان|سفر)"
    # Another hour, another person
    r"|\berst (?:um|ab|am|gegen)\b|\bverleg\w*|\bneuen termin\b|\b(?:streichen|nur online)\b|\b(?:statt (?:mir|meiner)|an meiner stelle|instead|d?a ma place|вместо меня|замість мене|in locul meu|بدلا (?:مني|عني)|benim yerime|به جاي من)\b"
    r"|\b(?:i d rather|rather come|could we move|decaler|mutam?|muta|gec (?:kal\w*|gel\w*)|ama gec|olur mu)\b"
    r"|\b(?:geht|ginge|ging|konnen wir|konnte man|can we|could we|peut on|можно|можна|putem|هل يمكن|هل ممكن)\b.{0,30}"
    r"\b(?:montag|dienstag|mittwoch|donnerstag|freitag|monday|tuesday|wednesday|thursday|friday|lundi|mardi|mercredi|jeudi|vendredi"
    r"|понедельник|вторник|среду|четверг|пятницу|понеділок|вівторок|середу|четвер|п ятницю|luni|marti|miercuri|joi|vineri|ال(?:اثنين|ثلاثاء|اربعاء|خميس|جمعه))\b"
)
"""Sentences that do not go with a yes: I cannot, cancel, another day, ill, later, perhaps, somebody else comes."""

COMING = folded_pattern(
    r"\b(?:ich|wir) (?:komme|kommen)\b|\b(?:komme|kommen|kann|konnen|schaff\w*|klappt|passt|geht) (?:doch|trotzdem|aber doch)\b(?! nicht)|\bich bin (?:doch )?da$|\bit works (?:after all|now)\b|\bdoch (?:kommen|noch kommen)\b|\bwerde (?:da sein|kommen)\b"
    r"|\b(?:i|we) (?:am|are|m|re) coming\b|\b(?:will|can|ll) (?:be there|come|make it)\b"
    r"|\bje (?:viens|viendrai|peux venir|serai la)\b|\b(?:vin|voi veni|pot veni|ajung)\b|\b(?:geliyorum|gelecegim|gelebilirim|gelirim|gelebilecegim)\b"
    r"|(?<!не )\b(?:смогу|зможу)\b|\b(?:я )?(?:приду|смогу прийти|буду|придем|все же приду)\b|\b(?:прийду|зможу прийти|прийдемо)\b"
    r"|(?:ساحضر|ساتي|ساكون هناك|(?:استطيع|اقدر|يمكنني) (?:الحضور|المجي\w*|القدوم|ان اتي)|راح اجي|رح اجي)|\b(?:مي ايم|ميام|خواهم امد|مي توانم بيايم)"
)
"""Sentences that do not go with a no: I am coming after all."""
