"""A data block as its reader sees it: the columns of :mod:`fleetscan.report.columns`, taken apart again, by names."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WORDS = {"f": "finding", "u": "unknown", "b": "broken", "p": "pass", "n": "not_applicable", "-": ""}
STATES = ("known", "absent", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One reading with its texts; ``reason`` is a key, empty without one."""

    fact: str
    state: str
    value: str
    type: str
    reason: str
    detail: str
    where: str
    way: str


class Block:
    """All that can be asked of a data block."""

    def __init__(self, columns: Mapping[str, object]) -> None:
        """Take what a reader gets: JSON, without a Python class in it."""
        self.raw: dict[str, Any] = json.loads(json.dumps(columns))
        self._number = {name: number for number, name in enumerate(self.raw["hosts"]["name"])}
        self._facts = {fact["id"]: fact for fact in self.raw["facts"]}

    @classmethod
    def of(cls, page: str) -> Block:
        """Unpack the block of a page."""
        packed = page.partition('<script type="text/plain" id="data">')[2].partition("</script>")[0]
        return cls(json.loads(gzip.decompress(base64.b64decode(packed))))

    @property
    def hosts(self) -> Sequence[str]:
        """Name all hosts."""
        return list(self._number)

    @property
    def rules(self) -> Sequence[RuleColumns]:
        """Give all rules."""
        return [RuleColumns(self, rule) for rule in self.raw["rules"]]

    def rule(self, name: str) -> RuleColumns:
        """Find a rule."""
        return next(rule for rule in self.rules if rule.raw["id"] == name)

    def number(self, host: str) -> int:
        """Find a host."""
        return self._number[host]

    def text(self, number: int) -> str:
        """Find a string."""
        return str(self.raw["strings"][number])

    def host(self, host: str) -> dict[str, Any]:
        """Give all of a host that is no verdict and no fact, its texts in words."""
        row = {name: column[self.number(host)] for name, column in self.raw["hosts"].items()}
        texts = ("site", "dag", "product", "scanmail", "address", "detail", "transport", "credential")
        lists = {name: list(map(self.text, row[name])) for name in ("groups", "notes")}
        status = self.raw["statuses"][row["status"]]["key"]
        return row | {name: self.text(row[name]) for name in texts} | lists | {"status": status}

    def reading(self, fact: str, host: str) -> Shown | None:
        """Look a fact up in its column."""
        found = self._facts[fact]
        number = found["column"][self.number(host)]
        return None if number < 0 else self.shown(fact, found["table"][number], found["where"])

    def place(self, label: str, host: str) -> Shown | None:
        """Look a field of the topology up."""
        found = next(each for each in self.raw["topology"] if each["label"] == label)
        number = found["column"][self.number(host)]
        return None if number < 0 else self.shown(label, found["table"][number], "")

    def shown(self, fact: str, reading: Sequence[int], place: str) -> Shown:
        """Put a reading in words."""
        state, value, kind, reason, detail, where, way = reading
        return Shown(
            fact=fact,
            state=STATES[state],
            value=self.text(value),
            type=self.text(kind),
            reason=self.raw["reasons"][reason]["key"] if reason >= 0 else "",
            detail=self.text(detail),
            where=self.text(where) or place,
            way=self.text(way),
        )

    def item(self, item: int | tuple[int, Sequence[int]], host: str) -> Shown:
        """Put a piece of evidence in words; one that is told by its fact alone stands in the record."""
        if isinstance(item, int):
            own = self.reading(self.raw["facts"][item]["id"], host)
            assert own is not None
            return own
        return self.shown(self.text(item[0]), item[1], "")


class RuleColumns:
    """One rule of a block."""

    def __init__(self, block: Block, raw: dict[str, Any]) -> None:
        """Look into the block for what rules share."""
        self._block = block
        self.raw = raw

    def _cell(self, column: str, host: str) -> Any:  # noqa: ANN401 - whatever stands in the JSON
        return self.raw["verdicts"][column][self._block.number(host)]

    def word(self, host: str) -> str:
        """Give the word of the verdict, empty for none."""
        return WORDS[self._cell("word", host)]

    def summary(self, host: str) -> str:
        """Give the sentence."""
        return self._block.text(self._cell("summary", host))

    def since(self, host: str) -> str:
        """Give since when."""
        return self._block.text(self._cell("since", host))

    def severity(self, host: str) -> str:
        """Give the severity of the verdict, which is the rule's own unless a column says otherwise."""
        own = "severity" in self.raw["verdicts"]
        number = self._cell("severity", host) if own else self.raw["severity"]
        return str(self._block.raw["severities"][number]["key"])

    def evidence(self, host: str) -> list[Shown]:
        """Give all evidence."""
        return [self._block.item(item, host) for item in self._block.raw["evidence"][self._cell("evidence", host)]]

    def missing(self, host: str) -> list[tuple[str, str, str]]:
        """Give what stood in the way: the fact, the key of the reason, the detail."""
        return [
            (self._block.text(label), self._block.raw["reasons"][reason]["key"], self._block.text(detail))
            for label, reason, detail in self._block.raw["missing"][self._cell("missing", host)]
        ]
