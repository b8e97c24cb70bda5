import assert from 'node:assert/strict';
import { MessageFlags } from 'discord.js';
import type { Interaction } from 'local-discord/interaction';
import type { Message } from 'local-discord/message';
import type { SimulatedUser } from 'local-discord/simulated-user';
import { happens } from '../../waiting.ts';
import type { ScriptedRender } from './scripted-engine.ts';
import type { WireBench } from './wire-bench.ts';

/** Picture and sound are there. */
export function isFinished({ attachments }: Message): boolean {
  return attachments.length === 2;
}

/** Asked for, rendered and delivered. */
export async function finishedRiff(
  bench: WireBench,
  options: Record<string, string | number>,
  user: 'mika' | 'noor' = 'mika',
): Promise<{ message: Message; jobId: string }> {
  bench.life.engine.isQuick = true;
  const command = bench.discord.actAs(user).command('riff', options);
  return finished(bench, command);
}

/** The riff that answers, once its job has ended. */
export async function finished(
  { discord, life }: WireBench,
  interaction: Interaction,
  patience: Patience = {},
): Promise<{ message: Message; jobId: string }> {
  const message = await discord.waitForOriginal(interaction, isFinished, patience);
  const jobId = customIds(message)[0]?.split(':')[2] ?? '';
  await happens('the end', async () => (await life.queue.get(jobId))?.state.kind === 'done');
  return { message, jobId };
}

/** A field of the riff's embed, by its English name. */
export function fieldOf({ embeds }: Message, name: string): string | undefined {
  const [embed] = embeds as { fields: { name: string; value: string }[] }[];
  return embed?.fields.find((field) => field.name === name)?.value;
}

/** A render under way whose answer shows its first step, so that no edit is on its way. */
export async function underWay(
  { discord, life }: WireBench,
  channel = 'music',
): Promise<{ command: Interaction; render: ScriptedRender; shown: Message }> {
  const number = life.engine.renders.length + 1;
  const command = discord.actAs('mika', { channel }).command('riff', { prompt: 'jazz' });
  const render = await life.engine.renderNumber(number);
  render.beat({ stage: 'denoise', stepIndex: 1, steps: 20 });
  const shown = await discord.waitForOriginal(command, ({ content }) => content.includes('step 1/20'));
  return { command, render, shown };
}

/** The text that only this user sees: the answer itself, or a follow-up. */
export async function privateAnswer(
  bench: WireBench,
  interaction: Interaction,
  patience: Patience = {},
): Promise<string> {
  return (await privateMessage(bench, interaction, patience)).content;
}

/** How long is waited; by default half a minute. */
export interface Patience {
  readonly timeoutMs?: number;
}

export async function privateMessage(
  { discord }: WireBench,
  interaction: Interaction,
  patience: Patience = {},
): Promise<Message> {
  const isPrivate = ({ visibleTo, origin, flags }: Message): boolean =>
    visibleTo === interaction.userId &&
    origin?.interactionId === interaction.id &&
    (flags & MessageFlags.Loading) === 0;
  return discord.waitForMessage(isPrivate, { channel: interaction.channelId, ...patience });
}

/** Presses the only button of a private question and resolves with what the question became. */
export async function confirmed(bench: WireBench, actor: SimulatedUser, question: Message): Promise<string> {
  const press = actor.press(customIds(question)[0] ?? '', question.id);
  assert.equal((await press.answered).kind, 'deferred_update');
  const isSettled = ({ id, components }: Message): boolean => id === question.id && components.length === 0;
  return (await bench.discord.waitForMessage(isSettled, { channel: press.channelId })).content;
}

/** A button press that takes the message away. */
export async function deletedBy(
  { discord }: WireBench,
  interaction: Interaction,
  goneId: string,
): Promise<void> {
  assert.equal((await interaction.answered).kind, 'deferred_update');
  await happens('the message to go', () => !discord.message(goneId));
}

export function editsOf({ discord }: WireBench, { token }: Interaction): number {
  return discord.requests.filter(({ method, path }) => method === 'PATCH' && path.includes(token)).length;
}

export function customIds(message: Message): string[] {
  const rows = message.components as { components: { custom_id: string }[] }[];
  return rows.flatMap(({ components }) => components.map(({ custom_id }) => custom_id));
}
