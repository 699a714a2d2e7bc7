CREATE TABLE "original_pieces" (
	"sha256" text NOT NULL,
	"ordinal" integer NOT NULL,
	"piece" "bytea" NOT NULL,
	CONSTRAINT "original_pieces_pkey" PRIMARY KEY("sha256","ordinal")
);
--> statement-breakpoint
CREATE TABLE "originals" (
	"sha256" text PRIMARY KEY NOT NULL,
	"bytes" integer NOT NULL,
	"media_type" text NOT NULL,
	"kept_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "original_pieces" ADD CONSTRAINT "original_pieces_original_fkey" FOREIGN KEY ("sha256") REFERENCES "public"."originals"("sha256") ON DELETE restrict ON UPDATE no action;