/** What frames the counts in time: administrations and milestones. */
import { type Milestone, milestones } from '../../../analysis/milestones.ts';
import { type AdministrationRow, type CountOnDay, countBases } from '../../../queries/counts/administrations.ts';
import { builder } from '../builder.ts';
import { described } from '../enums.ts';
import { GrowthFigureRef } from './growth.ts';
import { StatisticsRef } from './statistics.ts';

const CountBasisEnum = builder.enumType(
  'CountBasis',
  described('How a count is known.', countBases, {
    LISTS: 'Counted here, on a list of participating agencies.',
    PUBLISHED_TOTAL: 'Published by somebody as a total; no list of that time is known.',
  }),
);

const CountOnDayRef = builder.objectRef<CountOnDay>('CountOnDay').implement({
  description: 'Agreements in force on a day, and how that is known.',
  fields: (t) => ({
    on: t.expose('on', { type: 'Date', nullable: true, description: 'The day; null: now.' }),
    basis: t.expose('basis', {
      type: CountBasisEnum,
      nullable: true,
      description: 'What the count rests on; null: no list is known by then, nor a total published in the year before.',
    }),
    agreements: t.exposeInt('agreements', {
      nullable: true,
      description:
        'Agreements in force; null: not known, which is not zero. Totals of 2007 to 2017 are taken as published, for at most a year.',
    }),
    countedOn: t.expose('countedOn', {
      type: 'Date',
      nullable: true,
      description: 'The day of the list or of the total, on or before the day asked about; null: not known.',
    }),
    source: t.exposeString('source', {
      nullable: true,
      description: 'Who published the total; null: it rests on a list, see statistics.',
    }),
    statistics: t.field({
      type: StatisticsRef,
      nullable: true,
      description: 'All counts as of the day; null: it rests on a published total, which has no other counts.',
      resolve: ({ statistics }) => statistics,
    }),
  }),
});

const AdministrationRef = builder.objectRef<AdministrationRow>('Administration').implement({
  description: 'A presidential administration, with what was in force when it began and when it ended.',
  fields: (t) => ({
    id: t.id({
      description: 'For caches: of the day on which it began. `node` does not know it.',
      resolve: ({ startedOn }) => `administration_${startedOn}`,
    }),
    president: t.exposeString('president', { description: 'Who held the office, by first and last name.' }),
    startedOn: t.expose('startedOn', { type: 'Date', description: 'The day of the inauguration.' }),
    endedOn: t.expose('endedOn', {
      type: 'Date',
      nullable: true,
      description: 'The day on which the next one began; null: it lasts.',
    }),
    start: t.field({
      type: CountOnDayRef,
      description: 'What was in force when it began.',
      resolve: ({ start }) => start,
    }),
    end: t.field({
      type: CountOnDayRef,
      description: 'What was in force when it ended, or is now.',
      resolve: ({ end }) => end,
    }),
    agreements: t.field({
      type: GrowthFigureRef,
      nullable: true,
      description:
        'Growth of agreements from start to end; null: one of the two is not known. Where one rests on a published total and the other on a list, they were counted by different people.',
      resolve: ({ agreements }) => agreements,
    }),
  }),
});

const MilestoneRef = builder.objectRef<Milestone>('Milestone').implement({
  description: 'Something that happened to the programme as a whole.',
  fields: (t) => ({
    year: t.exposeInt('year', { description: 'When it happened, for a timeline by years.' }),
    on: t.expose('on', { type: 'Date', nullable: true, description: 'The day; null: only the year is recorded here.' }),
    title: t.exposeString('title', { description: 'What happened, in a few words.' }),
    description: t.exposeString('description', { description: 'The same in a sentence.' }),
    source: t.exposeString('source', { description: 'Where it can be looked up.' }),
  }),
});

builder.queryFields((t) => ({
  administrations: t.field({
    type: [AdministrationRef],
    description: 'Presidential administrations since 2009 in order, with the counts at their start and end.',
    extensions: { atMost: 4, units: 400 },
    resolve: (_parent, _args, context) => context.queries.administrations(),
  }),
  milestones: t.field({
    type: [MilestoneRef],
    description: 'What happened to the programme, in order of time, with sources.',
    extensions: { atMost: milestones.length },
    resolve: () => [...milestones],
  }),
}));
