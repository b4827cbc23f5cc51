package io.github.wxtoken.cli;

import java.util.concurrent.atomic.AtomicLong;

/** Shows the first records that something is wrong with, and counts all. Thread-safe. */
final class Complaints {
  private static final int SHOWN = 20;

  private final Terminal terminal;
  private final AtomicLong count = new AtomicLong();

  Complaints(Terminal terminal) {
    this.terminal = terminal;
  }

  void add(String complaint) {
    long number = count.incrementAndGet();
    if (number <= SHOWN) {
      terminal.say(complaint);
    } else if (number == SHOWN + 1) {
      terminal.say("... and more, which are counted only");
    }
  }

  long count() {
    return count.get();
  }
}
