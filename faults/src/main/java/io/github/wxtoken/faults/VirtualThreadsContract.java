package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The behaviour of a store with ten thousand virtual threads, far more than it has connections: no
 * thread starves, and no carrier thread is pinned. It measures, so it has the tag {@code long}.
 */
@Tag("long")
@Timeout(600)
@Isolated("it measures")
public abstract class VirtualThreadsContract {
  private static final int VIRTUAL_THREADS = 10_000;
  private static final int READS = 20;
  private static final String PINNED = "jdk.VirtualThreadPinned";

  /** For subclasses. */
  protected VirtualThreadsContract() {}

  /**
   * Opens the store as an application does, with its defaults.
   *
   * @return a handle, which the suite closes
   * @throws Exception if that fails, which fails the test
   */
  protected abstract TokenStore open() throws Exception;

  @Test
  void tenThousandVirtualThreadsAllGetTheirAnswersWithinTwoSecondsAndPinNoCarrier()
      throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "virtual threads come with JDK 21");
    try (TokenStore store = open();
        Recording recording = new Recording()) {
      for (int i = 0; i < 100; i++) {
        store.saveToken("oVirtual" + i, Tokens.token("oVirtual" + i));
      }
      // The JIT compiler's work must not count as the store's.
      readFromVirtualThreads(store, VIRTUAL_THREADS / 10);
      recording.enable(PINNED).withThreshold(Duration.ZERO).withStackTrace();
      recording.start();

      long[] nanos = readFromVirtualThreads(store, VIRTUAL_THREADS);

      recording.stop();
      Arrays.sort(nanos);
      Duration p99 = Duration.ofNanos(nanos[nanos.length * 99 / 100]);
      print("p50 of reads by virtual threads", Duration.ofNanos(nanos[nanos.length / 2]));
      print("p99 of reads by virtual threads", p99);
      assertThat(pinned(recording)).isEmpty();
      assertThat(p99).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }
  }

  private static List<RecordedEvent> pinned(Recording recording) throws IOException {
    Path file = Files.createTempFile("pinned", ".jfr");
    try {
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().equals(PINNED))
          .toList();
    } finally {
      Files.delete(file);
    }
  }

  /** Returns the duration of each read; a failed read fails the test. */
  private static long[] readFromVirtualThreads(TokenStore store, int count) throws Exception {
    AtomicLongArray nanos = new AtomicLongArray(count * READS);
    ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    CountDownLatch begin = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(count);
    Executor threads = virtualThreads();
    for (int i = 0; i < count; i++) {
      int number = i;
      threads.execute(
          () -> {
            try {
              begin.await();
              for (int read = 0; read < READS; read++) {
                long start = System.nanoTime();
                assertThat(store.getToken("oVirtual" + (number + read) % 100)).isPresent();
                nanos.set(number * READS + read, System.nanoTime() - start);
              }
            } catch (InterruptedException | RuntimeException | Error e) {
              errors.add(e);
            } finally {
              end.countDown();
            }
          });
    }
    begin.countDown();
    end.await();
    assertThat(errors).isEmpty();
    return LongStream.range(0, nanos.length()).map(i -> nanos.get((int) i)).toArray();
  }

  /**
   * Returns {@code Thread::startVirtualThread}, which JDK 17, the compile target, does not have.
   */
  private static Executor virtualThreads() throws ReflectiveOperationException {
    var start = Thread.class.getMethod("startVirtualThread", Runnable.class);
    return task -> {
      try {
        start.invoke(null, task);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  /** Prints the figures of a run, for readers of its output. */
  private void print(String what, Duration took) {
    System.out.println(getClass().getSimpleName() + ": " + what + ": " + took.toMillis() + " ms");
  }
}
