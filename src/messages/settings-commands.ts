import { texts } from './languages.ts';

/** Names and descriptions of /settings. */
export const settingsCommandTexts = texts({
  en: {
    command: { name: 'settings', description: "This server's rules for the bot" },
    show: { name: 'show', description: 'Show all settings of this server' },
    reset: { name: 'reset', description: 'Reset all settings of this server; asks first' },
    channels: { name: 'channels', description: 'Where the bot answers' },
    channelsAdd: {
      name: 'add',
      description: 'Answer in this channel, and in no channel that was not added',
    },
    channelsRemove: { name: 'remove', description: 'Stop answering in this channel' },
    channelsClear: { name: 'clear', description: 'Answer in every channel again' },
    channel: { name: 'channel', description: 'The channel; its threads come with it' },
    words: { name: 'words', description: 'Words that no prompt here may contain' },
    wordsAdd: { name: 'add', description: 'Block a word or pattern' },
    wordsRemove: { name: 'remove', description: 'Allow a word or pattern again' },
    wordsClear: { name: 'clear', description: 'Allow all words again' },
    word: {
      name: 'word',
      description: 'A word or phrase of 2 to 48 characters; * stands for any letters, ? for one',
    },
    limits: { name: 'limits', description: 'How much may wait here; without options: show' },
    perUser: {
      name: 'per-user',
      description: "Riffs that one user may have waiting; 0: the bot's own limit",
    },
    perServer: {
      name: 'per-server',
      description: "Riffs that this server may have waiting; 0: the bot's own limit",
    },
    perHour: {
      name: 'per-hour',
      description: "Riffs that one user may ask for in an hour; 0: the bot's own limit",
    },
    steps: {
      name: 'steps',
      description: 'The most diffusion steps a riff may take here; without options: show',
    },
    most: { name: 'most', description: '100: as many as the bot allows' },
    profile: {
      name: 'profile',
      description: 'Quality or speed of riffs in this server; without options: show',
    },
    profileName: { name: 'name', description: 'The profile for requests that name none' },
    defaultProfile: "default: the bot's own choice, balanced",
    modLog: { name: 'mod-log', description: 'The channel that shows what moderators did' },
    modLogSet: { name: 'set', description: 'Write it into this channel' },
    modLogOff: { name: 'off', description: 'Turn the mod log off' },
    modLogChannel: { name: 'channel', description: 'A channel that the bot may write to' },
  },
  de: {
    command: { name: 'einstellungen', description: 'Die Regeln dieses Servers für den Bot' },
    show: { name: 'zeigen', description: 'Zeig alle Einstellungen dieses Servers' },
    reset: {
      name: 'zurücksetzen',
      description: 'Setz alle Einstellungen dieses Servers zurück; fragt vorher nach',
    },
    channels: { name: 'kanäle', description: 'Wo der Bot antwortet' },
    channelsAdd: {
      name: 'hinzufügen',
      description: 'Antworte in diesem Kanal und in keinem, der nicht hinzugefügt wurde',
    },
    channelsRemove: { name: 'entfernen', description: 'Antworte in diesem Kanal nicht mehr' },
    channelsClear: { name: 'leeren', description: 'Antworte wieder in jedem Kanal' },
    channel: { name: 'kanal', description: 'Der Kanal; seine Threads gehören dazu' },
    words: { name: 'wörter', description: 'Wörter, die hier in keinem Prompt stehen dürfen' },
    wordsAdd: { name: 'hinzufügen', description: 'Sperr ein Wort oder Muster' },
    wordsRemove: { name: 'entfernen', description: 'Erlaub ein Wort oder Muster wieder' },
    wordsClear: { name: 'leeren', description: 'Erlaub alle Wörter wieder' },
    word: {
      name: 'wort',
      description: 'Wort oder Wendung von 2 bis 48 Zeichen; * steht für beliebige Buchstaben, ? für einen',
    },
    limits: { name: 'grenzen', description: 'Wie viel hier warten darf; ohne Optionen: nur zeigen' },
    perUser: {
      name: 'je-nutzer',
      description: 'Riffs, die jemand zugleich warten lassen darf; 0: wie beim Bot üblich',
    },
    perServer: {
      name: 'je-server',
      description: 'Riffs, die auf diesem Server warten dürfen; 0: wie beim Bot üblich',
    },
    perHour: {
      name: 'je-stunde',
      description: 'Riffs, die jemand in einer Stunde bestellen darf; 0: wie beim Bot üblich',
    },
    steps: {
      name: 'schritte',
      description: 'Wie viele Diffusionsschritte ein Riff hier haben darf; ohne Optionen: nur zeigen',
    },
    most: { name: 'höchstens', description: '100: so viele, wie der Bot erlaubt' },
    profile: {
      name: 'profil',
      description: 'Qualität oder Tempo der Riffs auf diesem Server; ohne Optionen: nur zeigen',
    },
    profileName: { name: 'name', description: 'Das Profil, wenn jemand keins angibt' },
    defaultProfile: 'Standard: was der Bot selbst nimmt, ausgewogen',
    modLog: { name: 'mod-log', description: 'Der Kanal, der zeigt, was die Moderation getan hat' },
    modLogSet: { name: 'setzen', description: 'Schreib es in diesen Kanal' },
    modLogOff: { name: 'aus', description: 'Schalte das Mod-Log aus' },
    modLogChannel: { name: 'kanal', description: 'Ein Kanal, in den der Bot schreiben darf' },
  },
  fr: {
    command: { name: 'réglages', description: 'Les règles de ce serveur pour le bot' },
    show: { name: 'voir', description: 'Affiche tous les réglages de ce serveur' },
    reset: {
      name: 'réinitialiser',
      description: 'Réinitialise tous les réglages de ce serveur, après confirmation',
    },
    channels: { name: 'salons', description: 'Où le bot répond' },
    channelsAdd: {
      name: 'ajouter',
      description: 'Répond dans ce salon, et dans aucun qui n’a pas été ajouté',
    },
    channelsRemove: { name: 'retirer', description: 'Ne répond plus dans ce salon' },
    channelsClear: { name: 'vider', description: 'Répond de nouveau dans tous les salons' },
    channel: { name: 'salon', description: 'Le salon, avec ses fils' },
    words: { name: 'mots', description: 'Les mots qu’aucun prompt ne doit contenir ici' },
    wordsAdd: { name: 'ajouter', description: 'Bloque un mot ou un motif' },
    wordsRemove: { name: 'retirer', description: 'Permet de nouveau un mot ou un motif' },
    wordsClear: { name: 'vider', description: 'Permet de nouveau tous les mots' },
    word: {
      name: 'mot',
      description: 'Mot ou expression de 2 à 48 caractères ; * remplace des lettres, ? une seule',
    },
    limits: { name: 'limites', description: 'Ce qui peut attendre ici ; sans option : les affiche' },
    perUser: {
      name: 'par-personne',
      description: 'Riffs qu’une personne peut avoir en attente ; 0 : la limite du bot',
    },
    perServer: {
      name: 'par-serveur',
      description: 'Riffs que ce serveur peut avoir en attente ; 0 : la limite du bot',
    },
    perHour: {
      name: 'par-heure',
      description: 'Riffs qu’une personne peut demander par heure ; 0 : la limite du bot',
    },
    steps: {
      name: 'étapes',
      description: 'Le nombre maximal d’étapes de diffusion ici ; sans option : l’affiche',
    },
    most: { name: 'maximum', description: '100 : autant que le bot le permet' },
    profile: {
      name: 'profil',
      description: 'Qualité ou vitesse des riffs de ce serveur ; sans option : l’affiche',
    },
    profileName: { name: 'nom', description: 'Le profil des demandes qui n’en précisent pas' },
    defaultProfile: 'par défaut : le choix du bot, équilibré',
    modLog: { name: 'journal', description: 'Le salon qui montre ce que la modération a fait' },
    modLogSet: { name: 'choisir', description: 'L’écrit dans ce salon' },
    modLogOff: { name: 'arrêter', description: 'Arrête le journal de modération' },
    modLogChannel: { name: 'salon', description: 'Un salon où le bot peut écrire' },
  },
});
