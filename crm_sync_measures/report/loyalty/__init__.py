from . import crm_sync_loyalty_statement_xlsx
