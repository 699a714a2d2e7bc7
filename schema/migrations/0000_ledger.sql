CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE TYPE "public"."agency_type" AS ENUM('COUNTY', 'MUNICIPALITY', 'STATE', 'OTHER');--> statement-breakpoint
CREATE TYPE "public"."agreement_status" AS ENUM('PENDING', 'WITHDRAWN', 'ACTIVE', 'UNLISTED', 'ENDED', 'SUPERSEDED');--> statement-breakpoint
CREATE TYPE "public"."cause_kind" AS ENUM('SNAPSHOT', 'DECISION', 'RULES');--> statement-breakpoint
CREATE TYPE "public"."decision_kind" AS ENUM('SAME_AGENCY', 'DIFFERENT_AGENCIES');--> statement-breakpoint
CREATE TYPE "public"."event_kind" AS ENUM('AGREEMENT_ADDED', 'AGREEMENT_UNLISTED', 'AGREEMENT_ENDED', 'AGREEMENT_RESTORED', 'AGREEMENT_CORRECTED', 'AGREEMENT_SUPERSEDED', 'MEMORANDUM_POSTED', 'ADDENDUM_POSTED', 'PENDING_ADDED', 'PENDING_DROPPED', 'AGENCY_RENAMED', 'AGENCY_MERGED', 'EVENT_RETRACTED');--> statement-breakpoint
CREATE TYPE "public"."issue_code" AS ENUM('KIND_SWAPPED', 'UNKNOWN_COLUMN', 'MISSING_VALUE', 'UNKNOWN_STATE', 'UNKNOWN_MODEL', 'UNKNOWN_TYPE', 'UNKNOWN_COUNTY', 'UNREADABLE_DATE', 'IMPLAUSIBLE_DATE', 'UNREADABLE_LINK', 'REPEATED_AGREEMENT');--> statement-breakpoint
CREATE TYPE "public"."model" AS ENUM('TASK_FORCE', 'JAIL_ENFORCEMENT', 'WARRANT_SERVICE_OFFICER');--> statement-breakpoint
CREATE TYPE "public"."origin" AS ENUM('FILE', 'UPLOAD', 'FOLLOWED', 'SAMPLE');--> statement-breakpoint
CREATE TYPE "public"."published_at_basis" AS ENUM('GIVEN', 'LAST_MODIFIED', 'FILE_NAME', 'WORKBOOK', 'INGESTED');--> statement-breakpoint
CREATE TYPE "public"."review_kind" AS ENUM('SIMILAR_NAMES', 'SEVERAL_CANDIDATES', 'SHARED_MEMORANDUM');--> statement-breakpoint
CREATE TYPE "public"."review_status" AS ENUM('OPEN', 'DECIDED', 'OBSOLETE');--> statement-breakpoint
CREATE TYPE "public"."snapshot_kind" AS ENUM('PARTICIPATING', 'PENDING');--> statement-breakpoint
CREATE TYPE "public"."snapshot_status" AS ENUM('ACCEPTED', 'DUPLICATE', 'HELD', 'REJECTED');--> statement-breakpoint
CREATE TABLE "agencies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"place_code" text NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"slug" text NOT NULL,
	"type" "agency_type",
	"type_printed" text,
	"county_fips" text,
	"first_listed_at" timestamp (3) with time zone NOT NULL,
	"merged_into" uuid,
	"derived" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agency_names" (
	"place_code" text NOT NULL,
	"name_key" text NOT NULL,
	"agency_id" uuid NOT NULL,
	"first_listed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "agency_names_pkey" PRIMARY KEY("place_code","name_key")
);
--> statement-breakpoint
CREATE TABLE "agency_slugs" (
	"slug" text NOT NULL,
	"agency_id" uuid NOT NULL,
	CONSTRAINT "agency_slugs_pkey" PRIMARY KEY("slug")
);
--> statement-breakpoint
CREATE TABLE "agreements" (
	"id" uuid PRIMARY KEY NOT NULL,
	"agency_id" uuid NOT NULL,
	"place_code" text NOT NULL,
	"model" "model" NOT NULL,
	"ordinal" integer NOT NULL,
	"status" "agreement_status" NOT NULL,
	"signed_on" date,
	"signed_printed" text,
	"first_listed_at" timestamp (3) with time zone,
	"first_listed_is_lower_bound" boolean NOT NULL,
	"last_listed_at" timestamp (3) with time zone,
	"unlisted_at" timestamp (3) with time zone,
	"ended_on" date,
	"pending_first_listed_at" timestamp (3) with time zone,
	"pending_unlisted_at" timestamp (3) with time zone,
	"memorandum_url" text,
	"addendum_urls" text[] NOT NULL,
	"supersedes" uuid,
	"merged_into" uuid,
	"derived" boolean NOT NULL,
	CONSTRAINT "agreements_ordinal_positive" CHECK ("agreements"."ordinal" > 0),
	CONSTRAINT "agreements_ended_on" CHECK ("agreements"."status" <> 'ENDED' or "agreements"."ended_on" is not null)
);
--> statement-breakpoint
CREATE TABLE "listings" (
	"agreement_id" uuid NOT NULL,
	"kind" "snapshot_kind" NOT NULL,
	"listed_at" timestamp (3) with time zone NOT NULL,
	"unlisted_at" timestamp (3) with time zone,
	CONSTRAINT "listings_pkey" PRIMARY KEY("agreement_id","kind","listed_at")
);
--> statement-breakpoint
CREATE TABLE "ledger_events" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"id" uuid NOT NULL,
	"kind" "event_kind" NOT NULL,
	"cause_kind" "cause_kind" NOT NULL,
	"cause_id" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"backfill" boolean NOT NULL,
	"provisional" boolean NOT NULL,
	"snapshot_number" integer,
	"agreement_id" uuid,
	"agency_id" uuid NOT NULL,
	"place_code" text NOT NULL,
	"model" "model",
	"agency_type" "agency_type",
	"county_fips" text,
	"summary" text NOT NULL,
	"payload" jsonb NOT NULL,
	"retracts" uuid
);
--> statement-breakpoint
CREATE TABLE "ledger" (
	"id" integer PRIMARY KEY NOT NULL,
	"epoch" uuid NOT NULL,
	"last_sequence" bigint NOT NULL,
	"revision" bigint NOT NULL,
	"rules_version" integer NOT NULL,
	"sample" boolean NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ledger_single_row" CHECK ("ledger"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" "decision_kind" NOT NULL,
	"place_code" text NOT NULL,
	"left_keys" text[] NOT NULL,
	"right_keys" text[] NOT NULL,
	"review_item_id" uuid,
	"reason" text NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"revoked_reason" text
);
--> statement-breakpoint
CREATE TABLE "review_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" "review_kind" NOT NULL,
	"status" "review_status" NOT NULL,
	"place_code" text NOT NULL,
	"left_key" text NOT NULL,
	"right_key" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"raised_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "row_issues" (
	"snapshot_number" integer NOT NULL,
	"ordinal" integer NOT NULL,
	"row_number" integer,
	"column_name" text,
	"code" "issue_code" NOT NULL,
	"printed" text,
	"reason" text NOT NULL,
	CONSTRAINT "row_issues_pkey" PRIMARY KEY("snapshot_number","ordinal")
);
--> statement-breakpoint
CREATE TABLE "snapshot_rows" (
	"snapshot_number" integer NOT NULL,
	"row_number" integer NOT NULL,
	"source_row_id" bigint NOT NULL,
	"hidden" boolean NOT NULL,
	CONSTRAINT "snapshot_rows_pkey" PRIMARY KEY("snapshot_number","row_number")
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "snapshots_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"kind" "snapshot_kind",
	"status" "snapshot_status" NOT NULL,
	"published_at" timestamp (3) with time zone NOT NULL,
	"published_at_basis" "published_at_basis" NOT NULL,
	"modified_at" timestamp (3) with time zone,
	"ingested_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"decided_reason" text,
	"file_name" text NOT NULL,
	"sha256" text NOT NULL,
	"table_hash" text,
	"origin" "origin" NOT NULL,
	"worksheet" text,
	"columns" text[] NOT NULL,
	"row_count" integer NOT NULL,
	"hidden_row_count" integer NOT NULL,
	"issue_count" integer NOT NULL,
	"hold_reasons" jsonb NOT NULL,
	"rejection" jsonb,
	"backfill" boolean NOT NULL,
	CONSTRAINT "snapshots_rejected_reason" CHECK (("snapshots"."status" = 'REJECTED') = ("snapshots"."rejection" is not null))
);
--> statement-breakpoint
CREATE TABLE "source_rows" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "source_rows_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"hash" text NOT NULL,
	"cells" jsonb NOT NULL,
	"corrections" jsonb NOT NULL,
	"place_code" text,
	"agency_name" text,
	"name_key" text,
	"model" "model",
	"agency_type" "agency_type",
	"type_printed" text,
	"county_fips" text,
	"signed_on" date,
	"signed_printed" text,
	"memorandum_url" text,
	"addendum_url" text
);
--> statement-breakpoint
ALTER TABLE "agencies" ADD CONSTRAINT "agencies_merged_into_fkey" FOREIGN KEY ("merged_into") REFERENCES "public"."agencies"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agency_names" ADD CONSTRAINT "agency_names_agency_fkey" FOREIGN KEY ("agency_id") REFERENCES "public"."agencies"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agency_slugs" ADD CONSTRAINT "agency_slugs_agency_fkey" FOREIGN KEY ("agency_id") REFERENCES "public"."agencies"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_agency_fkey" FOREIGN KEY ("agency_id") REFERENCES "public"."agencies"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_supersedes_fkey" FOREIGN KEY ("supersedes") REFERENCES "public"."agreements"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_merged_into_fkey" FOREIGN KEY ("merged_into") REFERENCES "public"."agreements"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listings" ADD CONSTRAINT "listings_agreement_fkey" FOREIGN KEY ("agreement_id") REFERENCES "public"."agreements"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_events" ADD CONSTRAINT "ledger_events_snapshot_fkey" FOREIGN KEY ("snapshot_number") REFERENCES "public"."snapshots"("number") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_review_item_fkey" FOREIGN KEY ("review_item_id") REFERENCES "public"."review_items"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "row_issues" ADD CONSTRAINT "row_issues_snapshot_fkey" FOREIGN KEY ("snapshot_number") REFERENCES "public"."snapshots"("number") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot_rows" ADD CONSTRAINT "snapshot_rows_snapshot_fkey" FOREIGN KEY ("snapshot_number") REFERENCES "public"."snapshots"("number") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot_rows" ADD CONSTRAINT "snapshot_rows_source_fkey" FOREIGN KEY ("source_row_id") REFERENCES "public"."source_rows"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "agencies_slug_key" ON "agencies" USING btree ("slug") WHERE derived and merged_into is null;--> statement-breakpoint
CREATE INDEX "agencies_place_name_idx" ON "agencies" USING btree ("place_code",name collate "C","id");--> statement-breakpoint
CREATE INDEX "agencies_name_idx" ON "agencies" USING btree (name collate "C","id");--> statement-breakpoint
CREATE INDEX "agencies_first_listed_idx" ON "agencies" USING btree ("first_listed_at","id");--> statement-breakpoint
CREATE INDEX "agencies_county_idx" ON "agencies" USING btree ("county_fips");--> statement-breakpoint
CREATE INDEX "agencies_merged_into_idx" ON "agencies" USING btree ("merged_into");--> statement-breakpoint
CREATE INDEX "agencies_name_trgm_idx" ON "agencies" USING gin (lower(name) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "agency_names_agency_idx" ON "agency_names" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "agency_slugs_agency_idx" ON "agency_slugs" USING btree ("agency_id");--> statement-breakpoint
CREATE UNIQUE INDEX "agreements_key" ON "agreements" USING btree ("agency_id","model","ordinal");--> statement-breakpoint
CREATE UNIQUE INDEX "agreements_current_key" ON "agreements" USING btree ("agency_id","model") WHERE derived and status in ('PENDING', 'ACTIVE', 'UNLISTED');--> statement-breakpoint
CREATE INDEX "agreements_signed_idx" ON "agreements" USING btree ("signed_on","id");--> statement-breakpoint
CREATE INDEX "agreements_first_listed_idx" ON "agreements" USING btree ("first_listed_at","id");--> statement-breakpoint
CREATE INDEX "agreements_place_signed_idx" ON "agreements" USING btree ("place_code","signed_on","id");--> statement-breakpoint
CREATE INDEX "agreements_status_idx" ON "agreements" USING btree ("status","signed_on","id");--> statement-breakpoint
CREATE INDEX "agreements_memorandum_idx" ON "agreements" USING btree ("place_code","memorandum_url");--> statement-breakpoint
CREATE INDEX "agreements_supersedes_idx" ON "agreements" USING btree ("supersedes");--> statement-breakpoint
CREATE INDEX "agreements_merged_into_idx" ON "agreements" USING btree ("merged_into");--> statement-breakpoint
CREATE INDEX "listings_time_idx" ON "listings" USING btree ("kind","listed_at","unlisted_at");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_events_id_key" ON "ledger_events" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_events_retracts_key" ON "ledger_events" USING btree ("retracts") WHERE retracts is not null;--> statement-breakpoint
CREATE INDEX "ledger_events_agreement_idx" ON "ledger_events" USING btree ("agreement_id","sequence");--> statement-breakpoint
CREATE INDEX "ledger_events_agency_idx" ON "ledger_events" USING btree ("agency_id","sequence");--> statement-breakpoint
CREATE INDEX "ledger_events_place_idx" ON "ledger_events" USING btree ("place_code","sequence");--> statement-breakpoint
CREATE INDEX "ledger_events_snapshot_idx" ON "ledger_events" USING btree ("snapshot_number","sequence");--> statement-breakpoint
CREATE INDEX "decisions_place_idx" ON "decisions" USING btree ("place_code","revoked_at");--> statement-breakpoint
CREATE INDEX "decisions_review_item_idx" ON "decisions" USING btree ("review_item_id");--> statement-breakpoint
CREATE UNIQUE INDEX "review_items_pair_key" ON "review_items" USING btree ("place_code","left_key","right_key");--> statement-breakpoint
CREATE INDEX "review_items_status_idx" ON "review_items" USING btree ("status","raised_at","id");--> statement-breakpoint
CREATE INDEX "snapshot_rows_source_idx" ON "snapshot_rows" USING btree ("source_row_id","snapshot_number");--> statement-breakpoint
CREATE UNIQUE INDEX "snapshots_id_key" ON "snapshots" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "snapshots_table_key" ON "snapshots" USING btree ("kind","published_at","table_hash");--> statement-breakpoint
CREATE INDEX "snapshots_publication_idx" ON "snapshots" USING btree ("published_at","number");--> statement-breakpoint
CREATE INDEX "snapshots_sha256_idx" ON "snapshots" USING btree ("sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "source_rows_hash_key" ON "source_rows" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "source_rows_name_idx" ON "source_rows" USING btree ("place_code","name_key");