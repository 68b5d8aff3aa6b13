"""Promises, the before-you-contact card, response clocks, handover, advice and the customer brief."""

from . import crm_sync_promise
from . import crm_sync_promise_event
from . import crm_sync_advisor
from . import crm_sync_advisor_load
from . import crm_sync_advisor_subjects
from . import crm_sync_response
from . import crm_sync_response_policy
