/**
 * Names that mean one agency although no list ever replaced one by the other and their canonical forms differ.
 * Each row carries its evidence, so that a person can check it. Adding a row raises the rules version.
 */
export interface Alias {
  place: string;
  /** Canonical form of the other spelling. */
  name: string;
  /** Canonical form of the name that it means, which gives the agency its identity. */
  means: string;
  evidence: string;
}

const alias = (place: string, name: string, means: string, evidence: string): Alias => ({
  place,
  name,
  means,
  evidence,
});

export const aliases: readonly Alias[] = [
  alias(
    'FL',
    'gulf county bocc',
    'gulf county board county commissioners',
    'Abbreviation: list of 2025-03-07 prints BOCC, 2025-03-17 the words; same model, same SIGNED 2025-02-26.',
  ),
  alias(
    'FL',
    'pasco county bocc',
    'pasco county board county commissioners',
    'Abbreviation: list of 2025-03-07 prints BOCC, 2025-03-17 the words; same model, same SIGNED 2025-02-26.',
  ),
  alias(
    'FL',
    'indian river shores dps',
    'indian river shores department public safety',
    'Abbreviation: list of 2025-03-07 prints DPS, 2025-03-17 the words; same model, same SIGNED 2025-03-05.',
  ),
  alias(
    'MT',
    'mt department justice',
    'montana department justice',
    'Abbreviation: list of 2025-03-07 prints MT Dept of Justice, 2025-03-17 the words; same model, same SIGNED 2025-03-05.',
  ),
  alias(
    'MN',
    'freedom county sheriff',
    'freeborn county sheriff',
    'Misspelling: Minnesota has no Freedom County; lists of 2025-03-28 and 2025-03-31, same model, same SIGNED 2025-03-27.',
  ),
  alias(
    'FL',
    'macro island police',
    'marco island police',
    'Misspelling: lists of 2025-05-12 and 2025-05-16, same model, same SIGNED 2025-04-24.',
  ),
  alias(
    'NC',
    'brookfield police',
    'brookford police',
    'Misspelling: lists of 2025-09-15 am and pm, same model, same SIGNED 2025-09-09.',
  ),
  alias(
    'FL',
    'waria labelon county sheriff',
    'walton county sheriff',
    'Markup in the table of 2024-12-11 ("W[aria-label]on"); same model, same SIGNED 2019-05-06 before and after.',
  ),
  alias(
    'FL',
    'florida department environmental protection',
    'florida department environmental protection division law enforcement',
    'Both rows link the memorandum that names the division; from 2025-07-29 one row with its SIGNED 2025-04-24 remains.',
  ),
  alias(
    'FL',
    'city st cloud police',
    'st cloud police',
    'One police department printed twice until 2025-07-01, under the same model; one row remains from 2025-07-03.',
  ),
  alias(
    'FL',
    'city zephyrhills police',
    'zephyrhills police',
    'One police department printed twice until 2025-07-01, under the same model; one row remains from 2025-07-03.',
  ),
];
