/** The documentation as tests read it: its pages, their code blocks, tables and commands. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';

/** Paths from the root of the repository. */
export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(packageRoot(), 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path))
    .sort(),
];

export const readPage = (page: string): string => readFileSync(join(packageRoot(), page), 'utf8');

export interface CodeBlock {
  page: string;
  /** As written behind the fence; empty without one. */
  language: string;
  text: string;
}

/** In the order of the page, whatever their language. */
export function codeBlocks(page: string): CodeBlock[] {
  const found = readPage(page).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...found].map(([, language = '', text = '']) => ({ page, language, text }));
}

/** The cells of the table whose first heading is this, row by row. Throws unless exactly one page has exactly one. */
export function tableHeaded(heading: string): string[][] {
  const tables = pages.flatMap((page) => tablesOf(readPage(page), heading));
  const [table] = tables;
  if (table === undefined || tables.length > 1) throw new Error(`${tables.length} tables are headed "${heading}".`);
  return table;
}

function tablesOf(text: string, heading: string): string[][][] {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, index) => (line.startsWith(`| ${heading} |`) ? [index] : []));
  return starts.map((start) => {
    const rows = lines.slice(start + 2);
    const end = rows.findIndex((line) => !line.startsWith('|'));
    return rows.slice(0, end < 0 ? rows.length : end).map(readCells);
  });
}

const readCells = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** Every command that some page names, in a block or in its text, each once. */
export function commands(): string[] {
  const blocks = pages
    .flatMap(codeBlocks)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'));
  const inline = pages.flatMap((page) =>
    [...readPage(page).matchAll(/`((?:npx|npm|TEST_POSTGRES)[^`]*)`/g)].map(([, command = '']) => command),
  );
  return [...new Set([...blocks, ...inline].map((line) => line.replace(/\s+/g, ' ').trim()))].filter(Boolean);
}
