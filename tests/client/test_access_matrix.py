"""Who may do what: every model and public method of the addon, for each role, as the tables in ``access_matrix`` say.

They are made anew, to be read and committed, by::

    CRM_SYNC_MATRIX=write bin/test tests/client/test_access_matrix.py
"""

import os
from pathlib import Path

import access_matrix
import pytest
from access_arguments import ARGUMENTS
from access_routes import Routes
from system import System

TABLES = Path(__file__).parent / "access_matrix"


@pytest.fixture(scope="module")
def matrix(system_copy):
    with system_copy("matrix") as database:
        catalogue = access_matrix.catalogue(database)
        system = System(database)
        system.start(**access_matrix.forgetful())
        try:
            matrix = access_matrix.Matrix(system, catalogue)
            matrix.ask_everything()
            routes = Routes(matrix)
            routes.ask_everything()
            matrix.lines["routes"], matrix.crashes = routes.lines, matrix.crashes + routes.crashes
            yield matrix
        finally:
            system.stop()


def test_each_role_may_do_exactly_what_the_tables_say(matrix):
    if os.environ.get("CRM_SYNC_MATRIX") == "write":
        access_matrix.write(TABLES, matrix.lines)
    told = access_matrix.differences(TABLES, matrix.lines)
    assert not told, "\n".join(told)


def test_nothing_is_answered_by_a_traceback(matrix):
    assert not matrix.crashes, "\n".join(matrix.crashes)


def test_every_method_that_needs_something_is_given_what_it_takes(matrix):
    needy = {
        (model, method)
        for model, method, _room, _is_models, parameters in matrix.catalogue["methods"]
        if any(is_required for _name, is_required, _is_many in parameters)
    }
    assert needy == set(ARGUMENTS)


def test_private_methods_are_called_by_nobody(matrix):
    reached = []
    for model, method in matrix.catalogue["private"]:
        for way in ("api", "web"):
            answer = matrix.callers["manager"].call(way, model, method, [1])
            if answer.outcome != "no":
                reached.append((way, model, method, answer.detail))
    assert not reached
