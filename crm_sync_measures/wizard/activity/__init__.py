from . import crm_sync_promise_change
