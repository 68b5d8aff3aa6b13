"""How the workers of pytest-xdist share the tests; ``conftest.py`` hands it to them, nothing else imports it."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling


class FromBothEnds(LoadFileScheduling):
    """Whole files, in their order: the first worker from the front, the second from the back, until they meet.

    So each does one kind of tests and starts what that needs; who is done first helps the other with the rest.
    """

    def __init__(self, config, log=None):
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _assign_work_unit(self, node):
        if int(node.gateway.id.removeprefix("gw")) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)
