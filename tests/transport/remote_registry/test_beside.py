"""What is read beside the questions, as it is printed before any host is asked."""

from __future__ import annotations

from fleetscan.model import CimRows, File, FileAspect, Question, RegistryList, RegistryValue, Service, Services
from fleetscan.transport.remote_registry.beside import beside
from fleetscan.transport.remote_registry.place import place_reads
from fleetscan.transport.remote_registry.scmread import registered

VALUE = RegistryValue(key=r"HKLM\SOFTWARE\Fleet", value="Root")
CIM = CimRows(cim_class="Win32_ComputerSystem", properties=("Name",))
LIST = RegistryList(key=r"HKLM\SYSTEM\CurrentControlSet\Services", list="subkeys")


def where(*questions: Question) -> set[str]:
    """Name the places that are read beside these questions."""
    return {each.where for each in beside(questions)}


def test_a_registry_value_needs_nothing_else() -> None:
    """Nor does what cannot be asked; the 32-bit view needs to know what kind of Windows it is."""
    assert where(VALUE, CIM) == set()
    narrow = RegistryValue(key=VALUE.key, value="Root", view=32)
    assert beside([narrow]) == place_reads([narrow]) != ()


def test_a_service_may_need_its_key_and_a_pattern_the_names_of_all() -> None:
    """Each named once, however many services there are."""
    one = where(Service(name="A"), Service(name="B"))
    assert one == {each.where for each in registered("<service>")}
    assert where(Services(pattern="MSExchange*")) == one | {LIST.where}


def test_a_file_may_need_variables_and_the_value_that_holds_its_directory() -> None:
    """A plain path needs neither."""
    plain = File(path=r"C:\Fleet", aspect=FileAspect.STAT)
    assert where(plain) == set()
    based = File(path="Fleet", aspect=FileAspect.STAT, base=VALUE)
    assert VALUE.where in where(based)
    assert {each.where for each in place_reads([based])} <= where(based)
