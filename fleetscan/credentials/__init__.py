"""Where secrets come from: ``credentials.yml``, and one file per source."""

from fleetscan.credentials.interface import Auth, Credential, Secret, Source
from fleetscan.credentials.load import find_credentials, load_credentials
from fleetscan.credentials.schema import json_schema
from fleetscan.credentials.store import CredentialStore

__all__ = [
    "Auth",
    "Credential",
    "CredentialStore",
    "Secret",
    "Source",
    "find_credentials",
    "json_schema",
    "load_credentials",
]
