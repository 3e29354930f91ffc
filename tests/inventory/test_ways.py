"""Which ways there are to a host, and how SMB is spoken on one of them."""

from __future__ import annotations

from fleetscan.inventory import load_inventory
from fleetscan.model import SmbEncryption, SmbSettings
from tests.inventory.conftest import Write

WAYS = """
all:
  hosts:
    usual:
    auto: {fleetscan_transport: auto}
    one: {fleetscan_transport: remote_registry, fleetscan_smb_port: 1445, fleetscan_smb_encrypt: required}
    turned:
      fleetscan_transport: [remote_registry, winrm]
      ansible_psrp_negotiate_hostname_override: turned.corp.example
    twin:
      ansible_connection: winrm
      ansible_winrm_kerberos_hostname_override: twin.corp.example
      fleetscan_smb_hostname_override: twin-smb.corp.example
"""


def test_the_ways_to_a_host_are_named_in_their_order(write: Write) -> None:
    """Auto is what there is without a word; SMB takes WinRM's Kerberos name unless it has one of its own."""
    hosts = {host.name: host for host in load_inventory([write("a.yml", WAYS)]).hosts}
    assert hosts["usual"].transports == hosts["auto"].transports == ("winrm", "remote_registry")
    assert hosts["one"].transports == ("remote_registry",)
    assert hosts["turned"].transports == ("remote_registry", "winrm")
    assert hosts["usual"].smb == SmbSettings(port=445, encrypt=SmbEncryption.AUTO, hostname_override=None)
    assert hosts["one"].smb == SmbSettings(port=1445, encrypt=SmbEncryption.REQUIRED)
    assert hosts["turned"].smb.hostname_override == "turned.corp.example"
    assert hosts["twin"].smb.hostname_override == "twin-smb.corp.example"
    assert hosts["twin"].winrm.negotiate_hostname_override == "twin.corp.example"
