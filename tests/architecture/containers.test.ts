/** What every container of the example must have, read from its files: no engine runs here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';

const read = (file: string): string => readFileSync(join(packageRoot(), file), 'utf8');
const compose = read('docker-compose.yml');

/** `key: value` and `key:` directly below a heading that stands at this depth. */
function block(heading: string, depth: number, text = compose): string {
  const lines = text.split('\n');
  const pad = ' '.repeat(depth);
  const start = lines.findIndex((line) => line.startsWith(`${pad}${heading}:`));
  expect(start, `${heading} is a block`).toBeGreaterThanOrEqual(0);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && !line.startsWith(`${pad} `));
  return [lines[start], ...(end < 0 ? rest : rest.slice(0, end))].join('\n');
}

/** With what it takes over from the blocks that it names. */
function service(name: string): string {
  const own = block(name, 2, block('services', 0));
  const named = [...own.matchAll(/\*(\w+)/g)].map(([, anchor]) => block(`x-${anchor}`, 0));
  const further = named.flatMap((text) =>
    [...text.matchAll(/<<: \*(\w+)/g)].map(([, anchor]) => block(`x-${anchor}`, 0)),
  );
  return [own, ...named, ...further].join('\n');
}

const services = [...block('services', 0).matchAll(/^ {2}([\w-]+):/gm)].map(([, name]) => name ?? '');

describe.each(services)('the container %s', (name) => {
  test.each([
    ['restarts', /^ +restart: unless-stopped$/m],
    ['has a log that rotates', /^ +driver: local$/m],
    ['writes nowhere in its image', /^ +read_only: true$/m],
    ['has no capability', /^ +cap_drop: \[ALL\]$/m],
    ['gains none', /^ +security_opt: \[no-new-privileges:true\]$/m],
    ['has a limit of memory', /^ +mem_limit: \d+[gm]$/m],
    ['has a limit of processes', /^ +pids_limit: \d+$/m],
    ['is not root', /^ +user: (?!root|0)\w+$/m],
    ['is looked after', /^ +healthcheck:$/m],
  ])('%s', (_what, line) => {
    expect(service(name)).toMatch(line);
  });
});

test('no secret stands in an environment', () => {
  expect(compose).not.toMatch(/^ +\w*(PASSWORD|KEYS|DATABASE_URL)\w*(?<!_FILE): /m);
  expect(compose.match(/_FILE: \/run\/secrets\/\w+$/gm)).toHaveLength(3);
});

test('there are the database, two instances and the proxy', () => {
  expect(services).toEqual(['postgres', 'api-1', 'api-2', 'proxy']);
});

test('every image has an exact version', () => {
  const images = [
    ...[...compose.matchAll(/^ +image: (\S+)$/gm)].map(([, image]) => image ?? ''),
    ...[...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image ?? ''),
  ];
  expect(images).toHaveLength(5);
  // PostgreSQL's releases have two numbers.
  for (const image of images) expect(image).toMatch(/^(postgres:\d+\.\d+|\w+:\d+\.\d+\.\d+)-(alpine|slim)$/);
});

test('the last image runs as an ordinary user', () => {
  expect(
    read('Dockerfile')
      .split(/^FROM /m)
      .at(-1),
  ).toMatch(/^USER node$/m);
});

test('nothing is put into a container that cannot be, and the proxy does not believe its clients', () => {
  expect(compose).not.toMatch(/^configs:/m);
  expect(read('deploy/haproxy.cfg')).toMatch(/http-request del-header X-Forwarded-For\n +option forwardfor/);
});
