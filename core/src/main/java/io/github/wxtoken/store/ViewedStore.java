package io.github.wxtoken.store;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The store below a view, for as long as the view is open. A view that owns it closes it, once. */
final class ViewedStore {
  private final TokenStore store;
  private final boolean owned;
  private final AtomicBoolean closed = new AtomicBoolean();

  ViewedStore(@Nullable TokenStore store, boolean owned) {
    if (store == null) {
      throw new IllegalArgumentException("store must not be null");
    }
    this.store = store;
    this.owned = owned;
  }

  TokenStore open() {
    if (closed.get()) {
      throw new TokenStoreException("this view of the store is closed", null);
    }
    return store;
  }

  void close() {
    if (closed.compareAndSet(false, true) && owned) {
      store.close();
    }
  }
}
