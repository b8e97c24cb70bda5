import { texts } from './languages.ts';

/** The names of profiles, wherever one is shown. */
export const profileTexts = texts({
  en: { classic: 'classic', balanced: 'balanced', fast: 'fast' },
  de: { classic: 'klassisch', balanced: 'ausgewogen', fast: 'schnell' },
  fr: { classic: 'classique', balanced: 'équilibré', fast: 'rapide' },
});
