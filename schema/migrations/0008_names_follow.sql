ALTER TYPE "public"."review_kind" ADD VALUE 'RELABELLED_ROW';--> statement-breakpoint
ALTER TABLE "agencies" ADD COLUMN "respelt_key" text;--> statement-breakpoint
ALTER TABLE "agencies" ADD COLUMN "respelt_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "agencies" ADD COLUMN "respelt_lists" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "agreements" ADD COLUMN "signed_unlikely" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "agreements" ADD COLUMN "is_asked" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "source_rows" ADD COLUMN "moved_from" text;--> statement-breakpoint
CREATE INDEX "agencies_respelt_idx" ON "agencies" USING btree ("id") WHERE respelt_key is not null;--> statement-breakpoint
CREATE INDEX "agreements_unlikely_idx" ON "agreements" USING btree ("agency_id") WHERE signed_unlikely;--> statement-breakpoint
CREATE INDEX "source_rows_name_key_idx" ON "source_rows" USING btree ("name_key");--> statement-breakpoint
CREATE INDEX "source_rows_moved_idx" ON "source_rows" USING btree ("id") WHERE moved_from is not null;