"""Searches for people in an LDAP directory."""
from dataclasses import dataclass

import ldap
from ldap.filter import escape_filter_chars

ATTRIBUTES = ["cn", "mail", "telephoneNumber", "departmentNumber"]


class DirectoryError(Exception):
    pass


@dataclass
class Person:
    name: str
    mail: str
    phone: str
    department: str


def search_filter(words):
    """The filter for people whose name, mail or phone number has each of the words."""
    terms = []
    for word in words:
        word = escape_filter_chars(word)
        terms.append(f"(|(cn=*{word}*)(mail=*{word}*)(telephoneNumber=*{word}*))")
    return f"(&(objectClass=person){''.join(terms)})"


def person(attributes):
    first = [attributes.get(name, [b""])[0].decode() for name in ATTRIBUTES]
    return Person(*first)


def search(url, base, words, timeout=3):
    """The people that match, by name. Raises DirectoryError with the server's message."""
    connection = ldap.initialize(url)
    connection.set_option(ldap.OPT_NETWORK_TIMEOUT, timeout)
    connection.set_option(ldap.OPT_REFERRALS, 0)
    try:
        connection.simple_bind_s()
        found = connection.search_st(base, ldap.SCOPE_SUBTREE, search_filter(words), ATTRIBUTES, timeout=timeout)
    except ldap.LDAPError as error:
        detail = error.args[0] if error.args else {}
        raise DirectoryError(detail.get("desc", str(error))) from error
    finally:
        connection.unbind()
    return sorted((person(attributes) for dn, attributes in found if dn), key=lambda p: p.name)
