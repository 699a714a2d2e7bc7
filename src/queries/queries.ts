/** What the API asks of the ledger, as one object bound to the statements of one database. Each method is one sentence elsewhere. */
import type { StatementLimits } from '../database/statements/statement-limits.ts';
import type { LogPosition } from '../feed/log/cursor.ts';
import * as agencies from './agencies.ts';
import * as agreements from './agreements.ts';
import { type AlarmRow, openAlarms } from './alarms.ts';
import * as audit from './audit-entries.ts';
import { administrations } from './counts/administrations.ts';
import { countPrinted, type PrintedScope, type SpelledColumn } from './counts/as-printed.ts';
import { countByCounty } from './counts/by-county.ts';
import { figureGaps } from './counts/figure-gaps.ts';
import { type FigureRow, figures } from './counts/figures.ts';
import { type FundingInput, fundingEstimate } from './counts/funding.ts';
import { growth } from './counts/growth.ts';
import { rollupOfAgencies, rollupOfAgreements } from './counts/rollup.ts';
import * as counts from './counts/statistics.ts';
import type { StatisticsFilter } from './counts/statistics-filter.ts';
import { type TimelineArgs, timeline, timelinesOfPlaces } from './counts/timeline.ts';
import { changesOf, type DiffRow, diff } from './diff/diff.ts';
import type { GivenEnds } from './diff/ends.ts';
import * as events from './events.ts';
import { gathered } from './gathered.ts';
import { type Page, readPage, readPages } from './keyset/connection.ts';
import type { Order } from './keyset/keyset.ts';
import type { Condition, ParentLink, Rollup, Source, Wanted } from './keyset/source.ts';
import { createStatements, type StatementDatabase, type Statements } from './keyset/statement.ts';
import type { PageArgs } from './keyset/window.ts';
import { type LedgerRow, type ListStatus, readLedger, readListStatuses } from './ledger.ts';
import { originalNamed, originalsByHash } from './originals.ts';
import { coveredBy, populationsOf } from './populations.ts';
import { formOrder, formSource, formsOfAgreement, printedRowOrder, rowsOfAgreement } from './printed-rows.ts';
import * as reviews from './review-items.ts';
import { type SearchHit, type SearchScope, search } from './search/search.ts';
import * as snapshots from './snapshots.ts';
import { readWaiting } from './waiting.ts';

/** A page of something: Relay's arguments, and what of the rows is selected. */
export interface PageRequest {
  args: PageArgs;
  wanted: Wanted;
}

/** With the count that ingest keeps, where it keeps it. */
type CountedRequest = PageRequest & { kept?: Rollup | null };

export interface OrderBy<Field> {
  field: Field;
  direction: 'ASC' | 'DESC';
}

export interface AgencyRequest extends PageRequest {
  filter: agencies.AgencyFilter;
  orderBy: OrderBy<agencies.AgencyOrderField>;
}

export interface AgreementRequest extends PageRequest {
  filter: agreements.AgreementFilter;
  orderBy: OrderBy<agreements.AgreementOrderField>;
}

export interface EventRequest extends PageRequest {
  filter: events.EventFilter;
  includeBackfill: boolean;
  /** Left out it is true. */
  includeHistoryChanged?: boolean;
}

const agencyLinks = { place: agencies.agenciesOfPlace, county: agencies.agenciesOfCounty } as const;
const agreementLinks = {
  place: agreements.agreementsOfPlace,
  county: agreements.agreementsOfCounty,
  agency: agreements.agreementsOfAgency,
} as const;
const eventLinks = {
  agreement: events.eventsOfAgreement,
  agency: events.eventsOfAgency,
  snapshot: events.eventsOfSnapshot,
} as const;

/** What may be asked, within the limits of one operation or without any. */
export type Queries = ReturnType<typeof bindQueries>;

export interface SharedQueries extends Queries {
  /** The same for one operation: none of its statements begins once its signal is aborted. */
  within(limits: StatementLimits): Queries;
}

export function createQueries(database: StatementDatabase): SharedQueries {
  const statements = createStatements(database);
  return { ...bindQueries(statements), within: (limits) => bindQueries(statements.within(limits)) };
}

function bindQueries(statements: Statements) {
  function page<Row extends object>(
    source: Source<Row>,
    order: Order,
    conditions: readonly Condition[],
    request: CountedRequest,
  ): Promise<Page<Row>> {
    return readPage(statements, { source, order, conditions, ...request });
  }

  function pages<Row extends object>(
    source: Source<Row>,
    order: Order,
    conditions: readonly Condition[],
    request: CountedRequest,
    link: ParentLink,
    parents: readonly string[],
  ): Promise<Page<Row>[]> {
    return readPages(statements, { source, order, conditions, ...request }, link, parents);
  }

  const estimatesOf = gathered((fipsCodes: readonly string[]) => populationsOf(statements, fipsCodes));
  const onDays = new Map<string, (days: readonly string[]) => Promise<(counts.StatisticsRow | null)[]>>();

  /** Days that are asked for beside each other, under one filter, are read together. */
  async function statisticsOnDay(filter: StatisticsFilter, day: string): Promise<counts.StatisticsRow | null> {
    const key = JSON.stringify(filter);
    const read = onDays.get(key) ?? gathered((days) => counts.statisticsOn(statements, filter, days));
    onDays.set(key, read);
    const [found] = await read([day]);
    return found ?? null;
  }

  return {
    ledger: (): Promise<LedgerRow> => readLedger(statements),
    listStatuses: (): Promise<ListStatus[]> => readListStatuses(statements),
    openAlarms: (): Promise<AlarmRow[]> => openAlarms(statements),
    search: (text: string, limit: number, scope?: SearchScope): Promise<SearchHit[]> =>
      search(statements, text, limit, scope),

    agenciesById: gathered((ids: readonly string[]) => agencies.agenciesById(statements, ids)),
    agencyBySlug: (slug: string) => agencies.agencyBySlug(statements, slug),
    printedNames: (agencyIds: readonly string[]) => agencies.printedNames(statements, agencyIds),
    agencies: (request: AgencyRequest) =>
      page(agencies.agencySourceFor(request.orderBy.field), agencyOrder(request), agencyConditions(request), {
        ...request,
        kept: rollupOfAgencies(request.filter),
      }),
    agenciesOf: (link: keyof typeof agencyLinks, parents: readonly string[], request: AgencyRequest) =>
      pages(
        agencies.agencySourceFor(request.orderBy.field),
        agencyOrder(request),
        agencyConditions(request),
        { ...request, kept: rollupOfAgencies(request.filter) },
        agencyLinks[link],
        parents,
      ),

    agreementsById: gathered((ids: readonly string[]) => agreements.agreementsById(statements, ids)),
    successorsOf: (ids: readonly string[]) => agreements.successorsOf(statements, ids),
    agreements: (request: AgreementRequest) =>
      page(
        agreements.agreementSourceFor(request.orderBy.field),
        agreementOrder(request),
        agreements.agreementConditions(request.filter),
        { ...request, kept: rollupOfAgreements(request.filter) },
      ),
    agreementsOf: (link: keyof typeof agreementLinks, parents: readonly string[], request: AgreementRequest) =>
      pages(
        agreements.agreementSourceFor(request.orderBy.field),
        agreementOrder(request),
        agreements.agreementConditions(request.filter),
        { ...request, kept: rollupOfAgreements(request.filter) },
        agreementLinks[link],
        parents,
      ),
    printedRowsOf: (agreementIds: readonly string[], request: PageRequest) =>
      pages(snapshots.printedRowSource, printedRowOrder, [], request, rowsOfAgreement, agreementIds),
    printedFormsOf: (agreementIds: readonly string[], request: PageRequest) =>
      pages(formSource, formOrder, [], request, formsOfAgreement, agreementIds),

    newestPublication: () => snapshots.newestPublication(statements),
    snapshotsById: (ids: readonly string[]) => snapshots.snapshotsById(statements, ids),
    snapshotsByNumber: gathered((numbers: readonly number[]) => snapshots.snapshotsByNumber(statements, numbers)),
    snapshots: (filter: snapshots.SnapshotFilter, request: PageRequest) =>
      page(snapshots.snapshotSource, snapshots.snapshotOrder, snapshots.snapshotConditions(filter), request),
    rowsOf: (numbers: readonly number[], request: PageRequest) =>
      pages(snapshots.printedRowSource, snapshots.rowOrder, [], request, snapshots.rowsOfSnapshot, numbers.map(String)),
    issuesOf: (numbers: readonly number[], request: PageRequest) =>
      pages(snapshots.issueSource, snapshots.issueOrder, [], request, snapshots.issuesOfSnapshot, numbers.map(String)),

    originalsByHash: gathered((hashes: readonly string[]) => originalsByHash(statements, hashes)),
    originalNamed: (sha256: string, fileName: string) => originalNamed(statements, sha256, fileName),

    eventsAfter: (after: number, limit: number) => events.eventsAfter(statements, after, limit),
    sequenceOf: (cursor: string, position: LogPosition, hashAt: (sequence: number) => string | null = () => null) =>
      events.sequenceOf(statements, cursor, position, hashAt),
    agencyFamily: (ids: readonly string[]) => events.agencyFamily(statements, ids),
    eventsById: (ids: readonly string[]) => events.eventsById(statements, ids),
    events: (request: EventRequest) =>
      page(events.eventSource, events.eventOrder, events.eventConditions(request.filter, request), request),
    eventsOf: (link: keyof typeof eventLinks, parents: readonly string[], request: EventRequest) =>
      pages(
        events.eventSource,
        events.eventOrder,
        events.eventConditions(request.filter, request),
        request,
        eventLinks[link],
        parents,
      ),

    /** `asOf` a day in New York, or null for now; the answer is null before the first list. One or two statements. */
    statistics: (filter: StatisticsFilter, asOf: string | null) =>
      asOf === null ? counts.statistics(statements, filter, null) : statisticsOnDay(filter, asOf),
    statisticsOfPlaces: (placeCodes: readonly string[], filter: StatisticsFilter, asOf: string | null) =>
      counts.statisticsOfPlaces(statements, placeCodes, filter, asOf),
    statisticsOfCounties: (fipsCodes: readonly string[], filter: StatisticsFilter, asOf: string | null) =>
      counts.statisticsOfCounties(statements, fipsCodes, filter, asOf),
    countByCounty: (rows: readonly counts.StatisticsRow[]) => countByCounty(statements, rows),
    populationsOf: estimatesOf,
    coveredBy: (rows: readonly counts.StatisticsRow[]) => coveredBy(statements, rows, estimatesOf),
    statisticsOfSnapshots: (lists: readonly counts.PublishedSnapshot[]) =>
      counts.statisticsOfSnapshots(statements, lists),
    timeline: (filter: StatisticsFilter, args: TimelineArgs) => timeline(statements, filter, args),
    timelinesOfPlaces: (placeCodes: readonly string[], filter: StatisticsFilter, args: TimelineArgs) =>
      timelinesOfPlaces(statements, placeCodes, filter, args),
    growth: (filter: StatisticsFilter, from: string, to: string) => growth(statements, filter, from, to),
    /** What differs between two lists; null before the first. Three statements at most. */
    diff: (ends: GivenEnds, filter: StatisticsFilter): Promise<DiffRow | null> => diff(statements, ends, filter),
    changesOf: (lists: readonly counts.PublishedSnapshot[], filter: StatisticsFilter) =>
      changesOf(statements, lists, filter),
    administrations: () => administrations(statements),
    figures: () => figures(statements),
    figureGaps: (rows: readonly FigureRow[]) => figureGaps(statements, rows),
    fundingEstimate: (input: FundingInput) => fundingEstimate(statements, input),
    countPrinted: (scopes: readonly PrintedScope[], spelled: readonly SpelledColumn[]) =>
      countPrinted(statements, scopes, spelled),

    waiting: () => readWaiting(statements),
    reviewItemsById: (ids: readonly string[]) => reviews.reviewItemsById(statements, ids),
    reviewItems: (filter: reviews.ReviewItemFilter, request: PageRequest) =>
      page(reviews.reviewItemSource, reviews.reviewItemOrder, reviews.reviewItemConditions(filter), request),

    auditEntriesById: (ids: readonly string[]) => audit.auditEntriesById(statements, ids),
    auditEntries: (filter: audit.AuditFilter, request: PageRequest) =>
      page(audit.auditEntrySource, audit.auditEntryOrder, audit.auditEntryConditions(filter), request),
  };
}

function agencyOrder({ orderBy }: AgencyRequest): Order {
  return agencies.agencyOrder(orderBy.field, orderBy.direction === 'DESC');
}

const agencyConditions = ({ filter, orderBy }: AgencyRequest): Condition[] =>
  agencies.agencyConditions(filter, orderBy.field);

function agreementOrder({ orderBy }: AgreementRequest): Order {
  return agreements.agreementOrder(orderBy.field, orderBy.direction === 'DESC');
}
