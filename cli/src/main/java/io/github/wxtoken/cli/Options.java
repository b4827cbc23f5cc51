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
          "cannot use --threads",
          "it is not from 1 to " + MOST_THREADS,
          "Leave it out for the default");
    }
  }

  static void requireRate(long rate) {
    if (rate < 0) {
      throw CliException.usage(
          "cannot use --rate", "it is negative", "Give a number of tokens a second, such as 1000");
    }
  }

  static Path path(String text, String form) {
    if (text.isBlank()) {
      throw CliException.usage("cannot use the file", "it has no name", "Write " + form);
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw CliException.usage(
          "cannot use the file",
          "its name has characters that no file can have in this locale",
          "Set LC_ALL=C.UTF-8, or use another name");
    }
  }
}
