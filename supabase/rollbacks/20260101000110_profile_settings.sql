-- Takes the settings back: everybody is at the defaults again.

drop function private.present_settings();
drop function private.quiet_until(uuid, timestamptz);
drop function private.notification_channels(uuid, text);
drop function private.default_channels();
drop function private.may_contact(uuid, text);
drop function private.accepts_contact(uuid, uuid, text);
drop trigger profiles_a10_make_settings on public.profiles;
drop table public.notification_preferences, private.profile_settings;
drop function private.notification_preferences_check_zone();
drop function private.settings_touch();
drop function private.profiles_make_settings();
drop function private.is_quiet_hours(jsonb);
drop function private.is_notification_types(jsonb);
drop function private.is_feed_preference(jsonb);
drop function private.texts_within(jsonb, text, int);
drop function private.numbers_within(jsonb, text, numeric, numeric, int);
drop function private.notification_types();
