from . import crm_sync_survey_results_xlsx
