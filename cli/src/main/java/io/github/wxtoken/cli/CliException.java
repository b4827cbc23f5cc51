package io.github.wxtoken.cli;

/** Ends a command with a message of three parts: what failed, why, and what to do. */
final class CliException extends RuntimeException {
  private final int exitCode;

  private CliException(int exitCode, String what, String why, String remedy) {
    super(what + ": " + why + ". " + remedy);
    this.exitCode = exitCode;
  }

  /** The command line is wrong. */
  static CliException usage(String what, String why, String remedy) {
    return new CliException(ExitCode.USAGE, what, why, remedy);
  }

  /** The command cannot do its work. */
  static CliException failed(String what, String why, String remedy) {
    return new CliException(ExitCode.FAILED, what, why, remedy);
  }

  int exitCode() {
    return exitCode;
  }
}
