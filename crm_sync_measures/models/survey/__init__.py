"""Survey programs, invitations and what customers answer.

May read core, activity, loyalty and feedback by their public methods and marks; none of them knows this room.
"""

from . import survey_question
from . import crm_sync_survey_program
from . import crm_sync_survey_program_flow
from . import crm_sync_survey_invitation
from . import crm_sync_survey_invitation_link
from . import crm_sync_survey_invitation_mail
from . import crm_sync_survey_event
from . import crm_sync_erasure
from . import crm_sync_demo_survey
from . import res_company
from . import res_config_settings
from . import res_partner_invitation
