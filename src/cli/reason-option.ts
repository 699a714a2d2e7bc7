/** `--reason`: every decision is stored with its reason. */
import { InvalidArgumentError, Option } from 'commander';

export const reasonOption = (keptWith: string): Option =>
  new Option('--reason <text>', `why; kept with the ${keptWith}`).makeOptionMandatory().argParser(readReason);

function readReason(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must say why.');
  return text.trim();
}
