/**
 * Spellings of counties that no rule of nearness can place, each with what says which county is meant.
 * Folded as `read-county` folds: lower case, without suffix, apostrophes and full stops.
 */

export interface CountySpelling {
  placeCode: string;
  spelling: string;
  fips: string;
  evidence: string;
}

export const countySpellings: readonly CountySpelling[] = [
  { placeCode: 'FL', spelling: 'flagere', fips: '12035', evidence: 'Bunnell is the seat of Flagler County.' },
  { placeCode: 'GU', spelling: 'kattan district', fips: '66010', evidence: 'Guam is one county equivalent.' },
  { placeCode: 'LA', spelling: 'german coast', fips: '22089', evidence: 'An old name of St. Charles Parish.' },
  { placeCode: 'LA', spelling: 'chalmette', fips: '22087', evidence: 'Chalmette is the seat of St. Bernard Parish.' },
  {
    placeCode: 'AR',
    spelling: 'layafette',
    fips: '05073',
    evidence: "Printed beside Lafayette County Sheriff's Office.",
  },
  { placeCode: 'TN', spelling: 'sparta white', fips: '47185', evidence: 'Sparta is the seat of White County.' },
  { placeCode: 'TX', spelling: 'fall', fips: '48145', evidence: 'Marlin is the seat of Falls County.' },
];
