import { OPTION_TYPES } from './command-draft.js';

const SHOWN = 25;

/**
 * What can be picked for an option, or null where it takes free text.
 * @param {any} option
 * @param {string} typed
 * @param {{ people: any[], channels: any[] }} view
 * @returns {{ label: string, detail?: string }[] | null}
 */
export function suggestionsFor(option, typed, view) {
  const all = everyChoice(option, view);
  if (all === null) return null;
  const wanted = typed.trim().replace(/^[@#]/, '').toLowerCase();
  // A complete choice is not a filter: all the others can still be seen.
  const complete = all.some(({ label }) => label.toLowerCase() === wanted);
  return all.filter(({ label }) => complete || label.toLowerCase().includes(wanted)).slice(0, SHOWN);
}

function everyChoice(option, view) {
  if (option.choices?.length) return option.choices.map(({ name }) => ({ label: name }));
  switch (option.type) {
    case OPTION_TYPES.boolean:
      return [{ label: 'True' }, { label: 'False' }];
    case OPTION_TYPES.user:
      return view.people.map(({ name, role }) => ({ label: name, detail: role }));
    case OPTION_TYPES.channel:
      return view.channels.filter(({ kind }) => kind === 'guild_text').map(({ name }) => ({ label: name }));
    default:
      return null;
  }
}
