import { z } from 'zod';

/** OpenVINO's own names, "GPU.1", and those that choose among others, "AUTO:GPU,CPU". */
export const DEVICE_PATTERN = /^[A-Z][A-Z0-9_]*(\.\w+)?$|^(AUTO|HETERO|MULTI|BATCH)(:[\w.,():-]+)?$/;

/** Discord's tokens are three base64url parts; shorter texts are a placeholder or a cut paste. */
export const TOKEN_PATTERN = /^[\w-]{3,}\.[\w-]{3,}\.[\w-]{6,}$/;

/** The gateway's shards of a process; `auto`: all, as many as Discord recommends. */
export type Shards = 'auto' | { readonly ids: readonly number[]; readonly count: number };

/** The bot's token is sent to Discord's API, so plain HTTP is allowed to this machine only. */
export function isSafeBase(base: string): boolean {
  if (!URL.canParse(base)) return false;
  const url = new URL(base);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isOnThisMachine(url));
}

export function isOnThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

const SHARDS_EXPECTED = "expected auto, or this process's shards of all, such as 0-3/8";

export function readShards(text: string, context: z.RefinementCtx): Shards {
  if (text === 'auto') return text;
  const [, first, last, all] = (/^(\d{1,4})(?:-(\d{1,4}))?\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  const end = last || first;
  if (first === undefined || end === undefined || all === undefined || first > end || end >= all) {
    context.addIssue({ code: 'custom', message: SHARDS_EXPECTED });
    return z.NEVER;
  }
  return { ids: Array.from({ length: end - first + 1 }, (_, index) => first + index), count: all };
}

/** Digits only: "1e3" and "0x10" are more often typing mistakes than meant. */
export function wholeNumber(min: number, max: number) {
  const message = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}
