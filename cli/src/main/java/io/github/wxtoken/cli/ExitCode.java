package io.github.wxtoken.cli;

/** The exit codes, which docs/cli.md lists. */
final class ExitCode {
  static final int OK = 0;

  /** The command did its work, and something needs attention. */
  static final int ATTENTION = 1;

  /** The command could not do its work. */
  static final int FAILED = 2;

  /** The command line is wrong: EX_USAGE of sysexits.h. */
  static final int USAGE = 64;

  /** A defect of this program: EX_SOFTWARE. */
  static final int DEFECT = 70;

  /** Ctrl-C: 128 and the number of SIGINT. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
