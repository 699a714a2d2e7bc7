DROP INDEX "agencies_place_name_idx";--> statement-breakpoint
DROP INDEX "agencies_name_idx";--> statement-breakpoint
CREATE INDEX "agencies_first_listed_idx" ON "agencies" USING btree ("first_listed_at","id");--> statement-breakpoint
CREATE INDEX "agencies_place_name_idx" ON "agencies" USING btree ("place_code",name collate "C","id");--> statement-breakpoint
CREATE INDEX "agencies_name_idx" ON "agencies" USING btree (name collate "C","id");