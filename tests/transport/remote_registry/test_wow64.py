from __future__ import annotations

from typing import Literal

import pytest

from fleetscan.model import View
from fleetscan.transport.remote_registry.winreg import Hive
from fleetscan.transport.remote_registry.wow64 import Location, locate


@pytest.mark.parametrize(
    ("key", "path"),
    [
        (r"HKLM\SOFTWARE\Vendor\Product", r"SOFTWARE\Wow6432Node\Vendor\Product"),
        (r"hklm\software\Vendor", r"software\Wow6432Node\Vendor"),
        (r"HKEY_LOCAL_MACHINE\SOFTWARE", r"SOFTWARE\Wow6432Node"),
        (r"HKLM\SOFTWARE\Microsoft", r"SOFTWARE\Wow6432Node\Microsoft"),
        (r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion", r"SOFTWARE\Wow6432Node\Microsoft\Windows\CurrentVersion"),
        (r"HKLM\SOFTWARE\Policiesx\a", r"SOFTWARE\Wow6432Node\Policiesx\a"),
        (r"HKLM\SOFTWARE\Policies\a", r"SOFTWARE\Policies\a"),
        (r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\policies\System", None),
        (r"HKLM\SOFTWARE\Microsoft\SystemCertificates\MY", None),
        (r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList", None),
        (r"HKLM\SOFTWARE\Wow6432Node\Vendor", None),
        (r"HKLM\SOFTWARE\Classes", None),
        (r"HKLM\SOFTWARE\Classes\AppID\x", None),
        (r"HKLM\SOFTWARE\Classes\CLSID\{0}", r"SOFTWARE\Classes\Wow6432Node\CLSID\{0}"),
        (r"HKLM\SOFTWARE\Classes\Wow6432Node\CLSID", None),
        (r"HKLM\SYSTEM\CurrentControlSet", None),
        (r"HKLM\SYSTEM\SOFTWARE", None),
        (r"HKLM", None),
        (r"HKCR\CLSID\{0}", r"Wow6432Node\CLSID\{0}"),
        (r"HKCR\.txt", None),
        (r"HKCU\SOFTWARE\Vendor", None),
        (r"HKCU\SOFTWARE\Classes\Interface\{0}", r"SOFTWARE\Classes\Wow6432Node\Interface\{0}"),
        (r"HKU\S-1-5-18\SOFTWARE\Vendor", None),
        (r"HKU\S-1-5-18\SOFTWARE\Classes\CLSID", r"S-1-5-18\SOFTWARE\Classes\Wow6432Node\CLSID"),
    ],
)
def test_the_32_bit_view_is_found_by_its_path(key: str, path: str | None) -> None:
    """Redirected or shared, as Microsoft's table says; ``None`` stands for shared."""
    found = locate(key, 32, 64)
    plain = locate(key, 64, 64)
    assert found is not None
    assert found == (plain if path is None else Location(found.hive, path))


@pytest.mark.parametrize(("view", "bits"), [(64, 64), (64, 32), (32, 32)])
def test_all_other_views_are_the_plain_path(view: View, bits: Literal[32, 64]) -> None:
    """A 32-bit Windows has one view only."""
    assert locate(r"HKLM\SOFTWARE\Vendor", view, bits) == Location(Hive.LOCAL_MACHINE, r"SOFTWARE\Vendor")


@pytest.mark.parametrize(
    ("key", "hive"),
    [
        ("HKLM", Hive.LOCAL_MACHINE),
        ("HKEY_LOCAL_MACHINE", Hive.LOCAL_MACHINE),
        ("HKU", Hive.USERS),
        ("hkey_users", Hive.USERS),
        ("HKCU", Hive.CURRENT_USER),
        ("HKEY_CURRENT_USER", Hive.CURRENT_USER),
        ("HKCR", Hive.CLASSES_ROOT),
        ("HKEY_CLASSES_ROOT", Hive.CLASSES_ROOT),
    ],
)
def test_hives_have_a_short_and_a_long_name(key: str, hive: Hive) -> None:
    """Without case; backslashes that are doubled or at the end mean nothing."""
    assert locate(key, 64, 64) == Location(hive, "")
    assert locate(key + "\\a\\\\b\\", 64, 64) == Location(hive, "a\\b")


@pytest.mark.parametrize("key", ["", "HKCC\\a", "SOFTWARE\\a", "\\HKLM\\a"])
def test_a_text_without_a_hive_is_no_key(key: str) -> None:
    """There is nothing to be asked."""
    assert locate(key, 64, 64) is None
