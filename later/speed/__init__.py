"""Performance: a seeded database, the best hand-written SQL for each job, and the ratio of ours to it.

==================  ==================================================================
``run``             the command
``build``           databases with the data, made once and kept until something changes
``generate``        the data: who, how many, when (``data/*.sql``)
``floor/``          the best SQL there is for each job, without rights and without Odoo
``odoo_session``    Odoo as a request or a scheduled action sees it
``stopwatch``       time, queries and memory of one call; fair turns between rivals
``timeline``        first and later pages, as people with different rights
``usual``           the timeline as an ordinary addon would write it
``refresh``         last contact of all customers
``overhead``        what the addon adds to Odoo's own work
``report``          the table, and which targets are met
==================  ==================================================================
"""
