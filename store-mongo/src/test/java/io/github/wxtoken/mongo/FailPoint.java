package io.github.wxtoken.mongo;

import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;

/**
 * Makes a server fail on demand, for the connections of one store alone: a fail point takes the
 * name of an application, so classes that run at once do not disturb each other. There is one such
 * point per server, so one class per server uses it.
 */
final class FailPoint implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String serverUrl;
  private final String application = "failing" + COUNT.incrementAndGet();

  FailPoint(String serverUrl) {
    this.serverUrl = serverUrl;
  }

  /** Returns the URL for a store that it makes fail. */
  String url(String url) {
    return url.replace("appName=test", "appName=" + application);
  }

  /**
   * Has so many of these commands fail.
   *
   * @param how such as {@code errorCode: 13}
   */
  void fail(int times, String command, String how) {
    fail("{times: " + times + "}", "'" + command + "'", how);
  }

  /** Has every such command fail until the point is closed. */
  void failAlways(String command, String how) {
    fail("'alwaysOn'", "'" + command + "'", how);
  }

  private void fail(String mode, String commands, String how) {
    Servers.admin(
        serverUrl,
        BsonDocument.parse(
            "{configureFailPoint: 'failCommand', mode: "
                + mode
                + ", data: {failCommands: ["
                + commands
                + "], appName: '"
                + application
                + "', "
                + how
                + "}}"));
  }

  @Override
  public void close() {
    Servers.admin(
        serverUrl, BsonDocument.parse("{configureFailPoint: 'failCommand', mode: 'off'}"));
  }
}
