/** Column kinds shared by the tables: an instant holds exactly what a JavaScript Date does, a day is text. */
import { date, timestamp } from 'drizzle-orm/pg-core';

/** An instant with millisecond precision, so that a keyset cursor holds exactly what the database does. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** A calendar day as `YYYY-MM-DD`; it never passes through a JavaScript Date. */
export const day = (name: string) => date(name, { mode: 'string' });
