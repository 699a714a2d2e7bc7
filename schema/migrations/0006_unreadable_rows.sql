ALTER TYPE "public"."decision_kind" ADD VALUE 'SET_ASIDE';--> statement-breakpoint
ALTER TYPE "public"."review_kind" ADD VALUE 'UNREADABLE_ROW';--> statement-breakpoint
ALTER TABLE "decisions" ALTER COLUMN "place_code" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "review_items" ALTER COLUMN "place_code" DROP NOT NULL;--> statement-breakpoint
CREATE INDEX "source_rows_unreadable_idx" ON "source_rows" USING btree ("id") WHERE place_code is null or name_key is null or model is null;