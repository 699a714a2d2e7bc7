/** The analysis over the control socket: what came is checked, then called. */
import * as z from 'zod';
import { timelineBases } from '../../../schema/enums.ts';
import { intervals } from '../../analysis/calendar.ts';
import type { AnalysisOperations } from '../figures/analysis.ts';

type Call = (operations: AnalysisOperations, given: unknown) => Promise<unknown>;

const day = z.iso.date().nullable();
const timelineGiven = z.object({ from: day, to: day, interval: z.enum(intervals), basis: z.enum(timelineBases) });
const populationGiven = z.object({
  fileName: z.string(),
  year: z.number().int(),
  estimates: z.array(z.object({ fips: z.string().regex(/^(\d{2}|\d{5})$/), people: z.number().int().nonnegative() })),
});

export const analysisCalls: Record<keyof AnalysisOperations, Call> = {
  figures: (operations) => operations.figures(),
  addFigures: (operations, given) => operations.addFigures(...z.tuple([z.array(z.unknown())]).parse(given)),
  removeFigure: (operations, given) => operations.removeFigure(...z.tuple([z.string()]).parse(given)),
  importPopulation: (operations, given) => operations.importPopulation(...z.tuple([populationGiven]).parse(given)),
  stats: (operations, given) => operations.stats(...z.tuple([day]).parse(given)),
  timeline: (operations, given) => operations.timeline(...z.tuple([timelineGiven]).parse(given)),
};
