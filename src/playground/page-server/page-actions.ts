import { z } from 'zod';
import type { Actor } from '../actor/actor.ts';
import type { Interaction } from '../interactions/interaction.ts';
import type { JsonObject } from '../json.ts';
import { answerView } from './page-view.ts';

const optionsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('command'), name: z.string(), options: optionsSchema }),
  z.strictObject({
    action: z.literal('autocomplete'),
    name: z.string(),
    options: optionsSchema,
    focused: z.string(),
  }),
  z.strictObject({ action: z.literal('press'), customId: z.string(), messageId: z.string() }),
  z.strictObject({
    action: z.literal('select'),
    customId: z.string(),
    messageId: z.string(),
    values: z.array(z.string()),
  }),
  z.strictObject({
    action: z.literal('submit'),
    customId: z.string(),
    values: z.record(z.string(), z.string()),
  }),
  z.strictObject({ action: z.literal('say'), content: z.string().min(1).max(2000) }),
  z.strictObject({ action: z.literal('dismiss'), messageId: z.string() }),
]);

export type PageAction = z.infer<typeof actionSchema>;

/** What the page asks for; null when it is none of the actions. */
export function parseAction(body: unknown): PageAction | null {
  const result = actionSchema.safeParse(body);
  return result.success ? result.data : null;
}

/** Carries out an action and resolves with the bot's first answer. Throws ActionRefused. */
export async function carryOutAction(actor: Actor, action: PageAction): Promise<JsonObject> {
  switch (action.action) {
    case 'command':
      return firstAnswer(actor.command(action.name, action.options));
    case 'autocomplete':
      return firstAnswer(actor.autocomplete(action.name, action.options, action.focused));
    case 'press':
      return firstAnswer(actor.press(action.customId, action.messageId));
    case 'select':
      return firstAnswer(actor.select(action.customId, action.values, action.messageId));
    case 'submit':
      return firstAnswer(actor.submitModal(action.customId, action.values));
    case 'say':
      actor.say(action.content);
      return { kind: 'done' };
    case 'dismiss':
      actor.dismiss(action.messageId);
      return { kind: 'done' };
  }
}

async function firstAnswer(interaction: Interaction): Promise<JsonObject> {
  return answerView(await interaction.answered);
}
