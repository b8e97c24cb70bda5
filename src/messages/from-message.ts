import { texts } from './languages.ts';

/** The command in the menu of a message that carries a riff. */
export const fromMessageTexts = texts({
  en: {
    menu: 'Riff from this message',
    noRecipe:
      'file: expected a PNG, WAV or Ogg with the recipe of a riff, got none in this message; choose the message of a finished riff.',
  },
  de: {
    menu: 'Riff aus dieser Nachricht',
    noRecipe:
      'datei: erwartet wird ein PNG, WAV oder Ogg mit dem Rezept eines Riffs, diese Nachricht hat keins; wähl die Nachricht eines fertigen Riffs.',
  },
  fr: {
    menu: 'Riff de ce message',
    noRecipe:
      'fichier : il faut un PNG, un WAV ou un Ogg avec la recette d’un riff, ce message n’en a pas ; choisis le message d’un riff terminé.',
  },
});
