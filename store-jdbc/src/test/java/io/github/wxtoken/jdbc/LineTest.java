package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LineTest {
  private static final long PATIENCE_MILLIS = 60_000;

  private final Line line = new Line(1);

  @AfterEach
  void clearTheInterrupt() {
    Thread.interrupted();
  }

  @Test
  void aFreePlaceIsGivenAtOnce() throws Exception {
    assertThat(line.enter(0)).isTrue();
  }

  @Test
  void aPlaceThatWasLeftIsGivenAgain() throws Exception {
    line.enter(0);
    line.leave();

    assertThat(line.enter(0)).isTrue();
  }

  @Test
  void withoutAPlaceTheWaitEndsInTime() throws Exception {
    line.enter(0);

    assertThat(line.enter(0)).isFalse();
    assertThat(line.enter(50)).isFalse();
    assertThat(line.isStrict()).isFalse();
  }

  @Test
  void anInterruptedThreadIsNotLetThrough() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> line.enter(0)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void whoHasWaitedForLongIsNotOvertaken() throws Exception {
    List<String> entered = new CopyOnWriteArrayList<>();
    CountDownLatch mayLeave = new CountDownLatch(1);
    line.enter(0);
    Thread waiting =
        new Thread(
            () -> {
              try {
                if (line.enter(PATIENCE_MILLIS)) {
                  entered.add("who waited");
                  mayLeave.await();
                  line.leave();
                }
              } catch (InterruptedException e) {
                entered.add("interrupted");
              }
            });
    waiting.start();
    // Strict is said before the thread is in the line.
    while (!line.isStrict() || waiting.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }

    line.leave();
    mayLeave.countDown();
    line.enter(PATIENCE_MILLIS);
    entered.add("who came later");

    assertThat(entered).containsExactly("who waited", "who came later");
    waiting.join();
  }
}
