CREATE TABLE "followed" (
	"address" text PRIMARY KEY NOT NULL,
	"kind" "snapshot_kind",
	"etag" text,
	"last_modified" text,
	"sha256" text,
	"first_at" timestamp (3) with time zone NOT NULL,
	"checked_at" timestamp (3) with time zone NOT NULL,
	"outcome" text NOT NULL,
	"detail" text,
	"content" text,
	"good_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "follower" (
	"id" integer PRIMARY KEY NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"failures" integer NOT NULL,
	"stale_hours" integer NOT NULL,
	CONSTRAINT "follower_single_row" CHECK ("follower"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "snapshots" ADD COLUMN "fetched" jsonb;