/** AGENCY: the printed name, tidied. What a formula left behind, and what stands for a name to come, is no name. */

import type { Reading } from '../table/reading.ts';
import { tidySpace, tidyText } from '../vocabulary/printed-text.ts';

/** Characters; the longest of the archive has 92. */
const LONGEST_NAME = 200;

export function readAgencyName(printed: string): Reading<string> {
  const value = tidyText(printed);
  const fault = faultOf(value);
  if (fault !== null) return { value: null, problem: { code: 'UNREADABLE_NAME', reason: fault } };
  return value === tidySpace(printed) ? { value } : { value, rule: 'plain-characters' };
}

function faultOf(name: string): string | null {
  if (/^#[A-Z0-9_/]+[!?]?$/i.test(name)) return 'The error of a formula, not a name.';
  if (/^(true|false)$/i.test(name)) return 'A truth value, not a name.';
  if (/^(t\.?b\.?[ad]\.?|to be (determined|announced)|none|unknown)$/i.test(name))
    return 'It stands for a name to come.';
  if (!/\p{L}/u.test(name)) return 'It has no letter.';
  return name.length > LONGEST_NAME ? `It has more than ${LONGEST_NAME} characters.` : null;
}
