ALTER TABLE "ledger_events" ADD COLUMN "hash" uuid DEFAULT '00000000-0000-0000-0000-000000000000' NOT NULL;--> statement-breakpoint
CREATE FUNCTION "ledger_event_hash"("previous" uuid, "id" uuid) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(substring(sha256(coalesce(uuid_send("previous"), ''::bytea) || uuid_send("id")) FOR 16), 'hex')::uuid
$$;--> statement-breakpoint
CREATE FUNCTION "chain_ledger_event"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."hash" := ledger_event_hash((SELECT "hash" FROM "ledger_events" WHERE "sequence" = NEW."sequence" - 1), NEW."id");
  RETURN NEW;
END
$$;--> statement-breakpoint
CREATE TRIGGER "ledger_events_chain" BEFORE INSERT ON "ledger_events"
  FOR EACH ROW EXECUTE FUNCTION "chain_ledger_event"();--> statement-breakpoint
WITH RECURSIVE "chain" AS (
  SELECT "sequence", ledger_event_hash(NULL, "id") AS "hash" FROM "ledger_events" WHERE "sequence" = 1
  UNION ALL
  SELECT "event"."sequence", ledger_event_hash("chain"."hash", "event"."id")
  FROM "chain" JOIN "ledger_events" "event" ON "event"."sequence" = "chain"."sequence" + 1
)
UPDATE "ledger_events" SET "hash" = "chain"."hash" FROM "chain" WHERE "ledger_events"."sequence" = "chain"."sequence";
