from . import crm_sync_care_preview
from . import crm_sync_care_preview_line
from . import crm_sync_care_preview_number
from . import crm_sync_care_rule
from . import base_partner_merge
