/** Events of the programme's history: dates and sources, without interpretation. */

export interface Milestone {
  year: number;
  /** Null where no day is known here. */
  on: string | null;
  title: string;
  description: string;
  source: string;
}

const milestone = (on: string | number, title: string, description: string, source: string): Milestone => ({
  year: Number(String(on).slice(0, 4)),
  on: typeof on === 'string' ? on : null,
  ...{ title, description, source },
});

/** In order of time. */
export const milestones: readonly Milestone[] = [
  milestone(
    1996,
    'Section 287(g) enacted',
    'The Immigration and Nationality Act lets the federal government agree with state and local agencies that their trained officers carry out immigration functions.',
    'Illegal Immigration Reform and Immigrant Responsibility Act of 1996, Public Law 104-208, Division C; 8 U.S.C. 1357(g)',
  ),
  milestone(2002, 'First agreement', 'The first agreement is signed.', 'Congressional Research Service, IF11898'),
  milestone(
    '2012-12-31',
    'Task-force model ended',
    'Task-force agreements are not renewed, after the federal findings about Maricopa County (AZ) and Alamance County (NC).',
    'ICE fact sheet, captured 2013-04-02 (Wayback 20130402163405)',
  ),
  milestone(
    2019,
    'Warrant-service model added',
    'Officers may be trained to serve ICE’s administrative warrants in jails.',
    'ICE, “Delegation of Immigration Authority Section 287(g)”',
  ),
  milestone(
    '2025-01-20',
    'Task-force model restored',
    'An executive order directs that agreements be made to the greatest extent the law permits; the task-force model is offered again.',
    'Executive Order 14159 of 2025-01-20',
  ),
  milestone(
    '2025-07-04',
    'One Big Beautiful Bill Act',
    'Appropriates money from which agreements are paid.',
    'Public Law 119-21',
  ),
  milestone(
    '2025-10-01',
    'Reimbursement begins',
    'ICE reimburses salary, benefits and part of the overtime of trained task-force officers, and pays quarterly awards.',
    'Department of Homeland Security, press release of 2025-09-02',
  ),
];
