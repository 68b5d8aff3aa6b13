"""Survey programs, invitations and what customers answer.

May read core, activity, loyalty and feedback by their public methods and marks; none of them knows this room.
"""

from . import survey_question
from . import crm_sync_survey_program
from . import crm_sync_survey_invitation
from . import crm_sync_survey_invitation_link
from . import crm_sync_survey_invitation_mail
from . import crm_sync_survey_program_flow
from . import crm_sync_survey_event
from . import crm_sync_erasure
from . import crm_sync_demo_survey
from . import res_company
from . import res_config_settings
from . import res_partner_invitation
from . import crm_sync_score
from . import crm_sync_score_answer
from . import crm_sync_score_anonymous
from . import crm_sync_score_figures
from . import crm_sync_score_words
from . import crm_sync_score_forget
from . import crm_sync_score_account
from . import crm_sync_survey_theme
from . import crm_sync_survey_theme_words
from . import crm_sync_survey_response
from . import crm_sync_erasure_score
from . import survey_user_input_score
from . import survey_user_input_lead
from . import crm_sync_scored_mixin
from . import res_partner_score
from . import crm_lead
from . import crm_team
from . import product_template
from . import product_product
from . import crm_sync_survey_trigger
from . import crm_sync_survey_gate
from . import crm_sync_survey_program_scan
from . import crm_sync_survey_scan
from . import crm_sync_survey_invitation_bulk
from . import crm_sync_survey_invitation_outbox
from . import crm_sync_survey_selection
from . import crm_sync_survey_dispatch
from . import crm_sync_survey_reminders
from . import crm_sync_survey_expiry
from . import crm_sync_case_survey
from . import mail_mail
from . import crm_sync_attempt
from . import crm_sync_survey_participation
from . import crm_sync_survey_replay
from . import crm_sync_survey_program_answer
from . import crm_sync_survey_program_code
from . import crm_sync_survey_invitation_answer
from . import crm_sync_survey_answer
from . import crm_sync_survey_call
from . import survey_user_input_answer
