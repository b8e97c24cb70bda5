import {
  type ChatInputCommandInteraction,
  GuildMember,
  type Interaction,
  PermissionFlagsBits,
  PermissionsBitField,
  userMention,
} from 'discord.js';
import { UserError } from '../errors.ts';
import { inLocale } from '../messages/languages.ts';
import { refusalTexts } from '../messages/refusals.ts';
import type { Job } from '../queue/job.ts';
import type { BotParts } from './command.ts';

/** Manage Messages (administrators have it) in this server, or the bot's owner. Nobody moderates in a DM. */
export function isModerator(interaction: Interaction, bot: BotParts): boolean {
  return hasHere(interaction, PermissionFlagsBits.ManageMessages, bot);
}

/**
 * The server's id, when the user may moderate there. Checked in code on every call, because server owners may hand a
 * command to anyone whatever its default permissions say. Throws UserError otherwise.
 */
export function requireModerator(interaction: Interaction, bot: BotParts): string {
  return requireHere(interaction, PermissionFlagsBits.ManageMessages, 'manageMessages', bot);
}

/** The same for commands that change the server's settings. */
export function requireManager(interaction: Interaction, bot: BotParts): string {
  return requireHere(interaction, PermissionFlagsBits.ManageGuild, 'manageServer', bot);
}

/** Manage Server in this server, or the bot's owner. */
export function isManager(interaction: Interaction, bot: BotParts): boolean {
  return hasHere(interaction, PermissionFlagsBits.ManageGuild, bot);
}

/** Throws UserError for everybody but the bot's owner. */
export function requireOwner({ user, locale }: Interaction, bot: BotParts): void {
  if (!bot.ownerIds.has(user.id)) throw new UserError(inLocale(refusalTexts, locale).ownerOnly);
}

/**
 * Blocks reach downwards only: the user named by the option `user` is neither a bot, nor the caller, nor of
 * the caller's rank or above. Throws UserError otherwise.
 */
export function requireHigherRank(interaction: ChatInputCommandInteraction, bot: BotParts): void {
  const target = interaction.options.getUser('user', true);
  const text = inLocale(refusalTexts, interaction.locale);
  if (target.bot) throw new UserError(text.isBot(userMention(target.id)));
  if (target.id === interaction.user.id) throw new UserError(text.notYourself);
  const member = interaction.options.getMember('user');
  const permissions = member === null ? null : permissionsOf(member, interaction);
  if (rankOf(target.id, permissions, bot) < rankOf(interaction.user.id, interaction.memberPermissions, bot))
    return;
  throw new UserError(text.notLower(userMention(target.id)));
}

type NamedMember = NonNullable<ReturnType<ChatInputCommandInteraction['options']['getMember']>>;

/** In the server and, where a channel gives more, in this channel. */
function permissionsOf(
  member: NamedMember,
  { channel }: ChatInputCommandInteraction,
): Readonly<PermissionsBitField> {
  if (!(member instanceof GuildMember)) return new PermissionsBitField(BigInt(String(member.permissions)));
  const inChannel = channel && !channel.isDMBased() ? member.permissionsIn(channel.id) : [];
  return new PermissionsBitField([member.permissions, inChannel]);
}

/** Member, moderator, manager, administrator, owner of the bot. */
function rankOf(userId: string, permissions: Readonly<PermissionsBitField> | null, bot: BotParts): number {
  if (bot.ownerIds.has(userId)) return 4;
  const { Administrator, ManageGuild, ManageMessages } = PermissionFlagsBits;
  const ranks = [ManageMessages, ManageGuild, Administrator];
  return ranks.findLastIndex((permission) => permissions?.has(permission)) + 1;
}

/** The requester, or a moderator of the server the job belongs to. */
export function mayControl(interaction: Interaction, job: Job, bot: BotParts): boolean {
  if (job.userId === interaction.user.id) return true;
  return job.guildId !== null && job.guildId === interaction.guildId && isModerator(interaction, bot);
}

/**
 * The job that a component or an option names. A forged one may name any job, so only those of this server, or of this DM,
 * are found. Throws UserError if there is none.
 */
export async function requireJob(interaction: Interaction, jobId: string, bot: BotParts): Promise<Job> {
  const job = await findJob(interaction, jobId, bot);
  if (job) return job;
  throw new UserError(inLocale(refusalTexts, interaction.locale).unknownRiff(bot.mention('riff')));
}

/** The same for an option with suggestions, which also accepts free text. */
export async function requireNamedJob(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<Job> {
  const job = await findJob(interaction, interaction.options.getString('job', true), bot);
  if (job) return job;
  throw new UserError(inLocale(refusalTexts, interaction.locale).noSuchRiff);
}

/** Null: there is none here. */
export async function findJob(interaction: Interaction, jobId: string, bot: BotParts): Promise<Job | null> {
  const job = await bot.queue.get(jobId);
  return job && (isJobHere(interaction, job) || isPostedHere(interaction, job)) ? job : null;
}

function isJobHere(interaction: Interaction, job: Job): boolean {
  if (job.guildId !== null) return job.guildId === interaction.guildId;
  return interaction.guildId === null && job.target.channelId === interaction.channelId;
}

/** Its user posted it here with /riffs: the message that the button stands on answers them. */
function isPostedHere(interaction: Interaction, job: Job): boolean {
  const isComponent = interaction.isMessageComponent() || interaction.isModalSubmit();
  return isComponent && interaction.message?.interactionMetadata?.user.id === job.userId;
}

type PermissionName = keyof (typeof refusalTexts)['en']['permissions'];

function requireHere(
  interaction: Interaction,
  permission: bigint,
  name: PermissionName,
  bot: BotParts,
): string {
  const text = inLocale(refusalTexts, interaction.locale);
  if (interaction.guildId === null) throw new UserError(text.serversOnly);
  if (!hasHere(interaction, permission, bot)) {
    throw new UserError(text.needs(text.permissions[name]));
  }
  return interaction.guildId;
}

function hasHere(interaction: Interaction, permission: bigint, bot: BotParts): boolean {
  if (interaction.guildId === null) return false;
  return bot.ownerIds.has(interaction.user.id) || interaction.memberPermissions?.has(permission) === true;
}
