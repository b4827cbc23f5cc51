package io.github.wxtoken.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The rules for values of options that several commands have. */
final class Options {
  private static final int MOST_THREADS = 256;

  private Options() {}

  static void requireThreads(int threads) {
    if (threads < 1 || threads > MOST_THREADS) {
      throw CliException.usage(
          "cannot use --threads", "it is not from 1 to " + MOST_THREADS, "Leave it out for 32");
    }
  }

  static void requireRate(long rate) {
    if (rate < 0) {
      throw CliException.usage(
          "cannot use --rate", "it is negative", "Give a number of tokens a second, such as 1000");
    }
  }

  static Path path(String text, String form) {
    try {
      if (!text.isBlank()) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      // said below, without the text
    }
    throw CliException.usage("cannot use the file", "it has no name", "Write " + form);
  }
}
