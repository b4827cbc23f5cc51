package io.github.wxtoken.examples;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Shows the progress of a run: on a terminal in one line that changes, elsewhere line by line. */
final class Progress implements AutoCloseable {
  private static final Duration PACE_ON_TERMINAL = Duration.ofMillis(200);
  private static final Duration PACE = Duration.ofSeconds(5);
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);
  private volatile Stage stage = new Stage("", 0);

  private record Stage(String name, int total, AtomicInteger done) {
    Stage(String name, int total) {
      this(name, total, new AtomicInteger());
    }
  }

  Progress(PrintStream out) {
    this.out = out;
    terminal = isTerminal();
    long pace = (terminal ? PACE_ON_TERMINAL : PACE).toMillis();
    var unused = timer.scheduleAtFixedRate(this::show, pace, pace, TimeUnit.MILLISECONDS);
  }

  /**
   * Tells whether there is a terminal. Before JDK 22 there is a console only on a terminal; later
   * one has to ask it.
   */
  @SuppressWarnings("SystemConsoleNull") // Checked below.
  private static boolean isTerminal() {
    Console console = System.console();
    try {
      return console != null && (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Begins a stage of this number of steps. */
  synchronized void begin(String name, int total) {
    stage = new Stage(name, total);
    if (terminal) {
      show();
    }
  }

  void step() {
    stage.done().incrementAndGet();
  }

  /** Ends a stage with its outcome. */
  synchronized void end(String outcome) {
    String name = stage.name();
    stage = new Stage("", 0);
    out.printf(Locale.ROOT, "%s  %-10s %s%n", terminal ? CLEAR_LINE : "", name, outcome);
  }

  private synchronized void show() {
    Stage now = stage;
    if (!now.name().isEmpty()) {
      String text =
          String.format(
              Locale.ROOT, "  %-10s %,d of %,d", now.name(), now.done().get(), now.total());
      out.print(terminal ? CLEAR_LINE + text : text + System.lineSeparator());
      out.flush();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
