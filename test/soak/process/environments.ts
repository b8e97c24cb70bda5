/** No limit of the queue is in the way of a load. */
export const GENEROUS_LIMITS: Readonly<Record<string, string>> = {
  MAX_WAITING: '1000',
  PER_USER_WAITING: '1000',
  PER_GUILD_WAITING: '10000',
  PER_USER_PER_HOUR: '10000',
  STARTS_PER_MINUTE: '10000',
};
