-- Meetings: on every third opportunity, and as many without one; 300 of the largest customer; one in ten is private.
CREATE TEMP TABLE meeting AS
SELECT {calendar_event} - 1 + row_number() OVER (ORDER BY begins, i) AS id, *
  FROM (SELECT i, n, partner_id, user_id, id AS lead_id, created + (closed - created) * bench.u(i, 'lead meeting day') AS begins
          FROM lead WHERE bench.u(i, 'lead meeting') < .3
        UNION ALL
        SELECT 100000000 + i, f.n, bench.pick(f.ids, bench.u(i, 'meeting with')), COALESCE(f.user_id, bench.pick({users}, bench.u(i, 'meeting by'))), NULL,
               bench.moment(i, 'meeting')
          FROM generate_series(0, {customers} / 4 + 199) i
          JOIN family f ON f.n = CASE WHEN i < 200 THEN 0 ELSE bench.customer(i, 'customer') END) m;

INSERT INTO calendar_event (id, name, user_id, opportunity_id, res_model, res_model_id, res_id, location, privacy, show_as, active, allday, recurrency,
       start, stop, duration, create_uid, write_uid, create_date, write_date)
SELECT id, 'Meeting ' || i, user_id, lead_id, CASE WHEN lead_id IS NOT NULL THEN 'crm.lead' END, CASE WHEN lead_id IS NOT NULL THEN {lead_model} END,
       lead_id, 'Main Street', CASE WHEN bench.u(i, 'private') < .1 THEN 'private' END, 'busy', true, false, false,
       begins, begins + interval '1 hour', 1, user_id, user_id, begins - interval '5 days', begins
  FROM meeting ORDER BY id;

CREATE TEMP TABLE attendance AS
SELECT id AS event_id, partner_id FROM meeting UNION SELECT m.id, u.partner_id FROM meeting m JOIN res_users u ON u.id = m.user_id;
INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id) SELECT event_id, partner_id FROM attendance;
INSERT INTO calendar_attendee (id, event_id, partner_id, state, availability, access_token, create_uid, write_uid, create_date, write_date)
SELECT {calendar_attendee} - 1 + row_number() OVER (ORDER BY event_id, partner_id), event_id, partner_id, 'accepted', 'busy',
       md5(event_id || ' ' || partner_id), 1, 1, now(), now() FROM attendance;
