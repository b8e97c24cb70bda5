/** Discord's own client or server turns the action down before the bot hears of it. */
export class ActionRefused extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'ActionRefused';
  }
}
