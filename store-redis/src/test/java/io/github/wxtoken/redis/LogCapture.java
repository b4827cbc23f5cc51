package io.github.wxtoken.redis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What is logged meanwhile, stack traces included. */
final class LogCapture implements AutoCloseable {
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final Map<String, Level> loggers;
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(
              event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
      };

  LogCapture(Map<String, Level> loggers) {
    this.loggers = loggers;
    appender.start();
    loggers.forEach(
        (name, level) -> {
          logger(name).setLevel(level);
          logger(name).setAdditive(false);
          logger(name).addAppender(appender);
        });
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    loggers
        .keySet()
        .forEach(
            name -> {
              logger(name).detachAppender(appender);
              logger(name).setAdditive(true);
              logger(name).setLevel(null);
            });
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
