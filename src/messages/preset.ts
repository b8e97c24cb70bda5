import { texts } from './languages.ts';

export const presetTexts = texts({
  en: {
    command: { name: 'preset', description: 'Options of /riff under a name' },
    use: { name: 'use', description: 'Make a riff from a preset that has a prompt' },
    save: {
      name: 'save',
      description: 'Save options under a name; default: those of your newest riff',
    },
    list: { name: 'list', description: "Show your presets, the server's and the built-in ones" },
    remove: { name: 'remove', description: 'Remove a preset' },
    name: { name: 'name', description: 'What it is called' },
    server: { name: 'server', description: "The server's, for everybody here; moderators only" },
    builtInNames: {
      'dance floor': 'dance floor',
      'study session': 'study session',
      'film score': 'film score',
      'late night': 'late night',
      'quick sketch': 'quick sketch',
      'endless loop': 'endless loop',
    },
    headings: { yours: 'Yours', server: 'Of this server', builtIn: 'Built in' },
    owners: { yours: 'yours', server: 'server', builtIn: 'built in' },
    saved: (name: string, options: string) => `Saved **${name}**: ${options}.`,
    howToUse: (command: string) => `Make a riff of it with ${command}.`,
    howToChoose: (command: string) => `Choose it with the option \`preset\` of ${command}.`,
    youHaveMost: (most: number) => `You have ${most} presets, which is the limit. Remove one first.`,
    serverHasMost: (most: number) => `This server has ${most} presets, which is the limit. Remove one first.`,
    removed: (name: string) => `Removed **${name}**.`,
    unknown: (name: string) => `name: expected an existing preset, got “${name}”; choose one from the list`,
    notFound: (name: string, command: string) =>
      `preset: expected the name of a preset, got “${name}”; choose one from the list, or make it with ${command}`,
    wordless: (name: string, command: string) =>
      `name: expected a preset with a prompt, got “${name}”, which has none; choose it with the option \`preset\` of ${command}`,
    nothingToSave:
      'preset: expected options to save, got none, and no riff of yours to take them from; name some, such as `bpm`',
    blockedWord: 'This server has blocked a word of this preset. Please choose other words.',
  },
  de: {
    command: { name: 'vorlage', description: 'Optionen von /riff unter einem Namen' },
    use: { name: 'benutzen', description: 'Mach ein Riff aus einer Vorlage, die einen Prompt hat' },
    save: {
      name: 'speichern',
      description: 'Speichere Optionen unter einem Namen; ohne Angabe: die deines neuesten Riffs',
    },
    list: { name: 'liste', description: 'Zeig deine Vorlagen, die des Servers und die eingebauten' },
    remove: { name: 'entfernen', description: 'Entferne eine Vorlage' },
    name: { name: 'name', description: 'Wie sie heißt' },
    server: { name: 'server', description: 'Die des Servers, für alle hier; nur für die Moderation' },
    builtInNames: {
      'dance floor': 'tanzfläche',
      'study session': 'lernabend',
      'film score': 'filmmusik',
      'late night': 'spät in der nacht',
      'quick sketch': 'schnelle skizze',
      'endless loop': 'endlosschleife',
    },
    headings: { yours: 'Deine', server: 'Von diesem Server', builtIn: 'Eingebaut' },
    owners: { yours: 'deine', server: 'Server', builtIn: 'eingebaut' },
    saved: (name, options) => `**${name}** ist gespeichert: ${options}.`,
    howToUse: (command) => `Mach mit ${command} ein Riff daraus.`,
    howToChoose: (command) => `Wähl sie bei der Option \`vorlage\` von ${command}.`,
    youHaveMost: (most) => `Du hast ${most} Vorlagen, mehr geht nicht. Entferne erst eine.`,
    serverHasMost: (most) => `Dieser Server hat ${most} Vorlagen, mehr geht nicht. Entferne erst eine.`,
    removed: (name) => `**${name}** ist entfernt.`,
    unknown: (name) => `name: „${name}“ gibt es nicht; wähl eine Vorlage aus der Liste`,
    notFound: (name, command) =>
      `vorlage: „${name}“ gibt es nicht; wähl eine aus der Liste oder leg sie mit ${command} an`,
    wordless: (name, command) =>
      `name: „${name}“ hat keinen Prompt; wähl diese Vorlage bei der Option \`vorlage\` von ${command}`,
    nothingToSave:
      'vorlage: Es gibt nichts zu speichern, auch kein Riff von dir; nenn Optionen, zum Beispiel `bpm`',
    blockedWord: 'Dieser Server hat ein Wort in dieser Vorlage gesperrt. Nimm bitte andere Wörter.',
  },
  fr: {
    command: { name: 'préréglage', description: 'Des options de /riff sous un nom' },
    use: { name: 'utiliser', description: 'Fait un riff avec un préréglage qui a un prompt' },
    save: {
      name: 'enregistrer',
      description: 'Enregistre des options sous un nom ; sans précision : celles de ton dernier riff',
    },
    list: { name: 'liste', description: 'Affiche tes préréglages, ceux du serveur et ceux qui sont fournis' },
    remove: { name: 'retirer', description: 'Retire un préréglage' },
    name: { name: 'nom', description: 'Comment il s’appelle' },
    server: {
      name: 'serveur',
      description: 'Celui du serveur, pour tout le monde ici ; modération seulement',
    },
    builtInNames: {
      'dance floor': 'piste de danse',
      'study session': 'séance de travail',
      'film score': 'musique de film',
      'late night': 'tard le soir',
      'quick sketch': 'esquisse rapide',
      'endless loop': 'boucle sans fin',
    },
    headings: { yours: 'Les tiens', server: 'Ceux de ce serveur', builtIn: 'Fournis' },
    owners: { yours: 'à toi', server: 'serveur', builtIn: 'fourni' },
    saved: (name, options) => `**${name}** est enregistré : ${options}.`,
    howToUse: (command) => `Fais-en un riff avec ${command}.`,
    howToChoose: (command) => `Choisis-le à l’option \`préréglage\` de ${command}.`,
    youHaveMost: (most) => `Tu as ${most} préréglages, c’est la limite. Retires-en un d’abord.`,
    serverHasMost: (most) => `Ce serveur a ${most} préréglages, c’est la limite. Retires-en un d’abord.`,
    removed: (name) => `**${name}** est retiré.`,
    unknown: (name) => `nom : « ${name} » n’existe pas ; choisis un préréglage dans la liste`,
    notFound: (name, command) =>
      `préréglage : « ${name} » n’existe pas ; choisis-en un dans la liste ou crée-le avec ${command}`,
    wordless: (name, command) =>
      `nom : « ${name} » n’a pas de prompt ; choisis-le à l’option \`préréglage\` de ${command}`,
    nothingToSave:
      'préréglage : il n’y a rien à enregistrer, ni aucun riff à toi ; précise des options, par exemple `bpm`',
    blockedWord: 'Ce serveur a bloqué un mot de ce préréglage. Choisis d’autres mots.',
  },
});

export type BuiltInName = keyof (typeof presetTexts)['en']['builtInNames'];
