package io.github.wxtoken.boot;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Closes the client after the web server has drained and stopped, and before connections of the
 * application are closed: refreshes under way are finished and saved. A context that is only
 * stopped, such as one that Spring's tests pause, keeps its client, since it may start again.
 */
final class WeChatLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {
  /**
   * Below the phases of the web server, {@code DEFAULT_PHASE - 2048} and higher, which stop first,
   * and above that of Spring Data's connections to Redis, 0.
   */
  static final int PHASE = DEFAULT_PHASE - 4096;

  private final Runnable close;
  private final ApplicationContext context;
  private volatile boolean running;
  private volatile boolean closing;

  WeChatLifecycle(Runnable close, ApplicationContext context) {
    this.close = close;
    this.context = context;
  }

  /** Comes before the beans of the context are stopped. Children publish their events here, too. */
  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    if (event.getApplicationContext() == context) {
      closing = true;
    }
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    if (closing) {
      close.run();
    }
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
