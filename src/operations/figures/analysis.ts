/** What the command line asks of the analysis: reports as plain data, and the figures that an operator keeps. */
import type { AgencyType, Model, TimelineBasis } from '../../../schema/enums.ts';
import type { Interval } from '../../analysis/calendar.ts';
import type { CountingRule, Figure, Verdict } from '../../analysis/figure.ts';
import type { Computed } from '../../analysis/figure-verdict.ts';
import type { Counted } from '../../analysis/tally.ts';
import type { TimelinePoint } from '../../analysis/timeline.ts';

export interface FigureEntry extends Figure {
  verdict: Verdict;
  reproducedBy: CountingRule | null;
  computed: readonly Computed[];
  /** File name of the list it is counted on. */
  list: string | null;
  wouldFallBetween: { earlier: CountEntry; later: CountEntry } | null;
}

export interface CountEntry {
  on: string;
  value: number;
}

export interface FiguresReport {
  sample: boolean;
  figures: readonly FigureEntry[];
}

export interface StatsReport extends Counted {
  sample: boolean;
  asOf: string;
  list: string;
  pendingList: string | null;
  states: number;
  places: number;
  pending: number | null;
  asPrinted: Counted;
  byState: readonly (Counted & { state: string; name: string })[];
  byModel: readonly (Counted & { model: Model })[];
  byType: readonly (Counted & { type: AgencyType | null })[];
}

export interface TimelineGiven {
  from: string | null;
  to: string | null;
  interval: Interval;
  basis: TimelineBasis;
}

export interface TimelineReport {
  sample: boolean;
  points: readonly TimelinePoint[];
}

export interface FigureChange {
  revision: string;
  figures: number;
}

export interface PopulationGiven {
  /** For the audit log. */
  fileName: string;
  year: number;
  /** `fips` of two digits for a place, of five for a county. */
  estimates: readonly { fips: string; people: number }[];
}

export interface PopulationChange {
  revision: string;
  year: number;
  estimates: number;
  /** The newest year that is kept, which is the one that answers. */
  answering: number;
}

export interface AnalysisOperations {
  figures(): Promise<FiguresReport>;
  /** Adds figures, or puts them in the place of those with the same ids. All of them or none. */
  addFigures(given: readonly unknown[]): Promise<FigureChange>;
  /** Takes back a figure that an operator added. */
  removeFigure(id: string): Promise<FigureChange>;
  /** Takes estimates of one year, all of them or none. */
  importPopulation(given: PopulationGiven): Promise<PopulationChange>;
  /** Null before the first list. */
  stats(asOf: string | null): Promise<StatsReport | null>;
  timeline(given: TimelineGiven): Promise<TimelineReport>;
}
