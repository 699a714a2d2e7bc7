CREATE TYPE "public"."timeline_basis" AS ENUM('LISTED', 'SIGNED');--> statement-breakpoint
CREATE TABLE "standing_changes" (
	"basis" timeline_basis NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"place_code" text NOT NULL,
	"agency_type" "agency_type",
	"standing_before" smallint NOT NULL,
	"standing_after" smallint NOT NULL,
	"agencies" integer NOT NULL,
	CONSTRAINT "standing_changes_key" UNIQUE NULLS NOT DISTINCT("basis","at","place_code","agency_type","standing_before","standing_after")
);
--> statement-breakpoint
CREATE TABLE "standing_counts" (
	"place_code" text NOT NULL,
	"agency_type" "agency_type",
	"standing" smallint NOT NULL,
	"agencies" integer NOT NULL,
	CONSTRAINT "standing_counts_key" UNIQUE NULLS NOT DISTINCT("place_code","agency_type","standing")
);
--> statement-breakpoint
ALTER TABLE "source_rows" ADD COLUMN "state_printed" text GENERATED ALWAYS AS (jsonb_path_query_first("cells", '$[*] ? (@.column like_regex "^STATE$" flag "i").text') #>> '{}') STORED;--> statement-breakpoint
ALTER TABLE "source_rows" ADD COLUMN "agency_printed" text GENERATED ALWAYS AS (jsonb_path_query_first("cells", '$[*] ? (@.column like_regex "^LAW ENFORCEMENT AGENCY$" flag "i").text') #>> '{}') STORED;--> statement-breakpoint
ALTER TABLE "source_rows" ADD COLUMN "model_printed" text GENERATED ALWAYS AS (jsonb_path_query_first("cells", '$[*] ? (@.column like_regex "^SUPPORT TYPE$" flag "i").text') #>> '{}') STORED;--> statement-breakpoint
CREATE INDEX "standing_changes_place_idx" ON "standing_changes" USING btree ("place_code","basis","at");--> statement-breakpoint
-- A ledger that was filled before counts were kept: as recount() of ledger/apply/keep-counts.ts.
INSERT INTO "standing_counts" (place_code, agency_type, standing, agencies)
select place_code, agency_type, standing, agencies from (
  select place_code, agency_type, standing, count(*)::int as agencies
  from (
    select agency.id, agency.place_code, agency.type as agency_type,
      coalesce(bit_or((case agreement.model when 'TASK_FORCE' then 1 when 'JAIL_ENFORCEMENT' then 2 when 'WARRANT_SERVICE_OFFICER' then 4 end << case listing.kind when 'PENDING' then 7 else 0 end)) filter (where listing.agreement_id is not null), 0)::smallint as standing
    from "agencies" agency
    left join "agreements" agreement
      on agreement.agency_id = agency.id and agreement.derived and (agreement.merged_into is null)::int = 1
    left join "listings" listing on listing.agreement_id = agreement.id and listing.unlisted_at is null
    where agency.derived and (agency.merged_into is null)::int = 1 and true
    group by agency.id
  ) standing
  group by place_code, agency_type, standing) counted;
--> statement-breakpoint
INSERT INTO "standing_changes" (basis, at, place_code, agency_type, standing_before, standing_after, agencies)
select basis, at, place_code, agency_type, standing_before, standing_after, agencies from (
  with stretch as (select agency.id, agency.place_code, agency.type as agency_type, 'LISTED'::timeline_basis as basis,
      (case agreement.model when 'TASK_FORCE' then 1 when 'JAIL_ENFORCEMENT' then 2 when 'WARRANT_SERVICE_OFFICER' then 4 end << case listing.kind when 'PENDING' then 7 else 0 end) as bit, listing.listed_at as since, listing.unlisted_at as until
    from "agencies" agency
    join "agreements" agreement
      on agreement.agency_id = agency.id and agreement.derived and (agreement.merged_into is null)::int = 1 join "listings" listing on listing.agreement_id = agreement.id
    where agency.derived and (agency.merged_into is null)::int = 1 and true
    union all
    select agency.id, agency.place_code, agency.type, 'SIGNED'::timeline_basis, case agreement.model when 'TASK_FORCE' then 1 when 'JAIL_ENFORCEMENT' then 2 when 'WARRANT_SERVICE_OFFICER' then 4 end, (agreement.signed_on::timestamp at time zone 'America/New_York'),
      agreement.unlisted_at
    from "agencies" agency
    join "agreements" agreement
      on agreement.agency_id = agency.id and agreement.derived and (agreement.merged_into is null)::int = 1
    where agency.derived and (agency.merged_into is null)::int = 1 and true and agreement.first_listed_at is not null
      and (agreement.unlisted_at is null or (agreement.signed_on::timestamp at time zone 'America/New_York') < agreement.unlisted_at)
      and agreement.signed_on is not null),
  own as (
    select id, place_code, agency_type, basis, array_agg(bit) as bits, array_agg(since) as sinces,
      array_agg(until) as untils
    from stretch group by id, place_code, agency_type, basis
  )
  select basis, at, place_code, agency_type, standing_before, standing_after, count(*)::int as agencies
  from own
  cross join lateral (select distinct at from unnest(sinces || untils) as bound(at) where at is not null) edge
  cross join lateral (
    select coalesce(bit_or(bit) filter (where since < at and (until is null or until >= at)), 0)::smallint
        as standing_before,
      coalesce(bit_or(bit) filter (where since <= at and (until is null or until > at)), 0)::smallint
        as standing_after
    from unnest(bits, sinces, untils) as part(bit, since, until)
  ) standing
  where standing_before <> standing_after
  group by basis, at, place_code, agency_type, standing_before, standing_after) counted;
