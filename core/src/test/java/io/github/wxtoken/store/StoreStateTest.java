package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StoreStateTest {
  private final StoreState state = new StoreState();

  @Test
  void aStoreIsOpenAtFirst() {
    assertThat(state.isClosed()).isFalse();
    assertThatCode(state::requireOpen).doesNotThrowAnyException();
  }

  @Test
  void anOperationFailsFromTheBeginningOfTheCloseOn() {
    state.close(
        () ->
            assertThatThrownBy(state::requireOpen)
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("the store is closed"));

    assertThat(state.isClosed()).isTrue();
    assertThatThrownBy(state::requireOpen).isInstanceOf(TokenStoreException.class);
  }

  @Test
  void theResourcesAreClosedOnce() {
    AtomicInteger closed = new AtomicInteger();
    state.close(closed::incrementAndGet);
    state.close(closed::incrementAndGet);

    assertThat(closed).hasValue(1);
  }
}
