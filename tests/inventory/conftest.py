"""What the tests of this room share: Ansible as a second reader, and a way to write inventories down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Ask: TypeAlias = Callable[[Mapping[str, object]], Any]
Write: TypeAlias = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def ask_ansible(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Start Ansible once; give a function from a request to its answer."""
    home = tmp_path_factory.mktemp("ansible")
    settings = home / "ansible.cfg"
    settings.write_text("", encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_CONFIG": str(settings),
        "ANSIBLE_INVENTORY_ENABLED": "yaml",
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
    }
    script = Path(__file__).with_name("ansible_reader.py")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=home,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, answers = process.stdin, process.stdout

        def ask(request: Mapping[str, object]) -> object:
            requests.write(json.dumps(request) + "\n")
            requests.flush()
            answer: object = json.loads(answers.readline())
            return answer

        yield ask
        requests.close()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes a file, with its folders, below a fresh folder."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file
