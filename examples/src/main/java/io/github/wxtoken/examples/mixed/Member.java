package io.github.wxtoken.examples.mixed;

import java.util.concurrent.CompletableFuture;

/** A member of a mixed cluster, as {@link Scenario} sees it: a process of Java's or of Node's. */
interface Member {
  /** A member's answer: a value, or the name of the error. */
  record Answer(boolean ok, String text) {}

  boolean isJava();

  /**
   * Sends a command, one of those that {@code process.js} lists.
   *
   * @return the answer, which may be that the process is dead; the future never fails
   */
  CompletableFuture<Answer> send(String command, String argument);
}
