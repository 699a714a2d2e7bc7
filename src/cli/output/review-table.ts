/** Review items as a table: what left the list, what is new on it, and the evidence. */
import type { ReviewKind } from '../../../schema/enums.ts';
import type { ReviewEvidence } from '../../../schema/tables/reviews.ts';
import type { ReviewEntry } from '../../operations/operations.ts';
import { printLine, printNote, printTable } from './print.ts';

export function printReviews(entries: readonly ReviewEntry[]): void {
  const answered = entries.some(({ status }) => status !== 'OPEN');
  printTable(
    ['id', 'place', 'model', 'no longer listed', 'new on the list', 'why asked', ...(answered ? ['answer'] : [])],
    entries.map((entry) => [
      ...[entry.id, entry.placeCode ?? '?', entry.evidence.model ?? '?', describeVanished(entry.evidence)],
      describeNew(entry),
      describeReason(entry),
      ...(answered ? [describeAnswer(entry)] : []),
    ]),
  );
  printLine(`${entries.length} ${entries.length === 1 ? 'question' : 'questions'}`);
  if (entries.some(({ status }) => status === 'OPEN')) printNote(howToAnswer);
}

const howToAnswer = `Answer a question by
  accord287 review decide ID same --reason TEXT         the two names are one agency
  accord287 review decide ID different --reason TEXT    they are two
  accord287 review decide ID aside --reason TEXT        a row that cannot be read is seen: ask no more about it`;

const kindWords: Record<ReviewKind, string> = {
  SIMILAR_NAMES: 'similar names',
  SEVERAL_CANDIDATES: 'one of several candidates',
  SHARED_MEMORANDUM: 'one memorandum',
  UNREADABLE_ROW: 'a row that cannot be read, and none that is missing',
  RELABELLED_ROW: 'the only new row with its model and SIGNED',
};

/** Names the agreement, since its agency may still have another model under this name. */
function describeVanished({ vanishedName, vanishedSignedOn, vanishedStillListed }: ReviewEvidence): string {
  if (vanishedName === null) return '';
  const name = describeName(vanishedName, vanishedSignedOn);
  return vanishedStillListed === true ? `${name}; still listed with another model` : name;
}

const describeName = (name: string, signedOn: string | null): string => `${name} (signed ${signedOn ?? 'no date'})`;

/** Shows all three cells of an unreadable row as printed, so that it can be found on the sheet. */
function describeNew({ kind, evidence }: ReviewEntry): string {
  const { newName, newSignedOn, printedState, printedModel, rowNumber } = evidence;
  if (kind !== 'UNREADABLE_ROW') return describeName(newName, newSignedOn);
  const cells = [printedState, newName, printedModel].map((cell) => `"${cell ?? ''}"`).join(', ');
  return `row ${rowNumber}: ${cells} (signed ${newSignedOn ?? 'no date'})`;
}

function describeReason({ kind, evidence }: ReviewEntry): string {
  if (kind === 'UNREADABLE_ROW') return `${kindWords[kind]}, list of ${evidence.publishedAt}`;
  const memorandum = evidence.sameMemorandum && kind !== 'SHARED_MEMORANDUM' ? ', one memorandum' : '';
  const alike = `names ${Math.round(evidence.similarity * 100)} % alike`;
  return `${kindWords[kind]}${memorandum}, ${alike}, list of ${evidence.publishedAt}`;
}

function describeAnswer({ status, decision }: ReviewEntry): string {
  return decision === null ? status : `${decision.kind}: ${decision.reason} (decision ${decision.id})`;
}
