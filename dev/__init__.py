"""Brings up Odoo 19.0 with the addon, for a demo, for the tests and for the checks; standard library only.

Nothing outside one cache folder is touched (see ``paths``), with one exception: Chromium and a Chinese font are
installed by apt when root asks for browser tests on a machine that has none.

Every artefact is keyed by what it was made of and appears whole or not at all, so a run that was killed at any
moment is healed by the next one. Set-up runs under one lock; commands that use what is set up run side by side.

=================  ======================================================================
``steps``          progress, timing, failures in one sentence
``paths``          the cache folder, the lock, the keys
``python_env``     the virtual environment, from pinned and hashed packages
``debian``         pinned packages from the machine's own mirror; apt for root
``odoo_tree``      Odoo itself
``postgres``       the database server, given or private
``databases``      clone, publish, drop; the databases a single run works on
``odoo_run``       configuration files and calls of Odoo
``templates``      all dependencies installed once, without and with demo data
``addon_dbs``      templates with the addon on top, kept up to date with the working tree
``server``         a running Odoo, started and stopped
``browser``        the machine's Chromium
``pdf``            wkhtmltopdf, with which Odoo prints PDF
``demo``           ``bin/demo``
``test``           ``bin/test``
``workers``        how two workers of it share the tests
``faults``         ``bin/faults``: the long form of ``tests/fault``, and its table of figures
``lint``           ``bin/lint``, its single checks in ``checks``
``inside/``        scripts that run in Odoo's own Python
=================  ======================================================================
"""
