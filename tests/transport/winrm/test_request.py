from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import CimRows, File, FileAspect, Question, RegistryList, RegistryValue, Service, Services
from fleetscan.transport.winrm.request import plan
from tests.transport.winrm.questions import QUESTIONS


def test_a_request_is_written_as_the_contract_says() -> None:
    """The contract's own example, with the budget."""
    base = RegistryValue(key=r"HKLM\SOFTWARE\Microsoft\ExchangeServer\v15\Setup", value="MsiInstallPath")
    asked = plan(
        [
            RegistryValue(key=r"HKLM\SOFTWARE\A", value="Enabled", view=32),
            RegistryList(key=r"HKLM\SOFTWARE\B", list="values"),
            Service(name="ScanMail_RealTimeScan"),
            Services(pattern="MSExchange*"),
            File(path=r"Bin\ExSetup.exe", aspect=FileAspect.VERSION, base=base),
            File(path=r"D:\smex\temp", aspect=FileAspect.COUNT),
            File(path="agents.config", aspect=FileAspect.TEXT, max_bytes=100),
            CimRows(cim_class="Win32_ComputerSystem", properties=("TotalPhysicalMemory",)),
        ]
    )
    assert json.loads(asked.encode(1500)) == {
        "v": 1,
        "budget_ms": 1500,
        "registry": [
            {"key": r"HKLM\SOFTWARE\A", "view": 32, "value": "Enabled"},
            {"key": r"HKLM\SOFTWARE\B", "view": 64, "list": "values"},
        ],
        "services": ["ScanMail_RealTimeScan", "MSExchange*"],
        "files": [
            {
                "base": {
                    "key": r"HKLM\SOFTWARE\Microsoft\ExchangeServer\v15\Setup",
                    "view": 64,
                    "value": "MsiInstallPath",
                },
                "path": r"Bin\ExSetup.exe",
                "what": "version",
            },
            {"path": r"D:\smex\temp", "pattern": "*", "what": "count"},
            {"path": "agents.config", "what": "text", "max": 100},
        ],
        "cim": [{"class": "Win32_ComputerSystem", "properties": ["TotalPhysicalMemory"]}],
    }


def test_a_section_that_nobody_asks_for_is_missing() -> None:
    """An empty plan is an empty request."""
    assert json.loads(plan([]).encode(1)) == {"v": 1, "budget_ms": 1}


def test_a_service_is_named_once_whatever_its_case() -> None:
    """The first spelling goes out, and both questions stay in the plan."""
    asked = plan([Service(name="Alpha"), Service(name="Beta"), Service(name="ALPHA"), Services(pattern="a*")])
    assert json.loads(asked.encode(1))["services"] == ["Alpha", "Beta", "a*"]
    assert len(asked.services) == 4


@given(st.lists(QUESTIONS, max_size=12))
def test_every_question_has_one_place_and_every_place_one_question(questions: list[Question]) -> None:
    """What is asked twice is sent once; nothing is lost."""
    asked = plan([*questions, *questions])
    assert set(asked.questions) == set(questions)
    assert len(asked.questions) == len(set(questions))
    request = json.loads(asked.encode(1))
    assert len(request.get("registry", [])) == len(asked.registry)
    assert len(request.get("files", [])) == len(asked.files)
    assert len(request.get("cim", [])) == len(asked.cim)
