import { texts } from './languages.ts';
import { english, french } from './wording.ts';

/** The message of a riff, from the queue to the finished sound. */
export const riffCardTexts = texts({
  en: {
    waiting: (prompt: string, position: number, when: string) =>
      `“${prompt}” is **${english.ordinal(position)}** in line · ${when}`,
    /** A time follows. */
    ready: 'ready',
    noEstimate: 'no estimate yet',
    running: (prompt: string, stage: string) => `“${prompt}”: ${stage}`,
    /** `load` is also shown before the engine's first message. */
    stages: {
      load: 'starting',
      text: 'reading the prompt',
      denoise: 'shaping the spectrogram',
      decode: 'painting the spectrogram',
      audio: 'turning it into sound',
      files: 'writing the files',
    },
    step: (index: number, steps: number) => `step ${index}/${steps}`,
    section: (number: number, count: number) => `section ${number} of ${count}`,
    preview: 'The spectrogram as far as it is painted',
    /** A clause without a full stop. */
    retry: (attempt: number, attempts: number) =>
      `the last try failed, trying again (${attempt} of ${attempts})`,
    late: (prompt: string) =>
      `“${prompt}” takes longer than the 15 minutes that Discord lets me edit this message.`,
    comesAsMessage: 'It will come as a new message.',
    mustBeCollected: 'I may not post in this channel. Press **Collect** to see its progress or to get it.',
    collectHint:
      'I may not post in this channel. If it takes longer than 15 minutes, a button will bring it.',
    cancelled: (prompt: string) => `“${prompt}” was cancelled.`,
    cancelledByModerator: (prompt: string) => `“${prompt}” was cancelled by a moderator`,
    failed: (prompt: string) => `“${prompt}” failed`,
    because: (clause: string, reason: string) => `${clause}: ${reason}`,
    error: (errorId: string) => `(error ${errorId})`,
    paused: 'the queue is paused',
    keepsPosition: (reason: string) => `${reason}; your riff keeps its position`,
    isReady: (user: string) => `${user} your riff is ready.`,
    sound: (length: string) => `${length} of music`,
    picture: (length: string, seed: number, prompt: string) =>
      `Spectrogram of ${length} of music, seed ${seed}: ${prompt}`,
    note: 'Note:',
    prompt: 'Prompt:',
    without: 'Without:',
    askedBy: 'Asked by:',
    mayDelete: 'they and moderators can delete it',
    /** The names of the options of /riff are in riff.ts. */
    fields: {
      varied: 'Varied',
      from: 'From',
      model: 'Model',
      madeIn: 'Render time',
    },
    variedSeed: (seed: number) => `seed ${seed}`,
    origins: {
      extend: 'a shorter riff',
      morph: 'two riffs',
      riff: 'another riff',
      sound: 'a sound',
    },
  },
  de: {
    waiting: (prompt, position, when) =>
      `„${prompt}“ steht auf **Platz ${position}** der Warteschlange · ${when}`,
    ready: 'fertig',
    noEstimate: 'noch keine Schätzung',
    running: (prompt, stage) => `„${prompt}“: ${stage}`,
    stages: {
      load: 'fängt an',
      text: 'liest den Prompt',
      denoise: 'formt das Spektrogramm',
      decode: 'malt das Spektrogramm',
      audio: 'macht Klang daraus',
      files: 'schreibt die Dateien',
    },
    step: (index, steps) => `Schritt ${index}/${steps}`,
    section: (number, count) => `Abschnitt ${number} von ${count}`,
    preview: 'Das Spektrogramm, so weit es gemalt ist',
    retry: (attempt, attempts) =>
      `der letzte Versuch ist gescheitert, neuer Versuch (${attempt} von ${attempts})`,
    late: (prompt) =>
      `„${prompt}“ dauert länger als die 15 Minuten, in denen Discord mich diese Nachricht bearbeiten lässt.`,
    comesAsMessage: 'Es kommt als neue Nachricht.',
    mustBeCollected:
      'In diesem Kanal darf ich nichts posten. Mit **Abholen** siehst du, wie weit es ist, oder bekommst es.',
    collectHint:
      'In diesem Kanal darf ich nichts posten. Dauert es länger als 15 Minuten, kannst du es mit einem Knopf abholen.',
    cancelled: (prompt) => `„${prompt}“ wurde abgebrochen.`,
    cancelledByModerator: (prompt) => `„${prompt}“ wurde von der Moderation abgebrochen`,
    failed: (prompt) => `„${prompt}“ ist fehlgeschlagen`,
    because: (clause, reason) => `${clause}: ${reason}`,
    error: (errorId) => `(Fehler ${errorId})`,
    paused: 'die Warteschlange ist angehalten',
    keepsPosition: (reason) => `${reason}; dein Riff behält seinen Platz`,
    isReady: (user) => `${user} dein Riff ist fertig.`,
    sound: (length) => `${length} Musik`,
    picture: (length, seed, prompt) => `Spektrogramm von ${length} Musik, Seed ${seed}: ${prompt}`,
    note: 'Hinweis:',
    prompt: 'Prompt:',
    without: 'Ohne:',
    askedBy: 'Bestellt von:',
    mayDelete: 'löschen darf es auch die Moderation',
    fields: {
      varied: 'Variiert',
      from: 'Entstanden aus',
      model: 'Modell',
      madeIn: 'Rechenzeit',
    },
    variedSeed: (seed) => `Seed ${seed}`,
    origins: {
      extend: 'einem kürzeren Riff',
      morph: 'zwei Riffs',
      riff: 'einem anderen Riff',
      sound: 'einem Klang',
    },
  },
  fr: {
    waiting: (prompt, position, when) =>
      `« ${prompt} » est **${french.ordinal(position)}** dans la file d’attente · ${when}`,
    ready: 'prêt',
    noEstimate: 'pas encore d’estimation',
    running: (prompt, stage) => `« ${prompt} » : ${stage}`,
    stages: {
      load: 'démarrage',
      text: 'lecture du prompt',
      denoise: 'ébauche du spectrogramme',
      decode: 'peinture du spectrogramme',
      audio: 'mise en son',
      files: 'écriture des fichiers',
    },
    step: (index, steps) => `étape ${index}/${steps}`,
    section: (number, count) => `section ${number} sur ${count}`,
    preview: 'Le spectrogramme tel qu’il est peint jusqu’ici',
    retry: (attempt, attempts) => `le dernier essai a échoué, nouvel essai (${attempt} sur ${attempts})`,
    late: (prompt) =>
      `« ${prompt} » prend plus de 15 minutes, et Discord ne me laisse pas modifier ce message plus longtemps.`,
    comesAsMessage: 'Il arrivera dans un nouveau message.',
    mustBeCollected:
      'Je n’ai pas le droit de publier dans ce salon. Appuie sur **Récupérer** pour voir où il en est ou pour le recevoir.',
    collectHint:
      'Je n’ai pas le droit de publier dans ce salon. Si ça prend plus de 15 minutes, un bouton te permettra de le récupérer.',
    cancelled: (prompt) => `« ${prompt} » a été annulé.`,
    cancelledByModerator: (prompt) => `« ${prompt} » a été annulé par la modération`,
    failed: (prompt) => `« ${prompt} » a échoué`,
    because: (clause, reason) => `${clause} : ${reason}`,
    error: (errorId) => `(erreur ${errorId})`,
    paused: 'la file d’attente est en pause',
    keepsPosition: (reason) => `${reason} ; ton riff garde sa place`,
    isReady: (user) => `${user} ton riff est prêt.`,
    sound: (length) => `${length} de musique`,
    picture: (length, seed, prompt) => `Spectrogramme de ${length} de musique, graine ${seed} : ${prompt}`,
    note: 'Remarque :',
    prompt: 'Prompt :',
    without: 'Sans :',
    askedBy: 'Demandé par :',
    mayDelete: 'la modération peut aussi le supprimer',
    fields: {
      varied: 'Varié',
      from: 'À partir de',
      model: 'Modèle',
      madeIn: 'Temps de calcul',
    },
    variedSeed: (seed) => `graine ${seed}`,
    origins: {
      extend: 'un riff plus court',
      morph: 'deux riffs',
      riff: 'un autre riff',
      sound: 'un son',
    },
  },
});
