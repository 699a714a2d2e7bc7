ALTER TYPE "public"."event_kind" ADD VALUE 'HISTORY_CHANGED';--> statement-breakpoint
DROP INDEX "agreements_key";--> statement-breakpoint
ALTER TABLE "ledger_events" ALTER COLUMN "agency_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_events" ALTER COLUMN "place_code" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_events" ADD COLUMN "other_agency_id" uuid;--> statement-breakpoint
ALTER TABLE "ledger_events" ADD COLUMN "other_place_code" text;--> statement-breakpoint
ALTER TABLE "ledger_events" ADD COLUMN "other_agency_type" "agency_type";--> statement-breakpoint
ALTER TABLE "ledger_events" ADD COLUMN "other_county_fips" text;--> statement-breakpoint
ALTER TABLE "ledger_events" ADD COLUMN "standing" jsonb;--> statement-breakpoint
CREATE INDEX "agreements_agency_idx" ON "agreements" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "ledger_events_history_idx" ON "ledger_events" USING btree ("sequence") WHERE agency_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX "agreements_key" ON "agreements" USING btree ("agency_id","model","ordinal") WHERE derived and merged_into is null;