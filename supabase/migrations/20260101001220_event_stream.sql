-- The event stream: what integrations are told of, for logical replication. docs/EVENTS.md says how
-- to carry it. Rows are written once with their cause, so that inserts are all there is.

create publication townsquare_events
  for table private.outbox (id, topic, subject_id, actor_id, payload, traceparent, created_at)
  where (topic in ('content.created', 'content.viewed', 'content.liked', 'content.commented',
    'content.shared', 'user.created', 'user.followed', 'user.blocked', 'message.created',
    'room.created', 'room.joined', 'feed.scrolled', 'recommendation.clicked', 'report.created'))
  with (publish = 'insert');
comment on publication townsquare_events is
  'Events of the contract in the order of their commits. For the operator: it is not filtered by who '
  'may see what.';
