/**
 * The compiled code of the embedded database. Compiling takes some 0.3 s, away from the event loop; threads share the
 * code, so that one that is opened again, or a second database, starts with it ready.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { CompiledModule } from './thread-messages.ts';

/** Every Node has it; neither the types of Node 20 nor those of ES2023 name it. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<CompiledModule> };

let compiled: Promise<CompiledModule> | undefined;

export function compileOnce(): Promise<CompiledModule> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<CompiledModule> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  return WebAssembly.compile(await readFile(join(dirname(entry), 'pglite.wasm')));
}
