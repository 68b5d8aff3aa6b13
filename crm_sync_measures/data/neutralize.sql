-- What waits to leave is sent by the original; the contact gate holds back whatever the copy would write to customers
-- afterwards (rule "neutralized").

-- surveys and what follows from answers
UPDATE crm_sync_survey_invitation
   SET state = 'cancelled'
 WHERE state IN ('planned', 'queued');
UPDATE crm_sync_survey_invitation
   SET follow_at = NULL
 WHERE follow_at IS NOT NULL;

-- customer care
UPDATE crm_sync_care_occasion
   SET state = 'cancelled'
 WHERE state = 'planned';

-- mails about points and tiers, and letters of handovers
UPDATE crm_sync_loyalty_notice
   SET state = 'suppressed', reason = 'neutralized'
 WHERE state = 'planned';
UPDATE crm_sync_tier_notice
   SET state = 'suppressed', reason = 'neutralized'
 WHERE state = 'planned';
UPDATE crm_sync_handover_letter
   SET state = 'suppressed', reason = 'neutralized'
 WHERE state = 'planned'
    OR state = 'queued' AND mail_mail_id IN (SELECT id FROM mail_mail WHERE state = 'outgoing');

-- cases: nobody is asked how it went, or told that his case will be closed
UPDATE crm_sync_case
   SET survey_at = NULL, silence_at = NULL
 WHERE survey_at IS NOT NULL OR silence_at IS NOT NULL;

-- mails to staff: reports and briefs
UPDATE crm_sync_report_subscription
   SET active = FALSE;
UPDATE res_users
   SET sync_brief_hours = 0
 WHERE sync_brief_hours > 0;
UPDATE crm_sync_brief_mail
   SET state = 'skipped'
 WHERE state = 'planned';

-- At last the outbox: most of our mails stand on documents of other modules, and reports on none.
UPDATE mail_mail
   SET state = 'cancel'
 WHERE state = 'outgoing';
