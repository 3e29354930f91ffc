"""A run among those before it: what it is compared with, and what it leaves to the next one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fleetscan import history
from fleetscan.errors import OperatorError
from fleetscan.history import Judged
from fleetscan.model import Fact, Run, Standing, Verdict
from fleetscan.report.past import Changes, Past, compare
from fleetscan.report.standing import stand


def remember(folder: Path, run: Run, facts: Mapping[str, Fact], done: Sequence[Judged]) -> Past:
    """Compare a run with the one before, and keep how it stands beside it. Raises OperatorError if that fails.

    A run before that cannot be read is no error: there is nothing to compare with then, and the report says why.
    """
    before, why = _before(folder, run)
    now = stand(run, facts, ((each.record, each.verdicts) for each in done), before)
    history.write_standing(folder, now)
    if before is None:
        return Past(why=why, now=now)
    everyone = (*run.hosts, *(before.hosts if run.limit else ()))  # a limited run says of no host that it is gone
    changes = compare(before, now, everyone=everyone)
    return Past(run=before.run, started=before.started, why="", changes=changes, now=now)


def differences(before: Path, after: Path, facts: Callable[[], Mapping[str, Fact]]) -> Changes:
    """Compare two kept runs, given by their folders. Raises OperatorError.

    ``facts`` describes the facts by id, for a run of which it was not kept how it stood.
    """
    return compare(_standing(before, facts), _standing(after, facts), everyone=history.read_run(after).hosts)


def _standing(folder: Path, facts: Callable[[], Mapping[str, Fact]]) -> Standing:
    """Read how a run stands or, where that was not kept, work it out again from its records and verdicts."""
    try:
        return history.read_standing(folder)
    except OperatorError:
        kept, verdicts = history.read_kept(folder), history.read_verdicts(folder)
    by_host: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_host[verdict.host].append(verdict)
    return stand(kept.run, facts(), ((record, by_host[record.host]) for record in kept.records))


def _before(folder: Path, run: Run) -> tuple[Standing | None, str]:
    listed = history.run_before(folder, run)
    if listed is None:
        return None, f"No earlier run of {run.environment} that finished is kept beside this one."
    try:
        return history.read_standing(listed.folder), ""
    except OperatorError as error:
        words = str(error).removeprefix(f"{listed.folder}/")
        return None, (
            f"The run before, {listed.run.id}, cannot be compared with: {words} "
            f"(fleetscan report {listed.run.id} writes it again)."
        )
