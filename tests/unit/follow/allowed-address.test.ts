import { describe, expect, test } from 'vitest';
import { createAddressCheck } from '../../../src/follow/allowed-address.ts';

const hosts: Record<string, string[]> = {
  'www.ice.gov': ['2.16.10.1', '2a02:26f0::1'],
  'inner.example': ['10.0.0.7'],
  'half.example': ['93.184.216.34', '127.0.0.1'],
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
};
const check = createAddressCheck(['http://127.0.0.1:8080/287g'], async (host) => {
  const addresses = hosts[host];
  if (addresses === undefined) throw new Error('no such host');
  return addresses;
});

describe('where the follower may go', () => {
  test.each([
    'http://127.0.0.1:8080/other.xlsx',
    'https://www.ice.gov/list.xlsx',
    'https://nowhere.example/reported-by-the-request',
    'https://93.184.216.34/list.xlsx',
  ])('%s', async (address) => expect((await check(address)).why).toBeNull());
});

describe('where it may not', () => {
  test.each([
    ...['http://www.ice.gov/list.xlsx', 'https://www.ice.gov:8443/list.xlsx', 'https://user@www.ice.gov/list.xlsx'],
    ...['http://127.0.0.1:8081/x', 'https://127.0.0.1/x', 'https://2130706433/x', 'https://0x7f.1/x', 'https://0/x'],
    ...['https://[::1]/x', 'https://[::ffff:127.0.0.1]/x', 'https://[fc00::1]/x', 'https://[fe80::1]/x'],
    ...['https://169.254.169.254/latest', 'https://10.1.2.3/x', 'https://192.168.0.1/x', 'https://100.64.0.1/x'],
    ...['https://localhost/x', 'https://localhost./x', 'https://inner.example/x', 'https://half.example/x'],
    ...['ftp://www.ice.gov/x', 'file:///etc/passwd', 'https://0.0.0.0/x', 'https://224.0.0.1/x'],
  ])('%s', async (address) => expect((await check(address)).why).toEqual(expect.any(String)));
});

test('a name is looked up once for each request', async () => {
  let asked = 0;
  const rebinding = createAddressCheck([], async () => {
    asked += 1;
    return asked === 1 ? ['93.184.216.34'] : ['127.0.0.1'];
  });
  expect(await rebinding('https://rebinding.example/x')).toEqual({ why: null, hosts: ['93.184.216.34'] });
});
