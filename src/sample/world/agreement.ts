/** The agencies and agreements of the sample, as the rest of the generator passes them around. Shapes only. */
import type { AgencyType, Model } from '../../../schema/enums.ts';

export interface Agency {
  number: number;
  placeCode: string;
  type: AgencyType;
  name: string;
  /** As printed; empty when the column is left empty. */
  county: string;
  agreements: Agreement[];
}

export interface Agreement {
  agency: Agency;
  model: Model;
  /** Index of the first participating list that shows it. */
  from: number;
  /** Index of the first later participating list that does not; infinity while it stays. */
  until: number;
  /** `YYYY-MM-DD`. */
  signedOn: string;
}

export type Recruit = (placeCode: string, model: Model) => Agency;
