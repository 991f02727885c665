"""How the tests are shared out among processes: file by file, those of one group together."""

from functools import cached_property
from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling


def tell_less(config: pytest.Config) -> None:
    """In a process of its own: what went well before and after a test is told to nobody who does not measure it."""
    if config.option.durations is not None or config.option.xmlpath:
        return
    for plugin in config.pluginmanager.get_plugins():
        if type(plugin).__name__ == "WorkerInteractor":  # sent to the process as text: it is of no module
            plugin.sendevent = _less(plugin.sendevent)


def _less(send: Any) -> Any:
    def sendevent(name: str, **told: Any) -> None:
        report = told.get("data")
        if name != "testreport" or report["outcome"] != "passed" or report["when"] == "call":
            send(name, **told)

    return sendevent


class FileByFile(LoadGroupScheduling):
    """xdist's own shares out test by test, and for each looks through all that a process has done and has to do."""

    @cached_property
    def _places(self) -> dict[str, int]:
        return {nodeid: place for place, nodeid in enumerate(self.collection or ())}

    @cached_property
    def _units(self) -> dict[str, str]:
        """What each test is shared out with: the others of its group, or its neighbours of the same file.

        A file's tests with real transactions are collected after everything else, and stay there: they empty tables.
        """
        units, before, number = {}, "", 0
        for nodeid in self._places:
            group = super()._split_scope(nodeid)
            file = group.partition("::")[0]
            number, before = number + (file != before), file
            units[nodeid] = group if file == group else f"{file} {number}"
        return units

    def _split_scope(self, nodeid: str) -> str:
        return self._units[nodeid]

    def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int:
        """They are done in their order: what lies before a unit that is done, is done."""
        pending = 0
        for unit in reversed(workload.values()):
            left = list(unit.values()).count(False)
            if not left:
                break
            pending += left
        return pending

    def _assign_work_unit(self, node: Any) -> None:
        name, unit = self.workqueue.popitem(last=False)
        self.assigned_work.setdefault(node, {})[name] = unit
        node.send_runtest_some([self._places[nodeid] for nodeid, done in unit.items() if not done])
