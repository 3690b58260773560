"""Sentences that ask for no more messages, as people write them, in the clients' languages and in Persian.

The patterns search in folded text (see `folding`): small letters, no accents, no punctuation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from automations.messages.folding import fold, folded_pattern


def asks_for_silence(sentence: str) -> bool:
    """Whether one sentence asks for no more messages; a sentence about messages that came does not, nor does one that
    asks to go on ("please don't stop the reminders")."""
    said = fold(sentence)
    return bool(said) and bool(_asking().search(said)) and not _TELLS.search(said) and not _GO_ON.search(said)


@cache
def _asking() -> re.Pattern[str]:
    return folded_pattern("|".join(f"(?:{pattern})" for patterns in _ASKING.values() for pattern in patterns))


_DE = r"(?:e ?mails?|mails?|nachrichten?|erinnerung\w*|terminerinnerung\w*|sms|benachrichtigung\w*|schreiben)"
_EN = r"(?:e ?mails?|mails?|messages?|reminders?|texts?|notifications?)"
_FR = r"(?:e ?mails?|mails?|courriels?|messages?|rappels?|sms|notifications?)"
_RU = r"(?:письм\w*|сообщени\w*|напоминани\w*|смс|имейл\w*|мейл\w*|емейл\w*|уведомлени\w*|рассылк\w*|почт\w*)"
_UK = r"(?:лист\w*|повідомлен\w*|нагадуван\w*|смс|імейл\w*|мейл\w*|сповіщен\w*|розсилк\w*|пошт\w*)"
_RO = r"(?:mesaj\w*|mail\w*|e ?mail\w*|memento\w*|notificar\w*|sms\w*)"
_AR = r"(?:رسائل|الرسائل|رسالة|رسايل|بريد\w*|ايميل\w*|الايميل\w*|تذكير\w*|التذكير\w*|اشعار\w*)"
_TR = r"(?:mesaj\w*|mail\w*|e ?posta\w*|hatirlatma\w*|sms\w*|bildirim\w*)"
_FA = r"(?:پیام\w*|ایمیل\w*|نامه|یادآوری\w*|پیامک\w*|اس ام اس)"

# Language -> what its sentences hold. Persian is read, too: many clients who are written to in another language think
# in it.
_ASKING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "de": (
            rf"\b(?:bitte|schick\w*|send\w*|schreib\w*)\b.{{0,40}}\bkeine(?:rlei)? (?:weiteren? |solchen |mehr )?{_DE}\b",
            rf"\b(?:mochten?|will|wollen|wunschen?|brauchen?)\b.{{0,40}}\bkeine(?:rlei)? (?:weiteren? |solchen |mehr )?{_DE}\b",
            rf"\bkeine (?:weiteren? )?{_DE} mehr\b",
            r"\b(?:nicht|nie|nichts) (?:mehr|wieder|weiter) (?:an)?(?:schreib\w*|kontaktier\w*|erinner\w*|benachrichtig\w*|schick\w*|send\w*|mail\w*)\b",
            r"\b(?:schreib\w*|schick\w*|send\w*|kontaktier\w*|erinner\w*)\b.{0,20}\b(?:mir|mich|uns)\b.{0,15}\b(?:nicht|nie|nichts) (?:mehr|wieder)\b(?!.{0,12}\b(?:post|brief\w*|papier)\b)",
            r"\b(?:will|mochte)\b.{0,15}\bnichts mehr\b.{0,20}\b(?:horen|bekommen|lesen|erhalten)\b",
            r"\blass\w*\b.{0,20}\bin ruhe\b|\bmeld\w*\b.{0,15}\bmich\b.{0,10}\bab\b",
            rf"\b(?:hor|horen|hort)\b.{{0,15}}\bauf\b.{{0,40}}\b(?:schreib\w*|schick\w*|send\w*|{_DE})\b",
            r"\b(?:nehm\w*|losch\w*|streich\w*|entfern\w*)\b.{0,40}\b(?:verteiler|mailingliste|liste|\w*adresse)\b",
            r"\b(?:verteiler|mailingliste|liste|adresse)\b.{0,30}\b(?:nehmen|loschen|streichen|entfernen|austragen)\b",
            rf"\b(?:widerruf\w*|widersprech\w*|ziehe)\b.{{0,60}}\b(?:einwilligung|zustimmung|kontakt\w*|zusendung|{_DE})\b",
            rf"\b{_DE}\b.{{0,20}}\b(?:abbestell\w*|abmeld\w*|einstell\w*|stoppen|beenden)\b",
            rf"^(?:bitte )?keine (?:weiteren? |solchen )?{_DE}(?: mehr)?(?: bitte)?$",
            r"\b(?:nicht|nie) (?:mehr|wieder)\b.{0,30}\b(?:kontaktiert|angeschrieben|erinnert|benachrichtigt)(?: zu)? werden\b",
            r"\bwunsch\w*\b.{0,20}\bkeinen? (?:weiteren? )?kontakt(?:aufnahme)?(?: mehr)?(?: (?:mit|von|zu|durch) (?:ihnen|euch))?$",
            rf"\bbrauch\w*\b.{{0,20}}\b(?:diese|die|eure|ihre) {_DE}\b.{{0,10}}\bnicht\b",
            rf"\bunterlass\w*\b.{{0,40}}\b(?:{_DE}|kontakt\w*)\b",
            rf"\b(?:kein|ohne) interesse (?:mehr )?an\b.{{0,15}}\b{_DE}\b",
            r"\b(?:hor|horen|hort)\b.{0,15}\bauf\b.{0,20}\banzuschreiben\b",
            rf"\b(?:stopp\w*|beend\w*)\b.{{0,20}}\b{_DE}\b",
            r"\bnicht (?:damit )?einverstanden\b.{0,20}\b(?:schreib\w*|kontaktier\w*|mail\w*)\b",
            r"\b(?:schreib\w*|schick\w*|send\w*)\b.{0,25}\b(?:nicht|nichts|nie)(?: mehr| wieder| weiter)? (?:an|auf) diese\w* (?:e ?mail\w*|mail\w*|adresse|nummer|handy\w*)\b(?!.*\bsondern\b)",
            rf"\b(?:verzicht\w*|verzichte) auf\b.{{0,20}}\b{_DE}\b|\bseh\w* (?:sie |bitte )*von\b.{{0,20}}\b{_DE}\b.{{0,10}}\bab\b",
            rf"\b(?:will|mochte|wollen|mochten)\b.{{0,15}}\b(?:diese|die|eure|ihre) {_DE} nicht(?: mehr)?\b",
            r"\b(?:will|mochte)\b.{0,10}\bnix mehr\b.{0,20}\b(?:horen|bekommen|lesen)\b|\bmelde mich\b.{0,25}\b(?:erinnerung\w*|mails?|nachrichten)\b.{0,5}\bab\b",
            rf"^(?:bitte )?nicht mehr (?:per|mit) {_DE}(?: bitte)?$|^schreib\w* (?:sie )?(?:mir|uns) (?:bitte )?nicht$",
        ),
        "en": (
            rf"(?:^|\bplease |\bkindly )(?:do not|don t|dont|never|no longer) (?:ever )?(?:send|write|mail|e ?mail|contact|message|remind|text)\b(?=.{{0,30}}\b(?:{_EN}|anything|any ?more|again|ever)\b)",
            r"(?:^|\bplease |\bkindly )(?:do not|don t|dont|never|no longer) (?:ever )?(?:write|mail|e ?mail|contact|message|remind|text) (?:to )?(?:me|us)\b",
            r"\bleave me alone\b",
            rf"\bstop\b.{{0,20}}\b(?:sending|writing|e ?mailing|mailing|contacting|messaging|texting|reminding|{_EN})\b",
            rf"\b(?:do not|don t|dont|no longer) (?:want|wish|need|like)\b.{{0,40}}\b{_EN}\b",
            rf"\bno (?:more|further|other) {_EN}\b",
            r"\b(?:unsubscribe|opt out|remove me|take me off)\b",
            r"\bwithdraw\b.{0,30}\bconsent\b",
            r"\b(?:do not|don t|dont|no longer) (?:want|wish|like) to be (?:contacted|written to|e ?mailed|messaged|reminded|notified)\b",
            r"\b(?:delete|remove|erase)\b.{0,12}\bmy (?:e ?mail|mail|e ?mail address|mail address|address|phone number|number)\b",
            rf"\b(?:cease|quit)\b.{{0,20}}\b(?:sending|writing|e ?mailing|contacting|{_EN})\b",
            r"\bnever\b.{0,15}\bhear from you\b|\btake my (?:e ?mail |mail )?address off\b",
            r"\b(?:do not|don t|dont|never) (?:ever )?(?:send|write|mail|e ?mail|reply|text)\b.{0,25}\bto this (?:e ?mail|mail|address|number|phone)\b",
            rf"\brefrain\b.{{0,10}}\b(?:sending|writing|e ?mailing|contacting|texting)\b|\b(?:turn|switch) off\b.{{0,15}}\b{_EN}\b",
        ),
        "fr": (
            r"\bn(?:e)? (?:m |me |nous )?(?:envoyez|ecrivez|contactez|rappelez|envoie|ecris|ecrire|envoyer)\b.{0,20}\bplus\b",
            r"\bne plus (?:m |me |nous )?(?:envoyer|ecrire|contacter|recevoir|rappeler)\b",
            rf"\b(?:veux|veut|voulons|souhaite|desire|voudrais)\b.{{0,15}}\bplus\b.{{0,25}}\b(?:{_FR}|recevoir)\b",
            rf"\b(?:ne veux|ne souhaite|ne voudrais)\b.{{0,20}}\bpas\b.{{0,25}}\b(?:de|d|recevoir)\b.{{0,15}}\b{_FR}\b",
            rf"\b(?:arret\w*|cess\w*)\b.{{0,25}}\b(?:envoyer|ecrire|m envoyer|m ecrire|contacter|{_FR})\b",
            r"\b(?:desinscri\w*|desabonn\w*)\b",
            r"\bretir\w*\b.{0,25}\b(?:liste|consentement)\b",
            r"\b(?:supprim\w*|effac\w*|enlev\w*|retir\w*)\b.{0,12}\b(?:mon|notre) (?:adresse|e ?mail|mail|courriel|numero)\b",
            r"\b(?:veux|souhaite|desire|voudrais|voulons)\b.{0,10}\bplus (?:etre )?(?:contacte\w*|derange\w*|rappele\w*)",
            rf"\blaissez (?:moi|nous) tranquille\b|\brefuse\w*\b.{{0,20}}\b{_FR}\b",
            r"\b(?:ecri\w*|envo\w*)\b.{0,15}\b(?:pas|plus|rien)\b.{0,15}\b(?:a|sur) (?:cette (?:adresse|boite)|ce (?:numero|mail|telephone))\b",
            rf"^(?:plus|pas) (?:de|d) {_FR}(?: (?:svp|s il vous plait))?$",
        ),
        "ru": (
            rf"\bне (?:присыла\w*|посыла\w*|отправля\w*|шлите|шли|пишите|высыла\w*|напоминайте|беспокойте)\b(?=(?: пожалуйста)?$|.{{0,30}}(?:\bмне\b|\bнам\b|\bменя\b|больше|{_RU}))",
            r"\b(?:больше|более)\b.{0,15}\bне (?:присыла\w*|посыла\w*|отправля\w*|шлите|пишите|напоминай\w*|высыла\w*)",
            rf"\bне (?:хочу|желаю|хотим|нужны|нужно|надо)\b.{{0,30}}(?:{_RU}|\bполучать\b|\bнапоминать\b)",
            r"\bне (?:надо|нужно)\b.{0,20}\b(?:писать|присылать|слать|напоминать)\b",
            rf"\b(?:прекратите|перестаньте|хватит)\b.{{0,30}}(?:присылать|писать|слать|отправлять|напоминать|{_RU})",
            r"\b(?:отпишите|отписаться|отписать|удалите меня|уберите меня)\b",
            r"\bотзываю\b.{0,25}соглас",
            r"\b(?:удалите|уберите|сотрите)\b.{0,15}(?:\bадрес|\bпочт|\bимейл|\bмейл|рассылк)",
            rf"\b(?:отключите|выключите|остановите|прекратить|остановить|отключить)\b.{{0,20}}{_RU}",
            r"\bбольше\b.{0,15}\bне (?:писать|присылать|беспокоить|беспокойте)\b|\bне хочу\b.{0,20}\b(?:писали|присылали|беспокоили)\b",
            r"\bоставьте\b.{0,15}\bв покое\b",
            r"\bне (?:пишите|присылайте|отправляйте|шлите)\b.{0,20}\bна (?:этот|эту) (?:адрес|почту|номер|телефон|имейл|мейл)\b",
        ),
        "uk": (
            rf"\bне (?:надсила\w*|присила\w*|шліть|пишіть|відправля\w*|висила\w*|нагадуйте|турбуйте)\b(?=(?: будь ласка)?$|.{{0,30}}(?:\bмені\b|\bнам\b|\bмене\b|більше|{_UK}))",
            r"\bбільше\b.{0,15}\bне (?:надсила\w*|присила\w*|шліть|пишіть|відправля\w*|нагадуй\w*)",
            rf"\bне (?:хочу|бажаю|хочемо|потрібн\w*|треба)\b.{{0,30}}(?:{_UK}|\bотримувати\b)",
            r"\bне (?:треба|потрібно)\b.{0,20}\b(?:писати|надсилати|присилати|нагадувати)\b",
            rf"\b(?:припиніть|перестаньте|досить)\b.{{0,30}}(?:надсилати|писати|присилати|слати|нагадувати|{_UK})",
            r"\b(?:відпишіть|відписатися|відписати|видаліть мене)\b",
            r"\bвідкликаю\b.{0,25}згод",
            r"\b(?:видаліть|приберіть|зітріть)\b.{0,15}(?:\bадрес|\bпошт|\bімейл|\bмейл|розсилк)",
            rf"\b(?:вимкніть|відключіть|зупиніть|припинити|зупинити|вимкнути)\b.{{0,20}}{_UK}",
            r"\bбільше\b.{0,15}\bне (?:писати|надсилати|присилати|турбувати)\b|\bне хочу\b.{0,20}\b(?:писали|надсилали|присилали)\b",
            r"\b(?:дайте|залиште)\b.{0,10}\b(?:спокій|у спокої|в спокої)\b",
            r"\bне (?:пишіть|надсилайте|присилайте|шліть)\b.{0,20}\bна (?:цю|цей) (?:адресу|пошту|номер|телефон|імейл|мейл)\b",
        ),
        "ro": (
            r"\bnu\b(?: \w{1,4}){0,3} mai (?:trimit\w*|scri\w*|contact\w*|deranj\w*)\b",
            rf"\bnu (?:mai )?(?:doresc|vreau|dorim|vrem)\b.{{0,30}}(?:{_RO}|\bprimesc\b|\bprimim\b)",
            rf"\b(?:opriti|incetati|opreste)\b.{{0,25}}(?:trimit\w*|{_RO})",
            r"\bdezabon\w*",
            r"\b(?:retrag|imi retrag)\b.{0,20}\b(?:consimtamant\w*|acord\w*)",
            r"\b(?:sterge\w*|elimina\w*|scoate\w*)\b.{0,12}\b(?:adresa|emailul|mailul|numarul)\b",
            r"\bnu (?:mai )?(?:doresc|vreau)\b.{0,10}\bsa (?:mai )?(?:fiu|fim) (?:contactat\w*|deranjat\w*)\b",
            rf"\blasa\w*\b.{{0,10}}\bin pace\b|\brefuz\w*\b.{{0,20}}{_RO}",
            r"\bnu\b(?: \w{1,4}){0,2} (?:trimit\w*|scri\w*)\b.{0,20}\b(?:la|pe) (?:aceasta|acest|asta) (?:adresa|numar|e ?mail|mail|telefon)\b",
        ),
        "ar": (
            rf"\bلا (?:ترسل\w*|تبعث\w*|تكتب\w*|تراسل\w*|تذكرو\w*)(?=.{{0,30}}(?:{_AR}|\bلي\b|\bالي\b|بعد|مزيد|$))",
            rf"\b(?:لا|ما|لم اعد|لم نعد) ?(?:اريد|نريد|ارغب|اود|بدي|ابغي|ابي)\b.{{0,35}}{_AR}",
            rf"\b(?:توقف\w*|اوقف\w*|كفوا)\b.{{0,20}}(?:ارسال|مراسل\w*|{_AR}|الكتابة)",
            r"\b(?:الرجاء|ارجو|يرجى|نرجو|رجاء) عدم (?:ارسال|الارسال|مراسل\w*|الكتابة|تذكير\w*)",
            r"\b(?:الغاء|الغوا|الغ) (?:ال)?اشتراك\w*",
            r"\bاسحب\b.{0,15}موافق",
            r"\b(?:احذف\w*|امسح\w*|ازل|ازيلوا)\b.{0,15}(?:بريدي|ايميلي|عنواني|رقمي)",
            r"\bلا تتواصل\w*\b|\b(?:ارجو|الرجاء|يرجى|نرجو)\b.{0,10}\bالتوقف عن\b.{0,10}(?:مراسل\w*|ارسال|الارسال)",
            rf"\b(?:اتركوني|اتركني|دعوني)\b.{{0,8}}\bوشاني\b|\bكفى\b.{{0,10}}{_AR}",
            r"\bلا (?:ترسل\w*|تبعث\w*|تكتب\w*|تراسل\w*)\b.{0,20}\b(?:الى|على) (?:هذا|هذه)\b",
        ),
        "tr": (
            rf"\b{_TR}\b.{{0,25}}\b(?:gondermey\w*|gonderme|atmay\w*|atma|yollamay\w*|istemiyor\w*|istemem|durdur\w*|kesin)\b",
            r"\bbana\b.{0,25}\b(?:yazmay\w*|yazma|gondermey\w*|gonderme)\b",
            r"\bbir daha\b.{0,20}\b(?:yazmay\w*|yazma|gondermey\w*|gonderme)\b",
            r"\bartik\b.{0,25}\b(?:yazmay\w*|gondermey\w*)\b",
            r"\b(?:abonelik\w*|liste\w*)\b.{0,20}\b(?:cik\w*|iptal)\b",
            r"\b(?:onay\w*|riza\w*)\b.{0,20}\bgeri (?:cek|al)",
            r"\b(?:e ?posta|mail|adresimi|adresimizi|numarami)\b.{0,25}\b(?:sil|silin|siliniz|silebilir|cikarin|kaldirin)\b",
            r"(?:^|\bve |\blutfen |\bbize )yazmayin(?:iz)?\b",
            r"\bbeni\b.{0,8}\brahat birak\w*",
            r"\bbu (?:adrese|numaraya|maile|e ?postaya|telefona)\b.{0,20}\b(?:yazmay\w*|yazma|gondermey\w*|gonderme|atmay\w*|atma)\b",
        ),
        "fa": (
            rf"{_FA}.{{0,30}}(?:نفرست\w*|ندهید|ندید|نزنید|نمی ?خواه\w*|نمیخوا\w*|قطع کنید|ارسال نکنید)",
            r"\b(?:دیگر|دیگه)\b.{0,30}(?:نفرست\w*|ننویس\w*|ارسال نکنید)",
            r"\b(?:برایم|به من|برای من)\b.{0,20}(?:نفرست\w*|ننویس\w*)",
            rf"(?:نمی ?خواه\w*|نمیخوا\w*).{{0,20}}{_FA}",
            r"\bلغو (?:اشتراک|عضویت)",
            r"(?:ایمیل|ادرس|آدرس|شماره)\w*.{0,15}(?:حذف|پاک) کن\w*",
            rf"{_FA}.{{0,15}}(?:متوقف|قطع) کن\w*",
        ),
    }
)  # fmt: skip

# Between a German verb and its "nicht" these alone may stand, lest "stop it, I cannot come" be taken for its opposite.
_SOON = r"(?: (?:sie|ihr|bitte|doch|mich|uns|mir|die|diese|meine|eure|ihre|meinen|einwilligung|zustimmung|aus|von|vom|der|dem|auf|damit|liste|verteiler|e|mails?|adresse|nachrichten|erinnerungen)){0,6}"

# Sentences that ask to go on: what would stop the messages, denied. People read them; an objection taken from one would
# leave somebody without reminders who had asked for them.
_GO_ON = folded_pattern(
    rf"\bnicht (?:abzu|ab|zu )?(?:bestell|meld|stopp|beend|einstell|einzustell|losch|streich|entfern|austrag|auszutrag|nehm|widerruf)\w*"
    rf"|\bnicht vo[nm] (?:der |dem |ihrer |ihrem |eurer |eurem )?(?:liste|verteiler|mailingliste)\b"
    rf"|\b(?:losch|streich|entfern|nehm|stopp|beend|widerruf|hor)\w*{_SOON} nicht\b(?! mehr)"
    r"|(?<!if you )\b(?:do not|don t|dont|did not|didn t|never|not)(?: (?:please|ever|just|want(?: you)? to|wish to|like to|mean to|me))? "
    r"(?:to )?(?:stop|quit|cease|unsubscribe|remove|delete|erase|take (?:me|my)|withdraw|opt out)\b"
    r"|\b(?:ne|n|pas|sans) (?:me |m |nous |vous )?(?:arret|cess|desinscri|desabonn|supprim|effac|enlev|retir)\w*"
    r"|\bне (?:хочу |хотим |надо |нужно )?(?:отпис|отключ|выключ|останов|прекра|перестав|удал|убира|убер|стира|отзыв)\w*"
    r"|\bне (?:хочу |хочемо |треба |потрібно )?(?:відпис|вимк|вимик|відключ|зупин|припин|переста|видал|прибир|прибер|стира|відклик)\w*"
    r"|\bnu (?:ma |va |imi |ne |vreau sa |doresc sa )*(?:opri|incet|dezabon|sterg|elimin|scoa|retra)\w*"
    r"|\bلا (?:تت?وقف|تلغ|تحذف|تمسح|تزيل|اريد (?:الغاء|التوقف|ايقاف))\w*"
    r"|\b(?:durdurma|silme|cikarma|kaldirma|kesme|birakma|iptal etme|(?:gonder|yaz|at|yolla)m[ae]yi unutma)(?:yin(?:iz)?)?\b"
    r"|(?:متوقف|قطع|حذف|پاک|لغو) نکن"
    # Whoever fears to miss a message, or wants none at night, wants the others.
    r"|\b(?:miss|verpass\w*|rater|manquer|kacirm\w*|rat(?:ez|am)|pierd\w*|nachts|at night|la nuit|noaptea|geceleri|ночью|вночі|ليلا)\b"
    r"|\bпропу[сщ]\w*|(?:ي|ت)فوت|شبها"
    # "Not in German": who asks for another language wants to go on reading.
    r"|\b(?:auf|in) \w*(?:isch|deutsch)\b|\bin (?:another |a different )?(?:german|english|french|russian|arabic|turkish|language)\b"
    r"|\ben (?:allemand|anglais|francais|russe|arabe|turc)\b|\bпо \w+(?:ски|цки)\b|\bна \w+ (?:языке|мові)\b|\b\w+(?:ською|цькою)\b"
    r"|\b(?:in|pe) (?:limba|germana|engleza|franceza|rusa)\b|\b(?:almanca|ingilizce|fransizca|rusca|arapca|turkce)\b"
    r"|\b(?:ب|با)ال(?:الماني|انجليزي|فرنسي|روسي|عربي|تركي|لغ)\w*|\bبه (?:زبان|الماني|انگليسي)\b"
)

# Sentences about messages that came, or did not come, or about another address ask for nothing.
_TELLS = folded_pattern(
    r"\b(?:geandert|gewechselt|alte[ns]?|changed|old one|сменил\w*|изменил\w*|старый|змінив|змінила|старий|schimbat)\b|"
    r"^(?:warum|wieso|weshalb|why|pourquoi|почему|чому|de ce|neden|niye|nicin|لماذا|چرا)\b|"
    r"\b(?:habe|hab|haben|hatte|hatten|bekam|erhielt|kam|kamen|ist|war)\b.{0,60}\b(?:bekommen|erhalten|gekommen|angekommen|da)\b"
    # "I get no more mails", "the office shall not write to me": of somebody who waits for them, or of others
    r"|\bich (?:bekomme|erhalte|kriege|empfange)\b|\bsoll (?:mir|mich|uns)\b|\bi (?:get|receive|am (?:not )?(?:getting|receiving))\b"
    r"|\b(?:got|received|have had|have gotten|did not get|didn t get|haven t)\b|\b(?:recu|recus|recue)\b|\b(?:am primit|n am primit)\b"
    r"|\b(?:получил\w*|приходил\w*|пришл\w*|отримав|отримала|отримували|надійшл\w*)|\b(?:gelmedi|almadim|aldim)\b"
    r"|(?:لم|ما) ?(?:تصلني|يصلني|استلم|استلمت|وصلتني)|(?:نرسید\w*|دریافت نکرد\w*)"
)
