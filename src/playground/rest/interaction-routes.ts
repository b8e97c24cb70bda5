import { type MessageForm, messageSchema } from '../forms/message-form.ts';
import { parseForm } from '../forms/parse-form.ts';
import { answerContext, applyCallback, isEphemeral } from '../interactions/callback.ts';
import type { Answer, AnsweredInteraction, Interaction } from '../interactions/interaction.ts';
import type { Json, JsonObject } from '../json.ts';
import { MESSAGE_FLAGS, type Message } from '../messages/message.ts';
import { messagePayload } from '../payloads/message-payload.ts';
import { APPLICATION_ID } from '../world/cast.ts';
import { DiscordError } from './discord-error.ts';
import type { DiscordParts } from './parts.ts';
import type { RestAnswer, RestCall, Route } from './route.ts';

const WEBHOOK = '/webhooks/{webhook_id}/{webhook_token}';

/** First answers, and everything that an interaction's token allows after them. */
export function interactionRoutes(parts: DiscordParts): Route[] {
  const onMessage = (method: 'GET' | 'PATCH' | 'DELETE', act: MessageAction): Route[] =>
    ['@original', '{message_id}'].map((which) => ({
      method,
      template: `${WEBHOOK}/messages/${which}`,
      auth: 'none',
      handle: (call) => act(parts, requireTokenMessage(parts, call, which === '@original'), call),
    }));
  return [
    {
      method: 'POST',
      template: '/interactions/{interaction_id}/{interaction_token}/callback',
      auth: 'none',
      handle: (call) => callback(parts, call),
    },
    { method: 'POST', template: WEBHOOK, auth: 'none', handle: (call) => followUp(parts, call) },
    ...onMessage('GET', ({ world }, message) => ({ status: 200, body: messagePayload(world, message) })),
    ...onMessage('PATCH', ({ world, messages }, message, call) => ({
      status: 200,
      body: messagePayload(
        world,
        messages.edit(message, parseForm(messageSchema, call.body ?? {}), call.files),
      ),
    })),
    ...onMessage('DELETE', ({ messages }, message) => {
      messages.delete(message);
      return { status: 204 };
    }),
  ];
}

type MessageAction = (parts: DiscordParts, message: Message, call: RestCall) => RestAnswer;

function callback(parts: DiscordParts, call: RestCall): RestAnswer {
  const token = call.param('interaction_token');
  const interaction = parts.interactions.requireUnanswered(call.param('interaction_id'), token);
  const { answer, originalId } = applyCallback(parts, interaction, call.body, call.files);
  parts.interactions.answer(interaction, answer, originalId);
  if (call.query.get('with_response') !== 'true') return { status: 204 };
  return { status: 200, body: callbackResponse(parts, interaction, answer, originalId) };
}

function callbackResponse(
  { world }: DiscordParts,
  interaction: Interaction,
  answer: Answer,
  originalId: string | null,
): JsonObject {
  const message = 'message' in answer ? answer.message : null;
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(originalId === null ? {} : { response_message_id: originalId }),
      ...(message
        ? {
            response_message_loading: (message.flags & MESSAGE_FLAGS.loading) !== 0,
            response_message_ephemeral: message.visibleTo !== null,
          }
        : {}),
    },
    ...(message ? { resource: { type: resourceType(answer), message: messagePayload(world, message) } } : {}),
  };
}

function resourceType(answer: Answer): Json {
  return { message: 4, deferred: 5, update: 7, deferred_update: 6, choices: 8, modal: 9, timeout: 0 }[
    answer.kind
  ];
}

/** While the deferred answer still loads, a follow-up fills it in instead of adding a message. */
function followUp(parts: DiscordParts, call: RestCall): RestAnswer {
  const { world, messages, interactions } = parts;
  const interaction = requireToken(parts, call);
  const form = parseForm(messageSchema, call.body ?? {});
  const loading = loadingAnswer(parts, interaction);
  if (loading) return { status: 200, body: messagePayload(world, messages.edit(loading, form, call.files)) };
  interactions.countFollowUp(interaction);
  return { status: 200, body: messagePayload(world, newFollowUp(parts, interaction, form, call)) };
}

function newFollowUp(
  { world, messages }: DiscordParts,
  interaction: Interaction,
  form: MessageForm,
  call: RestCall,
): Message {
  return messages.create(form, call.files, answerContext(world, interaction, isEphemeral(form)));
}

function loadingAnswer({ messages }: DiscordParts, interaction: AnsweredInteraction): Message | null {
  if (interaction.state.answer.kind !== 'deferred') return null;
  const original = messages.get(interaction.state.originalId ?? '');
  return original && original.flags & MESSAGE_FLAGS.loading ? original : null;
}

function requireToken(parts: DiscordParts, call: RestCall): AnsweredInteraction {
  if (call.param('webhook_id') !== APPLICATION_ID) throw new DiscordError(10015);
  return parts.interactions.requireAnswered(call.param('webhook_token'));
}

/** Throws 10008 unless the message is the answer itself or a follow-up of the same interaction. */
function requireTokenMessage(parts: DiscordParts, call: RestCall, original: boolean): Message {
  const interaction = requireToken(parts, call);
  const id = original ? interaction.state.originalId : call.param('message_id');
  const message = parts.messages.get(id ?? '');
  const own = message?.origin?.interactionId === interaction.id || id === interaction.state.originalId;
  if (!message || !own) throw new DiscordError(10008);
  return message;
}
