package io.github.wxtoken.faults;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Ports for servers that must know theirs before they start. They, and the ones 10,000 above that a
 * node of a Redis Cluster also takes, are below those of outgoing connections: a port among these
 * may be taken between the question and the start.
 */
public final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int COUNT = 10_000;

  /** Another beginning in each JVM, since several may run at a time. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePorts() {}

  /**
   * Finds a port.
   *
   * @return a port that nothing listens on, and that this JVM has not returned recently
   * @throws IllegalStateException if all are taken
   */
  public static int one() {
    for (int tries = 0; tries < COUNT; tries++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      try (ServerSocket socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Taken: try the next one.
      }
    }
    throw new IllegalStateException(
        "all ports from " + FIRST + " to " + (FIRST + COUNT - 1) + " are taken");
  }

  /**
   * Finds several ports.
   *
   * @param count how many
   * @return different ports, as {@link #one} returns them
   */
  public static List<Integer> several(int count) {
    return Stream.generate(FreePorts::one).limit(count).toList();
  }
}
