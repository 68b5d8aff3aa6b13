"""Campaigns: what they cost and bring, whom they hold out to know it, how good their leads are, who has which material.

Reads Odoo's leads and orders; core's contact gate is asked. No other room knows this one but by its figures.
"""

from . import crm_sync_campaign_cost
from . import crm_sync_campaign_result
from . import crm_sync_campaign_member
from . import utm_campaign
from . import utm_campaign_holdout
from . import utm_campaign_effect
from . import crm_lead
from . import crm_sync_lead_quality
from . import crm_sync_material
from . import crm_sync_material_sent
from . import crm_sync_demo_campaign
