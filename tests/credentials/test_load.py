"""Finding and reading credentials.yml."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from fleetscan.credentials import Secret, find_credentials, load_credentials
from fleetscan.errors import AuthoredError, UsageError
from tests.credentials.conftest import Write


def mistakes(path: Path) -> list[str]:
    """Give the mistakes in a file."""
    with pytest.raises(AuthoredError) as caught:
        load_credentials(path)
    assert "hunter2" not in str(caught.value)
    return [str(mistake).removeprefix(f"{path}:") for mistake in caught.value.mistakes]


REMEDY = "remove it, and say where it is: `secret: {env: NAME}`, or file, command, prompt, keyring"
CLEAR = f"holds a secret in clear text ({REMEDY})"


def test_the_file_is_found_beside_the_inventory(tmp_path: Path) -> None:
    """The one given, else the first beside a file or in a folder, else none."""
    (tmp_path / "one").mkdir()
    inventory = tmp_path / "prod.yml"
    assert find_credentials([inventory, tmp_path / "one"]) is None
    inside = tmp_path / "one" / "credentials.yaml"
    inside.touch()
    assert find_credentials([inventory, tmp_path / "one"]) == inside
    beside = tmp_path / "credentials.yml"
    beside.touch()
    assert find_credentials([inventory, tmp_path / "one"]) == beside
    assert find_credentials([inventory], Path("given.yml")) == Path("given.yml")


def test_clear_text_is_refused_and_never_shown(write: Write) -> None:
    """A password is refused under any of its names, with the remedy, beside the other mistakes."""
    path = write(
        "a: {user: x, password: hunter2}\nb: {user: x, secret: hunter2}\nc: {PassPhrase: hunter2, foo: hunter2}\n"
        "d: {auth: kerberoz}\ne: hunter2\n"
    )
    assert mistakes(path) == [
        f"2:16: `password` {CLEAR}",
        f"3:24: `secret` {CLEAR}",
        f"4:7: `PassPhrase` {CLEAR}",
        "4:28: unknown key `foo` (known: user, auth, secret, certificate, key)",
        "5:13: `auth` must be one of negotiate, ntlm, kerberos, certificate, basic (did you mean `kerberos`?)",
        "6:6: `e` must be a mapping, not text (write `key: value`, indented)",
    ]


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ("a: {}", "2:3: `auth: negotiate` needs `user` and `secret` (add them, or use `auth: kerberos` with a ticket)"),
        (
            "a: {auth: ntlm, user: x}",
            "2:3: `auth: ntlm` needs `user` and `secret` (add them, or use `auth: kerberos` with a ticket)",
        ),
        (
            "a: {auth: basic, secret: {env: X}}",
            "2:3: `auth: basic` needs `user` and `secret` (add them, or use `auth: kerberos` with a ticket)",
        ),
        (
            "a: {auth: kerberos, secret: {env: X}}",
            "2:23: a secret without a user (add `user`, or remove the secret)",
        ),
        (
            "a: {auth: certificate, key: k}",
            "2:3: `auth: certificate` needs `certificate` and `key` (name the two PEM files)",
        ),
        (
            "a: {auth: kerberos, key: k}",
            "2:23: `key` is of no use with `auth: kerberos` (write `auth: certificate`, or remove it)",
        ),
        (
            "a: {auth: kerberos, certificate: c}",
            "2:23: `certificate` is of no use with `auth: kerberos` (write `auth: certificate`, or remove it)",
        ),
        ("a b: {auth: kerberos}", "2:3: `a b` is not a name for a credential (use letters, digits, `.`, `_` and `-`)"),
        (
            "a: {user: x, secret: {}}",
            "2:16: `secret` names exactly one source (write one of env, file, command, prompt, keyring)",
        ),
        (
            "a: {user: x, secret: {env: X, file: Y}}",
            "2:16: `secret` names exactly one source (write one of env, file, command, prompt, keyring)",
        ),
        ("a: {user: x, secret: {envv: X}}", "2:25: unknown source of a secret (did you mean `env`?)"),
        ("a: {user: x, secret: {prompt: no}}", "2:33: `prompt` must be true"),
    ],
)
def test_what_does_not_go_together_is_refused(write: Write, entry: str, wanted: str) -> None:
    """Each way to log on needs its own things, and a secret has exactly one known source."""
    found = mistakes(write(entry))
    assert wanted in found
    assert len(found) == (2 if "secret: {}" in entry else 1)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A list, another top level, nothing: each is told."""
    path = tmp_path / "credentials.yml"
    for text, words in {"- a": "must be a mapping", "other: 1": "unknown key `other`", "": "the file is empty"}.items():
        path.write_text(text, encoding="utf-8")
        assert any(words in mistake for mistake in mistakes(path))


class Vault:
    """A source that a plug-in brings."""

    kind = "vault"

    def __init__(self, folder: Path) -> None:
        """Keep the folder for the test to see."""
        self.folder = folder

    def complain(self, argument: object) -> str:
        """Want a number."""
        return "" if isinstance(argument, int) else "must be a number"

    def read(self, argument: object, *, credential: str) -> Secret:
        """Make up a secret."""
        return Secret(f"{argument} of {credential} in {self.folder.name}")


def plug_in(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Make an entry point known."""
    found = EntryPoints([EntryPoint("vault", value, "fleetscan.credentials")])
    monkeypatch.setattr("fleetscan.credentials.load.entry_points", lambda group: found.select(group=group))


def test_sources_can_be_plugged_in(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point brings a source, which checks its argument like the built-in ones."""
    plug_in(monkeypatch, "tests.credentials.test_load:Vault")
    path = write("a: {user: x, secret: {vault: 7}}")
    secret = load_credentials(path).resolve("a").secret
    assert secret is not None
    assert secret.reveal() == f"7 of a in {path.parent.name}"
    assert mistakes(write("a: {user: x, secret: {vault: x}}")) == ["2:32: `vault` must be a number"]


@pytest.mark.parametrize("value", ["tests.credentials.none:Vault", "tests.credentials.test_load:None_"])
def test_a_plug_in_that_cannot_be_loaded_is_named(write: Write, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """A broken plug-in stops the run with its name, not with a traceback."""
    plug_in(monkeypatch, value)
    with pytest.raises(UsageError, match=f"the plug-in vault .{value}. cannot be loaded"):
        load_credentials(write("a: {auth: kerberos}"))


def test_a_secret_in_braces_is_not_shown(write: Write) -> None:
    """To YAML it is a mapping, and the secret the name of a source."""
    path = write("a: {user: x, secret: {hunter2}}\n")
    assert mistakes(path) == ["2:25: unknown source of a secret (known: env, file, command, prompt, keyring)"]


def test_a_folder_that_may_not_be_looked_into_holds_no_credentials(tmp_path: Path) -> None:
    """Whoever reads the inventory in it says so; a name that is too long stands for whatever cannot be looked at."""
    assert find_credentials([tmp_path / ("x" * 300) / "prod.yml"]) is None
