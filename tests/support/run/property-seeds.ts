/**
 * Properties: the same examples in every run of `npm test`, so that a change is to blame for what fails; others in each
 * run of `npm run test:long`, shrunk. A seed that failed becomes an example of its test.
 */
import fc from 'fast-check';
import { isLong } from './long-tests.ts';

fc.configureGlobal(isLong ? {} : { seed: 287, endOnFailure: true });
