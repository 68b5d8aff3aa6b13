# Run in Odoo's shell on a new template: nothing in it calls out of the machine any more.
ENDPOINTS = (
    "iap.endpoint",
    "enrich.endpoint",
    "reveal.endpoint",
    "iap.partner_autocomplete.endpoint",
    "sms.endpoint",
    "snailmail.endpoint",
)
CALLING_JOBS = (
    "mail.ir_cron_module_update_notification",
    "crm_iap_enrich.ir_cron_lead_enrichment",
    "snailmail.snailmail_print",
    "sms.ir_cron_sms_scheduler_action",
)
for name in ENDPOINTS:
    env["ir.config_parameter"].set_param(name, "http://127.0.0.1:9")  # refused at once
for xmlid in CALLING_JOBS:
    job = env.ref(xmlid, raise_if_not_found=False)
    if job:
        job.active = False
env.cr.commit()
