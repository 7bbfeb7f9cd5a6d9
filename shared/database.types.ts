/** @module Types of the exposed tables. Written by `deno task generate`; do not edit. */
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "public": {
          Tables: {
            "blocks": {
                  Row: {
                    "blocked_id": string,"blocker_id": string,"created_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "blocked_id": string,"blocker_id"?: string,"created_at"?: string
                  }
                  Update: {
                    "blocked_id"?: string,"blocker_id"?: string,"created_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "blocks_blocked_id_fkey"
      columns: ["blocked_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "blocks_blocker_id_fkey"
      columns: ["blocker_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"bookmarks": {
                  Row: {
                    "created_at": string,"post_id": string,"profile_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"post_id": string,"profile_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"post_id"?: string,"profile_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "bookmarks_post_id_fkey"
      columns: ["post_id"]
isOneToOne: false
      referencedRelation: "posts"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "bookmarks_profile_id_fkey"
      columns: ["profile_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"calls": {
                  Row: {
                    "answered_at": string | null,"ended_at": string | null,"epoch": number,"id": string,"kind": string,"room_id": string,"started_at": string,"started_by": string | null,"state": string,"uses_server": boolean
                  }
                  ComputedFields: never
                  Insert: {
                    "answered_at"?: string | null,"ended_at"?: string | null,"epoch"?: number,"id"?: string,"kind": string,"room_id": string,"started_at"?: string,"started_by"?: string | null,"state"?: string,"uses_server"?: boolean
                  }
                  Update: {
                    "answered_at"?: string | null,"ended_at"?: string | null,"epoch"?: number,"id"?: string,"kind"?: string,"room_id"?: string,"started_at"?: string,"started_by"?: string | null,"state"?: string,"uses_server"?: boolean
                  }
                  Relationships: [
                    {
      foreignKeyName: "calls_room_id_fkey"
      columns: ["room_id"]
isOneToOne: false
      referencedRelation: "rooms"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "calls_started_by_fkey"
      columns: ["started_by"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"follow_requests": {
                  Row: {
                    "created_at": string,"requester_id": string,"target_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"requester_id": string,"target_id": string
                  }
                  Update: {
                    "created_at"?: string,"requester_id"?: string,"target_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "follow_requests_requester_id_fkey"
      columns: ["requester_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "follow_requests_target_id_fkey"
      columns: ["target_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"follows": {
                  Row: {
                    "created_at": string,"followee_id": string,"follower_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"followee_id": string,"follower_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"followee_id"?: string,"follower_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "follows_followee_id_fkey"
      columns: ["followee_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "follows_follower_id_fkey"
      columns: ["follower_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"hashtags": {
                  Row: {
                    "created_at": string,"tag": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"tag": string
                  }
                  Update: {
                    "created_at"?: string,"tag"?: string
                  }
                  Relationships: [
                    
                  ]
                },"media": {
                  Row: {
                    "alt": string,"blurhash": string | null,"bytes": number,"created_at": string,"duration_s": number | null,"height": number | null,"id": string,"kind": string,"message_id": string | null,"mime_type": string,"owner_id": string,"post_id": string | null,"room_id": string | null,"status": string,"story_id": string | null,"upload_path": string | null,"variants": NonNullable<Json>,"width": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "alt"?: string,"blurhash"?: string | null,"bytes": number,"created_at"?: string,"duration_s"?: number | null,"height"?: number | null,"id"?: string,"kind": string,"message_id"?: string | null,"mime_type": string,"owner_id": string,"post_id"?: string | null,"room_id"?: string | null,"status"?: string,"story_id"?: string | null,"upload_path"?: string | null,"variants"?: NonNullable<Json>,"width"?: number | null
                  }
                  Update: {
                    "alt"?: string,"blurhash"?: string | null,"bytes"?: number,"created_at"?: string,"duration_s"?: number | null,"height"?: number | null,"id"?: string,"kind"?: string,"message_id"?: string | null,"mime_type"?: string,"owner_id"?: string,"post_id"?: string | null,"room_id"?: string | null,"status"?: string,"story_id"?: string | null,"upload_path"?: string | null,"variants"?: NonNullable<Json>,"width"?: number | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "media_message_id_fkey"
      columns: ["message_id"]
isOneToOne: false
      referencedRelation: "messages"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "media_owner_id_fkey"
      columns: ["owner_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "media_post_id_fkey"
      columns: ["post_id"]
isOneToOne: false
      referencedRelation: "posts"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "media_room_id_fkey"
      columns: ["room_id"]
isOneToOne: false
      referencedRelation: "rooms"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "media_story_id_fkey"
      columns: ["story_id"]
isOneToOne: false
      referencedRelation: "stories"
      referencedColumns: ["id"]
    }
                  ]
                },"message_mentions": {
                  Row: {
                    "created_at": string,"message_id": string,"profile_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"message_id": string,"profile_id": string
                  }
                  Update: {
                    "created_at"?: string,"message_id"?: string,"profile_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "message_mentions_message_id_fkey"
      columns: ["message_id"]
isOneToOne: false
      referencedRelation: "messages"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "message_mentions_profile_id_fkey"
      columns: ["profile_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"message_reactions": {
                  Row: {
                    "created_at": string,"emoji": string,"message_id": string,"profile_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"emoji": string,"message_id": string,"profile_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"emoji"?: string,"message_id"?: string,"profile_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "message_reactions_message_id_fkey"
      columns: ["message_id"]
isOneToOne: false
      referencedRelation: "messages"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "message_reactions_profile_id_fkey"
      columns: ["profile_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"message_receipts": {
                  Row: {
                    "at": string,"message_id": string,"profile_id": string,"room_id": string,"seq": number,"status": string
                  }
                  ComputedFields: never
                  Insert: {
                    "at"?: string,"message_id": string,"profile_id": string,"room_id": string,"seq": number,"status": string
                  }
                  Update: {
                    "at"?: string,"message_id"?: string,"profile_id"?: string,"room_id"?: string,"seq"?: number,"status"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "message_receipts_message_id_fkey"
      columns: ["message_id"]
isOneToOne: false
      referencedRelation: "messages"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "message_receipts_profile_id_fkey"
      columns: ["profile_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "message_receipts_room_id_fkey"
      columns: ["room_id"]
isOneToOne: false
      referencedRelation: "rooms"
      referencedColumns: ["id"]
    }
                  ]
                },"messages": {
                  Row: {
                    "also_in_room": boolean,"author_id": string,"body": string,"body_html": string,"created_at": string,"deleted_at": string | null,"edited_at": string | null,"entities": NonNullable<Json>,"id": string,"kind": string,"link_preview": Json | null,"media_ids": (string)[],"mention_scope": string | null,"parent_id": string | null,"room_id": string,"screened_at": string | null,"seq": number,"shared_post_id": string | null,"status": string,"story_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "also_in_room"?: boolean,"author_id"?: string,"body"?: string,"body_html"?: string,"created_at"?: string,"deleted_at"?: string | null,"edited_at"?: string | null,"entities"?: NonNullable<Json>,"id"?: string,"kind"?: string,"link_preview"?: Json | null,"media_ids"?: (string)[],"mention_scope"?: string | null,"parent_id"?: string | null,"room_id": string,"screened_at"?: string | null,"seq": number,"shared_post_id"?: string | null,"status"?: string,"story_id"?: string | null
                  }
                  Update: {
                    "also_in_room"?: boolean,"author_id"?: string,"body"?: string,"body_html"?: string,"created_at"?: string,"deleted_at"?: string | null,"edited_at"?: string | null,"entities"?: NonNullable<Json>,"id"?: string,"kind"?: string,"link_preview"?: Json | null,"media_ids"?: (string)[],"mention_scope"?: string | null,"parent_id"?: string | null,"room_id"?: string,"screened_at"?: string | null,"seq"?: number,"shared_post_id"?: string | null,"status"?: string,"story_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "messages_author_id_fkey"
      columns: ["author_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "messages_parent_id_fkey"
      columns: ["parent_id"]
isOneToOne: false
      referencedRelation: "messages"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "messages_room_id_fkey"
      columns: ["room_id"]
isOneToOne: false
      referencedRelation: "rooms"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "messages_shared_post_id_fkey"
      columns: ["shared_post_id"]
isOneToOne: false
      referencedRelation: "posts"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "messages_story_id_fkey"
      columns: ["story_id"]
isOneToOne: false
      referencedRelation: "stories"
      referencedColumns: ["id"]
    }
                  ]
                },"mutes": {
                  Row: {
                    "created_at": string,"muted_id": string,"muter_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"muted_id": string,"muter_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"muted_id"?: string,"muter_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "mutes_muted_id_fkey"
      columns: ["muted_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "mutes_muter_id_fkey"
      columns: ["muter_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"notification_preferences": {
                  Row: {
                    "profile_id": string,"quiet_hours": Json | null,"strangers": string,"types": NonNullable<Json>,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "profile_id": string,"quiet_hours"?: Json | null,"strangers"?: string,"types"?: NonNullable<Json>,"updated_at"?: string
                  }
                  Update: {
                    "profile_id"?: string,"quiet_hours"?: Json | null,"strangers"?: string,"types"?: NonNullable<Json>,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "notification_preferences_profile_id_fkey"
      columns: ["profile_id"]
isOneToOne: true
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"notifications": {
                  Row: {
                    "actor_id": string | null,"channels": (string)[],"created_at": string,"delivered_at": string | null,"id": string,"meta": NonNullable<Json>,"read_at": string | null,"recipient_id": string,"seen_at": string | null,"source_id": string,"status": string,"subject_id": string,"subject_type": string,"type": string,"withdrawn": boolean
                  }
                  ComputedFields: never
                  Insert: {
                    "actor_id"?: string | null,"channels"?: (string)[],"created_at"?: string,"delivered_at"?: string | null,"id"?: string,"meta"?: NonNullable<Json>,"read_at"?: string | null,"recipient_id": string,"seen_at"?: string | null,"source_id": string,"status"?: string,"subject_id": string,"subject_type": string,"type": string,"withdrawn"?: boolean
                  }
                  Update: {
                    "actor_id"?: string | null,"channels"?: (string)[],"created_at"?: string,"delivered_at"?: string | null,"id"?: string,"meta"?: NonNullable<Json>,"read_at"?: string | null,"recipient_id"?: string,"seen_at"?: string | null,"source_id"?: string,"status"?: string,"subject_id"?: string,"subject_type"?: string,"type"?: string,"withdrawn"?: boolean
                  }
                  Relationships: [
                    {
      foreignKeyName: "notifications_actor_id_fkey"
      columns: ["actor_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "notifications_recipient_id_fkey"
      columns: ["recipient_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"post_hashtags": {
                  Row: {
                    "created_at": string,"post_id": string,"tag": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"post_id": string,"tag": string
                  }
                  Update: {
                    "created_at"?: string,"post_id"?: string,"tag"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "post_hashtags_post_id_fkey"
      columns: ["post_id"]
isOneToOne: false
      referencedRelation: "posts"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "post_hashtags_tag_fkey"
      columns: ["tag"]
isOneToOne: false
      referencedRelation: "hashtags"
      referencedColumns: ["tag"]
    }
                  ]
                },"post_mentions": {
                  Row: {
                    "created_at": string,"post_id": string,"profile_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"post_id": string,"profile_id": string
                  }
                  Update: {
                    "created_at"?: string,"post_id"?: string,"profile_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "post_mentions_post_id_fkey"
      columns: ["post_id"]
isOneToOne: false
      referencedRelation: "posts"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "post_mentions_profile_id_fkey"
      columns: ["profile_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"post_reactions": {
                  Row: {
                    "created_at": string,"kind": string,"post_id": string,"profile_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"kind"?: string,"post_id": string,"profile_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"kind"?: string,"post_id"?: string,"profile_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "post_reactions_post_id_fkey"
      columns: ["post_id"]
isOneToOne: false
      referencedRelation: "posts"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "post_reactions_profile_id_fkey"
      columns: ["profile_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"posts": {
                  Row: {
                    "audience_id": string | null,"audience_ids": (string)[],"audience_owner_id": string,"author_id": string,"body": string,"body_html": string,"content_warning": string | null,"created_at": string,"deleted_at": string | null,"edited_at": string | null,"entities": NonNullable<Json>,"hashtags": (string)[],"id": string,"lang": string | null,"link_preview": Json | null,"media_ids": (string)[],"mention_ids": (string)[],"parent_id": string | null,"poll": Json | null,"publish_at": string | null,"published_at": string | null,"quote_control": string,"quoted_id": string | null,"reply_control": string,"room_id": string | null,"root_id": string | null,"screened_at": string | null,"sensitive": boolean,"status": string,"visibility": string
                  }
                  ComputedFields: never
                  Insert: {
                    "audience_id"?: string | null,"audience_ids"?: (string)[],"audience_owner_id": string,"author_id"?: string,"body"?: string,"body_html"?: string,"content_warning"?: string | null,"created_at"?: string,"deleted_at"?: string | null,"edited_at"?: string | null,"entities"?: NonNullable<Json>,"hashtags"?: (string)[],"id"?: string,"lang"?: string | null,"link_preview"?: Json | null,"media_ids"?: (string)[],"mention_ids"?: (string)[],"parent_id"?: string | null,"poll"?: Json | null,"publish_at"?: string | null,"published_at"?: string | null,"quote_control"?: string,"quoted_id"?: string | null,"reply_control"?: string,"room_id"?: string | null,"root_id"?: string | null,"screened_at"?: string | null,"sensitive"?: boolean,"status"?: string,"visibility"?: string
                  }
                  Update: {
                    "audience_id"?: string | null,"audience_ids"?: (string)[],"audience_owner_id"?: string,"author_id"?: string,"body"?: string,"body_html"?: string,"content_warning"?: string | null,"created_at"?: string,"deleted_at"?: string | null,"edited_at"?: string | null,"entities"?: NonNullable<Json>,"hashtags"?: (string)[],"id"?: string,"lang"?: string | null,"link_preview"?: Json | null,"media_ids"?: (string)[],"mention_ids"?: (string)[],"parent_id"?: string | null,"poll"?: Json | null,"publish_at"?: string | null,"published_at"?: string | null,"quote_control"?: string,"quoted_id"?: string | null,"reply_control"?: string,"room_id"?: string | null,"root_id"?: string | null,"screened_at"?: string | null,"sensitive"?: boolean,"status"?: string,"visibility"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "posts_author_id_fkey"
      columns: ["author_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "posts_parent_id_fkey"
      columns: ["parent_id"]
isOneToOne: false
      referencedRelation: "posts"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "posts_quoted_id_fkey"
      columns: ["quoted_id"]
isOneToOne: false
      referencedRelation: "posts"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "posts_room_id_fkey"
      columns: ["room_id"]
isOneToOne: false
      referencedRelation: "rooms"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "posts_root_id_fkey"
      columns: ["root_id"]
isOneToOne: false
      referencedRelation: "posts"
      referencedColumns: ["id"]
    }
                  ]
                },"profiles": {
                  Row: {
                    "avatar_media_id": string | null,"bio": string,"created_at": string,"display_name": string,"handle": string,"id": string,"is_bot": boolean,"is_private": boolean,"links": (string)[],"location": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "avatar_media_id"?: string | null,"bio"?: string,"created_at"?: string,"display_name": string,"handle": string,"id": string,"is_bot"?: boolean,"is_private"?: boolean,"links"?: (string)[],"location"?: string,"updated_at"?: string
                  }
                  Update: {
                    "avatar_media_id"?: string | null,"bio"?: string,"created_at"?: string,"display_name"?: string,"handle"?: string,"id"?: string,"is_bot"?: boolean,"is_private"?: boolean,"links"?: (string)[],"location"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "profiles_avatar_media_id_fkey"
      columns: ["avatar_media_id"]
isOneToOne: false
      referencedRelation: "media"
      referencedColumns: ["id"]
    }
                  ]
                },"push_subscriptions": {
                  Row: {
                    "auth_secret": string,"created_at": string,"endpoint": string,"id": string,"last_ok_at": string | null,"p256dh": string,"profile_id": string,"session_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "auth_secret": string,"created_at"?: string,"endpoint": string,"id"?: string,"last_ok_at"?: string | null,"p256dh": string,"profile_id": string,"session_id": string
                  }
                  Update: {
                    "auth_secret"?: string,"created_at"?: string,"endpoint"?: string,"id"?: string,"last_ok_at"?: string | null,"p256dh"?: string,"profile_id"?: string,"session_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "push_subscriptions_profile_id_fkey"
      columns: ["profile_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"reports": {
                  Row: {
                    "case_id": string | null,"created_at": string,"id": string,"message_id": string | null,"note": string | null,"reason": string,"reported_user_id": string | null,"reporter_id": string,"subject_id": string,"subject_type": string
                  }
                  ComputedFields: never
                  Insert: {
                    "case_id"?: string | null,"created_at"?: string,"id"?: string,"message_id"?: never,"note"?: string | null,"reason": string,"reported_user_id"?: string | null,"reporter_id": string,"subject_id": string,"subject_type": string
                  }
                  Update: {
                    "case_id"?: string | null,"created_at"?: string,"id"?: string,"message_id"?: never,"note"?: string | null,"reason"?: string,"reported_user_id"?: string | null,"reporter_id"?: string,"subject_id"?: string,"subject_type"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "reports_reported_user_id_fkey"
      columns: ["reported_user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "reports_reporter_id_fkey"
      columns: ["reporter_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"room_invites": {
                  Row: {
                    "created_at": string,"created_by": string,"expires_at": string | null,"id": string,"is_personal": boolean,"max_uses": number | null,"room_id": string,"uses": number
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by": string,"expires_at"?: string | null,"id"?: string,"is_personal"?: boolean,"max_uses"?: number | null,"room_id": string,"uses"?: number
                  }
                  Update: {
                    "created_at"?: string,"created_by"?: string,"expires_at"?: string | null,"id"?: string,"is_personal"?: boolean,"max_uses"?: number | null,"room_id"?: string,"uses"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "room_invites_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "room_invites_room_id_fkey"
      columns: ["room_id"]
isOneToOne: false
      referencedRelation: "rooms"
      referencedColumns: ["id"]
    }
                  ]
                },"room_members": {
                  Row: {
                    "banned": boolean,"joined_at": string,"profile_id": string,"role": string,"room_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "banned"?: boolean,"joined_at"?: string,"profile_id": string,"role"?: string,"room_id": string
                  }
                  Update: {
                    "banned"?: boolean,"joined_at"?: string,"profile_id"?: string,"role"?: string,"room_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "room_members_profile_id_fkey"
      columns: ["profile_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "room_members_room_id_fkey"
      columns: ["room_id"]
isOneToOne: false
      referencedRelation: "rooms"
      referencedColumns: ["id"]
    }
                  ]
                },"rooms": {
                  Row: {
                    "archived_at": string | null,"created_at": string,"created_by": string | null,"description": string,"direct_key": string | null,"epoch": number,"guidelines": string,"id": string,"is_private": boolean,"kind": string,"last_message_at": string | null,"last_seq": number,"name": string,"read_only": boolean,"retention_days": number | null,"slow_mode_s": number,"updated_at": string,"who_can_invite": string
                  }
                  ComputedFields: never
                  Insert: {
                    "archived_at"?: string | null,"created_at"?: string,"created_by"?: string | null,"description"?: string,"direct_key"?: string | null,"epoch"?: number,"guidelines"?: string,"id"?: string,"is_private"?: boolean,"kind"?: string,"last_message_at"?: string | null,"last_seq"?: number,"name": string,"read_only"?: boolean,"retention_days"?: number | null,"slow_mode_s"?: number,"updated_at"?: string,"who_can_invite"?: string
                  }
                  Update: {
                    "archived_at"?: string | null,"created_at"?: string,"created_by"?: string | null,"description"?: string,"direct_key"?: string | null,"epoch"?: number,"guidelines"?: string,"id"?: string,"is_private"?: boolean,"kind"?: string,"last_message_at"?: string | null,"last_seq"?: number,"name"?: string,"read_only"?: boolean,"retention_days"?: number | null,"slow_mode_s"?: number,"updated_at"?: string,"who_can_invite"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "rooms_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"shares": {
                  Row: {
                    "created_at": string,"id": string,"post_id": string,"profile_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"post_id": string,"profile_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"post_id"?: string,"profile_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "shares_post_id_fkey"
      columns: ["post_id"]
isOneToOne: false
      referencedRelation: "posts"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "shares_profile_id_fkey"
      columns: ["profile_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"stories": {
                  Row: {
                    "audience_id": string | null,"author_id": string,"created_at": string,"expires_at": string,"highlighted_at": string | null,"id": string,"media_id": string | null,"screened_at": string | null,"status": string,"text": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "audience_id"?: string | null,"author_id"?: string,"created_at"?: string,"expires_at"?: string,"highlighted_at"?: string | null,"id"?: string,"media_id"?: string | null,"screened_at"?: string | null,"status"?: string,"text"?: string | null
                  }
                  Update: {
                    "audience_id"?: string | null,"author_id"?: string,"created_at"?: string,"expires_at"?: string,"highlighted_at"?: string | null,"id"?: string,"media_id"?: string | null,"screened_at"?: string | null,"status"?: string,"text"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "stories_author_id_fkey"
      columns: ["author_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "stories_media_id_fkey"
      columns: ["media_id"]
isOneToOne: true
      referencedRelation: "media"
      referencedColumns: ["id"]
    }
                  ]
                },"story_views": {
                  Row: {
                    "story_id": string,"viewed_at": string,"viewer_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "story_id": string,"viewed_at"?: string,"viewer_id"?: string
                  }
                  Update: {
                    "story_id"?: string,"viewed_at"?: string,"viewer_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "story_views_story_id_fkey"
      columns: ["story_id"]
isOneToOne: false
      referencedRelation: "stories"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "story_views_viewer_id_fkey"
      columns: ["viewer_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                }
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
            "mark_notifications_read":
{ Args: { "p_ids"?: (string)[] }; Returns: Json
                           }
          }
          Enums: {
            [_ in never]: never
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "public": {
          Enums: {
            
          }
        }
} as const
