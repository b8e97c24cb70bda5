import { texts } from './languages.ts';
import { english, french, german } from './wording.ts';

/** /help and /forget. Commands are named as Discord's mentions. */
export const helpTexts = texts({
  en: {
    help: { name: 'help', description: 'What this bot does, and what it reads' },
    riff: (riff: string, clipMs: number, mostSeconds: number) =>
      `${riff} turns a description into ${english.decimal(clipMs / 1000)} seconds of music, or up to ${mostSeconds}, with the spectrogram it was painted as.`,
    count: (mostRiffs: number) => `\`count\` makes up to ${mostRiffs} of them at once, to choose from.`,
    model: (model: string, steps: number) =>
      `The model is ${model}; it takes ${english.counted(steps, 'step', 'steps')} unless you say otherwise.`,
    repeatable:
      'The same prompt, negative prompt, length, bpm, loop, seed, steps, guidance, scheduler and profile make the same riff again; a riff shows all of them, and its buttons keep what they do not change.',
    history: (riffs: string) => `${riffs} shows what you made.`,
    surprise: (surprise: string, save: string, riff: string) =>
      `${surprise} chooses the words for you. ${save} saves options under a name, which ${riff} takes at \`preset\`.`,
    morph: (morph: string) =>
      `${morph} begins as one thing and ends as another. The buttons under a riff vary it, extend it or make it a loop.`,
    cancel: (cancel: string, waiting: number, perHour: number) =>
      `${cancel} stops your own riff. You may have ${waiting} waiting and ask for ${perHour} an hour.`,
    moderators: (commands: string) => `Moderators: ${commands} and the other /queue commands.`,
    managers: (command: string) => `Managers: ${command} and the other /settings commands.`,
    privacy: (forget: string) =>
      `Privacy: this bot reads only what you type into its commands and the sounds that you give them. ${forget} deletes your riffs, prompts, files and presets.`,
    wordsTitle: 'Words that the model knows',
    wordsHint: 'Combine them in any order; more are proposed while you type a prompt.',
    kinds: { styles: 'Styles', instruments: 'Instruments', tempo: 'Tempo', moods: 'Moods' },

    forget: {
      name: 'forget',
      description: 'Delete your riffs, prompts, files and presets from this bot; asks first',
    },
    nothingToForget: 'I keep no riffs and no presets of yours.',
    riffs: (count: number) => english.counted(count, 'riff', 'riffs'),
    presets: (count: number) => english.counted(count, 'preset', 'presets'),
    files: (count: number) => english.counted(count, 'file', 'files'),
    and: (one: string, other: string) => `${one} and ${other}`,
    askToForget: (kept: string, files: string) =>
      `Delete ${kept} of yours, with prompts, options and ${files}? Waiting and running riffs are cancelled, and the buttons under your riffs stop working. This cannot be undone.`,
    forgetLabel: (kept: string) => `Delete ${kept}`,
    forgotten: (kept: string, files: string) =>
      `Deleted ${kept} with prompts and options, and ${files}. Messages already sent stay in Discord until you delete them; blocks and the moderators' record stay, too.`,
  },
  de: {
    help: { name: 'hilfe', description: 'Was dieser Bot macht und was er liest' },
    riff: (riff, clipMs, mostSeconds) =>
      `${riff} macht aus einer Beschreibung (auf Englisch) ${german.decimal(clipMs / 1000)} Sekunden Musik, auf Wunsch bis zu ${mostSeconds}, samt dem Spektrogramm, als das sie gemalt wurde.`,
    count: (mostRiffs) => `\`anzahl\` macht bis zu ${mostRiffs} davon auf einmal, zum Aussuchen.`,
    model: (model, steps) =>
      `Das Modell ist ${model}; ohne Angabe macht es ${german.counted(steps, 'Schritt', 'Schritte')}.`,
    repeatable:
      'Gleicher Prompt, gleicher Ausschluss, gleiche Länge, bpm, Loop, Seed, Schritte, Guidance, Scheduler und Profil ergeben noch einmal das gleiche Riff; ein Riff zeigt sie alle, und seine Knöpfe behalten, was sie nicht ändern.',
    history: (riffs) => `${riffs} zeigt, was du gemacht hast.`,
    surprise: (surprise, save, riff) =>
      `${surprise} sucht die Wörter für dich aus. ${save} merkt sich Optionen unter einem Namen, für ${riff} bei \`vorlage\`.`,
    morph: (morph) =>
      `${morph} fängt als das eine an und hört als das andere auf. Die Knöpfe unter einem Riff variieren oder verlängern es oder machen einen Loop daraus.`,
    cancel: (cancel, waiting, perHour) =>
      `${cancel} bricht dein eigenes Riff ab. Du darfst ${waiting} warten lassen und ${perHour} in der Stunde bestellen.`,
    moderators: (commands) => `Für die Moderation: ${commands} und die anderen Befehle von /queue.`,
    managers: (command) => `Für die Serververwaltung: ${command} und die anderen Befehle von /settings.`,
    privacy: (forget) =>
      `Datenschutz: Dieser Bot liest nur, was du in seine Befehle schreibst, und die Klänge, die du ihnen gibst. ${forget} löscht deine Riffs, Prompts, Dateien und Vorlagen.`,
    wordsTitle: 'Wörter, die das Modell kennt',
    wordsHint: 'Kombiniere sie, wie du willst; beim Tippen eines Prompts werden noch mehr vorgeschlagen.',
    kinds: { styles: 'Stile', instruments: 'Instrumente', tempo: 'Tempo', moods: 'Stimmungen' },

    forget: {
      name: 'vergessen',
      description: 'Lösch deine Riffs, Prompts, Dateien und Vorlagen aus diesem Bot; fragt vorher nach',
    },
    nothingToForget: 'Ich habe keine Riffs und keine Vorlagen von dir.',
    riffs: (count) => german.counted(count, 'Riff', 'Riffs'),
    presets: (count) => german.counted(count, 'Vorlage', 'Vorlagen'),
    files: (count) => german.counted(count, 'Datei', 'Dateien'),
    and: (one, other) => `${one} und ${other}`,
    askToForget: (kept, files) =>
      `${kept} von dir löschen, mit Prompts, Optionen und ${files}? Wartende und laufende Riffs werden abgebrochen, und die Knöpfe unter deinen Riffs gehen nicht mehr. Das lässt sich nicht rückgängig machen.`,
    forgetLabel: (kept) => `${kept} löschen`,
    forgotten: (kept, files) =>
      `Gelöscht: ${kept} mit Prompts und Optionen sowie ${files}. Was schon gesendet ist, bleibt in Discord, bis du es löschst; auch Sperren und das Protokoll der Moderation bleiben.`,
  },
  fr: {
    help: { name: 'aide', description: 'Ce que fait ce bot et ce qu’il lit' },
    riff: (riff, clipMs, mostSeconds) =>
      `${riff} transforme une description (en anglais) en ${french.decimal(clipMs / 1000)} secondes de musique, ou jusqu’à ${mostSeconds}, avec le spectrogramme dont elle est tirée.`,
    count: (mostRiffs) => `\`nombre\` en fait jusqu’à ${mostRiffs} à la fois, au choix.`,
    model: (model, steps) =>
      `Le modèle est ${model} ; sans précision, il fait ${french.counted(steps, 'étape', 'étapes')}.`,
    repeatable:
      'Les mêmes prompt, exclusions, durée, bpm, boucle, graine, étapes, guidage, échantillonneur et profil refont le même riff ; un riff les montre tous, et ses boutons gardent ce qu’ils ne changent pas.',
    history: (riffs) => `${riffs} montre ce que tu as fait.`,
    surprise: (surprise, save, riff) =>
      `${surprise} choisit les mots pour toi. ${save} garde des options sous un nom, pour ${riff} à \`préréglage\`.`,
    morph: (morph) =>
      `${morph} commence d’une façon et finit d’une autre. Les boutons sous un riff le varient, le prolongent ou en font une boucle.`,
    cancel: (cancel, waiting, perHour) =>
      `${cancel} arrête ton riff. Tu peux en avoir ${waiting} en attente et en demander ${perHour} par heure.`,
    moderators: (commands) => `Pour la modération : ${commands} et les autres commandes de /queue.`,
    managers: (command) => `Pour la gestion du serveur : ${command} et les autres commandes de /settings.`,
    privacy: (forget) =>
      `Vie privée : ce bot ne lit que ce que tu écris dans ses commandes et les sons que tu leur donnes. ${forget} supprime tes riffs, prompts, fichiers et préréglages.`,
    wordsTitle: 'Les mots que le modèle connaît',
    wordsHint: 'Combine-les comme tu veux ; d’autres te sont proposés pendant que tu écris un prompt.',
    kinds: { styles: 'Styles', instruments: 'Instruments', tempo: 'Tempo', moods: 'Ambiances' },

    forget: {
      name: 'oublier',
      description: 'Supprime de ce bot tes riffs, prompts, fichiers et préréglages, après confirmation',
    },
    nothingToForget: 'Je ne garde ni riffs ni préréglages à toi.',
    riffs: (count) => french.counted(count, 'riff', 'riffs'),
    presets: (count) => french.counted(count, 'préréglage', 'préréglages'),
    files: (count) => french.counted(count, 'fichier', 'fichiers'),
    and: (one, other) => `${one} et ${other}`,
    askToForget: (kept, files) =>
      `Supprimer ${kept} à toi, avec prompts, options et ${files} ? Les riffs en attente et en cours sont annulés, et les boutons sous tes riffs ne marchent plus. C’est irréversible.`,
    forgetLabel: (kept) => `Supprimer ${kept}`,
    forgotten: (kept, files) =>
      `Supprimé : ${kept} avec prompts et options, ainsi que ${files}. Les messages déjà envoyés restent dans Discord jusqu’à ce que tu les supprimes ; les blocages et le journal de la modération restent aussi.`,
  },
});
