/** Reference: constant bytes behind bare node:http. `constant-server.ts <file>`; the file maps operations to answers. */
import { readFileSync } from 'node:fs';
import { serve } from './serve.ts';

const [file = ''] = process.argv.slice(2);
// bench/queries wrote the file: texts by the operation's name.
const answers = new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>));
serve(async ({ operationName }) => answers.get(operationName) ?? '');
