#!/usr/bin/env node
/** The command `accord287`. */
import { runProgram } from './program.ts';

await runProgram(process.argv);
