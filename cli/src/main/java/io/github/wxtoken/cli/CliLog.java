package io.github.wxtoken.cli;

import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Takes what the libraries log: warnings of wxtoken go to the standard error, with {@code -v} also
 * its infos, and the warnings of drivers. Drivers' lower levels show commands and values, so they
 * go nowhere.
 */
final class CliLog {
  /** A warning, as a sentence. */
  interface Receiver extends Consumer<String> {}

  private static final String OURS = "io.github.wxtoken";
  private static final ThreadLocal<@Nullable Receiver> RECEIVER = new ThreadLocal<>();
  private static volatile @Nullable Terminal terminal;

  private CliLog() {}

  /** Shows what every thread of this JVM logs. */
  static void toEveryThread(Terminal shown) {
    terminal = shown;
  }

  /** Gives the warnings of this thread to a receiver, until the result is closed. */
  static Closing receive(Receiver receiver) {
    Receiver before = RECEIVER.get();
    RECEIVER.set(receiver);
    return () -> RECEIVER.set(before);
  }

  /** Ends something, without an exception. */
  interface Closing extends AutoCloseable {
    @Override
    void close();
  }

  static boolean isEnabled(String logger, Level level) {
    Terminal shown = terminal;
    boolean verbose = shown != null && shown.isVerbose();
    if (!logger.startsWith(OURS)) {
      // A warning of MariaDB's driver quotes the server's message, and that a value.
      Level least = logger.startsWith("org.mariadb") ? Level.ERROR : Level.WARN;
      return verbose && level.toInt() >= least.toInt();
    }
    return level.toInt() >= (verbose ? Level.INFO : Level.WARN).toInt();
  }

  static void log(Level level, String message) {
    Receiver receiver = RECEIVER.get();
    if (receiver != null && level.toInt() >= Level.WARN.toInt()) {
      receiver.accept(message);
      return;
    }
    Terminal shown = terminal;
    if (shown != null) {
      shown.say(level.toString().toLowerCase(Locale.ROOT) + ": " + message);
    }
  }
}
