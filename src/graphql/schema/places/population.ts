/** How many people live somewhere, and how many of them where agreements are in force. */
import type { CoveredPopulation, PopulationRow } from '../../../queries/populations.ts';
import { builder } from '../builder.ts';

const year = 'Year of the estimate, which is of its first of July.';

export const PopulationRef = builder.objectRef<PopulationRow>('Population').implement({
  description: 'How many people live in a place or a county, by an estimate of the Census Bureau.',
  fields: (t) => ({
    people: t.exposeInt('people', { description: 'Residents, whatever their age and status.' }),
    year: t.exposeInt('year', { description: year }),
  }),
});

export const CoveredPopulationRef = builder.objectRef<CoveredPopulation>('CoveredPopulation').implement({
  description:
    'How many people live in the counties in which an agency with one of these agreements is. A city’s police counts with its whole county, an agency without a county with none: of state-wide agencies most have none.',
  fields: (t) => ({
    covered: t.exposeInt('covered', {
      description: 'Residents of these counties, each county once. Connecticut’s have no estimate from 2022 on.',
    }),
    share: t.exposeFloat('share', {
      description:
        'That as a share, from 0 to 1 with four decimals, of the residents of the counties that the filter names, else of its states, else of the fifty states and the District of Columbia. Of one county it is 0 or 1.',
    }),
    year: t.exposeInt('year', { description: `${year} It is the newest one, whatever the day of the counts.` }),
  }),
});
