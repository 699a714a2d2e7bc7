/** The settings as people know them: names, meanings, what may stand there. `config.ts` reads them. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every setting with its meaning, what may stand there, and an example: the table in docs/settings.md is compared with it. */
export const settings = [
  { name: 'PORT', meaning: 'TCP port of the server', expected: 'a whole number from 0 to 65535', fallback: '4000' },
  { name: 'HOST', meaning: 'Address to listen on', expected: 'an address or a host name', fallback: '127.0.0.1' },
  { name: 'DATA_DIR', meaning: 'Folder of the embedded ledgers', expected: 'a path', fallback: './data' },
  {
    name: 'DATABASE_URL',
    meaning: 'PostgreSQL server to use instead of the embedded ledger',
    expected: 'a URL such as postgres://user:password@host:5432/accord287',
    fallback: '',
  },
  {
    name: 'DATABASE_URL_FILE',
    meaning: 'File that holds DATABASE_URL, as a secret of a container or of systemd',
    expected: 'the path of a readable file, and DATABASE_URL unset',
    fallback: '',
  },
  {
    name: 'POOLER',
    meaning: 'DATABASE_URL leads through a pooler in transaction mode, such as PgBouncer (true)',
    expected: 'true or false',
    fallback: 'false',
  },
  {
    name: 'SAMPLE',
    meaning: 'Open the sample ledger (true) or the real one (false), whatever is there',
    expected: 'true or false',
    fallback: '',
  },
  { name: 'LOG_LEVEL', meaning: 'Least severe log line written', expected: logLevels.join(', '), fallback: 'info' },
  {
    name: 'METRICS_PORT',
    meaning: 'TCP port of /metrics on 127.0.0.1; without it operators alone have them, on the port of the server',
    expected: 'a whole number from 0 to 65535',
    fallback: '',
  },
  {
    name: 'POINTS_PER_MINUTE',
    meaning:
      'Points that one client address may spend in a minute (1 to ask, 1 more for each 100 units of cost); a key ten times as many',
    expected: 'a whole number from 1 to 1000000',
    fallback: '2000',
  },
  {
    name: 'STREAMS_PER_ADDRESS',
    meaning: 'Streams that one client address may have open',
    expected: 'a whole number from 1 to 1000000',
    fallback: '50',
  },
  {
    name: 'STREAMS_PER_PROCESS',
    meaning: 'Streams that this process may have open',
    expected: 'a whole number from 1 to 1000000',
    fallback: '20000',
  },
  {
    name: 'TRUSTED_PROXIES',
    meaning: 'Proxies whose X-Forwarded-For is believed',
    expected: 'addresses and networks such as 10.0.0.0/8, separated by commas',
    fallback: '',
  },
  {
    name: 'NOTIFY',
    meaning: 'Wake by LISTEN/NOTIFY (true) or only poll each second (false), as with POOLER',
    expected: 'true or false',
    fallback: 'true',
  },
  {
    name: 'FOLLOW',
    meaning: "Look at the publisher's page by the schedule, and ingest new lists (true)",
    expected: 'true or false',
    fallback: 'false',
  },
  {
    name: 'FOLLOW_PAGE',
    meaning: 'Page with the links to the lists; not looked at where only FOLLOW_LISTS is set',
    expected: 'an address that begins with https:// or http://',
    fallback: 'https://www.ice.gov/identify-and-arrest/287g',
  },
  {
    name: 'FOLLOW_LISTS',
    meaning: 'Addresses of lists to look at as well, as of a mirror',
    expected: 'addresses that begin with https:// or http://, separated by commas',
    fallback: '',
  },
  {
    name: 'FOLLOW_SCHEDULE',
    meaning: 'When to look, in New York time',
    expected: 'cron patterns, separated by semicolons',
    fallback: '*/10 8-19 * * 1-5; 0 * * * *',
  },
  {
    name: 'FOLLOW_CONTACT',
    meaning: 'Address of mail or page that the publisher is told with each request',
    expected: 'printable ASCII without spaces or parentheses',
    fallback: '',
  },
  {
    name: 'FOLLOW_STALE_HOURS',
    meaning: 'Hours without a good look at a list after which it is called stale',
    expected: 'a whole number from 1 to 1000000',
    fallback: '3',
  },
  {
    name: 'OPERATOR_WEBHOOK_URL',
    meaning: 'Address that is told what is wrong: of Slack, Mattermost, Discord, or your own',
    expected: 'an address that begins with https:// or http://',
    fallback: '',
  },
  {
    name: 'OPERATOR_KEYS',
    meaning: 'Bearer keys of operators',
    expected: 'keys of at least 24 characters without spaces, separated by commas',
    fallback: '',
  },
  {
    name: 'OPERATOR_KEYS_FILE',
    meaning: 'File that holds OPERATOR_KEYS, one a line',
    expected: 'the path of a readable file, and OPERATOR_KEYS unset',
    fallback: '',
  },
] as const;

export type SettingName = (typeof settings)[number]['name'];

export function fallbackOf(name: SettingName): string {
  return settings.find((setting) => setting.name === name)?.fallback ?? '';
}
