import { type Interaction, PermissionFlagsBits } from 'discord.js';
import { UserError } from '../errors.ts';
import type { Job } from '../queue/job.ts';
import type { BotParts } from './command.ts';

/** Manage Messages (administrators have it) in this server, or the bot's owner. Nobody moderates in a DM. */
export function isModerator(interaction: Interaction, bot: BotParts): boolean {
  return hasHere(interaction, PermissionFlagsBits.ManageMessages, bot);
}

/**
 * The server's id, when the person may moderate there. Checked in code on every call, because server owners may hand a
 * command to anyone whatever its default permissions say. Throws UserError otherwise.
 */
export function requireModerator(interaction: Interaction, bot: BotParts): string {
  return requireHere(interaction, PermissionFlagsBits.ManageMessages, 'Manage Messages', bot);
}

/** The same for what changes the server's settings. */
export function requireManager(interaction: Interaction, bot: BotParts): string {
  return requireHere(interaction, PermissionFlagsBits.ManageGuild, 'Manage Server', bot);
}

/** The requester, or a moderator of the server the job belongs to. */
export function mayControl(interaction: Interaction, job: Job, bot: BotParts): boolean {
  if (job.userId === interaction.user.id) return true;
  return job.guildId !== null && job.guildId === interaction.guildId && isModerator(interaction, bot);
}

/**
 * The job a component or an option names. A forged one may name any: only those of this server, or of this very DM,
 * exist here. Throws UserError when there is none (any more).
 */
export async function requireJob(interaction: Interaction, jobId: string, bot: BotParts): Promise<Job> {
  const job = await bot.queue.get(jobId);
  if (job && isJobOfPlace(interaction, job)) return job;
  throw new UserError(`I no longer know this riff. Start a new one with ${bot.mention('riff')}.`);
}

function isJobOfPlace(interaction: Interaction, job: Job): boolean {
  if (job.guildId !== null) return job.guildId === interaction.guildId;
  return interaction.guildId === null && job.target.channelId === interaction.channelId;
}

function requireHere(interaction: Interaction, permission: bigint, name: string, bot: BotParts): string {
  if (interaction.guildId === null) throw new UserError('This works in a server only, not in a DM.');
  if (!hasHere(interaction, permission, bot)) {
    throw new UserError(`This needs the permission **${name}** in this server, which you do not have.`);
  }
  return interaction.guildId;
}

function hasHere(interaction: Interaction, permission: bigint, bot: BotParts): boolean {
  if (interaction.guildId === null) return false;
  return bot.ownerIds.has(interaction.user.id) || interaction.memberPermissions?.has(permission) === true;
}
