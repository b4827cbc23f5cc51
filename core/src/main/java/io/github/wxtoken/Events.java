package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.AppRecord;
import io.github.wxtoken.WeChatOAuthListener.CodeReplay;
import io.github.wxtoken.WeChatOAuthListener.Endpoint;
import io.github.wxtoken.WeChatOAuthListener.ExchangeOutcome;
import io.github.wxtoken.WeChatOAuthListener.FetchOutcome;
import io.github.wxtoken.WeChatOAuthListener.FetchReason;
import io.github.wxtoken.WeChatOAuthListener.ProfileOutcome;
import io.github.wxtoken.WeChatOAuthListener.RefreshOutcome;
import io.github.wxtoken.WeChatOAuthListener.SignInOutcome;
import io.github.wxtoken.WeChatOAuthListener.StoreOperation;
import io.github.wxtoken.WeChatOAuthListener.UnsavedToken;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies the application's listener of events, and contains its failures. Events on a thread that
 * works for a caller are queued until that work is done: by then the thread holds no lease, and its
 * followers have their results. Thread-safe.
 */
final class Events {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);

  private static final ThreadLocal<@Nullable List<Runnable>> heldBack = new ThreadLocal<>();

  private final String appid;
  private final @Nullable WeChatOAuthListener listener;
  private final AtomicBoolean complained = new AtomicBoolean();

  Events(String appid, @Nullable WeChatOAuthListener listener) {
    this.appid = appid;
    this.listener = listener;
  }

  /** Returns the store; if there is a listener, a view that notifies it of each operation. */
  TokenStore observed(TokenStore store) {
    return listener == null ? store : new ObservedTokenStore(store, this);
  }

  /** Runs some work of this thread, and then notifies the listener of the events of that work. */
  <T> T after(Supplier<T> work) {
    if (listener == null || heldBack.get() != null) {
      return work.get();
    }
    List<Runnable> events = new ArrayList<>();
    heldBack.set(events);
    try {
      return work.get();
    } finally {
      heldBack.remove();
      events.forEach(Runnable::run);
    }
  }

  private void happened(Consumer<WeChatOAuthListener> event) {
    if (listener == null) {
      return;
    }
    List<Runnable> events = heldBack.get();
    if (events == null) {
      tell(event);
    } else {
      events.add(() -> tell(event));
    }
  }

  private void tell(Consumer<WeChatOAuthListener> event) {
    try {
      if (listener != null) {
        event.accept(listener);
      }
    } catch (Throwable e) { // a metrics library of another version throws Errors
      if (complained.compareAndSet(false, true)) {
        // The text is not logged: it may hold a secret.
        log.error(
            "The listener {} threw {}; this is logged once",
            listener.getClass().getName(),
            e.getClass().getName());
      }
    }
  }

  static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  void refreshed(@Nullable String openid, RefreshOutcome outcome, Duration took) {
    happened(to -> to.refreshed(appid, openid, outcome, took));
  }

  void fetched(AppRecord what, FetchReason reason, FetchOutcome outcome, Duration took) {
    happened(to -> to.fetched(appid, what, reason, outcome, took));
  }

  void compareAndSetLost(String openid) {
    happened(to -> to.compareAndSetLost(appid, openid));
  }

  void leaseWaited(String openid, Duration waited) {
    happened(to -> to.leaseWaited(appid, openid, waited));
  }

  void unsaved(String openid, UnsavedToken what) {
    happened(to -> to.unsaved(appid, openid, what));
  }

  void storeAnswered(StoreOperation operation, Duration took) {
    happened(to -> to.storeAnswered(appid, operation, took));
  }

  void storeFailed(
      StoreOperation operation, Duration took, Class<? extends RuntimeException> failure) {
    happened(to -> to.storeFailed(appid, operation, took, failure));
  }

  void codeReplayed(CodeReplay by) {
    happened(to -> to.codeReplayed(appid, by));
  }

  void weChatCalled(Endpoint endpoint, int errcode, Duration took) {
    happened(to -> to.weChatCalled(appid, endpoint, errcode, took));
  }

  void callbackHandled(
      SignInOutcome outcome, CallbackResult.@Nullable Reason reason, Duration took) {
    happened(to -> to.callbackHandled(appid, outcome, reason, took));
  }

  void clockCompared(Duration ahead) {
    happened(to -> to.clockCompared(appid, ahead));
  }

  void codeExchanged(ExchangeOutcome outcome, Duration took) {
    happened(to -> to.codeExchanged(appid, outcome, took));
  }

  void profileRead(String openid, ProfileOutcome outcome, Duration took) {
    happened(to -> to.profileRead(appid, openid, outcome, took));
  }
}
