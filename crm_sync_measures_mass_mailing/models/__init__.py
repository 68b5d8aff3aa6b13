from . import crm_sync_contact_preference
from . import mailing_contact
from . import mailing_trace
