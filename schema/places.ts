/**
 * The places of the ledger: the fifty states, the District of Columbia and the five territories.
 * Codes and names are those of the US Postal Service, `fips` those of the US Census Bureau (ANSI INCITS 38).
 */
import type { StateKind } from './enums.ts';

export interface Place {
  /** USPS code, such as `FL`. */
  code: string;
  name: string;
  /** Two-digit FIPS code, such as `12`. */
  fips: string;
  kind: StateKind;
}

const place = (code: string, name: string, fips: string, kind: StateKind = 'STATE'): Place => ({
  code,
  name,
  fips,
  kind,
});

/** All 56 places, by code. */
export const places: readonly Place[] = [
  place('AK', 'Alaska', '02'),
  place('AL', 'Alabama', '01'),
  place('AR', 'Arkansas', '05'),
  place('AS', 'American Samoa', '60', 'TERRITORY'),
  place('AZ', 'Arizona', '04'),
  place('CA', 'California', '06'),
  place('CO', 'Colorado', '08'),
  place('CT', 'Connecticut', '09'),
  place('DC', 'District of Columbia', '11', 'DISTRICT'),
  place('DE', 'Delaware', '10'),
  place('FL', 'Florida', '12'),
  place('GA', 'Georgia', '13'),
  place('GU', 'Guam', '66', 'TERRITORY'),
  place('HI', 'Hawaii', '15'),
  place('IA', 'Iowa', '19'),
  place('ID', 'Idaho', '16'),
  place('IL', 'Illinois', '17'),
  place('IN', 'Indiana', '18'),
  place('KS', 'Kansas', '20'),
  place('KY', 'Kentucky', '21'),
  place('LA', 'Louisiana', '22'),
  place('MA', 'Massachusetts', '25'),
  place('MD', 'Maryland', '24'),
  place('ME', 'Maine', '23'),
  place('MI', 'Michigan', '26'),
  place('MN', 'Minnesota', '27'),
  place('MO', 'Missouri', '29'),
  place('MP', 'Northern Mariana Islands', '69', 'TERRITORY'),
  place('MS', 'Mississippi', '28'),
  place('MT', 'Montana', '30'),
  place('NC', 'North Carolina', '37'),
  place('ND', 'North Dakota', '38'),
  place('NE', 'Nebraska', '31'),
  place('NH', 'New Hampshire', '33'),
  place('NJ', 'New Jersey', '34'),
  place('NM', 'New Mexico', '35'),
  place('NV', 'Nevada', '32'),
  place('NY', 'New York', '36'),
  place('OH', 'Ohio', '39'),
  place('OK', 'Oklahoma', '40'),
  place('OR', 'Oregon', '41'),
  place('PA', 'Pennsylvania', '42'),
  place('PR', 'Puerto Rico', '72', 'TERRITORY'),
  place('RI', 'Rhode Island', '44'),
  place('SC', 'South Carolina', '45'),
  place('SD', 'South Dakota', '46'),
  place('TN', 'Tennessee', '47'),
  place('TX', 'Texas', '48'),
  place('UT', 'Utah', '49'),
  place('VA', 'Virginia', '51'),
  place('VI', 'US Virgin Islands', '78', 'TERRITORY'),
  place('VT', 'Vermont', '50'),
  place('WA', 'Washington', '53'),
  place('WI', 'Wisconsin', '55'),
  place('WV', 'West Virginia', '54'),
  place('WY', 'Wyoming', '56'),
];

export const placeByCode: ReadonlyMap<string, Place> = new Map(places.map((each) => [each.code, each]));
