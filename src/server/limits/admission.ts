/**
 * Whether an operation may run: its sender is charged what it costs and waits for a place. Few large operations run at
 * a time, in places of their own, so that small ones never wait behind them.
 */
import { GraphQLError } from 'graphql';
import { LARGE_UNITS } from '../../graphql/document/cost.ts';
import type { Admission, Allowance, Caller } from '../../graphql/execution/caller.ts';
import { unavailable } from '../../graphql/execution/errors.ts';
import { createRecentUse } from './recent-use.ts';
import { type CountRequest, describeExceeded } from './request-rate.ts';
import { createRunningOperations, NoRoom, type RunningOperations } from './running-operations.ts';

export interface OperationGate extends Admission {
  /** Operations that run or wait at this moment. */
  readonly underWay: number;
}

/** Units of cost for a point of the rate; asking itself costs the first point. */
const UNITS_PER_POINT = 100;
const WAIT_MILLISECONDS = 2_000;

const small = { perAddress: 8, perProcess: 24, waitingPerAddress: 32, waitingPerProcess: 512 };
const large = { perAddress: 1, perProcess: 2, waitingPerAddress: 8, waitingPerProcess: 64 };

/** `count` charges points. */
export function createAdmission(count: CountRequest): OperationGate {
  const usedBy = createRecentUse();
  const lines = [small, large].map((limits) =>
    createRunningOperations({ ...limits, waitMilliseconds: WAIT_MILLISECONDS, usedBy }),
  ) as [RunningOperations, RunningOperations];
  return {
    usedBy,
    admit: async (caller, units) => {
      await charge(count, caller, Math.floor(units / UNITS_PER_POINT));
      try {
        return await lines[units < LARGE_UNITS ? 0 : 1].enter(caller.address, caller.abort);
      } catch (error) {
        throw error instanceof NoRoom ? refuseForLackOfRoom(error) : error;
      }
    },
    get underWay() {
      return lines.reduce((sum, { running, waiting }) => sum + running + waiting, 0);
    },
  };
}

async function charge(count: CountRequest, { address, viewer, tell }: Caller, points: number): Promise<void> {
  if (points === 0) return;
  const allowance = await count(address, viewer, points);
  tell?.(allowance);
  if (allowance.exceeded) throw refuseForRate(allowance);
}

function refuseForRate(allowance: Allowance): GraphQLError {
  const { message, extensions } = describeExceeded(allowance);
  return new GraphQLError(message, {
    extensions: { code: 'RATE_LIMITED', ...extensions, http: tooMany(allowance.reset) },
  });
}

function refuseForLackOfRoom({ of, message }: NoRoom): GraphQLError {
  if (of === 'process') return unavailable(`${message} Try again in a moment.`);
  return new GraphQLError(`${message} Wait for one to end.`, {
    extensions: { code: 'RATE_LIMITED', http: tooMany(1) },
  });
}

/** HTTP 429 whatever the media type. */
const tooMany = (seconds: number) => ({ status: 429, headers: { 'retry-after': String(seconds) } });
