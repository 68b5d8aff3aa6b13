from . import crm_sync_promise_change
from . import mail_compose_message
