ALTER TYPE "public"."issue_code" ADD VALUE 'CONTRADICTED_TIME' BEFORE 'UNKNOWN_COLUMN';--> statement-breakpoint
ALTER TYPE "public"."issue_code" ADD VALUE 'MISSING_RESULT' BEFORE 'UNKNOWN_STATE';--> statement-breakpoint
ALTER TYPE "public"."issue_code" ADD VALUE 'UNREADABLE_NAME' BEFORE 'UNKNOWN_STATE';--> statement-breakpoint
ALTER TYPE "public"."issue_code" ADD VALUE 'NEAR_SPELLING' BEFORE 'UNKNOWN_STATE';--> statement-breakpoint
ALTER TYPE "public"."issue_code" ADD VALUE 'UNLIKELY_DATE' BEFORE 'UNREADABLE_LINK';--> statement-breakpoint
ALTER TYPE "public"."published_at_basis" ADD VALUE 'PUBLISHER_FILE_NAME' BEFORE 'WORKBOOK';