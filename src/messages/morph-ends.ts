import { texts } from './languages.ts';

export const morphEndTexts = texts({
  en: {
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
