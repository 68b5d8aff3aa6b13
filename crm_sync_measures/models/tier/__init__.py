"""Tiers of a loyalty program: who has which, since when, till when and why.

May read core, activity, loyalty, feedback and survey by their public methods and marks; none of them knows this room.
"""

from . import crm_sync_tier
from . import crm_sync_tier_policy
from . import crm_sync_tier_policy_line
from . import crm_sync_tier_policy_flow
from . import crm_sync_tier_membership
from . import crm_sync_tier_standing
from . import crm_sync_tier_policy_rule
from . import crm_sync_tier_facts
from . import crm_sync_tier_engine
from . import crm_sync_tier_gift
from . import crm_sync_tier_merge
from . import crm_sync_tier_bonus
from . import crm_sync_loyalty_ledger
from . import loyalty_card
from . import loyalty_program
from . import crm_sync_erasure
from . import sale_order
from . import account_move
from . import product_pricelist
from . import res_partner_tier
from . import crm_lead_tier
from . import sale_order_tier
from . import sale_report_tier
from . import crm_sync_customer_tier
from . import crm_sync_tier_summary
from . import crm_sync_customer_page_tier
from . import crm_sync_contact_card_tier
from . import crm_sync_brief_tier
from . import crm_sync_timeline_tier
from . import crm_sync_case_tier
from . import crm_sync_case_route_tier
from . import crm_sync_survey_program_tier
from . import crm_sync_tier_portal
from . import loyalty_program_notice
from . import crm_sync_tier_membership_notice
from . import crm_sync_tier_notice
from . import crm_sync_tier_notices
from . import crm_sync_demo_tier
from . import crm_sync_tier_trial
from . import crm_sync_tier_trial_run
from . import crm_sync_tier_trial_part
from . import crm_sync_tier_trial_cost
from . import crm_sync_tier_trial_line
from . import crm_sync_tier_trial_tier
from . import crm_sync_tier_replay
from . import crm_sync_tier_policy_trial
from . import crm_sync_tier_notice_trial
from . import crm_sync_tier_month
from . import crm_sync_tier_movement
from . import crm_sync_tier_result
