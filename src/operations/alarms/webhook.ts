/**
 * Tells an operator by one POST: JSON for programs, with the text where Slack and Mattermost (`text`) and Discord
 * (`content`) look for it. The address is a secret and stands in no message.
 */
import type { Notice } from './keep-alarms.ts';

const DEADLINE = 10_000;
/** Discord takes 2,000 characters. */
const MOST_CHARACTERS = 1_900;

const words = { OPEN: 'ALARM', REMINDER: 'STILL', CLEARED: 'OVER' } as const;

/** Names the commands in a text as they are run where this process runs, as `accord287 status` does. */
export type NameCommands = (text: string) => string;

/** Throws where it was not taken. */
export async function tellOperator(
  address: string,
  notices: readonly Notice[],
  naming: NameCommands | undefined,
): Promise<void> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(messageOf(notices, naming)),
    redirect: 'manual',
    signal: AbortSignal.timeout(DEADLINE),
  }).catch((error: unknown) => {
    // What fetch says may hold the address.
    const code =
      error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : '';
    throw new Error(`OPERATOR_WEBHOOK_URL could not be reached${code === '' ? '' : ` (${code})`}.`);
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`OPERATOR_WEBHOOK_URL answered ${response.status}.`);
}

export function messageOf(given: readonly Notice[], naming: NameCommands = (text) => text): object {
  const notices = given.map((notice) => ({ ...notice, message: naming(notice.message) }));
  const lines = notices.map(({ alarm, state, message }) => `${words[state]} ${alarm.kind}: ${message}`);
  const whole = `Accord287: ${lines.join('\n')}`;
  const text = whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS - 1)}…` : whole;
  const alarms = notices.map(({ alarm, state, message }) => ({
    ...{ kind: alarm.kind, subject: alarm.subject, state, message },
    ...{ since: alarm.openedAt.toISOString(), until: alarm.closedAt?.toISOString() ?? null },
  }));
  return { text, content: text, alarms };
}
