/** The presidential administrations since the first agreement, with their first and last days. */

export interface Term {
  president: string;
  startedOn: string;
  /** The day on which the next one began; null while it lasts. */
  endedOn: string | null;
}

/** In order of time. */
export const terms: readonly Term[] = [
  { president: 'Barack Obama', startedOn: '2009-01-20', endedOn: '2017-01-20' },
  { president: 'Donald Trump', startedOn: '2017-01-20', endedOn: '2021-01-20' },
  { president: 'Joe Biden', startedOn: '2021-01-20', endedOn: '2025-01-20' },
  { president: 'Donald Trump', startedOn: '2025-01-20', endedOn: null },
];
