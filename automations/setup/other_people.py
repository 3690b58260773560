"""Columns of a list of cases that speak of somebody else than the client: a referrer, an office, a relative."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

from automations.model.values import key_text
from automations.setup.cell_kinds import addresses_in, answers
from automations.setup.grouping import Group
from automations.setup.thesaurus import Thesaurus, words_of
from automations.tables.folding import fold

_CONTACT = frozenset({"email", "phone", "contact"})
# Fields of cases that speak of the client alone.
_CLIENTS_OWN = _CONTACT | {
    "last_name", "first_name", "full_name", "birth_date", "languages", "contact_way", "consent_on", "withdrawn_on",
    "sex", "nationality", "household",
}  # fmt: skip

# Headings, folded, under which a form keeps who filled it in.
_SENDERS = frozenset(
    {"id", "email", "emailadresse", "emailaddress", "mail", "name", "username", "nutzername", "benutzername"}
)

# Headings, folded, of addresses: whose they are is told by who stands before them.
_ADDRESSES = frozenset({
    "email",
    "mail",
    "telefon",
    "tel",
    "phone",
    "emailadresse",
    "mailadresse",
    "telefonnummer",
    "handy",
    "mobil",
    "fax",
})  # fmt: skip

# Words, folded, of which "Nr" alone is no neighbour of "Handy-Nr".
_NUMBERS = frozenset({"nr", "no", "nummer", "number", "num"})

_PHONES = frozenset(
    {"telefon", "tel", "phone", "telefonnummer", "handy", "handynummer", "mobil", "mobilnummer", "mobile"}
)
_MAILS = frozenset({"email", "mail", "emailadresse", "mailadresse"})
_SURNAMES = frozenset({"name", "nachname", "familienname", "surname", "lastname"})
_GIVEN = frozenset({"vorname", "rufname", "firstname", "forename"})
# Words, folded, of those of a family who may be the client.
_RELATIVES = frozenset({"mutter", "vater", "eltern", "elternteil", "familie", "kind", "kinder", "mother", "father",
                        "parent", "parents", "family", "child", "children", "mere", "pere", "enfant"})  # fmt: skip

# Headings, folded, of a list of whole families.
_FAMILIES = frozenset({"fam", "familie", "family", "familienname", "haushalt", "household"})

_SPOKEN = re.compile(r"sprache|\bspr\.|language|\blang\b", re.IGNORECASE)
_INTERPRETED = re.compile(r"dolm|interpret|[üu]bersetz|sprachmittl", re.IGNORECASE)
# Headings, folded, of what is known of one person.
_OF_A_PERSON = _SURNAMES | _GIVEN | _PHONES | _MAILS | {
    "geb", "gebdat", "gebdatum", "geburtsdatum", "dob", "sprache", "language", "geschlecht", "surname", "lastname",
    "firstname", "forename", "birthdate",
}  # fmt: skip

_FIRST_WORD = re.compile(r"([^\W\d_]{1,12})(?:['’]s)?[.:]?[\s_-]+")
_SEVERAL_OF_THEM = ("s", "n", "en", "e", "innen", "list", "liste")
_OFTEN = 3  # headings before which a word stands that means the client
_FEW_SENDERS = 3  # addresses for each of those who sent people, from which on these are the clients' addresses
_SEVERAL, _DIFFERENT = 5, 0.6  # addresses, and the share of them that must differ to be those of clients


def has_own_address(headings: Mapping[int, str], column: int) -> bool:
    """Whether another heading is the address of whoever this one names ("Mail ges. Betreuer" beside "ges. Betreuer"):
    somebody outside."""
    mine = words_of(headings[column])
    others = (words_of(text) for place, text in headings.items() if place != column)
    return any(mine and mine <= words and words & _ADDRESSES for words in others)


class Strangers:
    """Tells the client's columns of a list from those of others."""

    def __init__(self, group: Group, thesaurus: Thesaurus) -> None:
        self._group, self._block, self._thesaurus = group, group.blocks[0], thesaurus
        self.children_are_clients = self._only_children()
        self._clients_title = self._title_of_clients()
        self._clients = self._clients_word()

    def own(self, column: int, name: str, *, exact: bool) -> bool:
        """Whether a column is somebody else's, and so never that field of the client. `exact`: its heading is a
        known one of that field ("Mother tongue"), whatever words it is made of."""
        return self._of_somebody_else(column, name, exact=exact) or self._of_an_office(column, name)

    def _clients_word(self) -> str:
        """The word before several headings that speak of one person ("HV Name", "HV geb.", "HV Tel."), folded: it
        stands for the client where no heading names anybody else; "" where there is none."""
        begun = ((_FIRST_WORD.match(text), text) for text in self._block.headings.values())
        pairs = [(fold(match[1]), fold(text[match.end() :])) for match, text in begun if match]
        bare = {fold(text) for text in self._block.headings.values()} & (_SURNAMES | _GIVEN)
        words = Counter(first for first, rest in pairs if rest in _OF_A_PERSON)
        named = {first for first, rest in pairs if rest in _SURNAMES | _GIVEN}
        found = [word for word, times in words.most_common(1) if times >= _OFTEN and word in named and not bare]
        found = found or [word for word in named if self._is_title(word) and not bare]  # "Guest name" in "Guests"
        if not found or (found[0] in self._thesaurus.others - _RELATIVES and not self._is_title(found[0])):
            return ""
        return found[0] if found[0] not in _RELATIVES or self._nobody_else(named - {found[0]}) else ""

    def _is_title(self, word: str) -> bool:
        return fold(self._block.tab.name) in {word, *(word + ending for ending in _SEVERAL_OF_THEM)}

    def _nobody_else(self, named: Collection[str]) -> bool:
        """Whether besides a relative of whom much is known only other relatives are `named`, and no child: then
        nobody but that relative can be the client ("Mother's name", "Mother's DOB", "Mother's mobile")."""
        children = self._thesaurus.children
        clients = (self._thesaurus.is_client(text, child=True) for text in self._block.headings.values())
        return set(named) <= _RELATIVES - children and not self.children_are_clients and not any(clients)

    def of_the_client(self, text: str) -> str:
        """What a heading says of the client throughout the list, without the word for them ("HV geb."); "" where it
        does not begin with it."""
        match = _FIRST_WORD.match(text)
        return text[match.end() :] if match and self._clients and fold(match[1]) == self._clients else ""

    def beside(self, column: int, name: str) -> bool:
        """Whether an address stands right behind a person who is not the client, and may be that person's."""
        somebody = self.behind(column, name)
        return bool(somebody) and (not self._only_one(column, name) or self._as_many(somebody, column))

    def behind(self, column: int, name: str) -> int:
        """The column of somebody else right before an address, with nothing but other addresses between; 0 where
        there is none."""
        if name not in _CONTACT:
            return 0
        before = [place for place in sorted(self._block.headings) if place < column]
        # "Vermittelt von", "Telefon", "Mail": both addresses are the sender's.
        while before and fold(self._block.headings[before[-1]]) in _ADDRESSES:
            before.pop()
        somebody = bool(before) and self._thesaurus.about_others(self._block.headings[before[-1]])
        return before[-1] if somebody and not self._names_nobody(before[-1]) else 0

    def _names_nobody(self, column: int) -> bool:
        """Whether what speaks of somebody else names none of them, or has their address with it: then no address
        behind it is theirs."""
        cells = self._block.sample(column)
        days = all(isinstance(value, date) for value in cells)
        interpreted = bool(
            _INTERPRETED.search(self._block.headings[column]) and _SPOKEN.search(self._block.headings[column])
        )
        return days or interpreted or answers(cells) or addresses_in(cells)

    def _only_one(self, column: int, name: str) -> bool:
        """Whether no other column has addresses of that kind: else those there may be the client's."""
        words = _PHONES if name == "phone" else _MAILS
        alike = [place for place, text in self._block.headings.items() if words & words_of(text)]
        return name != "contact" and set(alike) <= {column}

    def _as_many(self, somebody: int, column: int) -> bool:
        """Whether those who sent somebody are hardly fewer than the addresses behind them, as their own would be."""
        senders = {fold(key_text(value) or "") for value in self._block.sample(somebody)}
        addresses = {key_text(value) for value in self._block.sample(column)}
        return _FEW_SENDERS * len(senders) > len(addresses) or len(senders) == 1

    def _of_somebody_else(self, column: int, name: str, *, exact: bool) -> bool:
        """Whether a heading, or the title above it, speaks of a referrer, an office or a relative, or a form
        kept there who filled it in."""
        if name not in _CLIENTS_OWN:
            return False
        text, group = self._block.headings[column], self._block.groups.get(column, "")
        if self.children_are_clients and name not in _CONTACT and words_of(text) & self._thesaurus.children:
            return False
        if name == "languages" and (self._to_interpret(column) or self._of_a_family(column)):
            return False
        if self.of_the_client(text):
            return False
        others = self._thesaurus.about_others
        if name in _CONTACT and self._of_a_neighbour(column):
            return True
        titled = others(group) and group != self._clients_title
        return (not exact and others(text)) or titled or self._of_form(column)

    def _to_interpret(self, column: int) -> bool:
        """Whether a column says which language is to be interpreted, and no other one which languages are spoken."""
        spoken = [place for place, text in self._block.headings.items() if _SPOKEN.search(text)]
        return spoken == [column] and bool(_INTERPRETED.search(self._block.headings[column]))

    def _of_a_family(self, column: int) -> bool:
        """Whether a column speaks of relatives in a list of families that names nobody in them."""
        headings = {fold(text) for text in self._block.headings.values()}
        families = bool(headings & _FAMILIES) and not headings & (_GIVEN | {"name", "nachname", "surname", "lastname"})
        return families and bool(words_of(self._block.headings[column]) & _RELATIVES)

    def of_a_relative(self, column: int) -> bool:
        """Whether the title above a column speaks of a relative who seems to be the client ("Mutter"): to be asked."""
        return bool(self._clients_title) and self._block.groups.get(column, "") == self._clients_title

    def _title_of_clients(self) -> str:
        """The first title above names, where names stand below titles of others alone: "Mutter" before "Kind"; else
        ""."""
        names = _SURNAMES | _GIVEN
        named = [c for c in sorted(self._block.headings) if fold(self._block.headings[c]) in names]
        titles = [self._block.groups.get(column, "") for column in named]
        relatives = [bool(words_of(title) & _RELATIVES) for title in titles]
        return titles[0] if titles and all(relatives) else ""

    def _of_a_neighbour(self, column: int) -> bool:
        """Whether the heading of an address names a column of somebody: "Tel. PSB" beside "PSB"."""
        mine = words_of(self._block.headings[column])
        others = {
            fold(text)
            for place, text in self._block.headings.items()
            if place != column and fold(text) not in _ADDRESSES and not self._thesaurus.is_client(text)
        }
        return bool((mine - _ADDRESSES - _NUMBERS) & others) and bool(mine & _ADDRESSES)

    def _only_children(self) -> bool:
        """Whether children are the clients of a list: it names a child, and nobody else."""
        children, known = self._thesaurus.children, _SURNAMES | _GIVEN
        texts = [text for _, text in sorted(self._block.headings.items()) if words_of(text) & known]
        named = [words_of(text) for text in texts]
        first = bool(named) and bool(named[0] & children)
        # Of relatives that stand behind the child nothing is said ("Name Kind", "Name KM").
        named = [words for words in named if not first or words & children or not words & self._thesaurus.others]
        childs = [words & known for words in named if words & children]
        bare = [words for words in named if words <= known]
        # "Name Kind" beside "Vorname" speaks of one person, beside "Name" of two.
        twice = any(words & kind and other & kind for words in childs for other in bare for kind in (_SURNAMES, _GIVEN))
        return bool(childs) and len(childs) + len(bare) == len(named) and not twice

    def _of_an_office(self, column: int, name: str) -> bool:
        """Whether the same few addresses stand again and again in a tab: those of offices, not of clients."""
        if name not in _CONTACT:
            return False
        text = self._block.headings[column]
        for block in self._group.blocks:
            cells = [fold(key_text(value) or "") for value in block.below(text, column)]
            if len(cells) >= _SEVERAL and len(set(cells)) < _DIFFERENT * len(cells):
                return True
        return False

    def _of_form(self, column: int) -> bool:
        before = [fold(text) for place, text in self._block.headings.items() if place < column]
        form = self._thesaurus.form
        return (
            any(text in form for text in before)
            and all(text in form or text in _SENDERS for text in before)
            and fold(self._block.headings[column]) in _SENDERS
        )
