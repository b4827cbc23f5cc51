package io.github.wxtoken.examples.mixed;

import java.util.concurrent.CompletableFuture;

/** A member of a mixed cluster, as {@link Scenario} sees it: a process of Java's or of Node's. */
interface Member {
  /** What a member answered: a value, or the name of what went wrong. */
  record Answer(boolean ok, String text) {}

  boolean isJava();

  /**
   * Sends a command, one of those that {@code process.js} lists.
   *
   * @return what it answers, if only that it is dead; never fails
   */
  CompletableFuture<Answer> send(String command, String argument);
}
