import { texts } from './languages.ts';

/** /morph: names, descriptions and refusals. */
export const morphTexts = texts({
  en: {
    command: { name: 'morph', description: 'Music that begins as one thing and ends as another' },
    from: {
      name: 'from',
      description: 'What it begins as, such as: solo piano; or a riff of yours, or a link to one',
    },
    to: { name: 'to', description: 'What it ends as, such as: techno; or a riff of yours, or a link to one' },
    length: {
      name: 'length',
      description: 'Seconds of music; default: three clips of the model',
    },
    fromFile: { name: 'from_file', description: 'A riff that it begins as: its PNG, WAV or Ogg' },
    toFile: { name: 'to_file', description: 'A riff that it ends as: its PNG, WAV or Ogg' },
    nothing: (name: string) =>
      `${name}: expected words, a riff of yours, the link of one, or a file; got nothing.`,
    noRecipe: (name: string) =>
      `${name}: expected the PNG, WAV or Ogg of a riff, got a file without a recipe.`,
    noRiff: (name: string) => `${name}: expected a riff that I know and that you can see here, got none.`,
    yourRiff: (prompt: string) => `your riff: ${prompt}`,
  },
  de: {
    command: { name: 'übergang', description: 'Musik, die als das eine anfängt und als das andere aufhört' },
    from: {
      name: 'von',
      description: 'Womit sie anfängt, auf Englisch, etwa: solo piano; oder ein Riff von dir, oder ein Link',
    },
    to: {
      name: 'zu',
      description: 'Womit sie aufhört, auf Englisch, etwa: techno; oder ein Riff von dir, oder ein Link',
    },
    length: { name: 'länge', description: 'Sekunden Musik; ohne Angabe: drei Clips des Modells' },
    fromFile: { name: 'von_datei', description: 'Ein Riff, mit dem es beginnt: sein PNG, WAV oder Ogg' },
    toFile: { name: 'zu_datei', description: 'Ein Riff, mit dem es endet: sein PNG, WAV oder Ogg' },
    nothing: (name: string) =>
      `${name}: erwartet werden Wörter, ein Riff von dir, der Link zu einem oder eine Datei; angegeben ist nichts.`,
    noRecipe: (name: string) =>
      `${name}: erwartet wird das PNG, WAV oder Ogg eines Riffs; die Datei enthält kein Rezept.`,
    noRiff: (name: string) =>
      `${name}: erwartet wird ein Riff, das ich kenne und das du hier siehst; ich finde keins.`,
    yourRiff: (prompt: string) => `dein Riff: ${prompt}`,
  },
  fr: {
    command: {
      name: 'transition',
      description: 'De la musique qui commence d’une façon et finit d’une autre',
    },
    from: {
      name: 'de',
      description:
        'Comment elle commence, en anglais : solo piano, par exemple ; ou un de tes riffs, ou un lien',
    },
    to: {
      name: 'vers',
      description: 'Comment elle finit, en anglais : techno, par exemple ; ou un de tes riffs, ou un lien',
    },
    length: {
      name: 'durée',
      description: 'Secondes de musique ; sans précision : trois clips du modèle',
    },
    fromFile: { name: 'de_fichier', description: 'Un riff par lequel commencer : son PNG, WAV ou Ogg' },
    toFile: { name: 'vers_fichier', description: 'Un riff par lequel finir : son PNG, WAV ou Ogg' },
    nothing: (name: string) =>
      `${name} : il faut des mots, un de tes riffs, le lien d’un riff ou un fichier ; tu n’as rien donné.`,
    noRecipe: (name: string) =>
      `${name} : il faut le PNG, WAV ou Ogg d’un riff ; ce fichier ne contient pas de recette.`,
    noRiff: (name: string) =>
      `${name} : il faut un riff que je connais et que tu vois ici ; il n’y en a pas.`,
    yourRiff: (prompt: string) => `ton riff : ${prompt}`,
  },
});
