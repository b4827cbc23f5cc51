package io.github.wxtoken.cli;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Shows how far long work has come: a bar on a terminal, a line every ten seconds elsewhere.
 * Thread-safe.
 */
final class Progress implements AutoCloseable {
  private static final long BAR_MILLIS = 200;
  private static final long LINE_MILLIS = 10_000;

  private final Terminal terminal;
  private final String verb;
  private final OptionalLong total;
  private final long start = System.nanoTime();
  private final LongAdder done = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final ScheduledExecutorService timer;
  private final ScheduledFuture<?> shown;

  /**
   * Starts.
   *
   * @param verb what is done, such as {@code copied}
   * @param total about how many there are, if that is known
   */
  Progress(Terminal terminal, String verb, OptionalLong total) {
    this.terminal = terminal;
    this.verb = verb;
    this.total = total;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "wxtoken-progress");
              thread.setDaemon(true);
              return thread;
            });
    long period = terminal.isInteractive() ? BAR_MILLIS : LINE_MILLIS;
    this.shown = timer.scheduleAtFixedRate(this::show, period, period, TimeUnit.MILLISECONDS);
  }

  void add(long count) {
    done.add(count);
  }

  /** Counts what an earlier run has done, which says nothing about the rate. */
  void skip(long count) {
    skipped.add(count);
  }

  /** Returns how many a second were done so far. */
  long rate() {
    return (long) (done.sum() * 1e9 / Math.max(1, System.nanoTime() - start));
  }

  private void show() {
    if (terminal.isInteractive()) {
      terminal.showBar(bar(terminal.columns() - 1));
    } else {
      terminal.say(line());
    }
  }

  private String line() {
    long count = done.sum() + skipped.sum();
    return verb
        + " "
        + number(count)
        + (total.isPresent() ? " of about " + number(Math.max(count, total.getAsLong())) : "")
        + ", "
        + number(rate())
        + "/s"
        + left(count);
  }

  private String left(long count) {
    long rate = rate();
    return total.isEmpty() || rate == 0
        ? ""
        : ", " + Durations.clock(Math.max(0, total.getAsLong() - count) / rate) + " left";
  }

  /** Returns a line of exactly this width, so that it covers the one before. */
  String bar(int width) {
    String text = line();
    if (total.isPresent()) {
      long count = done.sum() + skipped.sum();
      int percent = (int) Math.min(100, count * 100 / Math.max(1, total.getAsLong()));
      text = percent + " % " + number(count) + ", " + number(rate()) + "/s" + left(count);
      int room = Math.min(30, width - text.length() - 3);
      if (room >= 4) {
        int full = room * percent / 100;
        text = "[" + "#".repeat(full) + "-".repeat(room - full) + "] " + text;
      }
    }
    return text.length() >= width
        ? text.substring(0, width)
        : text + " ".repeat(width - text.length());
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  @Override
  public void close() {
    shown.cancel(false);
    timer.shutdown();
    try {
      boolean unused = timer.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    terminal.clearBar();
  }
}
