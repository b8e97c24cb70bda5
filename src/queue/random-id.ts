import { randomBytes } from 'node:crypto';

/** Without i, l, o and u: ids are read aloud and typed. 32 letters, so five bits of each byte pick one evenly. */
const ID_LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** Letters and digits, unguessable enough for custom_id and file names: 10 of them are 50 bits. */
export function randomId(length = 10): string {
  return Array.from(randomBytes(length), (byte) => ID_LETTERS[byte & 31]).join('');
}
