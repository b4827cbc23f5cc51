package io.github.wxtoken.store;

import io.github.wxtoken.WeChatOAuthException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A copy of an exception that was thrown by code that is not ours, such as the JDK's HTTP client or
 * a driver. It keeps the type's name, the stack trace, the causes and the suppressed exceptions,
 * and drops every message: a driver quotes values and URLs, and the HTTP client quotes what a peer
 * sent.
 */
public final class RedactedException extends Exception {
  /** Bounds what a hostile or cyclic chain of causes costs. */
  private static final int MOST_COPIES = 64;

  private static final int MOST_TYPES = 5;

  private RedactedException(Throwable original) {
    super(original.getClass().getName());
    setStackTrace(original.getStackTrace());
  }

  /**
   * Copies an exception without its messages, unless the message is ours: such a message names the
   * rule and no value.
   *
   * @param original an exception, to be used as a cause or shown in a log line
   * @return the original if it is a {@link WeChatOAuthException} or an {@link
   *     IllegalArgumentException}, otherwise a copy as by {@link #of}
   */
  public static Throwable unlessOurs(Throwable original) {
    return original instanceof WeChatOAuthException || original instanceof IllegalArgumentException
        ? original
        : of(original);
  }

  /**
   * Copies an exception without its messages, at any depth.
   *
   * @param original the exception
   * @return its copy; the original itself if that is a copy already
   */
  public static RedactedException of(Throwable original) {
    if (original instanceof RedactedException copy) {
      return copy;
    }
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> originals = new ArrayDeque<>();
    Deque<RedactedException> copies = new ArrayDeque<>();
    RedactedException root = new RedactedException(original);
    seen.add(original);
    originals.add(original);
    copies.add(root);
    while (!originals.isEmpty()) {
      Throwable from = originals.remove();
      RedactedException to = copies.remove();
      Throwable cause = from.getCause();
      if (cause != null && seen.size() < MOST_COPIES && seen.add(cause)) {
        RedactedException copy = new RedactedException(cause);
        to.initCause(copy);
        originals.add(cause);
        copies.add(copy);
      }
      for (Throwable suppressed : from.getSuppressed()) {
        if (seen.size() < MOST_COPIES && seen.add(suppressed)) {
          RedactedException copy = new RedactedException(suppressed);
          to.addSuppressed(copy);
          originals.add(suppressed);
          copies.add(copy);
        }
      }
    }
    return root;
  }

  /**
   * Returns an exception and its causes, to tell by their types what failed.
   *
   * @param original the exception
   * @return it and its causes, in order; at most 64, since causes may form a cycle
   */
  public static Stream<Throwable> causes(Throwable original) {
    return Stream.iterate(original, Objects::nonNull, Throwable::getCause).limit(MOST_COPIES);
  }

  /**
   * Returns what a message may show of an exception: the simple names of its type and those of its
   * causes.
   *
   * @param original the exception
   * @return at most five names, such as {@code SQLException < SocketTimeoutException}
   */
  public static String types(Throwable original) {
    return causes(original)
        .limit(MOST_TYPES)
        .map(e -> e.getClass().getSimpleName())
        .collect(Collectors.joining(" < "));
  }
}
