-- What is tried on outgoing webhooks: target.closed is self's, of room.closed; target.all an admin's.
-- feed.closed posts into room.closed.

-- call private.add_feed
select private.add_feed({room.closed}, 'https://a.example/') is not null;
select private.add_feed({room.foreign}, 'https://a.example/') is not null;
-- call private.change_endpoint
select private.change_endpoint({target.closed}, null, null, 'mine', null) is not null;
select private.change_endpoint({target.all}, null, null, 'mine', null) is not null;
-- call private.create_endpoint
select private.create_endpoint(gen_random_uuid(), 'https://a.example/', '{*}', '', {room.closed},
  'v1.00000000.' || repeat('x', 40)) is not null;
select private.create_endpoint(gen_random_uuid(), 'https://a.example/', '{*}', '', {room.foreign},
  'v1.00000000.' || repeat('x', 40)) is not null;
select private.create_endpoint(gen_random_uuid(), 'https://a.example/', '{*}', '', null,
  'v1.00000000.' || repeat('x', 40)) is not null;
-- call private.delete_endpoint
select private.delete_endpoint({target.closed});
select private.delete_endpoint({target.all});
-- call private.endpoint_deliveries
select private.endpoint_deliveries({target.closed}, null, null, 10);
select private.endpoint_deliveries({target.all}, null, null, 10);
-- call private.feeds_of_room
select private.feeds_of_room({room.closed});
-- call private.my_endpoints
select private.my_endpoints(null, 10);
-- call private.redeliver
select private.redeliver({target.closed}, {delivery.closed});
select private.redeliver({target.all}, {delivery.all});
-- call private.remove_feed
select private.remove_feed({room.closed}, {feed.closed});
-- call private.rotate_endpoint_secret
select private.rotate_endpoint_secret({target.closed},
  'v1.00000000.' || repeat('x', 40)) is not null;
select private.rotate_endpoint_secret({target.all},
  'v1.00000000.' || repeat('x', 40)) is not null;
