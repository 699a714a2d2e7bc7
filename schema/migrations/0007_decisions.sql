CREATE TYPE "public"."spelling_subject" AS ENUM('STATE', 'MODEL', 'TYPE', 'COUNTY', 'HEADING');--> statement-breakpoint
-- Made anew, since a value that is added cannot be used by the same transaction, which fills the table below.
ALTER TYPE "public"."decision_kind" RENAME TO "decision_kind_before";--> statement-breakpoint
CREATE TYPE "public"."decision_kind" AS ENUM('SAME_AGENCY', 'DIFFERENT_AGENCIES', 'RENAMING', 'SET_ASIDE', 'RELEASE', 'REJECTION', 'WITHDRAWAL', 'REDATING', 'SPELLING');--> statement-breakpoint
ALTER TABLE "decisions" ALTER COLUMN "kind" SET DATA TYPE "public"."decision_kind" USING "kind"::text::"public"."decision_kind";--> statement-breakpoint
DROP TYPE "public"."decision_kind_before";--> statement-breakpoint
ALTER TYPE "public"."snapshot_status" ADD VALUE 'WITHDRAWN';--> statement-breakpoint
ALTER TABLE "decisions" ALTER COLUMN "left_keys" SET DEFAULT '{}';--> statement-breakpoint
ALTER TABLE "decisions" ALTER COLUMN "right_keys" SET DEFAULT '{}';--> statement-breakpoint
ALTER TABLE "agencies" ADD COLUMN "listed_name" text;--> statement-breakpoint
ALTER TABLE "agencies" ADD COLUMN "listed_name_key" text;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "name" text;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "snapshot_number" integer;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "published_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "subject" "spelling_subject";--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "printed" text;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "means" text;--> statement-breakpoint
ALTER TABLE "snapshots" ADD COLUMN "posted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_snapshot_fkey" FOREIGN KEY ("snapshot_number") REFERENCES "public"."snapshots"("number") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "decisions_snapshot_idx" ON "decisions" USING btree ("snapshot_number");--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_list" CHECK (("decisions"."snapshot_number" is not null) = ("decisions"."kind" in ('RELEASE', 'REJECTION', 'WITHDRAWAL', 'REDATING')));--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_redating" CHECK (("decisions"."kind" = 'REDATING') = ("decisions"."published_at" is not null));--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_renaming" CHECK (("decisions"."kind" = 'RENAMING') = ("decisions"."name" is not null));--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_spelling" CHECK (("decisions"."kind" = 'SPELLING') = (num_nonnulls("decisions"."subject", "decisions"."printed", "decisions"."means") = 3));--> statement-breakpoint
-- What operators said of held lists before every word of theirs was a decision.
INSERT INTO "decisions" ("id", "kind", "snapshot_number", "reason", "decided_at")
SELECT gen_random_uuid(), (CASE WHEN "status" = 'REJECTED' THEN 'REJECTION' ELSE 'RELEASE' END)::"public"."decision_kind",
  "number", coalesce("decided_reason", ''), "decided_at"
FROM "snapshots" WHERE "decided_at" IS NOT NULL;
