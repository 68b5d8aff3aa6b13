from . import crm_sync_loyalty_statement
from . import loyalty_card_update_balance
from . import loyalty_generate_wizard
from . import base_partner_merge
from . import crm_sync_loyalty_give_card
from . import crm_sync_loyalty_reinstate
