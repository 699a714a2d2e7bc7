import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createAddressReader } from '../../../src/server/client-address.ts';

const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test.each<[string, string[], string, string | undefined, string]>([
  ['nobody is believed without a setting', [], '10.0.0.1', '1.2.3.4', '10.0.0.1'],
  ['a stranger is not believed', ['10.0.0.0/8'], '8.8.8.8', '1.2.3.4', '8.8.8.8'],
  ['a proxy is', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['also as an address of IPv6', ['10.0.0.0/8'], '::ffff:10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['the nearest that is no proxy counts', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', '1.2.3.4'],
  ['what is no address is not believed', ['10.0.0.1'], '10.0.0.1', 'unknown', '10.0.0.1'],
  ['a proxy may be of IPv6', ['fd00::/8'], 'fd00::1', '2001:db8::7', '2001:db8::7'],
])('%s', (_rule, trusted, remote, forwarded, expected) => {
  expect(createAddressReader(trusted)(request(remote, forwarded))).toBe(expected);
});
