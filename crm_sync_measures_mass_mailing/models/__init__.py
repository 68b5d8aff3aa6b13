from . import crm_sync_contact_preference
from . import crm_sync_erasure
from . import mail_mail
from . import mailing_contact
from . import mailing_mailing
from . import mailing_trace
