import { type Language, texts } from './languages.ts';
import { optionName } from './option-names.ts';
import { type Said, saidIn } from './said.ts';
import { type SoundFinding, soundFindingTexts } from './sound-findings.ts';
import { english, french, german } from './wording.ts';

/** Of an option; `got` is shown as it is. */
interface OutOfRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly got: string;
}

const found = (finding: SoundFinding, language: Language): string =>
  saidIn(soundFindingTexts, finding, language);
const inGerman = (name: string): string => optionName(name, 'de');
const inFrench = (name: string): string => optionName(name, 'fr');

/** Faults of what a user typed or uploaded. `name`: the English name of the option or file. */
export const inputFaultTexts = texts({
  en: {
    noPrompt: () => 'prompt: expected words that describe the music, got none; type some',
    emptyPrompt: () => 'prompt: expected words that describe the music, got an empty text',
    tooManyCharacters: ({ name, most }: { readonly name: string; readonly most: number }) =>
      `${name}: expected at most ${most} characters; shorten it`,
    noWholeNumber: ({ name, min, max, got }: OutOfRange) =>
      `${name}: expected a whole number from ${min} to ${max}, got ${got}`,
    noNumber: ({ name, min, max, got }: OutOfRange) =>
      `${name}: expected a number from ${min} to ${max}, got ${got}`,
    noneOf: ({
      name,
      names,
      got,
    }: {
      readonly name: string;
      readonly names: readonly string[];
      readonly got: string;
    }) => `${name}: expected one of ${names.join(', ')}, got ${got}`,
    noPresetName: ({ most, got }: { readonly most: number; readonly got: string }) =>
      `name: expected 1 to ${most} letters, digits, spaces, ', _ and -, beginning with a letter or a digit, got ${got}; choose such a name`,
    tooFewLetters: ({ least, got }: { readonly least: number; readonly got: number }) =>
      `word: expected at least ${least} letters or digits, got ${got}; use a longer word`,
    wordTooLong: ({ most, got }: { readonly most: number; readonly got: number }) =>
      `word: expected at most ${most} characters, got ${got}; shorten it`,
    tooManyStars: ({ most, got }: { readonly most: number; readonly got: number }) =>
      `word: expected at most ${most} stars, got ${got}; use fewer`,

    tooManySections: ({ most }: { readonly most: number }) =>
      `from: expected fewer than ${most} riffs that go on from one another; make a new one`,
    tooManyVariations: ({ most }: { readonly most: number }) =>
      `variations: expected at most ${most}; make a new riff`,
    goesOnFromNoRiff: () => 'This model cannot go on from another riff.',
    goesOnFromNoSound: () => 'This model cannot go on from a sound.',
    keepsNoTempo: () => 'bpm: this model keeps no tempo; leave it out',
    noLonger: ({ thereSeconds, seconds }: { readonly thereSeconds: number; readonly seconds: number }) =>
      `length: expected more than the ${english.decimal(thereSeconds, 2)} seconds that are there, got ${english.decimal(seconds, 2)}; ask for a longer riff`,
    faultyRecipe: ({ name }: { readonly name: string }) =>
      `${name}: expected a recipe that this version reads, got a faulty one; make the riff again`,
    recipeWithoutSound: ({ name }: { readonly name: string }) =>
      `${name}: expected a recipe that holds the sound it begins with, got the name of one; use the file of a finished riff`,

    notUploaded: () => 'file: expected one that was uploaded to Discord, got another address; upload it',
    notFetched: () => 'file: expected Discord to send it within seconds, got nothing; upload it again',
    fileTooLarge: ({ bytes, mostBytes }: { readonly bytes: number; readonly mostBytes: number }) =>
      `file: expected at most ${english.mebibytes(mostBytes)} MiB, got ${english.mebibytes(bytes)} or more; cut it`,
    tooManyAtOnce: () => 'file: expected fewer sounds to be read at once, got many; try again in a minute',

    unreadableSound: ({ finding }: { readonly finding: SoundFinding }) =>
      `sound: expected WAV, MP3, Ogg or FLAC, got ${found(finding, 'en')}; save it as a WAV of 16-bit PCM`,
    unreadableWav: ({ finding }: { readonly finding: SoundFinding }) =>
      `sound: expected a WAV of 8 to 32-bit PCM or of 32 or 64-bit floats, got ${found(finding, 'en')}; save it as 16-bit PCM`,
    needsFfmpeg: ({ format }: { readonly format: string }) =>
      `sound: expected WAV, MP3, Ogg or FLAC, got ${format}, which needs ffmpeg; install ffmpeg or save the sound as one of those`,
    tooManyBytes: ({ bytes, mostBytes }: { readonly bytes: number; readonly mostBytes: number }) =>
      `sound: expected at most ${english.mebibytes(mostBytes)} MiB unless it is a WAV, got ${english.mebibytes(bytes)} MiB; cut it`,
    soundTooLong: ({ mostSeconds }: { readonly mostSeconds: number }) =>
      `sound: expected at most ${mostSeconds} seconds, got more; cut it`,
    soundTooShort: ({ leastSeconds, seconds }: { readonly leastSeconds: number; readonly seconds: number }) =>
      `sound: expected at least ${english.decimal(leastSeconds, 2)} seconds, got ${english.decimal(seconds, 2)}; use a longer one`,
    startTooLate: ({ mostSeconds, seconds }: { readonly mostSeconds: number; readonly seconds: number }) =>
      `start: expected at most ${english.decimal(mostSeconds, 2)} seconds, so that a clip is left, got ${seconds}; begin earlier`,
    silence: () => 'sound: expected something that can be heard, got silence; choose another start',
  },
  de: {
    noPrompt: () => 'prompt: Es fehlen Wörter, die die Musik beschreiben; schreib welche',
    emptyPrompt: () => 'prompt: erwartet werden Wörter, die die Musik beschreiben; der Text ist leer',
    tooManyCharacters: ({ name, most }) =>
      `${inGerman(name)}: höchstens ${most} Zeichen sind erlaubt; kürz den Text`,
    noWholeNumber: ({ name, min, max, got }) =>
      `${inGerman(name)}: erwartet wird eine ganze Zahl von ${min} bis ${max}, angegeben ist ${got}`,
    noNumber: ({ name, min, max, got }) =>
      `${inGerman(name)}: erwartet wird eine Zahl von ${min} bis ${max}, angegeben ist ${got}`,
    noneOf: ({ name, names, got }) =>
      `${inGerman(name)}: erwartet wird eins von ${names.join(', ')}, angegeben ist ${got}`,
    noPresetName: ({ most, got }) =>
      `name: erwartet werden 1 bis ${most} Buchstaben, Ziffern, Leerzeichen, ', _ und -, am Anfang ein Buchstabe oder eine Ziffer; angegeben ist ${got}; nimm einen solchen Namen`,
    tooFewLetters: ({ least, got }) =>
      `wort: erwartet werden mindestens ${least} Buchstaben oder Ziffern, angegeben sind ${got}; nimm ein längeres Wort`,
    wordTooLong: ({ most, got }) =>
      `wort: erlaubt sind höchstens ${most} Zeichen, angegeben sind ${got}; kürz es`,
    tooManyStars: ({ most, got }) =>
      `wort: erlaubt sind höchstens ${most} Sterne, angegeben sind ${got}; nimm weniger`,

    tooManySections: ({ most }) =>
      `Höchstens ${most - 1} Riffs können aufeinander aufbauen; fang ein neues an`,
    tooManyVariations: ({ most }) => `Ein Riff lässt sich höchstens ${most}-mal variieren; fang ein neues an`,
    goesOnFromNoRiff: () => 'Dieses Modell kann nicht auf einem anderen Riff aufbauen.',
    goesOnFromNoSound: () => 'Dieses Modell kann nicht auf einem Klang aufbauen.',
    keepsNoTempo: () => 'bpm: Dieses Modell hält kein Tempo; lass die Angabe weg',
    noLonger: ({ thereSeconds, seconds }) =>
      `länge: erwartet wird mehr als die ${german.decimal(thereSeconds, 2)} Sekunden, die schon da sind, angegeben ist ${german.decimal(seconds, 2)}; nimm eine größere Länge`,
    faultyRecipe: ({ name }) =>
      `${inGerman(name)}: erwartet wird ein Rezept, das diese Version liest; dieses ist fehlerhaft; mach das Riff noch einmal`,
    recipeWithoutSound: ({ name }) =>
      `${inGerman(name)}: Im Rezept fehlt der Klang, mit dem das Riff beginnt, es nennt ihn nur; nimm die Datei eines fertigen Riffs`,

    notUploaded: () => 'datei: Sie liegt nicht bei Discord; lad sie dort hoch',
    notFetched: () => 'datei: Discord hat sie nicht rechtzeitig geliefert; lad sie noch einmal hoch',
    fileTooLarge: ({ bytes, mostBytes }) =>
      `datei: erlaubt sind höchstens ${german.mebibytes(mostBytes)} MiB, diese hat ${german.mebibytes(bytes)} oder mehr; schneid sie kürzer`,
    tooManyAtOnce: () =>
      'datei: Gerade werden zu viele Klänge auf einmal gelesen; versuch es in einer Minute noch einmal',

    unreadableSound: ({ finding }) =>
      `klang: erwartet wird WAV, MP3, Ogg oder FLAC; gefunden: ${found(finding, 'de')}; speichere ihn als WAV mit 16-Bit-PCM`,
    unreadableWav: ({ finding }) =>
      `klang: erwartet wird ein WAV mit 8- bis 32-Bit-PCM oder mit 32- oder 64-Bit-Gleitkommazahlen; gefunden: ${found(finding, 'de')}; speichere ihn mit 16-Bit-PCM`,
    needsFfmpeg: ({ format }) =>
      `klang: erwartet wird WAV, MP3, Ogg oder FLAC; für ${format} fehlt hier ffmpeg; speichere den Klang in einem dieser Formate`,
    tooManyBytes: ({ bytes, mostBytes }) =>
      `klang: erlaubt sind höchstens ${german.mebibytes(mostBytes)} MiB, wenn er kein WAV ist; dieser hat ${german.mebibytes(bytes)} MiB; schneid ihn kürzer`,
    soundTooLong: ({ mostSeconds }) =>
      `klang: erlaubt sind höchstens ${german.counted(mostSeconds, 'Sekunde', 'Sekunden')}, dieser ist länger; schneid ihn kürzer`,
    soundTooShort: ({ leastSeconds, seconds }) =>
      `klang: erwartet werden mindestens ${german.decimal(leastSeconds, 2)} Sekunden, dieser hat ${german.decimal(seconds, 2)}; nimm einen längeren`,
    startTooLate: ({ mostSeconds, seconds }) =>
      `beginn: erlaubt sind höchstens ${german.decimal(mostSeconds, 2)} Sekunden, damit ein Clip übrig bleibt, angegeben ist ${german.decimal(seconds, 2)}; fang früher an`,
    silence: () => 'klang: Hier ist nur Stille; nimm einen anderen Beginn',
  },
  fr: {
    noPrompt: () => 'prompt : il faut des mots qui décrivent la musique, il n’y en a pas ; écris-en',
    emptyPrompt: () => 'prompt : il faut des mots qui décrivent la musique, ce texte est vide',
    tooManyCharacters: ({ name, most }) =>
      `${inFrench(name)} : ${french.counted(most, 'caractère', 'caractères')} au plus ; raccourcis le texte`,
    noWholeNumber: ({ name, min, max, got }) =>
      `${inFrench(name)} : il faut un nombre entier de ${min} à ${max}, tu as donné ${got}`,
    noNumber: ({ name, min, max, got }) =>
      `${inFrench(name)} : il faut un nombre de ${min} à ${max}, tu as donné ${got}`,
    noneOf: ({ name, names, got }) =>
      `${inFrench(name)} : il faut une valeur parmi ${names.join(', ')}, tu as donné ${got}`,
    noPresetName: ({ most, got }) =>
      `nom : il faut 1 à ${most} lettres, chiffres, espaces, ', _ et -, avec une lettre ou un chiffre au début, tu as donné ${got} ; choisis un tel nom`,
    tooFewLetters: ({ least, got }) =>
      `mot : il faut au moins ${least} lettres ou chiffres, il y en a ${got} ; prends un mot plus long`,
    wordTooLong: ({ most, got }) => `mot : ${most} caractères au plus, il y en a ${got} ; raccourcis-le`,
    tooManyStars: ({ most, got }) => `mot : ${most} étoiles au plus, il y en a ${got} ; mets-en moins`,

    tooManySections: ({ most }) =>
      `Au plus ${most - 1} riffs peuvent partir l’un de l’autre ; commences-en un nouveau`,
    tooManyVariations: ({ most }) =>
      `Un riff ne peut être varié que ${most} fois de suite ; commences-en un nouveau`,
    goesOnFromNoRiff: () => 'Ce modèle ne peut pas partir d’un autre riff.',
    goesOnFromNoSound: () => 'Ce modèle ne peut pas partir d’un son.',
    keepsNoTempo: () => 'bpm : ce modèle ne tient pas de tempo ; ne précise rien',
    noLonger: ({ thereSeconds, seconds }) =>
      `durée : il faut plus que les ${french.decimal(thereSeconds, 2)} secondes déjà là, tu as donné ${french.decimal(seconds, 2)} ; demande une durée plus longue`,
    faultyRecipe: ({ name }) =>
      `${inFrench(name)} : il faut une recette que cette version lit, celle-ci n’est pas valable ; refais le riff`,
    recipeWithoutSound: ({ name }) =>
      `${inFrench(name)} : la recette nomme le son par lequel le riff commence, mais ne le contient pas ; prends le fichier d’un riff terminé`,

    notUploaded: () => 'fichier : il n’est pas hébergé par Discord ; envoie-le sur Discord',
    notFetched: () => 'fichier : Discord ne l’a pas fourni à temps ; envoie-le de nouveau',
    fileTooLarge: ({ bytes, mostBytes }) =>
      `fichier : ${french.mebibytes(mostBytes)} Mio au plus, celui-ci en a ${french.mebibytes(bytes)} ou davantage ; coupe-le`,
    tooManyAtOnce: () => 'fichier : trop de sons sont en cours de lecture ; réessaie dans une minute',

    unreadableSound: ({ finding }) =>
      `son : il faut du WAV, MP3, Ogg ou FLAC, c’est ${found(finding, 'fr')} ; enregistre-le en WAV PCM 16 bits`,
    unreadableWav: ({ finding }) =>
      `son : il faut un WAV en PCM de 8 à 32 bits ou en flottants de 32 ou 64 bits, c’est ${found(finding, 'fr')} ; enregistre-le en PCM 16 bits`,
    needsFfmpeg: ({ format }) =>
      `son : il faut du WAV, MP3, Ogg ou FLAC ; le ${format} demande ffmpeg, qui manque ici ; enregistre le son dans l’un de ces formats`,
    tooManyBytes: ({ bytes, mostBytes }) =>
      `son : ${french.mebibytes(mostBytes)} Mio au plus si ce n’est pas un WAV, celui-ci en a ${french.mebibytes(bytes)} ; coupe-le`,
    soundTooLong: ({ mostSeconds }) =>
      `son : ${french.counted(mostSeconds, 'seconde', 'secondes')} au plus, celui-ci dure plus longtemps ; coupe-le`,
    soundTooShort: ({ leastSeconds, seconds }) =>
      `son : il faut au moins ${french.decimal(leastSeconds, 2)} secondes, celui-ci en a ${french.decimal(seconds, 2)} ; prends-en un plus long`,
    startTooLate: ({ mostSeconds, seconds }) =>
      `début : ${french.decimal(mostSeconds, 2)} secondes au plus, pour qu’il reste un clip, tu as donné ${french.decimal(seconds, 2)} ; commence plus tôt`,
    silence: () => 'son : on n’y entend rien ; choisis un autre début',
  },
});

export type InputFault = Said<(typeof inputFaultTexts)['en']>;

/** All of them as one sentence. */
export function inputFaultsText(faults: readonly InputFault[], locale: string | null): string {
  return faults.map((fault) => saidIn(inputFaultTexts, fault, locale)).join('; ');
}
