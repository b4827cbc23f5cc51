package io.github.wxtoken.faults;

import ch.qos.logback.classic.Level;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Records everything that this JVM logs, at every level and by every logger of SLF4J and of the
 * JDK, and everything that it prints. Nothing is printed or written elsewhere.
 */
final class OutputRecorder implements AutoCloseable {
  static final String OUT = "System.out";
  static final String ERR = "System.err";

  /** A logged text and its logger. */
  record Line(String logger, String text) {}

  private final Queue<Line> lines = new ConcurrentLinkedQueue<>();
  private final LogRecorder slf4j = new LogRecorder(Map.of(Logger.ROOT_LOGGER_NAME, Level.TRACE));
  private final Jdk jdk = new Jdk();
  private final Printed out = new Printed(System.out);
  private final Printed err = new Printed(System.err);

  OutputRecorder() {
    jdk.start();
    System.setOut(out.stream);
    System.setErr(err.stream);
  }

  List<Line> lines() {
    List<Line> all = new ArrayList<>(lines);
    slf4j
        .lines()
        .forEach(
            line ->
                all.add(
                    new Line(line.logger() + " at " + line.level(), line.thread() + line.text())));
    all.add(new Line(OUT, out.text()));
    all.add(new Line(ERR, err.text()));
    return all;
  }

  @Override
  public void close() {
    System.setOut(out.before);
    System.setErr(err.before);
    slf4j.close();
    jdk.stop();
  }

  private final class Jdk extends Handler {
    private final java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
    private final SimpleFormatter formatter = new SimpleFormatter();
    private final java.util.logging.@Nullable Level level = root.getLevel();
    private final Handler[] others = root.getHandlers();

    void start() {
      for (Handler other : others) {
        root.removeHandler(other);
      }
      root.addHandler(this);
      root.setLevel(java.util.logging.Level.ALL);
    }

    @Override
    public void publish(LogRecord record) {
      lines.add(
          new Line(record.getLoggerName() + " at " + record.getLevel(), formatter.format(record)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    void stop() {
      root.setLevel(level);
      root.removeHandler(this);
      for (Handler other : others) {
        root.addHandler(other);
      }
    }
  }

  private static final class Printed {
    final PrintStream before;
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    Printed(PrintStream before) {
      this.before = before;
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
