drop function private.untell_announcement(uuid, int);
drop function private.tell_announcement(uuid, int);
drop table private.spotlights, private.announcement_dismissals, private.announcements;
drop function private.spotlights_check();
drop function private.announcements_enqueue();
drop function private.announcements_fill();
