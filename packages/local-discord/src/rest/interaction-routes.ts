import { MessageFlags, RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { Context } from '../context.ts';
import { DiscordError } from '../discord-error.ts';
import type { Json, JsonObject } from '../json.ts';
import { type MessageBody, messageSchema } from '../request-schemas/message-schema.ts';
import { parseBody } from '../request-schemas/parse-body.ts';
import type { Answer, AnsweredInteraction, Interaction } from '../state/interaction.ts';
import type { Message } from '../state/message.ts';
import { serializeMessage } from '../state/serialize-message.ts';
import { answerContext, applyCallback, isEphemeral } from './interaction-callback.ts';
import { NO_CONTENT, ok, type RestAnswer, type RestCall, type Route } from './route.ts';

const WEBHOOK = '/webhooks/{webhook_id}/{webhook_token}';

/** First answers, and everything that an interaction's token allows afterwards. */
export function interactionRoutes(context: Context): Route[] {
  const onMessage = (method: 'GET' | 'PATCH' | 'DELETE', act: MessageAction): Route[] =>
    ['@original', '{message_id}'].map((which) => ({
      method,
      template: `${WEBHOOK}/messages/${which}`,
      auth: 'none',
      handle: (call) => act(context, requireTokenMessage(context, call, which === '@original'), call),
    }));
  return [
    {
      method: 'POST',
      template: '/interactions/{interaction_id}/{interaction_token}/callback',
      auth: 'none',
      handle: (call) => callback(context, call),
    },
    { method: 'POST', template: WEBHOOK, auth: 'none', handle: (call) => followUp(context, call) },
    ...onMessage('GET', ({ state }, message) => ok(serializeMessage(state, message))),
    ...onMessage('PATCH', ({ state, messages }, message, call) => {
      const body = parseBody(messageSchema, call.body ?? {});
      return ok(serializeMessage(state, messages.edit(message, body, call.files)));
    }),
    ...onMessage('DELETE', ({ messages }, message) => {
      messages.delete(message);
      return NO_CONTENT;
    }),
  ];
}

type MessageAction = (context: Context, message: Message, call: RestCall) => RestAnswer;

function callback(context: Context, call: RestCall): RestAnswer {
  const token = call.param('interaction_token');
  const interaction = context.interactions.requireUnanswered(call.param('interaction_id'), token);
  const { answer, originalId } = applyCallback(context, interaction, call.body, call.files);
  context.interactions.answer(interaction, answer, originalId);
  if (call.query.get('with_response') !== 'true') return NO_CONTENT;
  return ok(callbackResponse(context, interaction, answer, originalId));
}

function callbackResponse(
  { state }: Context,
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
            response_message_loading: (message.flags & MessageFlags.Loading) !== 0,
            response_message_ephemeral: message.visibleTo !== null,
          }
        : {}),
    },
    ...(message
      ? { resource: { type: resourceType(answer), message: serializeMessage(state, message) } }
      : {}),
  };
}

function resourceType(answer: Answer): Json {
  return { message: 4, deferred: 5, update: 7, deferred_update: 6, choices: 8, modal: 9, timeout: 0 }[
    answer.kind
  ];
}

/** While the deferred answer is loading, a follow-up fills it in instead of creating a message. */
function followUp(context: Context, call: RestCall): RestAnswer {
  const { state, messages, interactions } = context;
  const interaction = requireToken(context, call);
  const body = parseBody(messageSchema, call.body ?? {});
  const loading = loadingAnswer(context, interaction);
  if (loading) return ok(serializeMessage(state, messages.fill(loading, body, call.files)));
  interactions.countFollowUp(interaction);
  return ok(serializeMessage(state, newFollowUp(context, interaction, body, call)));
}

function newFollowUp(
  { state, messages }: Context,
  interaction: Interaction,
  body: MessageBody,
  call: RestCall,
): Message {
  return messages.create(body, call.files, answerContext(state, interaction, isEphemeral(body)));
}

function loadingAnswer({ messages }: Context, interaction: AnsweredInteraction): Message | null {
  if (interaction.state.answer.kind !== 'deferred') return null;
  const original = messages.get(interaction.state.originalId ?? '');
  return original && original.flags & MessageFlags.Loading ? original : null;
}

function requireToken(context: Context, call: RestCall): AnsweredInteraction {
  if (call.param('webhook_id') !== context.state.applicationId)
    throw new DiscordError(RESTJSONErrorCodes.UnknownWebhook);
  return context.interactions.requireAnswered(call.param('webhook_token'));
}

/** Throws 10008 unless the message is the answer itself or a follow-up of the same interaction. */
function requireTokenMessage(context: Context, call: RestCall, original: boolean): Message {
  const interaction = requireToken(context, call);
  const id = original ? interaction.state.originalId : call.param('message_id');
  const message = context.messages.get(id ?? '');
  const own = message?.origin?.interactionId === interaction.id || id === interaction.state.originalId;
  if (!message || !own) throw new DiscordError(RESTJSONErrorCodes.UnknownMessage);
  return message;
}
