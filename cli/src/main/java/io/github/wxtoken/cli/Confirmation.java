package io.github.wxtoken.cli;

/** Asks before something is deleted. */
final class Confirmation {
  private Confirmation() {}

  /**
   * Requires a yes, from the command line or from the terminal.
   *
   * @param what what is about to be done, such as {@code delete the tokens of 3 users}
   */
  static void require(Session session, boolean yes, String what) {
    if (session.interrupt().isRequested()) {
      throw CliException.failed("nothing was deleted", "interrupted", "Run the command again");
    }
    if (yes) {
      return;
    }
    if (!session.terminal().isInteractive()) {
      throw CliException.usage(
          "nothing was deleted", "there is no terminal to ask on", "Add --yes to " + what);
    }
    if (!session.terminal().confirms("wxtoken will " + what + ". Go on?")) {
      throw CliException.failed(
          "nothing was deleted", "the answer was not y", "Answer y, or add --yes");
    }
  }
}
