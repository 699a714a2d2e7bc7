CREATE TABLE "populations" (
	"year" integer NOT NULL,
	"fips" text NOT NULL,
	"people" integer NOT NULL,
	"imported_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "populations_pkey" PRIMARY KEY("year","fips")
);
