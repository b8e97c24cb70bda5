import { z } from 'zod';
import { rowsSchema } from './component-schema.ts';
import { embedsSchema } from './embed-schema.ts';

export const snowflakeSchema = z.string().regex(/^\d{1,20}$/, 'Value is not snowflake.');

const allowedMentionsSchema = z.looseObject({
  parse: z.array(z.enum(['users', 'roles', 'everyone'])).nullish(),
  users: z.array(snowflakeSchema).max(100).nullish(),
  roles: z.array(snowflakeSchema).max(100).nullish(),
  replied_user: z.boolean().nullish(),
});

const MAX_DURATION_SECS = 2_147_483_647;

const attachmentSchema = z.looseObject({
  /** Position of an uploaded file, or the id of an attachment to keep. */
  id: z.union([z.string(), z.number()]).transform(String),
  filename: z.string().max(1024).nullish(),
  description: z.string().max(1024).nullish(),
  /** Of voice messages. */
  duration_secs: z.number().min(0).max(MAX_DURATION_SECS).nullish(),
  waveform: z
    .string()
    .max(400)
    .refine((text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, 'Value is not base64.')
    .nullish(),
});

/** A message as a bot sends it: for create, edit, follow-up and interaction answer. */
export const messageSchema = z.looseObject({
  content: z.string().max(2000).nullish(),
  embeds: embedsSchema.nullish(),
  components: rowsSchema.nullish(),
  attachments: z.array(attachmentSchema).max(10).nullish(),
  allowed_mentions: allowedMentionsSchema.nullish(),
  flags: z.number().int().min(0).nullish(),
  nonce: z
    .union([z.string().max(25), z.number().int()])
    .transform(String)
    .nullish(),
  enforce_nonce: z.boolean().nullish(),
});

export type MessageBody = z.infer<typeof messageSchema>;
export type AllowedMentions = z.infer<typeof allowedMentionsSchema>;
