-- What is tried on functions, and by writing, of rooms, messages, calls and their topics.
-- `{label}` is the id of a thing of world.sql, `{me}` that of the persona who tries, `{all post}` the
-- ids of all things whose labels begin so. A function that clients may call and that is not here is red.

-- call private.accept_invite
select private.accept_invite('none');
-- call private.answer_message_request
select private.answer_message_request({room.direct}, true);
select private.answer_message_request({room.closed}, false);
-- call private.message_requests_page
select q.id, q.from_id, q.message_id from private.message_requests_page(null, null, 20) q;
-- call private.ban_member
select private.ban_member({room.closed}, {muted}, null);
select private.ban_member({room.foreign}, {follower}, null);
-- call private.create_invite
select private.create_invite({room.closed}, '{}', null, null) is not null;
select private.create_invite({room.foreign}, '{}', null, null) is not null;
-- call private.close_connection
select private.close_connection({connection.self});
select private.close_connection({connection.hermit});
-- call private.create_room
select private.create_room('Mine', 'channel', true) is not null;
-- call private.end_call
select private.end_call({call.closed});
select private.end_call({call.foreign});
-- call private.kick_member
select private.kick_member({room.closed}, {muted});
-- call private.mute_member
select private.mute_member({room.closed}, {exmember}, null, null) is not null;
select private.mute_member({room.closed}, {member}, null, null) is not null;
-- call private.my_invite_ids
select private.my_invite_ids();
-- call private.my_set_aside_room_ids
select private.my_set_aside_room_ids();
-- call private.my_room_capabilities
select private.my_room_capabilities({room.open});
select private.my_room_capabilities({room.closed});
select private.my_room_capabilities({room.foreign});
-- call private.my_rooms_part
select part -> 'capabilities' from private.my_rooms_part(array[{room.closed}]);
select part -> 'capabilities' from private.my_rooms_part(array[{room.foreign}]);
-- call private.join_call
select private.join_call({call.closed}, true);
select private.join_call({call.foreign}, true);
-- call private.join_room
select private.join_room({room.open});
select private.join_room({room.closed});
select private.join_room({room.group});
select private.join_room({room.direct});
-- call private.leave_call
select private.leave_call({call.closed});
select private.leave_call({call.foreign});
-- call private.leave_room
select private.leave_room({room.open});
select private.leave_room({room.closed});
-- call private.mark_message
select private.mark_message({message.closed}, 'read');
select private.mark_message({message.direct}, 'delivered');
select private.mark_message({message.foreign}, 'read');
-- call private.mark_room_read
select private.mark_room_read({room.closed}, {message.closed});
select private.mark_room_read({room.foreign}, {message.foreign});
-- call private.may_read_topic
select private.may_read_topic('user:' || {self}, 'broadcast');
-- call private.may_write_topic
select private.may_write_topic('user:' || {self}, 'broadcast');
-- call private.my_managed_room_ids
select private.my_managed_room_ids();
-- call private.my_moderated_room_ids
select private.my_moderated_room_ids();
-- call private.my_owned_room_ids
select private.my_owned_room_ids();
-- call private.my_room_ids
select private.my_room_ids();
-- call private.my_room_settings
select private.my_room_settings({room.closed}) is not null;
select private.my_room_settings({room.open}) is not null;
select private.my_room_settings({room.foreign}) is not null;
-- call private.set_room_settings
select private.set_room_settings({room.closed}, '{"hide_typing": true}') is not null;
select private.set_room_settings({room.open}, '{}') is not null;
select private.set_room_settings({room.foreign}, '{}') is not null;
-- call private.open_connection
select id is not null from private.open_connection('device');
-- call private.open_direct_room
select private.open_direct_room({self}) is not null;
select private.open_direct_room({hermit}) is not null;
-- call private.open_group
select private.open_group(array[{self}, {member}]) is not null;
-- call private.read_invite
select private.read_invite('none');
-- call private.revoke_invite
select private.revoke_invite({invite.closed});
-- call private.room_bans
select private.room_bans({room.closed}, null, 9);
-- call private.room_invites_page
select private.room_invites_page({room.closed}, null, 9);
-- call private.room_log_page
select private.room_log_page({room.closed}, null, 9);
-- call private.set_member_role
select private.set_member_role({room.closed}, {member}, 'moderator');
-- call private.set_room_archived
select private.set_room_archived({room.closed}, true);
-- call private.transfer_room
select private.transfer_room({room.closed}, {member});
-- call private.unban_member
select private.unban_member({room.closed}, {roomban});
-- call private.unmute_member
select private.unmute_member({room.closed}, {muted});
-- call private.pin_message
select private.pin_message({room.closed}, {message.closed.reply});
select private.pin_message({room.direct}, {message.direct});
select private.pin_message({room.foreign}, {message.foreign});
select private.pin_message({room.group}, {message.group});
-- call private.unpin_message
select private.unpin_message({room.closed}, {message.closed});
-- call private.follow_thread
select private.follow_thread({room.closed}, {message.closed}, 'all');
select private.follow_thread({room.foreign}, {message.foreign}, 'none');
-- call private.message_reaction_list
select private.message_reaction_list({message.closed}, false);
select private.message_reaction_list({message.group}, true);
-- call private.my_receipt_ids
select private.my_receipt_ids();
-- call private.present_messages
select message from private.present_messages(array[{all message}]);
-- call private.present_call
select private.present_call({call.closed}) ->> 'state';
select private.present_call({call.foreign}) ->> 'state';
select private.present_call({call.open}) ->> 'state';
-- call private.present_rooms
select id from private.present_rooms(
  array[{room.open}, {room.closed}, {room.direct}, {room.foreign}]);
-- call private.present_room
select private.present_room({room.open});
select private.present_room({room.closed});
select private.present_room({room.direct});
select private.present_room({room.foreign});
-- call private.renew_connection
select id from private.renew_connection({connection.self}, null);
select id from private.renew_connection({connection.hermit}, null);
-- call private.start_call
select private.start_call({room.group}, 'audio') is not null;
select private.start_call({room.foreign}, 'audio') is not null;
select private.start_call({room.open}, 'audio') is not null;
select private.start_call({room.direct}, 'audio') is not null;
-- call private.unread_rooms
select private.unread_rooms();

-- insert public.messages: in room.open
insert into public.messages (room_id, body) values ({room.open}, 'Hi');
-- insert public.messages: in room.closed
insert into public.messages (room_id, body) values ({room.closed}, 'Hi');
-- insert public.messages: in room.group
insert into public.messages (room_id, body) values ({room.group}, 'Hi');
-- insert public.messages: in room.direct
insert into public.messages (room_id, body) values ({room.direct}, 'Hi');
-- insert public.messages: in room.severed
insert into public.messages (room_id, body) values ({room.severed}, 'Hi');
-- insert public.messages: in room.foreign
insert into public.messages (room_id, body) values ({room.foreign}, 'Hi');
-- insert public.messages: sharing post.followers in room.closed
insert into public.messages (room_id, body, shared_post_id) values ({room.closed}, 'Hi',
  {post.followers});
-- insert public.messages: answering story.live in room.direct
insert into public.messages (room_id, body, story_id) values ({room.direct}, 'Hi', {story.live});
-- insert public.messages: answering story.live in room.closed
insert into public.messages (room_id, body, story_id) values ({room.closed}, 'Hi', {story.live});
-- insert public.messages: as member in room.closed
insert into public.messages (room_id, body, author_id) values ({room.closed}, 'Hi', {member});
-- insert public.messages: as bot in room.closed
insert into public.messages (room_id, body, kind) values ({room.closed}, 'Hi', 'bot');
-- insert private.scheduled_messages: in room.closed
insert into private.scheduled_messages (room_id, body, publish_at)
  values ({room.closed}, 'Hi', now() + interval '1 hour');
-- insert private.scheduled_messages: as member in room.closed
insert into private.scheduled_messages (room_id, body, publish_at, author_id)
  values ({room.closed}, 'Hi', now() + interval '1 hour', {member});
-- insert public.message_reactions: to message.closed
insert into public.message_reactions (message_id, emoji) values ({message.closed}, '🎉');
-- insert public.message_reactions: to message.closed.held
insert into public.message_reactions (message_id, emoji) values ({message.closed.held}, '🎉');
-- insert public.message_reactions: to message.direct
insert into public.message_reactions (message_id, emoji) values ({message.direct}, '🎉');
-- insert public.message_reactions: to message.group.blocked
insert into public.message_reactions (message_id, emoji) values ({message.group.blocked}, '🎉');
-- insert public.message_reactions: as member to message.closed
insert into public.message_reactions (message_id, emoji, profile_id)
values ({message.closed}, '🎉', {member});
-- insert private.audience_members: stranger on audience.self
insert into private.audience_members (audience_id, profile_id) values ({audience.self},
  {stranger});
-- insert private.audience_members: stranger on audience.suspended
insert into private.audience_members (audience_id, profile_id) values
  ({audience.suspended}, {stranger});
-- insert private.audience_members: oneself on audience.hermit
insert into private.audience_members (audience_id, profile_id) values ({audience.hermit}, {me});
-- update public.messages: body of message.closed
update public.messages set body = 'Changed' where id = {message.closed};
-- update public.messages: body of message.closed.muted
update public.messages set body = 'Changed' where id = {message.closed.muted};
-- update public.messages: deleted_at of message.closed
update public.messages set deleted_at = now() where id = {message.closed};
-- update public.messages: deleted_at of message.direct.follower
update public.messages set deleted_at = now() where id = {message.direct.follower};
