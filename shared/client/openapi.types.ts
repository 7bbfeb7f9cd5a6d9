/** @module Written by `deno task generate` from openapi.json; do not edit. */
export interface paths {
    "/admin/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List backups, newest first
         * @description Needs the permission backup.manage
         */
        get: operations["get_admin_backups"];
        put?: never;
        /**
         * Make a backup now
         * @description Needs the permission backup.manage
         */
        post: operations["post_admin_backups"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/backups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a backup with its manifest
         * @description Needs the permission backup.manage
         */
        get: operations["get_admin_backups_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/backups/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a backup: hash of every file, count and checksum of every table
         * @description Needs the permission backup.manage
         */
        post: operations["post_admin_backups_id_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how the outbox and its consumers are
         * @description Needs the permission job.manage
         */
        get: operations["get_admin_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/jobs/dead": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List work that gave up, latest first
         * @description Needs the permission job.manage
         */
        get: operations["get_admin_jobs_dead"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/jobs/dead/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try the oldest work that gave up once more, at most 100 pieces at a time
         * @description Needs the permission job.manage
         */
        post: operations["post_admin_jobs_dead_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/jobs/dead/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take work that gave up off the list
         * @description Needs the permission job.manage
         */
        delete: operations["delete_admin_jobs_dead_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/jobs/dead/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try work that gave up once more
         * @description Needs the permission job.manage
         */
        post: operations["post_admin_jobs_dead_id_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/announcements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what is announced now, without what one has dismissed */
        get: operations["get_announcements"];
        put?: never;
        /**
         * Announce something to everybody
         * @description Needs the permission flag.manage
         */
        post: operations["post_announcements"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/announcements/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw an announcement, with the notifications of it
         * @description Needs the permission flag.manage
         */
        delete: operations["delete_announcements_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/announcements/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hide an announcement from one's own list */
        post: operations["post_announcements_id_dismiss"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audiences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your lists of people, newest first */
        get: operations["get_audiences"];
        put?: never;
        /** Make a list of people */
        post: operations["post_audiences"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audiences/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Drop a list of people; posts kept to it are then seen by you only */
        delete: operations["delete_audiences_id"];
        options?: never;
        head?: never;
        /** Rename a list of people */
        patch: operations["patch_audiences_id"];
        trace?: never;
    };
    "/audiences/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List people on a list, the latest first */
        get: operations["get_audiences_id_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audiences/{id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Put a person on a list, without their knowing */
        put: operations["put_audiences_id_members_user_id"];
        post?: never;
        /** Take a person off a list */
        delete: operations["delete_audiences_id_members_user_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hide your account until you sign in again; ends all your sessions */
        post: operations["post_auth_deactivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what happened to your account, newest first
         * @description Open to banned people too
         */
        get: operations["get_auth_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a password
         * @description Same as POST /auth/signin. Open to banned people too
         */
        post: operations["post_auth_login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End this session
         * @description Open to banned people too
         */
        post: operations["post_auth_logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all your sessions
         * @description Open to banned people too
         */
        post: operations["post_auth_logout_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read your account
         * @description Open to banned people too
         */
        get: operations["get_auth_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password; ends your other sessions
         * @description Open to banned people too
         */
        post: operations["post_auth_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a password with the token of a mail; ends all other sessions
         * @description Open to banned people too
         */
        post: operations["post_auth_password_confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a mail to set a new password
         * @description Open to banned people too
         */
        post: operations["post_auth_password_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Swap a refresh token for new tokens
         * @description Open to banned people too
         */
        post: operations["post_auth_refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account; 201 signs in, 202 waits for the e-mail to be confirmed
         * @description Same as POST /auth/signup. Open to banned people too
         */
        post: operations["post_auth_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List where you are signed in, newest first
         * @description Open to banned people too
         */
        get: operations["get_auth_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your sessions
         * @description Open to banned people too
         */
        delete: operations["delete_auth_sessions_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/signin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a password
         * @description Open to banned people too
         */
        post: operations["post_auth_signin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account; 201 signs in, 202 waits for the e-mail to be confirmed
         * @description Open to banned people too
         */
        post: operations["post_auth_signup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an e-mail address with the token of a mail, and sign in
         * @description Open to banned people too
         */
        post: operations["post_auth_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/verify/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the confirmation mail again
         * @description Open to banned people too
         */
        post: operations["post_auth_verify_resend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List one's bots and their tokens, the oldest first */
        get: operations["get_bots"];
        put?: never;
        /** Make a bot: an account that nobody signs in to */
        post: operations["post_bots"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bots/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a bot: its tokens at once, what it said soon after */
        delete: operations["delete_bots_id"];
        options?: never;
        head?: never;
        /** Change how a bot presents itself */
        patch: operations["patch_bots_id"];
        trace?: never;
    };
    "/bots/{id}/rooms/{room_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Let one's bot into a room to which one may invite */
        put: operations["put_bots_id_rooms_room_id"];
        post?: never;
        /** Take one's bot out of a room */
        delete: operations["delete_bots_id_rooms_room_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bots/{id}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a token of a bot; it is shown here only */
        post: operations["post_bots_id_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bots/{id}/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a token back; it is refused from then on */
        delete: operations["delete_bots_id_tokens_token_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a call of one's rooms */
        get: operations["get_calls_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a call for everybody, as who started it or keeps order in the room */
        post: operations["post_calls_id_end"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{id}/ice-servers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the servers by which the devices of a call find each other */
        get: operations["get_calls_id_ice_servers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{id}/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Join a call; more than four people need a call server */
        post: operations["post_calls_id_join"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{id}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave a call, or decline one that rings; it ends when the last leaves */
        post: operations["post_calls_id_leave"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List posts, newest first
         * @description Same as GET /posts
         */
        get: operations["get_content"];
        put?: never;
        /**
         * Write a post
         * @description Same as POST /posts
         */
        post: operations["post_content"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a post
         * @description Same as GET /posts/{id}
         */
        get: operations["get_content_id"];
        /**
         * Change one's own post
         * @description Same as PATCH /posts/{id}
         */
        put: operations["put_content_id"];
        post?: never;
        /**
         * Delete one's own post
         * @description Same as DELETE /posts/{id}
         */
        delete: operations["delete_content_id"];
        options?: never;
        head?: never;
        /**
         * Change one's own post
         * @description Same as PATCH /posts/{id}
         */
        patch: operations["patch_content_id"];
        trace?: never;
    };
    "/content/{id}/bookmark": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep a post for later
         * @description Same as POST /posts/{id}/bookmark
         */
        post: operations["post_content_id_bookmark"];
        /**
         * Keep a post no longer
         * @description Same as DELETE /posts/{id}/bookmark
         */
        delete: operations["delete_content_id_bookmark"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/{id}/comment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write a comment
         * @description Same as POST /posts/{id}/comment
         */
        post: operations["post_content_id_comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the answers to a post, oldest, newest or best first
         * @description Same as GET /posts/{id}/comments
         */
        get: operations["get_content_id_comments"];
        put?: never;
        /**
         * Write a comment
         * @description Same as POST /posts/{id}/comment
         */
        post: operations["post_content_id_comments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List earlier texts of a post, the last one first
         * @description Same as GET /posts/{id}/history
         */
        get: operations["get_content_id_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/{id}/like": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Like a post
         * @description Same as POST /posts/{id}/like
         */
        post: operations["post_content_id_like"];
        /**
         * Take back a like
         * @description Same as DELETE /posts/{id}/like
         */
        delete: operations["delete_content_id_like"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a draft or scheduled post now
         * @description Same as POST /posts/{id}/publish
         */
        post: operations["post_content_id_publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/{id}/reaction": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * React to a post, in place of an earlier reaction
         * @description Same as PUT /posts/{id}/reaction
         */
        put: operations["put_content_id_reaction"];
        post?: never;
        /**
         * Take back a reaction
         * @description Same as DELETE /posts/{id}/reaction
         */
        delete: operations["delete_content_id_reaction"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report a post or comment
         * @description Same as POST /posts/{id}/report
         */
        post: operations["post_content_id_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/{id}/share": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Share a public post with one's followers
         * @description Same as POST /posts/{id}/share
         */
        post: operations["post_content_id_share"];
        /**
         * Take a share back
         * @description Same as DELETE /posts/{id}/share
         */
        delete: operations["delete_content_id_share"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/content/{id}/vote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Vote in the poll of a post, once and for good
         * @description Same as POST /posts/{id}/vote
         */
        post: operations["post_content_id_vote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open the conversation with one person, or a group with several; 200 when it exists */
        post: operations["post_dms"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the ranked feed */
        get: operations["get_feed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feed/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what you have said of your feed, and what it does */
        get: operations["get_feed_feedback"];
        put?: never;
        /** Say what you do not want in your feed: less like this, not this post, author, topic */
        post: operations["post_feed_feedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feed/feedback/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take back what you have said of your feed */
        delete: operations["delete_feed_feedback_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feed/following": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read followed people's posts, newest first */
        get: operations["get_feed_following"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feed/preference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what you ask of your feed; also its export */
        get: operations["get_feed_preference"];
        /** Replace all that you ask of your feed: import what was exported */
        put: operations["put_feed_preference"];
        /** Change what is named of what you ask of your feed; null takes a weight back */
        post: operations["post_feed_preference"];
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what is named of what you ask of your feed; null takes a weight back
         * @description Same as POST /feed/preference
         */
        patch: operations["patch_feed_preference"];
        trace?: never;
    };
    "/follow-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List requests to follow you */
        get: operations["get_follow_requests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/follow-requests/{user_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept a request to follow you */
        post: operations["post_follow_requests_user_id_accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/follow-requests/{user_id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reject a request to follow you */
        post: operations["post_follow_requests_user_id_reject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hashtags/{tag}/feed.xml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the public posts with a hashtag as RSS */
        get: operations["get_hashtags_tag_feed_xml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hashtags/{tag}/follow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Follow a hashtag: posts with it come into the feed */
        post: operations["post_hashtags_tag_follow"];
        /** Follow a hashtag no longer */
        delete: operations["delete_hashtags_tag_follow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hashtags/{tag}/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List posts with a hashtag, newest first */
        get: operations["get_hashtags_tag_posts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how the product is */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read whether the process runs */
        get: operations["get_health_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read whether requests can be served; 503 when not */
        get: operations["get_health_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the archives that you have brought, newest first */
        get: operations["get_imports"];
        put?: never;
        /** Bring a chat archive: into your room, or as an admin into new ones */
        post: operations["post_imports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how far an import is */
        get: operations["get_imports_id"];
        put?: never;
        post?: never;
        /** Cancel an import before its next batch; what was written stays */
        delete: operations["delete_imports_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invites/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read to what one is invited */
        get: operations["get_invites_token"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invites/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End an invite; whom it names declines it */
        delete: operations["delete_invites_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invites/{token}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Come into a room by an invite */
        post: operations["post_invites_token_accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/markdown/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Render a text as it would be shown */
        post: operations["post_markdown_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/media/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload an image, video or document; what tells of place and camera is removed */
        post: operations["post_media_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/media/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a file's description */
        get: operations["get_media_id"];
        put?: never;
        post?: never;
        /** Remove one's own file everywhere */
        delete: operations["delete_media_id"];
        options?: never;
        head?: never;
        /** Say what one's own picture shows */
        patch: operations["patch_media_id"];
        trace?: never;
    };
    "/media/{id}/filter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a new picture of one's own: filtered, cut, or both */
        post: operations["post_media_id_filter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/media/{id}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Fetch a file, whole or by range */
        get: operations["get_media_id_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/message-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List conversations begun by people one does not follow, the newest first */
        get: operations["get_message_requests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/message-requests/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a conversation, named by its room, one like any other */
        post: operations["post_message_requests_id_accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/message-requests/{id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a conversation aside until one opens it or writes in it; its sender is not told */
        post: operations["post_message_requests_id_decline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{mid}/delivered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that what was said up to a message has come to a device */
        post: operations["post_messages_mid_delivered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{mid}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark what was said up to a message read, in its room or in its thread */
        post: operations["post_messages_mid_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{mid}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how far a message of a direct conversation has come */
        get: operations["get_messages_mid_receipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{mid}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report a message */
        post: operations["post_messages_mid_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read all metrics in the Prometheus text format */
        get: operations["get_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/moderation/cases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a case with what reporters said
         * @description Needs the permission report.review
         */
        get: operations["get_moderation_cases_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/moderation/cases/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide a case
         * @description Needs the permission report.review
         */
        post: operations["post_moderation_cases_id_decision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/moderation/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List cases, most urgent first
         * @description Needs the permission report.review
         */
        get: operations["get_moderation_queue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your notifications, newest first */
        get: operations["get_notifications"];
        put?: never;
        /** Tell a person something, as a server of the project: needs a secret key as `apikey` */
        post: operations["post_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count what waits for you */
        get: operations["get_notifications_count"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/mark-all-read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Mark all your notifications as read */
        patch: operations["patch_notifications_mark_all_read"];
        trace?: never;
    };
    "/notifications/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how you are told of things */
        get: operations["get_notifications_preferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change how you are told of things; what is not named stays */
        patch: operations["patch_notifications_preferences"];
        trace?: never;
    };
    "/notifications/push-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the key with which a browser subscribes to push */
        get: operations["get_notifications_push_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/push-subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have this browser rung: takes its PushSubscription.toJSON() */
        post: operations["post_notifications_push_subscriptions"];
        /** Have a browser rung no more */
        delete: operations["delete_notifications_push_subscriptions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark several notifications as read */
        post: operations["post_notifications_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/seen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell that you have looked at the list; what is unread stays so */
        post: operations["post_notifications_seen"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/unsubscribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turn mail off, by the link in a mail (RFC 8058: one click, without signing in) */
        post: operations["post_notifications_unsubscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/{id}/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell that a notification was shown, or opened */
        post: operations["post_notifications_id_ack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Mark a notification as read
         * @description Same as PATCH /notifications/{id}/read
         */
        put: operations["put_notifications_id_read"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Mark a notification as read */
        patch: operations["patch_notifications_id_read"];
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read this document */
        get: operations["get_openapi_json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List posts, newest first */
        get: operations["get_posts"];
        put?: never;
        /** Write a post */
        post: operations["post_posts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a post */
        get: operations["get_posts_id"];
        /**
         * Change one's own post
         * @description Same as PATCH /posts/{id}
         */
        put: operations["put_posts_id"];
        post?: never;
        /** Delete one's own post */
        delete: operations["delete_posts_id"];
        options?: never;
        head?: never;
        /** Change one's own post */
        patch: operations["patch_posts_id"];
        trace?: never;
    };
    "/posts/{id}/bookmark": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep a post for later */
        post: operations["post_posts_id_bookmark"];
        /** Keep a post no longer */
        delete: operations["delete_posts_id_bookmark"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}/comment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write a comment */
        post: operations["post_posts_id_comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the answers to a post, oldest, newest or best first */
        get: operations["get_posts_id_comments"];
        put?: never;
        /**
         * Write a comment
         * @description Same as POST /posts/{id}/comment
         */
        post: operations["post_posts_id_comments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List earlier texts of a post, the last one first */
        get: operations["get_posts_id_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}/like": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Like a post */
        post: operations["post_posts_id_like"];
        /** Take back a like */
        delete: operations["delete_posts_id_like"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Publish a draft or scheduled post now */
        post: operations["post_posts_id_publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}/reaction": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** React to a post, in place of an earlier reaction */
        put: operations["put_posts_id_reaction"];
        post?: never;
        /** Take back a reaction */
        delete: operations["delete_posts_id_reaction"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report a post or comment */
        post: operations["post_posts_id_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}/share": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Share a public post with one's followers */
        post: operations["post_posts_id_share"];
        /** Take a share back */
        delete: operations["delete_posts_id_share"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}/spotlight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a public post forward until a time
         * @description Needs the permission post.remove
         */
        post: operations["post_posts_id_spotlight"];
        /**
         * End that a post is put forward
         * @description Needs the permission post.remove
         */
        delete: operations["delete_posts_id_spotlight"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{id}/vote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Vote in the poll of a post, once and for good */
        post: operations["post_posts_id_vote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what the problems mean */
        get: operations["get_problems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/realtime/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a place for a socket that is about to be opened; a person has ten */
        post: operations["post_realtime_connections"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/realtime/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Give the place of a closed socket back */
        delete: operations["delete_realtime_connections_id"];
        options?: never;
        head?: never;
        /** Say that the socket is still open; three heartbeats missed free the place */
        patch: operations["patch_realtime_connections_id"];
        trace?: never;
    };
    "/recommendations/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Suggest whom to follow, by mutuals first */
        get: operations["get_recommendations_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recommendations/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have a recommendation shown no more: a feed's impression, a post, or a person */
        post: operations["post_recommendations_id_dismiss"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report something */
        post: operations["post_reports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List roles by name
         * @description Needs the permission role.manage
         */
        get: operations["get_roles"];
        put?: never;
        /**
         * Make a role of permissions that you hold
         * @description Needs the permission role.manage
         */
        post: operations["post_roles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a role that nobody holds
         * @description Needs the permission role.manage
         */
        delete: operations["delete_roles_id"];
        options?: never;
        head?: never;
        /**
         * Change a role
         * @description Needs the permission role.manage
         */
        patch: operations["patch_roles_id"];
        trace?: never;
    };
    "/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the rooms one is in, the liveliest first */
        get: operations["get_rooms"];
        put?: never;
        /** Make a room */
        post: operations["post_rooms"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/discover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List public channels to join, the newest or the most popular first */
        get: operations["get_rooms_discover"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a room */
        get: operations["get_rooms_id"];
        put?: never;
        post?: never;
        /** Delete a room with everything in it */
        delete: operations["delete_rooms_id"];
        options?: never;
        head?: never;
        /** Rename or change a room */
        patch: operations["patch_rooms_id"];
        trace?: never;
    };
    "/rooms/{id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Archive a room: it is read, not written */
        post: operations["post_rooms_id_archive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/bans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who is banned, for those who keep order */
        get: operations["get_rooms_id_bans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/bans/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ban somebody from the room */
        post: operations["post_rooms_id_bans_user_id"];
        /** Lift a ban */
        delete: operations["delete_rooms_id_bans_user_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call the people of a room; it rings for a minute */
        post: operations["post_rooms_id_calls"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/feeds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the feeds that post into a room, for those who may change it */
        get: operations["get_rooms_id_feeds"];
        put?: never;
        /** Have an RSS or Atom feed post into the room; the same one twice is one */
        post: operations["post_rooms_id_feeds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/feeds/{feed_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Have a feed post into the room no longer */
        delete: operations["delete_rooms_id_feeds_feed_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/incoming-webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the incoming webhooks of a room, for those who may change it */
        get: operations["get_rooms_id_incoming_webhooks"];
        put?: never;
        /** Make an address by which another system speaks in the room; it is shown here only */
        post: operations["post_rooms_id_incoming_webhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/incoming-webhooks/{hook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a webhook; its address leads nowhere from then on */
        delete: operations["delete_rooms_id_incoming_webhooks_hook_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List open invites: all for those who keep order, one's own for others */
        get: operations["get_rooms_id_invites"];
        put?: never;
        /** Make an invite: a link, or for the people named only */
        post: operations["post_rooms_id_invites"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Join a public channel */
        post: operations["post_rooms_id_join"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave a room; the last owner hands over by rank and time */
        post: operations["post_rooms_id_leave"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what was done to keep order, the newest first, for those who do */
        get: operations["get_rooms_id_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the members of a room in the order in which they joined */
        get: operations["get_rooms_id_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Put a member out; a new invite lets them back in */
        delete: operations["delete_rooms_id_members_user_id"];
        options?: never;
        head?: never;
        /** Give a member another role */
        patch: operations["patch_rooms_id_members_user_id"];
        trace?: never;
    };
    "/rooms/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the history of a room in the order it was said */
        get: operations["get_rooms_id_messages"];
        put?: never;
        /** Write a message, or give a command; 200 when one of this id was written before and for what a command answers, 202 when it is said later */
        post: operations["post_rooms_id_messages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/messages/{mid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a message; its place in the history stays */
        delete: operations["delete_rooms_id_messages_mid"];
        options?: never;
        head?: never;
        /** Change what one's own message says */
        patch: operations["patch_rooms_id_messages_mid"];
        trace?: never;
    };
    "/rooms/{id}/messages/{mid}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what a message said before, the last first */
        get: operations["get_rooms_id_messages_mid_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/messages/{mid}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pin a message; a room holds up three */
        post: operations["post_rooms_id_messages_mid_pin"];
        /** Take a pinned message down */
        delete: operations["delete_rooms_id_messages_mid_pin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/messages/{mid}/reactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a message an emoji; told twice, it is given once */
        post: operations["post_rooms_id_messages_mid_reactions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/messages/{mid}/reactions/{emoji}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an emoji back */
        delete: operations["delete_rooms_id_messages_mid_reactions_emoji"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/messages/{mid}/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer in the thread of a message */
        post: operations["post_rooms_id_messages_mid_replies"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/messages/{mid}/subscription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say what one wants to be told of a thread */
        put: operations["put_rooms_id_messages_mid_subscription"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/messages/{mid}/thread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the thread of a message in the order it was said */
        get: operations["get_rooms_id_messages_mid_thread"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/mute/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mute a member, until a time or until it is lifted */
        post: operations["post_rooms_id_mute_user_id"];
        /** End a mute */
        delete: operations["delete_rooms_id_mute_user_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/pins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the pinned messages of a room, the last pinned first */
        get: operations["get_rooms_id_pins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark a room read up to a message */
        post: operations["post_rooms_id_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/scheduled-messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List one's own messages in a room that wait for their time, the next first */
        get: operations["get_rooms_id_scheduled_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/scheduled-messages/{mid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a message back before it is said */
        delete: operations["delete_rooms_id_scheduled_messages_mid"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what one keeps to oneself in a room: receipts, typing, presence */
        get: operations["get_rooms_id_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Keep receipts, typing or presence to oneself in a room; null is as for the account */
        patch: operations["patch_rooms_id_settings"];
        trace?: never;
    };
    "/rooms/{id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand the room over to another member */
        post: operations["post_rooms_id_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{id}/unarchive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open an archived room again */
        post: operations["post_rooms_id_unarchive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search people, rooms and posts, the best first */
        get: operations["get_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/spotlight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the posts that staff put forward, the latest first */
        get: operations["get_spotlight"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List one's own stories and those of people whom one follows, unseen first, then newest */
        get: operations["get_stories"];
        put?: never;
        /** Show something for a day */
        post: operations["post_stories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stories/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a story */
        get: operations["get_stories_id"];
        put?: never;
        post?: never;
        /** Delete one's own story */
        delete: operations["delete_stories_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stories/{id}/highlight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep one's own story on one's profile; possible until a day after it has expired */
        post: operations["post_stories_id_highlight"];
        /** Keep one's own story on one's profile no more */
        delete: operations["delete_stories_id_highlight"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stories/{id}/reply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer a story by a direct message to its author */
        post: operations["post_stories_id_reply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stories/{id}/view": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Note that one has seen a story; its author is shown by whom */
        post: operations["post_stories_id_view"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stories/{id}/viewers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who has seen one's own story, the latest first */
        get: operations["get_stories_id_viewers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List whom you have blocked */
        get: operations["get_users_me_blocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/bookmarks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List one's bookmarks, the latest first */
        get: operations["get_users_me_bookmarks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for an archive of all that is yours
         * @description Open to banned people too
         */
        post: operations["post_users_me_export"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/exports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how far your archive is and where it can be fetched
         * @description Open to banned people too
         */
        get: operations["get_users_me_exports_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/followers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a follower */
        delete: operations["delete_users_me_followers_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/hashtags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the hashtags that one follows, the latest first */
        get: operations["get_users_me_hashtags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring an archive of yours into this account */
        post: operations["post_users_me_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how far your import is */
        get: operations["get_users_me_imports_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/mentions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List posts and messages that mention one, newest first */
        get: operations["get_users_me_mentions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/mutes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List whom you have muted */
        get: operations["get_users_me_mutes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read your settings: privacy, notifications, feed */
        get: operations["get_users_me_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the settings that are named; the others stay */
        patch: operations["patch_users_me_settings"];
        trace?: never;
    };
    "/users/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find people by handle or name */
        get: operations["get_users_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a profile by id or handle */
        get: operations["get_users_id"];
        /**
         * Change your own profile
         * @description Same as PATCH /users/{id}
         */
        put: operations["put_users_id"];
        post?: never;
        /**
         * Delete your own account, after a grace period or at once
         * @description Open to banned people too
         */
        delete: operations["delete_users_id"];
        options?: never;
        head?: never;
        /** Change your own profile */
        patch: operations["patch_users_id"];
        trace?: never;
    };
    "/users/{id}/block": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Block a person */
        post: operations["post_users_id_block"];
        /** Take a block back */
        delete: operations["delete_users_id_block"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/feed.xml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the public posts of a person as RSS */
        get: operations["get_users_id_feed_xml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/follow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Follow a person, or ask a private account to let you */
        post: operations["post_users_id_follow"];
        /** End a follow, or withdraw the request for it */
        delete: operations["delete_users_id_follow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/followers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who follows a person, newest first */
        get: operations["get_users_id_followers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/following": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List whom a person follows, newest first */
        get: operations["get_users_id_following"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/friends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who follows a person and is followed back */
        get: operations["get_users_id_friends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/highlights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the stories that a person keeps on their profile */
        get: operations["get_users_id_highlights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/mute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mute a person */
        post: operations["post_users_id_mute"];
        /** Take a mute back */
        delete: operations["delete_users_id_mute"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the posts of one person, newest first */
        get: operations["get_users_id_posts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report a person */
        post: operations["post_users_id_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a person's roles; those of others need role.manage */
        get: operations["get_users_id_roles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/roles/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a person a role
         * @description Needs the permission role.manage
         */
        put: operations["put_users_id_roles_role"];
        post?: never;
        /**
         * Take a role from a person
         * @description Needs the permission role.manage
         */
        delete: operations["delete_users_id_roles_role"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/unfollow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a follow, or withdraw the request for it
         * @description Same as DELETE /users/{id}/follow
         */
        post: operations["post_users_id_unfollow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the webhooks that one may change, the oldest first */
        get: operations["get_webhooks"];
        put?: never;
        /** Make a webhook, for admins, or for the owner of a room; its secret is shown here only */
        post: operations["post_webhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a webhook with its log */
        delete: operations["delete_webhooks_id"];
        options?: never;
        head?: never;
        /** Change a webhook, turn it off or on again */
        patch: operations["patch_webhooks_id"];
        trace?: never;
    };
    "/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what a webhook was told in the last 30 days, the newest first */
        get: operations["get_webhooks_id_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/deliveries/{did}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have an event told once more, under the same id */
        post: operations["post_webhooks_id_deliveries_did_redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace the secret of a webhook; for a day both sign */
        post: operations["post_webhooks_id_rotate_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ProfileSummary: {
            /** Format: uuid */
            id: string;
            handle: string;
            display_name: string;
            avatar_url: string | null;
            is_bot: boolean;
        };
        Relation: {
            /** @enum {string} */
            following: "no" | "requested" | "yes";
            followed_by: boolean;
            blocking: boolean;
            muting: boolean;
        };
        ProfileCard: {
            /** Format: uuid */
            id: string;
            handle: string;
            display_name: string;
            avatar_url: string | null;
            is_bot: boolean;
            viewer: components["schemas"]["Relation"];
        };
        Profile: {
            /** Format: uuid */
            id: string;
            handle: string;
            display_name: string;
            avatar_url: string | null;
            is_bot: boolean;
            bio: string;
            links: string[];
            location: string;
            is_private: boolean;
            /** Format: date-time */
            created_at: string;
            counts: {
                followers: number | null;
                following: number | null;
                posts: number;
            };
            viewer: components["schemas"]["Relation"];
        };
        Session: {
            access_token: string;
            refresh_token: string;
            token_type: string;
            expires_in: number;
            expires_at: number;
        };
        SignedIn: {
            user: components["schemas"]["Profile"];
            session: components["schemas"]["Session"];
        };
        SignedUp: {
            user: components["schemas"]["Profile"] | null;
            session: components["schemas"]["Session"] | null;
        };
        Standing: {
            /** @enum {string} */
            state: "active" | "suspended" | "banned" | "deactivated" | "deleting";
            /** Format: date-time */
            suspended_until: string | null;
            muted: boolean;
            /** Format: date-time */
            muted_until: string | null;
            /** Format: date-time */
            banned_until: string | null;
            /** Format: date-time */
            deletion_due_at: string | null;
            reason: string | null;
        };
        Account: {
            /** Format: uuid */
            id: string;
            handle: string;
            display_name: string;
            avatar_url: string | null;
            is_bot: boolean;
            bio: string;
            links: string[];
            location: string;
            is_private: boolean;
            /** Format: date-time */
            created_at: string;
            counts: {
                followers: number | null;
                following: number | null;
                posts: number;
            };
            viewer: components["schemas"]["Relation"];
            email: string | null;
            roles: string[];
            permissions: string[];
            standing: components["schemas"]["Standing"];
        };
        SessionInfo: {
            /** Format: uuid */
            id: string;
            current: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at: string;
            device: string;
            ip: string | null;
            user_agent: string | null;
        };
        AuthLogEntry: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "signup" | "sign_in" | "sign_out" | "session_revoked" | "session_expired" | "token_reuse" | "mfa_passed" | "password_changed" | "password_reset_requested" | "email_confirmed" | "email_changed" | "identity_linked" | "identity_unlinked";
            /** Format: uuid */
            session_id: string | null;
            current: boolean;
            device: string | null;
            ip: string | null;
            /** Format: date-time */
            created_at: string;
        };
        Media: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "image" | "video" | "document";
            mime_type: string;
            bytes: number;
            width: number | null;
            height: number | null;
            duration_s: number | null;
            blurhash: string | null;
            alt: string;
            /** @enum {string} */
            status: "processing" | "ready" | "rejected";
            urls: {
                /** Format: uri */
                original: string;
                /** Format: uri */
                thumb?: string;
                /** Format: uri */
                medium?: string;
                /** Format: uri */
                large?: string;
                /** Format: uri */
                poster?: string;
            };
        };
        Entity: {
            /** @enum {string} */
            type: "link" | "hashtag" | "mention";
            start: number;
            end: number;
            value: string;
        };
        MarkdownPreview: {
            body_html: string;
        };
        ReactionCount: {
            /** @enum {string} */
            kind: "like" | "love" | "laugh" | "wow" | "sad" | "angry" | "celebrate";
            count: number;
        };
        PostViewer: {
            /** @enum {string|null} */
            reaction: "like" | "love" | "laugh" | "wow" | "sad" | "angry" | "celebrate" | null;
            bookmarked: boolean;
            shared: boolean;
            can_reply: boolean;
            can_quote: boolean;
        };
        Poll: {
            options: {
                text: string;
                votes: number | null;
            }[];
            /** Format: date-time */
            closes_at: string;
            multiple: boolean;
            closed: boolean;
            voted: number[] | null;
        };
        LinkPreview: {
            url: string;
            title: string | null;
            description: string | null;
            image_url: string | null;
            site_name: string | null;
        };
        QuotedPost: {
            /** Format: uuid */
            id: string;
            author: components["schemas"]["ProfileSummary"];
            body: string | null;
            body_html: string | null;
            lang: string | null;
            /** @enum {string} */
            visibility: "public" | "followers" | "mentioned" | "room";
            /** Format: uuid */
            audience_id?: string | null;
            /** Format: uuid */
            room_id: string | null;
            /** Format: uuid */
            parent_id: string | null;
            /** Format: uuid */
            root_id: string | null;
            media: components["schemas"]["Media"][];
            hashtags: string[];
            entities: components["schemas"]["Entity"][];
            mentions: components["schemas"]["ProfileSummary"][];
            link_preview: components["schemas"]["LinkPreview"] | null;
            poll: components["schemas"]["Poll"] | null;
            /** @enum {string} */
            reply_control: "everyone" | "following" | "mentioned" | "nobody";
            /** @enum {string} */
            quote_control: "everyone" | "following" | "mentioned" | "nobody";
            sensitive: boolean;
            content_warning: string | null;
            /** @enum {string} */
            status: "published" | "held" | "removed" | "draft" | "scheduled";
            /** Format: date-time */
            publish_at?: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            edited_at: string | null;
            counts: {
                reactions: number;
                comments: number;
                shares: number;
                views: number;
            };
            reactions: components["schemas"]["ReactionCount"][];
            viewer: components["schemas"]["PostViewer"];
            quoted: null;
        };
        Post: {
            /** Format: uuid */
            id: string;
            author: components["schemas"]["ProfileSummary"];
            body: string | null;
            body_html: string | null;
            lang: string | null;
            /** @enum {string} */
            visibility: "public" | "followers" | "mentioned" | "room";
            /** Format: uuid */
            audience_id?: string | null;
            /** Format: uuid */
            room_id: string | null;
            /** Format: uuid */
            parent_id: string | null;
            /** Format: uuid */
            root_id: string | null;
            media: components["schemas"]["Media"][];
            hashtags: string[];
            entities: components["schemas"]["Entity"][];
            mentions: components["schemas"]["ProfileSummary"][];
            link_preview: components["schemas"]["LinkPreview"] | null;
            poll: components["schemas"]["Poll"] | null;
            /** @enum {string} */
            reply_control: "everyone" | "following" | "mentioned" | "nobody";
            /** @enum {string} */
            quote_control: "everyone" | "following" | "mentioned" | "nobody";
            sensitive: boolean;
            content_warning: string | null;
            /** @enum {string} */
            status: "published" | "held" | "removed" | "draft" | "scheduled";
            /** Format: date-time */
            publish_at?: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            edited_at: string | null;
            counts: {
                reactions: number;
                comments: number;
                shares: number;
                views: number;
            };
            reactions: components["schemas"]["ReactionCount"][];
            viewer: components["schemas"]["PostViewer"];
            quoted: components["schemas"]["QuotedPost"] | null;
        };
        NewPoll: {
            options: string[];
            /** Format: date-time */
            closes_at: string;
            multiple?: boolean;
        };
        Comment: {
            /** Format: uuid */
            id: string;
            author: components["schemas"]["ProfileSummary"];
            body: string | null;
            body_html: string | null;
            lang: string | null;
            /** @enum {string} */
            visibility: "public" | "followers" | "mentioned" | "room";
            /** Format: uuid */
            audience_id?: string | null;
            /** Format: uuid */
            room_id: string | null;
            /** Format: uuid */
            parent_id: string | null;
            /** Format: uuid */
            root_id: string | null;
            media: components["schemas"]["Media"][];
            hashtags: string[];
            entities: components["schemas"]["Entity"][];
            mentions: components["schemas"]["ProfileSummary"][];
            link_preview: components["schemas"]["LinkPreview"] | null;
            poll: components["schemas"]["Poll"] | null;
            /** @enum {string} */
            reply_control: "everyone" | "following" | "mentioned" | "nobody";
            /** @enum {string} */
            quote_control: "everyone" | "following" | "mentioned" | "nobody";
            sensitive: boolean;
            content_warning: string | null;
            /** @enum {string} */
            status: "published" | "held" | "removed" | "draft" | "scheduled";
            /** Format: date-time */
            publish_at?: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            edited_at: string | null;
            counts: {
                reactions: number;
                comments: number;
                shares: number;
                views: number;
            };
            reactions: components["schemas"]["ReactionCount"][];
            viewer: components["schemas"]["PostViewer"];
            quoted: components["schemas"]["QuotedPost"] | null;
            replies?: {
                items: components["schemas"]["Comment"][];
                next_cursor: string | null;
            };
        };
        PostVersion: {
            body: string;
            /** Format: date-time */
            edited_at: string;
            edited_by: components["schemas"]["ProfileSummary"];
        };
        ReactionState: {
            reactions: components["schemas"]["ReactionCount"][];
            viewer: components["schemas"]["PostViewer"];
        };
        Announcement: {
            /** Format: uuid */
            id: string;
            title: string;
            body: string;
            body_html: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
        };
        Spotlight: {
            post: components["schemas"]["Post"];
            /** Format: date-time */
            until: string;
        };
        Backup: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            status: "queued" | "running" | "done" | "failed" | "verified" | "corrupt";
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
            /** Format: date-time */
            verified_at: string | null;
            error: string | null;
            manifest: {
                /** @enum {number} */
                format: 2;
                /** Format: uuid */
                id: string;
                created_at: string;
                migration: string;
                encrypted: boolean;
                key_id: string | null;
                tables: {
                    name: string;
                    shape: string;
                    rows: number;
                    checksum: string;
                    files: {
                        path: string;
                        rows: number;
                        bytes: number;
                        raw: number;
                        sha256: string;
                    }[];
                }[];
                sequences: {
                    name: string;
                    value: string;
                }[];
                objects: {
                    count: number;
                    bytes: number;
                    gone: number;
                    files: {
                        path: string;
                        rows: number;
                        bytes: number;
                        raw: number;
                        sha256: string;
                    }[];
                };
            } | null;
        };
        BackupVerification: {
            /** @enum {string} */
            status: "verified" | "corrupt";
            tables: {
                name: string;
                rows: number;
                checksum: string;
                ok: boolean;
            }[];
            objects: {
                checked: number;
                missing: number;
                altered: number;
            };
        };
        BotToken: {
            /** Format: uuid */
            id: string;
            scopes: ("messages:write" | "messages:read" | "rooms:read" | "posts:write")[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
        };
        MadeBotToken: {
            /** Format: uuid */
            id: string;
            scopes: ("messages:write" | "messages:read" | "rooms:read" | "posts:write")[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            token: string;
        };
        Bot: {
            /** Format: uuid */
            id: string;
            user: components["schemas"]["ProfileSummary"];
            /** Format: date-time */
            created_at: string;
            tokens: components["schemas"]["BotToken"][];
        };
        Bots: {
            items: components["schemas"]["Bot"][];
            next_cursor: null;
        };
        IncomingWebhook: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            room_id: string;
            name: string;
            avatar_url: string | null;
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["ProfileSummary"] | null;
        };
        MadeWebhook: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            room_id: string;
            name: string;
            avatar_url: string | null;
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["ProfileSummary"] | null;
            url: string;
        };
        IncomingWebhooks: {
            items: components["schemas"]["IncomingWebhook"][];
            next_cursor: null;
        };
        CallParticipant: {
            /** Format: uuid */
            id: string;
            handle: string;
            display_name: string;
            avatar_url: string | null;
            is_bot: boolean;
            /** @enum {string} */
            state: "joined" | "left" | "declined";
            /** Format: date-time */
            joined_at: string | null;
            /** Format: date-time */
            left_at: string | null;
        };
        Call: {
            /** Format: uuid */
            id: string;
            topic: string;
            /** Format: uuid */
            room_id: string;
            /** @enum {string} */
            kind: "audio" | "video";
            /** @enum {string} */
            state: "ringing" | "active" | "ended" | "missed" | "declined";
            started_by: components["schemas"]["ProfileSummary"] | null;
            participants: components["schemas"]["CallParticipant"][];
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            answered_at: string | null;
            /** Format: date-time */
            ended_at: string | null;
            duration_s: number | null;
            livekit: {
                url: string;
                token: string;
            } | null;
        };
        IceServers: {
            ice_servers: {
                urls: string[];
                username?: string;
                credential?: string;
            }[];
            /** Format: date-time */
            expires_at: string;
        };
        Audience: {
            /** Format: uuid */
            id: string;
            name: string;
            members_count: number;
            /** Format: date-time */
            created_at: string;
        };
        Suggestion: {
            /** Format: uuid */
            id: string;
            user: components["schemas"]["ProfileSummary"];
            reason: {
                /** @enum {string} */
                code: "mutuals" | "popular";
                detail: string;
            };
            score: number;
        };
        Feedback: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "less_like_this" | "hide_post" | "not_interested_author" | "not_interested_topic";
            /** Format: uuid */
            post_id: string | null;
            author: components["schemas"]["ProfileSummary"] | null;
            topics: string[];
            /** Format: date-time */
            created_at: string;
            effect: string;
        };
        Privacy: {
            /** @enum {string} */
            who_can_message: "everyone" | "following" | "followers" | "mutual" | "nobody";
            /** @enum {string} */
            who_can_mention: "everyone" | "following" | "followers" | "mutual" | "nobody";
            /** @enum {string} */
            who_can_invite: "everyone" | "following" | "followers" | "mutual" | "nobody";
            hide_followers: boolean;
            hide_following: boolean;
            private_receipts: boolean;
            hide_typing: boolean;
            hide_presence: boolean;
            link_previews: boolean;
            analytics_opt_out: boolean;
        };
        NotificationSettings: {
            types: {
                follow?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                follow_request?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                follow_accepted?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                like?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                reaction?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                comment?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                reply?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                mention?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                share?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                quote?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                message?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                room_invite?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                room_activity?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                story_reply?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                poll_closed?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                report_decided?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                moderation_notice?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
                announcement?: {
                    in_app: boolean;
                    push: boolean;
                    email: boolean;
                };
            };
            quiet_hours: {
                from: string;
                to: string;
                time_zone: string;
            } | null;
            /** @enum {string} */
            strangers: "allow" | "requests" | "drop";
        };
        FeedPreference: {
            /** @enum {string} */
            algorithm: "hybrid" | "personalized" | "trending" | "newest";
            mix: {
                following: number;
                discovery: number;
            };
            weights: {
                recency: number;
                engagement: number;
                affinity: number;
                relevance: number;
                diversity: number;
            };
            authors: {
                [key: string]: number;
            };
            topics: {
                [key: string]: number;
            };
            muted_topics: string[];
            muted_words: string[];
        };
        Settings: {
            privacy: components["schemas"]["Privacy"];
            notifications: components["schemas"]["NotificationSettings"];
            feed: components["schemas"]["FeedPreference"];
        };
        FeedReason: {
            /** @enum {string} */
            code: "following" | "own" | "shared" | "hashtag" | "affinity" | "topic" | "popular" | "recent" | "preferred" | "lowered";
            detail: string;
        };
        FeedItem: {
            /** Format: uuid */
            impression_id: string;
            post: components["schemas"]["Post"];
            score: number;
            reason: components["schemas"]["FeedReason"];
        };
        /** @description A failure, as RFC 9457 lays it out */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @enum {string} */
            code: "malformed-request" | "not-authenticated" | "session-revoked" | "bad-signature" | "not-permitted" | "not-accepting-messages" | "not-accepting-invites" | "account-suspended" | "account-muted" | "account-banned" | "account-left" | "replies-limited" | "quotes-limited" | "room-muted" | "room-archived" | "room-read-only" | "not-found" | "method-not-allowed" | "conflict" | "poll-closed" | "request-in-progress" | "quota-exceeded" | "too-large" | "unsupported-media-type" | "range-not-satisfiable" | "invalid-input" | "idempotency-key-reused" | "too-many-connections" | "too-many-requests" | "internal" | "not-configured" | "not-supported" | "upstream-failed" | "unavailable";
            request_id: string;
            errors?: {
                path: string;
                message: string;
            }[];
        };
        Health: {
            /** @enum {string} */
            status: "pass" | "warn" | "fail";
            version: string;
            checks: {
                [key: string]: {
                    /** @enum {string} */
                    status: "pass" | "warn" | "fail";
                    duration_ms: number;
                    detail?: string;
                };
            };
        };
        Liveness: {
            /** @enum {string} */
            status: "pass";
        };
        Import: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            status: "queued" | "running" | "done" | "failed";
            progress: {
                done: number;
                total: number;
            };
            errors: string[];
        };
        ImportEntry: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            status: "queued" | "running" | "done" | "failed";
            progress: {
                done: number;
                total: number;
            };
            errors: string[];
            /** @enum {string} */
            format: "slack" | "discord" | "gitter" | "mattermost" | "irc";
            file_name: string;
            /** Format: uuid */
            room_id: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
        };
        Webhook: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            room_id: string | null;
            owner: components["schemas"]["ProfileSummary"];
            url: string;
            description: string;
            events: string[];
            /** @enum {string} */
            status: "active" | "disabled";
            /** Format: date-time */
            disabled_at: string | null;
            /** Format: date-time */
            failing_since: string | null;
            /** Format: date-time */
            created_at: string;
        };
        NewWebhookSecret: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            room_id: string | null;
            owner: components["schemas"]["ProfileSummary"];
            url: string;
            description: string;
            events: string[];
            /** @enum {string} */
            status: "active" | "disabled";
            /** Format: date-time */
            disabled_at: string | null;
            /** Format: date-time */
            failing_since: string | null;
            /** Format: date-time */
            created_at: string;
            secret: string;
        };
        RotatedSecret: {
            /** Format: uuid */
            id: string;
            secret: string;
            /** Format: date-time */
            previous_expires_at: string;
        };
        WebhookAttempt: {
            /** Format: date-time */
            at: string;
            status: number | null;
            body: string | null;
            error: string | null;
            duration_ms: number;
        };
        WebhookDelivery: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            event_id: string;
            type: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed";
            attempts: number;
            /** Format: uuid */
            redelivery_of: string | null;
            request: {
                body: string;
            };
            response: {
                status: number;
                body: string;
            } | null;
            error: string | null;
            duration_ms: number | null;
            history: components["schemas"]["WebhookAttempt"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
        };
        RoomFeed: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            room_id: string;
            url: string;
            title: string;
            /** Format: date-time */
            read_at: string | null;
            error: string | null;
            /** Format: date-time */
            created_at: string;
        };
        RoomFeeds: {
            items: components["schemas"]["RoomFeed"][];
            next_cursor: null;
        };
        EmptyState: {
            /** @enum {string} */
            code: "say_hello" | "invite_friends" | "join" | "quiet";
            text: string;
            guidelines: string | null;
            can_invite: boolean;
        };
        Room: {
            /** Format: uuid */
            id: string;
            topic: string;
            live_topic: string;
            /** @enum {string} */
            kind: "channel" | "group" | "direct";
            name: string;
            description: string;
            guidelines: string;
            is_private: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_message_at: string | null;
            member_count: number;
            pinned_count: number;
            /** Format: date-time */
            archived_at: string | null;
            read_only: boolean;
            slow_mode_s: number;
            retention_days: number | null;
            /** @enum {string} */
            who_can_invite: "members" | "moderators";
            capabilities: ("join" | "read" | "send" | "leave" | "invite" | "pin" | "delete_messages" | "mute" | "kick" | "ban" | "read_log" | "change_role" | "edit_room" | "archive" | "transfer" | "delete_room")[];
            empty_state: components["schemas"]["EmptyState"] | null;
            viewer: {
                /** @enum {string|null} */
                role: "owner" | "admin" | "moderator" | "member" | null;
                unread_count: number;
                /** Format: uuid */
                last_read_message_id: string | null;
                /** Format: date-time */
                muted_until: string | null;
            };
        };
        MessageReaction: {
            emoji: string;
            count: number;
            me: boolean;
        };
        Message: {
            /** Format: uuid */
            id: string;
            seq: number;
            /** Format: uuid */
            room_id: string;
            author: components["schemas"]["ProfileSummary"];
            /** @enum {string} */
            kind: "user" | "system" | "bot";
            body: string;
            body_html: string;
            /** Format: uuid */
            parent_id: string | null;
            also_in_room: boolean;
            /** @enum {string|null} */
            mention_scope: "room" | "here" | null;
            reply_count: number;
            shared_post: components["schemas"]["Post"] | null;
            story: {
                /** Format: uuid */
                id: string;
            } | null;
            mentions: components["schemas"]["ProfileSummary"][];
            entities: components["schemas"]["Entity"][];
            reactions: components["schemas"]["MessageReaction"][];
            media: components["schemas"]["Media"][];
            link_preview: components["schemas"]["LinkPreview"] | null;
            pinned: boolean;
            /** @enum {string} */
            status: "published" | "held" | "removed";
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            edited_at: string | null;
            /** Format: date-time */
            deleted_at: string | null;
            thread_unread?: number;
            /** @enum {string} */
            receipt?: "sent" | "delivered" | "read";
        };
        RoomMember: {
            /** Format: uuid */
            id: string;
            handle: string;
            display_name: string;
            avatar_url: string | null;
            is_bot: boolean;
            /** @enum {string} */
            role: "owner" | "admin" | "moderator" | "member";
            /** Format: date-time */
            joined_at: string;
            /** Format: date-time */
            muted_until: string | null;
        };
        Left: {
            /** Format: uuid */
            room_id: string;
        };
        MessagePage: {
            items: components["schemas"]["Message"][];
            empty_state: components["schemas"]["EmptyState"] | null;
            next_cursor: string | null;
            prev_cursor: string | null;
            first_unread_seq: number | null;
        };
        Unread: {
            unread_count: number;
        };
        FollowedHashtag: {
            tag: string;
            /** Format: date-time */
            followed_at: string;
        };
        Mention: {
            /** @enum {string} */
            type: "post" | "message";
            /** Format: date-time */
            created_at: string;
            post: components["schemas"]["Post"] | null;
            message: components["schemas"]["Message"] | null;
        };
        JobsOverview: {
            pending: number;
            leased: number;
            delayed: number;
            published_last_hour: number;
            oldest_pending_seconds: number;
            dead: number;
            consumers: {
                name: string;
                handled_last_hour: number;
                duplicates_last_hour: number;
                failed_last_hour: number;
                dead_last_hour: number;
                failure_rate: number;
                mean_seconds: number | null;
                p50_seconds: number | null;
                p99_seconds: number | null;
                mean_wait_seconds: number | null;
                /** Format: date-time */
                last_finished_at: string | null;
            }[];
        };
        DeadJob: {
            /** Format: uuid */
            id: string;
            topic: string;
            error: string;
            attempts: number;
            /** Format: date-time */
            first_at: string;
            /** Format: date-time */
            last_at: string;
            payload?: unknown;
            /** Format: date-time */
            replayed_at: string | null;
        };
        ReplayedJobs: {
            replayed: number;
            remaining: number;
        };
        ReportReceipt: {
            /** Format: uuid */
            case_id: string;
            /** @enum {string} */
            status: "open" | "decided" | "appealed" | "closed";
        };
        ModerationDecision: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            action: "dismiss" | "warn" | "remove" | "mute" | "suspend" | "ban" | "restore";
            reason: string;
            /** Format: date-time */
            until: string | null;
            moderator: components["schemas"]["ProfileSummary"] | null;
            /** Format: date-time */
            created_at: string;
        };
        ModerationCase: {
            /** Format: uuid */
            id: string;
            subject: {
                /** @enum {string} */
                type: "post" | "message" | "user" | "room" | "story";
                /** Format: uuid */
                id: string;
                text: string | null;
                status: string | null;
                author: components["schemas"]["ProfileSummary"] | null;
            };
            /** @enum {string} */
            status: "open" | "decided" | "appealed" | "closed";
            priority: number;
            reasons: string[];
            reporters_count: number;
            assigned_to: components["schemas"]["ProfileSummary"] | null;
            decisions: components["schemas"]["ModerationDecision"][];
            appeal: null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            sla_at: string;
        };
        ModerationCaseDetail: {
            /** Format: uuid */
            id: string;
            subject: {
                /** @enum {string} */
                type: "post" | "message" | "user" | "room" | "story";
                /** Format: uuid */
                id: string;
                text: string | null;
                status: string | null;
                author: components["schemas"]["ProfileSummary"] | null;
            };
            /** @enum {string} */
            status: "open" | "decided" | "appealed" | "closed";
            priority: number;
            reasons: string[];
            reporters_count: number;
            assigned_to: components["schemas"]["ProfileSummary"] | null;
            decisions: components["schemas"]["ModerationDecision"][];
            appeal: null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            sla_at: string;
            reports: {
                /** @enum {string} */
                reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "other";
                note: string | null;
                /** Format: date-time */
                created_at: string;
            }[];
        };
        Notification: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            type: "follow" | "follow_request" | "follow_accepted" | "like" | "reaction" | "comment" | "reply" | "mention" | "share" | "quote" | "message" | "room_invite" | "room_activity" | "story_reply" | "poll_closed" | "report_decided" | "moderation_notice" | "announcement";
            actors: components["schemas"]["ProfileSummary"][];
            actors_count: number;
            subject: {
                type: string;
                /** Format: uuid */
                id: string;
            };
            text: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            seen_at: string | null;
            /** Format: date-time */
            read_at: string | null;
            /** Format: date-time */
            delivered_at: string | null;
        };
        NotificationCount: {
            unread_count: number;
            unseen_count: number;
            rooms: {
                /** Format: uuid */
                room_id: string;
                name: string;
                unread_count: number;
            }[];
        };
        NotificationsRead: {
            ids: string[];
            unread_count: number;
        };
        CreatedNotification: {
            /** Format: uuid */
            id: string | null;
            /** @enum {string} */
            status: "pending" | "suppressed";
        };
        PushSubscription: {
            /** Format: uuid */
            id: string;
            endpoint: string;
        };
        PushKey: {
            public_key: string;
        };
        SearchHit: {
            /** @enum {string} */
            type: "user";
            score: number;
            highlight: {
                [key: string]: string;
            };
            item: components["schemas"]["ProfileCard"];
        } | {
            /** @enum {string} */
            type: "room";
            score: number;
            highlight: {
                [key: string]: string;
            };
            item: components["schemas"]["Room"];
        } | {
            /** @enum {string} */
            type: "post";
            score: number;
            highlight: {
                [key: string]: string;
            };
            item: components["schemas"]["Post"];
        };
        SearchPage: {
            items: components["schemas"]["SearchHit"][];
            next_cursor: string | null;
            /** @enum {string} */
            engine: "postgres" | "meilisearch";
        };
        ArchiveManifest: {
            /** @enum {number} */
            format: 1;
            /** Format: date-time */
            created_at: string;
            person: {
                /** Format: uuid */
                id: string;
                handle: string;
            };
            tables: {
                path: string;
                bytes: number;
                sha256: string;
                name: string;
                rows: number;
            }[];
            media: {
                path: string;
                bytes: number;
                sha256: string;
                /** Format: uuid */
                media_id: string;
                variant: string;
                mime_type: string;
            }[];
            omitted: {
                /** Format: uuid */
                media_id: string;
                variant: string;
                reason: string;
            }[];
        };
        ExportRequested: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            status: "queued";
        };
        ExportState: {
            /** @enum {string} */
            status: "queued" | "running" | "done" | "failed" | "expired";
            url: string | null;
            manifest: components["schemas"]["ArchiveManifest"] | null;
        };
        AccountImport: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            status: "queued" | "running" | "done" | "failed";
            progress: {
                done: number;
                total: number;
            };
            errors: string[];
        };
        Connection: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            expires_at: string;
            heartbeat_s: number;
        };
        Role: {
            /** Format: uuid */
            id: string;
            name: string;
            description: string;
            permissions: ("message.pin" | "message.delete" | "user.mute" | "user.suspend" | "user.ban" | "post.remove" | "report.review" | "rule.manage" | "role.manage" | "flag.manage" | "backup.manage" | "webhook.manage" | "job.manage" | "analytics.view" | "audit.view")[];
            built_in: boolean;
            holders: number;
            /** Format: date-time */
            created_at: string;
        };
        UserRole: {
            role: string;
            permissions: ("message.pin" | "message.delete" | "user.mute" | "user.suspend" | "user.ban" | "post.remove" | "report.review" | "rule.manage" | "role.manage" | "flag.manage" | "backup.manage" | "webhook.manage" | "job.manage" | "analytics.view" | "audit.view")[];
            granted_by: components["schemas"]["ProfileSummary"] | null;
            /** Format: date-time */
            granted_at: string;
        };
        Muted: {
            /** Format: date-time */
            muted_until: string;
        };
        BannedPerson: {
            /** Format: uuid */
            id: string;
            handle: string;
            display_name: string;
            avatar_url: string | null;
            is_bot: boolean;
            /** Format: date-time */
            banned_at: string | null;
            reason: string | null;
        };
        RoomPrivacy: {
            private_receipts: boolean | null;
            hide_typing: boolean | null;
            hide_presence: boolean | null;
        };
        RoomSettings: {
            privacy: components["schemas"]["RoomPrivacy"];
        };
        RoomLogEntry: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            action: "mute" | "unmute" | "kick" | "ban" | "unban" | "role" | "transfer" | "archive" | "unarchive" | "update" | "invite" | "revoke_invite";
            actor: components["schemas"]["ProfileSummary"] | null;
            user: components["schemas"]["ProfileSummary"] | null;
            details: {
                [key: string]: unknown;
            };
        };
        RoomInvite: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            room_id: string;
            created_by: components["schemas"]["ProfileSummary"];
            /** Format: date-time */
            created_at: string;
            is_personal: boolean;
            people: components["schemas"]["ProfileSummary"][];
            max_uses: number | null;
            uses: number;
            /** Format: date-time */
            expires_at: string | null;
        };
        MadeInvite: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            room_id: string;
            created_by: components["schemas"]["ProfileSummary"];
            /** Format: date-time */
            created_at: string;
            is_personal: boolean;
            people: components["schemas"]["ProfileSummary"][];
            max_uses: number | null;
            uses: number;
            /** Format: date-time */
            expires_at: string | null;
            token: string;
            /** Format: uri */
            url: string;
        };
        Invitation: {
            room: {
                /** Format: uuid */
                id: string;
                name: string;
                member_count: number;
            };
            inviter: components["schemas"]["ProfileSummary"];
            /** Format: date-time */
            expires_at: string | null;
        };
        ThreadSubscription: {
            /** @enum {string} */
            level: "all" | "mentions" | "none";
        };
        Thread: {
            root: components["schemas"]["Message"];
            items: components["schemas"]["Message"][];
            next_cursor: string | null;
            /** @enum {string|null} */
            level: "all" | "mentions" | "none" | null;
        };
        MessageVersion: {
            body: string;
            /** Format: date-time */
            edited_at: string;
            edited_by: components["schemas"]["ProfileSummary"] | null;
        };
        MessageHistory: {
            items: components["schemas"]["MessageVersion"][];
        };
        Pins: {
            items: components["schemas"]["Message"][];
            next_cursor: null;
        };
        Receipt: {
            user: components["schemas"]["ProfileSummary"];
            /** @enum {string} */
            status: "delivered" | "read";
            /** Format: date-time */
            at: string;
        };
        Receipts: {
            items: components["schemas"]["Receipt"][];
        };
        CommandReply: {
            command: string;
            reply: {
                body: string;
                body_html: string;
            };
        };
        ScheduledMessage: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            room_id: string;
            body: string;
            /** Format: uuid */
            parent_id: string | null;
            also_in_room: boolean;
            /** Format: uuid */
            shared_post_id: string | null;
            media: components["schemas"]["Media"][];
            /** Format: date-time */
            publish_at: string;
            /** Format: date-time */
            created_at: string;
        };
        MessageRequest: {
            /** Format: uuid */
            id: string;
            from: components["schemas"]["ProfileSummary"];
            room: components["schemas"]["Room"];
            message: components["schemas"]["Message"];
            /** Format: date-time */
            created_at: string;
        };
        DeclinedRequest: {
            /** Format: uuid */
            room_id: string;
        };
        Story: {
            /** Format: uuid */
            id: string;
            author: components["schemas"]["ProfileSummary"];
            media: components["schemas"]["Media"] | null;
            text: string | null;
            /** @enum {string} */
            status: "published" | "held" | "removed";
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            highlighted: boolean;
            viewed: boolean;
            view_count: number | null;
        };
        StoryViewer: {
            /** Format: uuid */
            id: string;
            handle: string;
            display_name: string;
            avatar_url: string | null;
            is_bot: boolean;
            /** Format: date-time */
            viewed_at: string;
        };
    };
    responses: {
        /** @description A failure */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_admin_backups: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Backup"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_admin_backups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_admin_backups_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_admin_backups_id_verify: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupVerification"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_admin_jobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobsOverview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_admin_jobs_dead: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                topic?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeadJob"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_admin_jobs_dead_replay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids?: string[];
                    topic?: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayedJobs"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_admin_jobs_dead_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_admin_jobs_dead_id_replay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadJob"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_announcements: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Announcement"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_announcements: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title: string;
                    /** @default  */
                    body?: string;
                    /** Format: date-time */
                    expires_at?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_announcements_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_announcements_id_dismiss: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_audiences: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Audience"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_audiences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Audience"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_audiences_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_audiences_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Audience"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_audiences_id_members: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProfileCard"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_audiences_id_members_user_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileCard"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_audiences_id_members_user_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_deactivate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_auth_log: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuthLogEntry"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        ended: "session" | "all-sessions" | "other-sessions";
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_logout_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        ended: "session" | "all-sessions" | "other-sessions";
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_auth_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current_password: string;
                    new_password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        ended: "session" | "all-sessions" | "other-sessions";
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_password_confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    new_password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_password_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        accepted: true;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refresh_token: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    password: string;
                    handle: string;
                    display_name?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedUp"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedUp"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_auth_sessions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SessionInfo"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_auth_sessions_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_signin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_signup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    password: string;
                    handle: string;
                    display_name?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedUp"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedUp"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_auth_verify_resend: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        accepted: true;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_bots: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bots"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_bots: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    handle: string;
                    display_name: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bot"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_bots_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_bots_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    display_name?: string;
                    bio?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bot"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_bots_id_rooms_room_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                room_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_bots_id_rooms_room_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                room_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_bots_id_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    scopes: ("messages:write" | "messages:read" | "rooms:read" | "posts:write")[];
                    /** Format: date-time */
                    expires_at?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeBotToken"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_bots_id_tokens_token_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                token_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_calls_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_calls_id_end: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_calls_id_ice_servers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IceServers"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_calls_id_join: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_calls_id_leave: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_content: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                author?: string;
                hashtag?: string;
                room_id?: string;
                status?: "published" | "held" | "removed" | "draft" | "scheduled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Post"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_content: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body?: string;
                    media_ids?: string[];
                    /** Format: uuid */
                    id?: string;
                    /** @enum {string} */
                    visibility?: "public" | "followers" | "mentioned" | "room";
                    /** Format: uuid */
                    parent_id?: string;
                    /** Format: uuid */
                    quoted_id?: string;
                    /** Format: uuid */
                    room_id?: string;
                    sensitive?: boolean;
                    content_warning?: string;
                    /** Format: uuid */
                    audience_id?: string;
                    /** @enum {string} */
                    reply_control?: "everyone" | "following" | "mentioned" | "nobody";
                    /** @enum {string} */
                    quote_control?: "everyone" | "following" | "mentioned" | "nobody";
                    poll?: components["schemas"]["NewPoll"];
                    /** Format: date-time */
                    publish_at?: string;
                    draft?: boolean;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_content_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_content_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body?: string;
                    sensitive?: boolean;
                    content_warning?: string | null;
                    /** @enum {string} */
                    reply_control?: "everyone" | "following" | "mentioned" | "nobody";
                    /** @enum {string} */
                    quote_control?: "everyone" | "following" | "mentioned" | "nobody";
                    /** @enum {string} */
                    visibility?: "public" | "followers" | "mentioned" | "room";
                    /** Format: uuid */
                    audience_id?: string;
                    /** Format: uuid */
                    quoted_id?: string | null;
                    media_ids?: string[];
                    poll?: components["schemas"]["NewPoll"] | null;
                    /** Format: date-time */
                    publish_at?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_content_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_content_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body?: string;
                    sensitive?: boolean;
                    content_warning?: string | null;
                    /** @enum {string} */
                    reply_control?: "everyone" | "following" | "mentioned" | "nobody";
                    /** @enum {string} */
                    quote_control?: "everyone" | "following" | "mentioned" | "nobody";
                    /** @enum {string} */
                    visibility?: "public" | "followers" | "mentioned" | "room";
                    /** Format: uuid */
                    audience_id?: string;
                    /** Format: uuid */
                    quoted_id?: string | null;
                    media_ids?: string[];
                    poll?: components["schemas"]["NewPoll"] | null;
                    /** Format: date-time */
                    publish_at?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_content_id_bookmark: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_content_id_bookmark: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_content_id_comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    media_ids?: string[];
                    /** Format: uuid */
                    id?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_content_id_comments: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: "best" | "newest" | "oldest";
                depth?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Comment"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_content_id_comments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    media_ids?: string[];
                    /** Format: uuid */
                    id?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_content_id_history: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PostVersion"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_content_id_like: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReactionState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_content_id_like: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_content_id_publish: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_content_id_reaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    kind: "like" | "love" | "laugh" | "wow" | "sad" | "angry" | "celebrate";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReactionState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_content_id_reaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_content_id_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "other";
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_content_id_share: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_content_id_share: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_content_id_vote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    options: number[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_dms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_ids: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_feed: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FeedItem"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_feed_feedback: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Feedback"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_feed_feedback: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    kind: "less_like_this" | "hide_post" | "not_interested_author" | "not_interested_topic";
                    /** Format: uuid */
                    impression_id?: string;
                    /** Format: uuid */
                    post_id?: string;
                    topic?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feedback"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feedback"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_feed_feedback_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_feed_following: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FeedItem"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_feed_preference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedPreference"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_feed_preference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    algorithm: "hybrid" | "personalized" | "trending" | "newest";
                    mix: {
                        following: number;
                        discovery: number;
                    };
                    weights: {
                        recency: number;
                        engagement: number;
                        affinity: number;
                        relevance: number;
                        diversity: number;
                    };
                    authors: {
                        [key: string]: number;
                    };
                    topics: {
                        [key: string]: number;
                    };
                    muted_topics: string[];
                    muted_words: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedPreference"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_feed_preference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    algorithm?: "hybrid" | "personalized" | "trending" | "newest";
                    mix?: {
                        following: number;
                        discovery: number;
                    };
                    weights?: {
                        recency?: number;
                        engagement?: number;
                        affinity?: number;
                        relevance?: number;
                        diversity?: number;
                    };
                    authors?: {
                        [key: string]: number | null;
                    };
                    topics?: {
                        [key: string]: number | null;
                    };
                    muted_topics?: string[];
                    muted_words?: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedPreference"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_feed_preference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    algorithm?: "hybrid" | "personalized" | "trending" | "newest";
                    mix?: {
                        following: number;
                        discovery: number;
                    };
                    weights?: {
                        recency?: number;
                        engagement?: number;
                        affinity?: number;
                        relevance?: number;
                        diversity?: number;
                    };
                    authors?: {
                        [key: string]: number | null;
                    };
                    topics?: {
                        [key: string]: number | null;
                    };
                    muted_topics?: string[];
                    muted_words?: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedPreference"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_follow_requests: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProfileCard"][] | null;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_follow_requests_user_id_accept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileCard"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_follow_requests_user_id_reject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileCard"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_hashtags_tag_feed_xml: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/rss+xml; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_hashtags_tag_follow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FollowedHashtag"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_hashtags_tag_follow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_hashtags_tag_posts: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                tag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Post"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_health_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_health_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_imports: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ImportEntry"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_imports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                    /** @enum {string} */
                    format: "slack" | "discord" | "gitter" | "mattermost" | "irc";
                    /** Format: uuid */
                    room_id?: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_imports_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_imports_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_invites_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_invites_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_invites_token_accept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_markdown_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MarkdownPreview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_media_upload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                    alt?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Media"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_media_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Media"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_media_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_media_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    alt: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Media"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_media_id_filter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    preset?: "grayscale" | "sepia" | "vintage" | "warm" | "cool" | "noir" | "vivid" | "fade";
                    brightness?: number;
                    contrast?: number;
                    saturation?: number;
                    blur?: number;
                    sharpen?: number;
                    grayscale?: number;
                    sepia?: number;
                    crop?: {
                        x: number;
                        y: number;
                        width: number;
                        height: number;
                    };
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Media"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_media_id_stream: {
        parameters: {
            query?: {
                variant?: "original" | "thumb" | "medium" | "large" | "poster";
                viewer?: string;
                expires?: number | null;
                signature?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Done */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_message_requests: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MessageRequest"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_message_requests_id_accept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_message_requests_id_decline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeclinedRequest"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_messages_mid_delivered: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unread"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_messages_mid_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unread"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_messages_mid_receipts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipts"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_messages_mid_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "other";
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; version=0.0.4; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_moderation_cases_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationCaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_moderation_cases_id_decision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    action: "dismiss" | "warn" | "remove" | "mute" | "suspend" | "ban" | "restore";
                    reason: string;
                    /** Format: date-time */
                    until?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationCaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_moderation_queue: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "open" | "decided" | "appealed" | "closed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ModerationCase"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_notifications: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                unread?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Notification"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_notifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    user_id: string;
                    /** @enum {string} */
                    type: "follow" | "follow_request" | "follow_accepted" | "like" | "reaction" | "comment" | "reply" | "mention" | "share" | "quote" | "message" | "room_invite" | "room_activity" | "story_reply" | "poll_closed" | "report_decided" | "moderation_notice" | "announcement";
                    /** Format: uuid */
                    actor_id?: string;
                    subject: {
                        type: string;
                        /** Format: uuid */
                        id: string;
                    };
                    /** Format: uuid */
                    source_id?: string;
                    text?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedNotification"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedNotification"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_notifications_count: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationCount"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_notifications_mark_all_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationsRead"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_notifications_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationSettings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_notifications_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    types?: {
                        follow?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        follow_request?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        follow_accepted?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        like?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        reaction?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        comment?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        reply?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        mention?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        share?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        quote?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        message?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        room_invite?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        room_activity?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        story_reply?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        poll_closed?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        report_decided?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        moderation_notice?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                        announcement?: {
                            in_app?: boolean;
                            push?: boolean;
                            email?: boolean;
                        };
                    };
                    quiet_hours?: {
                        from: string;
                        to: string;
                        time_zone: string;
                    } | null;
                    /** @enum {string} */
                    strangers?: "allow" | "requests" | "drop";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationSettings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_notifications_push_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushKey"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_notifications_push_subscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    endpoint: string;
                    expirationTime?: number | null;
                    keys: {
                        p256dh: string;
                        auth: string;
                    };
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushSubscription"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_notifications_push_subscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    endpoint: string;
                };
            };
        };
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_notifications_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationsRead"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_notifications_seen: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_notifications_unsubscribe: {
        parameters: {
            query: {
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_notifications_id_ack: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    state: "delivered" | "opened";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_notifications_id_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_notifications_id_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_openapi_json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_posts: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                author?: string;
                hashtag?: string;
                room_id?: string;
                status?: "published" | "held" | "removed" | "draft" | "scheduled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Post"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_posts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body?: string;
                    media_ids?: string[];
                    /** Format: uuid */
                    id?: string;
                    /** @enum {string} */
                    visibility?: "public" | "followers" | "mentioned" | "room";
                    /** Format: uuid */
                    parent_id?: string;
                    /** Format: uuid */
                    quoted_id?: string;
                    /** Format: uuid */
                    room_id?: string;
                    sensitive?: boolean;
                    content_warning?: string;
                    /** Format: uuid */
                    audience_id?: string;
                    /** @enum {string} */
                    reply_control?: "everyone" | "following" | "mentioned" | "nobody";
                    /** @enum {string} */
                    quote_control?: "everyone" | "following" | "mentioned" | "nobody";
                    poll?: components["schemas"]["NewPoll"];
                    /** Format: date-time */
                    publish_at?: string;
                    draft?: boolean;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_posts_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_posts_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body?: string;
                    sensitive?: boolean;
                    content_warning?: string | null;
                    /** @enum {string} */
                    reply_control?: "everyone" | "following" | "mentioned" | "nobody";
                    /** @enum {string} */
                    quote_control?: "everyone" | "following" | "mentioned" | "nobody";
                    /** @enum {string} */
                    visibility?: "public" | "followers" | "mentioned" | "room";
                    /** Format: uuid */
                    audience_id?: string;
                    /** Format: uuid */
                    quoted_id?: string | null;
                    media_ids?: string[];
                    poll?: components["schemas"]["NewPoll"] | null;
                    /** Format: date-time */
                    publish_at?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_posts_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_posts_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body?: string;
                    sensitive?: boolean;
                    content_warning?: string | null;
                    /** @enum {string} */
                    reply_control?: "everyone" | "following" | "mentioned" | "nobody";
                    /** @enum {string} */
                    quote_control?: "everyone" | "following" | "mentioned" | "nobody";
                    /** @enum {string} */
                    visibility?: "public" | "followers" | "mentioned" | "room";
                    /** Format: uuid */
                    audience_id?: string;
                    /** Format: uuid */
                    quoted_id?: string | null;
                    media_ids?: string[];
                    poll?: components["schemas"]["NewPoll"] | null;
                    /** Format: date-time */
                    publish_at?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_posts_id_bookmark: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_posts_id_bookmark: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_posts_id_comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    media_ids?: string[];
                    /** Format: uuid */
                    id?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_posts_id_comments: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: "best" | "newest" | "oldest";
                depth?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Comment"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_posts_id_comments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    media_ids?: string[];
                    /** Format: uuid */
                    id?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_posts_id_history: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PostVersion"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_posts_id_like: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReactionState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_posts_id_like: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_posts_id_publish: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_posts_id_reaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    kind: "like" | "love" | "laugh" | "wow" | "sad" | "angry" | "celebrate";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReactionState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_posts_id_reaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_posts_id_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "other";
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_posts_id_share: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_posts_id_share: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_posts_id_spotlight: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    until: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Spotlight"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_posts_id_spotlight: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_posts_id_vote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    options: number[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_problems: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/markdown; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_realtime_connections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default  */
                    device?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_realtime_connections_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_realtime_connections_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    room_ids?: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_recommendations_users: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Suggestion"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_recommendations_id_dismiss: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {boolean} */
                        dismissed: true;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_reports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "other";
                    note?: string;
                    subject: {
                        /** @enum {string} */
                        type: "post" | "message" | "user" | "room" | "story";
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_roles: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Role"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_roles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    permissions: ("message.pin" | "message.delete" | "user.mute" | "user.suspend" | "user.ban" | "post.remove" | "report.review" | "rule.manage" | "role.manage" | "flag.manage" | "backup.manage" | "webhook.manage" | "job.manage" | "analytics.view" | "audit.view")[];
                    description?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_roles_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_roles_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    permissions?: ("message.pin" | "message.delete" | "user.mute" | "user.suspend" | "user.ban" | "post.remove" | "report.review" | "rule.manage" | "role.manage" | "flag.manage" | "backup.manage" | "webhook.manage" | "job.manage" | "analytics.view" | "audit.view")[];
                    description?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Room"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /**
                     * @default channel
                     * @enum {string}
                     */
                    kind?: "channel" | "group";
                    is_private?: boolean;
                    /** @default  */
                    description?: string;
                    /** @default  */
                    guidelines?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_discover: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                q?: string;
                sort?: "newest" | "popular";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Room"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rooms_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_rooms_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    is_private?: boolean;
                    description?: string;
                    guidelines?: string;
                    /** @enum {string} */
                    who_can_invite?: "members" | "moderators";
                    read_only?: boolean;
                    slow_mode_s?: number;
                    retention_days?: number | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_archive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_bans: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["BannedPerson"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_bans_user_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rooms_id_bans_user_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_calls: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    kind: "audio" | "video";
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_feeds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomFeeds"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_feeds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    url: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomFeed"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rooms_id_feeds_feed_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                feed_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_incoming_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncomingWebhooks"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_incoming_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** Format: uri */
                    avatar_url?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeWebhook"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rooms_id_incoming_webhooks_hook_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                hook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_invites: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RoomInvite"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_invites: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default [] */
                    user_ids?: string[];
                    max_uses?: number;
                    /** Format: date-time */
                    expires_at?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeInvite"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_join: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_leave: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Left"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_log: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RoomLogEntry"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_members: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RoomMember"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rooms_id_members_user_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_rooms_id_members_user_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "owner" | "admin" | "moderator" | "member";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_messages: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                before?: string;
                after?: string;
                around?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_messages: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    /** Format: uuid */
                    parent_id?: string;
                    also_in_room?: boolean;
                    /** @default [] */
                    media_ids?: string[];
                    /** Format: uuid */
                    shared_post_id?: string;
                    /** Format: uuid */
                    story_id?: string;
                    /** Format: uuid */
                    id?: string;
                    /** Format: date-time */
                    publish_at?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"] | components["schemas"]["ScheduledMessage"] | components["schemas"]["CommandReply"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"] | components["schemas"]["ScheduledMessage"] | components["schemas"]["CommandReply"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"] | components["schemas"]["ScheduledMessage"] | components["schemas"]["CommandReply"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rooms_id_messages_mid: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                mid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_rooms_id_messages_mid: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                mid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_messages_mid_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                mid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageHistory"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_messages_mid_pin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                mid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rooms_id_messages_mid_pin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                mid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_messages_mid_reactions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                mid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    emoji: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rooms_id_messages_mid_reactions_emoji: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                mid: string;
                emoji: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_messages_mid_replies: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                mid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    also_in_room?: boolean;
                    /** @default [] */
                    media_ids?: string[];
                    /** Format: uuid */
                    shared_post_id?: string;
                    /** Format: uuid */
                    story_id?: string;
                    /** Format: uuid */
                    id?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"] | components["schemas"]["CommandReply"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"] | components["schemas"]["CommandReply"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_rooms_id_messages_mid_subscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                mid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ThreadSubscription"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThreadSubscription"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_messages_mid_thread: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
                mid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Thread"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_mute_user_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    until?: string;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Muted"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rooms_id_mute_user_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_pins: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pins"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    message_id: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unread"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_scheduled_messages: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ScheduledMessage"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rooms_id_scheduled_messages_mid: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                mid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rooms_id_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomSettings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_rooms_id_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    privacy: {
                        private_receipts?: boolean | null;
                        hide_typing?: boolean | null;
                        hide_presence?: boolean | null;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomSettings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_transfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    user_id: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rooms_id_unarchive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_search: {
        parameters: {
            query: {
                limit?: number;
                cursor?: string;
                q: string;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_spotlight: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Spotlight"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_stories: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                author?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Story"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_stories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    media_id?: string;
                    text?: string;
                    /** Format: uuid */
                    audience_id?: string;
                    /** Format: uuid */
                    id?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Story"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_stories_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Story"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_stories_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_stories_id_highlight: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Story"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_stories_id_highlight: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_stories_id_reply: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    /** Format: uuid */
                    id?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_stories_id_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Story"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_stories_id_viewers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["StoryViewer"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_me_blocks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProfileCard"][] | null;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_me_bookmarks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Post"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_users_me_export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    media?: boolean;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportRequested"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_me_exports_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_users_me_followers_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_me_hashtags: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FollowedHashtag"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_users_me_import: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountImport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_me_imports_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountImport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_me_mentions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Mention"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_me_mutes: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProfileCard"][] | null;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_me_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_users_me_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    privacy?: {
                        /** @enum {string} */
                        who_can_message?: "everyone" | "following" | "followers" | "mutual" | "nobody";
                        /** @enum {string} */
                        who_can_mention?: "everyone" | "following" | "followers" | "mutual" | "nobody";
                        /** @enum {string} */
                        who_can_invite?: "everyone" | "following" | "followers" | "mutual" | "nobody";
                        hide_followers?: boolean;
                        hide_following?: boolean;
                        private_receipts?: boolean;
                        hide_typing?: boolean;
                        hide_presence?: boolean;
                        link_previews?: boolean;
                        analytics_opt_out?: boolean;
                    };
                    notifications?: {
                        types?: {
                            follow?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            follow_request?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            follow_accepted?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            like?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            reaction?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            comment?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            reply?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            mention?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            share?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            quote?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            message?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            room_invite?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            room_activity?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            story_reply?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            poll_closed?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            report_decided?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            moderation_notice?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                            announcement?: {
                                in_app?: boolean;
                                push?: boolean;
                                email?: boolean;
                            };
                        };
                        quiet_hours?: {
                            from: string;
                            to: string;
                            time_zone: string;
                        } | null;
                        /** @enum {string} */
                        strangers?: "allow" | "requests" | "drop";
                    };
                    feed?: {
                        /** @enum {string} */
                        algorithm?: "hybrid" | "personalized" | "trending" | "newest";
                        mix?: {
                            following: number;
                            discovery: number;
                        };
                        weights?: {
                            recency?: number;
                            engagement?: number;
                            affinity?: number;
                            relevance?: number;
                            diversity?: number;
                        };
                        authors?: {
                            [key: string]: number | null;
                        };
                        topics?: {
                            [key: string]: number | null;
                        };
                        muted_topics?: string[];
                        muted_words?: string[];
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_search: {
        parameters: {
            query: {
                limit?: number;
                cursor?: string;
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProfileCard"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_users_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    handle?: string;
                    display_name?: string;
                    bio?: string;
                    links?: string[];
                    location?: string;
                    is_private?: boolean;
                    /** Format: uuid */
                    avatar_media_id?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_users_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    immediate?: boolean;
                };
            };
        };
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_users_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    handle?: string;
                    display_name?: string;
                    bio?: string;
                    links?: string[];
                    location?: string;
                    is_private?: boolean;
                    /** Format: uuid */
                    avatar_media_id?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_users_id_block: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileCard"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_users_id_block: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_id_feed_xml: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/rss+xml; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_users_id_follow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileCard"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_users_id_follow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_id_followers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProfileCard"][] | null;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_id_following: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProfileCard"][] | null;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_id_friends: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProfileCard"][] | null;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_id_highlights: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Story"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_users_id_mute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileCard"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_users_id_mute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_id_posts: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Post"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_users_id_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "other";
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_users_id_roles: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["UserRole"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_users_id_roles_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserRole"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_users_id_roles_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_users_id_unfollow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_webhooks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Webhook"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    url: string;
                    events: ("*" | "content.created" | "content.viewed" | "content.liked" | "content.commented" | "content.shared" | "user.created" | "user.followed" | "user.blocked" | "message.created" | "room.created" | "room.joined" | "feed.scrolled" | "recommendation.clicked" | "report.created")[];
                    description?: string;
                    /** Format: uuid */
                    room_id?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhookSecret"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_webhooks_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_webhooks_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    url?: string;
                    events?: ("*" | "content.created" | "content.viewed" | "content.liked" | "content.commented" | "content.shared" | "user.created" | "user.followed" | "user.blocked" | "message.created" | "room.created" | "room.joined" | "feed.scrolled" | "recommendation.clicked" | "report.created")[];
                    description?: string;
                    /** @enum {string} */
                    status?: "active" | "disabled";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_webhooks_id_deliveries: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["WebhookDelivery"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_webhooks_id_deliveries_did_redeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                did: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_webhooks_id_rotate_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
