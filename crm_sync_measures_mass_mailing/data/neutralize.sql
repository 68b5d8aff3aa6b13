-- A mailing that waits is sent by the original; in the copy it is a draft again.
UPDATE mailing_mailing
   SET state = 'draft', schedule_type = 'now', schedule_date = NULL
 WHERE state IN ('in_queue', 'sending');
