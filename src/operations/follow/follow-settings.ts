/** What is followed, how often, and how the follower introduces itself. */
import type { Schedule } from '../../follow/schedule.ts';
import { packageVersion } from '../../package-root.ts';

export interface FollowSettings {
  /** The page with the links; null: only the lists below. */
  page: string | null;
  /** Addresses of lists, for mirrors and archives. */
  lists: readonly string[];
  schedule: Schedule;
  userAgent: string;
  /** So long may nothing good be found before the source is called stale. */
  staleHours: number;
}

export interface FollowGiven extends Omit<FollowSettings, 'userAgent'> {
  /** For the publisher: whom to write to; null: nobody said. */
  contact: string | null;
}

/** As the publisher sees who asks. */
export const followSettings = ({ contact, ...given }: FollowGiven): FollowSettings => ({
  ...given,
  userAgent: `accord287/${packageVersion()}${contact === null ? '' : ` (+${contact})`}`,
});
