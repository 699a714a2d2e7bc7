CREATE TABLE "published_figures" (
	"id" text PRIMARY KEY NOT NULL,
	"figure" jsonb NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL
);
