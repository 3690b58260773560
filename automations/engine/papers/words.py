"""German words of the papers for what the config says in names of its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CLASSES: Mapping[str, str] = MappingProxyType({
    "open": "offen (darf in Nachrichten stehen)",
    "internal": "intern (bleibt im Team und bei Partnern)",
    "sensitive": "sensibel (verlässt das Team in keinem Text)",
})  # fmt: skip
"""How far a field may go."""

KINDS: Mapping[str, str] = MappingProxyType({
    "text": "Text", "number": "Zahl", "count": "Zahl", "minutes": "Dauer", "date": "Datum", "month": "Monat",
    "birth_date": "Geburtsdatum", "time": "Uhrzeit", "email": "E-Mail-Adresse", "phone": "Telefonnummer",
    "languages": "Sprachen", "yes_no": "ja/nein", "list": "Liste", "key": "Kennzeichen", "reference": "Verweis",
    "contact_way": "Auswahl", "urgency": "Auswahl", "phase": "Auswahl", "status": "Auswahl", "answer": "Auswahl",
    "source": "Stelle", "weekdays": "Wochentage",
})  # fmt: skip
"""What a field holds."""

WAYS: Mapping[str, str] = MappingProxyType({
    "file": "Datei auf einem Rechner oder Laufwerk der Dienststelle", "google": "Google Tabellen (Google LLC)",
    "web": "Datei auf einem Server (WebDAV)",
    "starttls": "verschlüsselt (STARTTLS)", "tls": "verschlüsselt (TLS)", "none": "unverschlüsselt, im eigenen Netz",
    "mail": "E-Mail", "text_message": "SMS", "call": "Anrufliste", "ask": "Frage in „Entscheidungen“",
    "note": "Prüfhinweis", "set": "Spalte ausfüllen", "append": "Zeile anlegen", "list": "Liste",
    "digest": "eine Mail mit allen Treffern", "ask_in_turn": "der Reihe nach fragen",
    "client": "Klient/in", "manager": "Zuständige", "substitute": "Vertretung", "lead": "Teamleitung",
    "referrer": "vermittelnde Stelle",
})  # fmt: skip
"""Where something lies, how it goes out, and to whom."""

STORE_WORDS: Mapping[str, str] = MappingProxyType({
    "ledger": "Hauptbuch von kim (was es getan und wem es was gesagt hat)",
    "mails": "abgelegte Mails", "versions": "ältere Fassungen der Arbeitsmappe",
    "backups": "Sicherungen des Hauptbuchs", "forms": "abgelegte Formulare",
    "found": "was der letzte ganze Lauf gefunden hat",
    "proofs": "Kennzeichen geprüfter Mails (ohne Namen; eine Löschung entfernt alle)",
    "compared": "Kennzeichen verglichener Personen (ohne Namen; eine Löschung entfernt alle)",
})  # fmt: skip
"""The stores that the registry of erasure knows."""
