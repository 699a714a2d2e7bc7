/** The pages of a site about the agreements, one document each: what an honest visitor's browser asks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';

const folder = join(packageRoot(), 'examples', 'pages');

export interface SitePage {
  query: string;
  /** Of a page that somebody looks at. */
  variables: Record<string, unknown>;
}

const variables: Record<string, SitePage['variables']> = {
  agency: { slug: 'bay-county-sheriff' },
  search: { text: 'bay co' },
  changes: { from: '2025-03-03', to: '2025-04-01' },
  timeline: { from: '2025-03-01', to: '2025-04-30' },
  'two-dates': { before: '2025-03-03', after: '2025-04-01' },
};

/** The text of examples/pages, by the name of the file. */
export function readSitePage(name: string): string {
  return readFileSync(join(folder, `${name}.graphql`), 'utf8');
}

/** The nine queries; `newest-live` is the subscription that goes with `newest`. */
export const sitePages: Readonly<Record<string, SitePage>> = Object.fromEntries(
  readdirSync(folder)
    .map((file) => file.replace('.graphql', ''))
    .filter((name) => name !== 'newest-live')
    .map((name) => [name, { query: readSitePage(name), variables: variables[name] ?? {} }]),
);
