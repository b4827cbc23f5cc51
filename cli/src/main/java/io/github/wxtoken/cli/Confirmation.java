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
    if (!confirms(session, "wxtoken will " + what + ". Go on?")) {
      throw CliException.failed(
          "nothing was deleted", "the answer was not y", "Answer y, or add --yes");
    }
  }

  /** Ctrl-C while the question waits ends the program at once. */
  private static boolean confirms(Session session, String question) {
    session.interrupt().setAsking(true);
    try {
      return session.terminal().confirms(question);
    } finally {
      session.interrupt().setAsking(false);
    }
  }
}
