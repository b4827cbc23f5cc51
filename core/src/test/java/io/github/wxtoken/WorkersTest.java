package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.await;
import static io.github.wxtoken.TestCluster.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.TestCluster.Running;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many calls to WeChat a client has in flight at once, and what becomes of those beyond. */
class WorkersTest {
  private static final int PLACES = 64;

  private final Workers workers = new Workers("refresh", new Events("wx1", null));

  @AfterEach
  void close() {
    workers.shutdown();
  }

  private static Deadline now() {
    return Deadline.in(Duration.ZERO);
  }

  private static Deadline patient() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  private void takePlaces(int count) {
    for (int i = 0; i < count; i++) {
      workers.takePlace(now());
    }
  }

  private void assertNoPlace() {
    assertThatThrownBy(() -> workers.takePlace(now()))
        .isInstanceOf(CallerGaveUpException.class)
        .hasMessageContaining("no thread was free");
  }

  @Test
  void whoFindsNoPlaceInTimeIsToldSo() {
    takePlaces(PLACES);

    assertNoPlace();
  }

  @Test
  void aPlaceIsGivenBackOnceWhenItsTaskHasEnded() {
    takePlaces(PLACES);
    CompletableFuture<String> done = workers.run(() -> "done", (result, failure) -> {});
    CompletableFuture<String> failed =
        workers.run(
            () -> {
              throw new IllegalArgumentException("failed");
            },
            (result, failure) -> {});

    assertThat(Workers.await(done, patient(), "a task")).isEqualTo("done");
    assertThatThrownBy(() -> Workers.await(failed, patient(), "a task"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("failed");
    workers.takePlace(patient());
    workers.takePlace(patient());
    assertNoPlace();
  }

  @Test
  void aPlaceIsKeptForWhatWasOfferedAndGivenBackWhereThereIsNothing() {
    takePlaces(PLACES - 1);

    assertThat(workers.takePlace(now(), Optional::empty)).isEmpty();
    assertThatThrownBy(
            () ->
                workers.takePlace(
                    now(),
                    () -> {
                      throw new IllegalArgumentException("failed");
                    }))
        .hasMessage("failed");
    assertThat(workers.takePlace(now(), () -> Optional.of("lease"))).contains("lease");
    assertNoPlace();
  }

  @Test
  void aPlaceIsGivenBackByAClientThatIsClosed() {
    workers.shutdown();
    takePlaces(PLACES);

    assertThatIllegalStateException()
        .isThrownBy(() -> workers.run(() -> "never", (result, failure) -> {}))
        .withMessage("this client is closed");
    takePlaces(1);
    assertNoPlace();
  }

  @Test
  void whoIsInterruptedWhileWaitingForAPlaceStaysInterrupted() {
    takePlaces(PLACES);
    AtomicBoolean stillInterrupted = new AtomicBoolean();
    Running<Boolean> waiting =
        start(
            () -> {
              try {
                workers.takePlace(patient());
                return true;
              } finally {
                stillInterrupted.set(Thread.currentThread().isInterrupted());
              }
            });
    TestCluster.awaitFrame(waiting.thread(), Semaphore.class);

    waiting.thread().interrupt();

    assertThatThrownBy(waiting.result()::join)
        .hasCauseInstanceOf(CallerGaveUpException.class)
        .hasMessageContaining("interrupted while waiting for a free thread");
    assertThat(stillInterrupted).isTrue();
  }

  @Test
  void whoIsInterruptedWhileClosingStaysInterrupted() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    workers.takePlace(now());
    CompletableFuture<Boolean> running =
        workers.run(
            () -> {
              await(ended);
              return true;
            },
            (result, failure) -> {});

    Thread.currentThread().interrupt();
    workers.shutdown();
    workers.awaitEnd(patient());

    assertThat(Thread.interrupted()).isTrue();
    ended.countDown();
    assertThat(running.get()).isTrue();
  }

  @Test
  void noThreadOfTheirsKeepsTheProcessAlive() {
    workers.takePlace(now());
    CompletableFuture<Thread> thread = workers.run(Thread::currentThread, (result, failure) -> {});

    assertThat(Workers.await(thread, patient(), "a task"))
        .matches(Thread::isDaemon)
        .matches(one -> one.getName().startsWith("wxtoken-refresh-"));
  }
}
