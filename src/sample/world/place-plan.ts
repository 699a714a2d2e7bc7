/**
 * What changes in one place between two milestones: which agreements end and which begin, so that its agencies and
 * its agreements of each model come out as published. When each change is listed is decided in `schedule.ts`.
 */
import { type Model, models } from '../../../schema/enums.ts';
import type { Chance } from '../random.ts';
import type { Agency, Agreement, Recruit } from './agreement.ts';
import type { Totals } from './published-totals.ts';

/** One change that a list shows: an agreement ends, or one begins. */
export interface Change {
  end?: Agreement;
  add?: Agreement;
}

interface PlaceStep {
  placeCode: string;
  /** Agreements that stand at the milestone before. */
  here: readonly Agreement[];
  target: Totals;
  /** Agreements to end although the totals do not ask for it; others replace them. */
  leaving: number;
  chance: Chance;
  recruit: Recruit;
}

export function planPlace(step: PlaceStep): Change[] {
  const here = new Set(step.here);
  const wanted: Wanted = {
    TASK_FORCE: step.target.taskForce - countOf(here, 'TASK_FORCE'),
    JAIL_ENFORCEMENT: step.target.jailEnforcement - countOf(here, 'JAIL_ENFORCEMENT'),
    WARRANT_SERVICE_OFFICER: step.target.warrantService - countOf(here, 'WARRANT_SERVICE_OFFICER'),
  };
  const ended = endAgreements(step, here, wanted);
  return [...ended, ...beginAgreements(step, here, wanted)];
}

type Wanted = Record<Model, number>;

/** Ends the agreements that exceed the next totals or have to make room; afterwards no number in `wanted` is negative. */
function endAgreements(step: PlaceStep, here: Set<Agreement>, wanted: Wanted): Change[] {
  const changes: Change[] = [];
  const end = (agreement: Agreement | undefined): boolean => {
    if (!agreement) return false;
    here.delete(agreement);
    wanted[agreement.model] += 1;
    changes.push({ end: agreement });
    return true;
  };
  const candidates = (): Agreement[] => step.chance.shuffle([...here]);
  const onlyOne = ({ agency }: Agreement): boolean => heldBy(agency, here).length === 1;
  for (let count = 0; count < step.leaving; count += 1) end(candidates().find(onlyOne));
  for (const model of models) {
    while (wanted[model] < 0) {
      const surplus = agenciesOf(here).size > step.target.agencies;
      const ofModel = candidates().filter((each) => each.model === model);
      if (!end(ofModel.find((each) => onlyOne(each) === surplus) ?? ofModel[0])) break;
    }
  }
  while (agenciesOf(here).size > step.target.agencies && end(candidates().find(onlyOne))) {
    // Each call ends one agency.
  }
  while (step.target.agencies - agenciesOf(here).size > total(wanted)) {
    if (!end(candidates().find((each) => !onlyOne(each)))) break;
  }
  return changes;
}

/** New agencies take one agreement each; the rest go to agencies that lack the model, sheriffs first. */
function beginAgreements(step: PlaceStep, here: Set<Agreement>, wanted: Wanted): Change[] {
  const changes: Change[] = [];
  const begin = (agency: Agency, model: Model): void => {
    const until = Number.POSITIVE_INFINITY; // Not listed, until the schedule says when.
    const add: Agreement = { agency, model, from: until, until, signedOn: '' };
    agency.agreements.push(add);
    here.add(add);
    wanted[model] -= 1;
    changes.push({ add });
  };
  const newcomers = step.target.agencies - agenciesOf(here).size;
  for (let count = 0; count < newcomers; count += 1) {
    const model = models.reduce((most, each) => (wanted[each] > wanted[most] ? each : most));
    begin(step.recruit(step.placeCode, model), model);
  }
  for (const model of models) {
    if (wanted[model] <= 0) continue;
    const able = step.chance.shuffle([...agenciesOf(here)]).filter((agency) => lacks(agency, model, here));
    const sheriffsFirst = [...able.filter(isSheriff), ...able.filter((agency) => !isSheriff(agency))];
    // Only an agency that never had the model, so that an agreement that ended is not restored by accident.
    const fresh = sheriffsFirst.filter((agency) => agency.agreements.every((each) => each.model !== model));
    for (const agency of fresh.slice(0, wanted[model])) begin(agency, model);
    // A small place may have none left; one agency too many is better than a list that cannot be made.
    while (wanted[model] > 0) begin(step.recruit(step.placeCode, model), model);
  }
  return changes;
}

const isSheriff = ({ type }: Agency): boolean => type === 'COUNTY';

const total = (wanted: Wanted): number => Object.values(wanted).reduce((sum, count) => sum + Math.max(0, count), 0);

const countOf = (here: ReadonlySet<Agreement>, model: Model): number =>
  [...here].filter((each) => each.model === model).length;

const agenciesOf = (here: ReadonlySet<Agreement>): Set<Agency> => new Set([...here].map(({ agency }) => agency));

const heldBy = (agency: Agency, here: ReadonlySet<Agreement>): Agreement[] =>
  agency.agreements.filter((each) => here.has(each));

const lacks = (agency: Agency, model: Model, here: ReadonlySet<Agreement>): boolean =>
  heldBy(agency, here).every((each) => each.model !== model);
