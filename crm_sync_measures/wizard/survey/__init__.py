from . import crm_sync_case_change
from . import crm_sync_survey_plan
from . import crm_sync_survey_plan_line
from . import crm_sync_survey_plan_reason
from . import crm_sync_survey_program
