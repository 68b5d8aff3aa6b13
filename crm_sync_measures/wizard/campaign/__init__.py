from . import crm_sync_campaign_choose
from . import crm_sync_material_give
from . import crm_sync_material_withdraw
