import { texts } from './languages.ts';
import { english, french, german } from './wording.ts';

/** Why the bot refuses what a user asked for. */
export const refusalTexts = texts({
  en: {
    unknownCommand: 'I no longer know this command. Discord shows the new list in a moment.',
    oldButton: (command: string) =>
      `This button is from another version of me. Start a new riff with ${command}.`,
    malformed:
      'This call lacks a value or has one of the wrong type. Choose the command or the button again.',
    storeFails: (errorId: string) =>
      `I can neither read nor write my data at the moment (error ${errorId}). Please try again later.`,
    fault: (errorId: string) =>
      `Something went wrong on my side (error ${errorId}). Please try again; if it happens again, give this id to the bot's owner.`,
    expired: (command: string) => `This button has expired. Use ${command} again.`,
    unknownRiff: (command: string) => `I no longer know this riff. Start a new one with ${command}.`,
    noSuchRiff: 'I know no such riff here. Choose one from the list that opens at the option `job`.',
    serversOnly: 'This works in a server only, not in a DM.',
    needs: (permission: string) =>
      `This needs the permission **${permission}** in this server, which you do not have.`,
    permissions: { manageMessages: 'Manage Messages', manageServer: 'Manage Server' },
    ownerOnly: "Only the bot's owner may do this everywhere.",
    isBot: (user: string) => `${user} is a bot, and bots cannot ask for riffs.`,
    notYourself: 'You cannot block yourself.',
    notLower: (user: string) => `You cannot block ${user}: their permissions here are no lower than yours.`,
    cannotAttach: 'I need the permissions **Attach Files** and **Embed Links** here to answer with a riff.',
    otherChannels: (channels: string) => `In this server I answer in ${channels}.`,
    tooLarge: (bytes: number, mostBytes: number) =>
      `This riff would be ${english.mebibytes(bytes)} MiB; this channel takes ${english.mebibytes(mostBytes)} MiB.`,
    largerServer: 'Try a server that takes larger files.',
    shorterOrLarger: 'Ask for a shorter one, or try a server that takes larger files.',
    tooManySteps: (most: number, steps: number) => `steps: this server allows at most ${most}, got ${steps}.`,
    blockedWord: 'This server has blocked a word of this prompt. Please choose other words.',
    filesGone: (command: string, seed: number) =>
      `The files of this riff are no longer here. ${command} with the same words and the seed ${seed} makes it again.`,
    reason: (reason: string) => `Reason: ${reason}`,
    soon: 'Try again in a moment.',
    later: (time: string) => `Try again ${time}.`,
  },
  de: {
    unknownCommand: 'Diesen Befehl kenne ich nicht mehr. Discord zeigt gleich die neue Liste.',
    oldButton: (command) =>
      `Dieser Knopf stammt aus einer anderen Version von mir. Fang mit ${command} ein neues Riff an.`,
    malformed:
      'Bei diesem Aufruf fehlt ein Wert oder hat einen falschen Typ. Wähl den Befehl oder den Knopf noch einmal.',
    storeFails: (errorId) =>
      `Meine Daten lassen sich gerade weder lesen noch schreiben (Fehler ${errorId}). Versuch es bitte später noch einmal.`,
    fault: (errorId) =>
      `Bei mir ist etwas schiefgegangen (Fehler ${errorId}). Versuch es bitte noch einmal; passiert es wieder, gib diese Nummer an den Betreiber des Bots weiter.`,
    expired: (command) => `Dieser Knopf ist abgelaufen. Benutze ${command} noch einmal.`,
    unknownRiff: (command) => `Dieses Riff kenne ich nicht mehr. Fang mit ${command} ein neues an.`,
    noSuchRiff:
      'So ein Riff kenne ich hier nicht. Wähl eins aus der Liste, die bei der Option `riff` aufgeht.',
    serversOnly: 'Das geht nur auf einem Server, nicht in einer DM.',
    needs: (permission) =>
      `Dafür brauchst du auf diesem Server die Berechtigung **${permission}**, die du nicht hast.`,
    permissions: { manageMessages: 'Nachrichten verwalten', manageServer: 'Server verwalten' },
    ownerOnly: 'Überall darf das nur der Betreiber des Bots.',
    isBot: (user) => `${user} ist ein Bot. Bots bestellen keine Riffs.`,
    notYourself: 'Dich selbst kannst du nicht sperren.',
    notLower: (user) => `Du kannst ${user} nicht sperren: Dafür brauchst du hier mehr Rechte als ${user}.`,
    cannotAttach:
      'Für ein Riff brauche ich hier die Berechtigungen **Dateien anhängen** und **Links einbetten**.',
    otherChannels: (channels) => `Auf diesem Server antworte ich in ${channels}.`,
    tooLarge: (bytes, mostBytes) =>
      `Dieses Riff wäre ${german.mebibytes(bytes)} MiB groß; dieser Kanal nimmt ${german.mebibytes(mostBytes)} MiB.`,
    largerServer: 'Versuch es auf einem Server, der größere Dateien nimmt.',
    shorterOrLarger: 'Bestell ein kürzeres oder versuch es auf einem Server, der größere Dateien nimmt.',
    tooManySteps: (most, steps) =>
      `schritte: Dieser Server erlaubt höchstens ${most}, angegeben sind ${steps}.`,
    blockedWord: 'Dieser Server hat ein Wort in diesem Prompt gesperrt. Nimm bitte andere Wörter.',
    filesGone: (command, seed) =>
      `Die Dateien dieses Riffs sind nicht mehr da. ${command} mit denselben Wörtern und dem Seed ${seed} macht es noch einmal.`,
    reason: (reason) => `Grund: ${reason}`,
    soon: 'Versuch es gleich noch einmal.',
    later: (time) => `Versuch es ${time} noch einmal.`,
  },
  fr: {
    unknownCommand: 'Je ne connais plus cette commande. Discord affichera la nouvelle liste dans un instant.',
    oldButton: (command) =>
      `Ce bouton vient d’une autre version de moi. Lance un nouveau riff avec ${command}.`,
    malformed:
      'Il manque une valeur à cet appel, ou l’une d’elles est du mauvais type. Choisis de nouveau la commande ou le bouton.',
    storeFails: (errorId) =>
      `Mes données ne peuvent être ni lues ni écrites pour le moment (erreur ${errorId}). Réessaie plus tard.`,
    fault: (errorId) =>
      `Quelque chose s’est mal passé de mon côté (erreur ${errorId}). Réessaie ; si ça recommence, donne ce numéro à la personne qui gère le bot.`,
    expired: (command) => `Ce bouton a expiré. Utilise de nouveau ${command}.`,
    unknownRiff: (command) => `Je ne connais plus ce riff. Lances-en un nouveau avec ${command}.`,
    noSuchRiff: 'Je ne connais pas ce riff ici. Choisis-en un dans la liste qui s’ouvre à l’option `riff`.',
    serversOnly: 'Ça ne marche que sur un serveur, pas en message privé.',
    needs: (permission) =>
      `Il faut pour ça la permission **${permission}** sur ce serveur, et tu ne l’as pas.`,
    permissions: { manageMessages: 'Gérer les messages', manageServer: 'Gérer le serveur' },
    ownerOnly: 'Seule la personne qui gère le bot peut faire ça partout.',
    isBot: (user) => `${user} est un bot. Les bots ne demandent pas de riffs.`,
    notYourself: 'Tu ne peux pas te bloquer toi-même.',
    notLower: (user) =>
      `Tu ne peux pas bloquer ${user} : ses permissions ici ne sont pas inférieures aux tiennes.`,
    cannotAttach:
      'Pour répondre avec un riff, il me faut ici les permissions **Joindre des fichiers** et **Intégrer des liens**.',
    otherChannels: (channels) => `Sur ce serveur, je réponds dans ${channels}.`,
    tooLarge: (bytes, mostBytes) =>
      `Ce riff pèserait ${french.mebibytes(bytes)} Mio ; ce salon accepte ${french.mebibytes(mostBytes)} Mio.`,
    largerServer: 'Essaie sur un serveur qui accepte de plus gros fichiers.',
    shorterOrLarger: 'Demandes-en un plus court, ou essaie sur un serveur qui accepte de plus gros fichiers.',
    tooManySteps: (most, steps) => `étapes : ce serveur en permet au plus ${most}, tu en demandes ${steps}.`,
    blockedWord: 'Ce serveur a bloqué un mot de ce prompt. Choisis d’autres mots.',
    filesGone: (command, seed) =>
      `Les fichiers de ce riff ne sont plus là. ${command} avec les mêmes mots et la graine ${seed} le refait.`,
    reason: (reason) => `Raison : ${reason}`,
    soon: 'Réessaie dans un instant.',
    later: (time) => `Réessaie ${time}.`,
  },
});
