import { type APIGatewayBotInfo, type REST, Routes } from 'discord.js';
import { RiffError } from '../errors.ts';
import type { Log } from '../log.ts';
import { english } from '../messages/wording.ts';

/** Discord allows 1,000 a day and resets the bot's token beyond that; a bot in a crash loop has to stop earlier. */
const KEPT_SHARE = 0.2;

/**
 * Throws RiffError('discord_refused') when less than a fifth of the day's IDENTIFY calls is left, and
 * RiffError('discord_unreachable') when the response does not come from Discord.
 */
export async function checkIdentifyBudget(rest: Pick<REST, 'get'>, log: Log): Promise<void> {
  const info = (await rest.get(Routes.gatewayBot())) as Partial<APIGatewayBotInfo> | null;
  const budget = info?.session_start_limit;
  if (!budget) {
    throw new RiffError(
      'discord_unreachable',
      'Discord: expected the address of the gateway, got something else; check DISCORD_API_BASE and the network',
    );
  }
  const { total, remaining, reset_after: resetAfterMs } = budget;
  log.info({ total, remaining }, 'logins that Discord allows today');
  if (remaining > KEPT_SHARE * total) return;
  throw new RiffError(
    'discord_refused',
    `expected more than ${KEPT_SHARE * total} of the day's ${total} logins to Discord to be left, got ${remaining}; find out in the log why the bot starts so often, and start it again in ${english.counted(Math.ceil(resetAfterMs / 60_000), 'minute')}`,
  );
}
