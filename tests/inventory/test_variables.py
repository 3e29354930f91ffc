"""The table of variables: what is taken, what is refused, in which words."""

from __future__ import annotations

import pytest

from fleetscan.inventory.complaints import complain, has_jinja, is_ours, is_secret
from fleetscan.inventory.variables import VARIABLES, WITHOUT_EFFECT

RIGHT: dict[str, list[object]] = {
    "fleetscan_credential": ["exchange-read", "a.b_c"],
    "fleetscan_site": ["Paris", "Zürich 2"],
    "fleetscan_transport": ["auto", "winrm", "remote_registry", ["remote_registry", "winrm"], ["a-plug.in"]],
    "fleetscan_smb_port": [445, 1, 65_535],
    "fleetscan_smb_encrypt": ["auto", "required"],
    "fleetscan_smb_hostname_override": ["ex01.corp.example"],
    "fleetscan_deadline": [20, 0.5, 86_400],
    "fleetscan_configuration_name": ["fleetscan.read"],
    "fleetscan_parameters": [{}, {"scanmail-pattern-old": {"days": 7}}],
    "ansible_connection": ["psrp", "winrm"],
    "ansible_host": ["10.0.0.1", "ex01.corp.example", "::1", "fe80::1%eth0", "2001:db8::7"],
    "ansible_port": [1, 5985, 65_535],
    "ansible_psrp_protocol": ["http", "https"],
    "ansible_psrp_auth": ["negotiate", "kerberos", "ntlm", "certificate", "basic"],
    "ansible_psrp_message_encryption": ["auto", "always", "never"],
    "ansible_psrp_cert_validation": ["validate"],
    "ansible_winrm_transport": ["ntlm", ["kerberos"], "ssl", "plaintext"],
    "ansible_winrm_scheme": ["http"],
    "ansible_psrp_ca_cert": ["~/ca.pem"],
    "ansible_group_priority": [-1, 0, 10],
    "ansible_psrp_read_timeout": [30],
    "ansible_user": ["CORP\\admin"],
    "ansible_become_ask_pass": [True],
    "anything": [None, "text", [1], {"a": [None]}],
}
WRONG: dict[str, list[object]] = {
    "fleetscan_credential": ["", "a b", 1, None],
    "fleetscan_site": ["", " ", 7, ["Paris"]],
    "fleetscan_transport": ["", "a b", 7, None, [], ["winrm", "winrm"], ["auto"], [["winrm"]], [1], {"winrm": 1}],
    "fleetscan_smb_port": [0, "445", 65_536],
    "fleetscan_smb_encrypt": [True, "never", ["auto"]],
    "fleetscan_smb_hostname_override": ["a b", ""],
    "fleetscan_deadline": [0, -1, "20", True, 86_401, float("1e9")],
    "fleetscan_parameters": ["x", [1], {"rule": 7}, {"rule": {"days": None}}],
    "ansible_connection": ["ssh", "local", None, 1],
    "ansible_host": ["https://ex01", "ex01:5986", "a b", "", 10],
    "ansible_port": [0, 65_536, "5986", 5986.5, True],
    "ansible_psrp_protocol": ["HTTP", True],
    "ansible_psrp_auth": ["credssp", ["ntlm"]],
    "ansible_psrp_cert_validation": ["ignore"],
    "ansible_winrm_server_cert_validation": ["ignore"],
    "ansible_winrm_transport": ["credssp", [], ["ntlm", "kerberos"], [["ntlm"]], 5],
    "ansible_group_priority": ["10", True],
}


def test_right_values_are_taken() -> None:
    """Every kind of value that people write is taken, whichever family of names it has."""
    complaints = {name: [complain(name, value) for value in values] for name, values in RIGHT.items()}
    assert complaints == {name: [None] * len(values) for name, values in RIGHT.items()}


def test_wrong_values_are_refused_by_name_and_kind() -> None:
    """A wrong value is refused in words that name the variable."""
    for name, values in WRONG.items():
        for value in values:
            complaint = complain(name, value)
            assert complaint is not None, (name, value)
            assert complaint[0].startswith(f"`{name}` must be "), complaint


@pytest.mark.parametrize(
    "name",
    ["ansible_password", "ansible_ssh_pass", "ansible_psrp_password", "ansible_winrm_pass", "ansible_become_password",
     "fleetscan_password", "smtp_passwd", "PASSWORD", "key_passphrase"],
)  # fmt: skip
def test_clear_text_passwords_are_refused_and_never_shown(name: str) -> None:
    """Whatever is called a password is refused when it has a value, in words without it."""
    complaint = complain(name, "hunter2")
    assert complaint is not None
    assert complaint[0] == f"`{name}` holds a password in clear text"
    assert "hunter2" not in "".join(complaint)
    assert is_secret(name, "hunter2")
    assert not is_secret(name, None)


def test_passwords_inside_values_are_refused() -> None:
    """A password within a mapping or a list of mappings is one too."""
    assert complain("smtp", {"relay": [{"password": "hunter2"}]}) is not None
    assert complain("ansible_winrm_pass", ["hunter2"]) is not None
    assert complain("smtp", {"relay": [{"password": None}]}) is None


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("fleetscan_sight", "did you mean `fleetscan_site`?"),
        ("fleetscan-site", "did you mean `fleetscan_site`?"),
        ("Fleetscan_Site", "did you mean `fleetscan_site`?"),
        ("ansible_psrp_protocl", "did you mean `ansible_psrp_protocol`?"),
        ("ansible_winrm_shceme", "did you mean `ansible_winrm_scheme`?"),
    ],
)
def test_unknown_names_of_ours_are_refused_with_a_suggestion(name: str, remedy: str) -> None:
    """A mistyped name of ours or of the connection is refused; other people's names are left alone."""
    assert complain(name, "x") == (f"unknown variable `{name}`", remedy)
    assert is_ours(name)
    assert not is_ours("site")
    assert complain("site", "x") is None


@pytest.mark.parametrize("name", ["ansible_psrp_proxy", "ansible_winrm_proxy", "ansible_psrp_negotiate_delegate"])
def test_what_would_silently_not_work_is_refused(name: str) -> None:
    """Settings that Ansible would honour and fleetscan cannot are refused, not passed over."""
    complaint = complain(name, "x")
    assert complaint is not None
    assert "is not supported" in complaint[0]


def test_templates_are_refused_wherever_they_stand() -> None:
    """Jinja in a text, in a list or in a mapping is refused; braces alone are text."""
    for value in ("{{ x }}", "a {% if %}", "{# no #}", ["{{ x }}"], {"a": {"b": "{{ x }}"}}):
        assert has_jinja(value)
        complaint = complain("anything", value)
        assert complaint is not None
        assert "Jinja" in complaint[0]
    assert not has_jinja("{ x }")
    assert not has_jinja(5)


def test_every_row_of_the_table_is_whole() -> None:
    """Each variable has a meaning that ends as a sentence; no name stands in two rows or in two tables."""
    names = [variable.name for variable in VARIABLES]
    twins = [variable.twin for variable in VARIABLES if variable.twin]
    assert len({*names, *twins}) == len(names) + len(twins)
    assert not WITHOUT_EFFECT & {*names, *twins}
    assert all(variable.meaning.endswith(".") for variable in VARIABLES)
