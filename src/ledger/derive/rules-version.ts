/**
 * Counts the rules by which the ledger is derived: aliases, vocabularies, canonical names, and the code of `derive`.
 * Raise it with every change that gives another ledger from the same lists; `migrate` then replays.
 */
export const RULES_VERSION = 6;
