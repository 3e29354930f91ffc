"""From files to an inventory: what is read, in which order, and every mistake at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleetscan.errors import AuthoredError
from fleetscan.inventory import load_inventory
from fleetscan.model import Host, MessageEncryption, WinrmSettings
from tests.inventory.conftest import Write

PROD = """
all:
  vars:
    fleetscan_credential: exchange-read
    fleetscan_parameters: {scanmail-pattern-old: {days: 7}}
  children:
    paris:
      vars: {fleetscan_site: Paris}
      hosts:
        ex[01:02].corp.example:
        ex03.corp.example: {ansible_host: 10.0.0.3, fleetscan_deadline: 20}
    osaka:
      hosts: ex11
  hosts:
    lone: {ansible_port: 5985}
"""


BROKEN = """all:
  vars:
    fleetscan_credentail: x
    ansible_password: hunter2
    ansible_port: '5986'
    ntp: '{{ server }}'
  host:
    a:
  children:
    all:
    paris:
      hosts: {'ex[3:1]': , paris: , 'a:5985': , b: [1]}
      children: {osaka: }
    osaka: {children: {paris: }, vars: 7}
    'a b':
    nice: []
    ungrouped: {children: {x: }}
    other: {children: {ungrouped: }, hosts: [ex9]}
"""


WANTED = [
    (
        "group_vars/all:1:1: the file is encrypted with ansible-vault, which only Ansible can open"
        " (let Ansible read it: --inventory-command 'ansible-inventory -i FILE --list')"
    ),
    "group_vars/paris/a.yml:2:1: syntax: did not find expected key (check the indentation and the quotes)",
    "group_vars/paris/b.yml:1:1: variables are a mapping, not a list (write `name: value`, indented)",
    "host_vars/b.yml:1:1: `ansible_host` must be a host name or an IP address, without a scheme, a port or spaces",
    "none.yml:1:1: cannot be read: No such file or directory (check the path)",
    "prod.yml:3:5: unknown variable `fleetscan_credentail` (did you mean `fleetscan_credential`?)",
    (
        "prod.yml:4:5: `ansible_password` holds a password in clear text (remove it, name a credential with"
        " `fleetscan_credential` and give its source in credentials.yml)"
    ),
    "prod.yml:5:5: `ansible_port` must be a whole number from 1 to 65535, without quotes",
    "prod.yml:6:5: `ntp` holds a Jinja template, which only Ansible can fill in (write the value out)",
    "prod.yml:7:3: unknown key `host` in the group `all` (did you mean `hosts`?)",
    "prod.yml:10:5: `all` cannot be a child of `all` (remove it)",
    "prod.yml:12:15: `[3:1]` begins after its end (correct the name)",
    "prod.yml:12:28: `paris` is the name of a host and of a group (rename one of the two)",
    (
        "prod.yml:12:37: `a:5985` holds a colon: give the port as `ansible_port`, an IPv6 address as `ansible_host`"
        " (correct the name)"
    ),
    "prod.yml:12:52: variables are a mapping, not a list (write `name: value`, indented)",
    "prod.yml:13:18: `osaka` is a child of `paris`, which lies within it (remove one of the two)",
    "prod.yml:14:40: variables are a mapping, not a whole number (write `name: value`, indented)",
    "prod.yml:15:5: `a b` is not a group name (use letters, digits, `.`, `-` and `_`)",
    (
        "prod.yml:16:11: the group `nice` must be a mapping, not a list"
        " (write `hosts:`, `children:` or `vars:` below it)"
    ),
    "prod.yml:17:17: `ungrouped` cannot have children (use another group)",
    "prod.yml:18:24: `ungrouped` cannot be a child of `other` (remove it)",
    "prod.yml:18:45: `hosts` must be a mapping, not a list (write `name:`, one a line)",
]


def mistakes(*paths: Path) -> list[str]:
    """Give the mistakes in an inventory, without the folder of its first file."""
    with pytest.raises(AuthoredError) as caught:
        load_inventory(paths)
    folder = f"{paths[0].parent if paths[0].suffix else paths[0]}/"
    return [str(mistake).removeprefix(folder) for mistake in caught.value.mistakes]


def test_an_inventory_is_read_whole(write: Write) -> None:
    """Hosts come in the order of the file, with what their groups say; groups hold their hosts."""
    path = write("prod.yml", PROD)
    site = write("group_vars/osaka.yml", "fleetscan_site: Osaka\n")
    inventory = load_inventory([path])
    assert inventory.environment == "prod"
    assert inventory.files == (path, site)
    assert [(host.name, host.site, host.groups) for host in inventory.hosts] == [
        ("ex01.corp.example", "Paris", ("paris",)),
        ("ex02.corp.example", "Paris", ("paris",)),
        ("ex03.corp.example", "Paris", ("paris",)),
        ("ex11", "Osaka", ("osaka",)),
        ("lone", "", ("ungrouped",)),
    ]
    assert inventory.groups["paris"] == ("ex01.corp.example", "ex02.corp.example", "ex03.corp.example")
    assert inventory.groups["all"] == tuple(host.name for host in inventory.hosts)
    assert inventory.places["ex02.corp.example"] == (str(path), 10, 9)
    assert inventory.credentials == {"exchange-read": (str(path), 4, 27)}
    assert inventory.hosts[2] == Host(
        name="ex03.corp.example",
        address="10.0.0.3",
        groups=("paris",),
        site="Paris",
        credential="exchange-read",
        deadline=20.0,
        parameters={"scanmail-pattern-old": {"days": 7}},
        variables={
            "fleetscan_credential": "exchange-read",
            "fleetscan_parameters": {"scanmail-pattern-old": {"days": 7}},
            "fleetscan_site": "Paris",
            "ansible_host": "10.0.0.3",
            "fleetscan_deadline": 20,
        },
    )
    assert inventory.hosts[4].port == 5985
    assert inventory.hosts[4].winrm.protocol == "http"


def test_all_mistakes_in_all_files_come_at_once(write: Write) -> None:
    """Each mistake has its file, line and column; none hides another; no password is shown."""
    path = write("prod.yml", BROKEN)
    write("group_vars/paris/a.yml", "fleetscan_site: [1]\n- broken\n")
    write("group_vars/paris/b.yml", "- 1\n")
    write("host_vars/b.yml", "ansible_host: http://x\n")
    write("group_vars/all", "$ANSIBLE_VAULT;1.1;AES256\n3132\n")
    found = mistakes(path, path.parent / "none.yml")
    assert found == WANTED


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.yml", "", "the file is empty"),
        ("a.yml", "- ex1\n", "an inventory is a mapping of groups, not a list"),
        ("a.yml", "plugin: azure_rm\n", "this file configures an inventory plugin"),
        ("a.yml", "_meta: {hostvars: {}}\n", "this is the output of `ansible-inventory --list`"),
        ("a.yml", "all: {vars: {a: 1}}\n", "there is no host in this inventory"),
        ("a.ini", "[paris]\nex1\n", "a file ending in .ini is not a YAML inventory"),
        ("hosts", "[paris]\nex1\n", "in INI form"),
        ("a.yml", "all: {hosts: {ex1: {a: !vault x}}}\n", "the tag !vault is not supported"),
        ("a.yml", "all: {hosts: {ex1: , ex1: }}\n", "the key `ex1` is given twice"),
        (
            "a.yml",
            "a: {children: {b: }}\nb: {children: {c: }}\nc: {children: {a: }}\nd: {hosts: x}\n",
            "lies within it",
        ),
    ],
)
def test_files_that_are_no_inventory_are_refused(write: Write, name: str, text: str, words: str) -> None:
    """A file of another kind says what it is and what to do with it."""
    found = mistakes(write(name, text))
    assert len(found) == 1
    assert words in found[0]


def test_a_folder_is_read_like_ansible_reads_it(write: Write) -> None:
    """Files come by name, subfolders too; variable files, credentials, schemas and backups are no inventories."""
    folder = write("prod/20-osaka.yml", "osaka: {hosts: {ex2: }}\n").parent
    write("prod/10-paris.yaml", "paris: {hosts: {ex1: }}\n")
    write("prod/30-more/json.json", '{"more": {"hosts": {"ex3": null}}}\n')
    write("prod/group_vars/paris.json", '{"fleetscan_site": "Paris"}\n')
    for name in (
        "credentials.yml",
        "credentials.example.yml",
        "x.schema.json",
        ".hidden",
        "a.yml~",
        "README.md",
        "b.bak",
    ):
        write(f"prod/{name}", "not: [an inventory\n")
    inventory = load_inventory([folder])
    assert [(host.name, host.site) for host in inventory.hosts] == [("ex1", "Paris"), ("ex2", ""), ("ex3", "")]
    assert inventory.environment == "prod"
    assert [path.name for path in inventory.files] == ["10-paris.yaml", "20-osaka.yml", "json.json", "paris.json"]


def test_several_sources_make_one_environment(write: Write) -> None:
    """The names of the sources are joined; what cannot be in a file name is replaced."""
    first = write("prod site.yml", "all: {hosts: {ex1: {a: 1}}}\n")
    second = write("dr/hosts.yml", "all: {hosts: {ex1: {a: 2}}}\n")
    inventory = load_inventory([first, second])
    assert inventory.environment == "prod-site+hosts"
    assert inventory.hosts[0].variables == {"a": 2}


def test_nothing_at_all_is_refused() -> None:
    """No source is no inventory."""
    with pytest.raises(AuthoredError, match="there is no host"):
        load_inventory([])


def test_a_variable_without_a_value_hides_one_from_further_out(write: Write) -> None:
    """As in Ansible, null replaces; the host is then without the variable."""
    path = write("a.yml", "all: {vars: {a: 1, b: 1}, hosts: {ex1: {a: }}}\n")
    assert load_inventory([path]).hosts[0].variables == {"b": 1}


def test_surprises_are_warnings(write: Write) -> None:
    """A word that YAML 1.1 reads as a boolean is taken, and warned of with its place."""
    path = write("a.yml", "all: {hosts: {ex1: {country: no}}}\n")
    inventory = load_inventory([path])
    assert inventory.hosts[0].variables == {"country": False}
    assert [str(warning).removeprefix(str(path)) for warning in inventory.warnings] == [
        ":1:30: YAML 1.1 reads this word as true or false (put it in quotes if it is text)"
    ]


PSRP = """
all:
  hosts:
    ex1:
      ansible_host: wrong
      ansible_port: 1
      ansible_psrp_host: 10.0.0.1
      ansible_psrp_port: 5985
      ansible_psrp_path: /other
      ansible_psrp_auth: kerberos
      ansible_psrp_cert_trust_path: /old.pem
      ansible_psrp_configuration_name: theirs
      ansible_psrp_message_encryption: always
      ansible_psrp_negotiate_service: HTTP
      ansible_psrp_negotiate_hostname_override: ex1.corp.example
      ansible_winrm_scheme: https
      fleetscan_transport: replay
"""
WINRM = """
all:
  vars: {ansible_connection: winrm, ansible_psrp_protocol: http, ansible_psrp_configuration_name: theirs}
  hosts:
    ex1:
      ansible_winrm_host: 10.0.0.1
      ansible_winrm_port: 443
      ansible_winrm_path: /other
      ansible_winrm_transport: [plaintext]
      ansible_winrm_ca_trust_path: ~/ca.pem
      ansible_winrm_message_encryption: never
      ansible_winrm_service: HTTP
      ansible_winrm_kerberos_hostname_override: ex1.corp.example
      fleetscan_configuration_name: ours
    ex2: {ansible_winrm_transport: ntlm, ansible_winrm_scheme: http}
"""


def test_psrp_variables_mean_what_they_mean_to_ansible(write: Write) -> None:
    """The more special name wins; port 5985 means http; the winrm names do not count."""
    host = load_inventory([write("a.yml", PSRP)]).hosts[0]
    assert (host.address, host.port, host.transports) == ("10.0.0.1", 5985, ("replay",))
    assert host.winrm == WinrmSettings(
        protocol="http",
        path="other",
        auth="kerberos",
        ca_cert="/old.pem",
        configuration_name="theirs",
        message_encryption=MessageEncryption.ALWAYS,
        negotiate_service="HTTP",
        negotiate_hostname_override="ex1.corp.example",
    )


def test_winrm_variables_are_their_twins(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """With ansible_connection winrm its names count, in its words, and those of psrp do not."""
    monkeypatch.setenv("HOME", "/home/night")
    first, second = load_inventory([write("a.yml", WINRM)]).hosts
    assert (first.address, first.port) == ("10.0.0.1", 443)
    assert first.winrm == WinrmSettings(
        protocol="https",
        path="other",
        auth="basic",
        ca_cert="/home/night/ca.pem",
        configuration_name="ours",
        message_encryption=MessageEncryption.NEVER,
        negotiate_service="HTTP",
        negotiate_hostname_override="ex1.corp.example",
    )
    assert (second.address, second.port) == ("ex2", None)
    assert (second.winrm.auth, second.winrm.protocol) == ("ntlm", "http")


def test_ten_thousand_hosts_are_read_in_seconds(write: Write) -> None:
    """A big inventory is no matter: well within the bound even on a busy machine."""
    lines = [f"    ex{n}.corp.example: {{ansible_host: 10.0.{n // 250}.{n % 250}, site: x}}\n" for n in range(10_000)]
    inventory = load_inventory([write("big.yml", "all:\n  hosts:\n" + "".join(lines))])
    assert len(inventory.hosts) == 10_000
