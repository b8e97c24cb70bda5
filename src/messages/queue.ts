import { texts } from './languages.ts';
import { english, french, german } from './wording.ts';

interface ShownLimits {
  readonly perUserWaiting: number;
  readonly perGuildWaiting: number;
  readonly perUserPerHour: number;
}

/** /queue: names, descriptions and answers. `where`: one of `here` and `everywhere`. */
export const queueTexts = texts({
  en: {
    command: { name: 'queue', description: "Show and control this server's queue" },
    show: { name: 'show', description: 'Show running and waiting riffs, and the limits' },
    pause: { name: 'pause', description: 'Pause the queue of this server; what runs now finishes' },
    resume: { name: 'resume', description: 'Let the queue of this server run again' },
    remove: { name: 'remove', description: 'Cancel one riff' },
    clear: { name: 'clear', description: 'Cancel all waiting riffs of this server; asks first' },
    move: { name: 'move', description: 'Move a waiting riff among those of this server' },
    block: {
      name: 'block',
      description: "Refuse a user's requests in this server, and cancel what they have waiting",
    },
    unblock: { name: 'unblock', description: "Accept a user's requests again" },
    blocks: { name: 'blocks', description: 'Show who is blocked' },
    log: { name: 'log', description: 'Show what moderators did' },
    job: { name: 'job', description: 'Which riff; choose it from the list' },
    user: { name: 'user', description: 'Who' },
    position: { name: 'position', description: '1: next' },
    hours: { name: 'hours', description: 'For how long; default: until unblocked' },
    reason: { name: 'reason', description: 'Why; recorded, and shown to the users concerned' },
    where: {
      name: 'where',
      description: "Default: this server; “everywhere” is for the bot's owner only",
    },
    hereChoice: 'here',
    everywhereChoice: 'everywhere',

    here: 'in this server',
    everywhere: 'everywhere',
    counts: (running: number, waiting: number, here: number) =>
      `**Queue:** ${running} running and ${waiting} waiting in all, ${here} of them from here`,
    stopped: (since: string, reason: string) => `**no riff is started** since ${since}: ${reason}`,
    running: 'running',
    place: (position: number) => english.ordinal(position),
    titled: (prompt: string) => `“${prompt}”`,
    waiting: 'waiting',
    ready: (time: string) => `, ready ${time}`,
    more: (count: number) => `… and ${count} more`,
    crashed: (times: number) =>
      `given up, it crashed the music engine ${english.counted(times, 'time', 'times')}`,
    limits: ({ perUserWaiting, perGuildWaiting, perUserPerHour }: ShownLimits, isServer: boolean) =>
      `**Limits:** up to ${perUserWaiting} waiting per user${isServer ? ` and ${perGuildWaiting} per server` : ''}; up to ${perUserPerHour} requests per user per hour`,

    alreadyPaused: 'The queue is already paused.',
    paused: (resume: string) => `The queue is paused. Riffs wait until ${resume}; what runs now finishes.`,
    notPaused: 'The queue was not paused.',
    resumed: 'The queue runs again.',
    removed: (user: string) => `Cancelled the riff of ${user}.`,
    nothingWaits: 'This server has no waiting riffs.',
    askToClear: (riffs: number, users: number, remove: string) =>
      `Cancel ${english.counted(riffs, 'waiting riff', 'waiting riffs')} of ${english.counted(users, 'user', 'users')} in this server? Running riffs finish; ${remove} stops one.`,
    clearLabel: (riffs: number) => `Cancel ${english.counted(riffs, 'waiting riff', 'waiting riffs')}`,
    cleared: (riffs: number) => `Cancelled ${english.counted(riffs, 'waiting riff', 'waiting riffs')}.`,
    notWaiting: 'Only a waiting riff can be moved, and this one is not waiting.',
    stays: (position: number, total: number) =>
      `It stays ${english.ordinal(position)} of ${total} in the whole queue.`,
    moved: (position: number, total: number) =>
      `Moved: it is now ${english.ordinal(position)} of ${total} in the whole queue. The riffs of other servers keep their turns.`,

    blocked: (user: string, where: string) => `Blocked ${user} ${where}`,
    untilUnblocked: (unblock: string) => ` until somebody uses ${unblock}`,
    forHours: (hours: number, end: string) => ` for ${english.counted(hours, 'hour', 'hours')} (ends ${end})`,
    andCancelled: (riffs: number) => `; ${english.counted(riffs, 'waiting riff', 'waiting riffs')} cancelled`,
    notYourself: 'You cannot unblock yourself; ask another moderator.',
    notBlocked: (user: string, where: string) => `${user} is not blocked ${where}.`,
    unblocked: (user: string) => `${user} may ask for riffs again.`,
    nobodyBlocked: (where: string) => `Nobody is blocked ${where}.`,
    blockedList: (where: string) => `**Blocked ${where}:**`,
    blockLine: (user: string, end: string, by: string) => `${user} ${end}, by ${by}`,
    withoutEnd: 'without end',
    until: (time: string) => `until ${time}`,

    nothingRecorded: (where: string) => `Nothing is recorded ${where}.`,
    newestActs: (where: string) => `**Latest actions ${where}:**`,
  },
  de: {
    command: { name: 'warteschlange', description: 'Zeig und steuere die Warteschlange dieses Servers' },
    show: { name: 'zeigen', description: 'Zeig laufende und wartende Riffs und die Grenzen' },
    pause: {
      name: 'anhalten',
      description: 'Halt die Warteschlange dieses Servers an; was schon läuft, wird noch fertig',
    },
    resume: { name: 'fortsetzen', description: 'Lass die Warteschlange dieses Servers weiterlaufen' },
    remove: { name: 'entfernen', description: 'Brich ein einzelnes Riff ab' },
    clear: { name: 'leeren', description: 'Brich alle wartenden Riffs dieses Servers ab; fragt vorher nach' },
    move: { name: 'verschieben', description: 'Verschieb ein wartendes Riff unter denen dieses Servers' },
    block: {
      name: 'sperren',
      description: 'Lehn auf diesem Server alle Riffs von jemandem ab und brich wartende ab',
    },
    unblock: { name: 'entsperren', description: 'Nimm wieder Riffs von jemandem an' },
    blocks: { name: 'sperren-liste', description: 'Zeig, wer gesperrt ist' },
    log: { name: 'protokoll', description: 'Zeig, was die Moderation getan hat' },
    job: { name: 'riff', description: 'Welches Riff; wähl es aus der Liste' },
    user: { name: 'wer', description: 'Um wen es geht' },
    position: { name: 'platz', description: '1: als Nächstes' },
    hours: { name: 'stunden', description: 'Wie lange; ohne Angabe: bis zum Entsperren' },
    reason: { name: 'grund', description: 'Warum; steht im Protokoll, und die Betroffenen sehen es' },
    where: {
      name: 'wo',
      description: 'Ohne Angabe: dieser Server; „überall“ darf nur der Betreiber des Bots',
    },
    hereChoice: 'hier',
    everywhereChoice: 'überall',

    here: 'auf diesem Server',
    everywhere: 'überall',
    counts: (running, waiting, here) =>
      `**Warteschlange:** insgesamt ${running} in Arbeit und ${waiting} wartend, davon ${here} von hier`,
    stopped: (since, reason) => `**es wird nichts gestartet** seit ${since}: ${reason}`,
    running: 'läuft',
    place: (position) => `Platz ${position}`,
    titled: (prompt) => `„${prompt}“`,
    waiting: 'wartet',
    ready: (time) => `, fertig ${time}`,
    more: (count) => `… und ${count} weitere`,
    crashed: (times) => `aufgegeben, die Musik-Engine ist daran ${times}-mal abgestürzt`,
    limits: ({ perUserWaiting, perGuildWaiting, perUserPerHour }, isServer) =>
      `**Grenzen:** höchstens ${perUserWaiting} wartende je Nutzer${isServer ? ` und ${perGuildWaiting} je Server` : ''}; höchstens ${perUserPerHour} Bestellungen je Nutzer und Stunde`,

    alreadyPaused: 'Die Warteschlange ist schon angehalten.',
    paused: (resume) =>
      `Die Warteschlange ist angehalten. Riffs warten bis ${resume}; was schon läuft, wird noch fertig.`,
    notPaused: 'Die Warteschlange war nicht angehalten.',
    resumed: 'Die Warteschlange läuft wieder.',
    removed: (user) => `Das Riff von ${user} ist abgebrochen.`,
    nothingWaits: 'Auf diesem Server wartet kein Riff.',
    askToClear: (riffs, users, remove) =>
      `${german.counted(riffs, 'wartendes Riff', 'wartende Riffs')} von ${german.counted(users, 'Nutzer', 'Nutzern')} auf diesem Server abbrechen? Laufende werden noch fertig; ${remove} bricht ein einzelnes ab.`,
    clearLabel: (riffs) => `${german.counted(riffs, 'wartendes Riff', 'wartende Riffs')} abbrechen`,
    cleared: (riffs) => `${german.counted(riffs, 'wartendes Riff', 'wartende Riffs')} abgebrochen.`,
    notWaiting: 'Nur ein wartendes Riff lässt sich verschieben, und dieses wartet nicht.',
    stays: (position, total) => `Es bleibt auf Platz ${position} von ${total} der ganzen Warteschlange.`,
    moved: (position, total) =>
      `Verschoben: Es ist jetzt auf Platz ${position} von ${total} der ganzen Warteschlange. Die Riffs anderer Server behalten ihre Plätze.`,

    blocked: (user, where) => `${user} ist ${where} gesperrt`,
    untilUnblocked: (unblock) => `, bis jemand ${unblock} benutzt`,
    forHours: (hours, end) => `, für ${german.counted(hours, 'Stunde', 'Stunden')} (endet ${end})`,
    andCancelled: (riffs) => `; ${german.counted(riffs, 'wartendes Riff', 'wartende Riffs')} abgebrochen`,
    notYourself: 'Dich selbst kannst du nicht entsperren; frag jemand anderen aus der Moderation.',
    notBlocked: (user, where) => `${user} ist ${where} nicht gesperrt.`,
    unblocked: (user) => `${user} darf wieder Riffs bestellen.`,
    nobodyBlocked: (where) => `Niemand ist ${where} gesperrt.`,
    blockedList: (where) => `**Gesperrt ${where}:**`,
    blockLine: (user, end, by) => `${user} ${end}, von ${by}`,
    withoutEnd: 'ohne Ende',
    until: (time) => `bis ${time}`,

    nothingRecorded: (where) => `Das Protokoll ist ${where} leer.`,
    newestActs: (where) => `**Protokoll ${where}, das Neueste zuerst:**`,
  },
  fr: {
    command: { name: 'file', description: 'Affiche et gère la file d’attente de ce serveur' },
    show: { name: 'voir', description: 'Affiche les riffs en cours et en attente, et les limites' },
    pause: {
      name: 'pause',
      description: 'Met en pause la file d’attente de ce serveur ; ce qui est en cours se termine',
    },
    resume: { name: 'reprendre', description: 'Relance la file d’attente de ce serveur' },
    remove: { name: 'retirer', description: 'Annule un seul riff' },
    clear: {
      name: 'vider',
      description: 'Annule tous les riffs en attente de ce serveur, après confirmation',
    },
    move: { name: 'déplacer', description: 'Déplace un riff en attente parmi ceux de ce serveur' },
    block: {
      name: 'bloquer',
      description: 'Refuse les demandes de quelqu’un sur ce serveur et annule celles en attente',
    },
    unblock: { name: 'débloquer', description: 'Accepte de nouveau les demandes de quelqu’un' },
    blocks: { name: 'blocages', description: 'Affiche qui est bloqué' },
    log: { name: 'journal', description: 'Affiche ce que la modération a fait' },
    job: { name: 'riff', description: 'Quel riff ; choisis-le dans la liste' },
    user: { name: 'membre', description: 'Qui' },
    position: { name: 'position', description: '1 : le prochain' },
    hours: { name: 'heures', description: 'Pour combien de temps ; sans précision : jusqu’au déblocage' },
    reason: {
      name: 'raison',
      description: 'Pourquoi ; noté dans le journal et montré aux personnes concernées',
    },
    where: {
      name: 'où',
      description: 'Sans précision : ce serveur ; « partout » est réservé à la personne qui gère le bot',
    },
    hereChoice: 'ici',
    everywhereChoice: 'partout',

    here: 'sur ce serveur',
    everywhere: 'partout',
    counts: (running, waiting, here) =>
      `**File d’attente :** ${running} en cours et ${waiting} en attente en tout, dont ${here} d’ici`,
    stopped: (since, reason) => `**rien ne démarre** depuis ${since} : ${reason}`,
    running: 'en cours',
    place: (position) => french.ordinal(position),
    titled: (prompt) => `« ${prompt} »`,
    waiting: 'en attente',
    ready: (time) => `, prêt ${time}`,
    more: (count) => `… et ${count} de plus`,
    crashed: (times) => `abandonné, il a fait planter le moteur musical ${times} fois`,
    limits: ({ perUserWaiting, perGuildWaiting, perUserPerHour }, isServer) =>
      `**Limites :** ${perUserWaiting} en attente par personne${isServer ? ` et ${perGuildWaiting} par serveur` : ''} ; ${perUserPerHour} demandes par personne et par heure`,

    alreadyPaused: 'La file d’attente est déjà en pause.',
    paused: (resume) =>
      `La file d’attente est en pause. Les riffs attendent ${resume} ; ce qui est en cours se termine.`,
    notPaused: 'La file d’attente n’était pas en pause.',
    resumed: 'La file d’attente repart.',
    removed: (user) => `Le riff de ${user} est annulé.`,
    nothingWaits: 'Aucun riff n’attend sur ce serveur.',
    askToClear: (riffs, users, remove) =>
      `Annuler ${french.counted(riffs, 'riff', 'riffs')} en attente de ${french.counted(users, 'personne', 'personnes')} sur ce serveur ? Ceux en cours se terminent ; ${remove} en arrête un seul.`,
    clearLabel: (riffs) => `Annuler ${french.counted(riffs, 'riff', 'riffs')} en attente`,
    cleared: (riffs) => `${french.counted(riffs, 'riff en attente annulé', 'riffs en attente annulés')}.`,
    notWaiting: 'Seul un riff en attente peut être déplacé, et celui-ci n’attend pas.',
    stays: (position, total) =>
      `Il reste ${french.ordinal(position)} sur ${total} dans toute la file d’attente.`,
    moved: (position, total) =>
      `Déplacé : il est maintenant ${french.ordinal(position)} sur ${total} dans toute la file d’attente. Les riffs des autres serveurs gardent leur tour.`,

    blocked: (user, where) => `${user} ne peut plus demander de riffs ${where}`,
    untilUnblocked: (unblock) => `, jusqu’à ce que quelqu’un utilise ${unblock}`,
    forHours: (hours, end) => `, pendant ${french.counted(hours, 'heure', 'heures')} (fin ${end})`,
    andCancelled: (riffs) =>
      ` ; ${french.counted(riffs, 'riff en attente annulé', 'riffs en attente annulés')}`,
    notYourself: 'Tu ne peux pas te débloquer toi-même ; demande à quelqu’un d’autre de la modération.',
    notBlocked: (user, where) => `${user} n’a pas de blocage ${where}.`,
    unblocked: (user) => `${user} peut de nouveau demander des riffs.`,
    nobodyBlocked: (where) => `Personne n’est bloqué ${where}.`,
    blockedList: (where) => `**Blocages ${where} :**`,
    blockLine: (user, end, by) => `${user} ${end}, par ${by}`,
    withoutEnd: 'sans limite de durée',
    until: (time) => `jusqu’au ${time}`,

    nothingRecorded: (where) => `Le journal est vide ${where}.`,
    newestActs: (where) => `**Dernières actions ${where} :**`,
  },
});
