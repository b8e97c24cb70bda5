import { z } from 'zod';
import { type JsonObject, parseJson } from './json.ts';
import { answerView } from './page-view.ts';
import { LOCALES } from './request-schemas/command-schema.ts';
import type { SimulatedUser } from './simulated-user/simulated-user.ts';
import type { Interaction } from './state/interaction.ts';

const optionsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('command'), name: z.string(), options: optionsSchema }),
  z.strictObject({
    action: z.literal('menu'),
    name: z.string(),
    on: z.union([z.strictObject({ message: z.string() }), z.strictObject({ user: z.string() })]),
  }),
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
    values: z.record(z.string(), z.union([z.string(), z.array(z.string()), z.boolean()])),
  }),
  z.strictObject({
    action: z.literal('say'),
    content: z.string(),
    uploads: z.array(z.string()).default([]),
  }),
  z.strictObject({ action: z.literal('locale'), locale: z.enum(LOCALES) }),
  z.strictObject({ action: z.literal('dismiss'), messageId: z.string() }),
]);

export type PageAction = z.infer<typeof actionSchema>;

/** Parses the page's request; a problem is returned as a sentence. */
export function parseAction(text: string): PageAction | { readonly problem: string } {
  const result = actionSchema.safeParse(parseJson(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return { problem: `${issue?.path.join('.') || 'action'}: ${issue?.message}` };
}

/** Carries out an action and resolves with the bot's first answer. Throws ActionRefused. */
export async function carryOutAction(user: SimulatedUser, action: PageAction): Promise<JsonObject> {
  const answered = (interaction: Interaction) => firstAnswer(interaction, user.locale);
  switch (action.action) {
    case 'command':
      return answered(user.command(action.name, action.options));
    case 'menu':
      return answered(user.contextMenu(action.name, action.on));
    case 'autocomplete':
      return answered(user.autocomplete(action.name, action.options, action.focused));
    case 'press':
      return answered(user.press(action.customId, action.messageId));
    case 'select':
      return answered(user.select(action.customId, action.values, action.messageId));
    case 'submit':
      return answered(user.submitModal(action.customId, action.values));
    case 'say':
      user.say(action.content, action.uploads);
      return { kind: 'done' };
    case 'locale':
      user.setLocale(action.locale);
      return { kind: 'done' };
    case 'dismiss':
      user.dismiss(action.messageId);
      return { kind: 'done' };
  }
}

async function firstAnswer(interaction: Interaction, locale: string): Promise<JsonObject> {
  return answerView(await interaction.answered, locale);
}
