import { type APIGatewayBotInfo, type REST, Routes } from 'discord.js';
import { RiffError } from '../errors.ts';
import type { Log } from '../log.ts';

/** Discord allows 1,000 a day and takes the bot's token away beyond; a bot that crashes over and over stops earlier. */
const KEPT_SHARE = 0.2;

/** Throws RiffError('discord_refused') where another login would go to what is kept of the day's IDENTIFY budget. */
export async function checkIdentifyBudget(rest: Pick<REST, 'get'>, log: Log): Promise<void> {
  const { session_start_limit: budget } = (await rest.get(Routes.gatewayBot())) as APIGatewayBotInfo;
  const { total, remaining, reset_after: resetAfterMs } = budget;
  log.info({ total, remaining }, 'logins that Discord allows today');
  if (remaining > KEPT_SHARE * total) return;
  throw new RiffError(
    'discord_refused',
    `expected more than ${KEPT_SHARE * total} of the day's ${total} logins to Discord to be left, got ${remaining}; look in the log for why the bot starts so often, and start it again in ${Math.ceil(resetAfterMs / 60_000)} minutes`,
  );
}
