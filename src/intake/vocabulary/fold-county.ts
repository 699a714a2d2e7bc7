/** The form in which names of counties are compared: plain lower-case letters, `saint` as `st`. */
import { tidyText } from './printed-text.ts';

export function foldCounty(text: string): string {
  return tidyText(text)
    .normalize('NFD')
    .replace(/[\u0300-\u036F]/g, '')
    .toLowerCase()
    .replace(/['.]/g, '')
    .replace(/[-,]/g, ' ')
    .replace(/\bsaint\b/g, 'st')
    .replace(/\bsainte\b/g, 'ste')
    .replace(/\s+/g, ' ')
    .trim();
}

/** What lists add to the bare name, misspellings included: 2025 `Baldwin Couny`, `Lake Conty`. */
export const COUNTY_SUFFIX = / (county|couny|conty|co|parish|borough|city|census area|municipality|municipio)$/;
