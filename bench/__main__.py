import sys

from dev import environment

from . import build

with environment.ready():
    print(build.ensure(int(sys.argv[1])))
    from dev import odoo_run

    print(odoo_run.config(build.names(int(sys.argv[1]))[1]))
