package io.github.wxtoken.faults;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Records the log lines of SLF4J's loggers while it is open. Requires Logback. Thread-safe. */
public final class LogRecorder implements AutoCloseable {
  private final Queue<Line> lines = new ConcurrentLinkedQueue<>();
  private final Recording recording = new Recording();
  private final List<Recorded> loggers = new ArrayList<>();

  /**
   * A line of the log.
   *
   * @param logger the logger's name
   * @param level the level
   * @param thread the thread's name
   * @param message the message, without the exception
   * @param text the message, followed by the exception with all causes, the markers, the context
   *     and the key-value pairs
   */
  public record Line(String logger, Level level, String thread, String message, String text) {}

  private LogRecorder() {
    recording.start();
  }

  /**
   * Records loggers at the given levels, and hides their lines from all other appenders.
   *
   * @param loggers the names and levels
   */
  public LogRecorder(Map<String, Level> loggers) {
    this();
    loggers.forEach((name, level) -> this.loggers.add(new Recorded(logger(name), level, true)));
  }

  /**
   * Records a logger, and leaves its other appenders unchanged.
   *
   * @param name the name
   * @param level the minimum level to record; the logger's level is changed only if it is higher
   * @return the recorder
   */
  public static LogRecorder listen(String name, Level level) {
    LogRecorder recorder = new LogRecorder();
    Logger logger = logger(name);
    Level own = logger.isEnabledFor(level) ? logger.getLevel() : level;
    recorder.loggers.add(recorder.new Recorded(logger, own, false));
    return recorder;
  }

  private static Logger logger(String name) {
    return logback().getLogger(name);
  }

  /**
   * Returns the recorded lines.
   *
   * @return the lines, oldest first
   */
  public List<Line> lines() {
    return List.copyOf(lines);
  }

  /**
   * Returns the texts of the lines.
   *
   * @return the texts, oldest first
   */
  public List<String> texts() {
    return lines.stream().map(Line::text).toList();
  }

  /**
   * Returns the messages of this thread; other tests log in other threads at the same time.
   *
   * @param level the lowest level
   * @return the messages, oldest first
   */
  public List<String> messagesOfThisThread(Level level) {
    String thread = Thread.currentThread().getName();
    return lines.stream()
        .filter(line -> line.level().isGreaterOrEqual(level) && line.thread().equals(thread))
        .map(Line::message)
        .toList();
  }

  /** Restores levels and appenders. */
  @Override
  public void close() {
    loggers.forEach(Recorded::restore);
    recording.stop();
  }

  /** Returns Logback's context. While another thread starts SLF4J, there is a substitute. */
  private static LoggerContext logback() {
    while (true) {
      if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
        return context;
      }
      Thread.onSpinWait();
    }
  }

  private final class Recording extends AppenderBase<ILoggingEvent> {
    private final PatternLayout layout = new PatternLayout();

    Recording() {
      setContext(logback());
      layout.setContext(context);
      layout.setPattern("%msg%n%xEx{full}%marker %mdc %kvp");
    }

    @Override
    public void start() {
      layout.start();
      super.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(
          new Line(
              event.getLoggerName(),
              event.getLevel(),
              event.getThreadName(),
              event.getFormattedMessage(),
              layout.doLayout(event).strip()));
    }
  }

  /** A logger and its previous state. */
  private final class Recorded {
    private final Logger logger;
    private final @Nullable Level level;
    private final boolean additive;
    private final List<Appender<ILoggingEvent>> others = new ArrayList<>();

    Recorded(Logger logger, @Nullable Level level, boolean alone) {
      this.logger = logger;
      this.level = logger.getLevel();
      this.additive = logger.isAdditive();
      if (alone) {
        logger.iteratorForAppenders().forEachRemaining(others::add);
        others.forEach(logger::detachAppender);
        logger.setAdditive(false);
      }
      logger.addAppender(recording);
      logger.setLevel(level);
    }

    void restore() {
      logger.setLevel(level);
      logger.detachAppender(recording);
      logger.setAdditive(additive);
      others.forEach(logger::addAppender);
    }
  }
}
