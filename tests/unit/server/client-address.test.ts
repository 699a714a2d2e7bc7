import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createAddressReader, limitKey } from '../../../src/server/limits/client-address.ts';

const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test.each<[string, string[], string, string | undefined, string]>([
  ['nobody is believed without a setting', [], '10.0.0.1', '1.2.3.4', '10.0.0.1'],
  ['a stranger is not believed', ['10.0.0.0/8'], '8.8.8.8', '1.2.3.4', '8.8.8.8'],
  ['a proxy is', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['also as an address of IPv6', ['10.0.0.0/8'], '::ffff:10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['the nearest that is no proxy counts', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', '1.2.3.4'],
  ['what is no address is not believed', ['10.0.0.1'], '10.0.0.1', 'unknown', '10.0.0.1'],
  ['a proxy may be of IPv6', ['fd00::/8'], 'fd00::1', '2001:db8::7', '2001:db8:0:0::/64'],
  ['a proxy of IPv6 is one address, not its network', ['fd00::1'], 'fd00::2', '1.2.3.4', 'fd00:0:0:0::/64'],
])('%s', (_rule, trusted, remote, forwarded, expected) => {
  expect(createAddressReader(trusted)(request(remote, forwarded))).toBe(expected);
});

test.each([
  ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
  ['2001:DB8:0:7:ffff:ffff:ffff:ffff', '2001:db8:0:7::/64'],
  ['2001:0db8:0000:0007:0:0:1.2.3.4', '2001:db8:0:7::/64'],
  ['2001:db8:0:8::1', '2001:db8:0:8::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['fe80::2%eth1', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['1::', '1:0:0:0::/64'],
  ['::ffff:1.2.3.4', '1.2.3.4'],
  ['::FFFF:102:304', '1.2.3.4'],
  ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
  ['1.2.3.4', '1.2.3.4'],
  ['', ''],
])('limits count %s as %s', (address, key) => {
  expect(limitKey(address)).toBe(key);
});
