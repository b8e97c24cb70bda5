import { texts } from './languages.ts';

export const cancelTexts = texts({
  en: {
    command: { name: 'cancel', description: 'Stop your own riff, waiting or running' },
    job: { name: 'job', description: 'Which riff; default: the newest' },
    nothingToCancel: 'You have no waiting or running riff.',
    noSuchRiff: 'You have no such waiting or running riff; choose one from the list.',
    notYours: 'Only the user who asked for this riff, or a moderator, may cancel it.',
    cancelled: 'Cancelled.',
    unknown: 'I no longer know this riff.',
    alreadyCancelled: 'This riff was already cancelled.',
    alreadyFailed: 'Too late: this riff failed.',
    alreadyFinished: 'Too late: this riff is finished.',
  },
  de: {
    command: { name: 'abbrechen', description: 'Brich dein eigenes Riff ab, ob es wartet oder läuft' },
    job: { name: 'riff', description: 'Welches; ohne Angabe: das neueste' },
    nothingToCancel: 'Du hast kein Riff, das wartet oder läuft.',
    noSuchRiff: 'Du hast kein solches Riff, das wartet oder läuft; wähl eins aus der Liste.',
    notYours: 'Dieses Riff darf nur abbrechen, wer es bestellt hat oder hier moderiert.',
    cancelled: 'Abgebrochen.',
    unknown: 'Dieses Riff kenne ich nicht mehr.',
    alreadyCancelled: 'Dieses Riff wurde schon abgebrochen.',
    alreadyFailed: 'Zu spät: Dieses Riff ist fehlgeschlagen.',
    alreadyFinished: 'Zu spät: Dieses Riff ist fertig.',
  },
  fr: {
    command: { name: 'annuler', description: 'Arrête ton riff, en attente ou en cours' },
    job: { name: 'riff', description: 'Lequel ; sans précision : le plus récent' },
    nothingToCancel: 'Tu n’as aucun riff en attente ou en cours.',
    noSuchRiff:
      'Je ne trouve pas ce riff parmi les tiens en attente ou en cours ; choisis-en un dans la liste.',
    notYours: 'Seule la personne qui a demandé ce riff, ou la modération, peut l’annuler.',
    cancelled: 'Annulé.',
    unknown: 'Je ne connais plus ce riff.',
    alreadyCancelled: 'Ce riff a déjà été annulé.',
    alreadyFailed: 'Trop tard : ce riff a échoué.',
    alreadyFinished: 'Trop tard : ce riff est terminé.',
  },
});
