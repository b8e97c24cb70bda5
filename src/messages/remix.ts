import { texts } from './languages.ts';
import { english, french, german } from './wording.ts';

/** Whole minutes and seconds, as players show them: `0:12`. */
function timeInSound(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

export const remixTexts = texts({
  en: {
    command: { name: 'remix', description: 'Make a riff from a sound of yours and a prompt' },
    audio: { name: 'audio', description: 'WAV, MP3, Ogg or FLAC, at least five seconds' },
    prompt: { name: 'prompt', description: 'What it should become, such as: jazz piano with drums' },
    strength: { name: 'strength', description: 'How much of the sound stays; default: the beat' },
    start: { name: 'start', description: 'Where to begin, in seconds; default: where the most happens' },
    negative: { name: 'negative', description: 'What it should not sound like, such as: vocals' },
    bpm: { name: 'bpm', description: 'Beats per minute; default: as fast as the sound' },
    seed: { name: 'seed', description: 'The same seed and options make the same riff; default: a new seed' },
    menu: 'Remix this',
    form: 'Remix this sound',
    formPrompt: 'What it should become',
    formNegative: 'Negative: what to keep out',
    formStrength: 'How much of the sound stays',
    noSound: 'This message has no sound that I can read. I read WAV, MP3, Ogg and FLAC.',
    formTooOld: 'This form is too old. Choose the message again.',
    soundGone: 'The sound is no longer here: I keep it only until its riff has ended. Upload it again.',
    cutFrom: (seconds: number, name: string) => `${timeInSound(seconds)} of ${name}`,
    aboutBpm: (bpm: number) => `about ${english.decimal(bpm, 0)} bpm`,
  },
  de: {
    command: { name: 'remix', description: 'Mach ein Riff aus einem eigenen Klang und einem Prompt' },
    audio: { name: 'klang', description: 'WAV, MP3, Ogg oder FLAC, mindestens fünf Sekunden' },
    prompt: { name: 'prompt', description: 'Was daraus werden soll, etwa: jazz piano with drums' },
    strength: { name: 'stärke', description: 'Wie viel vom Klang bleibt; ohne Angabe: der Takt' },
    start: { name: 'beginn', description: 'Bei welcher Sekunde; ohne Angabe: wo am meisten geschieht' },
    negative: { name: 'ohne', description: 'Wonach es nicht klingen soll, etwa: vocals' },
    bpm: { name: 'bpm', description: 'Schläge pro Minute; ohne Angabe: so schnell wie der Klang' },
    seed: {
      name: 'seed',
      description: 'Gleicher Seed, gleiche Optionen, gleiches Riff; ohne Angabe: ein neuer',
    },
    menu: 'Remix daraus',
    form: 'Remix aus diesem Klang',
    formPrompt: 'Was daraus werden soll',
    formNegative: 'Ohne: was nicht vorkommen soll',
    formStrength: 'Wie viel vom Klang bleibt',
    noSound: 'Diese Nachricht hat keinen Klang, den ich lesen kann. Ich lese WAV, MP3, Ogg und FLAC.',
    formTooOld: 'Dieses Formular ist zu alt. Wähl die Nachricht noch einmal.',
    soundGone:
      'Der Klang ist nicht mehr hier: Ich behalte ihn nur, bis sein Riff zu Ende ist. Lad ihn noch einmal hoch.',
    cutFrom: (seconds: number, name: string) => `${timeInSound(seconds)} aus ${name}`,
    aboutBpm: (bpm: number) => `etwa ${german.decimal(bpm, 0)} bpm`,
  },
  fr: {
    command: { name: 'remix', description: 'Fait un riff avec un de tes sons et un prompt' },
    audio: { name: 'son', description: 'WAV, MP3, Ogg ou FLAC, au moins cinq secondes' },
    prompt: { name: 'prompt', description: 'Ce qu’il doit devenir, par exemple : jazz piano with drums' },
    strength: { name: 'force', description: 'Ce qui reste du son ; sans précision : le rythme' },
    start: {
      name: 'début',
      description: 'À quelle seconde ; sans précision : là où il se passe le plus de choses',
    },
    negative: { name: 'sans', description: 'À quoi ça ne doit pas ressembler, par exemple : vocals' },
    bpm: { name: 'bpm', description: 'Battements par minute ; sans précision : la vitesse du son' },
    seed: {
      name: 'graine',
      description: 'Même graine et mêmes options, même riff ; sans précision : nouvelle',
    },
    menu: 'Remixer ceci',
    form: 'Remixer ce son',
    formPrompt: 'Ce qu’il doit devenir',
    formNegative: 'Sans : ce qu’il faut éviter',
    formStrength: 'Ce qui reste du son',
    noSound: 'Ce message n’a pas de son que je puisse lire. Je lis WAV, MP3, Ogg et FLAC.',
    formTooOld: 'Ce formulaire est trop ancien. Choisis le message à nouveau.',
    soundGone: 'Le son n’est plus là : je ne le garde que jusqu’à la fin de son riff. Envoie-le à nouveau.',
    cutFrom: (seconds: number, name: string) => `${timeInSound(seconds)} de ${name}`,
    aboutBpm: (bpm: number) => `environ ${french.decimal(bpm, 0)} bpm`,
  },
});

/** The names of strengths for users, by their names in REMIX_STRENGTHS. */
export const strengthTexts = texts({
  en: { beat: 'keeps the beat', tune: 'keeps the tune', little: 'another piece' },
  de: { beat: 'behält den Takt', tune: 'behält die Melodie', little: 'ein anderes Stück' },
  fr: { beat: 'garde le rythme', tune: 'garde la mélodie', little: 'un autre morceau' },
});
