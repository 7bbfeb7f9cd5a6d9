drop function private.follow_list(uuid, text, timestamptz, uuid, int);
drop function private.present_profile(uuid);
drop function private.shows_list(uuid, text);
drop function private.profile_card(uuid);
drop function private.relation_to(uuid);
