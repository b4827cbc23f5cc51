package io.github.wxtoken.cli;

import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** Connects SLF4J to {@link CliLog}. */
public final class CliLoggers implements SLF4JServiceProvider, ILoggerFactory {
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** For {@link java.util.ServiceLoader}. */
  public CliLoggers() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return this;
  }

  @Override
  public Logger getLogger(String name) {
    return new CliLogger(name);
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {}

  /** A logger, whose exceptions are shown by their types: their texts may quote values. */
  private static final class CliLogger extends LegacyAbstractLogger {
    CliLogger(String name) {
      this.name = name;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      String text = MessageFormatter.basicArrayFormat(message, arguments);
      CliLog.log(
          level, thrown == null ? text : text + " (" + thrown.getClass().getSimpleName() + ")");
    }

    @Override
    public boolean isTraceEnabled() {
      return CliLog.isEnabled(name, Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
      return CliLog.isEnabled(name, Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
      return CliLog.isEnabled(name, Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
      return CliLog.isEnabled(name, Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
      return CliLog.isEnabled(name, Level.ERROR);
    }
  }
}
