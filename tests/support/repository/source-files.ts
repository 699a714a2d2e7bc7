/** The program's files and what each imports, read from the sources: for the tests of the architecture. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';

export interface SourceFile {
  /** From the package's root, with forward slashes. */
  path: string;
  text: string;
  /** Paths of our own files it imports or re-exports, types included. */
  imports: string[];
}

/** Packages, and what the tests of clients write. */
const isForeign = /node_modules|clients.made/;

export function readSources(...folders: string[]): SourceFile[] {
  const root = packageRoot();
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name) && !isForeign.test(entry.parentPath))
      .map((entry) => {
        const path = relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
        const text = readFileSync(join(root, path), 'utf8');
        return { path, text, imports: importsOf(path, text) };
      }),
  );
}

/** Every file in the folder and in those below it. */
export const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** These files and whatever they import, absolute. */
export function filesBehind(...paths: string[]): string[] {
  const sources = new Map(readSources('src', 'schema', 'tests').map((source) => [source.path, source]));
  const found = new Set<string>();
  const waiting = [...paths];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    waiting.push(...(sources.get(path)?.imports ?? []));
  }
  return [...found].map((path) => join(packageRoot(), path));
}

function importsOf(path: string, text: string): string[] {
  const specifiers = [
    ...text.matchAll(/^(?:import|export)\s[^;]*?from\s+'(\.[^']+)'/gm),
    ...text.matchAll(/^import\s+'(\.[^']+)'/gm),
    ...text.matchAll(/\bimport\(\s*'(\.[^']+)'\s*\)/g),
    ...text.matchAll(/new URL\(\s*'(\.[^']+\.(?:ts|mjs))'/g),
  ].map((match) => match[1] ?? '');
  return specifiers.map((specifier) => join(dirname(path), specifier).replaceAll('\\', '/'));
}
